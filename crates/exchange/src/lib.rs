//! Formats in and out, with every row accounted for.
