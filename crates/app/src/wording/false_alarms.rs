//! Findings that supervisors called false alarms, with their sentences: what feeds a force's own rules file.
use std::collections::BTreeMap;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::wording::{Origin, Wording};
use cf_kernel::{StreamId, WordingId};

use crate::{App, Caller, Problem};

/// False alarms read at a time.
const MOST: i64 = 100;

/// A sentence in which a rule found what a supervisor calls no blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmSentence {
    /// The sentence. The child's own name is taken out.
    pub text: String,
    /// The findings called false alarms in this sentence, newest first.
    pub matters: Vec<WordingId>,
    /// Whether the rules in force still find blame in it.
    pub still_found: bool,
}

/// A rule that raised false alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleAlarms {
    /// The rule's id.
    pub rule: String,
    /// The sentences, each once.
    pub sentences: Vec<AlarmSentence>,
}

impl App {
    /// The newest false alarms with their sentences, by rule. Each record shown is logged as read.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn wording_alarm_sentences(&self, caller: &Caller) -> Result<Vec<RuleAlarms>, Problem> {
        let rows = self.store.wording_false_alarms(MOST).await?;
        let records: Vec<StreamId> = rows.iter().map(|row| StreamId::from_uuid(row.stream)).collect();
        self.authorise(caller, Action::ReadAuditedTexts, &Resource::desk(), &records).await?;
        let mut rules: BTreeMap<String, Vec<AlarmSentence>> = BTreeMap::new();
        for row in rows {
            let loaded = self.load::<Wording>(row.id().into()).await?;
            let Some(matter) = loaded.state.matter else { continue };
            let Origin::Kept(kept) = &matter.origin else { continue };
            // A sentence that was destroyed with its case file teaches nothing any more.
            let Some(sentence) = kept.sentence.get() else { continue };
            let text = without_name(sentence, &row.child_name);
            let sentences = rules.entry(kept.rule.clone()).or_default();
            match sentences.iter_mut().find(|one| one.text.eq_ignore_ascii_case(&text)) {
                Some(one) => one.matters.push(row.id()),
                None => {
                    let still_found =
                        self.find_wording(&kept.about.field, &text).iter().any(|one| one.blaming);
                    sentences.push(AlarmSentence { text, matters: vec![row.id()], still_found });
                }
            }
        }
        Ok(rules.into_iter().map(|(rule, sentences)| RuleAlarms { rule, sentences }).collect())
    }

    /// A draft of a rules file in which these sentences must pass, by rule.
    ///
    /// # Errors
    /// A denial, an invalid form when nothing was chosen, or a fault.
    #[boxed]
    pub async fn draft_wording_rules(
        &self,
        caller: &Caller,
        sentences: &BTreeMap<String, Vec<String>>,
    ) -> Result<String, Problem> {
        self.authorise(caller, Action::ReadAuditedTexts, &Resource::desk(), &[]).await?;
        if sentences.values().all(Vec::is_empty) {
            return Err(Problem::invalid("sentence", "Choose at least one sentence for the file."));
        }
        cf_wording::draft(self.wording_rules().rules(), sentences).map_err(Problem::fault)
    }
}

/// The sentence with each part of the child's name replaced: rules are read by many who may not know the child.
fn without_name(sentence: &str, name: &str) -> String {
    let parts: Vec<&str> = name.split_whitespace().filter(|part| part.chars().count() > 1).collect();
    let mut out = String::with_capacity(sentence.len());
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        if parts.iter().any(|part| part.to_lowercase() == word.to_lowercase()) {
            if !out.trim_end().ends_with("[name]") {
                out.push_str("[name]");
            }
        } else {
            out.push_str(word);
        }
        word.clear();
    };
    for letter in sentence.chars() {
        if letter.is_alphabetic() || letter == '-' {
            word.push(letter);
        } else {
            flush(&mut word, &mut out);
            out.push(letter);
        }
    }
    flush(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::without_name;

    #[test]
    fn the_childs_name_is_taken_out_and_nothing_else() {
        let out = without_name("Tilly Marsh’s carer went to the marshes; TILLY came too.", "Tilly Marsh");
        assert_eq!(out, "[name] ’s carer went to the marshes; [name] came too.");
        assert_eq!(without_name("No name here.", ""), "No name here.");
    }
}
