//! Reads a rule set, and refuses what nobody could rely on.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use cf_kernel::Grade;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::checks::{can_go_both_ways, candidates, only_raises};
use crate::condition::FactBits;
use crate::expression::{self, RESERVED};
use crate::{CodeOption, Effect, Fact, FactKind, Group, Rule, RuleSet, RuleSetId, Source, Status};

/// Why a text is not a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}{reason}", rule.as_ref().map(|rule| format!("`{rule}`: ")).unwrap_or_default())]
pub struct RuleError {
    /// Where in the text, for instance `line 12` or `line 40, when, character 7`.
    pub place: String,
    /// The rule or fact it is about, if it is about one.
    pub rule: Option<String>,
    /// What is wrong.
    pub reason: String,
}

const MOST_BYTES: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    name: String,
    version: String,
    settings: RawSettings,
    #[serde(default)]
    source: Vec<RawSource>,
    #[serde(default)]
    group: Vec<RawGroup>,
    #[serde(default)]
    fact: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    rule: Vec<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    child_default_floor: Grade,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    key: String,
    title: String,
    at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    key: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: String,
    label: String,
    group: String,
    question: String,
    why: String,
    kind: String,
    unit: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    codes: Option<Vec<RawCode>>,
    #[serde(default)]
    only_raises: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCode {
    code: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    key: String,
    when: String,
    floor: Option<Grade>,
    suggest: Option<Grade>,
    ask: Option<String>,
    reason: String,
    source: String,
    status: Status,
}

/// A fault inside one fact or rule: what is wrong, and where beyond its line.
struct Fault {
    reason: String,
    within: String,
}

impl<T: Into<String>> From<T> for Fault {
    fn from(reason: T) -> Self {
        Self { reason: reason.into(), within: String::new() }
    }
}

pub(crate) fn read(text: &str) -> Result<RuleSet, RuleError> {
    let whole = |reason: String| RuleError { place: "whole text".to_owned(), rule: None, reason };
    if text.len() > MOST_BYTES {
        return Err(whole(format!("longer than {MOST_BYTES} bytes")));
    }
    let raw: RawFile = toml::from_str(text).map_err(|error| RuleError {
        place: error.span().map_or_else(|| "whole text".to_owned(), |span| line(text, span.start)),
        rule: None,
        reason: error.message().to_owned(),
    })?;
    for (what, value) in [("name", &raw.name), ("version", &raw.version), ("reason", &raw.settings.reason)] {
        if value.trim().is_empty() {
            return Err(whole(format!("`{what}` is empty")));
        }
    }
    let default_floor = raw.settings.child_default_floor;
    let sources = sources(raw.source).map_err(whole)?;
    let groups = groups(raw.group).map_err(whole)?;
    let facts = each(text, raw.fact, "name", |table, done| fact(table, done, &groups))?;
    if facts.len() > FactBits::MOST {
        return Err(whole(format!("more than {} facts", FactBits::MOST)));
    }
    if !facts.is_sorted_by_key(|fact| groups.iter().position(|group| group.key == fact.group)) {
        return Err(whole("facts must stand in the order of their groups".to_owned()));
    }
    let by_name: HashMap<&str, usize> =
        facts.iter().enumerate().map(|(place, fact)| (fact.name.as_str(), place)).collect();
    let mut rules = each(text, raw.rule, "key", |table, done: &[Rule]| {
        let rule = rule(table, &facts, &by_name, &sources)?;
        if done.iter().any(|other| other.key == rule.key) {
            return Err("a second rule with this key".into());
        }
        if rule.effect.grade().is_some_and(|grade| grade < default_floor) {
            return Err("its grade is below `child_default_floor`, so it could never matter".into());
        }
        Ok(rule)
    })?;
    rules.sort_by(|a, b| a.key.cmp(&b.key));
    let raised = rules.iter().filter_map(|rule| rule.effect.grade()).max();
    if raised.max(Some(default_floor)) < Some(Grade::High) {
        return Err(whole("no rule can ever recommend high".to_owned()));
    }
    if let Some(unused) = unused(&facts, &rules) {
        return Err(whole(format!(
            "no rule uses the fact `{unused}`; a caller's time is for questions that matter"
        )));
    }
    let mut raising: Vec<usize> =
        (0..rules.len()).filter(|&place| rules[place].effect.grade().is_some()).collect();
    raising.sort_by_key(|&place| std::cmp::Reverse(rules[place].effect.grade()));
    Ok(RuleSet {
        text: text.to_owned(),
        id: RuleSetId { name: raw.name, version: raw.version, sha256: sha256(text) },
        default_floor,
        default_floor_reason: raw.settings.reason,
        places: facts.iter().enumerate().map(|(place, fact)| (fact.name.clone(), place)).collect(),
        candidates: candidates(&facts, rules.iter().map(|rule| &rule.condition)),
        groups,
        facts,
        rules,
        raising,
    })
}

/// Reads each table of a list; an error says on which line it begins and what it calls itself.
fn each<T>(
    text: &str,
    tables: Vec<Spanned<toml::Table>>,
    name: &str,
    mut read: impl FnMut(toml::Table, &[T]) -> Result<T, Fault>,
) -> Result<Vec<T>, RuleError> {
    let mut done = Vec::with_capacity(tables.len());
    for table in tables {
        let place = line(text, table.span().start);
        let table = table.into_inner();
        let called =
            table.get(name).and_then(toml::Value::as_str).map(|called| called.chars().take(60).collect());
        let item = read(table, &done).map_err(|Fault { reason, within }| RuleError {
            place: format!("{place}{within}"),
            rule: called,
            reason,
        })?;
        done.push(item);
    }
    Ok(done)
}

fn sources(raw: Vec<RawSource>) -> Result<BTreeMap<String, Source>, String> {
    let mut sources = BTreeMap::new();
    for RawSource { key, title, at } in raw {
        if title.trim().is_empty() || at.trim().is_empty() {
            return Err(format!("the source `{key}` needs a `title` and an `at`"));
        }
        if sources.insert(key.clone(), Source { title, at }).is_some() {
            return Err(format!("a second source `{key}`"));
        }
    }
    Ok(sources)
}

fn groups(raw: Vec<RawGroup>) -> Result<Vec<Group>, String> {
    let mut seen = HashSet::new();
    for group in &raw {
        if !seen.insert(group.key.as_str()) {
            return Err(format!("a second group `{}`", group.key));
        }
    }
    Ok(raw.into_iter().map(|RawGroup { key, label }| Group { key, label }).collect())
}

fn fact(table: toml::Table, done: &[Fact], groups: &[Group]) -> Result<Fact, Fault> {
    let raw: RawFact = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    if !is_name(&raw.name) {
        return Err("a fact's name is lower-case letters, digits and _, and no word of the conditions".into());
    }
    if done.iter().any(|other| other.name == raw.name) {
        return Err("a second fact with this name".into());
    }
    for (what, value) in [("label", &raw.label), ("question", &raw.question), ("why", &raw.why)] {
        if value.trim().is_empty() {
            return Err(format!("`{what}` is empty").into());
        }
    }
    if !groups.iter().any(|group| group.key == raw.group) {
        return Err(format!("`{}` is not a declared group", raw.group).into());
    }
    let kind = match (raw.kind.as_str(), raw.unit, raw.min, raw.max, raw.codes) {
        ("yes_no", None, None, None, None) => FactKind::YesNo,
        ("number", Some(unit), Some(min), Some(max), None) if 0 <= min && min < max && max <= 1_000_000 => {
            FactKind::Number { unit, min, max }
        }
        ("code", None, None, None, Some(codes)) => FactKind::Code { codes: self::codes(codes)? },
        ("yes_no", ..) => return Err("a yes_no fact has no unit, min, max or codes".into()),
        ("number", ..) => {
            return Err("a number fact has unit, min and max, with 0 <= min < max <= 1000000".into());
        }
        ("code", ..) => return Err("a code fact has codes, and no unit, min or max".into()),
        _ => return Err("the kind is yes_no, number or code".into()),
    };
    if raw.only_raises && matches!(kind, FactKind::Code { .. }) {
        return Err("a code fact cannot be `only_raises`: its codes have no order".into());
    }
    Ok(Fact {
        name: raw.name,
        label: raw.label,
        group: raw.group,
        question: raw.question,
        why: raw.why,
        kind,
        only_raises: raw.only_raises,
    })
}

fn codes(raw: Vec<RawCode>) -> Result<Vec<CodeOption>, String> {
    let mut seen = HashSet::new();
    if !(2..=100).contains(&raw.len()) {
        return Err("a list has 2 to 100 codes".to_owned());
    }
    for option in &raw {
        if !is_name(&option.code) || !seen.insert(option.code.as_str()) {
            return Err(format!("`{}` is no code, or is there twice", option.code));
        }
    }
    Ok(raw.into_iter().map(|RawCode { code, label }| CodeOption { code, label }).collect())
}

fn rule(
    table: toml::Table,
    facts: &[Fact],
    by_name: &HashMap<&str, usize>,
    sources: &BTreeMap<String, Source>,
) -> Result<Rule, Fault> {
    let raw: RawRule = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    if !is_name(&raw.key) {
        return Err("a rule's key is lower-case letters, digits and _".into());
    }
    if raw.reason.trim().is_empty() {
        return Err("`reason` is empty".into());
    }
    let effect = match (raw.floor, raw.suggest, raw.ask) {
        (Some(grade), None, None) => Effect::Floor(grade),
        (None, Some(grade), None) => Effect::Suggest(grade),
        (None, None, Some(asked)) if by_name.contains_key(asked.as_str()) => Effect::Ask(asked),
        (None, None, Some(asked)) => {
            return Err(format!("asks for `{asked}`, which is not a declared fact").into());
        }
        _ => return Err("needs one of `floor`, `suggest` and `ask`".into()),
    };
    let source = sources.get(&raw.source);
    let source = source.ok_or_else(|| format!("`{}` is not a declared source", raw.source))?.clone();
    let condition = expression::parse(&raw.when, facts, by_name).map_err(|fault| Fault {
        reason: fault.reason,
        within: format!(", when, character {}", fault.column),
    })?;
    can_go_both_ways(&condition, facts)?;
    only_raises(&condition, &effect, facts)?;
    Ok(Rule {
        key: raw.key,
        when: raw.when,
        effect,
        reason: raw.reason,
        source,
        status: raw.status,
        facts: condition.facts(),
        condition,
    })
}

fn unused<'a>(facts: &'a [Fact], rules: &[Rule]) -> Option<&'a str> {
    let used = |(place, fact): &(usize, &Fact)| {
        rules.iter().any(|rule| rule.facts.contains(*place) || rule.effect == Effect::Ask(fact.name.clone()))
    };
    facts.iter().enumerate().find(|fact| !used(fact)).map(|(_, fact)| fact.name.as_str())
}

fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !RESERVED.contains(&text)
}

fn line(text: &str, at: usize) -> String {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    format!("line {}", before.iter().filter(|&&byte| byte == b'\n').count() + 1)
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
