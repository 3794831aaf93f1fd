//! Each rule on small tables of invented children, by place: which rows it flags, and which near misses pass.
use super::super::read::{episode_facts, header_facts, missing_facts, read_lines};
use super::super::tables::Layout;
use super::*;
use crate::{Limits, open_rows};

/// Rows of each table as CSV, with a space for each line end.
struct Given<'g> {
    missing: &'g str,
    header: Option<&'g str>,
    episodes: Option<&'g str>,
    last_year: Option<&'g str>,
    year: Option<&'g str>,
}

const NONE: Given<'_> = Given { missing: "", header: None, episodes: None, last_year: None, year: None };

impl Given<'_> {
    fn flags(&self, table: Flagged, rule: &str) -> Vec<usize> {
        macro_rules! lines {
            ($head:literal, $body:expr, $facts:ident) => {{
                let text = format!("{}\n{}", $head, $body.replace(' ', "\n"));
                let (mut rows, headers) = open_rows(text.as_bytes(), Limits::default()).unwrap();
                let layout = Layout::identify(&headers).unwrap().unwrap();
                read_lines(&mut rows, &layout, &headers, $facts).unwrap()
            }};
        }
        let missing = lines!("CHILD,DOB,MISSING,MIS_START,MIS_END", self.missing, missing_facts);
        let last =
            self.last_year.map(|text| lines!("CHILD,DOB,MISSING,MIS_START,MIS_END", text, missing_facts));
        let header = self.header.map(|text| lines!("CHILD,SEX,DOB,ETHNIC,UPN", text, header_facts));
        let episodes = self.episodes.map(|text| lines!("CHILD,DECOM,RNE,DEC,REC", text, episode_facts));
        let hits = check(&Tables {
            missing: missing.iter().map(|line| line.facts.as_ref()).collect(),
            header: header.as_ref().map(|lines| lines.iter().map(|line| line.facts.as_ref()).collect()),
            episodes: episodes.as_ref().map(|lines| lines.iter().map(|line| line.facts.as_ref()).collect()),
            missing_last_year: last
                .as_ref()
                .map(|lines| lines.iter().filter_map(|line| line.facts.as_ref()).collect()),
            year: self.year.map(|year| year.parse().unwrap()),
        });
        hits.into_iter().filter(|hit| hit.table == table && hit.rule == rule).map(|hit| hit.row).collect()
    }
}

fn missing(rule: &str, missing: &str) -> Vec<usize> {
    Given { missing, year: Some("2024-25"), ..NONE }.flags(Flagged::Missing, rule)
}

#[test]
fn a_row_needs_type_start_and_order() {
    assert_eq!(missing("564", "1,,M,, 2,,M,01/05/2024, 3,,,, 4,,a,,02/05/2024 5,,X,,"), [0, 3]);
    assert_eq!(missing("565", "1,,,01/05/2024, 2,,M,01/05/2024, 3,,,,01/05/2024"), [0]);
    assert_eq!(missing("566", "1,,,01/05/2024,02/05/2024 2,,,01/05/2024, 3,,A,,02/05/2024"), [0]);
    assert_eq!(
        missing("567", "1,,M,02/05/2024,01/05/2024 2,,M,02/05/2024,02/05/2024 3,,M,02/05/2024,x"),
        [0]
    );
    assert_eq!(missing("1004", "1,,M,, 2,,M,31/04/2024, 3,,M,01/05/24, 4,,M,1/5/2024,"), [0, 1, 2]);
    assert_eq!(missing("1005", "1,,M,, 2,,M,01/05/2024,05/13/2024 3,,M,01/05/2024,02/05/2024"), [1]);
    assert_eq!(missing("1006", "1,,m,, 2,,MA,, 3,,,, 4,,A,, 5,,1,,"), [1, 4]);
}

#[test]
fn a_row_belongs_to_its_year_and_follows_birth() {
    assert_eq!(missing("570", "1,,M,31/03/2025, 2,,M,01/04/2025, 3,,M,01/01/2020,"), [1]);
    assert_eq!(
        missing("571", "1,,M,01/03/2024,31/03/2024 2,,M,01/03/2024,01/04/2024 3,,M,01/03/2025,01/04/2025"),
        [0, 2]
    );
    assert_eq!(missing("586", "1,01/05/2024,M,01/05/2024, 2,01/05/2024,M,02/05/2024, 3,,M,02/05/2024,"), [0]);
    let unknown_year = Given { missing: "1,,M,01/04/2099,02/04/2099", ..NONE };
    assert!(unknown_year.flags(Flagged::Missing, "570").is_empty());
}

#[test]
fn periods_of_one_child_do_not_overlap() {
    // The second row of each pair begins inside, on the last day of, and after the first.
    assert_eq!(missing("574", "1,,M,01/05/2024,05/05/2024 1,,M,04/05/2024,06/05/2024"), [1]);
    assert_eq!(missing("574", "1,,M,01/05/2024,05/05/2024 1,,A,05/05/2024,06/05/2024"), []);
    assert_eq!(missing("574", "1,,M,01/05/2024,05/05/2024 2,,M,04/05/2024,06/05/2024"), []);
    // An open period stands by its start, so the one that ends later is the row flagged, wherever it is in the file.
    assert_eq!(missing("574", "1,,M,01/05/2024,05/05/2024 1,,M,04/05/2024,"), [0]);
    assert_eq!(missing("574", "1,,M,07/05/2024,08/05/2024 1,,M,04/05/2024,"), [0]);
}

#[test]
fn last_years_open_period_goes_on_this_year() {
    let last_year = Some("1,,M,07/02/2024, 2,,M,07/02/2024,08/02/2024 3,,M,07/02/2024, 4,,M,07/02/2024,");
    let missing =
        "1,,M,07/02/2024,02/04/2024 1,,M,05/05/2024, 2,,M,01/06/2024, 3,,M,08/02/2024, 5,,M,08/02/2024,";
    // Child 4 has no row this year: silent, as in the open validator.
    assert_eq!(Given { missing, last_year, ..NONE }.flags(Flagged::Missing, "576"), [3]);
}

#[test]
fn absence_fits_the_time_in_care() {
    let episodes = Some("1,01/04/2024,S,01/06/2024,X1 1,01/06/2024,P,01/09/2024,E11 2,01/04/2024,S,,");
    let flags = |rule, missing| Given { missing, episodes, ..NONE }.flags(Flagged::Missing, rule);
    assert_eq!(
        flags("575", "1,,M,01/05/2024, 1,,M,01/05/2024,02/05/2024 2,,M,01/05/2024, 3,,M,01/05/2024,"),
        [0]
    );
    // Joined, child 1 is in care from April to September: an absence may span the change of placement.
    assert_eq!(
        flags(
            "577",
            "1,,M,31/05/2024,03/06/2024 1,,M,30/08/2024,02/09/2024 1,,M,01/07/2024, 2,,M,01/05/2024,"
        ),
        [1, 2]
    );
    assert_eq!(flags("578", "1,,M,01/09/2024, 1,,M,02/09/2024, 1,,M,31/03/2024, 3,,M,31/03/2024,"), [1, 2]);
    let apart = Some("1,01/04/2024,S,01/05/2024,E11 1,01/08/2024,S,,");
    let starts = "1,,M,01/03/2024, 1,,M,15/06/2024, 1,,M,01/08/2024, 1,,M,01/05/2024,";
    assert_eq!(Given { missing: starts, episodes: apart, ..NONE }.flags(Flagged::Missing, "581"), [0, 1]);
}

#[test]
fn care_that_ceases_at_eighteen_while_missing_ends_with_e8() {
    let missing = "1,10/05/2006,M,01/05/2024,10/05/2024 2,10/05/2006,A,01/05/2024,10/05/2024 3,10/05/2006,M,01/05/2024,11/05/2024";
    let episodes =
        Some("1,01/04/2024,S,10/05/2024,E11 2,01/04/2024,S,10/05/2024,E8 3,01/04/2024,S,11/05/2024,E11");
    assert_eq!(Given { missing, episodes, ..NONE }.flags(Flagged::Episodes, "580"), [0]);
}

#[test]
fn children_are_known_in_the_other_tables() {
    let given = Given {
        missing: "1,01/01/2010,M,01/05/2024, 2,01/01/2011,M,01/05/2024, 9,,M,01/05/2024,",
        header: Some("1,M,01/01/2010,WBRI, 2,F,02/01/2011,WBRI,"),
        episodes: Some("1,01/04/2024,S,,"),
        ..NONE
    };
    assert_eq!(given.flags(Flagged::Missing, "1012"), [1, 2]);
    assert_eq!(given.flags(Flagged::Missing, "INT04"), [2]);
    assert_eq!(given.flags(Flagged::Missing, "INT13"), [1]);
    let alone = Given { header: None, episodes: None, ..given };
    assert!(
        alone.flags(Flagged::Missing, "1012").is_empty() && alone.flags(Flagged::Missing, "INT04").is_empty()
    );
}

#[test]
fn header_rows_hold_codes_of_their_year() {
    let header = Some(
        "1,1,01/01/2010,WBRI, 2,M,01/01/2010,wbri,UN1 3,U,,XXXX,UN9 4,,30/02/2010,,W300000000001 5,F,01/01/2010,NOBT,V300000000001 5,2,01/01/2010,REFU,",
    );
    let flags = |rule, year| Given { header, year, ..NONE }.flags(Flagged::Header, rule);
    assert_eq!(flags("101", Some("2024-25")), [0, 3, 5]);
    assert_eq!(flags("101", Some("2023-24")), [1, 2, 3, 4]);
    assert_eq!(flags("101", None), [3]);
    assert_eq!(flags("102", None), [2, 3]);
    assert_eq!(flags("103", None), [2, 3]);
    assert_eq!(flags("168", None), [2]);
    assert_eq!(flags("CF-UPN-LETTER", None), [4]);
    assert_eq!(flags("CF-HEADER-TWICE", None), [5]);
}
