//! Why two records score what they score, line by line, adding up exactly.

use std::fmt;

use serde::Serialize;

use crate::model::{DOB, EXTRAS, GIVEN, KINDS, Model, PATH, POSTCODE, SEX, SURNAME, TOGETHER};
use crate::pairs::{Linked, ScoredPair};
use crate::records::Rec;
use crate::score::{Agreement, NameMemory, Scorer, UNIT, probability};

/// One line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What the line is about: a field, or `before comparing`, or `perhaps one household`.
    pub field: String,
    /// The level at which the two agree.
    pub level: String,
    /// The first record's value, as compared.
    pub a: String,
    /// The second record's value, as compared.
    pub b: String,
    /// Its weight in units of 1/1024 bit: above zero speaks for one person, below zero against.
    pub weight: i32,
    /// How much of the weight is there because the value is rarer or commoner than usual.
    pub rarity: i32,
}

/// Why two records score what they score. The weights of the lines add up to `score`, exactly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The lines, in the order in which they are drawn.
    pub lines: Vec<Line>,
    /// The score in units of 1/1024 bit.
    pub score: i32,
    /// The probability that the two are one person.
    pub probability: f64,
}

impl Explanation {
    pub(crate) fn new(scorer: &Scorer<'_>, model: &Model, a: (&Rec, &[u32]), b: (&Rec, &[u32])) -> Self {
        let mut memory = NameMemory::default();
        let agreement = scorer.agreement_of(a.0, b.0, a.1, b.1, &mut memory);
        let view = scorer.view();
        let (left, right) = (view.values(a.0, a.1), view.values(b.0, b.1));
        let weights = scorer.weights();
        let mut lines = vec![Line {
            field: "before comparing".into(),
            level: "how rarely two records are one person".into(),
            a: String::new(),
            b: String::new(),
            weight: weights.prior,
            rarity: 0,
        }];
        for (number, field) in model.fields.iter().enumerate() {
            if number == TOGETHER && agreement.levels[TOGETHER] != 1 {
                continue;
            }
            let value = |values: &[String], names: &[u32]| match number {
                GIVEN => String::from_utf8_lossy(view.name(names[0]).1).into_owned(),
                SURNAME => String::from_utf8_lossy(view.name(names[1]).1).into_owned(),
                PATH if agreement.levels[PATH] == 0 => String::new(),
                TOGETHER => String::new(),
                PATH => as_written(values),
                DOB => values[3].clone(),
                POSTCODE => values[4].clone(),
                SEX => values[5].clone(),
                extra => values[6 + extra - EXTRAS].clone(),
            };
            lines.push(line(
                weights.weight(number, agreement.levels[number]),
                number,
                &agreement,
                field,
                value(&left, &agreement.names[..2]),
                value(&right, &agreement.names[2..]),
            ));
        }
        let sums = scorer.sums(&agreement);
        let (score, discount) = weights.total(&sums);
        lines.push(Line {
            field: "perhaps one household".into(),
            level: KINDS[weights.likeliest_kind(&sums)].into(),
            a: String::new(),
            b: String::new(),
            weight: discount,
            rarity: 0,
        });
        Self { lines, score, probability: probability(score) }
    }
}

/// All names of a record, so that a reader sees which of them was compared.
fn as_written(values: &[String]) -> String {
    let main = format!("{} {}", values[0], values[1]);
    if values[2].is_empty() { main } else { format!("{main}, also {}", values[2]) }
}

fn line(
    weight: i32,
    number: usize,
    agreement: &Agreement,
    field: &crate::model::FieldModel,
    a: String,
    b: String,
) -> Line {
    let level = usize::from(agreement.levels[number]);
    Line {
        field: field.name.clone(),
        level: field.levels.get(level).cloned().unwrap_or_default(),
        a,
        b,
        weight: weight + agreement.rarity[number],
        rarity: agreement.rarity[number],
    }
}

impl Linked {
    /// Explains a pair that [`crate::pairs::find`] found; where other records raised or lowered its score, a line says so.
    #[must_use]
    pub fn explain_pair(&self, pair: &ScoredPair) -> Explanation {
        let mut explanation = self.explain(pair.a, pair.b);
        let weight = pair.score - explanation.score;
        if weight != 0 {
            let level = match (weight > 0, self.records.is_link()) {
                (true, true) => "neither fits any other record as well",
                (true, false) => "both match a third",
                (false, _) => "a third fits better, or fits both",
            };
            explanation.lines.push(Line {
                field: "other records".into(),
                level: level.into(),
                a: String::new(),
                b: String::new(),
                weight,
                rarity: 0,
            });
            explanation.score = pair.score;
            explanation.probability = probability(pair.score);
        }
        explanation
    }

    /// Explains two records, by number, without a look at any other.
    #[must_use]
    pub fn explain(&self, a: u32, b: u32) -> Explanation {
        let records = &self.records;
        Explanation::new(
            &self.scorer(),
            &self.model,
            (&records.recs[a as usize], records.extra_ids(a)),
            (&records.recs[b as usize], records.extra_ids(b)),
        )
    }
}

/// A waterfall in text: one line a field, bars to the right for and to the left against.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self.lines.iter().map(|l| l.field.chars().count()).max().unwrap_or(0);
        for line in &self.lines {
            let bits = f64::from(line.weight) / f64::from(UNIT);
            let length = (bits.abs().round() as usize).min(14);
            let (left, right) = if bits < 0.0 {
                ("-".repeat(length), String::new())
            } else {
                (String::new(), "+".repeat(length))
            };
            write!(f, "{:widest$}  {left:>14}|{right:<14} {bits:>8.3}  {}", line.field, line.level)?;
            if !line.a.is_empty() || !line.b.is_empty() {
                write!(f, ": {} / {}", shown(&line.a), shown(&line.b))?;
            }
            writeln!(f)?;
        }
        let bits = f64::from(self.score) / f64::from(UNIT);
        writeln!(
            f,
            "{:widest$}  {:>14} {:<14} {bits:>8.3}  probability {:.4}",
            "score", "", "", self.probability
        )
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "(none)" } else { value }
}
