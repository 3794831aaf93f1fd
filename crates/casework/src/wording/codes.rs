//! Codes of kept findings and challenges. Stored, so none is ever renamed.
use crate::codes::codes;

codes! {
    /// What the words stand in.
    RecordKind {
        /// A missing incident.
        Incident "incident" "Incident",
        /// A child's record.
        Child "child" "Child's record",
    }
}

codes! {
    /// Why a writer kept words that were found.
    Basis {
        /// They are the child's own words.
        ChildsOwnWords "childs_own_words" "The child's own words",
        /// A reason of the writer's.
        Reason "reason" "Kept with a reason",
    }
}

codes! {
    /// What a supervisor decided about a kept finding.
    LookDecision {
        /// The words stay, for the reason given.
        Agreed "agreed" "Agreed: the words stay",
        /// The rule was wrong: these words blame nobody. Feeds the rules.
        FalseAlarm "false_alarm" "False alarm: these words blame nobody",
        /// The writer is asked for better words.
        Rewording "rewording" "Ask the writer for better words",
        /// The words are challenged.
        Challenge "challenge" "Challenge the words",
    }
}

codes! {
    /// What came of a challenge, or of a request for better words.
    Outcome {
        /// Better words are recorded beside the old ones.
        Reworded "reworded" "Better words are recorded beside the old",
        /// The words stand.
        Stands "stands" "The words stand",
        /// The words were wrong, and it was taken up with the writer.
        Learning "learning" "The words were wrong; taken up with the writer",
    }
}
