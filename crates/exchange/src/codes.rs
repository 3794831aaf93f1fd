//! Closed lists of codes: what a cell may say, and what to keep when it says something else.
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::headers::fold;

/// A code from a list, or the cell's own text when the list does not have it. It never becomes "other".
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coded<T> {
    /// In the list.
    Known(T),
    /// Not in the list: as written.
    Raw(String),
}

impl<T> Coded<T> {
    /// The code, if it is in the list.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Raw(_) => None,
        }
    }
}

macro_rules! code_lists {
    ($($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $code:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $name {$(
            $(#[$value_doc])*
            #[serde(rename = $code)]
            $value,
        )*}

        impl $name {
            /// Every code, in order.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The stable code, as stored.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code),* }
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$value),)* _ => None }
            }
        }
    )*};
}

code_lists! {
    /// Sex, as the source recorded it.
    Sex {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// Recorded as not known, or neither.
        NotKnown = "not_known",
    }
    /// Yes or no. A blank cell is neither.
    YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
    }
    /// What kind of agency a record of a child comes from.
    AgencyKind {
        /// A council's children's services.
        Council = "council",
        /// Health.
        Health = "health",
        /// A school or college.
        Education = "education",
        /// A support service.
        Service = "service",
        /// Another.
        Other = "other",
    }
    /// What an entry in a partner's record tells of.
    EntryKind {
        /// Somebody asked the agency to act for the child.
        Referral = "referral",
        /// The agency works with the child, from a day to a day.
        Service = "service",
        /// Something that worried somebody.
        Concern = "concern",
        /// A contact that led to no referral.
        Contact = "contact",
    }
    /// Where a child went missing from.
    MissingFrom {
        /// Home or family.
        Home = "home",
        /// A children's home.
        ChildrensHome = "childrens_home",
        /// Foster care.
        FosterCare = "foster_care",
        /// Supported accommodation.
        SupportedAccommodation = "supported_accommodation",
        /// School or college.
        School = "school",
        /// Hospital or a mental health unit.
        Hospital = "hospital",
        /// Another place, recorded as such.
        Other = "other",
    }
    /// Whether the child came to harm while missing.
    Harm {
        /// Asked, and none found.
        None = "none",
        /// Suspected.
        Suspected = "suspected",
        /// Known.
        Known = "known",
        /// Recorded as not known.
        NotKnown = "not_known",
    }
    /// Who found the child.
    FoundBy {
        /// Police.
        Police = "police",
        /// Parent, relative or friend.
        Family = "family",
        /// Carer or placement staff.
        Carer = "carer",
        /// Another agency.
        Agency = "agency",
        /// Somebody else.
        Public = "public",
        /// The child came back unaided.
        Returned = "child_returned",
    }
    /// How the child was found.
    HowFound {
        /// Came back.
        Returned = "returned",
        /// Found somewhere.
        Located = "located",
        /// Met in another matter, such as an arrest or a hospital visit.
        OtherContact = "other_contact",
        /// Telephone or message contact only.
        ContactOnly = "contact_only",
    }
}

/// A London borough, or the City.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Borough {
    /// The ONS code: `E09000001` to `E09000033`.
    pub ons: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The Department for Education's three-digit authority code.
    pub dfe: &'static str,
    /// The code of its basic command unit; empty for the City.
    pub bcu: &'static str,
}

static BOROUGHS: LazyLock<Vec<Borough>> = LazyLock::new(|| {
    let lines = include_str!("../data/boroughs.csv").lines().skip(1);
    lines
        .filter_map(|line| {
            let [ons, name, dfe, bcu] = line.split(',').collect::<Vec<_>>()[..] else { return None };
            Some(Borough { ons, name, dfe, bcu })
        })
        .collect()
});

static BOROUGH_BY_ANY_NAME: LazyLock<HashMap<String, Borough>> = LazyLock::new(|| {
    let names = |borough: &Borough| {
        let name = fold(borough.name);
        [name.replace(" and ", " & "), name, fold(borough.ons), borough.dfe.to_owned()]
    };
    BOROUGHS.iter().flat_map(|borough| names(borough).map(|name| (name, *borough))).collect()
});

/// All 33, in order of ONS code.
#[must_use]
pub fn boroughs() -> &'static [Borough] {
    &BOROUGHS
}

/// The borough this ONS code, three-digit code or name means. `LB of`, `Royal Borough of` and the like are passed over.
#[must_use]
pub fn borough(text: &str) -> Option<Borough> {
    // As this program keeps them; a page asks for dozens.
    if let Some(known) = BOROUGHS.iter().find(|known| known.ons == text || known.dfe == text) {
        return Some(*known);
    }
    let folded = fold(text);
    let mut name = folded.as_str();
    for start in ["london borough of ", "royal borough of ", "lb of ", "lb ", "rb ", "city of westminster"] {
        name = match name.strip_prefix(start) {
            Some("") => "westminster",
            Some(rest) => rest,
            None => name,
        };
    }
    BOROUGH_BY_ANY_NAME.get(name).copied()
}

/// The basic command unit with this code.
#[must_use]
pub fn bcu(text: &str) -> Option<&'static str> {
    BOROUGHS
        .iter()
        .map(|borough| borough.bcu)
        .find(|code| !code.is_empty() && text.eq_ignore_ascii_case(code))
}

/// Whether a police force has this data.police.uk id, such as `metropolitan`.
#[must_use]
pub fn is_police_force(id: &str) -> bool {
    include_str!("../data/police_forces.csv").lines().skip(1).any(|line| line.split(',').nth(2) == Some(id))
}

/// The lists of ethnicity codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EthnicityScheme {
    /// The 20 codes of the Department for Education.
    Education,
    /// Self-defined 18+1, and `O1` (Chinese) of the older 16+1.
    SelfDefined,
    /// What an officer saw. Never converted to a self-defined code.
    Observed,
}

/// The code in this list, if it is there. Case does not count.
#[must_use]
pub fn ethnicity(scheme: EthnicityScheme, text: &str) -> Option<&'static str> {
    let belongs = |name: &str| match scheme {
        EthnicityScheme::Education => name == "DFE",
        EthnicityScheme::SelfDefined => name.starts_with("SDE"),
        EthnicityScheme::Observed => name.starts_with("IC"),
    };
    let found = ETHNICITY.iter().find(|known| belongs(known.scheme) && known.code.eq_ignore_ascii_case(text));
    found.map(|known| known.code)
}

/// What a self-defined or DfE code says in words, as `Black: Caribbean`; none where it is in neither list.
#[must_use]
pub fn ethnicity_name(text: &str) -> Option<String> {
    let said =
        |known: &&Ethnicity| !known.scheme.starts_with("IC") && known.code.eq_ignore_ascii_case(text.trim());
    let Ethnicity { group, label, .. } = ETHNICITY.iter().find(said)?;
    Some(match *group {
        "" | "Not stated" => (*label).to_owned(),
        group if label.contains(group) => (*label).to_owned(),
        group => format!("{group}: {label}"),
    })
}

/// The self-defined ethnicities that can be said today, 18+1: group and code, in the order of the list.
pub fn self_defined_ethnicities() -> impl Iterator<Item = (&'static str, &'static str)> {
    ETHNICITY.iter().filter(|known| known.scheme == "SDE_18_1").map(|known| (known.group, known.code))
}

struct Ethnicity {
    scheme: &'static str,
    code: &'static str,
    group: &'static str,
    label: &'static str,
}

static ETHNICITY: LazyLock<Vec<Ethnicity>> = LazyLock::new(|| {
    let read = |line: &'static str| {
        let mut cells = line.splitn(4, ',');
        let (scheme, code) = (cells.next()?, cells.next()?);
        Some(Ethnicity { scheme, code, group: cells.next()?, label: cells.next()? })
    };
    include_str!("../data/ethnicity.csv").lines().skip(1).filter_map(read).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boroughs_are_found_by_code_or_name() {
        assert_eq!(boroughs().len(), 33);
        for text in ["E09000010", "e09000010", "308", "Enfield", " LB Enfield", "London Borough of ENFIELD"] {
            assert_eq!(borough(text).map(|found| found.bcu), Some("NA"), "{text}");
        }
        assert_eq!(borough("Barking & Dagenham").map(|found| found.dfe), Some("301"));
        assert_eq!(borough("City of Westminster").map(|found| found.dfe), Some("213"));
        assert_eq!(borough("Surrey"), None);
        assert_eq!(bcu("na"), Some("NA"));
        assert_eq!(bcu(""), None);
    }

    #[test]
    fn ethnicity_lists_are_kept_apart() {
        assert_eq!(ethnicity(EthnicityScheme::Education, "wbri"), Some("WBRI"));
        assert_eq!(ethnicity(EthnicityScheme::SelfDefined, "O1"), Some("O1"));
        assert_eq!(ethnicity(EthnicityScheme::SelfDefined, "IC1"), None);
        assert_eq!(ethnicity(EthnicityScheme::Observed, "IC1"), Some("IC1"));
        assert_eq!(ETHNICITY.iter().filter(|known| known.scheme == "DFE").count(), 20);
        assert_eq!(self_defined_ethnicities().count(), 18 + 1);
        assert!(self_defined_ethnicities().all(|(_, code)| ethnicity_name(code).is_some()));
    }

    #[test]
    fn an_ethnicity_code_has_a_name() {
        for (code, name) in [
            ("B1", "Black: Caribbean"),
            ("w1", "White: British"),
            ("M1", "Mixed: White and Black Caribbean"),
            ("A9", "Any other Asian"),
            ("WBRI", "White British"),
            ("NS", "Not stated"),
        ] {
            assert_eq!(ethnicity_name(code).as_deref(), Some(name));
        }
        // What an officer saw is nobody's own word, and free text is shown as it stands.
        assert_eq!(ethnicity_name("IC1"), None);
        assert_eq!(ethnicity_name("Black British"), None);
    }

    #[test]
    fn forces_are_known_by_id() {
        assert!(is_police_force("metropolitan") && !is_police_force("gotham"));
    }
}
