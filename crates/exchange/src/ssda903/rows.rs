//! What the three tables hold, typed, and what one council then says of one child.
use cf_kernel::CalendarDay;
use serde::Serialize;

use crate::codes::{Coded, Sex};

/// Missing, or away with whereabouts known. Two different facts: neither is ever turned into the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// `M`: missing from care, whereabouts not known.
    Missing,
    /// `A`: away from placement without authorisation, whereabouts known.
    Away,
}

/// One period of absence. The return carries days, never times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbsencePeriod {
    /// Missing or away.
    pub kind: AbsenceKind,
    /// The day it began.
    pub start: CalendarDay,
    /// The day it ended; `None` while open.
    pub end: Option<CalendarDay>,
    /// The line of the Missing file it came from.
    pub line: u64,
}

/// A usable row of the Missing table.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct MissingRow {
    /// The council's own number for the child.
    pub child: String,
    /// Date of birth, where it can be read.
    pub dob: Option<CalendarDay>,
    /// The period.
    pub period: AbsencePeriod,
}

/// A usable row of the Header table.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HeaderRow {
    /// The council's own number for the child.
    pub child: String,
    /// Sex; codes of both years are read (`1`, `2`; `M`, `F`, `U`).
    pub sex: Option<Coded<Sex>>,
    /// Date of birth, where it can be read.
    pub dob: Option<CalendarDay>,
    /// One of the 20 ethnicity codes.
    pub ethnicity: Option<Coded<&'static str>>,
    /// The unique pupil number as written, also when it does not fit its rule.
    pub upn: Option<String>,
    /// `1` if the child is a mother, as written.
    pub mother: Option<String>,
    /// Date of birth of her child.
    pub mothers_child_dob: Option<CalendarDay>,
}

/// A usable row of the Episodes table: one stretch of care under one legal status in one placement.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CareEpisode {
    /// The line of the Episodes file it came from.
    pub line: u64,
    /// `DECOM`.
    pub start: CalendarDay,
    /// `DEC`; `None` while open.
    pub end: Option<CalendarDay>,
    /// `RNE`: why it began. Codes of the return, as written; so are those below, empty when blank.
    pub reason_began: String,
    /// `LS`.
    pub legal_status: String,
    /// `CIN`.
    pub category_of_need: String,
    /// `PLACE`.
    pub placement: String,
    /// `PLACE_PROVIDER`.
    pub provider: String,
    /// `REC`: why it ended.
    pub reason_ended: String,
    /// `REASON_PLACE_CHANGE`.
    pub reason_placement_changed: String,
    /// `HOME_POST`.
    pub home_postcode: String,
    /// `PL_POST`.
    pub placement_postcode: String,
    /// `URN` of the provider.
    pub provider_urn: String,
}

/// A usable row of the Episodes table, with the child it belongs to.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct EpisodeRow {
    /// The council's own number for the child.
    pub child: String,
    /// The episode.
    pub episode: CareEpisode,
}

/// A council's own code: three digits, in the Department for Education's list of the local authorities of England, those
/// that were merged or split since 2009 included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AuthorityCode(String);

/// Text that is not a council's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an authority code: it is no three-digit code in the Department for Education's list of English \
     local authorities, such as 308, nor the ONS code of a London borough"
)]
pub struct InvalidAuthority {
    text: String,
}

// SOURCE: Department for Education, "Get information about schools", local authority codes of England (153 in force from
// April 2023), and those abolished since 2009, which stand in earlier returns.
const AUTHORITIES: &str = include_str!("../../data/authorities.csv");

/// Code, year of the end, and name of every council of the list.
fn authorities() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    AUTHORITIES.lines().skip(1).filter_map(|line| {
        let (code, rest) = line.split_once(',')?;
        let (until, name) = rest.split_once(',')?;
        Some((code, until, name))
    })
}

/// The name of the council with these three digits.
fn authority_name(code: &str) -> Option<&'static str> {
    authorities().find_map(|(known, _, name)| (known == code).then_some(name))
}

impl AuthorityCode {
    /// Every council there is today, in the order of the list.
    pub fn in_force() -> impl Iterator<Item = Self> {
        authorities().filter(|(_, until, _)| until.is_empty()).map(|(code, ..)| Self(code.to_owned()))
    }

    /// The three digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The council's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        authority_name(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for AuthorityCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for AuthorityCode {
    type Err = InvalidAuthority;
    fn from_str(text: &str) -> Result<Self, InvalidAuthority> {
        let text = text.trim();
        if authority_name(text).is_some() {
            return Ok(Self(text.to_owned()));
        }
        let borough = crate::codes::borough(text).filter(|borough| borough.ons.eq_ignore_ascii_case(text));
        borough
            .map(|borough| Self(borough.dfe.to_owned()))
            .ok_or_else(|| InvalidAuthority { text: text.chars().take(32).collect() })
    }
}

/// All that one council's return says of one child, from its usable rows. The key is authority and number together:
/// the number alone means nothing in another council.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CouncilChild {
    /// The council.
    pub authority: AuthorityCode,
    /// The council's own number for the child.
    pub local_id: String,
    /// From the Header table.
    pub sex: Option<Coded<Sex>>,
    /// From the Header table; without a readable one there, from the first Missing row that has it.
    pub dob: Option<CalendarDay>,
    /// From the Header table.
    pub ethnicity: Option<Coded<&'static str>>,
    /// From the Header table.
    pub upn: Option<String>,
    /// By start, then line.
    pub episodes: Vec<CareEpisode>,
    /// By start, then line.
    pub periods: Vec<AbsencePeriod>,
}

/// `Debug` names the kind and the line only: these rows are personal and must not reach a log.
macro_rules! hides_content {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
hides_content!(MissingRow, HeaderRow, CareEpisode, EpisodeRow, CouncilChild);
