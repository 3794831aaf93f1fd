//! An incident, whole.
use cf_app::grading::Advice as Advised;
use cf_app::views::IncidentView;
use cf_casework::missing::command::{self, MissingFrom};
use cf_casework::missing::state::{self, Done, InterviewOutcome, Origin, Phase, TaskEnd};
use cf_casework::missing::{
    ActionKind, CheckResult, Harm, HowReturned, InterviewAnswer, ReviewDecision, System,
};
use cf_kernel::{Grade, Timestamp};
use uuid::Uuid;

use super::also::AlsoMissing;
use super::child::{Episode, TriggerPlan, Warning};
use super::wording::{ChallengedWords, MatterLine};
use super::{Clock, Fact, Holder, Person};
use crate::api::shape::{At, Code, each, shapes, text};

shapes! {
    /// A report of a missing child, from report to closure.
    IncidentRecord {
        id: Uuid,
        /// The version shown; send it back with an act to be told when the record has moved on.
        version: i64,
        /// The moment the record is shown as known at; `null` for now.
        as_at: Option<At>,
        child: Uuid,
        /// The name on the child's list row; `null` when there is none.
        child_name: Option<String>,
        /// `missing`, `back` or `closed`.
        phase: String,
        owner: Holder,
        reported_at: At,
        last_seen_at: Option<At>,
        last_action_at: At,
        /// The call to the desk; `null` for an imported incident.
        report: Option<Report>,
        /// Where it was imported from; `null` for a report.
        import: Option<Imported>,
        /// The grade that stands.
        grade: Option<Code<Grade>>,
        /// The grade another system gave, before anybody graded here.
        imported_grade: Option<Code<Grade>>,
        /// The other system whose grade it is; `null` once a person here has graded.
        grade_source: Option<String>,
        /// When that system graded, if it said.
        grade_source_at: Option<At>,
        below_recommendation: bool,
        /// Answers to risk questions; of several about one fact the last counts.
        facts: Vec<Fact>,
        /// What the rules say now; only while the child is missing, and not for a past moment.
        advice: Option<Advice>,
        checks: Vec<Check>,
        gradings: Vec<Grading>,
        reviews: Vec<Review>,
        actions: Vec<ActionTaken>,
        tasks: Vec<Task>,
        /// A hand-over that waits to be acknowledged.
        hand_over: Option<HandOver>,
        /// How the child came back.
        back: Option<Back>,
        closed: Option<Closed>,
        /// Returns that were recorded and withdrawn, oldest first.
        withdrawn_returns: Vec<WithdrawnReturn>,
        /// Every closing, oldest first, with why it was opened again.
        closings: Vec<Closing>,
        /// Every hand-over, oldest first.
        hand_overs: Vec<HandedOver>,
        /// Every time somebody took it over unasked, oldest first.
        taken_over: Vec<TakenOver>,
        prevention_interview: PreventionInterview,
        return_interview: ReturnInterview,
        /// What is owed and when, soonest first.
        clocks: Vec<Clock>,
        /// Who was told that something was overdue, oldest first.
        escalations: Vec<Escalation>,
        /// What stands in the way of closing, in words.
        owed: Vec<String>,
        /// The child's trigger plan, which stands on the first screen.
        trigger_plan: Option<TriggerPlan>,
        /// The child's warnings.
        warnings: Vec<Warning>,
        /// Every time this child was reported missing, newest first; for the present also on linked records of police.
        incidents: Vec<Episode>,
        /// Other open reports of this child, or of one who may be; none for a past moment.
        also_missing: Vec<AlsoMissing>,
        /// Words in it that were kept or challenged, newest first; none for a past moment.
        wording: Vec<MatterLine>,
        /// Those that were challenged, each with the text it stands in and what was said about it, oldest first.
        challenged_words: Vec<ChallengedWords>,
    }
    /// A report, as the caller told it.
    Report {
        last_seen_at: At,
        /// Whether that moment is a guess.
        last_seen_approximate: bool,
        last_seen: Option<String>,
        circumstances: Option<String>,
        already_tried: Option<String>,
        description: Option<String>,
        reporter: Option<Reporter>,
        /// ONS code.
        borough: Option<String>,
        missing_from: Code<MissingFrom>,
        /// What the rules recommended from the caller's answers.
        recommended: Code<Grade>,
    }
    /// Who called.
    Reporter {
        name: String,
        relationship: String,
        phone: String,
    }
    /// An incident of another system, with what that system knew.
    Imported {
        source_system: String,
        source_ref: String,
        /// The line of its file.
        source_line: u64,
        /// SHA-256 of the file, in hex.
        source_file: String,
        found_at: Option<At>,
        closed_at: Option<At>,
        graded_at: Option<At>,
        borough: Option<String>,
        missing_from: Option<Code<MissingFrom>>,
        /// Everything the row held, as it stood.
        row: Option<Vec<Held>>,
    }
    /// One value of an imported row.
    Held {
        name: String,
        value: String,
    }
    /// What the grading rules say. A named person grades.
    Advice {
        recommended: Code<Grade>,
        /// The highest it could become if the unknown were known.
        at_most: Code<Grade>,
        /// Name, version and hash of the rules.
        rules: String,
        /// Rules that fired, those that raise most first.
        fired: Vec<Fired>,
        /// What to ask next.
        ask: Vec<Asked>,
        /// Unknown facts that could raise the recommendation.
        unknown: Vec<Unknown>,
    }
    /// A rule whose condition is true.
    Fired {
        rule: String,
        /// Why, in plain words.
        reason: String,
        /// The grade it raises to.
        raises_to: Option<Code<Grade>>,
        /// Whether its grade is the one recommended.
        decides: bool,
        source: String,
        /// The facts it rests on.
        because: Vec<String>,
    }
    /// A question to ask.
    Asked {
        fact: String,
        question: String,
        reason: String,
    }
    /// An unknown fact that matters.
    Unknown {
        fact: String,
        question: String,
        could_become: Code<Grade>,
    }
    /// A source that was looked at.
    Check {
        at: At,
        by: Person,
        system: Code<System>,
        result: Code<CheckResult>,
        found: Option<String>,
    }
    /// A named person's grade.
    Grading {
        at: At,
        by: Person,
        grade: Code<Grade>,
        rationale: Option<String>,
        hypothesis: Option<String>,
        /// Why below the recommendation, where it is.
        reason_below: Option<String>,
        recommended: Code<Grade>,
        rules: String,
        next_review_at: At,
    }
    /// A second person's look.
    Review {
        at: At,
        by: Person,
        decision: Code<ReviewDecision>,
        words: Option<String>,
        /// Whether it was an inspector's.
        senior: bool,
        of_grade: Option<Code<Grade>>,
        next_review_at: At,
    }
    /// Something done.
    ActionTaken {
        at: At,
        by: Person,
        kind: Code<ActionKind>,
        done_at: At,
        what: Option<String>,
    }
    /// A task.
    Task {
        number: String,
        what: Option<String>,
        owner: Holder,
        due_at: At,
        set_at: At,
        set_by: Person,
        /// `open`, `finished` or `withdrawn`.
        state: String,
        ended_at: Option<At>,
        ended_by: Option<Person>,
        /// What came of it, or why it was withdrawn.
        outcome: Option<String>,
    }
    /// A hand-over that waits.
    HandOver {
        at: At,
        by: Person,
        to: Holder,
        briefing: Option<String>,
    }
    /// How the child came back.
    Back {
        returned_at: At,
        how: Code<HowReturned>,
        by_whom: Option<String>,
        place: Option<String>,
        harm: Code<Harm>,
        harm_detail: Option<String>,
    }
    /// The closing.
    Closed {
        at: At,
        summary: Option<String>,
    }
    /// A return that no longer stands.
    WithdrawnReturn {
        back: Back,
        /// When it was recorded; `null` where another system told of it.
        recorded_at: Option<At>,
        recorded_by: Option<Person>,
        prevention_interview: PreventionInterview,
        return_interview: ReturnInterview,
        withdrawn_at: At,
        withdrawn_by: Person,
        reason: Option<String>,
    }
    /// One closing.
    Closing {
        at: At,
        /// `null` where another system closed it.
        by: Option<Person>,
        summary: Option<String>,
        /// When it was opened again, if it was.
        reopened_at: Option<At>,
        reopened_by: Option<Person>,
        reason: Option<String>,
    }
    /// One hand-over, and how it ended.
    HandedOver {
        hand_over: HandOver,
        /// `waiting`, `acknowledged` or `taken_over`.
        state: String,
        ended_at: Option<At>,
        ended_by: Option<Person>,
    }
    /// Somebody took it over.
    TakenOver {
        at: At,
        by: Person,
    }
    /// The police talk after a return.
    PreventionInterview {
        /// `owed`, `held`, `held_elsewhere` or `forgone`.
        state: String,
        at: Option<At>,
        by: Option<Person>,
        held_at: Option<At>,
        in_person: Option<bool>,
        not_in_person_reason: Option<String>,
        account: Option<String>,
        child_words: Option<String>,
        /// Why it is not held.
        reason: Option<String>,
    }
    /// The independent talk after a return.
    ReturnInterview {
        offers: Vec<Offer>,
        tries: Vec<Try>,
        held: Option<Talk>,
        not_held: Option<NotHeld>,
    }
    /// An offer of the return home interview.
    Offer {
        at: At,
        by: Person,
        offered_at: At,
        offered_by: Option<String>,
        answer: Option<Code<InterviewAnswer>>,
    }
    /// A try to hold it.
    Try {
        at: At,
        by: Person,
        tried_at: At,
        what: Option<String>,
    }
    /// The return home interview, held.
    Talk {
        at: At,
        by: Person,
        held_at: At,
        held_by: Option<String>,
        /// Whether that person has no part in the child's care.
        independent: bool,
        before: Option<String>,
        during: Option<String>,
        after: Option<String>,
        child_words: Option<String>,
        child_wants: Option<String>,
        explained: Option<String>,
        learned: Option<String>,
        exploitation_signs: bool,
    }
    /// Why the return home interview was not held.
    NotHeld {
        at: At,
        by: Person,
        answer: Code<InterviewAnswer>,
        reason: Option<String>,
        carer_asked: bool,
    }
    /// Somebody was told that something was overdue.
    Escalation {
        at: At,
        clock: String,
        /// `owner`, `supervisor`, `inspector` or `chief_office`.
        to: String,
    }
}

impl From<&IncidentView> for IncidentRecord {
    fn from(view: &IncidentView) -> Self {
        let incident = &view.incident;
        let (phase, closed) = match &incident.phase {
            Phase::Missing => ("missing", None),
            Phase::Back(_) => ("back", None),
            Phase::Closed { at, summary, .. } => {
                ("closed", Some(Closed { at: At(*at), summary: summary.as_ref().and_then(text) }))
            }
        };
        let (report, import) = match &incident.origin {
            Origin::Report(report) => (Some(Report::from(report.as_ref())), None),
            Origin::Import(import) => (None, Some(Imported::from(import.as_ref()))),
        };
        let mut clocks: Vec<_> = incident.clocks.iter().collect();
        clocks.sort_by_key(|(_, clock)| clock.deadline.due_at);
        let record = view.record.as_ref();
        Self {
            id: view.id.uuid(),
            version: view.version,
            as_at: view.as_at.map(At),
            child: incident.child.uuid(),
            child_name: view.child.as_ref().map(|row| row.name.clone()),
            phase: phase.to_owned(),
            owner: (&incident.owner).into(),
            reported_at: At(incident.reported_at),
            last_seen_at: incident.last_seen_at.map(At),
            last_action_at: At(incident.last_action_at),
            report,
            import,
            grade: incident.grade().map(Code),
            imported_grade: incident.imported_grade.map(Code),
            grade_source: incident.grade_source().map(|import| import.source_system.clone()),
            grade_source_at: incident.grade_source().and_then(|import| import.graded_at).map(At),
            below_recommendation: incident.below_recommendation(),
            facts: each(&incident.answers),
            advice: view.advice.as_ref().map(Advice::from),
            checks: each(&incident.checks),
            gradings: each(&incident.gradings),
            reviews: each(&incident.reviews),
            actions: each(&incident.actions),
            tasks: each(&incident.tasks),
            hand_over: incident.hand_over.as_ref().map(HandOver::from),
            back: incident.back().map(Back::from),
            closed,
            withdrawn_returns: each(&incident.past.withdrawn),
            closings: each(&incident.past.closings),
            hand_overs: each(&incident.past.hand_overs),
            taken_over: each(&incident.past.taken_over),
            prevention_interview: (&incident.prevention).into(),
            return_interview: (&incident.interview).into(),
            clocks: clocks.into_iter().map(Clock::from).collect(),
            escalations: incident.escalations.iter().map(Escalation::from).collect(),
            owed: incident.owed().iter().map(ToString::to_string).collect(),
            trigger_plan: record.and_then(|child| child.trigger_plan.as_ref()).map(TriggerPlan::from),
            warnings: record.map(|child| each(&child.warnings)).unwrap_or_default(),
            incidents: each(&view.episodes),
            also_missing: each(&view.also),
            wording: each(&view.wording),
            challenged_words: each(&view.challenged),
        }
    }
}

impl From<&command::Report> for Report {
    fn from(report: &command::Report) -> Self {
        let reporter = report.reporter.get().cloned();
        Self {
            last_seen_at: At(report.last_seen_at),
            last_seen_approximate: report.last_seen_approximate,
            last_seen: text(&report.last_seen),
            circumstances: text(&report.circumstances),
            already_tried: text(&report.already_tried),
            description: text(&report.description),
            reporter: reporter.map(|command::Reporter { name, relationship, phone }| Reporter {
                name,
                relationship,
                phone,
            }),
            borough: report.borough.clone(),
            missing_from: Code(report.missing_from),
            recommended: Code(report.recommended),
        }
    }
}

impl From<&command::Imported> for Imported {
    fn from(import: &command::Imported) -> Self {
        let held = |row: &Vec<(String, String)>| {
            row.iter().map(|(name, value)| Held { name: name.clone(), value: value.clone() }).collect()
        };
        Self {
            source_system: import.source_system.clone(),
            source_ref: import.source_ref.clone(),
            source_line: import.source_line,
            source_file: import.source_file.clone(),
            found_at: import.found_at.map(At),
            closed_at: import.closed_at.map(At),
            graded_at: import.graded_at.map(At),
            borough: import.borough.clone(),
            missing_from: import.missing_from.map(Code),
            row: import.row.get().map(held),
        }
    }
}

impl From<&Advised> for Advice {
    fn from(advice: &Advised) -> Self {
        let told = &advice.evaluation;
        Self::told(told, advice.rule_set.clone())
    }
}

impl Advice {
    /// What rules of this name answered.
    pub(crate) fn told(told: &cf_grading::Evaluation, rules: String) -> Self {
        Self {
            recommended: Code(told.recommended),
            at_most: Code(told.at_most),
            rules,
            fired: told
                .fired
                .iter()
                .map(|fired| Fired {
                    rule: fired.rule.clone(),
                    reason: fired.reason.clone(),
                    raises_to: fired.effect.grade().map(Code),
                    decides: fired.decides,
                    source: fired.source.title.clone(),
                    because: fired.because.iter().map(|used| used.fact.clone()).collect(),
                })
                .collect(),
            ask: told
                .ask
                .iter()
                .map(|ask| Asked {
                    fact: ask.fact.clone(),
                    question: ask.question.clone(),
                    reason: ask.reason.clone(),
                })
                .collect(),
            unknown: told
                .unknown_that_matter
                .iter()
                .map(|unknown| Unknown {
                    fact: unknown.fact.clone(),
                    question: unknown.question.clone(),
                    could_become: Code(unknown.could_become),
                })
                .collect(),
        }
    }
}

impl From<&Done<command::SystemCheck>> for Check {
    fn from(done: &Done<command::SystemCheck>) -> Self {
        let command::SystemCheck { system, result, found } = &done.what;
        let (system, result, found) = (Code(*system), Code(*result), text(found));
        Self { at: At(done.at), by: (&done.by).into(), system, result, found }
    }
}

impl From<&Done<command::Grading>> for Grading {
    fn from(done: &Done<command::Grading>) -> Self {
        let grading = &done.what;
        Self {
            at: At(done.at),
            by: (&done.by).into(),
            grade: Code(grading.grade),
            rationale: text(&grading.rationale),
            hypothesis: text(&grading.hypothesis),
            reason_below: grading.reason_below.as_ref().and_then(text),
            recommended: Code(grading.recommended),
            rules: grading.rule_set.clone(),
            next_review_at: At(grading.next_review_at),
        }
    }
}

impl From<&Done<(command::Review, state::Reviewer)>> for Review {
    fn from(done: &Done<(command::Review, state::Reviewer)>) -> Self {
        let (review, reviewer) = &done.what;
        Self {
            at: At(done.at),
            by: (&done.by).into(),
            decision: Code(review.decision),
            words: text(&review.words),
            senior: reviewer.senior,
            of_grade: reviewer.of_grade.map(Code),
            next_review_at: At(review.next_review_at),
        }
    }
}

impl From<&Done<command::Action>> for ActionTaken {
    fn from(done: &Done<command::Action>) -> Self {
        let action = &done.what;
        let (kind, done_at, what) = (Code(action.kind), At(action.done_at), text(&action.what));
        Self { at: At(done.at), by: (&done.by).into(), kind, done_at, what }
    }
}

impl From<&state::Task> for Task {
    fn from(task: &state::Task) -> Self {
        let (state, end) = match &task.end {
            None => ("open", None),
            Some(TaskEnd::Finished(done)) => ("finished", Some(done)),
            Some(TaskEnd::Cancelled(done)) => ("withdrawn", Some(done)),
        };
        Self {
            number: task.number.to_string(),
            what: text(&task.task.what),
            owner: (&task.task.owner).into(),
            due_at: At(task.task.due_at),
            set_at: At(task.set_at),
            set_by: (&task.set_by).into(),
            state: state.to_owned(),
            ended_at: end.map(|done| At(done.at)),
            ended_by: end.map(|done| Person::from(&done.by)),
            outcome: end.and_then(|done| text(&done.what)),
        }
    }
}

impl From<&Done<command::HandOver>> for HandOver {
    fn from(done: &Done<command::HandOver>) -> Self {
        let (to, briefing) = (Holder::from(&done.what.to), text(&done.what.briefing));
        Self { at: At(done.at), by: (&done.by).into(), to, briefing }
    }
}

impl From<&command::Return> for Back {
    fn from(back: &command::Return) -> Self {
        Self {
            returned_at: At(back.returned_at),
            how: Code(back.how),
            by_whom: text(&back.by_whom),
            place: text(&back.place),
            harm: Code(back.harm),
            harm_detail: text(&back.harm_detail),
        }
    }
}

impl From<&state::Prevention> for PreventionInterview {
    fn from(prevention: &state::Prevention) -> Self {
        let state = |state: &str, at: Option<At>, by| Self {
            state: state.to_owned(),
            at,
            by,
            held_at: None,
            in_person: None,
            not_in_person_reason: None,
            account: None,
            child_words: None,
            reason: None,
        };
        match prevention {
            state::Prevention::Owed => state("owed", None, None),
            state::Prevention::HeldElsewhere(at) => {
                Self { held_at: Some(At(*at)), ..state("held_elsewhere", None, None) }
            }
            state::Prevention::Forgone(done) => {
                let empty = state("forgone", Some(At(done.at)), Some((&done.by).into()));
                Self { reason: text(&done.what), ..empty }
            }
            state::Prevention::Held(done) => {
                let talk = &done.what;
                Self {
                    held_at: Some(At(talk.held_at)),
                    in_person: Some(talk.in_person),
                    not_in_person_reason: text(&talk.not_in_person_reason),
                    account: text(&talk.account),
                    child_words: text(&talk.child_words),
                    ..state("held", Some(At(done.at)), Some((&done.by).into()))
                }
            }
        }
    }
}

impl From<&state::Interview> for ReturnInterview {
    fn from(interview: &state::Interview) -> Self {
        let (held, not_held) = match &interview.end {
            None => (None, None),
            Some(InterviewOutcome::Held(done)) => (Some(Talk::from(done.as_ref())), None),
            Some(InterviewOutcome::NotHeld(done)) => (None, Some(NotHeld::from(done.as_ref()))),
        };
        Self { offers: each(&interview.offers), tries: each(&interview.tries), held, not_held }
    }
}

impl From<&Done<command::InterviewOffer>> for Offer {
    fn from(done: &Done<command::InterviewOffer>) -> Self {
        let command::InterviewOffer { offered_at, by, answer } = &done.what;
        let (offered_at, offered_by) = (At(*offered_at), text(by));
        Self { at: At(done.at), by: (&done.by).into(), offered_at, offered_by, answer: answer.map(Code) }
    }
}

impl From<&Done<command::InterviewTry>> for Try {
    fn from(done: &Done<command::InterviewTry>) -> Self {
        let (tried_at, what) = (At(done.what.tried_at), text(&done.what.what));
        Self { at: At(done.at), by: (&done.by).into(), tried_at, what }
    }
}

impl From<&Done<command::ReturnInterview>> for Talk {
    fn from(done: &Done<command::ReturnInterview>) -> Self {
        let talk = &done.what;
        Self {
            at: At(done.at),
            by: (&done.by).into(),
            held_at: At(talk.held_at),
            held_by: text(&talk.by),
            independent: talk.independent,
            before: text(&talk.before),
            during: text(&talk.during),
            after: text(&talk.after),
            child_words: text(&talk.child_words),
            child_wants: text(&talk.child_wants),
            explained: text(&talk.explained),
            learned: text(&talk.learned),
            exploitation_signs: talk.exploitation_signs,
        }
    }
}

impl From<&Done<command::InterviewEnd>> for NotHeld {
    fn from(done: &Done<command::InterviewEnd>) -> Self {
        let end = &done.what;
        Self {
            at: At(done.at),
            by: (&done.by).into(),
            answer: Code(end.answer),
            reason: text(&end.reason),
            carer_asked: end.carer_asked,
        }
    }
}

impl From<&(Timestamp, cf_casework::clocks::Escalated)> for Escalation {
    fn from((at, climbed): &(Timestamp, cf_casework::clocks::Escalated)) -> Self {
        Self { at: At(*at), clock: climbed.clock.as_str().to_owned(), to: climbed.to.code().to_owned() }
    }
}
