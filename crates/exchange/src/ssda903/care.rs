//! What the codes of a care episode say, in words.

// SOURCE: Department for Education, guide to the SSDA903 collection, code sets of legal status and placement type; `P3` and
// `R3` of earlier years, `K3` from 2023 to 2024.
const CODES: &str = include_str!("../../data/care_codes.csv");

/// A legal status (`LS`) in words, as `Full care order`; none where the code is not in the list.
#[must_use]
pub fn legal_status_name(code: &str) -> Option<&'static str> {
    name("LS", code)
}

/// A type of placement (`PLACE`) in words, as `Secure children’s home`; none where the code is not in the list.
#[must_use]
pub fn placement_name(code: &str) -> Option<&'static str> {
    name("PLACE", code)
}

fn name(column: &str, code: &str) -> Option<&'static str> {
    CODES.lines().skip(1).find_map(|line| {
        let mut cells = line.splitn(3, ',');
        let found = cells.next()? == column && cells.next()?.eq_ignore_ascii_case(code.trim());
        if found { cells.next() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_its_own_column() {
        assert_eq!(legal_status_name("C2"), Some("Full care order"));
        assert_eq!(legal_status_name(" v2 "), Some("Accommodated under section 20, single period"));
        assert_eq!(placement_name("U4"), Some("Foster care, long term"));
        assert_eq!((placement_name("C2"), legal_status_name("U4"), placement_name("")), (None, None, None));
    }
}
