//! What the read tables hold.
use cf_casework::{child, council, flow, link, missing, partner, wording};
use cf_kernel::Decider as _;

use crate::rows::Kind::{Bool, Id, Int, Text};
use crate::rows::{Column, Index, Table};

/// Every read table of case work.
pub static TABLES: &[&Table] = &[
    &INCIDENT,
    &CHILD,
    &CHILD_KEY,
    &RUNNING_CLOCK,
    &COUNCIL,
    &ABSENCE,
    &PARTNER,
    &LINK,
    &WORDING,
    &FLOW_ALARM,
];

/// One row for each missing incident.
pub(super) static INCIDENT: Table = Table {
    name: "incident",
    of: &[missing::Missing::KIND],
    version: 4,
    columns: &[
        Column::new("child", Id),
        Column::new("phase", Text),
        Column::new("urgency", Int),
        Column::optional("grade", Text),
        // Who gave it, or the other system whose grade stands while nobody here has graded.
        Column::optional("graded_by", Id),
        Column::optional("grade_source", Text),
        Column::optional("grade_source_at", Int),
        Column::optional("recommended", Text),
        Column::new("below", Bool),
        Column::new("look_owed", Bool),
        Column::new("senior_look_owed", Bool),
        Column::new("regrade_owed", Bool),
        Column::new("reported_at", Int),
        Column::optional("last_seen_at", Int),
        Column::optional("returned_at", Int),
        Column::optional("closed_at", Int),
        Column::optional("how", Text),
        Column::optional("harm", Text),
        Column::optional("owner_user", Id),
        Column::new("owner_name", Text),
        Column::new("owner_team", Id),
        Column::optional("hand_over_user", Id),
        Column::optional("hand_over_team", Id),
        Column::optional("hand_over_name", Text),
        Column::optional("hand_over_at", Int),
        Column::new("last_action_at", Int),
        Column::optional("next_due", Text),
        Column::optional("next_due_at", Int),
        Column::optional("borough", Text),
        Column::optional("missing_from", Text),
        Column::new("origin", Text),
        Column::new("talks", Text),
        // When each step of the work was first done here: what flows are counted from.
        Column::optional("graded_at", Int),
        Column::optional("reviewed_at", Int),
        Column::optional("prevention_at", Int),
        Column::optional("offered_at", Int),
        Column::optional("interview_at", Int),
    ],
    indexes: &[
        Index { columns: &["child", "reported_at"], only: None },
        // The order of the board, and all that counts and queues ask of open incidents: they are answered from this index
        // alone, and only the rows that are shown are looked up.
        Index {
            columns: &[
                "urgency",
                "next_due_at",
                "stream",
                "phase",
                "grade",
                "look_owed",
                "senior_look_owed",
                "regrade_owed",
                "hand_over_at",
                "last_action_at",
            ],
            only: Some("phase <> 'closed'"),
        },
        Index { columns: &["reported_at"], only: None },
    ],
};

/// One row for each child.
pub(super) static CHILD: Table = Table {
    name: "child",
    of: &[child::Children::KIND],
    version: 1,
    columns: &[
        Column::new("name", Text),
        Column::new("names", Text),
        Column::optional("born_on", Text),
        Column::new("sex", Text),
        Column::optional("looked_after", Bool),
        Column::optional("responsible", Text),
        Column::optional("borough", Text),
        Column::new("restricted", Bool),
        Column::new("trigger_plan", Bool),
        Column::new("philomena", Bool),
        Column::new("warnings", Int),
        Column::optional("source", Text),
        Column::new("registered_at", Int),
    ],
    indexes: &[Index { columns: &["registered_at"], only: None }],
};

/// Words a child can be found by, and what it may have in common with others: `name`, `start`, `born`, `phone` and
/// `postcode` are searched; `phone`, `at` (the postcode of an address), `vehicle` and `suspect` tie children.
pub(super) static CHILD_KEY: Table = Table {
    name: "child_key",
    of: &[child::Children::KIND],
    version: 2,
    columns: &[Column::new("kind", Text), Column::new("word", Text)],
    indexes: &[Index { columns: &["kind", "word"], only: None }],
};

/// One row for each running clock, of incidents, children, wording and flows; a flow's stands where the child would.
pub(super) static RUNNING_CLOCK: Table = Table {
    name: "running_clock",
    of: &[
        missing::Missing::KIND,
        child::Children::KIND,
        wording::Wording::KIND,
        link::Links::KIND,
        flow::Flows::KIND,
    ],
    version: 1,
    columns: &[
        Column::new("kind", Text),
        Column::new("clock", Text),
        Column::new("child", Id),
        Column::optional("owner_user", Id),
        Column::new("owner_name", Text),
        Column::new("started_at", Int),
        Column::new("due_at", Int),
        Column::new("climbed", Int),
        Column::new("next_rung", Text),
        Column::new("next_at", Int),
    ],
    indexes: &[
        Index { columns: &["next_at"], only: None },
        Index { columns: &["owner_user", "due_at"], only: None },
        Index { columns: &["clock", "due_at"], only: None },
    ],
};

/// One row for each child in a council's returns.
pub(super) static COUNCIL: Table = Table {
    name: "council_child",
    of: &[council::Council::KIND],
    version: 2,
    columns: &[
        Column::new("authority", Text),
        Column::new("local_id", Text),
        Column::optional("born_on", Text),
        Column::new("sex", Text),
        Column::new("upn", Text),
        Column::new("first_year", Int),
        Column::new("last_year", Int),
        // None where the return names no episode of care.
        Column::optional("in_care", Bool),
        Column::new("missing_periods", Int),
        Column::new("away_periods", Int),
        Column::new("open_period", Bool),
    ],
    indexes: &[
        Index { columns: &["authority", "local_id"], only: None },
        Index { columns: &["born_on"], only: None },
    ],
};

/// One row for each missing or away period of a council.
pub(super) static ABSENCE: Table = Table {
    name: "council_absence",
    of: &[council::Council::KIND],
    version: 1,
    columns: &[
        Column::new("absence_year", Int),
        Column::new("kind", Text),
        Column::new("from_day", Text),
        Column::optional("to_day", Text),
    ],
    indexes: &[],
};

/// One row for each child in a partner agency's records.
pub(super) static PARTNER: Table = Table {
    name: "partner_record",
    of: &[partner::Partners::KIND],
    version: 1,
    columns: &[
        Column::new("agency_kind", Text),
        Column::new("agency", Text),
        Column::new("agency_name", Text),
        Column::new("reference", Text),
        Column::new("given_name", Text),
        Column::new("family_name", Text),
        Column::optional("born_on", Text),
        Column::new("entries", Int),
        Column::optional("last_day", Text),
    ],
    indexes: &[Index {
        columns: &["agency_name", "agency", "family_name", "given_name", "reference"],
        only: None,
    }],
};

/// One row for each kept finding or challenge about wording.
pub(super) static WORDING: Table = Table {
    name: "wording",
    of: &[wording::Wording::KIND],
    version: 2,
    columns: &[
        Column::new("child", Id),
        Column::new("record", Id),
        Column::new("record_kind", Text),
        Column::optional("entry", Int),
        Column::new("origin", Text),
        Column::new("phase", Text),
        Column::optional("category", Text),
        Column::optional("rule", Text),
        Column::optional("severity", Text),
        Column::optional("basis", Text),
        Column::optional("rules", Text),
        Column::new("begun_at", Int),
        Column::new("begun_by", Text),
        Column::optional("writer_user", Id),
        Column::optional("writer_name", Text),
        Column::optional("writer_role", Text),
        Column::optional("writer_team", Id),
        Column::new("owner_name", Text),
        Column::new("owner_team", Id),
        Column::optional("decision", Text),
        Column::optional("outcome", Text),
        Column::optional("due_at", Int),
        Column::optional("settled_at", Int),
    ],
    indexes: &[
        Index { columns: &["record", "begun_at"], only: None },
        Index { columns: &["due_at"], only: Some("settled_at is null") },
    ],
};

/// One row for each pair of records that may be, or are, one child.
pub(super) static LINK: Table = Table {
    name: "record_link",
    of: &[link::Links::KIND],
    version: 2,
    columns: &[
        Column::new("child", Id),
        Column::new("other", Id),
        Column::new("other_kind", Text),
        Column::new("standing", Text),
        Column::new("score", Int),
        Column::new("asked_at", Int),
        Column::optional("decided_at", Int),
        Column::optional("decided_by", Text),
        Column::new("looks", Int),
    ],
    indexes: &[
        Index { columns: &["child"], only: None },
        Index { columns: &["other"], only: None },
        Index { columns: &["standing", "score"], only: None },
        Index { columns: &["decided_at"], only: None },
    ],
};

/// One row for each alarm about a flow of work that fell.
pub(super) static FLOW_ALARM: Table = Table {
    name: "flow_alarm",
    of: &[flow::Flows::KIND],
    version: 1,
    columns: &[
        Column::new("flow", Text),
        Column::new("period", Text),
        Column::new("because", Text),
        Column::new("fell_on", Text),
        Column::new("known_on", Text),
        Column::new("counted", Int),
        Column::new("usual_tenths", Int),
        Column::optional("limit_tenths", Int),
        Column::new("raised_at", Int),
        Column::optional("owner_user", Id),
        Column::new("owner_name", Text),
        Column::optional("due_at", Int),
        Column::optional("finding", Text),
        Column::optional("answered_at", Int),
        Column::optional("answered_by", Text),
    ],
    indexes: &[Index { columns: &["flow", "raised_at"], only: None }],
};
