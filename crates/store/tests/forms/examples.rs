//! One example of every event, with every optional value present. All people are invented.
use std::collections::BTreeMap;

use cf_casework::Owner;
use cf_casework::child::{
    self, CarePlan, Contact, ContactKind, Identity, LearnedFact, Philomena, TriggerPlan, Warning, WarningKind,
};
use cf_casework::clocks::{ClockId, ClocksSet, Escalated, RunningClock};
use cf_casework::council::{self, Absence, AbsenceKind, CareEpisode, CouncilChild, Header, Source};
use cf_casework::flow::{self, Because, Finding, Flow, Period};
use cf_casework::link::{self, Evidence, EvidenceLine, Pair, Side};
use cf_casework::missing::command::{
    Action, Answer, Grading, HandOver, Imported, InterviewEnd, InterviewOffer, InterviewTry, LaterImport,
    Learned, MissingFrom, NewTask, PreventionInterview, Report, Reporter, Return, ReturnInterview, Review,
    SystemCheck,
};
use cf_casework::missing::{
    self, ActionKind, CheckResult, Harm, HowReturned, InterviewAnswer, ReviewDecision, System,
};
use cf_casework::partner;
use cf_casework::wording::{
    self, About, Basis, Kept, Look, LookDecision, Outcome, Raised, RecordKind, Settlement,
};
use cf_kernel::{
    Actor, CalendarDay, ChildId, CouncilChildId, Grade, IncidentId, Private, Role, StreamId, TeamId,
    Timestamp, UserId,
};
use cf_timescales::{ClockKey, Deadline, Rung, RungAt};
use uuid::Uuid;

/// 4 March 2026, 09:00 in London.
const T: Timestamp = Timestamp::from_micros(1_772_614_800_000_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0195_6000_0000_7000_8000_0000_0000_0000 + n)
}

fn by() -> Actor {
    Actor {
        user: UserId::from_uuid(id(1)),
        name: "Sam Operator".into(),
        role: Role::Operator,
        team: TeamId::from_uuid(id(2)),
    }
}

fn desk() -> Owner {
    Owner::Desk { team: TeamId::from_uuid(id(2)), name: "Missing desk".into() }
}

fn day(year: i16, month: i8, day: i8) -> CalendarDay {
    CalendarDay::new(year, month, day).unwrap()
}

fn clocks_set(key: ClockKey, stopped: ClockKey) -> ClocksSet {
    let rungs = vec![
        RungAt { rung: Rung::Owner, at: T.plus_minutes(60) },
        RungAt { rung: Rung::Supervisor, at: T.plus_minutes(75) },
    ];
    let deadline = Deadline { due_at: T.plus_minutes(60), rungs };
    let clock = RunningClock { key, started_at: T, deadline, climbed: 0 };
    ClocksSet {
        started: BTreeMap::from([(ClockId::of(key), clock)]),
        stopped: vec![ClockId::of(stopped), ClockId::about(ClockKey::Task, 3)],
    }
}

fn escalated(key: ClockKey) -> Escalated {
    Escalated { clock: ClockId::of(key), to: Rung::Supervisor, climbed: 2 }
}

fn answers() -> Private<Vec<Answer>> {
    Private::Known(vec![Answer {
        fact: "medication_needed".into(),
        value: "yes".into(),
        from: "her foster carer".into(),
        obtained_at: T.plus_minutes(-5),
    }])
}

/// The life of an incident.
pub(crate) fn missing() -> Vec<missing::Event> {
    use missing::Event as E;
    let at = T;
    vec![
        E::Reported { report: Box::new(report()), owner: desk() },
        E::Imported { incident: Box::new(imported()) },
        E::ImportLearned {
            more: Box::new(LaterImport {
                source_system: "generic".into(),
                source_ref: "M/26/0012".into(),
                source_line: 31,
                source_file: "0".repeat(64),
                last_seen_at: None,
                found_at: Some(at),
                closed_at: None,
                prevention_interview_at: None,
                borough: Some("E09000022".into()),
                missing_from: Some(MissingFrom::Home),
                how: Some(HowReturned::FoundPolice),
                harm: Some(Harm::NoneKnown),
                row: Private::Known(vec![("found_by".into(), "police".into())]),
            }),
            at,
            by: by(),
        },
        E::SystemChecked {
            check: SystemCheck {
                system: System::EarlierReports,
                result: CheckResult::Information,
                found: "Two earlier reports, both found at the same friend's.".into(),
            },
            at,
            by: by(),
        },
        E::FactsLearned { learned: Learned { answers: answers(), recommended: Grade::High }, at, by: by() },
        E::Graded { grading: Box::new(grading()), at, by: by() },
        E::Reviewed {
            review: Review {
                decision: ReviewDecision::MoreToDo,
                words: "Ring the aunt before noon.".into(),
                next_review_at: T.plus_hours(4),
            },
            senior: true,
            of_grade: Some(Grade::Medium),
            at,
            by: by(),
        },
        E::ActionRecorded {
            action: Action {
                kind: ActionKind::FamilyContact,
                done_at: T.plus_minutes(-2),
                what: "Rang the aunt: she has not seen her this week.".into(),
            },
            at,
            by: by(),
        },
        E::TaskSet {
            number: 3,
            task: NewTask {
                what: "Ask the school who she sits with.".into(),
                owner: Owner::from(&by()),
                due_at: T.plus_hours(2),
            },
            at,
            by: by(),
        },
        E::TaskFinished { number: 3, outcome: "Two names, both rung.".into(), at, by: by() },
        E::TaskCancelled { number: 4, reason: "She is back.".into(), at, by: by() },
        E::HandedOver {
            hand_over: HandOver { to: desk(), briefing: "School asked; aunt to be rung at noon.".into() },
            at,
            by: by(),
        },
        E::HandOverAcknowledged { at, by: by() },
        E::TakenOver { at, by: by() },
        E::Returned {
            back: Return {
                returned_at: T.plus_minutes(-20),
                how: HowReturned::FoundCarer,
                by_whom: "her foster carer".into(),
                place: "the bus station".into(),
                harm: Harm::NoneKnown,
                harm_detail: "Tired and cold.".into(),
            },
            at,
            by: by(),
        },
        E::ReturnWithdrawn { reason: "It was her sister.".into(), at, by: by() },
        E::PreventionInterviewHeld {
            interview: PreventionInterview {
                held_at: T.plus_minutes(-10),
                in_person: false,
                not_in_person_reason: "She asked to talk by phone.".into(),
                account: "Safe, was with a friend.".into(),
                child_words: "I wanted some quiet.".into(),
            },
            at,
            by: by(),
        },
        E::PreventionInterviewForgone { reason: "Whereabouts were known.".into(), at, by: by() },
        E::ReturnInterviewOffered {
            offer: InterviewOffer {
                offered_at: T.plus_minutes(-30),
                by: "Council 301, missing children's team".into(),
                answer: Some(InterviewAnswer::Accepted),
            },
            at,
            by: by(),
        },
        E::ReturnInterviewTried {
            attempt: InterviewTry { tried_at: T.plus_minutes(-15), what: "Visited, not at home.".into() },
            at,
            by: by(),
        },
        E::ReturnInterviewHeld { interview: Box::new(return_interview()), at, by: by() },
        E::ReturnInterviewEnded {
            end: InterviewEnd {
                answer: InterviewAnswer::Declined,
                reason: "She would rather talk to her teacher.".into(),
                carer_asked: true,
            },
            at,
            by: by(),
        },
        E::Closed { summary: "Back, heard, plan renewed.".into(), at, by: by() },
        E::Reopened { reason: "Closed too early.".into(), at, by: by() },
        E::ClocksSet { set: clocks_set(ClockKey::FirstGrade, ClockKey::Adopt) },
        E::Escalated { escalated: escalated(ClockKey::FirstGrade), at },
    ]
}

fn report() -> Report {
    Report {
        child: ChildId::from_uuid(id(10)),
        reported_at: T,
        last_seen_at: T.plus_hours(-3),
        last_seen_approximate: true,
        last_seen: "By the school gate, by a teacher.".into(),
        circumstances: "Did not come home; not like her.".into(),
        already_tried: "Rang her phone and two friends.".into(),
        description: "Grey coat, red bag.".into(),
        reporter: Private::Known(Reporter {
            name: "Rosa Example".into(),
            relationship: "foster carer".into(),
            phone: "020 7946 0000".into(),
        }),
        borough: Some("E09000003".into()),
        missing_from: MissingFrom::Care,
        answers: answers(),
        recommended: Grade::Medium,
    }
}

fn imported() -> Imported {
    Imported {
        child: ChildId::from_uuid(id(10)),
        source_system: "connect".into(),
        source_ref: "MP-2026-00017".into(),
        source_line: 18,
        source_file: "ab".repeat(32),
        reported_at: T,
        last_seen_at: Some(T.plus_hours(-3)),
        found_at: Some(T.plus_hours(5)),
        closed_at: Some(T.plus_hours(48)),
        grade: Some(Grade::Medium),
        graded_at: Some(T.plus_minutes(30)),
        prevention_interview_at: Some(T.plus_hours(6)),
        borough: Some("E09000003".into()),
        missing_from: Some(MissingFrom::Home),
        how: Some(HowReturned::ReturnedSelf),
        harm: Some(Harm::Unknown),
        desk: TeamId::from_uuid(id(2)),
        desk_name: "Missing desk".into(),
        row: Private::Known(vec![("Surname".into(), "Example".into()), ("Forename".into(), "Ada".into())]),
    }
}

fn grading() -> Grading {
    Grading {
        grade: Grade::Medium,
        rationale: "Knows the area; first time at night.".into(),
        hypothesis: "At a friend's in the next borough.".into(),
        reason_below: Some("Seen an hour ago, well.".into()),
        next_review_at: T.plus_hours(4),
        recommended: Grade::High,
        rule_set: format!("grading 1 {}", "cd".repeat(32)),
        facts: r#"{"medication_needed":true}"#.into(),
        evaluation: r#"{"recommended":"high"}"#.into(),
    }
}

fn return_interview() -> ReturnInterview {
    ReturnInterview {
        held_at: T.plus_minutes(-30),
        by: "Ola Council".into(),
        independent: true,
        before: "A quarrel about the phone.".into(),
        during: "At a friend's; came by bus.".into(),
        after: "Glad to be home.".into(),
        child_words: "I wanted some quiet.".into(),
        child_wants: "To see her sister more often.".into(),
        explained: "Who reads this, and what happens next.".into(),
        learned: "Goes to the friend by the canal.".into(),
        exploitation_signs: true,
    }
}

/// What is kept about a child.
pub(crate) fn child() -> Vec<child::Event> {
    use child::Event as E;
    let (at, review_at) = (T, T.plus_hours(24 * 90));
    let care = CarePlan {
        looked_after: Some(true),
        responsible_authority: Some("301".into()),
        borough: Some("E09000003".into()),
    };
    vec![
        E::Registered {
            identity: Private::Known(identity()),
            care: care.clone(),
            source: Some("CONNECT:P123".into()),
            at,
            by: by(),
        },
        E::IdentityAmended { identity: Private::Known(identity()), at, by: by() },
        E::CareSet { care, at, by: by() },
        E::ContactAdded {
            contact: Private::Known(Contact {
                kind: ContactKind::Person,
                value: "Bea Example, 020 7946 0001".into(),
                note: "Her aunt, rings back after five.".into(),
            }),
            at,
            by: by(),
        },
        E::PhilomenaSet {
            philomena: Philomena {
                about: "Asthma; likes to be asked, not told.".into(),
                places: "The library, the canal.".into(),
                trusted_adult: "Her aunt Bea.".into(),
                owner: Owner::from(&by()),
                review_at,
            },
            at,
            by: by(),
        },
        E::TriggerPlanSet {
            plan: TriggerPlan {
                actions: Private::Known(vec!["Ring the aunt.".into(), "Look at the library.".into()]),
                owner: desk(),
                review_at,
            },
            at,
            by: by(),
        },
        E::TriggerPlanEnded { reason: "Moved to another home.".into(), at, by: by() },
        E::WarningAdded {
            warning: Warning { kind: WarningKind::Health, words: "Needs her inhaler.".into() },
            at,
            by: by(),
        },
        E::Learned {
            fact: LearnedFact {
                incident: Some(IncidentId::from_uuid(id(20))),
                what: "Goes to the friend by the canal.".into(),
                exploitation_signs: true,
            },
            at,
            by: by(),
        },
        E::Restricted { reason: "A threat to the family.".into(), at, by: by() },
        E::RestrictionLifted { reason: "The threat is over.".into(), at, by: by() },
        E::ClocksSet { set: clocks_set(ClockKey::TriggerPlanReview, ClockKey::PhilomenaReview) },
        E::Escalated { escalated: escalated(ClockKey::TriggerPlanReview), at },
    ]
}

fn identity() -> Identity {
    Identity {
        given_name: "Ada".into(),
        family_name: "Example".into(),
        also_known_as: vec!["Addie".into()],
        born_on: Some(day(2012, 2, 29)),
        sex: "female".into(),
        ethnicity: "W1".into(),
        address: "1 Invented Street".into(),
        postcode: "ZZ1 1ZZ".into(),
        phones: vec!["020 7946 0002".into()],
        communication: "Portuguese at home.".into(),
        school: "Invented Academy".into(),
    }
}

/// What a council's return says.
pub(crate) fn council() -> Vec<council::Event> {
    let record = CouncilChild {
        authority: "301".into(),
        year: 2026,
        local_id: "LA-0042".into(),
        header: Private::Known(Header {
            sex: "F".into(),
            born_on: Some(day(2012, 2, 29)),
            ethnicity: "WBRI".into(),
            upn: "UN1".into(),
        }),
        episodes: vec![CareEpisode {
            from: day(2025, 4, 7),
            to: Some(day(2025, 10, 1)),
            legal_status: "V2".into(),
            placement: "U4".into(),
            reason_ceased: "X1".into(),
        }],
        absences: vec![
            Absence { kind: AbsenceKind::Missing, from: day(2025, 5, 2), to: Some(day(2025, 5, 3)) },
            Absence { kind: AbsenceKind::Away, from: day(2025, 6, 1), to: None },
        ],
    };
    let source = Source { file: "ef".repeat(32), format: "ssda903".into(), lines: vec![2, 3, 9] };
    vec![council::Event::Stated { record, source, at: T, by: by() }]
}

/// What a partner's extract says.
pub(crate) fn partner() -> Vec<partner::Event> {
    let agency = partner::Agency {
        kind: partner::AgencyKind::Service,
        code: "harbour".into(),
        name: "Harbour, an invented service".into(),
    };
    let person = partner::Person {
        given_name: "Ada".into(),
        family_name: "Okoro".into(),
        also_known_as: vec!["Ade Okoro".into()],
        born_on: Some(day(2012, 2, 29)),
        sex: "female".into(),
        address: "1 Invented Street".into(),
        postcode: "ZZ1 1ZZ".into(),
        phones: vec!["07700 900001".into()],
    };
    let told = partner::Told {
        source: "Police".into(),
        reason: "Criminal exploitation".into(),
        outcome: "Accepted".into(),
        words: "Ada asked for somebody to talk to.".into(),
    };
    let entry = |reference: &str, kind, to| partner::Entry {
        reference: reference.into(),
        kind,
        from: day(2026, 3, 2),
        to,
        told: Private::Known(told.clone()),
    };
    let entries = vec![
        entry("R-1", partner::EntryKind::Referral, None),
        entry("S-1", partner::EntryKind::Service, Some(day(2026, 9, 1))),
        entry("C-1", partner::EntryKind::Concern, None),
        entry("T-1", partner::EntryKind::Contact, None),
    ];
    let source = partner::Source { file: "ef".repeat(32), mapping: "harbour 1".into(), lines: vec![2, 3] };
    let person = Private::Known(person);
    vec![partner::Event::Stated { agency, reference: "77".into(), person, entries, source, at: T, by: by() }]
}

/// Words that were kept, and words that were challenged.
pub(crate) fn wording() -> Vec<wording::Event> {
    use wording::Event as E;
    let at = T;
    let about = |kind, field: &str| About {
        child: ChildId::from_uuid(id(11)),
        record: StreamId::from_uuid(id(10)),
        kind,
        entry: Some(3),
        field: field.into(),
        writer: Some(by()),
    };
    vec![
        E::Kept {
            kept: Box::new(Kept {
                about: about(RecordKind::Incident, "rationale"),
                rule: "risk.putting_self".into(),
                category: "risk_taking".into(),
                severity: "high".into(),
                rules: "2026-11".into(),
                words: "putting herself at risk".into(),
                sentence: "The order says that she is putting herself at risk.".into(),
                basis: Basis::Reason,
                reason: "These are the words of the order, which must be kept.".into(),
                owner: desk(),
            }),
            at,
            by: by(),
        },
        E::Raised {
            raised: Box::new(Raised {
                about: about(RecordKind::Child, "words"),
                words: "streetwise".into(),
                why: "It makes her older than she is.".into(),
                owner: desk(),
            }),
            at,
            by: by(),
        },
        E::LookedAt {
            look: Look { decision: LookDecision::Rewording, words: "The order can be cited instead.".into() },
            at,
            by: by(),
        },
        E::Answered { words: "The order names the risk that adults pose to her.".into(), at, by: by() },
        E::Settled {
            settlement: Settlement { outcome: Outcome::Reworded, words: "Recorded beside it.".into() },
            at,
            by: by(),
        },
        E::ClocksSet { set: clocks_set(ClockKey::WordingLook, ClockKey::WordingAnswer) },
        E::Escalated { escalated: escalated(ClockKey::WordingLook), at },
    ]
}

/// What was said of two records.
pub(crate) fn link() -> Vec<link::Event> {
    use link::Event as E;
    let (at, child) = (T, ChildId::from_uuid(id(10)));
    let pair = Pair::of(child, Side::Council(CouncilChildId::from_uuid(id(30)))).unwrap();
    let other = Pair::of(child, Side::Child(ChildId::from_uuid(id(11)))).unwrap();
    let line =
        |field: &str, level: &str, weight| EvidenceLine { field: field.into(), level: level.into(), weight };
    let evidence = Evidence {
        model: "defaults, form 1".into(),
        score: 4_096,
        lines: vec![
            line("before comparing", "how rarely two records are one person", -9_216),
            line("date of birth", "exact", 13_312),
        ],
    };
    vec![
        E::Proposed { pair, evidence: evidence.clone(), owner: desk(), at, by: Actor::system() },
        E::Linked {
            pair,
            evidence: Some(evidence.clone()),
            note: "Same home, same days.".into(),
            at,
            by: by(),
        },
        E::DeclaredDifferent {
            pair: other,
            evidence: Some(evidence),
            why: "The caller knows both.".into(),
            at,
            by: by(),
        },
        E::LeftUnsure { note: "Ask the home for the local id.".into(), at, by: by() },
        E::Unlinked { why: "It was the twin.".into(), at, by: by() },
        E::ClocksSet { set: clocks_set(ClockKey::LinkReview, ClockKey::LinkReview) },
        E::Escalated { escalated: escalated(ClockKey::LinkReview), at },
    ]
}

/// What was said of a flow that fell.
pub(crate) fn flow() -> Vec<flow::Event> {
    use flow::Event as E;
    let at = T;
    let day = |text: &str| text.parse().unwrap();
    vec![
        E::AlarmRaised {
            raised: Box::new(flow::Raised {
                flow: Flow::PreventionInterviews,
                period: Period::Week,
                because: Because::BelowLimit,
                fell_on: day("2026-02-23"),
                known_on: day("2026-02-23"),
                counted: 1,
                usual_tenths: 164,
                limit_tenths: Some(43),
                baseline_from: day("2026-01-05"),
                baseline_periods: 7,
                owner: desk(),
            }),
            at,
            by: Actor::system(),
        },
        E::AlarmTaken { at, by: by() },
        E::AlarmAnswered {
            answer: flow::Answer {
                finding: Finding::NotDone,
                found: "Nobody stood in for the officer on leave.".into(),
                done: "Two officers hold the talks from today.".into(),
            },
            at,
            by: by(),
        },
        E::ClocksSet { set: clocks_set(ClockKey::FlowAlarm, ClockKey::FlowAlarm) },
        E::Escalated { escalated: escalated(ClockKey::FlowAlarm), at },
    ]
}
