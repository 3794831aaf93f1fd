//! Risk rules as data: three-valued evaluation, explanation, replay, nearest flip.
//!
//! A [`RuleSet`] is a text that a practice lead can read. It declares the facts that are asked about, and rules that
//! raise the recommended grade when their condition is true. What is not known is neither yes nor no: a rule that
//! hangs on it does not fire, and the fact is named as an unknown that matters. A named person grades; this crate
//! only recommends, and says why.
//!
//! ```
//! use cf_grading::{Facts, RuleSet};
//! use cf_kernel::Grade;
//!
//! let rules = RuleSet::built_in();
//! let mut facts = Facts::new().with("age", 15).with("looked_after", true);
//! let evaluation = rules.evaluate(&facts);
//! assert_eq!(evaluation.recommended, Grade::Medium);
//! assert_eq!(evaluation.at_most, Grade::High, "much is still unknown");
//! assert!(evaluation.unknown_that_matter.iter().any(|unknown| unknown.fact == "said_would_harm_self"));
//!
//! facts.set("said_would_harm_self", true);
//! let evaluation = rules.evaluate(&facts);
//! assert_eq!(evaluation.recommended, Grade::High);
//! assert_eq!(evaluation.fired[0].rule, "said_would_harm_self");
//!
//! // Years later, the rule text and the facts give the same bytes again.
//! let again = cf_grading::replay(rules.text(), &facts.to_bytes())?;
//! assert_eq!(again, evaluation.to_bytes());
//! # Ok::<(), cf_grading::ReplayError>(())
//! ```
//!
//! Absent on purpose: scores, weights, sums, probabilities, randomness, and the time.
mod backtest;
mod checks;
mod condition;
mod evaluation;
mod explain;
mod expression;
mod fact;
mod facts;
mod flips;
mod rule_file;
mod rule_set;

pub use backtest::{Backtest, Change, Moved, ReplayError, Summary, backtest, backtest_recorded, replay};
pub use evaluation::{Ask, Evaluation, FactUsed, Fired, Ignored, Unknown};
pub use fact::{CodeOption, Fact, FactKind, Group, UnreadableAnswer};
pub use facts::{Facts, FactsError, Value};
pub use flips::{FactChange, Flip, NearestFlips};
pub use rule_file::RuleError;
pub use rule_set::{Effect, Rule, RuleSet, RuleSetId, Source, Status};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
