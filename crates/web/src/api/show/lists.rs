//! Lists: the board, the queue, clocks, matches, history, the access log, council records.
use cf_app::glass::Undecided;
use cf_app::views::QueueView;
use cf_casework::clocks::ClockId;
use cf_casework::council::State as CouncilState;
use cf_kernel::{Grade, Role};
use cf_store::{
    AbsenceRow, AccessRecorded, BoardRow, CouncilRow, Counts, DueClock, Match, Queue, Recorded, Waiting,
};
use uuid::Uuid;

use super::Clock;
use super::child::grade;
use super::flows::FlowAlarmLine;
use super::likely::HiddenChild;
use super::wording::MatterLine;
use crate::api::shape::{At, Code, Day, each, shapes};
use crate::pages::own_children::owes_interview;

shapes! {
    /// The board of open incidents, most urgent first.
    Board {
        counts: OpenCounts,
        incidents: Vec<BoardLine>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// How many open incidents there are, of each kind, whatever the list is narrowed to.
    OpenCounts {
        /// Children missing now.
        missing: i64,
        /// Of these, graded high.
        high: i64,
        /// Of these, not graded yet.
        ungraded: i64,
        /// Children back, with something still owed.
        back: i64,
        /// Open incidents with something overdue.
        overdue: i64,
    }
    /// One open incident.
    BoardLine {
        incident: Uuid,
        child: Uuid,
        /// The child's name, or what stands in its place for a restricted record.
        name: String,
        born_on: Option<Day>,
        restricted: bool,
        looked_after: Option<bool>,
        /// Whether there is a trigger plan.
        trigger_plan: bool,
        /// How many warnings.
        warnings: i64,
        /// `missing` or `back`.
        phase: String,
        grade: Option<Code<Grade>>,
        /// The other system whose grade it is; `null` once a person here has graded.
        grade_source: Option<String>,
        /// When that system graded, if it said.
        grade_source_at: Option<At>,
        recommended: Option<Code<Grade>>,
        /// Whether the grade is below the recommendation.
        below: bool,
        /// Whether a supervisor's look is owed.
        look_owed: bool,
        /// Whether an inspector's look is owed.
        senior_look_owed: bool,
        /// Whether another grade is asked for.
        regrade_owed: bool,
        reported_at: At,
        last_seen_at: Option<At>,
        returned_at: Option<At>,
        /// Whoever holds it.
        owner: String,
        owner_user: Option<Uuid>,
        /// To whom it was handed over, not acknowledged yet.
        handed_to: Option<String>,
        handed_at: Option<At>,
        last_action_at: At,
        /// The next thing due.
        next_due: Option<String>,
        next_due_at: Option<At>,
        /// ONS code.
        borough: Option<String>,
    }
    /// What waits for a supervisor.
    Queues {
        lists: Vec<QueueList>,
        /// Clocks that have climbed beyond their owner, but for those of a list here.
        escalated: Vec<Due>,
        /// Words that were kept or challenged and are not settled, soonest due first.
        wording: Vec<MatterLine>,
        /// Flows of work that fell, until somebody answers.
        alarms: Vec<FlowAlarmLine>,
        /// Openings of restricted records on which no inspector has decided, soonest due first.
        glass: Vec<UndecidedBreak>,
    }
    /// One opening of restricted records, to be decided on by an inspector.
    UndecidedBreak {
        user: Uuid,
        name: String,
        session: Uuid,
        at: At,
        clock: Clock,
    }
    /// One list, longest waiting first.
    QueueList {
        list: Code<Queue>,
        incidents: Vec<BoardLine>,
        /// The clocks of what is owed, matched to the incidents by `record`; none for an incident without one.
        clocks: Vec<Due>,
    }
    /// What the caller owes.
    Mine {
        /// Soonest first.
        clocks: Vec<Due>,
    }
    /// A running clock.
    Due {
        /// The record it runs on.
        record: Uuid,
        /// The kind of record.
        kind: String,
        clock: String,
        /// What is owed, in words.
        what: String,
        /// The child it is about; `null` for a flow of work.
        child: Option<Uuid>,
        owner: String,
        started_at: At,
        due_at: At,
        /// How many people above the owner have been told.
        climbed: i64,
        /// Who hears of it next: `owner`, `supervisor`, `inspector` or `chief_office`.
        next_rung: String,
        next_at: At,
    }
    /// Incidents of the children whom the caller's council answers for: open ones first and most urgent, then the newest.
    OwnChildren {
        incidents: Vec<OwnIncident>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// One of them.
    OwnIncident {
        /// `null` for a restricted record, which is not open to a council: ask the missing desk.
        incident: Option<Uuid>,
        /// The child's name, or what stands in its place for a restricted record.
        name: String,
        born_on: Option<Day>,
        restricted: bool,
        /// `missing`, `back` or `closed`.
        phase: String,
        reported_at: At,
        last_seen_at: Option<At>,
        returned_at: Option<At>,
        /// The return home interview: `owed`, `held`, `not_held` (with the reason) or `not_owed_yet`.
        return_interview: String,
        /// When it is due, if it is owed.
        return_interview_due_at: Option<At>,
    }
    /// Children who may be the one meant. A person decides.
    Found {
        children: Vec<MatchLine>,
        /// Restricted records that fit and are not open to the caller: that they are there, and nothing of them.
        hidden: Vec<HiddenChild>,
        /// Whom to ask about those, by name and role.
        ask: Vec<String>,
    }
    /// One child who may be meant.
    MatchLine {
        child: Uuid,
        name: String,
        born_on: Option<Day>,
        borough: Option<String>,
        restricted: bool,
        trigger_plan: bool,
        warnings: i64,
        /// Why this child, in words.
        because: Vec<String>,
    }
    /// Every event of a record, oldest first.
    History {
        events: Vec<EventLine>,
    }
    /// One event, without its text.
    EventLine {
        version: i64,
        event: String,
        /// When it happened, as told.
        occurred_at: At,
        recorded_at: At,
        user: Uuid,
        role: Code<Role>,
        team: Uuid,
    }
    /// Who looked at what, newest first.
    AccessLog {
        entries: Vec<AccessLine>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// One entry of the access log.
    AccessLine {
        at: At,
        user: Uuid,
        role: Code<Role>,
        action: String,
        records: Vec<Uuid>,
        purpose: String,
        reason: Option<String>,
        permitted: bool,
        /// The policies that settled it.
        policies: String,
        request: String,
    }
    /// Records councils sent.
    CouncilRecords {
        records: Vec<CouncilLine>,
        /// Give this as `after` to go on; `null` when the list has ended.
        after: Option<String>,
    }
    /// One child as one council's returns show them.
    CouncilLine {
        id: Uuid,
        /// DfE three-digit code.
        authority: String,
        local_id: String,
        born_on: Option<Day>,
        first_year: i64,
        last_year: i64,
        /// `null` where the return names no episode of care.
        in_care: Option<bool>,
        missing_periods: i64,
        away_periods: i64,
        open_period: bool,
    }
    /// One council record with its absences.
    CouncilRecord {
        id: Uuid,
        authority: String,
        local_id: Option<String>,
        /// The collection year of the latest return: 2026 means 1 April 2025 to 31 March 2026.
        year: i64,
        /// How many different statements there have been.
        statements: i64,
        absences: Vec<Absence>,
    }
    /// A period a council's return shows. Neither is ever derived from the other, nor from a missing incident.
    Absence {
        year: i64,
        /// `M` missing, `A` away from placement.
        kind: String,
        from: Day,
        to: Option<Day>,
    }
}

impl From<Counts> for OpenCounts {
    fn from(Counts { missing, high, ungraded, back, overdue }: Counts) -> Self {
        Self { missing, high, ungraded, back, overdue }
    }
}

impl From<&BoardRow> for BoardLine {
    fn from(row: &BoardRow) -> Self {
        Self {
            incident: row.stream,
            child: row.child,
            name: row.name.clone(),
            born_on: row.born_on.clone().map(Day),
            restricted: row.restricted,
            looked_after: row.looked_after,
            trigger_plan: row.trigger_plan,
            warnings: row.warnings,
            phase: row.phase.clone(),
            grade: grade(row.grade.as_deref()),
            grade_source: row.grade_source.clone(),
            grade_source_at: row.grade_source_at.map(At::micros),
            recommended: grade(row.recommended.as_deref()),
            below: row.below,
            look_owed: row.look_owed,
            senior_look_owed: row.senior_look_owed,
            regrade_owed: row.regrade_owed,
            reported_at: At::micros(row.reported_at),
            last_seen_at: row.last_seen_at.map(At::micros),
            returned_at: row.returned_at.map(At::micros),
            owner: row.owner_name.clone(),
            owner_user: row.owner_user,
            handed_to: row.hand_over_name.clone(),
            handed_at: row.hand_over_at.map(At::micros),
            last_action_at: At::micros(row.last_action_at),
            next_due: row.next_due.clone(),
            next_due_at: row.next_due_at.map(At::micros),
            borough: row.borough.clone(),
        }
    }
}

impl From<&BoardRow> for OwnIncident {
    fn from(row: &BoardRow) -> Self {
        let owed = owes_interview(row);
        let due = row.next_due_at.filter(|_| owed && row.next_due.as_deref() == Some("return_interview"));
        let interview = match row.talks.as_str() {
            _ if owed => "owed",
            "held" => "held",
            "not_held" => "not_held",
            _ => "not_owed_yet",
        };
        Self {
            incident: (!row.restricted).then_some(row.stream),
            name: row.name.clone(),
            born_on: row.born_on.clone().map(Day),
            restricted: row.restricted,
            phase: row.phase.clone(),
            reported_at: At::micros(row.reported_at),
            last_seen_at: row.last_seen_at.map(At::micros),
            returned_at: row.returned_at.map(At::micros),
            return_interview: interview.to_owned(),
            return_interview_due_at: due.map(At::micros),
        }
    }
}

impl From<&QueueView> for Queues {
    fn from(view: &QueueView) -> Self {
        let list = |(queue, waiting): &(Queue, Vec<Waiting>)| QueueList {
            list: Code(*queue),
            incidents: waiting.iter().map(|one| BoardLine::from(&one.row)).collect(),
            clocks: waiting.iter().filter_map(|one| one.clock.as_ref()).map(Due::from).collect(),
        };
        Self {
            lists: view.lists.iter().map(list).collect(),
            escalated: each(&view.escalated),
            wording: each(&view.wording),
            alarms: each(&view.alarms),
            glass: each(&view.glass),
        }
    }
}

impl From<&Undecided> for UndecidedBreak {
    fn from(one: &Undecided) -> Self {
        let id = ClockId::of(one.clock.key);
        Self {
            user: one.user.uuid(),
            name: one.name.clone(),
            session: one.session.uuid(),
            at: At(one.at),
            clock: (&id, &one.clock).into(),
        }
    }
}

impl From<&DueClock> for Due {
    fn from(clock: &DueClock) -> Self {
        Self {
            record: clock.stream,
            kind: clock.kind.clone(),
            clock: clock.clock.clone(),
            what: clock.words(),
            child: (clock.kind != "flow").then_some(clock.child),
            owner: clock.owner_name.clone(),
            started_at: At::micros(clock.started_at),
            due_at: At::micros(clock.due_at),
            climbed: clock.climbed,
            next_rung: clock.next_rung.clone(),
            next_at: At::micros(clock.next_at),
        }
    }
}

impl From<&Match> for MatchLine {
    fn from(found: &Match) -> Self {
        let child = &found.child;
        Self {
            child: child.stream,
            name: child.name.clone(),
            born_on: child.born_on.clone().map(Day),
            borough: child.borough.clone(),
            restricted: child.restricted,
            trigger_plan: child.trigger_plan,
            warnings: child.warnings,
            because: found.because.iter().map(|because| (*because).to_owned()).collect(),
        }
    }
}

impl From<&Recorded> for EventLine {
    fn from(event: &Recorded) -> Self {
        let (user, role, team) = event.actor;
        Self {
            version: event.version,
            event: event.event_type.clone(),
            occurred_at: At(event.occurred_at),
            recorded_at: At(event.recorded_at),
            user: user.uuid(),
            role: Code(role),
            team: team.uuid(),
        }
    }
}

impl From<&AccessRecorded> for AccessLine {
    fn from(entry: &AccessRecorded) -> Self {
        Self {
            at: At(entry.at),
            user: entry.user.uuid(),
            role: Code(entry.role),
            action: entry.action.clone(),
            records: entry.records.iter().map(|record| record.uuid()).collect(),
            purpose: entry.purpose.clone(),
            reason: entry.reason.clone(),
            permitted: entry.permitted,
            policies: entry.policies.clone(),
            request: entry.request.clone(),
        }
    }
}

impl From<&CouncilRow> for CouncilLine {
    fn from(row: &CouncilRow) -> Self {
        Self {
            id: row.stream,
            authority: row.authority.clone(),
            local_id: row.local_id.clone(),
            born_on: row.born_on.clone().map(Day),
            first_year: row.first_year,
            last_year: row.last_year,
            in_care: row.in_care,
            missing_periods: row.missing_periods,
            away_periods: row.away_periods,
            open_period: row.open_period,
        }
    }
}

impl CouncilRecord {
    pub(crate) fn of(id: Uuid, state: &CouncilState, absences: &[AbsenceRow]) -> Option<Self> {
        let latest = state.latest()?;
        Some(Self {
            id,
            authority: latest.authority.clone(),
            local_id: latest.local_id.get().cloned(),
            year: latest.year.into(),
            statements: state.statements.into(),
            absences: each(absences),
        })
    }
}

impl From<&AbsenceRow> for Absence {
    fn from(row: &AbsenceRow) -> Self {
        let (from, to) = (Day(row.from_day.clone()), row.to_day.clone().map(Day));
        Self { year: row.absence_year, kind: row.kind.clone(), from, to }
    }
}
