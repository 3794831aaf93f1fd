//! Which council answers for a child: the one that plans its care, or else that of the borough the child lives in.
//!
//! A return home interview is the task of the authority that looks after the child, and for any other child of the
//! authority where the child lives. SOURCE: Department for Education, statutory guidance on children who run away or go
//! missing from home or care, January 2014.
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
        LONDON
            .iter()
            .filter(|(_, dfe)| same(dfe, authority))
            .flat_map(|(ons, dfe)| [*ons, *dfe])
            .map(str::to_owned),
    );
    codes.sort();
    codes.dedup();
    codes
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
    LONDON.iter().find(|(ons, _)| ons.eq_ignore_ascii_case(code)).map_or(code, |(_, dfe)| *dfe)
}

/// ONS and DfE code of each London council. SOURCE: `domain/codes/boroughs.csv`.
const LONDON: [(&str, &str); 33] = [
    ("E09000001", "201"),
    ("E09000002", "301"),
    ("E09000003", "302"),
    ("E09000004", "303"),
    ("E09000005", "304"),
    ("E09000006", "305"),
    ("E09000007", "202"),
    ("E09000008", "306"),
    ("E09000009", "307"),
    ("E09000010", "308"),
    ("E09000011", "203"),
    ("E09000012", "204"),
    ("E09000013", "205"),
    ("E09000014", "309"),
    ("E09000015", "310"),
    ("E09000016", "311"),
    ("E09000017", "312"),
    ("E09000018", "313"),
    ("E09000019", "206"),
    ("E09000020", "207"),
    ("E09000021", "314"),
    ("E09000022", "208"),
    ("E09000023", "209"),
    ("E09000024", "315"),
    ("E09000025", "316"),
    ("E09000026", "317"),
    ("E09000027", "318"),
    ("E09000028", "210"),
    ("E09000029", "319"),
    ("E09000030", "211"),
    ("E09000031", "320"),
    ("E09000032", "212"),
    ("E09000033", "213"),
];

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
    }
}
