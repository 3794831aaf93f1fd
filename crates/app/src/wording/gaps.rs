//! Gaps in the words offered for others: `the child is at risk from [who or what]` asks for something to be filled in.
use std::collections::BTreeSet;

use cf_wording::Rule;

/// What people write themselves where a name was taken out.
const NO_GAP: &str = "[name]";

/// The gaps of the rules' own words that stand in a text, each once.
pub(super) fn open_in(rules: &[Rule], text: &str) -> Vec<String> {
    let written: BTreeSet<&str> = brackets(text).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let offered = rules.iter().flat_map(|rule| rule.alternatives.iter().chain(&rule.alternatives_if_shown));
    let offered: BTreeSet<&str> = offered.flat_map(|words| brackets(words)).collect();
    let open = written.intersection(&offered).filter(|gap| **gap != NO_GAP);
    open.map(|gap| (*gap).to_owned()).collect()
}

/// What stands in square brackets, brackets included.
fn brackets(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('[').filter_map(|(from, _)| {
        let length = text[from..].find(']')?;
        Some(&text[from..=from + length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_the_rules_is_open_until_it_is_filled_in_and_other_brackets_are_the_writers() {
        let checker = cf_wording::Checker::new().unwrap();
        let open = |text: &str| open_in(checker.rules(), text);
        assert_eq!(open("She is the child is at risk from [who or what]."), ["[who or what]"]);
        for text in
            ["at risk from a man of 31", "Seen at [redacted], [name] rang", "an open [ bracket", "][", ""]
        {
            assert!(open(text).is_empty(), "{text}");
        }
    }
}
