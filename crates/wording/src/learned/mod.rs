//! The learned layer: it weighs every sentence a rule spoke of, and finds blame that no rule has a pattern for.
//!
//! Each sentence gets a score. It is the sum of a weight for each word (in its stem), for the kind of each word, for words side by side or
//! with one between, for kinds that stand in the same sentence, and for what else is known: which patterns matched and how the context
//! judged them, whether it is denied, quoted or taught. A sentence in which a rule matched is reported above one threshold; one
//! without a rule above another, with the words that moved the score most as its mark. The weights are a text file in `rules/wording`, made by
//! `cargo run --release -p cf-wording --example train` from labelled texts in this repository, the same every time.
mod kinds;
mod model;
mod pack;
mod signs;
mod solve;
mod train;

pub(crate) use kinds::Kinds;
pub use kinds::unit;
pub(crate) use model::{Block, Model, Room, Said};
pub(crate) use signs::{Sign, cue, fact, opens};
pub(crate) use train::features;
pub use train::{Limits, Names, Read, sentences, train, vocabulary};
