//! Codes of flows and alarms. Stored, so none is ever renamed.
use crate::codes::codes;

codes! {
    /// Something that should go on happening.
    Flow {
        /// Reports of missing children, called in or imported.
        Reports "reports" "Missing reports",
        /// Incidents graded for the first time.
        FirstGrades "first_grades" "First grades",
        /// Incidents a supervisor reviewed for the first time.
        Reviews "reviews" "Supervisors’ first reviews",
        /// Children found or back.
        Returns "returns" "Returns",
        /// Prevention interviews held.
        PreventionInterviews "prevention_interviews" "Prevention interviews held",
        /// Return home interviews offered, counted once for each incident.
        ReturnInterviewsOffered "return_interviews_offered" "Return home interviews offered",
        /// Return home interviews held.
        ReturnInterviewsHeld "return_interviews_held" "Return home interviews held",
        /// Pairs of records about which somebody decided.
        LinkDecisions "link_decisions" "Decisions about links",
        /// Kept or challenged words that were settled.
        WordingSettled "wording_settled" "Kept or challenged words settled",
    }

    /// How long one point of a flow is.
    Period {
        /// A day in London.
        Day "day" "day",
        /// A week from Monday.
        Week "week" "week",
    }

    /// By what a fall is known.
    Because {
        /// A period below the lower limit.
        BelowLimit "below_limit" "below the lower limit",
        /// Seven periods in a row below the usual.
        RunBelow "run_below" "seven in a row below the usual",
    }

    /// What somebody found who looked into a fall.
    Finding {
        /// Work was not done that should have been.
        NotDone "not_done" "The work was not done, and is being put right",
        /// It was done and not recorded, or recorded elsewhere.
        NotRecorded "not_recorded" "The work was done but not recorded",
        /// Something that passes: a holiday, a system that was down.
        Passing "passing" "A known cause that passes",
        /// The flow is lower for good: what is usual is worked out anew from then on.
        Lasting "lasting" "A real and lasting change: begin the baseline anew",
        /// Nothing was found.
        NothingFound "nothing_found" "Looked, and found no cause",
    }
}

impl Period {
    /// Days in it.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
        }
    }
}
