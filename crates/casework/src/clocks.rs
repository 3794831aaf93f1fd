//! Running clocks: what is owed, by when, by whom, and who hears of it next if it is not done.
//!
//! INVARIANT: a live matter always has at least one running clock, and a running clock always has a next
//! escalation. Deciders keep it by saying which clocks a state *wants*; the difference to those running becomes one
//! [`ClocksSet`] event. A property test drives random commands and looks at every state.
use std::collections::BTreeMap;

use cf_kernel::{Grade, Timestamp};
use cf_timescales::{ClockKey, Deadline, Rules, Rung};
use serde::{Deserialize, Serialize};

/// Which clock of a stream: the key's code, or the key and what it is about (`task:3`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockId(String);

impl ClockId {
    /// The one clock of this key.
    #[must_use]
    pub fn of(key: ClockKey) -> Self {
        Self(key.code().to_owned())
    }
    /// The clock of this key about one thing.
    #[must_use]
    pub fn about(key: ClockKey, thing: impl std::fmt::Display) -> Self {
        Self(format!("{}:{thing}", key.code()))
    }
    /// The grade that is asked for where one stands.
    #[must_use]
    pub fn grade_again() -> Self {
        Self::about(ClockKey::FirstGrade, "again")
    }
    /// The text, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// What is owed, in words: `Task 3`, `Next recorded action`. A grade that is asked for again is not the first.
    #[must_use]
    pub fn words(&self) -> String {
        let (code, about) = self.0.split_once(':').unwrap_or((&self.0, ""));
        match (ClockKey::from_code(code), about) {
            (None, _) => "Clock".to_owned(),
            (Some(ClockKey::FirstGrade), "again") => "Grade again".to_owned(),
            (Some(key), "") => key.label().to_owned(),
            (Some(key), about) => format!("{} {about}", key.label()),
        }
    }
}

impl From<&str> for ClockId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningClock {
    /// What is owed.
    pub key: ClockKey,
    /// The moment it counts from. A different start is a restart.
    pub started_at: Timestamp,
    /// When it is due, and who hears of it when after that.
    pub deadline: Deadline,
    /// How many rungs have been climbed.
    pub climbed: u32,
}

/// After the last rung the top is told again this often, until the thing is done.
const TOP_REPEATS_AFTER_HOURS: i64 = 24;

impl RunningClock {
    /// The rung that comes next and the moment it is climbed. There is always one.
    #[must_use]
    pub fn next_escalation(&self) -> (Rung, Timestamp) {
        let climbed = self.climbed as usize;
        if let Some(next) = self.deadline.rungs.get(climbed) {
            return (next.rung, next.at);
        }
        let top = self.deadline.rungs.last();
        let from = top.map_or(self.deadline.due_at, |rung| rung.at);
        let times_beyond = i64::from(self.climbed).saturating_sub(self.deadline.rungs.len() as i64) + 1;
        (
            top.map_or(Rung::ChiefOffice, |rung| rung.rung),
            from.plus_hours(TOP_REPEATS_AFTER_HOURS * times_beyond),
        )
    }

    /// Whether it is past due at this moment.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> bool {
        self.deadline.is_overdue(now)
    }
}

/// All running clocks of a stream.
pub type Clocks = BTreeMap<ClockId, RunningClock>;

/// A clock the state wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub id: ClockId,
    /// What is owed.
    pub key: ClockKey,
    /// The moment it counts from.
    pub start: Timestamp,
    /// The grade that sets the time, for keys whose limit depends on it.
    pub grade: Option<Grade>,
    /// The due time a person set, for reviews and tasks; otherwise the rules say.
    pub due: Option<Timestamp>,
}

impl Wanted {
    /// The one clock of a key, with the time the rules give.
    #[must_use]
    pub fn by_rule(key: ClockKey, start: Timestamp, grade: Option<Grade>) -> Self {
        Self { id: ClockId::of(key), key, start, grade, due: None }
    }
    /// The one clock of a key, due when a person said.
    #[must_use]
    pub fn by_person(key: ClockKey, start: Timestamp, due: Timestamp) -> Self {
        Self { id: ClockId::of(key), key, start, grade: None, due: Some(due) }
    }
}

/// What changed among the clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClocksSet {
    /// Started or restarted.
    pub started: BTreeMap<ClockId, RunningClock>,
    /// Stopped, because the thing was done or no longer matters.
    pub stopped: Vec<ClockId>,
}

/// The change that makes the running clocks the wanted ones; `None` if they already are.
#[must_use]
pub fn change(running: &Clocks, wanted: Vec<Wanted>, rules: &Rules) -> Option<ClocksSet> {
    let mut set = ClocksSet::default();
    for id in running.keys() {
        if !wanted.iter().any(|want| want.id == *id) {
            set.stopped.push(id.clone());
        }
    }
    for want in wanted {
        let same = running.get(&want.id).is_some_and(|clock| {
            clock.started_at == want.start && want.due.is_none_or(|due| due == clock.deadline.due_at)
        });
        if !same {
            let deadline = match want.due {
                Some(due) => rules.deadline_at(want.key, due),
                None => rules.deadline(want.key, want.start, want.grade),
            };
            let clock = RunningClock { key: want.key, started_at: want.start, deadline, climbed: 0 };
            set.started.insert(want.id, clock);
        }
    }
    (set != ClocksSet::default()).then_some(set)
}

/// The clocks after a change.
pub(crate) fn apply(clocks: &mut Clocks, set: &ClocksSet) {
    for id in &set.stopped {
        clocks.remove(id);
    }
    for (id, clock) in &set.started {
        clocks.insert(id.clone(), clock.clone());
    }
}

/// One rung was climbed because a clock was overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Which clock.
    pub clock: ClockId,
    /// Who hears of it.
    pub to: Rung,
    /// How many rungs have now been climbed.
    pub climbed: u32,
}

/// The next rung of this clock, if its time has come.
pub(crate) fn climb(clocks: &Clocks, id: &ClockId, now: Timestamp) -> Option<Escalated> {
    let clock = clocks.get(id)?;
    let (to, at) = clock.next_escalation();
    (now >= at).then(|| Escalated { clock: id.clone(), to, climbed: clock.climbed + 1 })
}

/// The clocks after a rung.
pub(crate) fn climbed(clocks: &mut Clocks, escalated: &Escalated) {
    if let Some(clock) = clocks.get_mut(&escalated.clock) {
        clock.climbed = escalated.climbed;
    }
}
