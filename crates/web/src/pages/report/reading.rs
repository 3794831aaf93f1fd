//! The report in the answers, read alike for pages and API, with everything that is wrong with it at once.
use cf_app::FieldProblem;
use cf_app::grading::answer_problem;
use cf_app::matching::Heard;
use cf_app::report::{ReportForm, Who, check_born, check_last_seen, long_ago};
use cf_casework::missing::command::{Answer as Fact, MissingFrom, Reporter};
use cf_grading::RuleSet;
use cf_kernel::{ChildId, Timestamp};

use super::{LONG_AGO, caller_fields, circumstances};
use crate::acts::{Answers, Reader, child as child_acts};

/// The answers to the risk questions: only what is known.
pub(crate) fn read_facts(answers: &Answers, rules: &RuleSet, from: &str, now: Timestamp) -> Vec<Fact> {
    let known = rules.facts().iter().filter_map(|fact| {
        let value = answers.get(&fact.name).trim();
        (!value.is_empty()).then(|| Fact {
            fact: fact.name.clone(),
            value: value.to_owned(),
            from: from.to_owned(),
            obtained_at: now,
        })
    });
    known.collect()
}

/// The report in the answers. Pages and API read it alike.
pub(crate) fn read(
    answers: &Answers,
    rules: &RuleSet,
    now: Timestamp,
    caller: &cf_app::Caller,
) -> Result<ReportForm, Vec<FieldProblem>> {
    let around = around(answers);
    let answers = &with_moment(answers);
    let mut read = Reader::new(answers).naming(names(now));
    let circumstances = read.words("circumstances", "Say what has happened, as the caller tells it.");
    let seen = last_seen(&mut read, answers, around, now);
    let missing_from =
        read.code("missing_from", MissingFrom::from_code, "Choose where the child is missing from.");
    let (last_seen, already_tried, description) =
        (read.text("last_seen"), read.text("already_tried"), read.text("description"));
    let reporter = Reporter {
        name: read.text("reporter_name"),
        relationship: read.text("reporter_relationship"),
        phone: read.text("reporter_phone"),
    };
    let child = match answers.get("child").parse::<ChildId>() {
        Ok(child) => Who::Known(child),
        Err(_) => {
            let identity = child_acts::read_identity(&mut read);
            let by = seen.unwrap_or(now).day();
            if let Some(problem) = identity.born_on.and_then(|born| check_born(born, by)) {
                read.problem("born_on", problem);
            }
            let care = child_acts::read_care(&mut read, answers);
            if identity.name() == "Name not known"
                && identity.also_known_as.is_empty()
                && identity.born_on.is_none()
            {
                read.problem("given_name", "Give a name, a name the child also uses, or a date of birth.");
            }
            Who::New(Box::new(identity), care)
        }
    };
    let borough = Some(read.text("report_borough")).filter(|code| !code.is_empty());
    let told_by = if reporter.name.trim().is_empty() {
        format!("caller, taken by {}", caller.actor.name)
    } else {
        reporter.name.clone()
    };
    let facts = read_facts(answers, rules, &told_by, now);
    for problem in facts.iter().filter_map(|fact| answer_problem(rules, &fact.fact, &fact.value)) {
        read.problem(&problem.field, problem.message);
    }
    let last_seen_approximate = around || read.yes("seen_about");
    read.finish(seen.zip(missing_from).map(|(last_seen_at, missing_from)| ReportForm {
        who: child,
        last_seen_at,
        last_seen_approximate,
        last_seen,
        circumstances,
        already_tried,
        description,
        reporter,
        borough,
        missing_from,
        answers: facts,
    }))
}

/// What a problem with an answer is named after, where the question alone would not say it.
fn names(now: Timestamp) -> Vec<(String, String)> {
    const SEEN: &str = "When the child was last seen";
    let fields = circumstances(now).into_iter().chain(caller_fields());
    let fields = fields.chain(child_acts::identity_fields()).chain(child_acts::care_fields());
    let seen = ["seen", "seen_date", "seen_time"].map(|name| (name.to_owned(), SEEN.to_owned()));
    seen.into_iter().chain(fields.map(|field| (field.name, field.label))).collect()
}

/// When the child was last seen: said at all, not still to come, and confirmed when it is long ago.
fn last_seen(read: &mut Reader<'_>, answers: &Answers, around: bool, now: Timestamp) -> Option<Timestamp> {
    if !seen_typed(answers) {
        read.problem("seen_around", "Choose when the child was last seen, or give the date and time.");
        return None;
    }
    let at = read.moment("seen")?;
    let field = match answers.get("seen") {
        _ if around => "seen_around",
        "" => "seen_date",
        _ => "seen",
    };
    if let Some(problem) = check_last_seen(at, now) {
        read.problem(field, problem);
    }
    if long_ago(at, now) && answers.get(LONG_AGO).parse() != Ok(at.day()) {
        let day = at.day().long();
        read.problem(
            LONG_AGO,
            format!("Was the child last seen on {day}? Correct the date, or say that it is right."),
        );
    }
    Some(at)
}

/// Whether the last sighting was chosen among those offered, not typed.
fn around(answers: &Answers) -> bool {
    !seen_typed(answers) && !answers.get("seen_around").is_empty()
}

/// The answers with a moment chosen among those offered in the place of one typed.
fn with_moment(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    if around(&answers) {
        let chosen = answers.get("seen_around").to_owned();
        answers.set("seen", chosen);
    }
    answers
}

/// When the child was last seen, as far as it can be read.
pub(super) fn seen_at(answers: &Answers) -> Option<Timestamp> {
    let answers = with_moment(answers);
    Reader::new(&answers).moment("seen")
}

/// Whether a date or time of the last sighting was typed, which counts before a quick choice.
fn seen_typed(answers: &Answers) -> bool {
    ["seen", "seen_date", "seen_time"].iter().any(|name| !answers.get(name).trim().is_empty())
}

/// What the caller has said of the child so far.
pub(crate) fn heard(answers: &Answers) -> Heard {
    let several = |field: &str| {
        let parts = answers.get(field).split([';', '\n']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    Heard {
        given: answers.get("given_name").to_owned(),
        family: answers.get("family_name").to_owned(),
        also: several("also_known_as"),
        born_on: answers.get("born_on").parse().ok(),
        sex: answers.get("sex").to_owned(),
        phones: several("phones"),
        address: answers.get("address").to_owned(),
        postcode: answers.get("postcode").to_owned(),
        report: answers.get("command").parse().ok(),
    }
}
