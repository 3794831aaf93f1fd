use cf_kernel::{Actor, CalendarDay, Decider, Private, Role, TeamId, Timestamp, UserId};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> CalendarDay {
    text.parse().unwrap()
}

fn entry(reference: &str, kind: EntryKind, from: &str, to: Option<&str>) -> Entry {
    let told = Told { reason: "N1".into(), ..Told::default() };
    Entry { reference: reference.into(), kind, from: day(from), to: to.map(day), told: Private::Known(told) }
}

fn agency(code: &str) -> Agency {
    Agency { kind: AgencyKind::Service, code: code.into(), name: "Harbour".into() }
}

fn command(person: Person, entries: Vec<Entry>) -> Command {
    let (user, team) =
        (UserId::from_uuid(uuid::Uuid::from_u128(1)), TeamId::from_uuid(uuid::Uuid::from_u128(2)));
    Command {
        by: Actor { user, name: "Ade".into(), role: Role::Administrator, team },
        now: Timestamp::from_micros(1),
        agency: agency("harbour"),
        reference: "77".into(),
        person,
        entries,
        source: Source { file: "ef".repeat(32), mapping: "harbour 1".into(), lines: vec![2] },
    }
}

fn named(given: &str, family: &str) -> Person {
    Person { given_name: given.into(), family_name: family.into(), ..Person::default() }
}

fn state(commands: impl IntoIterator<Item = Command>) -> State {
    commands.into_iter().fold(State::default(), |state, command| {
        let events = Partners::decide(&state, command).unwrap();
        events.iter().fold(state, Partners::evolve)
    })
}

#[test]
fn the_same_again_says_nothing_and_an_entry_is_known_by_its_reference() {
    let open = entry("r1", EntryKind::Service, "2026-03-01", None);
    let first = command(named("Ada", "Okoro"), vec![open.clone()]);
    let known = state([first.clone()]);
    assert_eq!(Partners::decide(&known, first).unwrap(), []);
    let ended = entry("r1", EntryKind::Service, "2026-03-01", Some("2026-06-01"));
    let other = entry("r2", EntryKind::Referral, "2026-05-01", None);
    let more = command(named("Ada", "Okoro"), vec![ended.clone(), other.clone()]);
    let events = Partners::decide(&known, more).unwrap();
    assert_eq!(events.len(), 1);
    let record = events.iter().fold(known, Partners::evolve).record.unwrap();
    let entries: Vec<&Entry> = record.entries.iter().map(|stated| &stated.entry).collect();
    assert_eq!(entries, [&other, &ended]);
    assert_eq!(record.statements, 2);
}

#[test]
fn blanks_erase_nothing_and_a_name_held_before_stays_as_another_name() {
    let held = Person {
        born_on: Some(day("2011-02-03")),
        postcode: "ZZ1 1ZZ".into(),
        phones: vec!["07700 900001".into()],
        ..named("Ada", "Okoro")
    };
    let new = Person { phones: vec!["07700 900002".into()], ..named("Adaeze", "Okoro") };
    let record = state([command(held, vec![]), command(new, vec![])]).record.unwrap();
    let person = record.person.get().unwrap();
    assert_eq!(
        (person.name().as_str(), &person.also_known_as[..]),
        ("Adaeze Okoro", &["Ada Okoro".to_owned()][..])
    );
    assert_eq!((person.born_on, person.postcode.as_str()), (Some(day("2011-02-03")), "ZZ1 1ZZ"));
    assert_eq!(person.phones, ["07700 900002", "07700 900001"]);
}

#[test]
fn another_agency_is_refused_and_what_was_destroyed_is_not_stated_again() {
    let first = command(named("Ada", "Okoro"), vec![]);
    let mut known = state([first.clone()]);
    let other = Command { agency: agency("other"), ..first.clone() };
    assert_eq!(Partners::decide(&known, other), Err(Refusal::AnotherAgency));
    if let Some(record) = &mut known.record {
        record.person = Private::Gone;
    }
    let again = Command { entries: vec![entry("r9", EntryKind::Concern, "2026-01-01", None)], ..first };
    assert_eq!(Partners::decide(&known, again).unwrap(), []);
}

proptest! {
    /// However a partner's extracts follow each other, the last one again changes nothing.
    #[test]
    fn the_last_extract_again_changes_nothing(
        all in proptest::collection::vec(
            ("[a-c]{0,2}", "[d-f]{0,2}", proptest::collection::vec((0..3_u8, 0..4_i64, proptest::option::of(4..6_i64)), 0..3)),
            1..5,
        )
    ) {
        let commands = all.into_iter().map(|(given, family, entries)| {
            let mut seen = std::collections::BTreeSet::new();
            let entries = entries.into_iter().filter(|(reference, ..)| seen.insert(*reference));
            let entries = entries.map(|(reference, from, to)| Entry {
                from: day("2026-01-01").plus_days(from),
                to: to.map(|to| day("2026-01-01").plus_days(to)),
                ..entry(&reference.to_string(), EntryKind::Contact, "2026-01-01", None)
            });
            command(named(&given, &family), entries.collect())
        });
        let commands: Vec<Command> = commands.collect();
        let last = commands[commands.len() - 1].clone();
        let known = state(commands);
        prop_assert_eq!(Partners::decide(&known, last).unwrap(), vec![]);
    }
}
