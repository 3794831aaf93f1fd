//! Asking people whether two records are one child, and recording what they decide.
use std::sync::Arc;
use std::time::Instant;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::Owner;
use cf_casework::link::{Act, Command, Event, Links, Pair, Side};
use cf_kernel::{ChildId, CommandId, Decider as _, LinkId, Private};

use super::{Heard, Loaded, rows, weigh};
use crate::import::derived_id;
use crate::pace::Pace;
use crate::{App, Caller, Problem};

/// The most pairs one record is proposed for at once: more mean a record that says too little.
const MOST_FOR_ONE: usize = 5;

/// The stream of a pair.
pub(super) fn link_id(pair: Pair) -> LinkId {
    LinkId::from_uuid(derived_id("link", &format!("{} {}", pair.child, pair.other.stream())))
}

/// The child a report registers, if its child turns out not to be known.
pub(crate) fn child_begun_by(report: CommandId) -> ChildId {
    ChildId::from_uuid(derived_id("child", &report.to_string()))
}

impl App {
    /// Asks people about every pair at or above the threshold that nobody has spoken of; gives how many.
    ///
    /// # Errors
    /// A fault of the database.
    #[boxed]
    pub async fn propose_links(&self) -> Result<usize, Problem> {
        self.propose_all(Pace::Quick).await
    }

    /// The same at the pace given.
    pub(super) async fn propose_all(&self, pace: Pace) -> Result<usize, Problem> {
        let (mut after, mut proposed) = (None, 0);
        loop {
            let streams = self.store.streams_page("child", after, 256).await?;
            let Some(last) = streams.last() else { return Ok(proposed) };
            after = Some(*last);
            let sides: Vec<Side> =
                streams.iter().map(|stream| Side::Child(ChildId::from_uuid(stream.uuid()))).collect();
            proposed += self.propose_for(&sides, pace).await?;
        }
    }

    /// The same, for pairs with one of these records.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) async fn propose_for(&self, records: &[Side], pace: Pace) -> Result<usize, Problem> {
        let Some(loaded) = self.matching.loaded() else { return Ok(0) };
        let propose = self.link_thresholds().await?.propose;
        let mut proposed = 0;
        for record in records {
            let begin = Instant::now();
            proposed += self.propose_pairs_of(&loaded, *record, propose).await?;
            pace.rest(begin).await;
        }
        Ok(proposed)
    }

    async fn propose_pairs_of(&self, loaded: &Loaded, record: Side, propose: f64) -> Result<usize, Problem> {
        let asked = weigh::rows_of(self, record).await?;
        // What the days say is added afterwards, so that pairs somewhat below are weighed as well.
        let candidates = loaded.candidates(&asked, propose / 64.0, MOST_FOR_ONE * 4);
        let mut proposed = 0;
        for found in candidates {
            let pair = match (record, found.side) {
                (Side::Child(child), other) | (other, Side::Child(child)) => Pair::of(child, other),
                // A link always has a child known to police at one end.
                (Side::Council(_) | Side::Partner(_), Side::Council(_) | Side::Partner(_)) => None,
            };
            let Some(pair) = pair else { continue };
            let stream = link_id(pair).into();
            if self.store.versions(&[stream]).await?.contains_key(&stream) {
                continue;
            }
            let weighed = self.weighed(loaded, pair, found.explanation).await?;
            if weighed.probability < propose {
                continue;
            }
            match self.propose(pair, weighed.evidence()).await {
                Ok(()) => proposed += 1,
                // Another node, or a person, was first.
                Err(Problem::Conflict | Problem::Refused { .. }) => {}
                Err(problem) => return Err(problem),
            }
            if proposed == MOST_FOR_ONE {
                break;
            }
        }
        Ok(proposed)
    }

    async fn propose(&self, pair: Pair, evidence: cf_casework::link::Evidence) -> Result<(), Problem> {
        let caller = Caller::system("matching");
        let records = [pair.child.into(), pair.other.stream()];
        self.authorise(&caller, Action::ProposeLink, &Resource::desk(), &records).await?;
        let owner = Owner::Desk { team: self.desk.team, name: self.desk.name.clone() };
        self.on_pair(&caller, CommandId::new(), pair, None, Act::Propose { evidence, owner }).await
    }

    /// Records what a person decides about a pair: link, keep apart, unsure, undo. The engine's evidence at this
    /// moment is kept with it.
    ///
    /// # Errors
    /// A refusal, a denial, not found, or a conflict when the pair has moved on since `seen_version`.
    #[boxed]
    pub async fn decide_link(
        &self,
        caller: &Caller,
        command: CommandId,
        id: LinkId,
        seen_version: i64,
        decision: Decision,
    ) -> Result<(), Problem> {
        let pair = self.pair_of(id).await?;
        self.authorise_pair(caller, pair).await?;
        if self.store.command_done(command).await? {
            return Ok(());
        }
        let evidence = match decision {
            Decision::Same(_) | Decision::Different(_) => {
                self.weigh(pair).await?.map(|weighed| weighed.evidence())
            }
            Decision::Unsure(_) | Decision::Undo(_) => None,
        };
        let act = match decision {
            Decision::Same(note) => Act::Link { evidence, note: note.into() },
            Decision::Different(why) => Act::Differ { evidence, why: why.into() },
            Decision::Unsure(note) => Act::Unsure(note.into()),
            Decision::Undo(why) => Act::Unlink(why.into()),
        };
        self.on_pair(caller, command, pair, Some(seen_version), act).await
    }

    pub(super) async fn pair_of(&self, id: LinkId) -> Result<Pair, Problem> {
        let loaded = self.load::<Links>(id.into()).await?;
        loaded.state.link.map(|link| link.pair).ok_or(Problem::NotFound)
    }

    /// Whoever decides must be able to open both records.
    async fn authorise_pair(&self, caller: &Caller, pair: Pair) -> Result<(), Problem> {
        let records = [pair.child.into(), pair.other.stream()];
        let mut restricted = self.is_restricted(pair.child).await?;
        match pair.other {
            Side::Child(other) => restricted |= self.is_restricted(other).await?,
            Side::Council(other) => {
                let resource = self.council_resource(caller, other).await?;
                self.authorise(caller, Action::ViewCouncilRecords, &resource, &[other.into()]).await?;
            }
            Side::Partner(other) => {
                self.partner_record(caller, other).await?;
            }
        }
        self.authorise(caller, Action::DecideLink, &Resource::child(restricted), &records).await
    }

    pub(super) async fn is_restricted(&self, child: ChildId) -> Result<bool, Problem> {
        Ok(self.store.child_row(child).await?.is_none_or(|row| row.restricted))
    }

    /// During a report: this known child is not the one the caller means. Remembered for this report, and for the
    /// child it may come to register, with who said so and why.
    ///
    /// # Errors
    /// A denial, no such child, a blank reason, or a fault.
    #[boxed]
    pub async fn not_this_child(
        &self,
        caller: &Caller,
        heard: &Heard,
        child: ChildId,
        why: String,
    ) -> Result<(), Problem> {
        let report = heard.report.ok_or(Problem::NotFound)?;
        self.authorise(caller, Action::TakeReport, &Resource::desk(), &[child.into()]).await?;
        let row = self.store.child_row(child).await?.ok_or(Problem::NotFound)?;
        if row.restricted && !self.may(caller, Action::ViewChild, &Resource::child(true)) {
            return Err(Problem::Denied { action: Action::ViewChild.code(), glass: true });
        }
        let begun = child_begun_by(report);
        let pair = Pair::of(child, Side::Child(begun)).ok_or(Problem::NotFound)?;
        let evidence = self.matching.loaded().and_then(|loaded| {
            let found = loaded.candidates(&rows::of_heard(heard), 1e-6, 50);
            let found = found.into_iter().find(|found| found.side == Side::Child(child))?;
            let explanation = found.explanation;
            let line = |line: cf_linkage::explain::Line| cf_casework::link::EvidenceLine {
                field: line.field,
                level: line.level,
                weight: line.weight,
            };
            Some(cf_casework::link::Evidence {
                model: loaded.model.clone(),
                score: explanation.score,
                lines: explanation.lines.into_iter().map(line).collect(),
            })
        });
        // Derived, so that the button pressed twice says it once.
        let command = CommandId::from_uuid(derived_id("not this child", &format!("{report} {child}")));
        if self.store.command_done(command).await? {
            return Ok(());
        }
        let act = Act::Differ { evidence, why: Private::Known(why) };
        match self.on_pair(caller, command, pair, None, act).await {
            Err(Problem::Refused { code: "already_different", .. }) => Ok(()),
            other => other,
        }
    }

    async fn on_pair(
        &self,
        caller: &Caller,
        command: CommandId,
        pair: Pair,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        let loaded = self.load::<Links>(link_id(pair).into()).await?;
        if seen_version.is_some_and(|seen| seen != loaded.version) {
            return Err(Problem::Conflict);
        }
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        let events =
            Links::decide(&loaded.state, Command { by: caller.actor.clone(), now, rules, pair, act })
                .map_err(|refusal| Problem::refused(&refusal))?;
        let grown = loaded.grow(pair.child.into(), &events, Event::occurred_at, now)?;
        self.record(caller, command, now, vec![grown]).await?;
        Ok(())
    }
}

/// What a person decides about a pair, with their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// One child.
    Same(String),
    /// Two children.
    Different(String),
    /// Left for another look.
    Unsure(String),
    /// The link is undone.
    Undo(String),
}
