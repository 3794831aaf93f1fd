//! London's boroughs and their ONS codes.
//!
//! SOURCE: ONS geography codes `E09000001` to `E09000033`, via `domain/codes/boroughs.csv`.
use cf_kernel::CalendarDay;

const BOROUGHS: [(&str, &str); 33] = [
    ("E09000001", "City of London"),
    ("E09000002", "Barking and Dagenham"),
    ("E09000003", "Barnet"),
    ("E09000004", "Bexley"),
    ("E09000005", "Brent"),
    ("E09000006", "Bromley"),
    ("E09000007", "Camden"),
    ("E09000008", "Croydon"),
    ("E09000009", "Ealing"),
    ("E09000010", "Enfield"),
    ("E09000011", "Greenwich"),
    ("E09000012", "Hackney"),
    ("E09000013", "Hammersmith and Fulham"),
    ("E09000014", "Haringey"),
    ("E09000015", "Harrow"),
    ("E09000016", "Havering"),
    ("E09000017", "Hillingdon"),
    ("E09000018", "Hounslow"),
    ("E09000019", "Islington"),
    ("E09000020", "Kensington and Chelsea"),
    ("E09000021", "Kingston upon Thames"),
    ("E09000022", "Lambeth"),
    ("E09000023", "Lewisham"),
    ("E09000024", "Merton"),
    ("E09000025", "Newham"),
    ("E09000026", "Redbridge"),
    ("E09000027", "Richmond upon Thames"),
    ("E09000028", "Southwark"),
    ("E09000029", "Sutton"),
    ("E09000030", "Tower Hamlets"),
    ("E09000031", "Waltham Forest"),
    ("E09000032", "Wandsworth"),
    ("E09000033", "Westminster"),
];

/// Code and name, by name.
pub(crate) fn boroughs() -> Vec<(String, String)> {
    let mut all: Vec<_> =
        BOROUGHS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

/// The name of a borough by its ONS or DfE code, or the code itself where it is none of London's.
pub(crate) fn borough_name(code: &str) -> &str {
    let known = |(ons, _): &&(&str, &str)| *ons == code || cf_app::authority::same(ons, code);
    BOROUGHS.iter().find(known).map_or(code, |(_, name)| *name)
}

/// A day of birth with the age on a day, `12 March 2011 (15)`; without the age before birth.
pub(crate) fn born_with_age(born: CalendarDay, today: CalendarDay) -> String {
    let age = born.age_on(today).map(|age| format!(" ({age})")).unwrap_or_default();
    format!("{}{age}", born.long())
}

/// A partner agency by name: the name the force gives it, or a council's by its code.
pub(crate) fn agency_name(kind: &str, code: &str, name: &str) -> String {
    match (kind, name.trim()) {
        ("council", "") => council_name(code),
        (_, "") => code.to_owned(),
        (_, name) => name.to_owned(),
    }
}

/// The council with this code, ONS or DfE, by name where there is one.
pub(crate) fn council_name(code: &str) -> String {
    match cf_app::authority::name(code) {
        Some(name) => format!("{name} council"),
        None => format!("Council {code}"),
    }
}

/// What a source says of a fact; one that says nothing has not said no.
pub(crate) const fn yes_or_no(said: Option<bool>) -> &'static str {
    match said {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    }
}

/// A self-defined ethnicity in words, with its code; what is not a code of the lists stands as it was said.
pub(crate) fn ethnicity(said: &str) -> String {
    with_code(cf_app::ethnicity_name(said), said)
}

/// The legal status of a care episode in words, with its code.
pub(crate) fn legal_status(code: &str) -> String {
    with_code(cf_app::legal_status_name(code), code)
}

/// The type of a placement in words, with its code.
pub(crate) fn placement(code: &str) -> String {
    with_code(cf_app::placement_name(code), code)
}

fn with_code(name: Option<impl std::fmt::Display>, code: &str) -> String {
    name.map_or_else(|| code.to_owned(), |name| format!("{name} ({})", code.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_shown_by_name_and_what_is_no_code_as_it_stands() {
        assert_eq!((borough_name("E09000008"), borough_name("306")), ("Croydon", "Croydon"));
        assert_eq!(borough_name("Surrey"), "Surrey");
        assert_eq!(council_name("306"), "Croydon council");
        assert_eq!(ethnicity("B1"), "Black: Caribbean (B1)");
        assert_eq!(ethnicity("Black British"), "Black British");
        assert_eq!((legal_status("C2"), legal_status("X9")), ("Full care order (C2)".into(), "X9".into()));
        assert_eq!((placement("K1"), placement("X9")), ("Secure children’s home (K1)".into(), "X9".into()));
    }
}
