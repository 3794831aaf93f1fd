//! Loading the index, and keeping it up with the record.
use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use cf_casework::child::Children;
use cf_casework::council::Council;
use cf_casework::link::Side;
use cf_casework::partner::Partners;
use cf_kernel::{ChildId, CouncilChildId, PartnerRecordId, StreamId};
use cf_linkage::index::Index;
use cf_linkage::model::Model;
use cf_linkage::pairs::{Settings, learn};
use cf_linkage::records::{Records, Row};
use cf_linkage::train::Training;
use cf_store::{Rowed, state_of};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::task::JoinHandle;

use super::{Loaded, rows};
use crate::pace::Pace;
use crate::{App, Problem};

/// So many streams are read at once.
const PAGE: u32 = 256;
/// With fewer children than this the engine's defaults for British records are better than what could be learned.
const ENOUGH_TO_LEARN: usize = 5_000;
/// Reports that are about a child already known, for each child known: what to expect before anything is compared.
/// A setting of ours; a force's own share of repeat reports is known only after a year of use.
const EXPECTED: f64 = 0.3;
/// After a failed load, the next try.
const RETRY: std::time::Duration = std::time::Duration::from_secs(60);

impl App {
    /// Loads the index in the background, keeps it up with everything recorded here or on another node, and asks
    /// people about pairs it finds. Ends with the runtime.
    pub fn start_matching(&self) -> JoinHandle<()> {
        let app = self.clone();
        tokio::spawn(async move {
            loop {
                match app.follow().await {
                    Ok(()) => return,
                    Err(problem) => {
                        tracing::error!(%problem, "the index of children is not loaded; reports use the simple search");
                        tokio::time::sleep(RETRY).await;
                    }
                }
            }
        })
    }

    async fn follow(&self) -> Result<(), Problem> {
        loop {
            // Subscribed before reading, so that nothing recorded meanwhile is missed.
            let mut news = self.store.subscribe();
            self.load_matching().await?;
            self.propose_all(Pace::Gentle).await?;
            loop {
                let mut grown: BTreeSet<StreamId> = match news.recv().await {
                    Ok(notice) => notice.streams.into_iter().collect(),
                    Err(RecvError::Closed) => return Ok(()),
                    Err(RecvError::Lagged(_)) => break,
                };
                // What has gathered meanwhile is looked at together.
                let lagged = loop {
                    match news.try_recv() {
                        Ok(notice) => grown.extend(notice.streams),
                        Err(TryRecvError::Empty) => break false,
                        Err(TryRecvError::Closed) => return Ok(()),
                        Err(TryRecvError::Lagged(_)) => break true,
                    }
                };
                if lagged {
                    break;
                }
                if grown.is_empty() {
                    continue;
                }
                let grown: Vec<StreamId> = grown.into_iter().collect();
                let changed = self.put_again(&grown).await?;
                self.propose_for(&changed, Pace::Quick).await?;
            }
        }
    }

    /// Makes the index from the record as it stands.
    ///
    /// # Errors
    /// A fault of the database.
    #[boxed]
    pub async fn load_matching(&self) -> Result<(), Problem> {
        // Packed as they are read: as rows of text the same records would take several times the memory.
        let mut all = Gathered::new();
        self.each::<Children>(|stream, state| {
            let rows = state.child.as_deref().map(rows::of_child).unwrap_or_default();
            all.add(Side::Child(ChildId::from_uuid(stream.uuid())), &rows);
        })
        .await?;
        self.each::<Council>(|stream, state| {
            all.add(Side::Council(CouncilChildId::from_uuid(stream.uuid())), &rows::of_council(state));
        })
        .await?;
        self.each::<Partners>(|stream, state| {
            all.add(Side::Partner(PartnerRecordId::from_uuid(stream.uuid())), &rows::of_partner(state));
        })
        .await?;
        let loaded = tokio::task::spawn_blocking(move || all.build()).await.map_err(Problem::fault)??;
        tracing::info!(rows = loaded.index.len(), model = loaded.model, "the index of children is loaded");
        self.matching.set(loaded);
        Ok(())
    }

    async fn each<D: Rowed>(&self, mut visit: impl FnMut(StreamId, &D::State)) -> Result<(), Problem> {
        let mut after = None;
        loop {
            let streams = self.store.streams_page(D::KIND, after, PAGE).await?;
            let Some(last) = streams.last() else { return Ok(()) };
            after = Some(*last);
            let loaded = self.store.load_many(&streams).await?;
            for stream in &streams {
                if let Some(events) = loaded.get(stream) {
                    visit(*stream, &state_of::<D>(events)?);
                }
            }
        }
    }

    /// Puts those of these streams that are children, or records of councils or partners, into the index again; gives which.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) async fn put_again(&self, grown: &[StreamId]) -> Result<Vec<Side>, Problem> {
        let Some(loaded) = self.matching.loaded() else { return Ok(Vec::new()) };
        let ids: Vec<_> = grown.iter().map(|stream| stream.uuid()).collect();
        let children = self.store.children_among(&ids).await?;
        let councils = self.store.council_among(&ids).await?;
        let partners = self.store.partners_among(&ids).await?;
        let sides: Vec<Side> = children
            .iter()
            .map(|row| Side::Child(row.id()))
            .chain(councils.iter().map(|row| Side::Council(row.id())))
            .chain(partners.iter().map(|row| Side::Partner(row.id())))
            .collect();
        for side in &sides {
            put(&loaded.index, *side, &super::weigh::rows_of(self, *side).await?);
        }
        Ok(sides)
    }
}

fn put(index: &Index, side: Side, rows: &[Row]) {
    for (number, row) in rows.iter().enumerate() {
        index.insert(&rows::row_id(side, number), row);
    }
    let mut number = rows.len();
    while index.remove(&rows::row_id(side, number)) {
        number += 1;
    }
}

/// Every record, packed for comparison.
struct Gathered {
    records: Records,
    /// One row of each child: a child's own aliases are not two children who agree, so only these are learned from.
    firsts: Records,
}

impl Gathered {
    fn new() -> Self {
        Self { records: Records::new(rows::schema()), firsts: Records::new(rows::schema()) }
    }

    fn add(&mut self, side: Side, rows: &[Row]) {
        for (number, row) in rows.iter().enumerate() {
            self.records.push(&rows::row_id(side, number), row);
        }
        if let (Side::Child(_), Some(first)) = (side, rows.first()) {
            self.firsts.push("", first);
        }
    }

    fn build(self) -> Result<Loaded, Problem> {
        let Self { records, firsts } = self;
        let children = firsts.len();
        let (mut model, name) = if children < ENOUGH_TO_LEARN {
            let model = Model::defaults(&rows::schema());
            let name = format!("defaults, form {}", model.form);
            (model, name)
        } else {
            let model = learn(firsts, &Training::default());
            let name = format!("learned from {children} children, form {}", model.form);
            (model, name)
        };
        model.matches_per_record = EXPECTED;
        let settings = Settings { model: Some(model), ..Settings::default() };
        let index = Index::build(records, &settings).map_err(Problem::fault)?;
        Ok(Loaded { index, model: name })
    }
}
