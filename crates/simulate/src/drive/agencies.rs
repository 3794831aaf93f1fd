//! Councils' returns and partners' extracts come in, the service asks which records are of one child, and a supervisor
//! answers for some.
use std::collections::HashMap;
use std::sync::Arc;

use cf_app::import::{CouncilReturn, Extract, PartnerProfile, Silent};
use cf_app::matching::{Decision, LinkCard};
use cf_app::{App, Caller, Problem};
use cf_kernel::{ChildId, CommandId, ManualClock, Role};

use super::World;
use crate::{councils, partners};

/// Imports every return and extract, asks about pairs, and decides some of them as the duty supervisor would, so that pairs
/// stand in
/// every state: waiting, linked, left unsure, kept apart, unlinked.
pub(super) async fn import(app: &App, clock: &ManualClock, world: &World) -> Result<(), Problem> {
    clock.set(councils::imported_at(&world.plan));
    let caller = |role| world.callers.iter().find(|caller| caller.role() == role).ok_or(Problem::NotFound);
    let administrator = caller(Role::Administrator)?;
    for one in councils::returns(&world.plan) {
        let Some(authority) = cf_app::council_code(&one.council) else { continue };
        let given = CouncilReturn {
            authority: authority.parse().map_err(|_| Problem::NotFound)?,
            files: vec![
                (format!("header-{authority}.csv"), one.header.into_bytes()),
                (format!("missing-{authority}.csv"), one.missing.into_bytes()),
            ],
            year: one.year.parse().ok(),
            missing_last_year: None,
        };
        app.import_ssda903(administrator, given, Arc::new(Silent), false).await?;
    }
    for one in partners::extracts(&world.plan) {
        let profile = PartnerProfile::from_toml(&one.profile).map_err(Problem::fault)?;
        let extract = Extract::Bytes(one.file_name, one.csv.into_bytes().into());
        app.import_partner(administrator, &profile, &extract, Arc::new(Silent)).await?;
    }
    app.load_matching().await?;
    app.propose_links().await?;
    decide(app, caller(Role::Supervisor)?, world).await
}

/// Two records of one child, if the plan says so; `None` where another agency's record is in the pair.
fn same(card: &LinkCard, of: &HashMap<ChildId, u32>) -> Option<bool> {
    let second = card.second.as_ref()?;
    Some(of.get(&card.child.id())? == of.get(&second.id())?)
}

/// Pairs of partners with the child whom most of them know, one for each agency.
fn one_life<'a>(partners: &[&'a LinkCard]) -> Vec<&'a LinkCard> {
    let mut by_child: HashMap<ChildId, Vec<&'a LinkCard>> = HashMap::new();
    for card in partners {
        let of = by_child.entry(card.child.id()).or_default();
        let agency = |card: &LinkCard| card.partner.as_ref().map(|partner| partner.agency.clone());
        if of.iter().all(|known| agency(known) != agency(card)) {
            of.push(card);
        }
    }
    let most = by_child.into_iter().max_by_key(|(child, cards)| (cards.len(), std::cmp::Reverse(*child)));
    most.map(|(_, cards)| cards).unwrap_or_default()
}

async fn decide(app: &App, supervisor: &Caller, world: &World) -> Result<(), Problem> {
    // Who each record is of, as the plan knows and the service does not.
    let of: HashMap<ChildId, u32> = world
        .plan
        .children
        .iter()
        .enumerate()
        .filter_map(|(index, child)| Some((world.child(index)?, child.again_of.unwrap_or(child.number))))
        .collect();
    let waiting = app.links_waiting(supervisor).await?.waiting;
    let (mut twice, mut others, mut councils) = (Vec::new(), Vec::new(), Vec::new());
    let mut partners: Vec<&LinkCard> = Vec::new();
    for card in &waiting {
        match same(card, &of) {
            Some(true) => twice.push(card),
            Some(false) => others.push(card),
            None if card.partner.is_some() => partners.push(card),
            None => councils.push(card),
        }
    }
    let say = async |card: &LinkCard, decision: Decision| -> Result<(), Problem> {
        let version = app.link(supervisor, card.link.id()).await?.version;
        app.decide_link(supervisor, CommandId::new(), card.link.id(), version, decision).await
    };
    // One child's life as four agencies recorded it, where the likeliest pairs allow; the others wait.
    for card in one_life(&partners) {
        let note = "Same name and date of birth; the agency confirms its id by phone.";
        say(card, Decision::Same(note.to_owned())).await?;
    }
    if let Some(card) = councils.first() {
        let note = "Same council and date of birth, and missing on the same days; the home confirms the council's id.";
        say(card, Decision::Same(note.to_owned())).await?;
    }
    // The likeliest waits for whoever looks at the demonstration.
    let mut twice = twice.into_iter().skip(1);
    if let Some(card) = twice.next() {
        let note = "Same address and carer; the second call spelled the name as it was heard.";
        say(card, Decision::Same(note.to_owned())).await?;
    }
    if let Some(card) = twice.next() {
        say(card, Decision::Same("Same address and school.".to_owned())).await?;
        let note =
            "Linked on the address alone; the carer is asked first, and the link is made again after that.";
        say(card, Decision::Undo(note.to_owned())).await?;
    }
    if let Some(card) = twice.next().or(councils.get(1).copied()) {
        let note = "Ask the social worker whether the child was placed there in the spring.";
        say(card, Decision::Unsure(note.to_owned())).await?;
    }
    if let Some(card) = others.first().or(councils.get(2)) {
        let note = "Two children: the council says that its child was never missing on these days.";
        let cousins = "Cousins with one name; the carer knows both.";
        let note = if card.second.is_some() { cousins } else { note };
        say(card, Decision::Different(note.to_owned())).await?;
    }
    Ok(())
}
