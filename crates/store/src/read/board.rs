//! The board of open incidents, and the supervisor's queue.
use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use cf_kernel::{Actor, ChildId, Grade, IncidentId, Timestamp, UserId};
use uuid::Uuid;

use crate::db::{args, from_row};
use crate::kept::to_the_second;
use crate::{DueClock, Fault, Store};

from_row! {
    /// One open incident on the board. Times are microseconds.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read tables, named for what they hold")]
    pub struct BoardRow {
        pub stream: Uuid,
        pub child: Uuid,
        pub name: String,
        pub born_on: Option<String>,
        pub restricted: bool,
        pub looked_after: Option<bool>,
        pub trigger_plan: bool,
        pub warnings: i64,
        pub phase: String,
        pub grade: Option<String>,
        pub graded_by: Option<Uuid>,
        pub grade_source: Option<String>,
        pub grade_source_at: Option<i64>,
        pub recommended: Option<String>,
        pub below: bool,
        pub look_owed: bool,
        pub senior_look_owed: bool,
        pub regrade_owed: bool,
        pub reported_at: i64,
        pub last_seen_at: Option<i64>,
        pub returned_at: Option<i64>,
        pub owner_user: Option<Uuid>,
        pub owner_team: Uuid,
        pub owner_name: String,
        pub hand_over_user: Option<Uuid>,
        pub hand_over_team: Option<Uuid>,
        pub hand_over_name: Option<String>,
        pub hand_over_at: Option<i64>,
        pub last_action_at: i64,
        pub next_due: Option<String>,
        pub next_due_at: Option<i64>,
        pub borough: Option<String>,
        pub talks: String,
        pub urgency: i64,
    }
}

/// A place on the board, between two rows: after the incident that stood like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardPlace {
    /// Its urgency, 0 first.
    pub urgency: i64,
    /// When its next thing was due, in microseconds.
    pub next_due_at: i64,
    /// The incident.
    pub incident: Uuid,
}

impl BoardRow {
    /// The incident's id.
    #[must_use]
    pub fn id(&self) -> IncidentId {
        IncidentId::from_uuid(self.stream)
    }
    /// The child's id.
    #[must_use]
    pub fn child_id(&self) -> ChildId {
        ChildId::from_uuid(self.child)
    }
    /// Where it stands on the board. None for an incident without a clock, which no sequence of acts leaves open.
    #[must_use]
    pub fn place(&self) -> Option<BoardPlace> {
        let (urgency, incident) = (self.urgency, self.stream);
        self.next_due_at.map(|next_due_at| BoardPlace { urgency, next_due_at, incident })
    }
    /// Where it stands on its council's list: as on the board, and once closed by when it was reported, newest first.
    #[must_use]
    pub fn place_for_council(&self) -> Option<BoardPlace> {
        let (urgency, incident) = (self.urgency, self.stream);
        let closed = (self.phase == "closed").then_some(-self.reported_at);
        closed.or(self.next_due_at).map(|next_due_at| BoardPlace { urgency, next_due_at, incident })
    }
    /// The grade that stands.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.grade.as_deref().and_then(Grade::from_code)
    }
    /// Whether the hand-over that waits is for this person: by name, or to a team they act for.
    #[must_use]
    pub fn handed_to(&self, actor: &Actor) -> bool {
        match self.hand_over_user {
            Some(user) => user == actor.user.uuid(),
            None => self.hand_over_team == Some(actor.team.uuid()),
        }
    }
}

/// Which open incidents to show. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardFilter {
    /// `missing` or `back`.
    pub phase: String,
    /// A grade's code, or `none` for not graded.
    pub grade: String,
    /// A borough's ONS code.
    pub borough: String,
    /// Only what this person holds.
    pub owner: Option<UserId>,
    /// Only what is overdue at this moment.
    pub overdue_at: Option<Timestamp>,
    /// Only what stands after this place.
    pub after: Option<BoardPlace>,
}

/// Which list of the supervisor's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Grades nobody has looked at, but for those that wait for an inspector.
    ToLookAt,
    /// Grades below the recommendation that wait for an inspector.
    SeniorLook,
    /// Incidents whose facts or reviewer ask for another grade.
    Regrade,
    /// Hand-overs not acknowledged.
    HandOvers,
    /// Incidents nobody has graded in their time.
    NotGraded,
    /// Incidents without action in their time.
    NoAction,
}

impl Queue {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ToLookAt => "to_look_at",
            Self::SeniorLook => "senior_look",
            Self::Regrade => "regrade",
            Self::HandOvers => "hand_overs",
            Self::NotGraded => "not_graded",
            Self::NoAction => "no_action",
        }
    }

    /// Every list, in the order of the page.
    pub const ALL: [Queue; 6] =
        [Self::SeniorLook, Self::NotGraded, Self::ToLookAt, Self::Regrade, Self::NoAction, Self::HandOvers];

    /// The clock of what a list waits for, as it stands in the record.
    const fn clock(self) -> &'static str {
        match self {
            Self::ToLookAt => "grade_review",
            Self::SeniorLook => "senior_look",
            Self::Regrade => "first_grade:again",
            Self::HandOvers => "handover_ack",
            Self::NotGraded => "first_grade",
            Self::NoAction => "action_due",
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::ToLookAt => "i.look_owed and not i.senior_look_owed",
            Self::SeniorLook => "i.senior_look_owed",
            Self::Regrade => "i.regrade_owed",
            Self::HandOvers => "i.hand_over_at is not null",
            Self::NotGraded => {
                "i.stream in (select k.stream from running_clock k \
                 where k.clock = 'first_grade' and k.part = 'first_grade' and k.due_at <= $1)"
            }
            Self::NoAction => {
                "i.stream in (select k.stream from running_clock k \
                 where k.clock = 'action_due' and k.due_at <= $1)"
            }
        }
    }
}

/// One incident on a list of the supervisor's queue, with the clock of what is owed there.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The incident.
    pub row: BoardRow,
    /// Since when it is owed, by when, and who hears of it next.
    pub clock: Option<DueClock>,
}

from_row! {
    /// How many open incidents there are, of each kind.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Counts {
        /// Children missing now.
        pub missing: i64,
        /// Of these, graded high.
        pub high: i64,
        /// Of these, not graded yet.
        pub ungraded: i64,
        /// Children back, with something still owed.
        pub back: i64,
        /// Open incidents with something overdue.
        pub overdue: i64,
    }
}

const COLUMNS: &str = "i.stream, i.child, coalesce(c.name, '') as name, c.born_on, coalesce(c.restricted, false) as restricted, \
    c.looked_after, coalesce(c.trigger_plan, false) as trigger_plan, coalesce(c.warnings, 0) as warnings, i.phase, i.grade, \
    i.graded_by, i.grade_source, i.grade_source_at, i.recommended, i.below, i.look_owed, i.senior_look_owed, i.regrade_owed, i.reported_at, i.last_seen_at, i.returned_at, \
    i.owner_user, i.owner_team, i.owner_name, i.hand_over_user, i.hand_over_team, i.hand_over_name, i.hand_over_at, i.last_action_at, i.next_due, i.next_due_at, \
    i.borough, i.talks, i.urgency";
const FROM: &str = "from incident i left join child c on c.stream = i.child";

impl Store {
    /// Open incidents, most urgent first.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn board(&self, filter: &BoardFilter, limit: i64, offset: i64) -> Result<Vec<BoardRow>, Fault> {
        let after = match filter.after {
            Some(_) => "and (i.urgency, i.next_due_at, i.stream) > ($9, $10, $11)",
            None => "",
        };
        let sql = format!(
            "select {COLUMNS} {FROM} where i.phase <> 'closed' and ($1 = '' or i.phase = $1) \
             and ($2 = '' or i.grade = $2 or ($2 = 'none' and i.grade is null)) and ($3 = '' or i.borough = $3) \
             and ($4 = true or i.owner_user = $5) and ($6 = 0 or i.next_due_at <= $6) {after} \
             order by i.urgency, i.next_due_at, i.stream limit $7 offset $8"
        );
        let mut args = args![
            filter.phase.as_str(),
            filter.grade.as_str(),
            filter.borough.as_str(),
            filter.owner.is_none(),
            filter.owner.map_or(Uuid::nil(), UserId::uuid),
            filter.overdue_at.map_or(0, to_the_second),
            limit,
            offset,
        ];
        if let Some(BoardPlace { urgency, next_due_at, incident }) = filter.after {
            args.extend(args![urgency, next_due_at, incident]);
        }
        self.kept(sql, args).await
    }

    /// One list of the supervisor's queue, most urgent and longest waiting first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn queue(&self, queue: Queue, now: Timestamp, limit: i64) -> Result<Vec<Waiting>, Fault> {
        // First which, from the index of open incidents alone; then what is shown of them.
        let chosen = format!(
            "select i.stream as chosen from incident i where i.phase <> 'closed' and $1 > 0 and {} \
             order by i.urgency, i.last_action_at, i.stream limit $2",
            queue.condition()
        );
        let rows = format!(
            "select {COLUMNS} from ({chosen}) q join incident i on i.stream = q.chosen \
             left join child c on c.stream = i.child order by i.urgency, i.last_action_at, i.stream"
        );
        let clocks = format!(
            "{} join ({chosen}) q on q.chosen = k.stream where k.part = '{}'",
            super::clocks::SELECT,
            queue.clock()
        );
        let rows: Vec<BoardRow> = self.kept(rows, args![to_the_second(now), limit]).await?;
        let clocks: Vec<DueClock> = self.kept(clocks, args![to_the_second(now), limit]).await?;
        let mut clocks: HashMap<Uuid, DueClock> =
            clocks.into_iter().map(|clock| (clock.stream, clock)).collect();
        let waiting = |row: BoardRow| Waiting { clock: clocks.remove(&row.stream), row };
        Ok(rows.into_iter().map(waiting).collect())
    }

    /// Incidents of the children a council answers for, open ones first and most urgent, then the newest: the council
    /// that plans the care, or where none is named that of the borough the child lives in.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn incidents_of_authority(
        &self,
        codes: &[String],
        limit: i64,
        offset: i64,
        after: Option<BoardPlace>,
    ) -> Result<Vec<BoardRow>, Fault> {
        // A council goes by one code or two.
        let (Some(first), Some(last)) = (codes.first(), codes.last()) else { return Ok(Vec::new()) };
        const STANDS: &str = "case when i.phase = 'closed' then -i.reported_at else i.next_due_at end";
        let further = match after {
            Some(_) => format!("and (i.urgency, {STANDS}, i.stream) > ($5, $6, $7)"),
            None => String::new(),
        };
        let sql = format!(
            "select {COLUMNS} {FROM} where case when coalesce(c.responsible, '') <> '' then c.responsible \
             else c.borough end in ($1, $2) {further} \
             order by i.urgency, {STANDS}, i.stream limit $3 offset $4"
        );
        let mut args = args![first.as_str(), last.as_str(), limit, offset];
        if let Some(BoardPlace { urgency, next_due_at, incident }) = after {
            args.extend(args![urgency, next_due_at, incident]);
        }
        Ok(self.reads().rows(sqlx::AssertSqlSafe(sql), args).await?)
    }

    /// How many open incidents there are.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn counts(&self, now: Timestamp) -> Result<Counts, Fault> {
        let sql = "select coalesce(sum(case when phase = 'missing' then 1 else 0 end), 0) as missing, \
                   coalesce(sum(case when phase = 'missing' and grade = 'high' then 1 else 0 end), 0) as high, \
                   coalesce(sum(case when phase = 'missing' and grade is null then 1 else 0 end), 0) as ungraded, \
                   coalesce(sum(case when phase = 'back' then 1 else 0 end), 0) as back, \
                   coalesce(sum(case when next_due_at <= $1 then 1 else 0 end), 0) as overdue \
                   from incident where phase <> 'closed'";
        let rows = self.kept(sql.to_owned(), args![to_the_second(now)]).await?;
        Ok(rows.first().copied().unwrap_or_default())
    }
}
