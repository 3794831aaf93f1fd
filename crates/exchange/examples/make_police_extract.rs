//! Writes an invented police extract of any size, for trying out and timing an import.
//!
//! `cargo run -p cf-exchange --release --example make_police_extract -- --incidents 100000 --seed 7 --layout connect > extract.csv`
//!
//! The same numbers give the same file. Incidents per child are heavy-tailed: most children once, a few very often,
//! and looked-after children more often than others. Nothing in it is about a real person.
use std::io::{BufWriter, Write};

use cf_exchange::boroughs;
use cf_kernel::{CalendarDay, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut incidents, mut seed, mut layout) = (1_000_u64, 1_u64, "generic".to_owned());
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value"))?;
        match name.as_str() {
            "--incidents" => incidents = value.parse()?,
            "--seed" => seed = value.parse()?,
            "--layout" if value == "generic" || value == "connect" => layout = value,
            _ => {
                return Err(format!(
                    "unknown: `{name} {value}`; known: --incidents N --seed N --layout generic|connect"
                )
                .into());
            }
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    write_extract(&mut out, incidents, seed, layout == "connect")?;
    Ok(out.flush()?)
}

/// SplitMix64: small, quick, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
    fn in_hundred(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or(0)]
    }
}

/// A child stays the same in every incident: all of it follows from the number.
struct Child {
    person_ref: String,
    dob: CalendarDay,
    sex: &'static str,
    sde: &'static str,
    looked_after: bool,
    borough: usize,
}

fn child(number: u64, seed: u64) -> Child {
    let mut chance = Chance(seed ^ number.wrapping_mul(0xA24B_AED4_963E_E407));
    let first = CalendarDay::from_date(jiff::civil::date(2009, 3, 1));
    // The children met most often are the ones with low numbers, and more of those are looked after.
    let looked_after = chance.in_hundred(if number < 500 { 60 } else { 12 });
    Child {
        person_ref: format!("P{number:07}"),
        dob: first.plus_days(i64::try_from(chance.below(365 * 6)).unwrap_or(0)),
        sex: chance.of(&["male", "female"]),
        // SOURCE: `domain/practice.md` section D: about three in ten unknown in police data.
        sde: if chance.in_hundred(31) {
            ""
        } else {
            chance.of(&["W1", "W9", "B2", "B1", "B9", "A3", "A2", "M1", "M9", "O9"])
        },
        looked_after,
        borough: usize::try_from(chance.below(33)).unwrap_or(0),
    }
}

/// A child's number, heavy-tailed: the n-th most met child is met about 1/n as often as the first, with a long flat tail.
fn which_child(chance: &mut Chance, incidents: u64) -> u64 {
    let children = (incidents * 2 / 3).max(1);
    if chance.in_hundred(45) {
        return chance.below(children);
    }
    #[expect(clippy::cast_precision_loss, reason = "a draw of 53 bits")]
    let draw = (chance.next() >> 11) as f64 / (1_u64 << 53) as f64;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below the number of children"
    )]
    let number = (children as f64).powf(draw) as u64 - 1;
    number.min(children - 1)
}

fn write_extract(out: &mut impl Write, incidents: u64, seed: u64, connect: bool) -> std::io::Result<()> {
    let header = if connect { CONNECT_HEADER } else { GENERIC_HEADER };
    writeln!(out, "{header}")?;
    let mut chance = Chance(seed);
    let start = CalendarDay::from_date(jiff::civil::date(2025, 4, 1)).start();
    for number in 0..incidents {
        let child = child(which_child(&mut chance, incidents), seed);
        let minute = i64::try_from(chance.below(365 * 24 * 60)).unwrap_or(0);
        write_incident(out, number, &child, start.plus_minutes(minute), &mut chance, connect)?;
    }
    Ok(())
}

const GENERIC_HEADER: &str = "incident_ref,person_ref,reported_at,last_seen_at,found_at,closed_at,dob,sex,sde,looked_after,placing_la,home_la,\
missing_from_type,missing_from_place,risk_grade,risk_graded_at,grader,risk_changes,cse_flag,cce_flag,other_flags,\
prevention_interview_at,harm,found_by,how_found,bcu,borough_ons,linked_crimes";
const CONNECT_HEADER: &str = "Row No,Report No,Nominal ID,Date/Time Reported,Date/Time Last Seen,Date/Time Located,Date/Time Closed,Date of Birth,Gender,\
Self Defined Ethnicity (18+1),Looked After Child (Y/N),Placing Authority,Home Authority,Missing From Category,Missing From Location,Risk Level,\
Risk Assessed On,Risk Assessed By,Risk History,CSE Marker,CCE Marker,Other Markers,Prevention Interview Held,Harm Disclosed,Located By,\
Circumstances Located,BCU,Borough,Linked Crime Refs,Officer Notes";

/// The two layouts hold the same facts; only the words differ.
const LABELS: &[(&str, &str)] = &[
    ("male", "Male"),
    ("female", "Female"),
    ("yes", "Y"),
    ("no", "N"),
    ("home", "Home Address"),
    ("childrens_home", "Children's Home"),
    ("foster_care", "Foster Placement"),
    ("supported_accommodation", "Semi-independent"),
    ("school", "School / College"),
    ("high", "HIGH RISK"),
    ("medium", "MEDIUM RISK"),
    ("low", "LOW RISK"),
    ("very_low", "VERY LOW RISK"),
    ("none", "None disclosed"),
    ("suspected", "Suspected"),
    ("not_known", "Not known"),
    ("police", "Police"),
    ("family", "Parent / Relative"),
    ("carer", "Carer / Key Worker"),
    ("child_returned", "Returned Unaided"),
    ("returned", "Returned of own accord"),
    ("located", "Located"),
];

fn write_incident(
    out: &mut impl Write,
    number: u64,
    child: &Child,
    reported: Timestamp,
    chance: &mut Chance,
    connect: bool,
) -> std::io::Result<()> {
    let word = |code: &'static str| match LABELS.iter().find(|(known, _)| *known == code) {
        Some((_, label)) if connect => *label,
        _ => code,
    };
    let time = |at: Timestamp| {
        let form = if connect { "%d/%m/%Y %H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
        at.local().strftime(form).to_string()
    };
    // SOURCE: `domain/practice.md` section D: most children are found within the day; a few are away for days.
    let away = if chance.in_hundred(80) { 60 + chance.below(15 * 60) } else { 60 * (16 + chance.below(200)) };
    let found = reported.plus_minutes(i64::try_from(away).unwrap_or(60));
    let is_open = number.is_multiple_of(211);
    let told = |at: Timestamp| if is_open { String::new() } else { time(at) };
    let grade = if chance.in_hundred(8) {
        "high"
    } else {
        chance.of(&["medium", "medium", "medium", "medium", "low", "very_low"])
    };
    let changed = grade == "medium" && chance.in_hundred(10);
    let changes = if changed {
        format!("{} = {}", time(reported.plus_minutes(240)), word("high"))
    } else {
        String::new()
    };
    let borough = boroughs()[child.borough];
    let area = if connect { borough.name } else { borough.ons };
    let from = if child.looked_after {
        chance.of(&["childrens_home", "foster_care", "supported_accommodation"])
    } else {
        chance.of(&["home", "home", "home", "school"])
    };
    let returned = chance.in_hundred(60);
    let by = if returned { "child_returned" } else { chance.of(&["police", "family", "carer"]) };
    let closed = found.plus_minutes(i64::try_from(60 + chance.below(600)).unwrap_or(60));
    let separator = if connect { "|" } else { ";" };
    let flags =
        if chance.in_hundred(4) { format!("county lines{separator}repeat missing") } else { String::new() };
    let crimes =
        if chance.in_hundred(3) { format!("26/{:06}", chance.below(999_999)) } else { String::new() };
    let year = reported.day().date().year() % 100;
    let unless_open = |code| if is_open { "" } else { word(code) };
    let mut cells: Vec<String> = Vec::with_capacity(30);
    let dob = child.dob.date();
    cells.extend([
        format!("{}{:07}/{year:02}", if connect { "01MP" } else { "MP" }, number + 1),
        child.person_ref.clone(),
        time(reported),
        time(reported.plus_minutes(-i64::try_from(20 + chance.below(400)).unwrap_or(20))),
        told(found),
        told(closed),
        if connect { dob.strftime("%d/%m/%Y").to_string() } else { dob.to_string() },
        word(child.sex).to_owned(),
        child.sde.to_owned(),
        word(if child.looked_after { "yes" } else { "no" }).to_owned(),
        if child.looked_after { area.to_owned() } else { String::new() },
        area.to_owned(),
        word(from).to_owned(),
        format!("place {}", chance.below(4_000)),
        word(grade).to_owned(),
        time(reported.plus_minutes(i64::try_from(5 + chance.below(90)).unwrap_or(5))),
        format!("S{:04}", chance.below(600)),
        changes,
        word(if chance.in_hundred(9) { "yes" } else { "no" }).to_owned(),
        word(if chance.in_hundred(11) { "yes" } else { "no" }).to_owned(),
        flags,
        if is_open || chance.in_hundred(35) { String::new() } else { time(found.plus_minutes(45)) },
        unless_open(if chance.in_hundred(5) { "suspected" } else { "none" }).to_owned(),
        unless_open(by).to_owned(),
        unless_open(if returned { "returned" } else { "located" }).to_owned(),
        borough.bcu.to_owned(),
        area.to_owned(),
        crimes,
    ]);
    if connect {
        cells.insert(0, (number + 1).to_string());
        cells.push(String::new());
    }
    writeln!(out, "{}", cells.join(","))
}
