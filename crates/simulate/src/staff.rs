//! The people of the desk and around it: one demonstration account for each role, and colleagues for every shift.
use cf_kernel::{CalendarDay, Role, Timestamp, local_to_timestamp};

use crate::dice::Dice;
use crate::figures;
use crate::names::Origin;

/// A team people act for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Team {
    /// The missing desk; there before the simulation.
    Desk,
    /// Investigates exploitation.
    Exploitation,
    /// Return home interviews for Croydon, whose worker the demonstration signs in as.
    ReturnInterviews,
    /// Return home interviews for the other boroughs.
    OtherCouncils,
    /// Looks over the work.
    Audit,
    /// Keeps the service running.
    Service,
}

impl Team {
    /// Every team but the desk, which is there already.
    pub const ADDED: [Self; 5] =
        [Self::Exploitation, Self::ReturnInterviews, Self::OtherCouncils, Self::Audit, Self::Service];

    /// Its name; the desk's comes from the application.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "Central Vulnerability Hub",
            Self::Exploitation => "Child Exploitation Team South",
            Self::ReturnInterviews => "Croydon return home interview service",
            Self::OtherCouncils => "London boroughs' return home interview services",
            Self::Audit => "Internal audit",
            Self::Service => "Service support",
        }
    }
}

/// Which of the people, as an index into [`Staff::people`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonKey(pub usize);

/// Somebody with an account. Invented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they sign in as.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Team.
    pub team: Team,
    /// The council a council worker is of: DfE code.
    pub authority: Option<&'static str>,
    /// The one account of its role that a demonstration signs in as.
    pub demo: bool,
}

/// Everybody, and who is on duty when.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The people.
    pub people: Vec<Person>,
    /// People at the desk by role, then by `band * 2 + set`.
    duty: [Vec<Vec<PersonKey>>; 3],
    council: Vec<PersonKey>,
    investigators: Vec<PersonKey>,
}

/// The three shifts of a day and the hour each begins, London time.
const SHIFT_STARTS: [i8; 3] = [7, 15, 23];
/// Two sets of people take turns: so many days on, as many off.
const DAYS_ON: i64 = 4;
/// DfE codes of London's councils. SOURCE: `domain/codes/boroughs.csv`.
const CROYDON: &str = "306";
const OTHER_COUNCILS: [&str; 32] = [
    "201", "202", "203", "204", "205", "206", "207", "208", "209", "210", "211", "212", "213", "301", "302",
    "303", "304", "305", "307", "308", "309", "310", "311", "312", "313", "314", "315", "316", "317", "318",
    "319", "320",
];
const DESK_ROLES: [(Role, usize); 3] = [(Role::Operator, 3), (Role::Supervisor, 1), (Role::Inspector, 1)];

/// A shift: the day it begins, and which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    day: CalendarDay,
    band: usize,
}

impl Shift {
    /// The shift at a moment. The hours after midnight belong to the night that began the day before.
    pub(crate) fn at(at: Timestamp) -> Self {
        let local = at.local();
        let day = CalendarDay::from_date(local.date());
        match local.hour() {
            hour if hour >= SHIFT_STARTS[2] => Self { day, band: 2 },
            hour if hour >= SHIFT_STARTS[1] => Self { day, band: 1 },
            hour if hour >= SHIFT_STARTS[0] => Self { day, band: 0 },
            _ => Self { day: day.plus_days(-1), band: 2 },
        }
    }

    /// When the next shift begins.
    pub(crate) fn end(self) -> Timestamp {
        let (day, hour) = match self.band {
            0 => (self.day, SHIFT_STARTS[1]),
            1 => (self.day, SHIFT_STARTS[2]),
            _ => (self.day.plus_days(1), SHIFT_STARTS[0]),
        };
        local_to_timestamp(day.date().at(hour, 0, 0, 0)).at
    }

    /// Which set works it, counted from a fixed day so that every run agrees.
    fn group(self) -> usize {
        let days = self.day.start().seconds_since(Timestamp::from_micros(0)) / 86_400;
        self.band * 2 + usize::from((days + 1).div_euclid(DAYS_ON) % 2 != 0)
    }
}

impl Staff {
    /// Everybody. The demonstration's operator, supervisor and inspector are on duty at `present`.
    #[must_use]
    pub fn new(seed: u64, present: Timestamp) -> Self {
        let mut staff = Self {
            people: Vec::new(),
            duty: Default::default(),
            council: Vec::new(),
            investigators: Vec::new(),
        };
        let mut dice = Dice::fork(seed, "staff", 0);
        let now = Shift::at(present).group();
        for (list, (role, count)) in DESK_ROLES.into_iter().enumerate() {
            for group in 0..6 {
                let people = (0..count)
                    .map(|place| staff.add(role, Team::Desk, None, group == now && place == 0, &mut dice))
                    .collect();
                staff.duty[list].push(people);
            }
        }
        for place in 0..4 {
            let key =
                staff.add(Role::CouncilWorker, Team::ReturnInterviews, Some(CROYDON), place == 0, &mut dice);
            staff.council.push(key);
        }
        for place in 0..3 {
            let key = staff.add(Role::Investigator, Team::Exploitation, None, place == 0, &mut dice);
            staff.investigators.push(key);
        }
        staff.add(Role::Auditor, Team::Audit, None, true, &mut dice);
        staff.add(Role::Administrator, Team::Service, None, true, &mut dice);
        // One for each other borough: a council worker sees the children of their own council only.
        for authority in OTHER_COUNCILS {
            let key = staff.add(Role::CouncilWorker, Team::OtherCouncils, Some(authority), false, &mut dice);
            staff.council.push(key);
        }
        staff
    }

    fn add(
        &mut self,
        role: Role,
        team: Team,
        authority: Option<&'static str>,
        demo: bool,
        dice: &mut Dice,
    ) -> PersonKey {
        let name = self.new_name(dice);
        let login = if demo { role.code().replace('_', "-") } else { name.to_lowercase().replace(' ', ".") };
        self.people.push(Person { login, name, role, team, authority, demo });
        PersonKey(self.people.len() - 1)
    }

    fn new_name(&self, dice: &mut Dice) -> String {
        loop {
            let group = dice.weighted(&figures::ETHNIC_GROUP);
            let origin = Origin::of(group, dice);
            let name = format!("{} {}", origin.given("unknown", dice), origin.family(dice));
            if self.people.iter().all(|person| person.name != name) {
                return name;
            }
        }
    }

    /// The person behind a key.
    #[must_use]
    pub fn person(&self, key: PersonKey) -> &Person {
        &self.people[key.0]
    }

    /// The account a demonstration signs in as for this role.
    #[must_use]
    pub fn demo(&self, role: Role) -> Option<PersonKey> {
        self.people.iter().position(|person| person.demo && person.role == role).map(PersonKey)
    }

    fn on_duty(&self, list: usize, at: Timestamp, pick: u64) -> PersonKey {
        let people = &self.duty[list][Shift::at(at).group()];
        people[(pick % people.len() as u64) as usize]
    }

    /// An operator on duty at a moment; `pick` says which of them.
    pub(crate) fn operator(&self, at: Timestamp, pick: u64) -> PersonKey {
        self.on_duty(0, at, pick)
    }

    /// The duty supervisor.
    pub(crate) fn supervisor(&self, at: Timestamp) -> PersonKey {
        self.on_duty(1, at, 0)
    }

    /// The duty inspector.
    pub(crate) fn inspector(&self, at: Timestamp) -> PersonKey {
        self.on_duty(2, at, 0)
    }

    /// A worker of the council with this ONS code; none where no council is known to answer.
    pub(crate) fn council_worker(&self, ons: Option<&str>, pick: u64) -> Option<PersonKey> {
        let dfe = cf_app::authority::codes(ons?).into_iter().next()?;
        let theirs = |key: &&PersonKey| self.people[key.0].authority == Some(dfe.as_str());
        let theirs: Vec<PersonKey> = self.council.iter().filter(theirs).copied().collect();
        theirs.get((pick % theirs.len().max(1) as u64) as usize).copied()
    }

    /// An investigator.
    pub(crate) fn investigator(&self, pick: u64) -> PersonKey {
        self.investigators[(pick % self.investigators.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_ends_when_the_next_begins_and_the_demo_people_are_on_duty() {
        for hour in 0..96 {
            let at = "2026-11-20T00:30:00Z".parse::<Timestamp>().unwrap().plus_hours(hour);
            let shift = Shift::at(at);
            assert!(shift.end() > at && shift.end().seconds_since(at) <= 8 * 3600);
            assert_ne!(Shift::at(shift.end()), shift);
            assert_eq!(Shift::at(shift.end().plus_seconds(-1)), shift);
            let staff = Staff::new(4, at);
            assert_eq!(Some(staff.operator(at, 0)), staff.demo(Role::Operator));
            assert_eq!(Some(staff.supervisor(at)), staff.demo(Role::Supervisor));
            assert_eq!(Some(staff.inspector(at)), staff.demo(Role::Inspector));
        }
    }

    #[test]
    fn every_role_has_one_demonstration_account_and_no_login_is_used_twice() {
        let staff = Staff::new(1, Timestamp::from_micros(1_700_000_000_000_000));
        for role in Role::PEOPLE {
            assert_eq!(staff.people.iter().filter(|person| person.demo && person.role == role).count(), 1);
        }
        let mut logins: Vec<_> = staff.people.iter().map(|person| &person.login).collect();
        logins.sort();
        logins.dedup();
        assert_eq!(logins.len(), staff.people.len());
    }
}
