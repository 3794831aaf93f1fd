//! Finding every pair of a file, or of two, that may be one person.

use rayon::prelude::*;

use crate::blocking::Blocks;
use crate::frequency::{Counts, Frequencies, forget_placeholder_dates};
use crate::model::{Model, ModelError};
use crate::records::Records;
use crate::score::{NameMemory, Scorer, UNIT, Weights, score_at};
use crate::train::{Training, possible_pairs, train};

/// Two records and the score of their being one person, in units of 1/1024 bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScoredPair {
    /// The earlier record.
    pub a: u32,
    /// The later record.
    pub b: u32,
    /// Its score.
    pub score: i32,
}

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Least probability of a pair that is kept.
    pub least: f64,
    /// A model trained before; `None` to learn from these records.
    pub model: Option<Model>,
    /// How training is done.
    pub training: Training,
    /// Whether pairs are looked at together with the records both match.
    pub together: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { least: 0.01, model: None, training: Training::default(), together: true }
    }
}

/// The steps of a run, for a progress display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Gathering records that share keys.
    Blocking,
    /// Learning the model.
    Training,
    /// Scoring pairs.
    Scoring,
    /// Looking at pairs together with the records both match.
    Together,
}

/// Records with a model: everything needed to score and explain pairs.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The records.
    pub records: Records,
    /// The model used.
    pub model: Model,
    pub(crate) frequencies: Frequencies,
    pub(crate) weights: Weights,
}

/// What a run found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Pairs at or above the least probability, by record numbers.
    pub pairs: Vec<ScoredPair>,
    /// How many pairs were compared, some more than once.
    pub compared: u64,
}

/// Learns from records and finds their pairs.
///
/// # Errors
/// When a given model was trained on other columns.
pub fn find(
    mut records: Records,
    settings: &Settings,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<(Linked, Found), ModelError> {
    progress(Step::Blocking);
    let mut counts = Counts::of(&records);
    forget_placeholder_dates(&mut records, &mut counts);
    let frequencies = Frequencies::of(&records, &counts);
    let blocks = Blocks::of(&records);
    progress(Step::Training);
    let model = match &settings.model {
        Some(model) if model.extras != records.schema => return Err(ModelError::OtherColumns),
        Some(model) => model.clone(),
        None => train(&records, &counts, &frequencies, &blocks, &settings.training),
    };
    let weights = Weights::new(&model, records.len(), possible_pairs(&records));
    let linked = Linked { records, model, frequencies, weights };
    progress(Step::Scoring);
    let least = score_at(settings.least.max(1e-6));
    // Between two files a pair may rise by this when neither record fits anywhere else.
    let rise = if settings.together && linked.records.is_link() { 4 * UNIT } else { 0 };
    let mut found = score_blocks(&linked, &blocks, least - rise);
    drop(blocks);
    if settings.together {
        progress(Step::Together);
        found.pairs = crate::together::look_together(&linked, &found.pairs, least);
    }
    found.pairs.retain(|p| p.score >= least);
    Ok((linked, found))
}

fn score_blocks(linked: &Linked, blocks: &Blocks, least: i32) -> Found {
    let scorer = linked.scorer();
    let parts = blocks.pairs(
        &linked.records,
        || (Vec::new(), NameMemory::default(), 0_u64),
        |(kept, memory, compared): &mut (Vec<ScoredPair>, NameMemory, u64), a, b| {
            *compared += 1;
            let score = scorer.score(a, b, memory);
            if score >= least {
                kept.push(ScoredPair { a, b, score });
            }
        },
    );
    let compared = parts.iter().map(|p| p.2).sum();
    let mut pairs: Vec<ScoredPair> = parts.into_iter().flat_map(|p| p.0).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    Found { pairs, compared }
}

impl Linked {
    /// A scorer over the records.
    #[must_use]
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(&self.records, &self.frequencies, &self.weights)
    }
}

/// Learns a model and nothing else.
#[must_use]
pub fn learn(mut records: Records, training: &Training) -> Model {
    let mut counts = Counts::of(&records);
    forget_placeholder_dates(&mut records, &mut counts);
    let frequencies = Frequencies::of(&records, &counts);
    let blocks = Blocks::of(&records);
    train(&records, &counts, &frequencies, &blocks, training)
}

/// Records ready to be scored and explained, without looking for pairs.
///
/// # Errors
/// When a given model was trained on other columns.
pub fn prepare(mut records: Records, settings: &Settings) -> Result<Linked, ModelError> {
    let mut counts = Counts::of(&records);
    forget_placeholder_dates(&mut records, &mut counts);
    let frequencies = Frequencies::of(&records, &counts);
    let model = match &settings.model {
        Some(model) if model.extras != records.schema => return Err(ModelError::OtherColumns),
        Some(model) => model.clone(),
        None => train(&records, &counts, &frequencies, &Blocks::of(&records), &settings.training),
    };
    let weights = Weights::new(&model, records.len(), possible_pairs(&records));
    Ok(Linked { records, model, frequencies, weights })
}

/// How many threads the engine may use, for the whole process; only the first call counts.
pub fn use_threads(threads: usize) {
    // A pool that is already running keeps its size; that is not worth an error.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
}
