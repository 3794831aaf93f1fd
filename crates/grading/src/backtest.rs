//! The past again: a stored grade replayed to the byte, and a new rule set tried on past cases.
use cf_kernel::Grade;
use serde::Serialize;

use crate::{Effect, Evaluation, Facts, FactsError, RuleError, RuleSet};

/// Why a stored grade cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The rule text is not one.
    #[error("the rules cannot be read: {0}")]
    Rules(#[from] RuleError),
    /// The facts are not facts.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// Evaluates stored facts under a stored rule text: the bytes are those of the first evaluation.
///
/// # Errors
/// When either cannot be read.
pub fn replay(rule_text: &str, facts_bytes: &[u8]) -> Result<Vec<u8>, ReplayError> {
    let rules = RuleSet::parse(rule_text)?;
    let facts = Facts::from_bytes(facts_bytes)?;
    Ok(rules.evaluate(&facts).to_bytes())
}

/// What a new rule set would have recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backtest<C> {
    /// The cases whose recommendation would change, in the order given.
    pub changes: Vec<Change<C>>,
    /// How many, and which way.
    pub summary: Summary,
}

/// One case whose recommendation would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<C> {
    /// The case, as the caller named it.
    pub case: C,
    /// What the old rules recommend.
    pub old: Grade,
    /// What the new rules recommend.
    pub new: Grade,
    /// Why: the reasons of the new rules that raise it, or of the old ones that no longer do.
    pub because: Vec<String>,
}

/// Counts over all cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Cases evaluated.
    pub cases: usize,
    /// Without a change.
    pub same: usize,
    /// With a higher recommendation.
    pub raised: usize,
    /// With a lower recommendation.
    pub lowered: usize,
    /// Cases with stored facts that the new rules do not know or cannot read.
    pub with_ignored_facts: usize,
    /// By old and new grade, in order; only pairs that occurred and differ.
    pub moved: Vec<Moved>,
}

/// How many went from one grade to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What the old rules recommend.
    pub from: Grade,
    /// What the new rules recommend.
    pub to: Grade,
    /// How many cases.
    pub cases: usize,
}

/// Runs two rule sets over past cases and says whose recommendation would change, and why.
pub fn backtest<C>(old: &RuleSet, new: &RuleSet, cases: impl IntoIterator<Item = (C, Facts)>) -> Backtest<C> {
    let cases = cases.into_iter().map(|(case, facts)| {
        let (slots, _) = old.slots(&facts);
        (case, facts, old.recommend_for(&slots))
    });
    compare(new, cases, |facts, _, from| reasons(&old.evaluate(facts), "no longer raised by", from))
}

/// Runs a rule set over past cases and says whose recommendation would differ from the one recorded with the grade,
/// under whichever rules it was given then, and why.
pub fn backtest_recorded<C>(
    new: &RuleSet,
    cases: impl IntoIterator<Item = (C, Facts, Evaluation)>,
) -> Backtest<C> {
    let mut then: Vec<Evaluation> = Vec::new();
    let cases: Vec<_> = cases
        .into_iter()
        .map(|(case, facts, evaluation)| {
            let recommended = evaluation.recommended;
            then.push(evaluation);
            (case, facts, recommended)
        })
        .collect();
    compare(new, cases, |_, number, from| {
        then.get(number).map_or_else(Vec::new, |then| reasons(then, "no longer raised by", from))
    })
}

/// `lowered` gives the reasons that held a recommendation up, for the facts and number of a case.
fn compare<C>(
    new: &RuleSet,
    cases: impl IntoIterator<Item = (C, Facts, Grade)>,
    lowered: impl Fn(&Facts, usize, Grade) -> Vec<String>,
) -> Backtest<C> {
    let mut changes: Vec<Change<C>> = Vec::new();
    let mut summary = Summary::default();
    for (number, (case, facts, from)) in cases.into_iter().enumerate() {
        summary.cases += 1;
        let (new_slots, ignored) = new.slots(&facts);
        summary.with_ignored_facts += usize::from(!ignored.is_empty());
        let to = new.recommend_for(&new_slots);
        if from == to {
            summary.same += 1;
            continue;
        }
        let because = if to > from {
            summary.raised += 1;
            reasons(&new.evaluate(&facts), "raised by", to)
        } else {
            summary.lowered += 1;
            lowered(&facts, number, from)
        };
        changes.push(Change { case, old: from, new: to, because });
    }
    for from in Grade::ALL {
        for to in Grade::ALL {
            let cases = changes.iter().filter(|change| (change.old, change.new) == (from, to)).count();
            if cases > 0 {
                summary.moved.push(Moved { from, to, cases });
            }
        }
    }
    Backtest { changes, summary }
}

/// The rules that hold a recommendation up, or the default floor when none does.
fn reasons(evaluation: &Evaluation, how: &str, grade: Grade) -> Vec<String> {
    let deciding =
        evaluation.fired.iter().filter(|fired| fired.decides && !matches!(fired.effect, Effect::Ask(_)));
    let mut because: Vec<String> =
        deciding.map(|fired| format!("{how} `{}`: {}", fired.rule, fired.reason)).collect();
    if because.is_empty() {
        because.push(format!("{how} the default floor, {}", grade.label().to_lowercase()));
    }
    because
}
