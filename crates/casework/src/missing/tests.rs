//! Given, when, then; and the properties that hold whatever people do.
use std::sync::Arc;

use cf_kernel::{
    Actor, ChildId, Decider as _, Grade, Private, RefusalCode as _, Role, TeamId, Timestamp, UserId,
};
use cf_timescales::Rules;
use proptest::prelude::*;

use super::command::{
    Act, Action, Answer, Command, Grading, HandOver, Imported, InterviewEnd, InterviewOffer, InterviewTry,
    Learned, MissingFrom, NewTask, PreventionInterview, Report, Return, ReturnInterview, Review, SystemCheck,
};
use super::state::{Incident, Phase, State};
use super::{
    ActionKind, CheckResult, Event, Harm, HowReturned, InterviewAnswer, Missing, ReviewDecision, System,
};
use crate::Owner;
use crate::clocks::ClockId;

mod later;
mod order;
mod past;
mod sense;

const T0: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn person(n: u128, role: Role) -> Actor {
    let id = |n| uuid(n);
    Actor {
        user: UserId::from_uuid(id(n)),
        name: format!("Person {n}"),
        role,
        team: TeamId::from_uuid(id(9)),
    }
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn rules() -> Arc<Rules> {
    Arc::new(Rules::built_in().clone())
}

fn report() -> Act {
    Act::Report(Box::new(Report {
        child: ChildId::from_uuid(uuid(1)),
        reported_at: T0,
        last_seen_at: T0.plus_hours(-3),
        last_seen_approximate: false,
        last_seen: "by the bus stop".into(),
        circumstances: "did not come home from school".into(),
        already_tried: "rang friends".into(),
        description: "grey coat".into(),
        reporter: Private::Known(super::command::Reporter::default()),
        borough: None,
        missing_from: MissingFrom::Home,
        answers: Private::Known(vec![]),
        recommended: Grade::Medium,
    }))
}

fn grade(grade: Grade, recommended: Grade, reason: Option<&str>, next: Timestamp) -> Act {
    let grading = Grading {
        grade,
        rationale: "because".into(),
        hypothesis: "at a friend's".into(),
        reason_below: reason.map(Private::from),
        next_review_at: next,
        recommended,
        rule_set: "test".into(),
        facts: "{}".into(),
        evaluation: "{}".into(),
    };
    Act::Grade(Box::new(grading), None)
}

fn back(how: HowReturned, at: Timestamp) -> Act {
    Act::Return(Return {
        returned_at: at,
        how,
        by_whom: "herself".into(),
        place: "home".into(),
        harm: Harm::NoneKnown,
        harm_detail: "".into(),
    })
}

/// A row of a police extract which says little.
fn row() -> Imported {
    Imported {
        child: ChildId::from_uuid(uuid(1)),
        source_system: "other".into(),
        source_ref: "M1".into(),
        source_line: 2,
        source_file: String::new(),
        reported_at: T0,
        last_seen_at: None,
        found_at: None,
        closed_at: None,
        grade: Some(Grade::Medium),
        graded_at: None,
        prevention_interview_at: None,
        borough: None,
        missing_from: None,
        how: None,
        harm: None,
        desk: TeamId::from_uuid(uuid(9)),
        desk_name: "Desk".into(),
        row: Private::Known(vec![]),
    }
}

/// An incident that acts are done to, one after the other.
struct Story {
    state: State,
    now: Timestamp,
    events: Vec<Event>,
}

impl Story {
    fn begin() -> Self {
        let story = Self { state: State::default(), now: T0, events: vec![] };
        story.does(&person(1, Role::Operator), report())
    }
    fn imported(row: Imported) -> Self {
        let story = Self { state: State::default(), now: T0.plus_hours(1), events: vec![] };
        story.does(&Actor::system(), Act::Import(Box::new(row)))
    }
    fn after_minutes(mut self, minutes: i64) -> Self {
        self.now = self.now.plus_minutes(minutes);
        self
    }
    fn attempt(&self, by: &Actor, act: Act) -> Result<Vec<Event>, super::Refusal> {
        Missing::decide(&self.state, Command { by: by.clone(), now: self.now, rules: rules(), act })
    }
    fn does(mut self, by: &Actor, act: Act) -> Self {
        let events = self.attempt(by, act).expect("the act is allowed");
        self.state = events.iter().fold(self.state, Missing::evolve);
        self.events.extend(events);
        self
    }
    fn refuses(self, by: &Actor, act: Act, code: &str) -> Self {
        let refusal = self.attempt(by, act).expect_err("the act is refused");
        assert_eq!(refusal.code(), code, "{refusal}");
        self
    }
    fn incident(&self) -> &Incident {
        self.state.incident.as_ref().unwrap()
    }
    fn clocks(&self) -> Vec<&str> {
        self.incident().clocks.keys().map(ClockId::as_str).collect()
    }
}

fn operator() -> Actor {
    person(1, Role::Operator)
}
fn supervisor() -> Actor {
    person(2, Role::Supervisor)
}
fn inspector() -> Actor {
    person(3, Role::Inspector)
}
fn review(decision: ReviewDecision, next: Timestamp) -> Act {
    Act::Review(Review { decision, words: "I looked".into(), next_review_at: next })
}

/// A return home interview by a project, of which little is said.
fn return_interview(held_at: Timestamp, independent: bool) -> ReturnInterview {
    ReturnInterview {
        held_at,
        by: "Harbour project".into(),
        independent,
        before: "".into(),
        during: "at a friend's flat".into(),
        after: "".into(),
        child_words: "".into(),
        child_wants: "".into(),
        explained: "".into(),
        learned: "".into(),
        exploitation_signs: false,
    }
}

#[test]
fn a_report_starts_the_grading_and_action_clocks_and_has_an_owner() {
    let story = Story::begin();
    assert_eq!(story.clocks(), ["action_due", "first_grade"]);
    assert_eq!(story.incident().owner.name(), "Person 1");
}

#[test]
fn a_grade_below_the_recommendation_needs_a_reason_and_an_inspectors_look() {
    let next = T0.plus_hours(4);
    let story = Story::begin()
        .refuses(&operator(), grade(Grade::Low, Grade::Medium, None, next), "grade_below_needs_reason")
        .refuses(&operator(), grade(Grade::Low, Grade::Medium, Some("  "), next), "grade_below_needs_reason")
        .does(&operator(), grade(Grade::Low, Grade::Medium, Some("known to be with her aunt"), next));
    assert_eq!(story.clocks(), ["action_due", "grade_review", "senior_look"]);
    let story = story.after_minutes(30).does(&supervisor(), review(ReviewDecision::Agree, T0.plus_hours(8)));
    assert!(story.clocks().contains(&"senior_look"), "a supervisor is not the senior look");
    let story = story.does(&inspector(), review(ReviewDecision::Agree, T0.plus_hours(8)));
    assert_eq!(story.clocks(), ["action_due", "grade_review"]);
}

#[test]
fn nobody_reviews_their_own_grade() {
    let next = T0.plus_hours(4);
    let story = Story::begin().does(&supervisor(), grade(Grade::Medium, Grade::Medium, None, next));
    story.refuses(&supervisor(), review(ReviewDecision::Agree, next), "reviewer_is_grader");
}

#[test]
fn facts_that_raise_the_recommendation_ask_for_another_grade() {
    let learned = Learned {
        answers: Private::Known(vec![Answer {
            fact: "medication_needed".into(),
            value: "yes".into(),
            from: "mother".into(),
            obtained_at: T0.plus_minutes(20),
        }]),
        recommended: Grade::High,
    };
    let story = Story::begin()
        .does(&operator(), grade(Grade::Medium, Grade::Medium, None, T0.plus_hours(4)))
        .after_minutes(20)
        .does(&operator(), Act::Learn(learned));
    assert!(story.clocks().contains(&"first_grade:again"));
    let story =
        story.after_minutes(1).does(&operator(), grade(Grade::High, Grade::High, None, T0.plus_hours(2)));
    assert!(!story.clocks().contains(&"first_grade:again"));
}

#[test]
fn an_incident_with_something_owed_cannot_be_closed() {
    let story = Story::begin()
        .refuses(&operator(), Act::Close("done".into()), "still_owed")
        .does(&operator(), grade(Grade::Medium, Grade::Medium, None, T0.plus_hours(4)))
        .after_minutes(60)
        .does(&operator(), back(HowReturned::ReturnedSelf, T0.plus_minutes(50)))
        .refuses(&operator(), Act::Close("done".into()), "still_owed");
    assert_eq!(
        story.clocks(),
        ["grade_review", "prevention_interview", "return_interview", "return_interview_offer"]
    );
    let held = PreventionInterview {
        held_at: T0.plus_minutes(58),
        in_person: false,
        not_in_person_reason: "".into(),
        account: "she was with a friend".into(),
        child_words: "".into(),
    };
    let interview = return_interview(T0.plus_minutes(59), false);
    let story = story
        .refuses(&operator(), Act::HoldPreventionInterview(held.clone()), "not_in_person_needs_reason")
        .does(&operator(), Act::HoldPreventionInterview(PreventionInterview { in_person: true, ..held }))
        .refuses(
            &operator(),
            Act::HoldReturnInterview(Box::new(interview.clone())),
            "interview_must_be_independent",
        )
        .does(
            &operator(),
            Act::HoldReturnInterview(Box::new(ReturnInterview { independent: true, ..interview })),
        )
        .does(&supervisor(), review(ReviewDecision::Agree, T0.plus_hours(9)));
    assert_eq!(story.clocks(), ["closure"]);
    let story = story.does(&operator(), Act::Close("back safe".into()));
    assert!(story.clocks().is_empty());
    let story =
        story.refuses(&operator(), Act::TakeOver, "closed").does(&operator(), Act::Reopen("new".into()));
    assert!(!story.clocks().is_empty());
}

#[test]
fn a_declined_interview_ends_with_a_reason_and_every_try_is_kept() {
    let story = Story::begin()
        .does(&operator(), back(HowReturned::FoundPolice, T0))
        .does(
            &operator(),
            Act::OfferReturnInterview(InterviewOffer { offered_at: T0, by: "council".into(), answer: None }),
        )
        .does(
            &operator(),
            Act::TryReturnInterview(InterviewTry { tried_at: T0, what: "phoned, no answer".into() }),
        );
    let end = |answer| InterviewEnd { answer, reason: "she says another time".into(), carer_asked: true };
    let story = story
        .refuses(
            &operator(),
            Act::EndReturnInterview(end(InterviewAnswer::Accepted)),
            "accepted_is_not_an_end",
        )
        .does(&operator(), Act::EndReturnInterview(end(InterviewAnswer::Declined)));
    assert_eq!(story.incident().interview.tries.len(), 1);
    assert!(!story.clocks().contains(&"return_interview"));
}

#[test]
fn a_hand_over_waits_for_the_person_it_is_meant_for() {
    let to = Owner::from(&supervisor());
    let hand_over = Act::HandOver(HandOver { to, briefing: "ring the mother at nine".into() });
    let story = Story::begin().does(&operator(), hand_over);
    assert_eq!(story.incident().owner.name(), "Person 1", "until acknowledged the owner stays");
    let story = story
        .refuses(&inspector(), Act::Acknowledge, "hand_over_for_somebody_else")
        .does(&supervisor(), Act::Acknowledge);
    assert_eq!(story.incident().owner.name(), "Person 2");
}

#[test]
fn an_overdue_clock_climbs_rung_by_rung_and_never_runs_out_of_rungs() {
    let mut story = Story::begin();
    let id = ClockId::from("first_grade");
    let mut last = None;
    for _ in 0..8 {
        let (rung, at) = story.incident().clocks[&id].next_escalation();
        assert!(last.is_none_or(|last| at > last), "each rung is later");
        story.now = at.plus_seconds(-1);
        story = story.refuses(&Actor::system(), Act::Escalate(id.clone()), "not_due");
        story.now = at;
        story = story.does(&Actor::system(), Act::Escalate(id.clone()));
        assert_eq!(story.incident().escalations.last().unwrap().1.to, rung);
        last = Some(at);
    }
}

#[test]
fn no_talk_is_owed_to_a_child_who_was_never_missing() {
    let story = Story::begin()
        .does(&operator(), grade(Grade::Medium, Grade::Medium, None, T0.plus_hours(4)))
        .does(&operator(), back(HowReturned::NotMissing, T0));
    assert_eq!(story.clocks(), ["grade_review"]);
    story.does(&operator(), Act::Close("with her father all along".into()));
}

// --- properties -------------------------------------------------------------------------------------------------

/// An act as numbers, so that a failing sequence can be printed and shrunk.
#[derive(Debug, Clone, Copy)]
struct AnyAct {
    which: u8,
    choice: u8,
    flag: bool,
    minutes: i64,
}

fn any_act() -> impl Strategy<Value = AnyAct> {
    (0u8..25, 0u8..4, any::<bool>(), 1i64..600).prop_map(|(which, choice, flag, minutes)| AnyAct {
        which,
        choice,
        flag,
        minutes,
    })
}

impl AnyAct {
    fn at(self, now: Timestamp) -> Act {
        let Self { which, choice, flag, minutes } = self;
        let words: Private<String> = if minutes % 17 == 0 { "".into() } else { "words".into() };
        let later = now.plus_minutes(minutes - 5);
        let earlier = now.plus_minutes(-minutes);
        let level = Grade::ALL[usize::from(choice)];
        match which {
            0 => report(),
            1 => Act::CheckSystem(SystemCheck {
                system: System::Pnc,
                result: CheckResult::Information,
                found: words,
            }),
            2 => Act::Learn(Learned {
                answers: Private::Known(vec![Answer {
                    fact: "a".into(),
                    value: "yes".into(),
                    from: "x".into(),
                    obtained_at: now,
                }]),
                recommended: level,
            }),
            3..=5 => grade(level, if flag { level } else { Grade::Medium }, flag.then_some("reason"), later),
            6 | 7 => review(ReviewDecision::ALL[usize::from(choice) % 3], later),
            8 => Act::Record(Action { kind: ActionKind::Enquiry, done_at: earlier, what: words }),
            9 => Act::SetTask(NewTask { what: words, owner: Owner::from(&operator()), due_at: later }),
            10 => Act::FinishTask(u32::from(choice), words),
            11 => Act::CancelTask(u32::from(choice), words),
            12 => Act::HandOver(HandOver { to: Owner::from(&supervisor()), briefing: words }),
            13 => Act::Acknowledge,
            14 => Act::TakeOver,
            15 => back(HowReturned::ALL[usize::from(choice) + usize::from(flag) * 3], earlier),
            16 => Act::WithdrawReturn(words),
            17 => Act::HoldPreventionInterview(PreventionInterview {
                held_at: earlier,
                in_person: flag,
                not_in_person_reason: words.clone(),
                account: words,
                child_words: "".into(),
            }),
            18 => Act::ForgoPreventionInterview(words),
            19 => Act::OfferReturnInterview(InterviewOffer { offered_at: earlier, by: words, answer: None }),
            20 => Act::TryReturnInterview(InterviewTry { tried_at: earlier, what: words }),
            21 => Act::EndReturnInterview(InterviewEnd {
                answer: InterviewAnswer::ALL[usize::from(choice)],
                reason: words,
                carer_asked: flag,
            }),
            22 => Act::Close(words),
            23 => Act::Reopen(words),
            _ => Act::Escalate(ClockId::from(
                ["first_grade", "action_due", "grade_review", "closure"][usize::from(choice)],
            )),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// The first invariant: whatever people do, a live incident has an owner, a running clock and a next escalation.
    #[test]
    fn no_silent_list(acts in prop::collection::vec((any_act(), 0u8..3, 0i64..300), 1..60)) {
        let people = [operator(), supervisor(), inspector()];
        let mut now = T0;
        let mut state = State::default();
        let mut events = Vec::new();
        for (act, who, minutes) in acts {
            now = now.plus_minutes(minutes);
            let by = people[usize::from(who)].clone();
            let before = state.clone();
            match Missing::decide(&state, Command { by, now, rules: rules(), act: act.at(now) }) {
                Err(_) => prop_assert_eq!(&state, &before, "a refusal changes nothing"),
                Ok(new) => {
                    prop_assert!(!new.is_empty());
                    state = new.iter().fold(state, Missing::evolve);
                    events.extend(new);
                }
            }
            let Some(incident) = &state.incident else { continue };
            prop_assert!(!incident.owner.name().is_empty());
            if incident.is_open() {
                prop_assert!(!incident.clocks.is_empty(), "a live incident without a clock: {:?}", incident.phase);
                for clock in incident.clocks.values() {
                    let (_, at) = clock.next_escalation();
                    prop_assert!(at >= clock.deadline.due_at, "an escalation before the time is up");
                }
            } else {
                prop_assert!(incident.clocks.is_empty(), "a closed incident with a clock");
            }
        }
        // Replay gives the same state, also through the stored form.
        prop_assert_eq!(&Missing::fold(&events), &state);
        let text = serde_json::to_string(&events).unwrap();
        let read: Vec<Event> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&Missing::fold(&read), &state);
    }
}

#[test]
fn evolve_works_the_same_when_the_text_is_gone() {
    let story = Story::begin()
        .does(&operator(), grade(Grade::Low, Grade::Medium, Some("with her aunt"), T0.plus_hours(4)))
        .does(&operator(), back(HowReturned::ReturnedSelf, T0));
    let mut json = serde_json::to_value(&story.events).unwrap();
    destroy(&mut json);
    let gone: Vec<Event> = serde_json::from_value(json).unwrap();
    let state = Missing::fold(&gone);
    let incident = state.incident.unwrap();
    assert_eq!(incident.clocks, story.incident().clocks);
    assert!(matches!(incident.phase, Phase::Back(_)));
    assert_eq!(incident.gradings[0].what.rationale, Private::Gone);
}

fn destroy(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(map) if map.contains_key("§") => {
            map.insert("§".into(), serde_json::Value::Null);
        }
        serde_json::Value::Object(map) => map.values_mut().for_each(destroy),
        serde_json::Value::Array(items) => items.iter_mut().for_each(destroy),
        _ => {}
    }
}
