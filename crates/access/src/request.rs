//! Who asks, and for what. The real ids go no further than this file.
use cf_kernel::{Role, TeamId, UserId};

use crate::standing::{Person, Standing};

/// The person who asks, as they stand now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Their account.
    pub user: UserId,
    /// The role they act in.
    pub role: Role,
    /// The team they act for.
    pub team: TeamId,
    /// Whether they broke the glass with a reason, and it still lasts.
    pub glass: bool,
}

/// What is asked for, with what the policies need to know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Desk,
    Service,
    Incident {
        restricted: bool,
        open: bool,
        owner: Option<UserId>,
        team: TeamId,
        handed_to: Option<UserId>,
        other_authority: bool,
    },
    Child {
        restricted: bool,
    },
    Council {
        other_authority: bool,
    },
    Glass {
        by: UserId,
    },
}

impl Resource {
    /// The desk as a whole: lists, searches, new reports.
    #[must_use]
    pub const fn desk() -> Self {
        Self(Kind::Desk)
    }

    /// An incident: whether the child's record is restricted, who owns it (none: a team's desk), whose team, and
    /// whether it is still open.
    #[must_use]
    pub const fn incident(restricted: bool, owner: Option<UserId>, team: TeamId, open: bool) -> Self {
        Self(Kind::Incident { restricted, open, owner, team, handed_to: None, other_authority: false })
    }

    /// The same, handed over to this person and not yet acknowledged. Only an incident can be handed over; anything
    /// else stays as it is.
    #[must_use]
    pub const fn handed_to(self, person: Option<UserId>) -> Self {
        match self.0 {
            Kind::Incident { restricted, open, owner, team, other_authority, .. } => {
                Self(Kind::Incident { restricted, open, owner, team, handed_to: person, other_authority })
            }
            _ => self,
        }
    }

    /// The same, of a child another council answers for than the one the person works for, or none that is known.
    /// Only an incident has one here; anything else stays as it is.
    #[must_use]
    pub const fn of_another_authority(self, other_authority: bool) -> Self {
        match self.0 {
            Kind::Incident { restricted, open, owner, team, handed_to, .. } => {
                Self(Kind::Incident { restricted, open, owner, team, handed_to, other_authority })
            }
            _ => self,
        }
    }

    /// A child's record.
    #[must_use]
    pub const fn child(restricted: bool) -> Self {
        Self(Kind::Child { restricted })
    }

    /// A council's record, or a partner's: whether of another authority than the one the person works for.
    #[must_use]
    pub const fn council(of_another_authority: bool) -> Self {
        Self(Kind::Council { other_authority: of_another_authority })
    }

    /// One time somebody broke the glass.
    #[must_use]
    pub const fn glass(by: UserId) -> Self {
        Self(Kind::Glass { by })
    }

    /// The service itself: accounts, imports, the record as a record.
    #[must_use]
    pub const fn system() -> Self {
        Self(Kind::Service)
    }

    /// How the subject stands to this: all that policies get to see.
    pub(crate) fn standing(&self, subject: &Subject) -> Standing {
        let person = |user: UserId| if user == subject.user { Person::You } else { Person::Another };
        match self.0 {
            Kind::Desk => Standing::Desk,
            Kind::Service => Standing::Service,
            Kind::Incident { restricted, open, owner, team, handed_to, other_authority } => {
                Standing::Incident {
                    other_authority,
                    restricted,
                    open,
                    own_team: team == subject.team,
                    owner: owner.map(person),
                    handed_to: handed_to.map(person),
                }
            }
            Kind::Child { restricted } => Standing::Child { restricted },
            Kind::Council { other_authority } => Standing::Council { other_authority },
            Kind::Glass { by } => Standing::Glass { by: person(by) },
        }
    }

    /// Owner, addressee of a hand-over, and who broke the glass.
    #[cfg(test)]
    pub(crate) const fn people(&self) -> [Option<UserId>; 3] {
        match self.0 {
            Kind::Incident { owner, handed_to, .. } => [owner, handed_to, None],
            Kind::Glass { by } => [None, None, Some(by)],
            _ => [None, None, None],
        }
    }

    /// The team that owns it.
    #[cfg(test)]
    pub(crate) const fn team(&self) -> Option<TeamId> {
        match self.0 {
            Kind::Incident { team, .. } => Some(team),
            _ => None,
        }
    }
}
