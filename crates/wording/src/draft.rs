//! A draft of a force's own rules file, from findings its supervisors called false alarms.
use std::collections::BTreeMap;

use crate::rules::Rule;

/// TOML text with each rule that raised a false alarm, whole, and the sentences added to those it must let pass.
///
/// `alarms` holds sentences by rule id. Such a file does not load until somebody has said in `unless`, or in the wording
/// to match, what sets the sentences apart: the draft says so beside each rule. A rule that is not among `rules` any more
/// is named in a comment, with its sentences, so that none is lost.
///
/// # Errors
/// When a rule cannot be written as TOML, which no rule that loaded can bring about.
pub fn draft(rules: &[Rule], alarms: &BTreeMap<String, Vec<String>>) -> Result<String, toml::ser::Error> {
    let mut out = String::from(
        "# A draft made from findings that supervisors called false alarms.\n\
         # Add to each rule's `unless` what sets its last sentences apart. The file loads when every sentence does what it says:\n\
         # childfirst wording check --rules THIS_FILE --input NOTES.txt\n",
    );
    for (id, sentences) in alarms {
        let Some(rule) = rules.iter().find(|rule| rule.id == *id) else {
            out.push_str(&format!("\n# There is no rule `{}` any more. It raised these:\n", one_line(id)));
            for sentence in sentences {
                out.push_str(&format!("# {}\n", one_line(sentence)));
            }
            continue;
        };
        let mut rule = rule.clone();
        let known = rule.pass.len();
        rule.pass
            .extend(sentences.iter().filter(|one| !rule.pass.contains(one)).cloned().collect::<Vec<_>>());
        let added = rule.pass.len() - known;
        out.push_str(&format!("\n# {id}: {added} to let pass, at the end of `pass`.\n[[rule]]\n"));
        out.push_str(&toml::to_string(&rule)?);
    }
    Ok(out)
}

/// The text without line breaks, so that a comment stays one.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checker, Source};

    const OWN: &str = "[[rule]]\nid = \"own.fusspot\"\ncategory = \"credibility\"\nseverity = \"low\"\nwhy = \"Belittles.\"\n\
        alternatives = [\"say what happened\"]\nmatch = [\"fusspot\"]\nflag = [\"She is a fusspot.\"]\npass = [\"She is neat.\"]\n";

    fn load(text: &str) -> Result<Checker, crate::RuleError> {
        Checker::with_rules(&[Source { file: "own.toml", text }])
    }

    #[test]
    fn a_draft_loads_only_when_somebody_said_what_sets_the_sentence_apart() {
        let sentence = "She is the fusspot in the school play.";
        let checker = load(OWN).unwrap();
        assert_eq!(checker.check(sentence).first().map(|found| found.rule), Some("own.fusspot"));
        let alarms = BTreeMap::from([("own.fusspot".to_owned(), vec![sentence.to_owned()])]);
        let text = draft(checker.rules(), &alarms).unwrap();
        assert!(text.contains("1 to let pass"), "{text}");
        let refused = load(&text).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("should let pass"), "{refused}");
        let mended = load(&text.replacen("[[rule]]\n", "[[rule]]\nunless = [\"school play\"]\n", 1)).unwrap();
        assert!(mended.check(sentence).is_empty());
        assert_eq!(mended.check("She is a fusspot.").len(), 1);
    }

    #[test]
    fn a_rule_that_is_gone_leaves_its_sentences_in_a_comment() {
        let alarms = BTreeMap::from([("gone.rule".to_owned(), vec!["Two\nlines.".to_owned()])]);
        let text = draft(&[], &alarms).unwrap();
        assert!(text.contains("no rule `gone.rule`") && text.contains("# Two lines."), "{text}");
        assert!(crate::read_rules(&Source { file: "own.toml", text: &text }).is_ok());
    }
}
