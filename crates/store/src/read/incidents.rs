//! A missing incident as rows, and incidents by child.
use async_recursion::async_recursion as boxed;
use cf_casework::clocks::Clocks;
use cf_casework::missing::state::{Incident, InterviewOutcome, Origin, Phase, Prevention, State};
use cf_kernel::{ChildId, Grade, IncidentId, StreamId, Timestamp};
use uuid::Uuid;

use super::tables::{INCIDENT, RUNNING_CLOCK};
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, NoRow, Store};

from_row! {
    /// One incident, as lists show it. Times are microseconds.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct IncidentRow {
        pub stream: Uuid,
        pub child: Uuid,
        pub phase: String,
        pub grade: Option<String>,
        pub grade_source: Option<String>,
        pub grade_source_at: Option<i64>,
        pub recommended: Option<String>,
        pub below: bool,
        pub reported_at: i64,
        pub last_seen_at: Option<i64>,
        pub returned_at: Option<i64>,
        pub closed_at: Option<i64>,
        pub how: Option<String>,
        pub harm: Option<String>,
        pub owner_name: String,
        pub borough: Option<String>,
        pub missing_from: Option<String>,
        pub origin: String,
        pub talks: String,
    }
}

impl IncidentRow {
    /// The incident's id.
    #[must_use]
    pub fn id(&self) -> IncidentId {
        IncidentId::from_uuid(self.stream)
    }
    /// The grade that stands.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.grade.as_deref().and_then(Grade::from_code)
    }
}

/// That this child has no incident with the child missing.
#[must_use]
pub fn not_missing(child: ChildId) -> NoRow {
    NoRow { table: &INCIDENT, values: vec![("child", child.into()), ("phase", "missing".into())] }
}

/// The rows of an incident.
#[must_use]
pub fn incident_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(incident) = &state.incident else { return Vec::new() };
    let mut rows = vec![incident_row(stream, incident)];
    rows.extend(clock_rows(stream, "missing", incident.child, &incident.clocks, |id| owner_of(incident, id)));
    rows
}

/// A task is its own owner's; a hand-over waits for the person it is meant for; the rest is the incident's owner's.
fn owner_of<'a>(incident: &'a Incident, clock: &str) -> &'a cf_casework::Owner {
    if let Some(number) = clock.strip_prefix("task:").and_then(|number| number.parse::<u32>().ok())
        && let Some(task) = incident.tasks.iter().find(|task| task.number == number)
    {
        return &task.task.owner;
    }
    match &incident.hand_over {
        Some(hand_over) if clock == "handover_ack" => &hand_over.what.to,
        _ => &incident.owner,
    }
}

pub(super) fn clock_rows<'a>(
    stream: StreamId,
    kind: &'static str,
    child: ChildId,
    clocks: &Clocks,
    owner_of: impl Fn(&str) -> &'a cf_casework::Owner,
) -> Vec<Row> {
    let row = |(id, clock): (&cf_casework::clocks::ClockId, &cf_casework::clocks::RunningClock)| {
        let owner = owner_of(id.as_str());
        let (rung, at) = clock.next_escalation();
        Row {
            table: &RUNNING_CLOCK,
            stream,
            part: id.as_str().to_owned(),
            values: vec![
                kind.into(),
                clock.key.code().into(),
                child.into(),
                owner.user().into(),
                owner.name().into(),
                clock.started_at.into(),
                clock.deadline.due_at.into(),
                clock.climbed.into(),
                rung.code().into(),
                at.into(),
            ],
        }
    };
    clocks.iter().map(row).collect()
}

/// Smaller is more urgent: missing before back, then the grade; not graded yet counts before high.
fn urgency(incident: &Incident) -> i64 {
    match (&incident.phase, incident.grade()) {
        (Phase::Closed { .. }, _) => 9,
        (Phase::Back(_), _) => 6,
        (Phase::Missing, None) => 0,
        (Phase::Missing, Some(Grade::High)) => 1,
        (Phase::Missing, Some(Grade::Medium)) => 2,
        (Phase::Missing, Some(Grade::Low)) => 3,
        (Phase::Missing, Some(Grade::VeryLow)) => 4,
    }
}

/// The two talks in one word, for lists: what is owed, or whether the return home interview was held.
#[must_use]
pub fn talks(incident: &Incident) -> &'static str {
    if incident.back().is_none() || incident.back_without_talks() {
        return "none";
    }
    match (&incident.prevention, &incident.interview.end) {
        (Prevention::Owed, None) => "both_owed",
        (Prevention::Owed, Some(_)) => "prevention_owed",
        (_, None) => "interview_owed",
        (_, Some(InterviewOutcome::Held(_))) => "held",
        (_, Some(InterviewOutcome::NotHeld(_))) => "not_held",
    }
}

fn incident_row(stream: StreamId, incident: &Incident) -> Row {
    let back = incident.back();
    let closed_at = match incident.phase {
        Phase::Closed { at, .. } => Some(at),
        Phase::Missing | Phase::Back(_) => None,
    };
    let phase = match incident.phase {
        Phase::Missing => "missing",
        Phase::Back(_) => "back",
        Phase::Closed { .. } => "closed",
    };
    let (borough, missing_from, origin) = match &incident.origin {
        Origin::Report(report) => (report.borough.clone(), Some(report.missing_from.code()), "report"),
        Origin::Import(import) => {
            (import.borough.clone(), import.missing_from.map(|from| from.code()), "import")
        }
    };
    let next = incident.clocks.values().min_by_key(|clock| clock.deadline.due_at);
    let open = incident.is_open();
    let hand_over = incident.hand_over.as_ref();
    let text = |code: Option<&'static str>| Value::from(code.map(str::to_owned));
    Row {
        table: &INCIDENT,
        stream,
        part: String::new(),
        values: vec![
            incident.child.into(),
            phase.into(),
            urgency(incident).into(),
            text(incident.grade().map(Grade::code)),
            incident.grader().into(),
            incident.grade_source().map(|import| import.source_system.clone()).into(),
            incident.grade_source().and_then(|import| import.graded_at).into(),
            text(incident.recommended.map(Grade::code)),
            incident.below_recommendation().into(),
            (open && !incident.gradings.is_empty() && !incident.looked_at(false)).into(),
            (open && incident.below_recommendation() && !incident.looked_at(true)).into(),
            (open && (incident.facts_have_moved() || incident.regrade_asked())).into(),
            incident.reported_at.into(),
            incident.last_seen_at.into(),
            back.map(|back| back.returned_at).into(),
            closed_at.into(),
            text(back.map(|back| back.how.code())),
            text(back.map(|back| back.harm.code())),
            incident.owner.user().into(),
            incident.owner.name().into(),
            incident.owner.team().into(),
            hand_over.and_then(|hand_over| hand_over.what.to.user()).into(),
            hand_over.map(|hand_over| hand_over.what.to.team()).into(),
            hand_over.map(|hand_over| hand_over.what.to.name().to_owned()).into(),
            hand_over.map(|hand_over| hand_over.at).into(),
            incident.last_action_at.into(),
            text(next.map(|clock| clock.key.code())),
            next.map(|clock| clock.deadline.due_at).into(),
            borough.into(),
            text(missing_from),
            origin.into(),
            talks(incident).into(),
            incident.gradings.first().map(|grading| grading.at).into(),
            incident.reviews.first().map(|review| review.at).into(),
            match &incident.prevention {
                Prevention::Held(held) => Some(held.what.held_at),
                Prevention::HeldElsewhere(at) => Some(*at),
                Prevention::Owed | Prevention::Forgone(_) => None,
            }
            .into(),
            incident.interview.offers.first().map(|offer| offer.at).into(),
            match &incident.interview.end {
                Some(InterviewOutcome::Held(held)) => Some(held.what.held_at),
                Some(InterviewOutcome::NotHeld(_)) | None => None,
            }
            .into(),
        ],
    }
}

/// What an [`IncidentRow`] is read from.
pub(super) const COLUMNS: &str = "stream, child, phase, grade, grade_source, grade_source_at, recommended, below, reported_at, last_seen_at, returned_at, \
    closed_at, how, harm, owner_name, borough, missing_from, origin, talks";

impl Store {
    /// A child's incidents, newest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn incidents_of(&self, child: ChildId, limit: i64) -> Result<Vec<IncidentRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from incident where child = $1 order by reported_at desc, stream limit $2"
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![child.uuid(), limit]).await?)
    }

    /// How many incidents of a child began in this time, not counting one; and the moment of the latest.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn episodes_before(
        &self,
        child: ChildId,
        from: Timestamp,
        until: Timestamp,
        but: Option<IncidentId>,
    ) -> Result<i64, Fault> {
        let sql = "select count(*) from incident where child = $1 and reported_at >= $2 and reported_at < $3 \
                   and stream <> $4 and (how is null or how <> 'not_missing')";
        let but = but.map_or(Uuid::nil(), IncidentId::uuid);
        let row: Option<(i64,)> =
            self.reads().row(sql, args![child.uuid(), from.micros(), until.micros(), but]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// Whether a child has an incident that is not closed, and which.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn open_incidents_of(&self, child: ChildId) -> Result<Vec<IncidentRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from incident where child = $1 and phase <> 'closed' order by reported_at desc, stream"
        );
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args![child.uuid()]).await?)
    }
}
