//! How a person stands to what they ask for: finitely many cases, so every decision there is can be listed, checked
//! and kept.
//!
//! Policies are only ever asked about a standing, never about real ids. A decision kept for a standing is therefore
//! the decision, not an approximation of it.
/// Somebody, as seen by the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Person {
    You,
    Another,
}

/// One case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Standing {
    Desk,
    Service,
    Incident {
        restricted: bool,
        other_authority: bool,
        open: bool,
        own_team: bool,
        owner: Option<Person>,
        handed_to: Option<Person>,
    },
    Child {
        restricted: bool,
    },
    Council {
        other_authority: bool,
    },
    Glass {
        by: Person,
    },
}

const SOMEBODY: [Option<Person>; 3] = [None, Some(Person::You), Some(Person::Another)];

impl Standing {
    /// How many cases there are.
    pub(crate) const COUNT: usize = 2 + 144 + 2 + 2 + 2;

    /// A number below [`Self::COUNT`], different for every case.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Desk => 0,
            Self::Service => 1,
            Self::Child { restricted } => 2 + restricted as usize,
            Self::Council { other_authority } => 4 + other_authority as usize,
            Self::Glass { by } => 6 + matches!(by, Person::Another) as usize,
            Self::Incident { restricted, other_authority, open, own_team, owner, handed_to } => {
                let flags = restricted as usize + 2 * open as usize + 4 * own_team as usize;
                let flags = flags + 8 * other_authority as usize;
                8 + flags + 16 * (somebody(owner) + 3 * somebody(handed_to))
            }
        }
    }

    /// Every case.
    pub(crate) fn all() -> Vec<Self> {
        let both = [false, true];
        let mut all = vec![Self::Desk, Self::Service];
        all.extend(both.map(|restricted| Self::Child { restricted }));
        all.extend(both.map(|other_authority| Self::Council { other_authority }));
        all.extend([Person::You, Person::Another].map(|by| Self::Glass { by }));
        for handed_to in SOMEBODY {
            for owner in SOMEBODY {
                for bits in 0..16 {
                    let (restricted, open, own_team) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
                    let other_authority = bits & 8 != 0;
                    all.push(Self::Incident {
                        restricted,
                        other_authority,
                        open,
                        own_team,
                        owner,
                        handed_to,
                    });
                }
            }
        }
        all
    }
}

const fn somebody(person: Option<Person>) -> usize {
    match person {
        None => 0,
        Some(Person::You) => 1,
        Some(Person::Another) => 2,
    }
}

impl Standing {
    /// What it is, and one word or two for each thing that can differ, always in the same order.
    pub(crate) fn words(self) -> (&'static str, Vec<&'static str>) {
        let pick = |first: bool, yes, no| if first { yes } else { no };
        match self {
            Self::Desk => ("the desk", vec![]),
            Self::Service => ("the service", vec![]),
            Self::Child { restricted } => {
                ("a child's record", vec![pick(restricted, "restricted", "not restricted")])
            }
            Self::Council { other_authority } => (
                "a council or partner record",
                vec![pick(other_authority, "another agency's", "own council's")],
            ),
            Self::Glass { by } => {
                ("a broken glass", vec![pick(by == Person::You, "broken by them", "broken by another")])
            }
            Self::Incident { restricted, other_authority, open, own_team, owner, handed_to } => {
                let owner = match owner {
                    None => "no owner",
                    Some(Person::You) => "theirs",
                    Some(Person::Another) => "another's",
                };
                let handed_to = match handed_to {
                    None => "not handed to a person",
                    Some(Person::You) => "handed to them",
                    Some(Person::Another) => "handed to another",
                };
                let words = vec![
                    pick(open, "open", "closed"),
                    pick(restricted, "restricted", "not restricted"),
                    pick(other_authority, "another council's child", "own council's child"),
                    pick(own_team, "own team's", "another team's"),
                    owner,
                    handed_to,
                ];
                ("an incident", words)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_has_its_own_number_and_words() {
        let all = Standing::all();
        assert_eq!(all.len(), Standing::COUNT);
        let numbers: BTreeSet<_> = all.iter().map(|standing| standing.index()).collect();
        assert_eq!(numbers, (0..Standing::COUNT).collect());
        let words: BTreeSet<_> = all.iter().map(|standing| standing.words()).collect();
        assert_eq!(words.len(), Standing::COUNT);
    }
}
