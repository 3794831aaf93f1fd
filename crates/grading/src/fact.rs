//! The facts a rule set asks about: the question for the caller, the kind of answer, and why it matters.
use serde::Serialize;

use crate::Value;
use crate::condition::Slot;

/// One thing to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name in rules and stored facts.
    pub name: String,
    /// A few words for lists, for instance "Age".
    pub label: String,
    /// The key of the [`Group`] it is asked in.
    pub group: String,
    /// The question as it is put to the caller.
    pub question: String,
    /// Why it is asked, for the person asking.
    pub why: String,
    /// What an answer looks like.
    pub kind: FactKind,
    /// Whether rules may only let it raise a grade: refused at parsing otherwise.
    pub only_raises: bool,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FactKind {
    /// Yes or no.
    YesNo,
    /// A whole number, both ends included.
    Number {
        /// What is counted, in a plural that ends in s: `years`, `hours`.
        unit: String,
        /// The smallest possible answer.
        min: i64,
        /// The largest; a larger truth is entered as this.
        max: i64,
    },
    /// One of a list.
    Code {
        /// The list, in the order it is offered.
        codes: Vec<CodeOption>,
    },
}

/// One possible answer of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeOption {
    /// The stable code.
    pub code: String,
    /// The words a page shows.
    pub label: String,
}

/// A part of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its key.
    pub key: String,
    /// The heading a page shows.
    pub label: String,
}

/// Text that is no answer to a fact's question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct UnreadableAnswer {
    /// The fact.
    pub fact: String,
    /// What would be an answer, as a sentence for the person who typed.
    pub expected: String,
}

impl Fact {
    /// Reads an answer as a form sends it: `yes` or `no`, digits, or a code. Empty text is unknown, `None`.
    ///
    /// # Errors
    /// Says what would be an answer.
    pub fn read(&self, text: &str) -> Result<Option<Value>, UnreadableAnswer> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match (&self.kind, text) {
            (FactKind::YesNo, "yes" | "true") => Some(Value::Bool(true)),
            (FactKind::YesNo, "no" | "false") => Some(Value::Bool(false)),
            (FactKind::YesNo, _) => None,
            (FactKind::Number { .. }, digits) => digits.parse().ok().map(Value::Number),
            (FactKind::Code { .. }, code) => Some(Value::Code(code.to_owned())),
        };
        let fits = value.filter(|value| self.slot(value).is_some());
        fits.map(Some).ok_or_else(|| UnreadableAnswer { fact: self.name.clone(), expected: self.expected() })
    }

    /// The answer in words: `Yes`, `15 years`, or the label of the code.
    #[must_use]
    pub fn show(&self, value: &Value) -> String {
        match (&self.kind, value) {
            (_, Value::Bool(true)) => "yes".to_owned(),
            (_, Value::Bool(false)) => "no".to_owned(),
            (FactKind::Number { unit, .. }, Value::Number(1)) => {
                format!("1 {}", unit.strip_suffix('s').unwrap_or(unit))
            }
            (FactKind::Number { unit, .. }, Value::Number(n)) => format!("{n} {unit}"),
            (_, Value::Number(n)) => n.to_string(),
            (FactKind::Code { codes }, Value::Code(code)) => {
                codes.iter().find(|option| option.code == *code).map_or(code, |option| &option.label).clone()
            }
            (_, Value::Code(code)) => code.clone(),
        }
    }

    /// What an answer must be, as a sentence.
    #[must_use]
    pub fn expected(&self) -> String {
        match &self.kind {
            FactKind::YesNo => format!("{}: answer yes or no", self.label),
            FactKind::Number { unit, min, max } => {
                format!("{}: enter a whole number of {unit} from {min} to {max}", self.label)
            }
            FactKind::Code { codes } => {
                let labels: Vec<_> = codes.iter().map(|option| option.label.as_str()).collect();
                format!("{}: choose one of {}", self.label, labels.join("; "))
            }
        }
    }

    /// The value as conditions see it, if it is an answer to this fact.
    pub(crate) fn slot(&self, value: &Value) -> Option<Slot> {
        match (&self.kind, value) {
            (FactKind::YesNo, Value::Bool(yes)) => Some(Slot::Bool(*yes)),
            (FactKind::Number { min, max, .. }, Value::Number(n)) if (min..=max).contains(&n) => {
                Some(Slot::Number(*n))
            }
            (FactKind::Code { codes }, Value::Code(code)) => {
                let place = codes.iter().position(|option| option.code == *code)?;
                u16::try_from(place).ok().map(Slot::Code)
            }
            _ => None,
        }
    }

    /// The value behind a slot.
    pub(crate) fn value(&self, slot: Slot) -> Value {
        match (slot, &self.kind) {
            (Slot::Bool(yes), _) => Value::Bool(yes),
            (Slot::Number(n), _) => Value::Number(n),
            (Slot::Code(place), FactKind::Code { codes }) => Value::Code(
                codes.get(usize::from(place)).map_or_else(String::new, |option| option.code.clone()),
            ),
            (Slot::Code(_), _) => Value::Code(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: FactKind) -> Fact {
        let text = || "x".to_owned();
        Fact {
            name: text(),
            label: "Age".into(),
            group: text(),
            question: text(),
            why: text(),
            kind,
            only_raises: false,
        }
    }

    #[test]
    fn answers_are_read_as_forms_send_them() {
        let yes_no = fact(FactKind::YesNo);
        assert_eq!(yes_no.read(" yes "), Ok(Some(Value::Bool(true))));
        assert_eq!(yes_no.read(""), Ok(None), "not answered is unknown");
        assert!(yes_no.read("perhaps").is_err());

        let number = fact(FactKind::Number { unit: "years".into(), min: 0, max: 17 });
        assert_eq!(number.read("17"), Ok(Some(Value::Number(17))));
        assert_eq!(
            number.read("18").unwrap_err().to_string(),
            "Age: enter a whole number of years from 0 to 17"
        );
        assert!(number.read("1.5").is_err());
        assert_eq!(number.show(&Value::Number(15)), "15 years");

        let option = CodeOption { code: "dangerous".into(), label: "Dangerous".into() };
        let code = fact(FactKind::Code { codes: vec![option] });
        assert_eq!(code.read("dangerous"), Ok(Some(Value::Code("dangerous".into()))));
        assert!(code.read("mild").is_err());
    }
}
