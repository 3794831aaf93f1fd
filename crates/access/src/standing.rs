//! How a person stands to what they ask for: finitely many cases, so every decision there is can be listed, checked
//! and kept.
//!
//! Policies are only ever asked about a standing, never about real ids. A decision kept for a standing is therefore
//! the decision, not an approximation of it.
use std::fmt;

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
    pub(crate) const COUNT: usize = 2 + 72 + 2 + 2 + 2;

    /// A number below [`Self::COUNT`], different for every case.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Desk => 0,
            Self::Service => 1,
            Self::Child { restricted } => 2 + restricted as usize,
            Self::Council { other_authority } => 4 + other_authority as usize,
            Self::Glass { by } => 6 + matches!(by, Person::Another) as usize,
            Self::Incident { restricted, open, own_team, owner, handed_to } => {
                let flags = restricted as usize + 2 * open as usize + 4 * own_team as usize;
                8 + flags + 8 * (somebody(owner) + 3 * somebody(handed_to))
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
                for bits in 0..8 {
                    let (restricted, open, own_team) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
                    all.push(Self::Incident { restricted, open, own_team, owner, handed_to });
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

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Desk => f.write_str("desk"),
            Self::Service => f.write_str("service"),
            Self::Child { restricted } => write!(f, "child{}", if restricted { " restricted" } else { "" }),
            Self::Council { other_authority } => {
                write!(f, "council {}", if other_authority { "other" } else { "own" })
            }
            Self::Glass { by } => write!(f, "glass by {by}"),
            Self::Incident { restricted, open, own_team, owner, handed_to } => {
                write!(f, "incident {}", if open { "open" } else { "closed" })?;
                write!(f, "{}", if restricted { " restricted" } else { "" })?;
                write!(f, "{}", if own_team { " own-team" } else { "" })?;
                owner.map_or(Ok(()), |owner| write!(f, " owner-{owner}"))?;
                handed_to.map_or(Ok(()), |person| write!(f, " handed-to-{person}"))
            }
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::You => "you",
            Self::Another => "another",
        })
    }
}
