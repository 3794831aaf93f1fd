//! What the language engine says about one text, with a key by which a decision about it can be sent.
use cf_wording::{Category, Kind, Severity};
use sha2::{Digest, Sha256};

use crate::App;

/// Words that were found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Names the words within their field: a decision about them carries it.
    pub key: String,
    /// The words, as written.
    pub words: String,
    /// The sentence they stand in.
    pub sentence: String,
    /// First character, counted in Unicode scalar values from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Blame, which needs a decision; otherwise a suggestion only.
    pub blaming: bool,
    /// What is wrong.
    pub category: Category,
    /// How heavy it is.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// The reason, for the writer.
    pub why: String,
    /// Other ways to write it. Text in square brackets is for the writer to fill in.
    pub alternatives: Vec<String>,
}

/// The key of words in a field: the same words twice in one field are one decision.
#[must_use]
pub fn key(field: &str, words: &str) -> String {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let digest = Sha256::digest(format!("childfirst wording\n{field}\n{}", words.join(" ")).as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl App {
    /// What is found in a text of this field. Nothing is kept.
    #[must_use]
    pub fn find_wording(&self, field: &str, text: &str) -> Vec<Found> {
        let findings = self.wording.check(text);
        if findings.is_empty() {
            return Vec::new();
        }
        let letters: Vec<char> = text.chars().collect();
        let found = |finding: cf_wording::Finding<'_>| {
            let end = finding.end.min(letters.len());
            let start = finding.start.min(end);
            let words: String = letters[start..end].iter().collect();
            Found {
                key: key(field, &words),
                sentence: sentence(&letters, start, end),
                words,
                start,
                end,
                blaming: finding.kind == Kind::Blaming,
                category: finding.category,
                severity: finding.severity,
                rule: finding.rule.to_owned(),
                why: finding.why.to_owned(),
                alternatives: finding.alternatives.into_iter().map(str::to_owned).collect(),
            }
        };
        findings.into_iter().map(found).collect()
    }
}

/// The sentence round these characters.
fn sentence(letters: &[char], start: usize, end: usize) -> String {
    let stops = |letter: &char| matches!(letter, '.' | '!' | '?' | '\n');
    let from = letters[..start].iter().rposition(stops).map_or(0, |at| at + 1);
    let to =
        letters[end..].iter().position(stops).map_or(letters.len(), |at| (end + at + 1).min(letters.len()));
    letters[from..to].iter().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_field_and_words_and_no_more() {
        assert_eq!(key("what", "At  risk"), key("what", "at risk"));
        assert_ne!(key("what", "at risk"), key("words", "at risk"));
        assert_eq!(key("what", "é").len(), 16);
    }

    #[test]
    fn the_sentence_round_words() {
        let text: Vec<char> = "Seen at nine. She ran off again! Home by ten.".chars().collect();
        assert_eq!(sentence(&text, 18, 25), "She ran off again!");
        assert_eq!(sentence(&text, 0, 4), "Seen at nine.");
        assert_eq!(sentence(&text, 41, 45), "Home by ten.");
    }
}
