//! What councils' returns say of the children of this London: the same lives, told in days, without names, and with
//! the slips of another office. Children police never met are in them too.
//!
//! Shares are **synthetic**; the format is the one councils send, so that it goes through the same import.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use cf_kernel::{CalendarDay, Timestamp};

use crate::dice::Dice;
use crate::figures;
use crate::plan::{Intent, Plan};
use crate::population::Child;

/// Missing episodes a council also has, per thousand.
const ALSO_WITH_COUNCIL: u32 = 720;
/// Dates of birth with a slip, per thousand.
const BIRTHDAY_SLIPS: u32 = 60;
/// Children with a period away from placement, per thousand.
const AWAY: u32 = 260;
/// Children a council has and police never met, for each ten looked-after children who were reported missing.
const NEVER_MET: usize = 4;

/// One council's return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The council by ONS code.
    pub council: String,
    /// The collection year, as `2026-27`.
    pub year: String,
    /// Header table.
    pub header: String,
    /// Missing table.
    pub missing: String,
}

/// Every council's return on the children of a plan, by council. The same plan gives the same returns.
#[must_use]
pub fn returns(plan: &Plan) -> Vec<Return> {
    let present = plan.london.present.day();
    let reports = reports(plan);
    let mut by_council: BTreeMap<String, Vec<(usize, &Child)>> = BTreeMap::new();
    for (index, child) in plan.children.iter().enumerate() {
        // A council has one record of a child, however many police began.
        let once = child.looked_after() && child.again_of.is_none();
        if let (true, Some(council)) = (once, &child.care.responsible_authority) {
            by_council.entry(council.clone()).or_default().push((index, child));
        }
    }
    let write = |(council, children): (String, Vec<(usize, &Child)>)| {
        let mut dice = Dice::fork(plan.london.seed, &format!("council {council}"), 0);
        let mut pages = Pages::new();
        for (index, child) in &children {
            pages.known(child, reports.get(index).map_or(&[][..], Vec::as_slice), present, &mut dice);
        }
        for _ in 0..(children.len() * NEVER_MET).div_ceil(10) {
            pages.unknown(present, &mut dice);
        }
        Return { council, year: collection_year(present), header: pages.header, missing: pages.missing }
    };
    by_council.into_iter().map(write).collect()
}

/// Days on which each child was last seen before a report.
fn reports(plan: &Plan) -> BTreeMap<usize, Vec<CalendarDay>> {
    let mut days: BTreeMap<usize, Vec<CalendarDay>> = BTreeMap::new();
    for step in &plan.steps {
        if let Intent::Report(call) = &step.intent {
            days.entry(step.child).or_default().push(call.last_seen_at.day());
        }
    }
    days
}

/// SOURCE: a collection year runs from 1 April to 31 March.
fn collection_year(day: CalendarDay) -> String {
    let date = day.date();
    let begins = if date.month() >= 4 { date.year() } else { date.year() - 1 };
    format!("{begins}-{:02}", (begins + 1) % 100)
}

struct Pages {
    header: String,
    missing: String,
    next: u32,
}

impl Pages {
    fn new() -> Self {
        Self {
            header: "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n".to_owned(),
            missing: "CHILD,DOB,MISSING,MIS_START,MIS_END\n".to_owned(),
            next: 4_100,
        }
    }

    fn child(&mut self, sex: &str, born: CalendarDay, dice: &mut Dice) -> u32 {
        self.next += 1 + u32::try_from(dice.below(7)).unwrap_or(0);
        let sex = match sex {
            "male" => "1",
            "female" => "2",
            _ => "",
        };
        let _ = writeln!(self.header, "{},{sex},{},WBRI,UN3,,", self.next, written(born));
        self.next
    }

    fn period(&mut self, id: u32, born: CalendarDay, kind: &str, from: CalendarDay, to: Option<CalendarDay>) {
        let to = to.map(written).unwrap_or_default();
        let _ = writeln!(self.missing, "{id},{},{kind},{},{to}", written(born), written(from));
    }

    fn known(&mut self, child: &Child, reports: &[CalendarDay], present: CalendarDay, dice: &mut Dice) {
        let Some(born) = child.identity.born_on else { return };
        let born = if dice.chance(BIRTHDAY_SLIPS) { slipped(born, dice) } else { born };
        let id = self.child(&child.identity.sex, born, dice);
        for day in reports {
            if dice.chance(ALSO_WITH_COUNCIL) {
                let from = day.plus_days(dice.between(0, 1)).min(present);
                let to = from.plus_days(dice.between(0, 2));
                self.period(id, born, "M", from, (to < present).then_some(to));
            }
        }
        if dice.chance(AWAY) {
            let from = present.plus_days(-dice.between(20, 70));
            self.period(id, born, "A", from, Some(from.plus_days(dice.between(1, 3))));
        }
    }

    fn unknown(&mut self, present: CalendarDay, dice: &mut Dice) {
        let (age, sex) = (dice.weighted(&figures::AGE), dice.weighted(&figures::SEX));
        let born = dice.birthday(age, present);
        let id = self.child(sex, born, dice);
        if dice.chance(AWAY) {
            let from = present.plus_days(-dice.between(5, 60));
            self.period(id, born, "A", from, Some(from.plus_days(1)));
        }
    }
}

/// A day one digit off, or with day and month exchanged where both can be.
fn slipped(born: CalendarDay, dice: &mut Dice) -> CalendarDay {
    let date = born.date();
    let exchanged = CalendarDay::new(date.year(), date.day(), date.month()).ok();
    match exchanged.filter(|other| *other != born && dice.chance(500)) {
        Some(exchanged) => exchanged,
        None => born.plus_days(if date.day() > 15 { -10 } else { 10 }),
    }
}

fn written(day: CalendarDay) -> String {
    let date = day.date();
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// The moment a plan's returns are imported: its present.
#[must_use]
pub const fn imported_at(plan: &Plan) -> Timestamp {
    plan.london.present
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::London;

    #[test]
    fn returns_tell_the_same_lives_again_without_a_name() {
        let plan = Plan::new(London::share(7, "2026-11-23T19:52:00Z".parse().unwrap(), 30, 10));
        let all = returns(&plan);
        assert!(!all.is_empty());
        assert_eq!(all, returns(&plan));
        let text: String = all.iter().flat_map(|one| [one.header.as_str(), one.missing.as_str()]).collect();
        for child in &plan.children {
            assert!(!text.contains(&child.identity.family_name));
        }
        assert!(text.contains(",M,") && text.contains(",A,"));
        assert!(all.iter().all(|one| one.year == "2026-27"));
    }
}
