//! Which council answers for a child: the one that plans its care, or else that of the borough the child lives in.
//!
//! A return home interview is the task of the authority that looks after the child, and for any other child of the
//! authority where the child lives. SOURCE: Department for Education, statutory guidance on children who run away or go
//! missing from home or care, January 2014.
use std::sync::LazyLock;

use cf_exchange::borough;
use cf_exchange::ssda903::AuthorityCode;
use cf_store::ChildRow;

/// Whether two codes name the same council. The record holds DfE three-digit codes and ONS codes, as each source has
/// them.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    plain(one).eq_ignore_ascii_case(plain(other))
}

/// Every code a council goes by.
#[must_use]
pub fn codes(authority: &str) -> Vec<String> {
    let mut codes = vec![authority.trim().to_owned()];
    codes.extend(
        borough(authority).into_iter().flat_map(|known| [known.ons.to_owned(), known.dfe.to_owned()]),
    );
    codes.sort();
    codes.dedup();
    codes
}

/// The name of a council of England by its DfE three-digit code, or of a London borough by its ONS code.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    code.trim().parse::<AuthorityCode>().ok().map(|code| code.name())
}

/// A council of England.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Council {
    /// DfE three-digit code.
    pub code: String,
    /// Its name.
    pub name: &'static str,
    /// Whether it is a London borough's.
    pub london: bool,
}

/// Every council of England there is today, London's first, each by name.
#[must_use]
pub fn all() -> &'static [Council] {
    // Each name is looked for in the whole list, and a form asks for all of them whenever it is shown.
    static ALL: LazyLock<Vec<Council>> = LazyLock::new(|| {
        let council = |code: AuthorityCode| Council {
            name: code.name(),
            london: borough(code.as_str()).is_some(),
            code: code.to_string(),
        };
        let mut known: Vec<_> = AuthorityCode::in_force().map(council).collect();
        known.sort_by_key(|council| (!council.london, council.name));
        known
    });
    &ALL
}

/// The council that answers for this child, as its record says it; none when it says neither.
#[must_use]
pub fn answers_for(child: &ChildRow) -> Option<&str> {
    let said =
        |code: &Option<String>| code.as_deref().map(str::trim).filter(|code| !code.is_empty()).is_some();
    if said(&child.responsible) { child.responsible.as_deref() } else { child.borough.as_deref() }
}

/// Whether this child is another council's than `authority`, or nobody knows whose.
#[must_use]
pub fn is_anothers(child: Option<&ChildRow>, authority: &str) -> bool {
    child.and_then(answers_for).is_none_or(|answering| !same(answering, authority))
}

fn plain(code: &str) -> &str {
    let code = code.trim();
    borough(code).map_or(code, |known| known.dfe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_council_is_known_by_either_code() {
        assert!(same("E09000008", "306") && same(" 306 ", "306") && same("e09000008", "E09000008"));
        assert!(!same("E09000008", "307") && !same("", "306"));
        assert_eq!(codes("306"), ["306", "E09000008"]);
        assert_eq!(codes("E09000008"), ["306", "E09000008"]);
        assert_eq!(codes("850"), ["850"]);
        assert_eq!((name("850"), name("306"), name("999")), (Some("Hampshire"), Some("Croydon"), None));
    }

    #[test]
    fn councils_are_listed_by_name_and_those_that_ended_are_left_out() {
        let all = all();
        let (london, others): (Vec<_>, Vec<_>) = all.iter().partition(|council| council.london);
        assert_eq!((london.len(), others.len()), (33, 153 - 33));
        assert_eq!((all[0].code.as_str(), all[0].name), ("301", "Barking and Dagenham"));
        assert!(all.iter().any(|council| council.code == "838" && council.name == "Dorset"));
        assert!(!all.iter().any(|council| council.code == "835") && name("835").is_some());
    }
}
