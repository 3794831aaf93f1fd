//! Victim-blaming language: found, explained, with a better way to say it.
//!
//! A reading tour: [`Checker`] loads the rules and checks a text; [`Finding`] is what it says; `tokens` and `lexicon` turn bytes into
//! words with their slips of the finger; `pattern` and `matcher` find wording; `context` asks who says it about whom;
//! The rules themselves are data, in `rules/wording/`.
//!
//! ```
//! let checker = cf_wording::Checker::new()?;
//! let findings = checker.check("She is putting herself at risk by going there.");
//! assert_eq!(findings[0].category, cf_wording::Category::RiskTaking);
//! assert!(checker.check("Two men put her at risk by driving her there.").is_empty());
//! # Ok::<(), cf_wording::RuleError>(())
//! ```
mod checker;
mod context;
mod draft;
mod finding;
mod inflect;
pub mod learned;
mod lexicon;
mod loaded;
mod matcher;
mod pattern;
mod rules;
pub mod score;
mod tokens;
mod walk;

pub use checker::{Checker, Scratch};
pub use draft::draft;
pub use finding::{About, Category, Considered, Exemption, Finding, Kind, Severity};
pub use pattern::PatternError;
pub use rules::{Need, Rule, RuleError, RuleFile, Silence, Source, Subject, read_rules};
