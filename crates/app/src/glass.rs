//! Breaking the glass: opening what a role alone does not, with a reason, for an hour; and the review of it.
//!
//! Each break is one entry of a list kept by month under settings, with an audit entry; what is read with it carries
//! the reason in the access log. Until an inspector has decided on it, it stands in the queue: the duty inspector owns
//! it, a clock runs, and each rung the clock climbs is kept with it and audited.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::clocks::RunningClock;
use cf_kernel::{Role, SessionId, Timestamp, UserId};
use cf_store::{AccessRecorded, Account};
use cf_timescales::{ClockKey, Rules};
use serde::{Deserialize, Serialize};

use crate::{App, Caller, Problem};

/// What reasons and reviews are sealed for.
const REASON: &str = "glass";

/// How long it stays open. A setting.
const OPEN_MINUTES: i64 = 60;

/// One break of the glass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// In which session.
    pub session: SessionId,
    /// Why. Sealed at rest; [`App::breaks`] opens it.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Until when it opens.
    pub until: Timestamp,
    /// What the reviewer found, once reviewed.
    pub review: Option<Review>,
    /// The clock of the review while that is owed, with the rungs it has climbed. None in what was kept before there
    /// was one; [`App::breaks`] gives it.
    #[serde(default)]
    pub clock: Option<RunningClock>,
}

impl Break {
    /// The clock of the review, while that is owed.
    fn owed(&self, rules: &Rules) -> Option<RunningClock> {
        if self.review.is_some() {
            return None;
        }
        Some(self.clock.clone().unwrap_or_else(|| clock(self.at, rules)))
    }
}

fn clock(at: Timestamp, rules: &Rules) -> RunningClock {
    let key = ClockKey::GlassReview;
    RunningClock { key, started_at: at, deadline: rules.deadline(key, at, None), climbed: 0 }
}

/// A break on which an inspector has not decided. Who and when, not why: the reason is for whoever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// In which session.
    pub session: SessionId,
    /// When.
    pub at: Timestamp,
    /// The clock of the decision.
    pub clock: RunningClock,
}

/// Under what the lists of all months are kept.
const MONTHS: &str = "glass/";

/// A second person's look at a break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether it was needed.
    pub justified: bool,
    /// In their words. Sealed at rest, as the reason.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

fn key(at: Timestamp) -> String {
    let day = at.day().date();
    format!("{MONTHS}{:04}-{:02}", day.year(), day.month())
}

impl App {
    /// Opens restricted records to the caller for an hour.
    ///
    /// # Errors
    /// A denial, a reason that says too little, or a fault.
    #[boxed]
    pub async fn break_glass(&self, caller: &Caller, reason: String) -> Result<(), Problem> {
        self.authorise(caller, Action::BreakGlass, &Resource::desk(), &[]).await?;
        let session = caller.session.ok_or(Problem::SignInNeeded)?;
        if reason.trim().chars().count() < 10 {
            return Err(Problem::invalid("reason", "Say why it is needed, in a sentence."));
        }
        let now = self.now();
        // Sealed before it goes anywhere: into the list, into the audit, and beside everything read with it.
        let reason = self.store.seal_text(REASON, reason.trim()).await?;
        let one = Break {
            user: caller.actor.user,
            name: caller.actor.name.clone(),
            session,
            reason,
            at: now,
            until: now.plus_minutes(OPEN_MINUTES),
            review: None,
            clock: Some(clock(now, &self.timescales)),
        };
        let audit = self.audit(caller, Action::BreakGlass, one.reason.clone());
        self.change_breaks(&key(now), &audit, |breaks| {
            breaks.push(one.clone());
            Ok(())
        })
        .await
    }

    /// Breaks of this month and the last and every one that is not decided on, newest first.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn breaks(&self, caller: &Caller) -> Result<Vec<Break>, Problem> {
        self.authorise(caller, Action::ReviewGlass, &Resource::desk(), &[]).await?;
        let now = self.now();
        let recent = [key(last_month(now)), key(now)];
        let mut all = Vec::new();
        for month in self.store.setting_keys(MONTHS).await? {
            let breaks = self.read_breaks(&month).await?.1.into_iter();
            all.extend(breaks.filter(|one| one.review.is_none() || recent.contains(&month)));
        }
        all.reverse();
        for one in &mut all {
            one.clock = one.owed(&self.timescales);
            one.reason = self.unsealed(&one.reason).await;
            if let Some(review) = &mut one.review {
                review.words = self.unsealed(&review.words).await;
            }
        }
        Ok(all)
    }

    /// Every break that is not decided on, soonest due first. The caller has authorised.
    pub(crate) async fn undecided_breaks(&self) -> Result<Vec<Undecided>, Problem> {
        let mut waiting = Vec::new();
        for month in self.store.setting_keys(MONTHS).await? {
            for one in self.read_breaks(&month).await?.1 {
                if let Some(clock) = one.owed(&self.timescales) {
                    let Break { user, name, session, at, .. } = one;
                    waiting.push(Undecided { user, name, session, at, clock });
                }
            }
        }
        waiting.sort_by_key(|one| (one.clock.deadline.due_at, one.at));
        Ok(waiting)
    }

    /// Climbs every rung whose time has come; gives how many. Whatever fails is logged and tried in the next round.
    pub(crate) async fn climb_breaks(&self, caller: &Caller) -> Result<usize, Problem> {
        let now = self.now();
        let mut climbed = 0;
        for one in self.undecided_breaks().await? {
            let (rung, due) = one.clock.next_escalation();
            if due > now {
                continue;
            }
            let what = format!("{}: {}", one.clock.key.code(), rung.code());
            let audit = self.audit(caller, Action::Escalate, what);
            let next = RunningClock { climbed: one.clock.climbed + 1, ..one.clock.clone() };
            let month = key(one.at);
            let change = self.change_breaks(&month, &audit, |breaks| {
                let same = |found: &&mut Break| found.session == one.session && found.at == one.at;
                let found = breaks.iter_mut().find(same).ok_or(Problem::NotFound)?;
                // An inspector decided, or another node climbed, between the list and now.
                if found.owed(&self.timescales).as_ref() != Some(&one.clock) {
                    return Err(Problem::Conflict);
                }
                found.clock = Some(next.clone());
                Ok(())
            });
            match change.await {
                Ok(()) => climbed += 1,
                Err(Problem::Conflict | Problem::NotFound) => {}
                Err(problem) => tracing::error!(at = %one.at, %problem, "could not escalate an opening"),
            }
        }
        Ok(climbed)
    }

    /// Reviews a break. Nobody reviews their own.
    ///
    /// # Errors
    /// A denial, a refusal, not found, or a fault.
    #[boxed]
    pub async fn review_break(
        &self,
        caller: &Caller,
        session: SessionId,
        at: Timestamp,
        justified: bool,
        words: String,
    ) -> Result<(), Problem> {
        let breaks = self.read_breaks(&key(at)).await?.1;
        let broken =
            breaks.iter().find(|one| one.session == session && one.at == at).ok_or(Problem::NotFound)?;
        self.authorise(caller, Action::ReviewGlass, &Resource::glass(broken.user), &[]).await?;
        if words.trim().is_empty() {
            return Err(Problem::invalid("words", "Say what you looked at and found."));
        }
        let review = Review {
            user: caller.actor.user,
            name: caller.actor.name.clone(),
            justified,
            words: self.store.seal_text(REASON, words.trim()).await?,
            at: self.now(),
        };
        let audit = self.audit(caller, Action::ReviewGlass, review.words.clone());
        self.change_breaks(&key(at), &audit, |breaks| {
            let found = breaks
                .iter_mut()
                .find(|one| one.session == session && one.at == at)
                .ok_or(Problem::NotFound)?;
            if found.user == review.user {
                return Err(Problem::Refused {
                    code: "own_break",
                    message: "nobody reviews their own opening of a restricted record".into(),
                    next_step: "Ask another inspector.",
                });
            }
            found.review = Some(review.clone());
            Ok(())
        })
        .await
    }

    /// The reason under which the caller has restricted records open, in their own words.
    #[boxed]
    pub async fn glass_reason(&self, caller: &Caller) -> Option<String> {
        Some(self.unsealed(caller.glass.as_deref()?).await)
    }

    /// Entries of the access log with their reasons in words, for those who may read it.
    pub(crate) async fn with_reasons(&self, mut entries: Vec<AccessRecorded>) -> Vec<AccessRecorded> {
        for entry in &mut entries {
            if let Some(reason) = &entry.reason {
                entry.reason = Some(self.unsealed(reason).await);
            }
        }
        entries
    }

    /// One text that cannot be opened must not hide a whole list from an inspector.
    async fn unsealed(&self, stored: &str) -> String {
        match self.store.unseal_text(REASON, stored).await {
            Ok(text) => text,
            Err(fault) => {
                tracing::error!(%fault, "a reason cannot be opened");
                "[sealed, and cannot be opened with this key]".to_owned()
            }
        }
    }

    /// The reason under which this session has restricted records open now, sealed.
    pub(crate) async fn glass_of(
        &self,
        account: &Account,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<String>, Problem> {
        if !matches!(account.role, Role::Operator | Role::Investigator) {
            return Ok(None);
        }
        let mut open = self.read_breaks(&key(now)).await?.1;
        let begun = now.plus_minutes(-OPEN_MINUTES);
        if key(begun) != key(now) {
            open.extend(self.read_breaks(&key(begun)).await?.1);
        }
        let mine = open.into_iter().find(|one| one.session == session && one.until > now);
        Ok(mine.map(|one| one.reason))
    }

    async fn read_breaks(&self, key: &str) -> Result<(i64, Vec<Break>), Problem> {
        let Some(setting) = self.store.setting(key).await? else { return Ok((0, Vec::new())) };
        Ok((setting.version, serde_json::from_str(&setting.json).map_err(Problem::fault)?))
    }

    async fn change_breaks(
        &self,
        key: &str,
        audit: &cf_store::AccessEntry,
        change: impl Fn(&mut Vec<Break>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        for _ in 0..8 {
            let (version, mut breaks) = self.read_breaks(key).await?;
            change(&mut breaks)?;
            let json = serde_json::to_string(&breaks).map_err(Problem::fault)?;
            if self.store.save_setting(key, &json, version, audit).await?.is_some() {
                return Ok(());
            }
        }
        Err(Problem::Conflict)
    }
}

fn last_month(now: Timestamp) -> Timestamp {
    let date = now.day().date();
    cf_kernel::CalendarDay::from_date(date.first_of_month()).plus_days(-1).start()
}
