//! Records that can be asked while they change: who might this be?
//!
//! Any number of threads may ask at once; adding or removing a record holds them up for microseconds. The answer to a
//! question depends on the records and the model alone, not on the order in which they came. The model and what counts
//! as a rare name are those of the day the index was built; only the number of records is kept up. An index that has
//! grown by much is worth building again.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rayon::prelude::*;

use crate::blocking::{FAMILIES, keys};
use crate::csv::CsvFile;
use crate::explain::Explanation;
use crate::frequency::{Counts, Frequencies, forget_placeholder_dates};
use crate::intern::Interner;
use crate::model::{Model, ModelError};
use crate::pairs::{Linked, Settings};
use crate::records::{Reading, Records, Row};
use crate::schema::{Mapping, SchemaError, read_second_header};
use crate::score::{NameMemory, Weights, probability, score_at};
use crate::view::{Probe, View};

/// Longest list of records under one key that a question looks through.
const LONGEST_LIST: usize = 3000;

/// Settings of a question.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Least probability of an answer.
    pub least: f64,
    /// Most answers.
    pub most: usize,
    /// Whether every answer is explained.
    pub explain: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self { least: 0.01, most: 50, explain: false }
    }
}

/// A record that may be the person asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The record's id.
    pub id: String,
    /// Its score in units of 1/1024 bit.
    pub score: i32,
    /// The probability that it is the same person.
    pub probability: f64,
    /// Why, if the question asked.
    pub explanation: Option<Explanation>,
}

/// Records that can be asked while they change.
#[derive(Debug)]
pub struct Index {
    inner: RwLock<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) linked: Linked,
    pub(crate) basis: usize,
    size: usize,
    pub(crate) alive: Vec<bool>,
    pub(crate) removed: usize,
    ids: Interner,
    record_of_id: Vec<u32>,
    base: Vec<Vec<u64>>,
    shift: u32,
    added: HashMap<(u8, u64), Vec<u32>>,
}

impl Index {
    /// An index over records, with a model learned from them or given in the settings.
    ///
    /// # Errors
    /// When a given model was trained on other columns.
    pub fn build(mut records: Records, settings: &Settings) -> Result<Self, ModelError> {
        let mut counts = Counts::of(&records);
        forget_placeholder_dates(&mut records, &mut counts);
        let frequencies = Frequencies::of(&records, &counts);
        let model = match &settings.model {
            Some(model) if model.extras != records.schema => return Err(ModelError::OtherColumns),
            Some(model) => model.clone(),
            None => {
                let blocks = crate::blocking::Blocks::of(&records);
                crate::train::train(&records, &counts, &frequencies, &blocks, &settings.training)
            }
        };
        let basis = records.len();
        Ok(Self::from_parts(records, frequencies, model, basis))
    }

    pub(crate) fn from_parts(records: Records, frequencies: Frequencies, model: Model, basis: usize) -> Self {
        let size = size(basis, records.len());
        let weights = weights(&model, size);
        let (base, shift) = lists(&records);
        let mut ids = Interner::default();
        let mut record_of_id = vec![u32::MAX];
        for number in 0..records.len() as u32 {
            ids.intern(records.id(number));
            record_of_id.resize(ids.len(), number);
        }
        let alive = vec![true; records.len()];
        let linked = Linked { records, model, frequencies, weights };
        let inner = Inner {
            linked,
            basis,
            size,
            alive,
            removed: 0,
            ids,
            record_of_id,
            base,
            shift,
            added: HashMap::new(),
        };
        Self { inner: RwLock::new(inner) }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many records can be found.
    #[must_use]
    pub fn len(&self) -> usize {
        let inner = self.read();
        inner.linked.records.len() - inner.removed
    }

    /// Whether no record can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a record; one with the same id is replaced.
    pub fn insert(&self, id: &str, row: &Row) {
        let mut inner = self.write();
        inner.remove(id);
        let number = inner.linked.records.push(id, row);
        inner.alive.push(true);
        let (place, _) = inner.ids.intern(id.as_bytes());
        if inner.record_of_id.len() <= place as usize {
            inner.record_of_id.resize(place as usize + 1, u32::MAX);
        }
        inner.record_of_id[place as usize] = number;
        let mut found = Vec::new();
        let records = &inner.linked.records;
        let rec = records.recs[number as usize];
        keys(View::of(records), &rec, records.extra_ids(number), |family, key, _| {
            found.push((family as u8, key))
        });
        for key in found {
            inner.added.entry(key).or_default().push(number);
        }
        inner.keep_up();
    }

    /// Removes a record; says whether it was there.
    pub fn remove(&self, id: &str) -> bool {
        let mut inner = self.write();
        let was_there = inner.remove(id);
        inner.keep_up();
        was_there
    }

    /// Records that may be the person a row describes, likeliest first, equal ones by id.
    #[must_use]
    pub fn query(&self, row: &Row, question: &Question) -> Vec<Answer> {
        let inner = self.read();
        inner.ask(&Probe::new(&inner.linked.records, row), question)
    }

    /// Reads a file of queries and asks each in turn; `answered` gets the query's id, its answers and how long it took.
    /// Returns what was put aside.
    ///
    /// # Errors
    /// When the header has no id or nothing to compare.
    pub fn query_file(
        &self,
        file: &CsvFile,
        mapping: &Mapping,
        question: &Question,
        clock: impl Fn() -> std::time::Duration,
        mut answered: impl FnMut(&[u8], Vec<Answer>, std::time::Duration),
    ) -> Result<Reading, SchemaError> {
        if file.header.is_empty() {
            return Ok(Reading::default());
        }
        let inner = self.read();
        let columns = read_second_header(&file.header, mapping, &inner.linked.records.schema)?;
        let (rows, reading) = Records::rows_of(file, &columns, &inner.linked.records.schema);
        for row in rows {
            let begin = clock();
            let probe = Probe::from_part(&inner.linked.records, &row.1);
            let answers = inner.ask(&probe, question);
            answered(&row.0, answers, clock().saturating_sub(begin));
        }
        Ok(reading)
    }

    /// The model in use.
    #[must_use]
    pub fn model(&self) -> Model {
        self.read().linked.model.clone()
    }
}

/// Records that an index built on none counts as, until it has more.
const FEWEST: usize = 1 << 10;

/// How many records the prior is for: those the index was built on, or, where it has grown by much, a power of two,
/// so that a few records more or less change no answer.
fn size(basis: usize, alive: usize) -> usize {
    let grown = if alive > basis + basis / 4 { alive.next_power_of_two() } else { basis };
    if basis == 0 { grown.max(FEWEST) } else { grown }
}

/// How unlikely two records are to be one person depends on how many there are.
fn weights(model: &Model, size: usize) -> Weights {
    let n = size as f64;
    Weights::new(model, size, (n * (n - 1.0) / 2.0).max(1.0))
}

impl Inner {
    fn keep_up(&mut self) {
        let size = size(self.basis, self.linked.records.len() - self.removed);
        if size != self.size {
            self.size = size;
            self.linked.weights = weights(&self.linked.model, size);
        }
    }

    fn remove(&mut self, id: &str) -> bool {
        let Some(place) = self.ids.find(id.as_bytes()) else { return false };
        let number = self.record_of_id[place as usize];
        if number == u32::MAX {
            return false;
        }
        self.record_of_id[place as usize] = u32::MAX;
        self.alive[number as usize] = false;
        self.removed += 1;
        true
    }

    fn ask(&self, probe: &Probe, question: &Question) -> Vec<Answer> {
        let records = &self.linked.records;
        let view = View { records, probe: Some(probe) };
        let mut candidates: Vec<u32> = Vec::with_capacity(256);
        let per_family = self.base.len() / FAMILIES;
        keys(view, &probe.rec, &probe.extras, |family, key, _| {
            let bucket = if per_family == 1 { 0 } else { (key >> self.shift) as usize };
            let entries = &self.base[family * per_family + bucket];
            let hash = key & 0xffff_ffff;
            let start = entries.partition_point(|e| e >> 32 < hash);
            let list = entries[start..].iter().take_while(|e| *e >> 32 == hash).take(LONGEST_LIST);
            candidates.extend(list.map(|e| *e as u32));
            if let Some(added) = self.added.get(&(family as u8, key)) {
                candidates.extend(added.iter().rev().take(LONGEST_LIST));
            }
        });
        candidates.sort_unstable();
        candidates.dedup();
        let least = score_at(question.least);
        let scorer = self.linked.scorer().with_probe(probe);
        let mut memory = NameMemory::default();
        let mut found: Vec<(i32, u32)> = Vec::new();
        for number in candidates {
            if !self.alive[number as usize] {
                continue;
            }
            let rec = &records.recs[number as usize];
            let score =
                scorer.score_of(&probe.rec, rec, &probe.extras, records.extra_ids(number), &mut memory);
            if score >= least {
                found.push((score, number));
            }
        }
        found.sort_unstable_by(|x, y| y.0.cmp(&x.0).then_with(|| records.id(x.1).cmp(records.id(y.1))));
        found.truncate(question.most);
        found
            .into_iter()
            .map(|(score, number)| Answer {
                id: String::from_utf8_lossy(records.id(number)).into_owned(),
                score,
                probability: probability(score),
                explanation: question.explain.then(|| {
                    let rec = &records.recs[number as usize];
                    let extras = records.extra_ids(number);
                    Explanation::new(&scorer, &self.linked.model, (&probe.rec, &probe.extras), (rec, extras))
                }),
            })
            .collect()
    }
}

/// Sorted lists of records by key: by kind and by the first bits of the key.
fn lists(records: &Records) -> (Vec<Vec<u64>>, u32) {
    let n = records.len();
    let per_family = (n / 512).next_power_of_two().clamp(1, 4096);
    let shift = 64 - per_family.trailing_zeros();
    let pieces = rayon::current_num_threads().max(1);
    let step = n.div_ceil(pieces).max(1);
    let parts: Vec<Vec<Vec<u64>>> = (0..n.div_ceil(step))
        .into_par_iter()
        .map(|piece| {
            let mut buckets = vec![Vec::new(); FAMILIES * per_family];
            for record in piece * step..((piece + 1) * step).min(n) {
                let rec = &records.recs[record];
                keys(View::of(records), rec, records.extra_ids(record as u32), |family, key, _| {
                    let bucket = if per_family == 1 { 0 } else { (key >> shift) as usize };
                    buckets[family * per_family + bucket].push((key & 0xffff_ffff) << 32 | record as u64);
                });
            }
            buckets
        })
        .collect();
    let lists = (0..FAMILIES * per_family)
        .into_par_iter()
        .map(|bucket| {
            // Exactly as long as it is: there are thousands of lists, and they only ever shrink in use.
            let mut all = Vec::with_capacity(parts.iter().map(|p| p[bucket].len()).sum());
            parts.iter().for_each(|p| all.extend_from_slice(&p[bucket]));
            all.sort_unstable();
            all
        })
        .collect();
    (lists, shift)
}
