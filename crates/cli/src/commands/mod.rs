//! One module for each command.
pub(crate) mod link;
pub(crate) mod wording;
