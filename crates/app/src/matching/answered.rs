//! Whether somebody has said of every child who very likely is the one if it is, before a report registers another.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::{ChildId, StreamId};

use super::{Heard, Likely};
use crate::{App, Caller, Problem};

/// Children shown beside a report, and asked about at most. Who is not among them is found by saying more.
pub const SHOWN: usize = 6;

/// A child the report may be about, and the question that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MayBeKnown {
    /// The child.
    pub child: ChildId,
    /// Whether it is this child, with the name and what else tells one child from another.
    pub question: String,
}

impl App {
    /// Children from the threshold `strong` on, open to the caller, of whom nobody has said whether this report is
    /// about them. Restricted records the caller may not open are never among them: to ask would reveal them. Logged
    /// as a consultation of those that are asked about, and of no other.
    ///
    /// Without the index, which alone knows how likely a child is, there are none.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn unanswered(&self, caller: &Caller, heard: &Heard) -> Result<Vec<MayBeKnown>, Problem> {
        if self.matching.loaded().is_none() || heard.is_empty() {
            return Ok(Vec::new());
        }
        let asked = heard.as_search();
        let named =
            if asked.is_empty() { Vec::new() } else { self.store.search_children(&asked, SHOWN).await? };
        self.catch_up(named.iter().map(|one| one.child.id())).await?;
        let opens = self.may(caller, Action::ViewChild, &Resource::child(true));
        let asked_about = |one: &Likely| one.to_answer && (opens || !one.child.restricted);
        let mut waiting = self.finds(caller, heard, SHOWN).await?.children;
        waiting.retain(asked_about);
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        // What they were when the index last heard of them may be corrected since.
        self.catch_up(waiting.iter().map(|one| one.child.id())).await?;
        waiting = self.finds(caller, heard, SHOWN).await?.children;
        waiting.retain(asked_about);
        let named: Vec<StreamId> = waiting.iter().map(|one| one.child.id().into()).collect();
        self.authorise(caller, Action::SearchChildren, &Resource::desk(), &named).await?;
        self.mark_missing(&mut waiting).await?;
        Ok(waiting
            .iter()
            .map(|one| {
                let born = match one.child.born() {
                    Some(born) => format!("born {}", born.long()),
                    None => "date of birth not known".to_owned(),
                };
                let now = if one.missing_now { ", missing now" } else { "" };
                let question = format!("Is this {}, {born}{now}?", one.child.name);
                MayBeKnown { child: one.child.id(), question }
            })
            .collect())
    }

    /// The index follows the record a moment behind: these children are put in as they stand now, so that two reports
    /// of one child soon after each other are told from each other.
    async fn catch_up(&self, children: impl Iterator<Item = ChildId>) -> Result<(), Problem> {
        let children: Vec<StreamId> = children.map(StreamId::from).collect();
        self.put_again(&children).await?;
        Ok(())
    }
}
