//! What partner agencies hold of the children of this London: councils' referrals, a support service's places, an
//! emergency department's concerns. The same lives, with names as another office spells them. Children police never met
//! are in them too.
//!
//! Shares are **synthetic**; the layouts are those of the mapping profiles that ship, so that everything goes through the
//! same import. The agencies are invented.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use cf_kernel::CalendarDay;

use crate::dice::Dice;
use crate::figures;
use crate::names::Origin;
use crate::plan::Plan;
use crate::population::Child;

/// Councils that send their referrals; the others are not asked yet.
const COUNCILS: usize = 2;
/// Children of such a council it has a referral for, per thousand.
const REFERRED: u32 = 600;
/// The most referrals of one council, so that a demonstration's queue can be worked through.
const MOST_REFERRALS: usize = 10;
/// Children with signs of exploitation whom the support service knows, per thousand.
const SERVED: u32 = 700;
/// The most children of the service.
const MOST_SERVED: usize = 16;
/// Children who are often missing whom the emergency department saw, per thousand.
const SEEN: u32 = 450;
/// The most children it saw.
const MOST_SEEN: usize = 8;
/// Names with a slip, per thousand.
const SLIPS: u32 = 300;
/// For each ten entries of a council, children police never met.
const NEVER_MET: usize = 3;

/// One partner's extract with the profile that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The mapping profile as TOML.
    pub profile: String,
    /// The file's name.
    pub file_name: String,
    /// The file.
    pub csv: String,
}

const REFERRALS: &str = include_str!("../../../rules/mappings/council-referrals.toml");
const SUPPORT: &str = include_str!("../../../rules/mappings/support-service.toml");

/// Every partner's extract on the children of a plan. The same plan gives the same extracts.
#[must_use]
pub fn extracts(plan: &Plan) -> Vec<Extract> {
    // A partner has one record of a child, however many police began.
    let children: Vec<&Child> = plan.children.iter().filter(|child| child.again_of.is_none()).collect();
    let present = plan.london.present.day();
    let mut by_council: BTreeMap<&str, Vec<&Child>> = BTreeMap::new();
    for child in &children {
        if let Some(council) = child.care.responsible_authority.as_deref().or(child.care.borough.as_deref()) {
            by_council.entry(council).or_default().push(child);
        }
    }
    let mut councils: Vec<_> = by_council.into_iter().collect();
    councils.sort_by_key(|(code, children)| (std::cmp::Reverse(children.len()), *code));
    let mut all: Vec<Extract> = councils
        .into_iter()
        .take(COUNCILS)
        .filter_map(|(council, children)| {
            let code = cf_app::council_code(council)?;
            let dice = Dice::fork(plan.london.seed, &format!("referrals {council}"), 0);
            Some(referrals(code, &children, present, dice))
        })
        .collect();
    let exploited = |child: &&&Child| child.risks.sexual_exploitation || child.risks.criminal_exploitation;
    let exploited: Vec<&Child> = children.iter().filter(exploited).copied().collect();
    all.push(service(&exploited, present, Dice::fork(plan.london.seed, "support service", 0)));
    let often: Vec<&Child> = children.iter().filter(|child| child.incidents_a_year >= 4).copied().collect();
    all.push(emergency(&often, present, Dice::fork(plan.london.seed, "emergency department", 0)));
    all
}

/// A name as another office has it.
struct Spelled {
    given: String,
    family: String,
}

fn spelled(given: &str, family: &str, dice: &mut Dice) -> Spelled {
    let mut family: Vec<char> = family.chars().collect();
    if dice.chance(SLIPS) && family.len() > 4 {
        let at = 1 + dice.below(family.len() as u64 - 3) as usize;
        family.swap(at, at + 1);
    }
    Spelled { given: given.to_owned(), family: family.into_iter().collect() }
}

fn born(child: &Child) -> String {
    child.identity.born_on.map(|day| day.to_string()).unwrap_or_default()
}

fn referrals(code: &str, children: &[&Child], present: CalendarDay, mut dice: Dice) -> Extract {
    let mut csv = "cine_referral_id,cine_person_id,pers_forename,pers_surname,pers_dob,pers_sex,\
                   addr_address_line_1,addr_address_postcode,cine_referral_date,cine_close_date,\
                   cine_referral_source_desc,cine_cin_primary_need_code,cine_close_reason\n"
        .to_owned();
    let (mut number, mut person) = (70_000, 4_200);
    // SOURCE: `domain/codes/cin_codes.csv`.
    let sources = ["Police", "Schools", "Health: A&E", "LA: early help", "Individual: family"];
    let needs = ["N1 Abuse or neglect", "N4 Family in acute stress", "N5 Family dysfunction"];
    let mut line = |name: &Spelled, born: &str, sex: &str, home: (&str, &str), dice: &mut Dice| {
        number += 1 + dice.below(9);
        person += 1 + dice.below(5);
        let from = present.plus_days(-dice.between(20, 400));
        let closed = dice.chance(600).then(|| from.plus_days(dice.between(10, 90)).min(present));
        let ended = closed.map(|day| day.to_string()).unwrap_or_default();
        let why = if closed.is_some() { "RC8 Closed after assessment, no further action" } else { "" };
        let sex = match sex {
            "female" => "F",
            "male" => "M",
            _ => "U",
        };
        let _ = writeln!(
            csv,
            "R{number},{person},{},{},{born},{sex},{},{},{from},{ended},{},{},{}",
            quoted(&name.given),
            quoted(&name.family),
            quoted(home.0),
            home.1,
            dice.one(&sources),
            dice.one(&needs),
            quoted(why),
        );
    };
    let mut known = 0;
    for child in children {
        if known < MOST_REFERRALS && dice.chance(REFERRED) {
            known += 1;
            let identity = &child.identity;
            let name = spelled(&identity.given_name, &identity.family_name, &mut dice);
            let home = (identity.address.as_str(), identity.postcode.as_str());
            line(&name, &born(child), &identity.sex, home, &mut dice);
        }
    }
    for _ in 0..(known * NEVER_MET).div_ceil(10) {
        let (age, sex) = (dice.weighted(&figures::AGE), dice.weighted(&figures::SEX));
        let origin = Origin::of(dice.weighted(&figures::ETHNIC_GROUP), &mut dice);
        let name = spelled(origin.given(sex, &mut dice), origin.family(&mut dice), &mut dice);
        let born = dice.birthday(age, present).to_string();
        line(&name, &born, sex, ("", ""), &mut dice);
    }
    let profile = REFERRALS
        .replace("\"301\"", &format!("\"{code}\""))
        .replace("council-301", &format!("council-{code}"));
    Extract { profile, file_name: format!("referrals-{code}.csv"), csv }
}

/// The support profile for another agency.
fn profile(kind: &str, code: &str, name: &str) -> String {
    let agency = "agency = { kind = \"service\", code = \"support\", name = \"Support service\" }";
    let other = format!("agency = {{ kind = \"{kind}\", code = \"{code}\", name = \"{name}\" }}");
    SUPPORT.replace("\"support-service\"", &format!("\"{code}\"")).replace(agency, &other)
}

const HEADER: &str = "entry_ref,person_ref,kind,date,ended,given_name,family_name,dob,sex,postcode,phones,source,reason,\
                      outcome,words\n";

/// One entry of a service's or a department's extract.
struct Line<'a> {
    reference: String,
    kind: &'a str,
    from: CalendarDay,
    to: Option<CalendarDay>,
    source: &'a str,
    reason: &'a str,
    outcome: &'a str,
    words: &'a str,
}

fn write(csv: &mut String, person: u64, child: &Child, name: &Spelled, line: &Line<'_>) {
    let identity = &child.identity;
    let to = line.to.map(|day| day.to_string()).unwrap_or_default();
    let phone = identity.phones.first().map_or("", String::as_str);
    let _ = writeln!(
        csv,
        "{},{person},{},{},{to},{},{},{},{},{},{phone},{},{},{},{}",
        line.reference,
        line.kind,
        line.from,
        quoted(&name.given),
        quoted(&name.family),
        born(child),
        match identity.sex.as_str() {
            "female" => "F",
            "male" => "M",
            _ => "U",
        },
        identity.postcode,
        quoted(line.source),
        quoted(line.reason),
        quoted(line.outcome),
        quoted(line.words),
    );
}

fn service(children: &[&Child], present: CalendarDay, mut dice: Dice) -> Extract {
    let mut csv = HEADER.to_owned();
    let words = [
        "Meets the caseworker every week and asked for help with a college place.",
        "Asked that the caseworker comes to the home, where it feels safer to talk.",
        "Wants to play football again; a place in a team near home was found.",
        "Has not felt ready to meet yet. The caseworker writes every Friday.",
    ];
    let mut number = 300_u64;
    for child in children {
        if number >= 300 + MOST_SERVED as u64 || !dice.chance(SERVED) {
            continue;
        }
        number += 1;
        let name = spelled(&child.identity.given_name, &child.identity.family_name, &mut dice);
        let asked = present.plus_days(-dice.between(30, 200));
        let reason =
            if child.risks.criminal_exploitation { "Criminal exploitation" } else { "Sexual exploitation" };
        let declined = dice.chance(200);
        let referral = Line {
            reference: format!("LR-{number}-1"),
            kind: "referral",
            from: asked,
            to: None,
            source: dice.one(&["Council, children's services", "Police", "School"]),
            reason,
            outcome: if declined { "Waiting: no place in the borough" } else { "Accepted" },
            words: "",
        };
        write(&mut csv, number, child, &name, &referral);
        if !declined {
            let begun = asked.plus_days(dice.between(5, 28)).min(present);
            let place = Line {
                reference: format!("LR-{number}-2"),
                kind: "place",
                from: begun,
                to: dice.chance(250).then(|| begun.plus_days(dice.between(40, 120)).min(present)),
                source: "",
                reason,
                outcome: "",
                words: dice.one(&words),
            };
            write(&mut csv, number, child, &name, &place);
        }
    }
    let profile = profile("service", "lantern-row", "Lantern Row support service");
    Extract { profile, file_name: "lantern-row.csv".to_owned(), csv }
}

fn emergency(children: &[&Child], present: CalendarDay, mut dice: Dice) -> Extract {
    let mut csv = HEADER.to_owned();
    let words = [
        "An adult who is not family came along and answered questions that were put to the child.",
        "A hand injury that the account given does not explain. Children's services were told the same day.",
        "Came alone late at night, and spoke of owing somebody money.",
    ];
    let mut number = 9_100_u64;
    let mut seen = 0;
    for child in children {
        if seen >= MOST_SEEN || !dice.chance(SEEN) {
            continue;
        }
        seen += 1;
        number += 1 + dice.below(40);
        let name = spelled(&child.identity.given_name, &child.identity.family_name, &mut dice);
        let line = Line {
            reference: format!("WR{number}"),
            kind: "concern",
            from: present.plus_days(-dice.between(5, 150)),
            to: None,
            source: "Safeguarding nurse",
            reason: "Possible exploitation",
            outcome: "Told children's services",
            words: dice.one(&words),
        };
        write(&mut csv, number, child, &name, &line);
    }
    let profile = profile("health", "wharf-road", "Wharf Road emergency department");
    Extract { profile, file_name: "wharf-road.csv".to_owned(), csv }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use cf_exchange::Limits;
    use cf_exchange::partner::{PartnerExtract, PartnerProfile};

    use super::*;
    use crate::plan::London;

    #[test]
    fn extracts_are_read_by_their_profiles_without_a_finding() {
        let plan = Plan::new(London::share(7, "2026-11-23T19:52:00Z".parse().unwrap(), 60, 200));
        let all = extracts(&plan);
        assert_eq!(all, extracts(&plan));
        assert_eq!(all.len(), COUNCILS + 2);
        for one in &all {
            let profile = PartnerProfile::from_toml(&one.profile).unwrap();
            let mut rows =
                PartnerExtract::new(&profile, one.csv.as_bytes(), Limits::default(), None).unwrap();
            assert_eq!(rows.by_ref().map(Result::unwrap).count() as u64, rows.account().good, "{}", one.csv);
            assert!(rows.account().good >= 3, "{}: {}", one.file_name, rows.account());
        }
    }
}
