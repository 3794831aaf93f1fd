//! Recomputes both logs from their entries and names the first thing that is not as it was written.
//!
//! Checked are: each entry against its position, its columns and its leaf hash; the tree against tiles, head and signed
//! checkpoints; each sealed body against the commitment in its entry, and each that is gone against the entry in the
//! access log that says who destroyed it; each wrapped key against the master key.
mod access;
mod index;
mod keys;
mod pass;
mod record;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::Arc;

use cf_kernel::FileId;
use cf_ledger::Hash;
use foldhash::fast::RandomState;

use crate::bulk::{self, Rows};
use crate::db::args;
use crate::log::Log;
use crate::open::Inner;
use crate::packed::Packing;
use crate::{Fault, Store};
use pass::Pass;

/// So many entries are read at once: eight tiles. They fit in a processor's cache.
const BATCH: i64 = 2_048;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log of decisions and records.
    pub record: LogReport,
    /// The log of reading.
    pub access: LogReport,
    /// Sealed bodies that are there and as they were written.
    pub sealed: u64,
    /// Sealed bodies that were destroyed, each under an entry in the access log.
    pub destroyed: u64,
    /// The first damage, if there is any.
    pub damage: Option<Damage>,
}

/// What was recomputed of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// Entries checked.
    pub entries: u64,
    /// The root of the tree of these entries.
    pub root: Hash,
    /// Signed checkpoints met and found right.
    pub checkpoints: u64,
    /// The entries that the last right checkpoint covers; those after it are consistent, but nobody signed for them.
    pub signed: u64,
}

/// The first thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The log.
    pub log: Log,
    /// The entry, from 1; none when the damage is beside the entries.
    pub position: Option<i64>,
    /// What is wrong: the column or the table.
    pub what: String,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} log", self.log.name())?;
        if let Some(position) = self.position {
            write!(f, ", entry {position}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which log.
    pub log: Log,
    /// Entries checked.
    pub done: u64,
    /// Entries there are.
    pub total: u64,
}

/// What checking the entries of a log leaves over for later.
#[derive(Debug, Default)]
struct Found {
    sealed: u64,
    /// Files of which sealed bodies are there, and the first position.
    there: HashMap<FileId, i64, RandomState>,
    /// Files of which sealed bodies are gone: how many, and the first position.
    gone: BTreeMap<FileId, (u64, i64)>,
    /// Files that the access log says were destroyed.
    shredded: BTreeMap<FileId, i64>,
}

impl Found {
    /// Takes in what was found in the next entries.
    fn add(&mut self, later: Self) {
        self.sealed += later.sealed;
        for (file, position) in later.there {
            self.there.entry(file).or_insert(position);
        }
        for (file, (count, position)) in later.gone {
            self.gone.entry(file).or_insert((0, position)).0 += count;
        }
        for (file, position) in later.shredded {
            self.shredded.insert(file, position);
        }
    }
}

/// One log as data: how a batch is read, and how each row of it is checked against itself.
trait Checked: Send + 'static {
    const LOG: Log;
    /// The entries between two positions, and what belongs to them in another table.
    const PACKINGS: [&'static Packing; 2];
    /// Checks every row of the batch at these positions; gives their leaf hashes.
    fn check(
        entries: &mut dyn Rows,
        beside: &mut dyn Rows,
        positions: RangeInclusive<i64>,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Stop>;
}

/// Why a batch was not checked to its end.
enum Stop {
    Damage(Damage),
    Fault(Fault),
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Store {
    /// Recomputes both logs: entries, columns, tiles, heads, checkpoints, sealed bodies, keys. What is appended
    /// meanwhile is left out; a file destroyed meanwhile may be reported, so do not do both at once.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be read. Damage is not an error but the answer.
    pub async fn verify(&self, progress: impl Fn(Progress) + Send + Sync) -> Result<Report, Fault> {
        let _reading = self.inner.bulk.reading();
        let second = async {
            let (access, logged) = run::<access::Access>(&self.inner, &progress).await?;
            let keys = keys::open_all(&self.inner).await?;
            let unlike = index::unlike(&self.inner).await?;
            Ok((access, logged, keys, unlike))
        };
        let ((record, found), (access, logged, keys, unlike)) =
            tokio::try_join!(run::<record::Record>(&self.inner, &progress), second)?;
        let mut damages: Vec<Damage> =
            [&record, &access].into_iter().filter_map(|pass| pass.damage.clone()).collect();
        // What was destroyed can only be judged against a whole access log, and what is there against a whole record.
        if damages.is_empty() {
            damages.extend(keys::judge(&found, &logged, keys));
            damages.extend(keys::strays(&self.inner).await?);
            damages.extend(unlike);
        }
        // An entry comes before what stands beside the entries of the same log.
        damages.sort_by_key(|damage| (damage.log, damage.position.unwrap_or(i64::MAX)));
        Ok(Report {
            record: record.report(),
            access: access.report(),
            sealed: found.sealed,
            destroyed: found.gone.values().map(|(count, _)| count).sum(),
            damage: damages.into_iter().next(),
        })
    }
}

/// One pass over one log. A few batches are read and checked at the same time, one for each core and one to spare; the
/// tree is built from them in order.
async fn run<L: Checked>(
    inner: &Arc<Inner>,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<(Pass, Found), Fault> {
    let mut pass = Pass::begin(inner, L::LOG).await?;
    let (total, mut from, mut found) = (pass.size, 0, Found::default());
    let mut under_way = VecDeque::new();
    loop {
        while from < total && under_way.len() < bulk::readers() {
            let to = total.min(from + BATCH);
            under_way.push_back(AbortOnDrop(tokio::spawn(batch::<L>(inner.clone(), from, to))));
            from = to;
        }
        let Some(mut next) = under_way.pop_front() else { break };
        let (tiles, checked, more) = (&mut next.0).await.map_err(|_| Fault::Closed)??;
        found.add(more);
        match checked {
            Ok(leaves) => pass.take(leaves, &tiles),
            Err(damage) => pass.damage = Some(damage),
        }
        progress(Progress { log: L::LOG, done: pass.done(), total: total.unsigned_abs() });
        if pass.damage.is_some() {
            return Ok((pass, found));
        }
    }
    pass.finish(inner).await?;
    Ok((pass, found))
}

/// A task that nobody needs any more once this is dropped.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Batch = (pass::Tiles, Result<Vec<Hash>, Damage>, Found);

async fn batch<L: Checked>(inner: Arc<Inner>, from: i64, to: i64) -> Result<Batch, Fault> {
    let tiles = pass::tiles(&inner, L::LOG, from, to).await?;
    let work = move |entries: &mut dyn Rows, beside: &mut dyn Rows| {
        let mut found = Found::default();
        let checked = match L::check(entries, beside, from + 1..=to, &mut found) {
            Ok(leaves) => Ok(leaves),
            Err(Stop::Damage(damage)) => Err(damage),
            Err(Stop::Fault(fault)) => return Err(fault),
        };
        Ok((tiles, checked, found))
    };
    inner.bulk.pair(L::PACKINGS, args![from, to], work).await?
}
