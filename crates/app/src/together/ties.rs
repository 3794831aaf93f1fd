//! What two children have in common, from what is recorded of each.
use std::collections::BTreeSet;

use cf_kernel::{IncidentId, Timestamp};
use uuid::Uuid;

/// One time a child was missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Episode {
    pub(super) incident: IncidentId,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// Where the child was found, as written.
    pub(super) place: String,
    /// The same, comparable; none where it says nothing particular.
    pub(super) key: Option<String>,
}

/// What is known of one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) id: Uuid,
    pub(super) common: BTreeSet<Common>,
    pub(super) episodes: Vec<Episode>,
}

impl Facts {
    pub(super) const fn of(id: Uuid) -> Self {
        Self { id, common: BTreeSet::new(), episodes: Vec::new() }
    }
}

/// Something noted in a child's record that another child's may hold as well, as it is compared. Strongest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Common {
    /// Somebody suspected of harming children, or an adult police look into: the name.
    Suspect(String),
    /// A vehicle's registration.
    Vehicle(String),
    /// A phone number.
    Phone(String),
    /// An address: its postcode.
    Address(String),
}

impl Common {
    /// From the read tables' kind and word.
    pub(super) fn of(kind: &str, word: String) -> Option<Self> {
        match kind {
            "suspect" => Some(Self::Suspect(word)),
            "vehicle" => Some(Self::Vehicle(word)),
            "phone" => Some(Self::Phone(word)),
            "at" => Some(Self::Address(word)),
            _ => None,
        }
    }
}

/// Something two children have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shared {
    /// Missing at overlapping times and found at the same place: the place, and the incident of each.
    Found {
        /// As written in the first child's incident.
        place: String,
        /// The two incidents.
        incidents: [IncidentId; 2],
        /// From when both were missing.
        from: Timestamp,
    },
    /// Something noted in both records.
    Noted(Common),
    /// How often both were missing at the same time. Said beside something else, never alone.
    AtTheSameTime(usize),
}

/// Two children and what they have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The two children, by id.
    pub between: [Uuid; 2],
    /// What they have in common, strongest first.
    pub shared: Vec<Shared>,
}

impl Tie {
    /// What both records hold.
    pub(super) fn common(&self) -> impl Iterator<Item = &Common> {
        self.shared.iter().filter_map(|shared| match shared {
            Shared::Noted(common) => Some(common),
            Shared::Found { .. } | Shared::AtTheSameTime(_) => None,
        })
    }

    /// For the order of a list only: each place found together before each suspect, vehicle, phone and address.
    pub(super) fn strength(&self) -> usize {
        let weigh = |shared: &Shared| match shared {
            Shared::Found { .. } => 100,
            Shared::Noted(Common::Suspect(_)) => 80,
            Shared::Noted(Common::Vehicle(_)) => 70,
            Shared::Noted(Common::Phone(_)) => 60,
            Shared::Noted(Common::Address(_)) => 20,
            Shared::AtTheSameTime(count) => (*count).min(10),
        };
        self.shared.iter().map(weigh).sum()
    }
}

/// What two children have in common; none when nothing, or nothing but the time.
pub(super) fn ties(a: &Facts, b: &Facts) -> Option<Tie> {
    let mut shared = Vec::new();
    let mut together = 0;
    for one in &a.episodes {
        for other in &b.episodes {
            let from = one.from.max(other.from);
            if from > one.to.min(other.to) {
                continue;
            }
            together += 1;
            if one.key.is_some() && one.key == other.key {
                let incidents = [one.incident, other.incident];
                shared.push(Shared::Found { place: one.place.clone(), incidents, from });
            }
        }
    }
    shared.sort_by_key(|found| match found {
        Shared::Found { from, .. } => std::cmp::Reverse(*from),
        _ => std::cmp::Reverse(Timestamp::from_micros(0)),
    });
    shared.extend(a.common.intersection(&b.common).cloned().map(Shared::Noted));
    if shared.is_empty() {
        return None;
    }
    if together > 0 {
        shared.push(Shared::AtTheSameTime(together));
    }
    Some(Tie { between: [a.id, b.id], shared })
}

/// Places that many children come back to, which therefore say nothing about two of them.
const ANYWHERE: [&str; 14] = [
    "home",
    "at home",
    "own home",
    "family home",
    "placement",
    "the placement",
    "foster home",
    "foster placement",
    "school",
    "police station",
    "the police station",
    "hospital",
    "the hospital",
    "the emergency department",
];
/// Shorter texts name no place.
const SHORTEST: usize = 5;

/// A place made comparable: its full postcode if it has one, otherwise its words.
pub(super) fn place_key(text: &str) -> Option<String> {
    if let Some(postcode) = cf_store::postcode_in(text) {
        return Some(postcode);
    }
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let plain = words.join(" ");
    let particular = plain.chars().count() >= SHORTEST && !ANYWHERE.contains(&plain.as_str());
    particular.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn episode(from: i64, to: i64, place: &str) -> Episode {
        Episode {
            incident: IncidentId::from_uuid(Uuid::from_u128(from.unsigned_abs().into())),
            from: Timestamp::from_micros(from),
            to: Timestamp::from_micros(to),
            place: place.into(),
            key: place_key(place),
        }
    }

    fn child(id: u128, episodes: &[Episode], phones: &[&str]) -> Facts {
        let common = phones.iter().map(|phone| Common::Phone((*phone).to_owned())).collect();
        Facts { episodes: episodes.to_vec(), common, ..Facts::of(Uuid::from_u128(id)) }
    }

    #[test]
    fn the_same_place_at_the_same_time_is_a_tie_and_either_alone_is_none() {
        let a = child(1, &[episode(0, 100, "The Canal path, Alderbrook")], &[]);
        let same = child(2, &[episode(50, 150, "the canal path - alderbrook")], &[]);
        let tie = ties(&a, &same).unwrap();
        assert!(matches!(&tie.shared[..], [Shared::Found { .. }, Shared::AtTheSameTime(1)]), "{tie:?}");
        assert_eq!(ties(&a, &child(3, &[episode(101, 150, "the canal path alderbrook")], &[])), None);
        assert_eq!(ties(&a, &child(4, &[episode(50, 150, "the library")], &[])), None);
        // Home is where most children come back to.
        let home = |id| child(id, &[episode(0, 100, "Home")], &[]);
        assert_eq!(ties(&home(5), &home(6)), None);
    }

    #[test]
    fn a_phone_is_a_tie_of_its_own_and_weaker_than_a_place() {
        let (a, b) = (child(1, &[], &["07700900123"]), child(2, &[], &["07700900123"]));
        let phone = ties(&a, &b).unwrap();
        let place =
            ties(&child(1, &[episode(0, 9, "bay nine")], &[]), &child(2, &[episode(0, 9, "Bay nine")], &[]));
        assert!(phone.strength() < place.unwrap().strength());
    }

    #[test]
    fn a_suspect_before_a_vehicle_before_a_phone_before_an_address() {
        let words = |word: &str| word.to_owned();
        let all = [
            Common::Suspect(words("ray example")),
            Common::Vehicle(words("AB12CDE")),
            Common::Phone(words("07700900123")),
            Common::Address(words("NW104VK")),
        ];
        let with = |id, common: &Common| Facts {
            common: BTreeSet::from([common.clone()]),
            ..Facts::of(Uuid::from_u128(id))
        };
        let tie = |common: &Common| ties(&with(1, common), &with(2, common)).unwrap();
        let strengths: Vec<usize> = all.iter().map(|common| tie(common).strength()).collect();
        assert!(strengths.windows(2).all(|pair| pair[0] > pair[1]), "{strengths:?}");
        let both = |id| Facts { common: all.iter().cloned().collect(), ..Facts::of(Uuid::from_u128(id)) };
        let tie = ties(&both(1), &both(2)).unwrap();
        assert_eq!(tie.common().cloned().collect::<Vec<_>>(), all, "strongest first");
        assert_eq!(ties(&with(1, &all[0]), &with(2, &all[1])), None);
    }

    #[test]
    fn a_place_is_its_postcode_if_it_has_one() {
        assert_eq!(place_key("Flat 3, 14 Sorrelby Walk, NW10 4VK"), place_key("14, Sorrelby Walk nw10 4vk"));
        assert_eq!(place_key("shop"), None);
        assert_eq!(place_key("\u{202e}"), None);
        assert!(place_key("bay 9, bus station").is_some());
    }
}
