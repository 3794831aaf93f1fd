//! From which probability on the engine shows, proposes and calls a pair strong. A force's own settings.
use async_recursion::async_recursion as boxed;
use serde::{Deserialize, Serialize};

use crate::{App, Problem};

/// Where they are kept.
const KEY: &str = "links/thresholds";

/// Probabilities, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Shown beside a report being taken. Low: a person looks at each, and one missed is a history missed.
    pub show: f64,
    /// People are asked whether two records are one child.
    pub propose: f64,
    /// Called a strong proposal. Nothing is ever linked without a person.
    pub strong: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { show: 0.02, propose: 0.5, strong: 0.95 }
    }
}

impl Thresholds {
    /// Each within 0.001 to 1, and in order.
    #[must_use]
    pub fn sound(&self) -> bool {
        let within = |value: f64| (0.001..=1.0).contains(&value);
        within(self.show) && within(self.propose) && within(self.strong) && self.propose <= self.strong
    }
}

impl App {
    /// The thresholds in force: the force's own, or those that ship where none or unusable ones are kept.
    ///
    /// # Errors
    /// When the settings cannot be read.
    #[boxed]
    pub async fn link_thresholds(&self) -> Result<Thresholds, Problem> {
        let Some(setting) = self.store.setting(KEY).await? else { return Ok(Thresholds::default()) };
        match serde_json::from_str::<Thresholds>(&setting.json) {
            Ok(kept) if kept.sound() => Ok(kept),
            _ => {
                tracing::warn!(key = KEY, "the thresholds kept cannot be used; those that ship are in force");
                Ok(Thresholds::default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_out_of_order_or_range_are_not_used() {
        assert!(Thresholds::default().sound());
        assert!(!Thresholds { propose: 0.99, ..Thresholds::default() }.sound());
        assert!(!Thresholds { show: f64::NAN, ..Thresholds::default() }.sound());
        assert!(!Thresholds { strong: 1.1, ..Thresholds::default() }.sound());
    }
}
