//! Which limit each clock has, why, and who hears when it runs out.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use cf_kernel::{CalendarDay, Grade, Timestamp};

use crate::rule_file::{self, RuleFile};
use crate::{BankHolidays, ClockKey, Deadline, Limit, Rung, RungAt, due};

const DEFAULT: &str = include_str!("../../../rules/timescales/default.toml");

static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "INVARIANT: the file is part of the program and a test reads it")]
    Rules::parse("rules/timescales/default.toml", DEFAULT).expect("the built-in timescales are valid")
});

/// A limit for every clock at every date, and a ladder for each.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The files read, in order: name and version.
    files: Vec<String>,
    /// Used by rules that state no ladder of their own. Never empty.
    ladder: Vec<Step>,
    /// INVARIANT: every [`ClockKey`] is here with at least one version, oldest first, without gaps.
    versions: BTreeMap<ClockKey, Vec<Rule>>,
    holidays: BankHolidays,
}

/// One limit, from one date on, with the reason it is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The clock.
    pub key: ClockKey,
    /// What has to happen, in plain words.
    pub what: String,
    /// How long it may take.
    pub limit: RuleLimit,
    /// First day a clock may start under it; `None` from always.
    pub from: Option<CalendarDay>,
    /// First day it is no longer in force; `None` until further notice.
    pub until: Option<CalendarDay>,
    /// Who has to do it.
    pub owner: String,
    /// How firm the number is.
    pub status: Status,
    /// The law or guidance for a confirmed or unverified limit; the reason for a setting.
    pub source: String,
    /// Its own ladder, or none to use the default.
    pub ladder: Option<Vec<Step>>,
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleLimit {
    /// The same for every grade.
    Same(Limit),
    /// One for each grade.
    ByGrade(LimitByGrade),
}

/// A limit for each grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitByGrade {
    /// For high.
    pub high: Limit,
    /// For medium.
    pub medium: Limit,
    /// For low.
    pub low: Limit,
    /// For very low.
    pub very_low: Limit,
}

/// How firm a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Read in law or guidance.
    Confirmed,
    /// Believed, not yet confirmed in a text; a force should check it.
    Unverified,
    /// Chosen; a force changes it as it sees fit.
    Setting,
}

impl Status {
    /// All three.
    pub const ALL: [Status; 3] = [Status::Confirmed, Status::Unverified, Status::Setting];

    /// The stable code, as rule files name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Unverified => "unverified",
            Status::Setting => "setting",
        }
    }
}

/// One step of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Who is told.
    pub rung: Rung,
    /// Minutes after the due time.
    pub after_minutes: u32,
}

/// Why a file of limits cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}{reason}", key.as_ref().map(|key| format!("`{key}`: ")).unwrap_or_default())]
pub struct RulesError {
    /// The file's name.
    pub file: String,
    /// The key of the rule, when the reason is about one.
    pub key: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl Rules {
    /// The limits that ship with childfirst. Statutory ones carry their source; the rest are settings with a reason.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// A complete set of limits from a TOML text; `file` is its name in errors.
    ///
    /// # Errors
    /// Names the file, the key and the reason; also when a clock has no rule.
    pub fn parse(file: &str, text: &str) -> Result<Self, RulesError> {
        let read = rule_file::read(file, text)?;
        let missing = ClockKey::ALL.into_iter().find(|key| !read.versions.contains_key(key));
        if let Some(key) = missing {
            return Err(RulesError::about(file, key.code(), "no rule for this clock"));
        }
        let ladder = read.ladder.ok_or_else(|| RulesError::whole(file, "no default `ladder`"))?;
        Ok(Self {
            files: vec![read.version],
            ladder,
            versions: read.versions,
            holidays: BankHolidays::england_and_wales().clone(),
        })
    }

    /// These limits, with those of a force's own file in their place. A key in the file replaces every version of it.
    ///
    /// # Errors
    /// Names the file, the key and the reason.
    pub fn with_overrides(&self, file: &str, text: &str) -> Result<Self, RulesError> {
        let RuleFile { version, ladder, versions } = rule_file::read(file, text)?;
        let mut rules = self.clone();
        rules.files.push(version);
        rules.ladder = ladder.unwrap_or(rules.ladder);
        rules.versions.extend(versions);
        Ok(rules)
    }

    /// These limits with other bank holidays.
    #[must_use]
    pub fn with_holidays(mut self, holidays: BankHolidays) -> Self {
        self.holidays = holidays;
        self
    }

    /// When something that starts now is due, and who hears when it is not done.
    ///
    /// The limit in force on the start's day in London counts; a start before the first version uses that one.
    /// Without a grade, a limit by grade is that of high: not knowing is not a reason to wait longer.
    #[must_use]
    pub fn deadline(&self, key: ClockKey, start: Timestamp, grade: Option<Grade>) -> Deadline {
        let rule = self.rule(key, start.day());
        self.climb(rule, due(start, rule.limit.for_grade(grade), &self.holidays))
    }

    /// The ladder of this clock under a due time that a person chose, such as the next review of a grade.
    #[must_use]
    pub fn deadline_at(&self, key: ClockKey, due_at: Timestamp) -> Deadline {
        self.climb(self.rule(key, due_at.day()), due_at)
    }

    /// The rule for a clock that starts on this day.
    #[must_use]
    pub fn rule(&self, key: ClockKey, day: CalendarDay) -> &Rule {
        let versions = &self.versions[&key]; // INVARIANT: parse refuses a set without a rule for every clock
        let in_force = versions.iter().rev().find(|rule| rule.from.is_none_or(|from| from <= day));
        in_force.unwrap_or(&versions[0])
    }

    /// Every rule, by clock and then by date in force.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.versions.values().flatten()
    }

    /// The ladder a rule climbs: its own, or the default.
    #[must_use]
    pub fn ladder_of<'a>(&'a self, rule: &'a Rule) -> &'a [Step] {
        rule.ladder.as_deref().unwrap_or(&self.ladder)
    }

    /// Name and version of each file read, the built-in one first.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The calendar used for working days.
    #[must_use]
    pub const fn holidays(&self) -> &BankHolidays {
        &self.holidays
    }

    fn climb(&self, rule: &Rule, due_at: Timestamp) -> Deadline {
        let at = |step: &Step| RungAt { rung: step.rung, at: due_at.plus_minutes(step.after_minutes.into()) };
        Deadline { due_at, rungs: self.ladder_of(rule).iter().map(at).collect() }
    }
}

impl RuleLimit {
    /// The limit for this grade; without one, that for high.
    #[must_use]
    pub const fn for_grade(self, grade: Option<Grade>) -> Limit {
        match (self, grade) {
            (Self::Same(limit), _) => limit,
            (Self::ByGrade(by), None | Some(Grade::High)) => by.high,
            (Self::ByGrade(by), Some(Grade::Medium)) => by.medium,
            (Self::ByGrade(by), Some(Grade::Low)) => by.low,
            (Self::ByGrade(by), Some(Grade::VeryLow)) => by.very_low,
        }
    }
}

impl RulesError {
    pub(crate) fn whole(file: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), key: None, reason: reason.into() }
    }
    pub(crate) fn about(file: &str, key: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), key: Some(key.chars().take(60).collect()), reason: reason.into() }
    }
}

#[cfg(test)]
mod tests;
