//! The return, the two talks, and closing.
use cf_access::Action;
use cf_casework::missing::command::{
    Act, InterviewEnd, InterviewOffer, InterviewTry, PreventionInterview, Return, ReturnInterview,
};
use cf_casework::missing::state::{Incident, Prevention};
use cf_casework::missing::{Harm, HowReturned, InterviewAnswer};
use cf_kernel::Private;

use super::{Answers, Done, Here, Read, Spec, YES_NO, back, codes, missing};
use crate::acts::field::Kind;
use crate::acts::{Field, Reader};

pub(super) static SPECS: &[Spec] = &[
    Spec {
        slug: "return",
        title: "Record that the child is back or found",
        intro: "The 72 hours for the return home interview count from this moment.",
        button: "Record the return",
        action: Action::RecordReturn,
        open: missing,
        fields: |here| {
            vec![
                Field::new("returned", "When was the child back or found?", Kind::Moment(Some(here.now))),
                Field::one("how", "How?", codes(HowReturned::ALL, HowReturned::code, HowReturned::label)),
                Field::new("by_whom", "By whom", Kind::Line(0)).optional(),
                Field::new("place", "Where", Kind::Line(0))
                    .optional()
                    .hint("The place itself helps next time."),
                Field::one("harm", "Harm", codes(Harm::ALL, Harm::code, Harm::label)),
                Field::words("harm_detail", "About the harm, and what was done").optional(),
            ]
        },
        read: returned,
    },
    Spec {
        slug: "withdraw-return",
        title: "Withdraw the return",
        intro: "The child counts as missing again, and the clocks run as before.",
        button: "Withdraw it",
        action: Action::RecordReturn,
        open: back,
        fields: |_| vec![Field::words("reason", "Why the record of the return was wrong")],
        read: |_, answers| reason(answers, "reason", Act::WithdrawReturn),
    },
    Spec {
        slug: "prevention-interview",
        title: "Record the prevention interview",
        intro: "Police see every child who comes back: safety, crime, harm, reasons. In person.",
        button: "Record the interview",
        action: Action::RecordPreventionInterview,
        open: prevention_owed,
        fields: |here| {
            vec![
                Field::new("held", "When was it held?", Kind::Moment(Some(here.now))),
                Field::one("in_person", "Was the child seen in person?", YES_NO),
                Field::words("not_in_person_reason", "If not: why").optional(),
                Field::words("account", "What was said about safety, crime, harm and reasons"),
                Field::words("child_words", "The child's own words")
                    .unchecked()
                    .optional()
                    .hint("As the child said it. Never reworded."),
            ]
        },
        read: prevention,
    },
    Spec {
        slug: "no-prevention-interview",
        title: "No prevention interview",
        intro: "",
        button: "Record the reason",
        action: Action::RecordPreventionInterview,
        open: prevention_owed,
        fields: |_| vec![Field::words("reason", "Why it will not be held, and what was tried")],
        read: |_, answers| reason(answers, "reason", Act::ForgoPreventionInterview),
    },
    Spec {
        slug: "offer-interview",
        title: "Record the offer of a return home interview",
        intro: "Offered every time, by the council or the service it commissions.",
        button: "Record the offer",
        action: Action::RecordReturnInterview,
        open: interview_owed,
        fields: |here| {
            vec![
                Field::new("offered", "When was it offered?", Kind::Moment(Some(here.now))),
                Field::new("by", "Who offers it?", Kind::Line(0)),
                Field::one(
                    "answer",
                    "The answer, if there is one yet",
                    [("", "No answer yet")].into_iter().chain(codes(
                        &OFFER_ANSWERS,
                        InterviewAnswer::code,
                        InterviewAnswer::label,
                    )),
                ),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let offered = read.moment("offered");
            let by = read.words("by", "Say who offers it.");
            let answer = InterviewAnswer::from_code(answers.get("answer"));
            read.finish(offered.map(|offered_at| {
                Act::OfferReturnInterview(InterviewOffer { offered_at, by: by.into(), answer }).into()
            }))
        },
    },
    Spec {
        slug: "interview-try",
        title: "Record a try to hold the return home interview",
        intro: "",
        button: "Record the try",
        action: Action::RecordReturnInterview,
        open: interview_owed,
        fields: |here| {
            vec![
                Field::new("tried", "When?", Kind::Moment(Some(here.now))),
                Field::words("what", "How it was tried, and what came of it"),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let tried = read.moment("tried");
            let what = read.words("what", "Say how it was tried.");
            read.finish(
                tried.map(|tried_at| {
                    Act::TryReturnInterview(InterviewTry { tried_at, what: what.into() }).into()
                }),
            )
        },
    },
    Spec {
        slug: "interview",
        title: "Record the return home interview",
        intro: "Held by somebody with no part in the child's care. The child's account belongs to the child's record first.",
        button: "Record the interview",
        action: Action::RecordReturnInterview,
        open: interview_owed,
        fields: interview_fields,
        read: interview,
    },
    Spec {
        slug: "no-interview",
        title: "No return home interview",
        intro: "",
        button: "Record how it ended",
        action: Action::RecordReturnInterview,
        open: interview_owed,
        fields: |_| {
            let ends: Vec<_> =
                InterviewAnswer::ALL.iter().copied().filter(|one| one.ends_without_interview()).collect();
            vec![
                Field::one(
                    "answer",
                    "How did it end?",
                    codes(&ends, InterviewAnswer::code, InterviewAnswer::label),
                ),
                Field::words("reason", "Why, in the child's words where they gave them"),
                Field::one(
                    "carer_asked",
                    "Did the parent or carer have the chance to add information?",
                    YES_NO,
                ),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let ends =
                |code: &str| InterviewAnswer::from_code(code).filter(|one| one.ends_without_interview());
            let answer = read.code("answer", ends, "Choose how it ended.");
            let reason = read.words("reason", "Say why.");
            read.code("carer_asked", yes_no, "Answer yes or no.");
            let carer_asked = read.yes("carer_asked");
            read.finish(answer.map(|answer| {
                Act::EndReturnInterview(InterviewEnd { answer, reason: reason.into(), carer_asked }).into()
            }))
        },
    },
    Spec {
        slug: "close",
        title: "Close the incident",
        intro: "",
        button: "Close it",
        action: Action::CloseIncident,
        open: |incident| back(incident) && incident.owed().is_empty(),
        fields: |_| vec![Field::words("summary", "What happened, what was done, what was learned")],
        read: |_, answers| reason(answers, "summary", Act::Close),
    },
    Spec {
        slug: "reopen",
        title: "Open the incident again",
        intro: "",
        button: "Open it again",
        action: Action::ReopenIncident,
        open: |incident| !incident.is_open(),
        fields: |_| vec![Field::words("reason", "Why it is opened again")],
        read: |_, answers| reason(answers, "reason", Act::Reopen),
    },
];

const OFFER_ANSWERS: [InterviewAnswer; 3] =
    [InterviewAnswer::Accepted, InterviewAnswer::AcceptedNotPresent, InterviewAnswer::Declined];

fn prevention_owed(incident: &Incident) -> bool {
    back(incident) && !incident.back_without_talks() && incident.prevention == Prevention::Owed
}

fn interview_owed(incident: &Incident) -> bool {
    back(incident) && !incident.back_without_talks() && incident.interview.end.is_none()
}

fn yes_no(code: &str) -> Option<bool> {
    match code {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn reason(answers: &Answers, field: &'static str, act: fn(Private<String>) -> Act) -> Read<Done> {
    let mut read = Reader::new(answers);
    let words = read.words(field, "Write it in your own words.");
    read.finish(Some(act(words.into()).into()))
}

fn returned(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let at = read.moment("returned");
    let how = read.code("how", HowReturned::from_code, "Choose how the child came back.");
    let harm = read.code("harm", Harm::from_code, "Choose, even if it is not known yet.");
    let (by_whom, place, harm_detail) = (read.text("by_whom"), read.text("place"), read.text("harm_detail"));
    let all = at.zip(how).zip(harm);
    read.finish(all.map(|((returned_at, how), harm)| {
        let (by_whom, place, harm_detail) = (by_whom.into(), place.into(), harm_detail.into());
        Act::Return(Return { returned_at, how, by_whom, place, harm, harm_detail }).into()
    }))
}

fn prevention(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let held = read.moment("held");
    let in_person = read.code("in_person", yes_no, "Answer yes or no.");
    let not_in_person_reason = match in_person {
        Some(false) => read.words("not_in_person_reason", "Say why the child was not seen."),
        _ => read.text("not_in_person_reason"),
    };
    let account = read.words("account", "Say what was said.");
    let child_words = read.text("child_words");
    read.finish(held.zip(in_person).map(|(held_at, in_person)| {
        Act::HoldPreventionInterview(PreventionInterview {
            held_at,
            in_person,
            not_in_person_reason: not_in_person_reason.into(),
            account: account.into(),
            child_words: child_words.into(),
        })
        .into()
    }))
}

fn interview_fields(here: &Here<'_>) -> Vec<Field> {
    vec![
        Field::new("held", "When was it held?", Kind::Moment(Some(here.now))),
        Field::new("by", "Who held it?", Kind::Line(0)),
        Field::one(
            "independent",
            "Has that person no part in the child's care?",
            [("yes", "Yes, independent"), ("no", "No")],
        ),
        Field::words("before", "Before: why, what pushed, what pulled").optional(),
        Field::words("during", "During: where, with whom, travel, harm").optional(),
        Field::words("after", "After: how home, feelings, support wanted").optional(),
        Field::words("child_words", "The child's own words")
            .unchecked()
            .optional()
            .hint("As the child said it. Never reworded."),
        Field::words("child_wants", "What the child wants to happen").unchecked().optional(),
        Field::words("explained", "What was explained to the child about what happens next").optional(),
        Field::words("learned", "What was learned for the child's record and the next time")
            .optional()
            .hint("Goes onto the child's record, and is shown when this child is next reported."),
        Field::one("exploitation_signs", "Are there signs of exploitation?", YES_NO),
    ]
}

fn interview(_here: &Here<'_>, answers: &Answers) -> Read<Done> {
    let mut read = Reader::new(answers);
    let held = read.moment("held");
    let by = read.words("by", "Say who held it.");
    let independent = read.code("independent", yes_no, "Answer yes or no.");
    let signs = read.code("exploitation_signs", yes_no, "Answer yes or no.");
    let mut text = |name| Private::from(read.text(name));
    let (before, during, after) = (text("before"), text("during"), text("after"));
    let (child_words, child_wants) = (text("child_words"), text("child_wants"));
    let (explained, learned) = (text("explained"), text("learned"));
    read.finish(held.zip(independent).zip(signs).map(|((held_at, independent), exploitation_signs)| {
        let by = by.into();
        let interview = ReturnInterview {
            held_at,
            by,
            independent,
            before,
            during,
            after,
            child_words,
            child_wants,
            explained,
            learned,
            exploitation_signs,
        };
        Act::HoldReturnInterview(Box::new(interview)).into()
    }))
}
