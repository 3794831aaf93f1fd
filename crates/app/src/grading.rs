//! Asking the grading rules: facts from the caller's answers and from the record, and what the rules say.
use async_recursion::async_recursion as boxed;
use cf_access::Action;
use cf_casework::missing::Missing;
use cf_casework::missing::command::Answer;
use cf_casework::missing::state::{Incident, Origin};
use cf_grading::{Evaluation, FactKind, Facts, Value};
use cf_kernel::{ChildId, IncidentId, Timestamp};

use crate::load::Loaded;
use crate::{App, Caller, FieldProblem, Problem};

/// What the rules say, and the exact bytes they said it with.
#[derive(Debug, Clone)]
pub struct Advice {
    /// The answer.
    pub evaluation: Evaluation,
    /// Name, version and hash of the rules.
    pub rule_set: String,
    /// The facts, as canonical JSON.
    pub facts: String,
    /// The answer, as canonical JSON.
    pub bytes: String,
}

/// What the record already knows that the rules ask for. Only what is known; the rest stays unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    facts: Vec<(&'static str, Value)>,
}

impl App {
    /// What the rules recommend for an incident from all that is known now, to somebody who may open it.
    ///
    /// # Errors
    /// When there is no such incident, a denial, or a fault.
    #[boxed]
    pub async fn advice(&self, caller: &Caller, incident: IncidentId) -> Result<Advice, Problem> {
        let loaded = self.may_act(caller, Action::ViewIncident, incident).await?;
        self.recommendation_on(&loaded, &[]).await
    }

    /// What the rules recommend for an incident from all that is known now, with further answers. Whoever asks has
    /// authorised first.
    ///
    /// # Errors
    /// When there is no such incident, or a fault.
    pub(crate) async fn recommendation_on(
        &self,
        loaded: &Loaded<Missing>,
        more: &[Answer],
    ) -> Result<Advice, Problem> {
        let incident = loaded.state.incident.as_ref().ok_or(Problem::NotFound)?;
        self.advise(IncidentId::from_uuid(loaded.stream.uuid()), incident, more).await
    }

    pub(crate) async fn advise(
        &self,
        id: IncidentId,
        incident: &Incident,
        more: &[Answer],
    ) -> Result<Advice, Problem> {
        let now = self.now();
        let mut known = self.known_about_at(incident.child, incident.reported_at, Some(id)).await?;
        known.since_last_seen(incident, now);
        let answers: Vec<Answer> = incident.answers.iter().chain(more).cloned().collect();
        self.evaluate(&answers, &known)
    }

    /// What the record knows about a child before this report. `exists` is false for a child registered with it.
    pub(crate) async fn known_about(
        &self,
        child: ChildId,
        exists: bool,
        now: Timestamp,
    ) -> Result<Known, Problem> {
        if !exists {
            return Ok(Known {
                facts: vec![("missing_90_days", Value::Number(0)), ("missing_12_months", Value::Number(0))],
            });
        }
        self.known_about_at(child, now, None).await
    }

    async fn known_about_at(
        &self,
        child: ChildId,
        at: Timestamp,
        but: Option<IncidentId>,
    ) -> Result<Known, Problem> {
        let mut facts = Vec::new();
        let day = 24;
        let recent = self.store.episodes_before(child, at.plus_hours(-90 * day), at, but).await?;
        let year = self.store.episodes_before(child, at.plus_hours(-365 * day), at, but).await?;
        // What people have said is one child counts as one, whoever may read which record.
        let same = self.same_child(child).await?;
        let recent = recent + self.episodes_of_the_same(&same, at, 90).await?;
        let year = year + self.episodes_of_the_same(&same, at, 365).await?;
        facts.push(("missing_90_days", Value::Number(recent)));
        facts.push(("missing_12_months", Value::Number(year)));
        if let Some(row) = self.store.child_row(child).await? {
            // Under 18 when in doubt (docs/GLOSSARY.md, child): an adult's age says nothing to these rules.
            if let Some(age) = row.born().and_then(|born| born.age_on(at.day())).filter(|age| *age < 18) {
                facts.push(("age", Value::Number(age.into())));
            }
            if let Some(looked_after) = row.looked_after {
                facts.push(("looked_after", Value::Bool(looked_after)));
            }
            let mut trigger_plan = row.trigger_plan;
            for other in same {
                trigger_plan |= self.store.child_row(other).await?.is_some_and(|row| row.trigger_plan);
            }
            facts.push(("trigger_plan", Value::Bool(trigger_plan)));
        }
        Ok(Known { facts })
    }

    /// Runs the rules. The caller's answer counts before what the record knows.
    pub(crate) fn evaluate(&self, answers: &[Answer], known: &Known) -> Result<Advice, Problem> {
        let mut facts = Facts::new();
        for (name, value) in &known.facts {
            if self.grading.fact(name).is_some() {
                facts.set(name, value.clone());
            }
        }
        for answer in answers {
            let Some(fact) = self.grading.fact(&answer.fact) else { continue };
            match fact.read(&answer.value) {
                Ok(Some(value)) => facts.set(answer.fact.as_str(), value),
                Ok(None) => facts.forget(&answer.fact),
                Err(_) => {
                    return Err(Problem::invalid(&answer.fact, "This answer does not fit the question."));
                }
            }
        }
        let evaluation = self.grading.evaluate(&facts);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(Problem::fault);
        Ok(Advice {
            rule_set: rule_set_name(&self.grading),
            facts: text(facts.to_bytes())?,
            bytes: text(evaluation.to_bytes())?,
            evaluation,
        })
    }

    /// Whether every answer is about a fact the rules know, with a value it can have.
    pub(crate) fn check_answers(&self, answers: &[Answer]) -> Result<(), Problem> {
        let problem = |answer: &Answer| answer_problem(&self.grading, &answer.fact, &answer.value);
        let problems: Vec<_> = answers.iter().filter_map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(Problem::Invalid(problems)) }
    }
}

impl Known {
    fn since_last_seen(&mut self, incident: &Incident, now: Timestamp) {
        let last_seen = match &incident.origin {
            Origin::Report(report) => Some(report.last_seen_at),
            Origin::Import(import) => import.last_seen_at,
        };
        let until = incident.back().map_or(now, |back| back.returned_at);
        if let Some(last_seen) = last_seen {
            self.facts
                .push(("hours_since_seen", Value::Number(until.seconds_since(last_seen).max(0) / 3600)));
        }
    }
}

/// Why this is no answer to a question of the grading rules, with the question.
#[must_use]
pub fn answer_problem(rules: &cf_grading::RuleSet, name: &str, value: &str) -> Option<FieldProblem> {
    let Some(fact) = rules.fact(name) else {
        return Some(FieldProblem::new(name, "The grading rules know no such question."));
    };
    let rule = match (&fact.kind, fact.read(value)) {
        (_, Ok(_)) => return None,
        (FactKind::Number { min, max, .. }, Err(_)) => format!("Give a whole number from {min} to {max}."),
        (FactKind::YesNo | FactKind::Code { .. }, Err(_)) => "Choose one of the answers offered.".to_owned(),
    };
    Some(FieldProblem::new(name, format!("{} {rule}", fact.question)))
}

/// `name version sha256`, as stored with a grade.
#[must_use]
pub fn rule_set_name(rules: &cf_grading::RuleSet) -> String {
    let id = rules.id();
    format!("{} {} {}", id.name, id.version, id.sha256)
}
