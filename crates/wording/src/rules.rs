//! Rule files: what they may say, and how they are read together.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::{Category, Kind, Severity};
use crate::pattern::PatternError;

// Said in full because `build.rs` has this file as well.
#[path = "rules/ready.rs"]
mod ready;

pub(crate) use ready::Ready;

/// One concept: the wording, why it matters, what to write instead, and examples both ways.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name, such as `choice.lifestyle`.
    pub id: String,
    /// What is wrong with it.
    pub category: Category,
    /// How heavy it is.
    pub severity: Severity,
    /// Blame or jargon; blame unless said.
    #[serde(default = "blaming")]
    pub kind: Kind,
    /// The reason, for the writer.
    pub why: String,
    /// Other ways to say it that assert nothing the record may not show.
    pub alternatives: Vec<String>,
    /// Further ones, offered only where the text itself speaks of abuse or exploitation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives_if_shown: Vec<String>,
    /// The wording, as patterns.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// Patterns that make the wording harmless when they stand in the same sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// Whom the words must be about.
    #[serde(default)]
    pub about: Subject,
    /// What the sentence (or its neighbours) must also show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// `true` when denying the wording does not make it harmless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub even_if_denied: bool,
    /// `true` for the rule that speaks for the learned layer in its category; it has no patterns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub learned: bool,
    /// Sentences the rule must flag.
    pub flag: Vec<String>,
    /// Sentences the rule must let pass.
    pub pass: Vec<String>,
}

const fn blaming() -> Kind {
    Kind::Blaming
}

/// Whom a rule's words must be about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A child, or nobody named.
    #[default]
    Child,
    /// A child named as one or by pronoun: words too common to count alone.
    NamedChild,
    /// A child or the child's family, or nobody named.
    Family,
    /// Anyone: the pattern itself says who.
    Anyone,
}

/// What a rule may ask of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// An adult other than family and workers: an age of 18 or more, or a word such as `man` or `older`.
    Adult,
    /// A child: an age under 18, or a word such as `girl`.
    Child,
    /// A child under 13.
    Under13,
    /// Something that shows exploitation, abuse or crime.
    Harm,
}

/// A file of rules as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Version of the file, shown with results.
    #[serde(default)]
    pub version: Option<String>,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Rules a force does not want, each with its reason.
    #[serde(default)]
    pub silence: Vec<Silence>,
}

/// A rule switched off, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The rule's id.
    pub rule: String,
    /// Why it is off here.
    pub reason: String,
}

/// What a context pattern tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Cue {
    Rebuttal,
    RebuttalOfPrevious,
    Guidance,
    GuidanceDocument,
    SuspectsAccount,
    ChildsWords,
    AdultRecord,
    AboutAdult,
    Allowed,
    Unless(u16),
}

/// What a pattern of a rule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Role {
    /// The rule, by its place.
    pub(crate) rule: u16,
    /// The pattern, by its place in [`Ready::patterns`].
    pub(crate) pattern: u16,
    /// Whether the pattern itself holds a denial.
    pub(crate) denies: bool,
}

/// Why a rule file does not load.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Not TOML, or not of the right shape.
    #[error("{file}: {message}")]
    Shape {
        /// The file.
        file: String,
        /// What is wrong and where.
        message: String,
    },
    /// A pattern cannot be read.
    #[error("{file}: rule `{rule}`: {source}")]
    Pattern {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// What is wrong.
        source: PatternError,
    },
    /// Something the rule must have is missing.
    #[error("{file}: rule `{rule}` has no {missing}; a rule without it does not load")]
    Missing {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// What is missing.
        missing: &'static str,
    },
    /// Two rules of one file share an id.
    #[error("{file}: rule `{rule}` is there twice")]
    Twice {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
    },
    /// `silence` names no rule, or gives no reason.
    #[error("{file}: cannot silence `{rule}`: {because}")]
    Silence {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// Why not.
        because: &'static str,
    },
    /// An example of a rule does not do what it says.
    #[error("rule `{rule}` should {should} `{example}`")]
    Example {
        /// The rule.
        rule: String,
        /// `flag` or `let pass`.
        should: &'static str,
        /// The sentence.
        example: String,
    },
    /// Several things are wrong at once.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<RuleError>),
    /// More words than there are ids.
    #[error("{file}: the rules use more than 60,000 different words")]
    TooManyWords {
        /// The file.
        file: String,
    },
}

/// A file of rules: the built-in ones, or a force's own.
pub struct Source<'a> {
    /// Its name, for messages.
    pub file: &'a str,
    /// Its TOML text.
    pub text: &'a str,
}

/// Reads one file of rules and checks that every rule is whole.
///
/// # Errors
/// When the text is not TOML, a key is unknown, a rule lacks its reason, alternatives or examples, or an id comes twice.
pub fn read_rules(source: &Source<'_>) -> Result<RuleFile, RuleError> {
    let file: RuleFile = toml::from_str(source.text)
        .map_err(|e| RuleError::Shape { file: source.file.to_owned(), message: e.to_string() })?;
    let mut seen = BTreeSet::new();
    for rule in &file.rules {
        let missing = [
            (rule.patterns.is_empty() && !rule.learned, "wording to match"),
            (rule.why.trim().is_empty(), "reason"),
            (rule.alternatives.is_empty(), "alternative"),
            (rule.flag.is_empty(), "must-flag example"),
            (rule.pass.is_empty(), "must-not-flag example"),
        ];
        if let Some((_, missing)) = missing.into_iter().find(|(is, _)| *is) {
            return Err(RuleError::Missing { file: source.file.to_owned(), rule: rule.id.clone(), missing });
        }
        if !seen.insert(rule.id.as_str()) {
            return Err(RuleError::Twice { file: source.file.to_owned(), rule: rule.id.clone() });
        }
    }
    Ok(file)
}

/// The rules of several files, a force's own over the built-in ones.
pub(crate) struct Together {
    pub(crate) rules: Vec<Rule>,
    /// The file each rule came from, and whether it is a force's own.
    pub(crate) origin: Vec<(String, bool)>,
    /// The versions of the files, joined by `+`.
    pub(crate) version: String,
}

/// The built-in rules, then each force's file over them.
pub(crate) fn together(built_in: &[Source<'_>], own: &[Source<'_>]) -> Result<Together, RuleError> {
    let (mut rules, mut origin): (Vec<Rule>, Vec<(String, bool)>) = (Vec::new(), Vec::new());
    let mut version = Vec::new();
    for (source, is_own) in built_in.iter().map(|s| (s, false)).chain(own.iter().map(|s| (s, true))) {
        let file = read_rules(source)?;
        version.extend(file.version.clone());
        for rule in file.rules {
            match rules.iter().position(|r| r.id == rule.id) {
                Some(i) if is_own => {
                    rules[i] = rule;
                    origin[i] = (source.file.to_owned(), true);
                }
                Some(_) => return Err(RuleError::Twice { file: source.file.to_owned(), rule: rule.id }),
                None => {
                    rules.push(rule);
                    origin.push((source.file.to_owned(), is_own));
                }
            }
        }
        for silence in file.silence {
            let wrong = |because| RuleError::Silence {
                file: source.file.to_owned(),
                rule: silence.rule.clone(),
                because,
            };
            if silence.reason.trim().is_empty() {
                return Err(wrong("no reason is given"));
            }
            let i = rules
                .iter()
                .position(|r| r.id == silence.rule)
                .ok_or_else(|| wrong("there is no such rule"))?;
            rules.remove(i);
            origin.remove(i);
        }
    }
    Ok(Together { rules, origin, version: version.join("+") })
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(Source { file: concat!($name, ".toml"), text: include_str!(concat!("../../../rules/wording/", $name, ".toml")) }),*]
    };
}

/// The rules every force starts with, one file a category.
pub(crate) const BUILT_IN: [Source<'static>; 14] = built_in![
    "sexualisation",
    "adultification",
    "choice_agency",
    "risk_taking",
    "relationship_minimising",
    "absconding_criminal",
    "engagement_blame",
    "credibility",
    "abuse_minimising",
    "care_language",
    "family_blame",
    "missing_minimising",
    "advisory",
    "learned",
];
