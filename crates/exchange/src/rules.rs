//! The table of rules: what each says, how grave it is, and whether it puts a row in quarantine.
//!
//! The table is `data/rules.csv`; the checks themselves are code. A test holds the two together.
use std::collections::HashMap;
use std::sync::LazyLock;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// May be right; someone should look.
    Query,
    /// Wrong.
    Error,
}

impl Level {
    /// The word as stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Query => "query",
            Self::Error => "error",
        }
    }
}

/// What a rule does to the row it speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The row is used; the finding stays beside it.
    Keep,
    /// One reading is possible and is used; before and after are shown.
    Repair,
    /// The row is not used.
    Quarantine,
}

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Rule {
    /// The official number, or our own code beginning `CF-`.
    pub code: &'static str,
    /// `ssda903`, `police`, `partner` or `any`.
    pub format: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What it does to the row.
    pub effect: Effect,
    /// What it says.
    pub meaning: &'static str,
    /// Where our answer follows the open validator rather than the text, or adds to it. Often empty.
    pub remark: &'static str,
}

static TABLE: LazyLock<HashMap<&'static str, Rule>> = LazyLock::new(|| {
    let lines = include_str!("../data/rules.csv").lines().skip(1);
    lines.filter_map(parse).map(|rule| (rule.code, rule)).collect()
});

/// All rules, by code.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let mut all: Vec<Rule> = TABLE.values().copied().collect();
    all.sort_by_key(|rule| rule.code);
    all
}

/// The rule with this code. One that is not in the table quarantines: safe, and a test would have caught it.
#[must_use]
pub fn rule(code: &'static str) -> Rule {
    TABLE.get(code).copied().unwrap_or(Rule {
        code,
        format: "any",
        level: Level::Error,
        effect: Effect::Quarantine,
        meaning: "a rule that is not in the table",
        remark: "",
    })
}

/// A line of our own table, in which no cell holds a comma.
fn parse(line: &'static str) -> Option<Rule> {
    let [code, format, level, effect, meaning, remark] = line.split(',').collect::<Vec<_>>()[..] else {
        return None;
    };
    let level = [Level::Note, Level::Query, Level::Error].into_iter().find(|known| known.code() == level)?;
    let effect = match effect {
        "keep" => Effect::Keep,
        "repair" => Effect::Repair,
        "quarantine" => Effect::Quarantine,
        _ => return None,
    };
    Some(Rule { code, format, level, effect, meaning, remark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(rules().len(), include_str!("../data/rules.csv").lines().count() - 1);
    }

    /// Reads our own sources, so that a code used in them and absent from the table is found.
    #[test]
    fn every_code_used_is_in_the_table_and_every_code_in_the_table_is_used() {
        let sources = [
            include_str!("outcome.rs"),
            include_str!("ssda903/read.rs"),
            include_str!("ssda903/checks.rs"),
            include_str!("mapping/mod.rs"),
            include_str!("mapping/read.rs"),
            include_str!("partner/read.rs"),
            include_str!("police/read.rs"),
            include_str!("police/times.rs"),
        ];
        let mut used: Vec<&str> = Vec::new();
        for source in sources {
            for quoted in source.split('"').skip(1).step_by(2) {
                let official = (3..=4).contains(&quoted.len()) && quoted.parse::<u16>().is_ok();
                if quoted.starts_with("CF-") || quoted.starts_with("INT") || official {
                    used.push(quoted);
                }
            }
        }
        for code in &used {
            assert!(TABLE.contains_key(code), "{code} is used but not in data/rules.csv");
        }
        for rule in rules() {
            assert!(used.contains(&rule.code), "{} is in data/rules.csv but no check uses it", rule.code);
        }
    }
}
