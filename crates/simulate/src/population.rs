//! The children of the synthetic London: who they are, where they live, and how often they go missing in a year.
use cf_casework::child::{CarePlan, Identity};
use cf_kernel::CalendarDay;

use crate::dice::Dice;
use crate::figures::{self, Group};
use crate::names::Origin;
use crate::places;

/// A child who goes missing at least once in a year. Invented.
#[derive(Debug, Clone)]
pub struct Child {
    /// Which child of this London, from 0.
    pub number: u32,
    /// The child of whom this is a second record, begun because whoever took the call did not find the first.
    pub again_of: Option<u32>,
    /// Name, birthday, address and the rest, as a report would give them.
    pub identity: Identity,
    /// Care, as a report would give it.
    pub care: CarePlan,
    /// Years old on the last day.
    pub age: u8,
    /// Missing incidents in a year.
    pub incidents_a_year: u32,
    /// Lives in another borough than the one that plans the care.
    pub out_of_borough: bool,
    /// Who calls when the child is missing.
    pub carer: Carer,
    /// What bears on risk.
    pub risks: Risks,
}

/// Who looks after the child day by day, and calls.
#[derive(Debug, Clone)]
pub struct Carer {
    /// Name.
    pub name: String,
    /// What they are to the child.
    pub relationship: &'static str,
    /// Number, from the range kept for drama.
    pub phone: String,
    /// The children's home, where the child lives in one.
    pub home: Option<String>,
}

/// What bears on the risk to a child, over all incidents. Shares are **synthetic** except sexual exploitation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Risks {
    /// A concern that somebody exploits the child sexually.
    pub sexual_exploitation: bool,
    /// A concern that somebody makes the child commit crime.
    pub criminal_exploitation: bool,
    /// The child has hurt themself before.
    pub self_harm: bool,
    /// The child needs medicine.
    pub medicine: bool,
    /// A disability or illness that bears on safety.
    pub disability: bool,
    /// The child finds it hard to ask for help.
    pub communication: bool,
    /// Trouble at home.
    pub conflict: bool,
    /// Newly arrived in the country.
    pub newly_arrived: bool,
}

/// So many children, as they are on a day. The same seed gives the same children on every machine.
#[must_use]
pub fn children(seed: u64, count: u32, on: CalendarDay) -> Vec<Child> {
    (0..count).map(|number| child(seed, number, on)).collect()
}

/// One child of this London.
#[must_use]
pub(crate) fn child(seed: u64, number: u32, on: CalendarDay) -> Child {
    let mut dice = Dice::fork(seed, "child", u64::from(number));
    let looked_after = dice.chance(figures::LOOKED_AFTER);
    let steps = if looked_after { &figures::INCIDENTS_LOOKED_AFTER } else { &figures::INCIDENTS_AT_HOME };
    let (low, high) = dice.weighted(steps);
    let incidents_a_year = u32::try_from(dice.between(low, high)).unwrap_or(1);
    let made = Make { number, on, looked_after, incidents_a_year };
    made.child(&mut dice)
}

/// What is settled about a child before the rest is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Make {
    pub(crate) number: u32,
    pub(crate) on: CalendarDay,
    pub(crate) looked_after: bool,
    pub(crate) incidents_a_year: u32,
}

impl Make {
    pub(crate) fn child(self, dice: &mut Dice) -> Child {
        let age = dice.weighted(&figures::AGE);
        let sex = dice.weighted(&figures::SEX);
        let group = dice.weighted(&figures::ETHNIC_GROUP);
        let origin = Origin::of(group, dice);
        let (given, family) = (origin.given(sex, dice), origin.family(dice));
        let ethnicity = if dice.chance(figures::ETHNICITY_UNKNOWN) { "" } else { origin.ethnicity };
        let planned_by = dice.weighted(&figures::BOROUGHS);
        let out_of_borough = self.looked_after && dice.chance(figures::OUT_OF_BOROUGH);
        let lives_in = if out_of_borough { other_borough(planned_by, dice) } else { planned_by };
        let borough = places::borough(lives_in);
        let (address, postcode) = places::address(dice, borough);
        let carer = carer(self.looked_after, family, dice);
        let risks = risks(sex, age, self.looked_after, dice);
        let communication = match (risks.communication, group) {
            (true, Group::Other) => "Interpreter helps with longer talks.",
            (true, _) => "Short sentences and time to answer help.",
            _ => "",
        };
        let identity = Identity {
            given_name: given.to_owned(),
            family_name: family.to_owned(),
            also_known_as: if dice.chance(90) { vec![given.chars().take(3).collect()] } else { Vec::new() },
            born_on: (!dice.chance(12)).then(|| dice.birthday(age, self.on)),
            sex: sex.to_owned(),
            ethnicity: ethnicity.to_owned(),
            address: carer.home.as_ref().map_or(address.clone(), |home| format!("{home}, {address}")),
            postcode,
            phones: if age >= 10 { vec![places::phone(dice)] } else { Vec::new() },
            communication: communication.to_owned(),
            school: if dice.chance(860) { places::school(dice) } else { String::new() },
        };
        Child {
            number: self.number,
            again_of: None,
            identity,
            care: CarePlan {
                looked_after: Some(self.looked_after),
                responsible_authority: self.looked_after.then(|| planned_by.to_owned()),
                borough: Some(lives_in.to_owned()),
            },
            age,
            incidents_a_year: self.incidents_a_year,
            out_of_borough,
            carer,
            risks,
        }
    }
}

impl Child {
    /// The same child as another call-taker wrote them down: the name as it was heard, perhaps the day and month the
    /// wrong way round, the address without its number, no second name.
    #[must_use]
    pub(crate) fn written_again(&self, dice: &mut Dice) -> Self {
        let mut again =
            Self { number: self.number | SECOND_RECORD, again_of: Some(self.number), ..self.clone() };
        let identity = &mut again.identity;
        identity.given_name = misheard(&identity.given_name, dice);
        if dice.chance(400) {
            identity.family_name = misheard(&identity.family_name, dice);
        }
        if let Some(turned) = identity.born_on.filter(|_| dice.chance(300)).and_then(turned) {
            identity.born_on = Some(turned);
        }
        identity.also_known_as.clear();
        identity.school.clear();
        if dice.chance(500) {
            identity.phones.clear();
        }
        again
    }

    /// Whether a council looks after the child.
    #[must_use]
    pub fn looked_after(&self) -> bool {
        self.care.looked_after == Some(true)
    }
}

/// Marks the number of a second record of a child.
const SECOND_RECORD: u32 = 1 << 30;

/// A name with one slip: a letter doubled, two exchanged, or one left out.
fn misheard(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_owned();
    }
    let at = 1 + dice.below(letters.len() as u64 - 2) as usize;
    match dice.below(3) {
        0 => letters.insert(at, letters[at]),
        1 => letters.swap(at, at + 1),
        _ => drop(letters.remove(at)),
    }
    letters.into_iter().collect()
}

/// The date with day and month exchanged, where that is a date and another one.
fn turned(born: CalendarDay) -> Option<CalendarDay> {
    let text = born.to_string();
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
    format!("{year}-{day}-{month}").parse().ok().filter(|turned| *turned != born)
}

fn other_borough(not: &str, dice: &mut Dice) -> &'static str {
    for _ in 0..20 {
        let drawn = dice.weighted(&figures::BOROUGHS);
        if drawn != not {
            return drawn;
        }
    }
    "E09000008"
}

fn carer(looked_after: bool, family: &str, dice: &mut Dice) -> Carer {
    let phone = places::phone(dice);
    let mut adult = || {
        let group = dice.weighted(&figures::ETHNIC_GROUP);
        let origin = Origin::of(group, dice);
        (origin.given("unknown", dice), origin.family(dice))
    };
    let (given, other_family) = adult();
    if !looked_after {
        let relationship = dice.weighted(&[
            (58, "mother"),
            (22, "father"),
            (9, "grandmother"),
            (6, "aunt"),
            (5, "older sister"),
        ]);
        return Carer { name: format!("{given} {family}"), relationship, phone, home: None };
    }
    let name = format!("{given} {other_family}");
    if dice.chance(520) {
        let relationship = dice.weighted(&[(7, "residential worker"), (3, "home manager")]);
        return Carer { name, relationship, phone, home: Some(places::home(dice)) };
    }
    Carer { name, relationship: "foster carer", phone, home: None }
}

fn risks(sex: &str, age: u8, looked_after: bool, dice: &mut Dice) -> Risks {
    let older = age >= 12;
    // 69% girls among children with this flag: practice.md D, R13.
    let sexual = figures::SEXUAL_EXPLOITATION * if sex == "female" { 138 } else { 57 } / 100;
    let criminal = if sex == "male" { 130 } else { 55 };
    Risks {
        sexual_exploitation: older && dice.chance(sexual),
        criminal_exploitation: older && dice.chance(criminal),
        self_harm: older && dice.chance(110),
        medicine: dice.chance(45),
        disability: dice.chance(70),
        communication: dice.chance(70),
        conflict: dice.chance(if looked_after { 150 } else { 380 }),
        newly_arrived: dice.chance(if looked_after { 90 } else { 12 }),
    }
}
