//! An ordinary incident from the call to the closing words, with the lapses that happen at a busy desk.
//!
//! How often each lapse happens is **synthetic**: inspectors say that these happen, not how often.
use cf_casework::missing::command::Answer;
use cf_casework::missing::{HowReturned, InterviewAnswer, ReviewDecision, System};
use cf_kernel::Timestamp;

use super::Choice;
use super::pen::Pen;
use crate::dice::Dice;
use crate::figures;
use crate::population::Child;
use crate::staff::Shift;

/// What is settled about an incident before it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    /// When the call comes in.
    pub(super) reported_at: Timestamp,
    /// How long the child is missing after that, in minutes.
    pub(super) minutes: i64,
    /// When the same child is reported missing next, if that happens.
    pub(super) next: Option<Timestamp>,
    /// Earlier incidents of the child in these days.
    pub(super) earlier: usize,
    /// A trigger plan is in place.
    pub(super) trigger_plan: bool,
}

/// Per thousand incidents.
const GRADED_LATE: u32 = 110;
const BELOW: u32 = 110;
const SENIOR_LOOK_LATE: u32 = 220;
const REVIEW_LATE: u32 = 170;
const NO_ACTION_FOR_A_WHILE: u32 = 70;
const HAND_OVER_LATE: u32 = 110;
const PREVENTION_LATE: u32 = 180;
const OFFER_LATE: u32 = 200;
const INTERVIEW_LATE: u32 = 230;

pub(super) fn live(pen: &mut Pen<'_>, course: Course) {
    let answers = answers(pen.child, course, &mut pen.dice);
    let high = likely_high(pen.child, course, &answers);
    let last_seen =
        course.reported_at.plus_minutes(-pen.dice.quantile(&[(0, 25), (500, 110), (900, 420), (1000, 900)]));
    pen.report(course.reported_at, last_seen, answers);
    let back = course.reported_at.plus_minutes(course.minutes);
    let free = search(pen, course, back, high);
    let how = pen.dice.weighted(&figures::HOW_RETURNED);
    let harm = pen.dice.weighted(&figures::HARM);
    let recorded = back.plus_minutes(pen.dice.between(4, 35));
    let harm = if how == HowReturned::NotMissing { cf_casework::missing::Harm::NoneKnown } else { harm };
    pen.back(recorded, back, how, harm);
    let settled = free.max(recorded);
    if how == HowReturned::NotMissing {
        let at = settled.plus_minutes(pen.dice.between(40, 400));
        pen.close(at, true);
        return;
    }
    let settled = settled.max(prevention(pen, back, recorded, course.next));
    let settled = settled.max(interview(pen, recorded, course.next));
    let at =
        by_day(settled.plus_minutes(pen.dice.quantile(&[(0, 40), (600, 900), (900, 2_600), (1000, 6_500)])));
    pen.close(at, false);
}

/// The search: checks, grade, looks, actions, tasks, hand-overs. Gives the moment after which nothing of it is owed.
fn search(pen: &mut Pen<'_>, course: Course, back: Timestamp, high: bool) -> Timestamp {
    let start = course.reported_at;
    check_systems(pen, start);
    let late = pen.dice.chance(GRADED_LATE);
    let graded = start.plus_minutes(if late { pen.dice.between(36, 75) } else { pen.dice.between(11, 28) });
    let below = high && pen.dice.chance(BELOW);
    let higher = pen.dice.chance(40);
    let choice = match (below, higher) {
        (true, _) => Choice::Below,
        (false, true) => Choice::High,
        (false, false) => Choice::AsRecommended,
    };
    pen.grade(graded, choice);
    let mut free = graded;
    if below {
        let late = pen.dice.chance(SENIOR_LOOK_LATE);
        let at =
            graded.plus_minutes(if late { pen.dice.between(135, 300) } else { pen.dice.between(25, 100) });
        let regrade = pen.dice.chance(350);
        pen.senior_look(at, if regrade { ReviewDecision::Regrade } else { ReviewDecision::Agree });
        free = free.max(at);
        if regrade {
            let again = at.plus_minutes(pen.dice.between(8, 24));
            pen.grade(again, Choice::AsRecommended);
            free = free.max(again);
        }
    }
    free = free.max(reviews(pen, graded, back, high));
    free = free.max(tasks(pen, graded, back));
    free = free.max(hand_overs(pen, start, back));
    free = free.max(new_facts(pen, graded, back));
    actions(pen, graded, back, high);
    free
}

pub(super) fn check_systems(pen: &mut Pen<'_>, start: Timestamp) {
    let mut at = start.plus_minutes(2);
    let mut systems = vec![System::Records, System::EarlierReports, System::Pnc, System::Intelligence];
    if pen.child.looked_after() {
        systems.push(System::SocialCare);
    }
    for (chance, system) in
        [(450, System::Hospitals), (300, System::Custody), (250, System::Family), (160, System::Pnd)]
    {
        if pen.dice.chance(chance) {
            systems.push(system);
        }
    }
    for system in systems {
        pen.check(at, system);
        at = at.plus_seconds(pen.dice.between(50, 190));
    }
}

/// A supervisor looks soon after the grade, then again while the child is missing.
fn reviews(pen: &mut Pen<'_>, graded: Timestamp, back: Timestamp, high: bool) -> Timestamp {
    let mut at = graded;
    let mut wait = if high { (25, 105) } else { (60, 300) };
    loop {
        let late = pen.dice.chance(REVIEW_LATE);
        let minutes = pen.dice.between(wait.0, wait.1) + if late { pen.dice.between(60, 260) } else { 0 };
        at = at.plus_minutes(minutes);
        let next = pen.dice.between(270, 480);
        pen.review(at, next);
        if at >= back {
            return at;
        }
        wait = (next - 70, next - 5);
        if at.plus_minutes(wait.0) >= back {
            return at;
        }
    }
}

fn actions(pen: &mut Pen<'_>, graded: Timestamp, back: Timestamp, high: bool) {
    let mut at = graded;
    loop {
        let lapse = pen.dice.chance(NO_ACTION_FOR_A_WHILE);
        let wait = match (lapse, high) {
            (true, true) => pen.dice.between(40, 120),
            (true, false) => pen.dice.between(130, 260),
            (false, true) => pen.dice.between(21, 29),
            (false, false) => pen.dice.between(70, 117),
        };
        at = at.plus_minutes(wait);
        if at >= back {
            return;
        }
        pen.action(at);
    }
}

fn tasks(pen: &mut Pen<'_>, graded: Timestamp, back: Timestamp) -> Timestamp {
    let mut free = graded;
    let mut at = graded;
    for _ in 0..pen.dice.weighted(&[(30, 0), (40, 1), (22, 2), (8, 3)]) {
        at = at.plus_minutes(pen.dice.between(4, 20));
        if at >= back {
            break;
        }
        let minutes = pen.dice.between(60, 300);
        let number = pen.task(at, at.plus_minutes(minutes));
        let done = at.plus_minutes(minutes * pen.dice.between(25, 118) / 100);
        let end = if done < back { done } else { back.plus_minutes(pen.dice.between(45, 160)) };
        if done < back {
            pen.finish_task(end, number)
        } else {
            pen.cancel_task(end, number)
        }
        free = free.max(end);
    }
    free
}

/// At the end of each shift while the child is missing, to somebody of the next.
fn hand_overs(pen: &mut Pen<'_>, start: Timestamp, back: Timestamp) -> Timestamp {
    let mut free = start;
    let mut shift_end = Shift::at(start.plus_minutes(45)).end();
    while shift_end.plus_minutes(20) < back {
        let late = pen.dice.chance(HAND_OVER_LATE);
        let handed = shift_end.plus_minutes(-pen.dice.between(4, 18));
        let taken =
            shift_end.plus_minutes(if late { pen.dice.between(35, 80) } else { pen.dice.between(1, 10) });
        let to = pen.worker(taken);
        pen.hand_over(handed, to);
        pen.acknowledge(taken, to);
        free = free.max(taken);
        shift_end = Shift::at(shift_end).end();
    }
    free
}

/// Something is learned that may move the recommendation; then the grade is looked at again.
fn new_facts(pen: &mut Pen<'_>, graded: Timestamp, back: Timestamp) -> Timestamp {
    let at = graded.plus_minutes(pen.dice.between(35, 200));
    if at >= back || !pen.dice.chance(300) {
        return graded;
    }
    let (fact, from) = pen.dice.one(&[
        ("with_adult_of_concern", "A friend of the child"),
        ("online_contact", "Sister"),
        ("phone_off", "Phone data"),
        ("threat_from_others", "School"),
        ("criminal_exploitation_concern", "Social worker"),
        ("medication_needed", "Family doctor"),
    ]);
    pen.learn(at, vec![answer(fact, "yes", from, at.plus_minutes(-3))]);
    let late = pen.dice.chance(GRADED_LATE);
    let again = at.plus_minutes(if late { pen.dice.between(35, 70) } else { pen.dice.between(8, 25) });
    pen.grade(again, Choice::AsRecommended);
    let looked = again.plus_minutes(pen.dice.between(30, 110));
    pen.review(looked, 360);
    looked
}

fn prevention(pen: &mut Pen<'_>, back: Timestamp, recorded: Timestamp, next: Option<Timestamp>) -> Timestamp {
    let late = pen.dice.chance(PREVENTION_LATE);
    let minutes = if late {
        pen.dice.between(1_500, 3_700)
    } else {
        pen.dice.quantile(&[(0, 75), (500, 500), (1000, 1_380)])
    };
    let at = by_day(back.plus_minutes(minutes)).max(recorded.plus_minutes(65));
    match next {
        Some(next) if next <= at => {
            let at = next.plus_minutes(pen.dice.between(90, 300));
            pen.forgo_prevention(at);
            at
        }
        _ if pen.nobody_visits_from.is_some_and(|from| at >= from) => {
            pen.nobody_visits(at);
            at
        }
        _ => {
            pen.prevention(at);
            at
        }
    }
}

fn interview(pen: &mut Pen<'_>, recorded: Timestamp, next: Option<Timestamp>) -> Timestamp {
    let late_offer = pen.dice.chance(OFFER_LATE);
    let offered = by_day(recorded.plus_minutes(if late_offer {
        pen.dice.between(1_500, 3_300)
    } else {
        pen.dice.between(120, 1_250)
    }));
    if let Some(next) = next.filter(|next| *next <= offered) {
        let at = next.plus_minutes(pen.dice.between(60, 400));
        pen.end_interview(at, InterviewAnswer::NotOfferedMissingAgain);
        return at;
    }
    let end = pen.dice.weighted(&figures::INTERVIEW_END);
    let answered = pen.dice.chance(600);
    let answer = match end {
        None | Some(InterviewAnswer::AcceptedNotPresent) if answered => Some(InterviewAnswer::Accepted),
        _ => None,
    };
    let reached =
        !matches!(end, Some(InterviewAnswer::NotOfferedNoContact | InterviewAnswer::NotOfferedOther));
    if reached {
        pen.offer(offered, answer);
    }
    let late = pen.dice.chance(INTERVIEW_LATE);
    let minutes = if late { pen.dice.between(2_900, 6_000) } else { pen.dice.between(500, 2_300) };
    let at = by_day(offered.plus_minutes(minutes));
    let at = next
        .map_or(at, |next| if next < at { next.plus_minutes(-40).max(offered.plus_minutes(30)) } else { at });
    let tries = match end {
        Some(InterviewAnswer::NotOfferedNoContact) => 3,
        Some(InterviewAnswer::AcceptedNotPresent) => 2,
        _ => pen.dice.weighted(&[(50, 0), (35, 1), (15, 2)]),
    };
    let gap = at.seconds_since(offered) / (tries + 1);
    for number in 1..=tries {
        pen.attempt(offered.plus_seconds(gap * number));
    }
    match end {
        None => pen.interview(at),
        Some(answer) => pen.end_interview(at, answer),
    }
    at
}

/// The same moment, or the next morning when it falls into the night.
pub(super) fn by_day(at: Timestamp) -> Timestamp {
    match at.local().hour() {
        21.. => at.plus_hours(11),
        0..8 => at.plus_hours(9),
        _ => at,
    }
}

pub(super) fn answer(fact: &str, value: &str, from: &str, at: Timestamp) -> Answer {
    Answer { fact: fact.to_owned(), value: value.to_owned(), from: from.to_owned(), obtained_at: at }
}

/// The time of day in the rules' own codes.
pub(super) fn time_of_day(at: Timestamp) -> &'static str {
    match at.local().hour() {
        7..17 => "day",
        17..22 => "evening",
        _ => "night",
    }
}

/// What the caller answers. What is not asked or not known stays out, and stays unknown to the rules.
fn answers(child: &Child, course: Course, dice: &mut Dice) -> Vec<Answer> {
    let (at, carer) = (course.reported_at, child.carer.name.as_str());
    let mut answers = vec![answer("time_of_day", time_of_day(at), "Operator", at)];
    let mut say = |fact: &str, value: &str| answers.push(answer(fact, value, carer, at));
    let mut yes_no = |dice: &mut Dice, fact: &str, yes: u32, no: u32| {
        if dice.chance(yes) {
            say(fact, "yes");
        } else if dice.chance(no) {
            say(fact, "no");
        }
    };
    let risks = child.risks;
    let often = |held: bool, yes: u32| if held { yes } else { 0 };
    yes_no(dice, "ever_missing_before", often(course.earlier > 0 || child.incidents_a_year > 3, 950), 900);
    yes_no(dice, "phone_off", 330, 700);
    yes_no(dice, "out_of_character", if course.earlier == 0 { 300 } else { 60 }, 800);
    yes_no(dice, "family_conflict", often(risks.conflict, 650), 400);
    yes_no(dice, "disability_or_illness", often(risks.disability, 800), 600);
    yes_no(dice, "communication_need", often(risks.communication, 700), 300);
    yes_no(dice, "medication_needed", often(risks.medicine, 600), 700);
    yes_no(dice, "self_harm_history", often(risks.self_harm, 800), 500);
    yes_no(dice, "said_would_harm_self", often(risks.self_harm, 90), 700);
    yes_no(dice, "sexual_exploitation_concern", often(risks.sexual_exploitation, 750), 500);
    yes_no(dice, "criminal_exploitation_concern", often(risks.criminal_exploitation, 700), 500);
    yes_no(
        dice,
        "with_adult_of_concern",
        often(risks.sexual_exploitation || risks.criminal_exploitation, 170),
        300,
    );
    yes_no(dice, "online_contact", 45, 350);
    yes_no(dice, "threat_from_others", 30, 500);
    yes_no(dice, "bullying", 60, 350);
    yes_no(dice, "abuse_at_home", 12, 200);
    yes_no(dice, "immigration_vulnerability", often(risks.newly_arrived, 800), 300);
    yes_no(dice, "out_of_area", often(child.out_of_borough, 500), 400);
    if risks.medicine
        && answers.iter().any(|answer| answer.fact == "medication_needed" && answer.value == "yes")
    {
        let hours = dice.between(4, 30).to_string();
        answers.push(answer("hours_until_medication", &hours, carer, at));
    }
    let weather = dice.weighted(&[(72, "mild"), (26, "hard"), (2, "dangerous")]);
    answers.push(answer("weather", weather, "Operator", at));
    answers
}

/// What the rules will probably recommend; sets how closely the desk follows. The rules themselves are asked when
/// the incident is graded.
fn likely_high(child: &Child, course: Course, answers: &[Answer]) -> bool {
    let yes = |fact: &str| answers.iter().any(|answer| answer.fact == fact && answer.value == "yes");
    let night = answers.iter().any(|answer| answer.value == "night");
    let looked_after = child.looked_after();
    let strain = yes("family_conflict") || yes("bullying") || yes("out_of_character");
    [
        "said_would_harm_self",
        "sexual_exploitation_concern",
        "criminal_exploitation_concern",
        "with_adult_of_concern",
    ]
    .into_iter()
    .chain(["online_contact", "threat_from_others", "abuse_at_home"])
    .any(yes)
        || course.trigger_plan
        || child.age < 10
        || (child.age < 13 && (night || yes("out_of_character")))
        || course.earlier >= 3
        || (looked_after && (course.earlier >= 2 || yes("out_of_area") || yes("immigration_vulnerability")))
        || (yes("out_of_character") && (night || yes("phone_off")))
        || (yes("self_harm_history") && strain)
        || (yes("disability_or_illness") && night)
}
