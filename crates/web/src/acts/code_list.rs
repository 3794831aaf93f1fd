//! Codes of published lists that are asked by name: ethnicity and council.
use cf_app::authority;

use crate::places;

/// A published list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeList {
    /// Self-defined ethnicity, 18+1.
    Ethnicity,
    /// The councils of England, London's first.
    Council,
}

/// One code to choose, under the heading the list has it under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coded {
    pub(crate) group: &'static str,
    pub(crate) code: String,
    pub(crate) words: String,
}

impl CodeList {
    /// Every code that can be chosen, in the order it is shown.
    pub(crate) fn codes(self) -> Vec<Coded> {
        match self {
            Self::Ethnicity => cf_app::self_defined_ethnicities()
                .map(|(group, code)| Coded {
                    group: if group == "Not stated" { "" } else { group },
                    code: code.to_owned(),
                    words: self.words(code),
                })
                .collect(),
            Self::Council => authority::all()
                .iter()
                .map(|council| Coded {
                    group: if council.london { "London" } else { "Outside London" },
                    code: council.code.clone(),
                    words: council.name.to_owned(),
                })
                .collect(),
        }
    }

    /// The same for a form that has this answer already. The answer stays as it was given, under the name of its code: an
    /// ONS code where the list has the DfE's, a code of another list, words of somebody's own.
    pub(crate) fn codes_with(self, given: &str) -> Vec<Coded> {
        let mut codes = self.codes();
        if given.trim().is_empty() {
            return codes;
        }
        match codes.iter_mut().find(|coded| self.same(&coded.code, given)) {
            Some(found) => given.clone_into(&mut found.code),
            None => codes.insert(0, Coded { group: "", code: given.to_owned(), words: self.words(given) }),
        }
        codes
    }

    /// An answer by name; one that is no code as it stands.
    pub(crate) fn words(self, given: &str) -> String {
        match self {
            Self::Ethnicity => places::ethnicity(given),
            Self::Council => authority::name(given).map_or_else(|| given.to_owned(), str::to_owned),
        }
    }

    fn same(self, code: &str, given: &str) -> bool {
        match self {
            Self::Ethnicity => code.eq_ignore_ascii_case(given.trim()),
            Self::Council => authority::same(code, given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_chosen_again_as_it_was_given() {
        for (list, given, group, words) in [
            (CodeList::Ethnicity, "B1", "Black", "Black: Caribbean (B1)"),
            (CodeList::Ethnicity, " b1", "Black", "Black: Caribbean (B1)"),
            (CodeList::Ethnicity, "WBRI", "", "White British (WBRI)"),
            (CodeList::Ethnicity, "Black British", "", "Black British"),
            (CodeList::Council, "306", "London", "Croydon"),
            (CodeList::Council, "E09000008", "London", "Croydon"),
            (CodeList::Council, "850", "Outside London", "Hampshire"),
            (CodeList::Council, "836", "", "Poole"),
            (CodeList::Council, "Surrey Heath", "", "Surrey Heath"),
        ] {
            let codes = list.codes_with(given);
            let found: Vec<_> = codes.iter().filter(|coded| coded.code == given).collect();
            let want = Coded { group, code: given.to_owned(), words: words.to_owned() };
            assert_eq!(found, [&want], "{given}");
            assert!(codes.len() <= list.codes().len() + 1);
        }
        assert_eq!(CodeList::Council.codes_with(""), CodeList::Council.codes());
    }

    #[test]
    fn councils_begin_with_london() {
        let codes = CodeList::Council.codes();
        let first_outside = codes.iter().position(|coded| coded.group != "London");
        assert_eq!((codes.len(), first_outside), (153, Some(33)));
    }
}
