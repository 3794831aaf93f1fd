//! Now and then somebody writes words that blame, keeps them with a reason, and a colleague looks or challenges.
//!
//! The plan itself blames no child (a test reads all of it). These sentences are put in here, on few entries, so that a
//! demonstration has something in the supervisor's queue, in the audit and among the challenges. Fewer in the second
//! half of the time, as if the desk had learned.
use cf_app::import::derived_id;
use cf_app::wording::matters::ChallengeForm;
use cf_app::wording::{Decision, Decisions};
use cf_app::{App, Caller, Problem};
use cf_casework::missing::command::{Act, Action};
use cf_casework::wording::LookDecision::{Agreed, Challenge, FalseAlarm, Rewording};
use cf_casework::wording::{Act as About, Look, LookDecision, Outcome, RecordKind, Settlement};
use cf_kernel::{CommandId, IncidentId, Private, Role, WordingId};

use super::World;
use crate::plan::Step;

/// One entry in so many, in the first half of the time and in the second.
const ONE_IN: [u128; 2] = [14, 40];
/// Looks are taken, and challenges answered and settled, when they are older than this at the present.
const LOOKED_AT_AFTER_DAYS: i64 = 2;

/// What is added to an entry, why the writer keeps it, and what a supervisor makes of it.
///
/// The last are false alarms on purpose: words that blame elsewhere and do not here.
const BLAME: [(&str, &str, LookDecision); 14] = [
    (
        "Carer says the child is putting themselves at risk.",
        "These are the carer's words, noted as said.",
        Rewording,
    ),
    ("Child chose to leave again, as before.", "It is how the call was logged.", Challenge),
    ("Usual behaviour, will turn up later.", "Copied from the earlier log.", Challenge),
    ("The child refuses to engage with the worker.", "Quoted from the worker's email.", Rewording),
    ("Known absconder, seen near the station.", "The word stands in the other force's message.", Agreed),
    (
        "Streetwise, and able to look after themselves.",
        "Said by the last person who saw the child.",
        Rewording,
    ),
    ("The informant calls it attention seeking.", "The informant's words.", Rewording),
    (
        "The placement broke down because of the child's behaviour.",
        "From the placement team's note.",
        Challenge,
    ),
    ("The child is in a relationship with an older man.", "How the neighbour put it.", Challenge),
    (
        "The child brings it on themselves, the home says.",
        "The home's words, to be taken up with them.",
        Agreed,
    ),
    ("Mother cannot control the child.", "Said by the school.", Rewording),
    ("Frequent misper.", "As it stands in the custody note.", Challenge),
    ("There is a problem with the gate camera.", "It is about the camera.", FalseAlarm),
    ("The taxi firm is a repeat offender for being late.", "It is about the taxi firm.", FalseAlarm),
];

/// Words no rule finds, which a colleague challenges.
const COLD: &str = "Enough said.";

/// The words a colleague copies.
const COLD_WORDS: &str = "Enough said";

/// What this step does about wording; nothing for most.
pub(super) enum Slip {
    Blame(usize),
    Cold,
}

/// Which entries slip follows from the command alone, so the same plan gives the same record.
pub(super) fn slip(world: &World, step: &Step, act: &Act) -> Option<Slip> {
    let Act::Record(_) = act else { return None };
    let dice = step.command.uuid().as_u128() >> 8;
    let half = world.plan.london.present.seconds_since(world.plan.london.starts()) / 2;
    let late = step.at.seconds_since(world.plan.london.starts()) > half;
    let one_in = ONE_IN[usize::from(late)];
    match dice % one_in {
        0 => Some(Slip::Blame((dice / one_in % BLAME.len() as u128) as usize)),
        1 if (dice / one_in).is_multiple_of(7) => Some(Slip::Cold),
        _ => None,
    }
}

/// The act with the sentence, and its writer with what they decide about it.
pub(super) fn slipped(app: &App, caller: &Caller, act: Act, slip: &Slip) -> (Caller, Act) {
    let Act::Record(Action { kind, done_at, what }) = act else { return (caller.clone(), act) };
    let (sentence, reason) = match slip {
        Slip::Blame(number) => (BLAME[*number].0, BLAME[*number].1),
        Slip::Cold => (COLD, "Written as the call was told."),
    };
    let text = format!("{} {sentence}", what.or_gone());
    let mut decisions = Decisions::default();
    for found in app.find_wording("what", &text).into_iter().filter(|found| found.blaming) {
        decisions.decide(found.key, Decision::Keep(reason.to_owned()));
    }
    (caller.deciding(decisions), Act::Record(Action { kind, done_at, what: Private::Known(text) }))
}

/// What colleagues do about it; nothing where nobody fits, or where the child's record is closed to them.
pub(super) async fn afterwards(
    app: &App,
    world: &World,
    step: &Step,
    incident: IncidentId,
    slip: &Slip,
) -> Result<(), Problem> {
    match colleagues(app, world, step, incident, slip).await {
        Err(Problem::NotFound | Problem::Denied { .. }) => Ok(()),
        done => done,
    }
}

async fn colleagues(
    app: &App,
    world: &World,
    step: &Step,
    incident: IncidentId,
    slip: &Slip,
) -> Result<(), Problem> {
    let writer = world.caller(step.by);
    let another = |role| {
        let fits = |caller: &&Caller| caller.role() == role && caller.actor.user != writer.actor.user;
        world.callers.iter().find(fits).ok_or(Problem::NotFound)
    };
    let command = |what: &str| CommandId::from_uuid(derived_id(what, &step.command.to_string()));
    let recent = world.plan.london.present.seconds_since(step.at) < LOOKED_AT_AFTER_DAYS * 86_400;
    let number = match slip {
        Slip::Cold => {
            let colleague = another(Role::Operator)?;
            let record = incident.into();
            let entries = app.wording_entries(colleague, RecordKind::Incident, record).await?;
            let fits = |text: &str| text.contains(COLD_WORDS);
            let entry = entries.iter().find(|entry| entry.texts.iter().any(|(_, text)| fits(text)));
            let form = ChallengeForm {
                entry: entry.map(|entry| entry.version),
                words: COLD_WORDS.to_owned(),
                why: "It says nothing of what happened or what the child needs.".to_owned(),
            };
            let id = app
                .challenge_wording(colleague, command("sim challenge"), RecordKind::Incident, record, form)
                .await?;
            if recent {
                return Ok(());
            }
            let answer = About::Answer("I would write what was seen, and leave the rest out.".into());
            app.act_on_wording(writer, command("sim answer"), id, None, answer).await?;
            let words = "Talked it through; said at the next briefing too.".into();
            let settled = About::Settle(Settlement { outcome: Outcome::Learning, words });
            let senior = if writer.role() == Role::Operator { Role::Supervisor } else { Role::Inspector };
            return app.act_on_wording(another(senior)?, command("sim settle"), id, None, settled).await;
        }
        Slip::Blame(number) => *number,
    };
    let id = WordingId::from_uuid(derived_id("wording", &format!("{} 0", step.command)));
    // Words of an inspector are looked at by another inspector.
    let senior = writer.role() == Role::Inspector;
    let supervisor = another(if senior { Role::Inspector } else { Role::Supervisor })?;
    let found = !matches!(app.wording_matter(supervisor, id).await, Err(Problem::NotFound));
    if recent || !found {
        return Ok(());
    }
    let decision = BLAME[number].2;
    let look = About::Look(Look { decision, words: "Read the entry and the one before it.".into() });
    app.act_on_wording(supervisor, command("sim look"), id, None, look).await?;
    if !matches!(decision, Rewording | Challenge) {
        return Ok(());
    }
    let answer = About::Answer("I would write what was done, and by whom.".into());
    app.act_on_wording(writer, command("sim answer"), id, None, answer).await?;
    let outcome = if decision == Rewording { Outcome::Reworded } else { Outcome::Learning };
    let settled = About::Settle(Settlement { outcome, words: "Talked it through.".into() });
    app.act_on_wording(supervisor, command("sim settle"), id, None, settled).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sentence the rules do not find would leave a demonstration without what it is there to show.
    #[test]
    fn every_sentence_is_found_by_the_rules_that_ship() {
        let checker = cf_wording::Checker::new().unwrap();
        let blames =
            |text: &str| checker.check(text).iter().any(|found| found.kind == cf_wording::Kind::Blaming);
        let missed: Vec<&str> = BLAME.iter().map(|one| one.0).filter(|text| !blames(text)).collect();
        assert_eq!(missed, Vec::<&str>::new());
        assert!(!blames(COLD), "a challenge is for what no rule finds");
    }
}
