//! The four levels of risk of harm to a missing child.
use serde::{Deserialize, Serialize};

/// Risk of harm, as a named person judged it or as rules recommend it. Ordered from least to most.
///
/// SOURCE: College of Policing APP, missing persons, risk identification (four levels); `domain/practice.md` A2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Very low risk of harm to the child or the public.
    VeryLow,
    /// Harm is possible but minimal.
    Low,
    /// Harm is likely but not serious.
    Medium,
    /// Serious harm is very likely.
    High,
}

impl Grade {
    /// All four, least first.
    pub const ALL: [Grade; 4] = [Grade::VeryLow, Grade::Low, Grade::Medium, Grade::High];

    /// The stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Grade::VeryLow => "very_low",
            Grade::Low => "low",
            Grade::Medium => "medium",
            Grade::High => "high",
        }
    }

    /// The words a page shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Grade::VeryLow => "Very low",
            Grade::Low => "Low",
            Grade::Medium => "Medium",
            Grade::High => "High",
        }
    }

    /// The grade with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.code() == code)
    }
}
