//! Findings a person has looked at and kept, each with a reason. They lapse when the words or the rule change.
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "suppress")]
    entries: Vec<Entry>,
}

/// One finding kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Id of the record.
    record: String,
    /// Id of the rule.
    rule: String,
    /// The words, as they stand in the text.
    words: String,
    /// Why they stay.
    pub(crate) reason: String,
    /// Who decided.
    by: String,
}

/// The suppressions in force, and which were used.
#[derive(Default)]
pub(crate) struct Suppressions {
    entries: Vec<Entry>,
    used: Vec<bool>,
}

impl Suppressions {
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the suppressions `{}`", path.display()))?;
        let file: File = toml::from_str(&text)
            .with_context(|| format!("`{}` is not a list of suppressions", path.display()))?;
        for e in &file.entries {
            anyhow::ensure!(
                !e.reason.trim().is_empty(),
                "`{}`: the suppression of `{}` in record `{}` has no reason",
                path.display(),
                e.rule,
                e.record
            );
            anyhow::ensure!(
                !e.by.trim().is_empty(),
                "`{}`: the suppression of `{}` in record `{}` does not say who decided",
                path.display(),
                e.rule,
                e.record
            );
        }
        let used = vec![false; file.entries.len()];
        Ok(Self { entries: file.entries, used })
    }

    /// The reason this finding was kept, if it was. `id` is the record's id as JSON.
    pub(crate) fn reason(&mut self, id: &str, rule: &str, words: &str) -> Option<&str> {
        let bare = id.trim_matches('"');
        let i = self.entries.iter().position(|e| e.rule == rule && e.record == bare && e.words == words)?;
        self.used[i] = true;
        Some(&self.entries[i].reason)
    }

    /// Those that matched nothing: the text or the rule has changed.
    pub(crate) fn unused(&self) -> impl Iterator<Item = String> {
        self.entries
            .iter()
            .zip(&self.used)
            .filter(|(_, used)| !**used)
            .map(|(e, _)| format!("`{}` in record `{}`", e.rule, e.record))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
