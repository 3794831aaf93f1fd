//! Loading the index, and keeping it up with the record.
use std::collections::BTreeSet;

use cf_casework::child::Children;
use cf_casework::council::Council;
use cf_casework::link::Side;
use cf_kernel::{ChildId, CouncilChildId, StreamId};
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
    pub async fn load_matching(&self) -> Result<(), Problem> {
        let mut all: Vec<(Side, Vec<Row>)> = Vec::new();
        self.each::<Children>(|stream, state| {
            let rows = state.child.as_deref().map(rows::of_child).unwrap_or_default();
            all.push((Side::Child(ChildId::from_uuid(stream.uuid())), rows));
        })
        .await?;
        self.each::<Council>(|stream, state| {
            all.push((Side::Council(CouncilChildId::from_uuid(stream.uuid())), rows::of_council(state)));
        })
        .await?;
        let loaded = tokio::task::spawn_blocking(move || build(&all)).await.map_err(Problem::fault)??;
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

    /// Puts those of these streams that are children or council records into the index again; gives which.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) async fn put_again(&self, grown: &[StreamId]) -> Result<Vec<Side>, Problem> {
        let Some(loaded) = self.matching.loaded() else { return Ok(Vec::new()) };
        let ids: Vec<_> = grown.iter().map(|stream| stream.uuid()).collect();
        let children = self.store.children_among(&ids).await?;
        let councils = self.store.council_among(&ids).await?;
        let sides: Vec<Side> = children
            .iter()
            .map(|row| Side::Child(row.id()))
            .chain(councils.iter().map(|row| Side::Council(row.id())))
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

fn build(all: &[(Side, Vec<Row>)]) -> Result<Loaded, Problem> {
    // Only one row of each child is learned from: a child's own aliases are not two children who agree.
    let named = all.iter().filter(|(side, _)| matches!(side, Side::Child(_)));
    let firsts: Vec<&Row> = named.filter_map(|(_, rows)| rows.first()).collect();
    let (mut model, name) = if firsts.len() < ENOUGH_TO_LEARN {
        let model = Model::defaults(&rows::schema());
        let name = format!("defaults, form {}", model.form);
        (model, name)
    } else {
        let mut records = Records::new(rows::schema());
        for (number, row) in firsts.iter().enumerate() {
            records.push(&number.to_string(), row);
        }
        let model = learn(records, &Training::default());
        let name = format!("learned from {} children, form {}", firsts.len(), model.form);
        (model, name)
    };
    model.matches_per_record = EXPECTED;
    let mut records = Records::new(rows::schema());
    for (side, rows) in all {
        for (number, row) in rows.iter().enumerate() {
            records.push(&rows::row_id(*side, number), row);
        }
    }
    let settings = Settings { model: Some(model), ..Settings::default() };
    let index = Index::build(records, &settings).map_err(Problem::fault)?;
    Ok(Loaded { index, model: name })
}
