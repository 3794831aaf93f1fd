//! Whose a grade is. One that came with an import is the other system's until a person here grades.
use cf_components::Html;
use cf_kernel::Timestamp;
use cf_store::{BoardRow, IncidentRow};

use crate::markup::tag;

/// `police extract connect-like, 3 June 2026`: where a grade came from that no person here has given.
pub(crate) fn source(system: &str, at: Option<Timestamp>) -> String {
    let on = at.map_or_else(|| "date not given".to_owned(), |at| at.day().long());
    format!("police extract {system}, {on}")
}

/// Where the grade of a list's row came from, unless a person here gave it.
pub(crate) trait Sourced {
    /// The other system and when it graded.
    fn grade_source(&self) -> Option<(&str, Option<i64>)>;

    /// The same in words.
    fn source_words(&self) -> Option<String> {
        self.grade_source().map(|(system, at)| source(system, at.map(Timestamp::from_micros)))
    }

    /// The same beside a badge; nothing for a person's grade.
    fn source_note(&self) -> Html {
        let words = self.source_words().map(|words| format!("from {words}; nobody here has graded"));
        words.map_or_else(Html::default, |words| tag("span", "cf-quiet", words))
    }
}

impl Sourced for BoardRow {
    fn grade_source(&self) -> Option<(&str, Option<i64>)> {
        self.grade_source.as_deref().map(|system| (system, self.grade_source_at))
    }
}

impl Sourced for IncidentRow {
    fn grade_source(&self) -> Option<(&str, Option<i64>)> {
        self.grade_source.as_deref().map(|system| (system, self.grade_source_at))
    }
}
