//! Sources checked, the grade, the review.
use cf_access::Action;
use cf_app::incident::GradeForm;
use cf_casework::missing::command::{Act, Review, SystemCheck};
use cf_casework::missing::{CheckResult, ReviewDecision, System};
use cf_kernel::{Grade, Timestamp};

use super::{Answers, Done, Here, Read, Spec, codes};
use crate::acts::field::Kind;
use crate::acts::{Field, Reader};

pub(super) static SPECS: &[Spec] = &[
    Spec {
        slug: "check",
        title: "Record a source checked",
        intro: "Who looked and when is recorded with it. Nothing held is worth recording too.",
        button: "Record the check",
        action: Action::RecordOnIncident,
        open: |incident| incident.is_open(),
        fields: check_fields,
        read: check,
    },
    Spec {
        slug: "grade",
        title: "Grade the risk",
        intro: "The grade is yours. The rules recommend and explain; they never grade.",
        button: "Record my grade",
        action: Action::GradeIncident,
        open: |incident| incident.is_open(),
        fields: grade_fields,
        read: grade,
    },
    Spec {
        slug: "review",
        title: "Review the grade and the plan",
        intro: "A second person's own decision, in their own words.",
        button: "Record my review",
        action: Action::ReviewIncident,
        open: |incident| incident.is_open() && !incident.gradings.is_empty(),
        fields: review_fields,
        read: review,
    },
];

fn check_fields(_here: &Here<'_>) -> Vec<Field> {
    vec![
        Field::one("system", "What was checked?", codes(System::ALL, System::code, System::label)),
        Field::one(
            "result",
            "What did it give?",
            codes(CheckResult::ALL, CheckResult::code, CheckResult::label),
        ),
        Field::words("found", "What was found").optional().hint("Needed where there is information."),
    ]
}

fn check(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let system = read.code("system", System::from_code, "Choose what was checked.");
    let result = read.code("result", CheckResult::from_code, "Choose what it gave.");
    let found = match result {
        Some(CheckResult::Information) => read.words("found", "Write what was found."),
        _ => read.text("found"),
    };
    let both = system.zip(result);
    read.finish(
        both.map(|(system, result)| {
            Act::CheckSystem(SystemCheck { system, result, found: found.into() }).into()
        }),
    )
}

/// When a grade is looked at next, unless the person says otherwise: by the force's timescales.
fn next_review(here: &Here<'_>) -> Timestamp {
    let rules = cf_timescales::Rules::built_in();
    rules.deadline(cf_timescales::ClockKey::GradeReview, here.now, here.record.grade()).due_at
}

fn grade_fields(here: &Here<'_>) -> Vec<Field> {
    let grades = [Grade::High, Grade::Medium, Grade::Low, Grade::VeryLow];
    vec![
        Field::one("grade", "Your grade of the risk of harm", codes(&grades, Grade::code, Grade::label)),
        Field::words("rationale", "Why: the risk to this child, from all that is known")
            .hint("What could happen to the child, how likely, how serious."),
        Field::words("hypothesis", "What may have happened")
            .optional()
            .hint("Kept apart from the risk: an innocent explanation does not lower it."),
        Field::words("reason_below", "If your grade is below the recommendation: why")
            .optional()
            .hint("An inspector looks at it this shift."),
        Field::new("next_review", "When is it looked at next?", Kind::Moment(Some(next_review(here)))),
    ]
}

fn grade(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let grade = read.code("grade", Grade::from_code, "Choose a grade.");
    let rationale = read.words("rationale", "Say why, in your own words.");
    let hypothesis = read.text("hypothesis");
    let reason_below = read.text("reason_below");
    let next = read.moment("next_review");
    let seen = Grade::from_code(answers.get("seen"));
    let gradings = answers.get("gradings").parse().ok();
    read.finish(grade.zip(next).map(|(grade, next_review_at)| {
        Done::Grade(GradeForm { grade, rationale, hypothesis, reason_below, next_review_at, seen, gradings })
    }))
}

fn review_fields(here: &Here<'_>) -> Vec<Field> {
    vec![
        Field::one(
            "decision",
            "Your decision",
            codes(ReviewDecision::ALL, ReviewDecision::code, ReviewDecision::label),
        ),
        Field::words("words", "In your own words")
            .hint("What you looked at, what you found, what must happen next."),
        Field::new("next_review", "When is it looked at next?", Kind::Moment(Some(next_review(here)))),
    ]
}

fn review(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let decision = read.code("decision", ReviewDecision::from_code, "Choose your decision.");
    let words = read.words("words", "Say what you looked at and decided.");
    let next = read.moment("next_review");
    read.finish(decision.zip(next).map(|(decision, next_review_at)| {
        Act::Review(Review { decision, words: words.into(), next_review_at }).into()
    }))
}
