//! Boroughs by name and council, and streets, schools and meeting places nobody will find on a map.
use crate::dice::Dice;

/// A London borough. SOURCE: `domain/codes/boroughs.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Borough {
    /// ONS code.
    pub(crate) code: &'static str,
    /// Name.
    pub(crate) name: &'static str,
    /// A postcode district that lies in it; the inward part of every postcode is invented.
    pub(crate) district: &'static str,
}

/// The borough with this ONS code; the last of the list for a code that is none.
pub(crate) fn borough(code: &str) -> Borough {
    let (code, name, district) =
        BOROUGHS.iter().find(|row| row.0 == code).copied().unwrap_or(BOROUGHS[BOROUGHS.len() - 1]);
    Borough { code, name, district }
}

/// An address: a number and a street that do not exist.
pub(crate) fn address(dice: &mut Dice, borough: Borough) -> (String, String) {
    let street = format!("{} {}", dice.one(&STREET_FIRST), dice.one(&STREET_SECOND));
    let number = dice.between(2, 190);
    let flat = if dice.chance(350) { format!("Flat {}, ", dice.between(1, 40)) } else { String::new() };
    // No postcode ends in these letters: C, I, K, M, O and V are never used in the inward part.
    let inward = format!("{}{}", dice.between(0, 9), dice.one(&["CI", "KM", "OV", "VK"]));
    (format!("{flat}{number} {street}, {}", borough.name), format!("{} {inward}", borough.district))
}

/// A mobile number from the range the regulator keeps for drama: 07700 900000 to 900999. SOURCE: Ofcom.
pub(crate) fn phone(dice: &mut Dice) -> String {
    format!("07700 900{:03}", dice.below(1000))
}

/// A school.
pub(crate) fn school(dice: &mut Dice) -> String {
    format!("{} {}", dice.one(&STREET_FIRST), dice.one(&["Academy", "High School", "College", "School"]))
}

/// A home for children.
pub(crate) fn home(dice: &mut Dice) -> String {
    format!("{} House children's home", dice.one(&HOME))
}

/// Somewhere children meet.
pub(crate) fn meeting_place(dice: &mut Dice) -> String {
    let place = dice.one(&[
        "the bus station",
        "the retail park",
        "the skate park",
        "the library steps",
        "the recreation ground",
        "the shopping centre",
        "the canal path",
        "the leisure centre",
        "the station forecourt",
        "the food court",
    ]);
    format!("{place} at {}", dice.one(&STREET_FIRST))
}

const STREET_FIRST: [&str; 36] = [
    "Alderbrook",
    "Amberley",
    "Bellweather",
    "Brindlecombe",
    "Candlewick",
    "Cobblestow",
    "Danebury",
    "Elmsward",
    "Fennimore",
    "Foxhollow",
    "Garrowby",
    "Hazelmead",
    "Hollinbrook",
    "Inglestone",
    "Juniper",
    "Kestrelgate",
    "Larkfield",
    "Linnetswood",
    "Marlstone",
    "Meadowsweet",
    "Nettlebridge",
    "Orchardleigh",
    "Pinnock",
    "Quarrydene",
    "Ravensmoor",
    "Rowanhurst",
    "Saltmarsh",
    "Sorrelby",
    "Tamarind",
    "Thistledown",
    "Underwick",
    "Verbena",
    "Wainscote",
    "Whinfield",
    "Yarrowdale",
    "Zennorford",
];
const STREET_SECOND: [&str; 10] =
    ["Road", "Street", "Avenue", "Close", "Gardens", "Terrace", "Walk", "Court", "Crescent", "Lane"];
const HOME: [&str; 10] =
    ["Heron", "Willow", "Cedar", "Plover", "Beech", "Swallow", "Lime Tree", "Kingfisher", "Maple", "Robin"];

const BOROUGHS: [(&str, &str, &str); 33] = [
    ("E09000001", "City of London", "EC2Y"),
    ("E09000002", "Barking and Dagenham", "RM10"),
    ("E09000003", "Barnet", "N12"),
    ("E09000004", "Bexley", "DA5"),
    ("E09000005", "Brent", "NW10"),
    ("E09000006", "Bromley", "BR2"),
    ("E09000007", "Camden", "NW5"),
    ("E09000008", "Croydon", "CR0"),
    ("E09000009", "Ealing", "W13"),
    ("E09000010", "Enfield", "EN3"),
    ("E09000011", "Greenwich", "SE18"),
    ("E09000012", "Hackney", "E9"),
    ("E09000013", "Hammersmith and Fulham", "W6"),
    ("E09000014", "Haringey", "N17"),
    ("E09000015", "Harrow", "HA2"),
    ("E09000016", "Havering", "RM3"),
    ("E09000017", "Hillingdon", "UB8"),
    ("E09000018", "Hounslow", "TW4"),
    ("E09000019", "Islington", "N7"),
    ("E09000020", "Kensington and Chelsea", "W10"),
    ("E09000021", "Kingston upon Thames", "KT2"),
    ("E09000022", "Lambeth", "SW2"),
    ("E09000023", "Lewisham", "SE13"),
    ("E09000024", "Merton", "SW19"),
    ("E09000025", "Newham", "E13"),
    ("E09000026", "Redbridge", "IG4"),
    ("E09000027", "Richmond upon Thames", "TW10"),
    ("E09000028", "Southwark", "SE15"),
    ("E09000029", "Sutton", "SM1"),
    ("E09000030", "Tower Hamlets", "E14"),
    ("E09000031", "Waltham Forest", "E17"),
    ("E09000032", "Wandsworth", "SW18"),
    ("E09000033", "Westminster", "W9"),
];
