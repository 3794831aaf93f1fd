//! A record as the engine compares it.
use cf_casework::child::{Child, ContactKind, Identity};
use cf_casework::council;
use cf_casework::link::Side;
use cf_casework::partner::{self, AgencyKind};
use cf_kernel::{ChildId, CouncilChildId, PartnerRecordId};
use cf_linkage::identifiers::IdentifierKind;
use cf_linkage::records::Row;
use cf_linkage::schema::{Extra, Role};
use uuid::Uuid;

use super::Heard;

/// The most rows one record has in the index: a child with more aliases or numbers than this is still found by the
/// first ones.
const MOST_VARIANTS: usize = 6;

/// What is compared besides names, date of birth, sex and postcode.
pub(super) fn schema() -> Vec<Extra> {
    let extra = |name: &str, role| Extra { name: name.to_owned(), role };
    vec![
        extra("phone", Role::Identifier(IdentifierKind::Plain)),
        extra("address", Role::Text),
        // Text, so that a council's child, who comes without a name, is found by council and date of birth.
        extra("council", Role::Text),
    ]
}

/// The engine's id of one row of a record: short, because the index holds one for every row.
pub(super) fn row_id(side: Side, variant: usize) -> String {
    let (kind, id) = match side {
        Side::Child(id) => ('c', id.uuid()),
        Side::Council(id) => ('a', id.uuid()),
        Side::Partner(id) => ('p', id.uuid()),
    };
    format!("{kind}{}{variant}", id.simple())
}

/// The record a row is of.
pub(super) fn side_of(row_id: &str) -> Option<Side> {
    let (kind, rest) = row_id.split_at_checked(1)?;
    let id = rest.get(..32)?.parse::<Uuid>().ok()?;
    match kind {
        "c" => Some(Side::Child(ChildId::from_uuid(id))),
        "a" => Some(Side::Council(CouncilChildId::from_uuid(id))),
        "p" => Some(Side::Partner(PartnerRecordId::from_uuid(id))),
        _ => None,
    }
}

/// The rows of a child: the engine compares one alias and one number at a time, so a child with several has several.
/// None once the identity is destroyed.
pub(super) fn of_child(child: &Child) -> Vec<Row> {
    let Some(identity) = child.identity.get() else { return Vec::new() };
    let contacts = child.contacts.iter().filter_map(|contact| contact.what.get());
    let more = contacts.filter(|contact| contact.kind == ContactKind::Phone).map(|contact| &contact.value);
    let phones: Vec<&String> = identity.phones.iter().chain(more).collect();
    let authority = child.care.responsible_authority.as_deref();
    variants(identity, &phones, authority.map(council_code).unwrap_or_default())
}

fn variants(identity: &Identity, phones: &[&String], council: String) -> Vec<Row> {
    let aliases: Vec<&String> =
        identity.also_known_as.iter().filter(|alias| !alias.trim().is_empty()).collect();
    let pick = |from: &[&String], at: usize| {
        from.get(at).or(from.first()).map(|text| (*text).clone()).unwrap_or_default()
    };
    let count = aliases.len().max(phones.len()).clamp(1, MOST_VARIANTS);
    let row = |at| Row {
        given: identity.given_name.clone(),
        surname: identity.family_name.clone(),
        alias: pick(&aliases, at),
        dob: identity.born_on.map(|day| day.to_string()).unwrap_or_default(),
        sex: identity.sex.clone(),
        postcode: identity.postcode.clone(),
        extras: extras([
            ("phone", number(&pick(phones, at))),
            ("address", identity.address.clone()),
            ("council", council.clone()),
        ]),
    };
    (0..count).map(row).collect()
}

/// The row of a council's record: no name, as the return has none.
pub(super) fn of_council(state: &council::State) -> Vec<Row> {
    let Some(latest) = state.latest() else { return Vec::new() };
    let Some(header) = latest.header.get() else { return Vec::new() };
    vec![Row {
        dob: header.born_on.map(|day| day.to_string()).unwrap_or_default(),
        sex: header.sex.clone(),
        extras: extras([("council", council_code(&latest.authority))]),
        ..Row::default()
    }]
}

/// The rows of a partner's record, which has names as a child known to police has. None once they are destroyed.
pub(super) fn of_partner(state: &partner::State) -> Vec<Row> {
    let Some(record) = &state.record else { return Vec::new() };
    let Some(person) = record.person.get() else { return Vec::new() };
    let identity = Identity {
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        also_known_as: person.also_known_as.clone(),
        born_on: person.born_on,
        sex: person.sex.clone(),
        address: person.address.clone(),
        postcode: person.postcode.clone(),
        ..Identity::default()
    };
    let council = match record.agency.kind {
        AgencyKind::Council => council_code(&record.agency.code),
        _ => String::new(),
    };
    let phones: Vec<&String> = person.phones.iter().collect();
    variants(&identity, &phones, council)
}

/// What a caller says, as rows to ask with.
pub(super) fn of_heard(heard: &Heard) -> Vec<Row> {
    let identity = Identity {
        given_name: heard.given.clone(),
        family_name: heard.family.clone(),
        also_known_as: heard.also.clone(),
        born_on: heard.born_on,
        sex: heard.sex.clone(),
        address: heard.address.clone(),
        postcode: heard.postcode.clone(),
        ..Identity::default()
    };
    let phones: Vec<&String> = heard.phones.iter().collect();
    let mut rows = variants(&identity, &phones, String::new());
    if heard.given.trim().is_empty() && heard.family.trim().is_empty() {
        // Only a name the child is called by was said: it may be the name on the record.
        let called = heard.also.iter().take(MOST_VARIANTS);
        rows.extend(called.map(|name| {
            let (given, surname) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
            let mut row = variants(&identity, &phones, String::new()).swap_remove(0);
            (row.given, row.surname, row.alias) = (given.to_owned(), surname.to_owned(), String::new());
            row
        }));
    }
    rows
}

fn extras<const N: usize>(all: [(&str, String); N]) -> std::collections::BTreeMap<String, String> {
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Digits, with `0` for `+44` and `0044`; nothing for what is too short to tell anybody apart.
fn number(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44").filter(|rest| rest.len() == 10))
        .map_or(digits.clone(), |rest| format!("0{rest}"));
    if national.len() < 7 { String::new() } else { national }
}

/// Councils are written by ONS code here and by three digits there: the three digits, where London's.
fn council_code(text: &str) -> String {
    crate::council_code(text).map_or_else(|| text.trim().to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_councils_are_comparable() {
        assert_eq!(number("+44 7700 900123"), "07700900123");
        assert_eq!(number("0044 7700 900123"), number("07700 900123"));
        assert_eq!(number("999"), "");
        assert_eq!(council_code("E09000008"), council_code("306"));
        assert_eq!(council_code("881"), "881");
    }

    #[test]
    fn a_row_knows_its_record() {
        for side in [
            Side::Council(CouncilChildId::from_uuid(Uuid::from_u128(9))),
            Side::Partner(PartnerRecordId::from_uuid(Uuid::from_u128(9))),
        ] {
            assert_eq!(side_of(&row_id(side, 2)), Some(side));
            assert_eq!(side_of(&row_id(side, 12)), Some(side));
        }
        for text in ["", "c", "child:nothing", "x0000000000000000000000000000000f0", "é"] {
            assert_eq!(side_of(text), None);
        }
    }
}
