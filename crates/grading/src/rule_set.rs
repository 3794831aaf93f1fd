//! A named, versioned set of facts and rules.
use std::collections::HashMap;
use std::sync::LazyLock;

use cf_kernel::Grade;
use serde::{Deserialize, Serialize};

use crate::condition::{Condition, FactBits, Slot};
use crate::{Fact, Group, RuleError, rule_file};

const BUILT_IN_TEXT: &str = include_str!("../../../rules/grading/missing-child.toml");

static BUILT_IN: LazyLock<RuleSet> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "INVARIANT: the file is part of the program and a test reads it")]
    RuleSet::parse(BUILT_IN_TEXT).expect("the built-in rules are valid")
});

/// Facts to ask for and rules over them, read from one text.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub(crate) text: String,
    pub(crate) id: RuleSetId,
    pub(crate) default_floor: Grade,
    pub(crate) default_floor_reason: String,
    pub(crate) groups: Vec<Group>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) places: HashMap<String, usize>,
    /// By key, so that the order in the file means nothing.
    pub(crate) rules: Vec<Rule>,
    /// Places of the rules that raise, the highest grade first.
    pub(crate) raising: Vec<usize>,
    /// For each fact, answers that stand for every region its tests tell apart.
    pub(crate) candidates: Vec<Vec<Slot>>,
}

/// Which text gave a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleSetId {
    /// The name in the text.
    pub name: String,
    /// The version in the text.
    pub version: String,
    /// SHA-256 of the exact text, in lower-case hexadecimal.
    pub sha256: String,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name, unique in the set.
    pub key: String,
    /// When it applies, as it was written.
    pub when: String,
    /// What it does.
    pub effect: Effect,
    /// Why, in plain words.
    pub reason: String,
    /// Where the factor comes from.
    pub source: Source,
    /// Whether a text confirms the factor. Which grade it leads to is the force's own judgement in either case.
    pub status: Status,
    pub(crate) condition: Condition,
    pub(crate) facts: FactBits,
}

/// What a rule does when its condition is true. A rule only ever raises or asks; none lowers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The recommendation is at least this, and no lower grade is defensible without new facts.
    Floor(Grade),
    /// The recommendation is at least this; a person may well see it otherwise, and says why.
    Suggest(Grade),
    /// This fact is to be asked for next, if it is unknown.
    Ask(String),
}

impl Effect {
    /// The grade it raises to.
    #[must_use]
    pub const fn grade(&self) -> Option<Grade> {
        match self {
            Self::Floor(grade) | Self::Suggest(grade) => Some(*grade),
            Self::Ask(_) => None,
        }
    }
}

/// Where a factor comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is called.
    pub title: String,
    /// Where it is found: an address, or a place in the force's own papers.
    pub at: String,
}

/// Whether a text confirms a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The source names the factor.
    Confirmed,
    /// Usual in practice, not confirmed in a text; a force changes it as it sees fit.
    Setting,
}

impl Status {
    /// The stable code, as rule files name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Setting => "setting",
        }
    }
}

impl RuleSet {
    /// The rules that ship with childfirst.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a rule set from its TOML text. Strict: what is unknown, doubled, without a reason or without consequence
    /// is refused.
    ///
    /// # Errors
    /// Names the place, the rule and the reason.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        rule_file::read(text)
    }

    /// Name, version and fingerprint.
    #[must_use]
    pub const fn id(&self) -> &RuleSetId {
        &self.id
    }
    /// The exact text it was read from. Stored with grades, so that they can be replayed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The grade recommended for any child when no rule raises it.
    #[must_use]
    pub const fn default_floor(&self) -> Grade {
        self.default_floor
    }
    /// Why the default floor is what it is.
    #[must_use]
    pub fn default_floor_reason(&self) -> &str {
        &self.default_floor_reason
    }
    /// The parts of the conversation, in the order a person talks.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
    /// What to ask, in the order a person talks: group by group.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }
    /// The facts of one group.
    pub fn facts_in<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.group == group)
    }
    /// The fact of this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.places.get(name).map(|&place| &self.facts[place])
    }
    /// Every rule, by key.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
