//! Reads a file of limits: every rule checked, every error with the file, the key and the reason.
use std::collections::BTreeMap;

use cf_kernel::CalendarDay;
use serde::Deserialize;

use crate::{ClockKey, Limit, LimitByGrade, Rule, RuleLimit, RulesError, Rung, Status, Step};

/// What one file says.
pub(crate) struct RuleFile {
    /// Its name and version, for the record.
    pub(crate) version: String,
    /// Its default ladder, if it has one.
    pub(crate) ladder: Option<Vec<Step>>,
    /// Its rules, per clock in order of dates.
    pub(crate) versions: BTreeMap<ClockKey, Vec<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    name: String,
    version: String,
    ladder: Option<Vec<RawStep>>,
    #[serde(default)]
    rule: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    key: String,
    what: String,
    limit: Option<String>,
    limit_by_grade: Option<RawByGrade>,
    from: Option<String>,
    until: Option<String>,
    owner: String,
    status: String,
    source: Option<String>,
    reason: Option<String>,
    ladder: Option<Vec<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawByGrade {
    high: String,
    medium: String,
    low: String,
    very_low: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    rung: String,
    after_minutes: u32,
}

pub(crate) fn read(file: &str, text: &str) -> Result<RuleFile, RulesError> {
    let raw: RawFile = toml::from_str(text).map_err(|error| RulesError::whole(file, error.to_string()))?;
    let whole = |reason| RulesError::whole(file, reason);
    let ladder = raw.ladder.map(|steps| ladder(&steps)).transpose().map_err(whole)?;
    let mut versions: BTreeMap<ClockKey, Vec<Rule>> = BTreeMap::new();
    for (place, table) in raw.rule.into_iter().enumerate() {
        let named = table.get("key").and_then(toml::Value::as_str).map(str::to_owned);
        let key = named.unwrap_or_else(|| format!("rule {}", place + 1));
        let rule = rule(table).map_err(|reason| RulesError::about(file, &key, reason))?;
        versions.entry(rule.key).or_default().push(rule);
    }
    for (key, rules) in &mut versions {
        rules.sort_by_key(|rule| rule.from);
        unbroken(rules).map_err(|reason| RulesError::about(file, key.code(), reason))?;
    }
    Ok(RuleFile { version: format!("{} {}", raw.name, raw.version), ladder, versions })
}

fn rule(table: toml::Table) -> Result<Rule, String> {
    let raw: RawRule = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let status = Status::ALL.into_iter().find(|status| status.code() == raw.status);
    let status = status.ok_or_else(|| {
        format!("`{}` is not a status; write confirmed, unverified or setting", short(&raw.status))
    })?;
    let source = match status {
        Status::Setting => filled(raw.reason).ok_or("a setting needs a `reason`")?,
        _ => filled(raw.source).ok_or("a confirmed or unverified limit needs a `source`")?,
    };
    Ok(Rule {
        key: ClockKey::from_code(&raw.key).ok_or("no such clock")?,
        what: filled(Some(raw.what)).ok_or("`what` is empty")?,
        limit: limit(raw.limit, raw.limit_by_grade)?,
        from: day(raw.from)?,
        until: day(raw.until)?,
        owner: filled(Some(raw.owner)).ok_or("`owner` is empty")?,
        status,
        source,
        ladder: raw.ladder.map(|steps| ladder(&steps)).transpose()?,
    })
}

fn limit(same: Option<String>, by_grade: Option<RawByGrade>) -> Result<RuleLimit, String> {
    let parse = |text: String| text.parse::<Limit>().map_err(|error| error.to_string());
    match (same, by_grade) {
        (Some(text), None) => Ok(RuleLimit::Same(parse(text)?)),
        (None, Some(by)) => Ok(RuleLimit::ByGrade(LimitByGrade {
            high: parse(by.high)?,
            medium: parse(by.medium)?,
            low: parse(by.low)?,
            very_low: parse(by.very_low)?,
        })),
        _ => Err("needs either `limit` or `limit_by_grade`, one of them".to_owned()),
    }
}

/// A ladder somebody stands on: told at the due time, then upwards, never down and never earlier.
fn ladder(raw: &[RawStep]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::with_capacity(raw.len());
    for RawStep { rung, after_minutes } in raw {
        let rung = Rung::from_code(rung).ok_or_else(|| {
            format!("`{}` is not a rung; write owner, supervisor, inspector or chief_office", short(rung))
        })?;
        if let Some(before) = steps.last()
            && (rung <= before.rung || *after_minutes < before.after_minutes)
        {
            return Err(format!("the ladder must climb: `{}` comes too early", rung.code()));
        }
        steps.push(Step { rung, after_minutes: *after_minutes });
    }
    match steps.first() {
        None => Err("the ladder is empty".to_owned()),
        Some(first) if first.after_minutes > 0 => {
            Err("the first rung must be told at the due time, `after_minutes = 0`".to_owned())
        }
        Some(_) => Ok(steps),
    }
}

/// One version follows the other without gap or overlap, and the last has no end.
fn unbroken(rules: &[Rule]) -> Result<(), String> {
    for pair in rules.windows(2) {
        if pair[0].until.is_none() || pair[0].until != pair[1].from {
            return Err(
                "each version must begin (`from`) on the day the one before it ends (`until`)".to_owned()
            );
        }
    }
    for rule in rules {
        if rule.until.is_some() && rule.until <= rule.from {
            return Err("`until` must be later than `from`".to_owned());
        }
    }
    match rules.last() {
        Some(last) if last.until.is_some() => Err("the last version must not end (`until`)".to_owned()),
        _ => Ok(()),
    }
}

fn day(text: Option<String>) -> Result<Option<CalendarDay>, String> {
    text.map(|text| text.parse().map_err(|_| format!("`{}` is not a date", short(&text)))).transpose()
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
