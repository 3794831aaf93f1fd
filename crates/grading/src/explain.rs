//! A recommendation as a text a person can read aloud.
use std::fmt::Write as _;

use cf_kernel::Grade;

use crate::{Effect, Evaluation, Flip, RuleSet, Value};

impl RuleSet {
    /// The evaluation in plain words, several lines. Must come from this rule set, or names stand in for labels.
    #[must_use]
    pub fn explain(&self, evaluation: &Evaluation) -> String {
        let mut text = String::new();
        let said = self.write(&mut text, evaluation);
        debug_assert!(said.is_ok(), "writing to a string does not fail");
        text
    }

    fn write(&self, out: &mut String, evaluation: &Evaluation) -> std::fmt::Result {
        let id = &evaluation.rule_set;
        writeln!(out, "Recommended: {}", evaluation.recommended.label())?;
        if evaluation.at_most > evaluation.recommended {
            writeln!(
                out,
                "Could become: {}, depending on what is still unknown",
                evaluation.at_most.label()
            )?;
        }
        writeln!(out, "Rules: {} {} ({})", id.name, id.version, id.sha256.get(..12).unwrap_or(&id.sha256))?;
        writeln!(out, "\nWhy")?;
        writeln!(out, "- {}: {}", evaluation.default_floor.label(), self.default_floor_reason)?;
        for fired in &evaluation.fired {
            let effect = match &fired.effect {
                Effect::Floor(grade) => format!("at least {}", lower(*grade)),
                Effect::Suggest(grade) => format!("suggests {}", lower(*grade)),
                Effect::Ask(_) => continue,
            };
            let because: Vec<_> =
                fired.because.iter().map(|used| self.told(&used.fact, &used.value)).collect();
            writeln!(out, "- {effect}: {} [{}; {}]", fired.reason, because.join(", "), fired.rule)?;
        }
        if !evaluation.ask.is_empty() {
            writeln!(out, "\nAsk next")?;
            for ask in &evaluation.ask {
                writeln!(out, "- {} ({})", ask.question, ask.reason)?;
            }
        }
        if !evaluation.unknown_that_matter.is_empty() {
            writeln!(out, "\nUnknown, and it matters")?;
            for unknown in &evaluation.unknown_that_matter {
                writeln!(out, "- {} (could become {})", unknown.question, lower(unknown.could_become))?;
            }
        }
        for (heading, flips) in [
            ("Would raise it", &evaluation.nearest_flips.up),
            ("Would lower it", &evaluation.nearest_flips.down),
        ] {
            if !flips.is_empty() {
                writeln!(out, "\n{heading}")?;
                flips.iter().try_for_each(|flip| writeln!(out, "- {}", self.flip(flip)))?;
            }
        }
        for ignored in &evaluation.ignored {
            writeln!(out, "\nNot used: {} ({})", ignored.fact, ignored.why)?;
        }
        Ok(())
    }

    /// A flip in words: `Age 9 years instead of 12 years -> high`.
    #[must_use]
    pub fn flip(&self, flip: &Flip) -> String {
        let change = |change: &crate::FactChange| match &change.from {
            Some(from) => {
                let now = self.fact(&change.fact).map_or_else(String::new, |fact| fact.show(from));
                format!("{} instead of {now}", self.told(&change.fact, &change.to))
            }
            None => format!("{}, now unknown", self.told(&change.fact, &change.to)),
        };
        let changes: Vec<_> = flip.changes.iter().map(change).collect();
        format!("{} -> {}", changes.join(" and "), lower(flip.becomes))
    }

    fn told(&self, name: &str, value: &Value) -> String {
        match self.fact(name) {
            Some(fact) => format!("{}: {}", fact.label, fact.show(value)),
            None => name.to_owned(),
        }
    }
}

fn lower(grade: Grade) -> String {
    grade.label().to_lowercase()
}
