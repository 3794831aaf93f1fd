//! Whole files through the crate: the fixtures with their findings as snapshots, hostile files, and what must always hold.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]
use std::fmt::Write as _;
use std::path::PathBuf;

use cf_exchange::mapping::{FieldKind, dry_run};
use cf_exchange::partner::PartnerProfile;
use cf_exchange::police::{Field, MappingProfile, PoliceExtract, PoliceIncident};
use cf_exchange::ssda903::{FileKind, Options, Return903, read_return};
use cf_exchange::{Account, Cells, Disposition, Limits, ReadError, RowOutcome, Source, look};
use cf_kernel::Timestamp;
use proptest::prelude::*;

fn root() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", ".."].iter().collect()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/import").join(name)).unwrap()
}

fn profile(name: &str) -> MappingProfile {
    let text = std::fs::read_to_string(root().join("rules/mappings").join(name)).unwrap();
    MappingProfile::from_toml(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn options() -> Options<'static> {
    Options {
        authority: "308".parse().unwrap(),
        year: None,
        missing_last_year: None,
        limits: Limits::default(),
    }
}

fn read_903(files: &[(&str, &[u8])], options: &Options<'_>) -> Result<Return903, ReadError> {
    let sources: Vec<Source<'_>> = files
        .iter()
        .map(|(name, bytes)| Source::new(*name, bytes, &Limits::default()))
        .collect::<Result<_, _>>()?;
    read_return(&sources, options)
}

fn missing_file(rows: &str) -> Return903 {
    let text = format!("CHILD,DOB,MISSING,MIS_START,MIS_END\n{rows}");
    read_903(&[("missing.csv", text.as_bytes())], &options()).unwrap()
}

fn read_police(
    profile: &MappingProfile,
    bytes: &[u8],
) -> Result<(Vec<RowOutcome<PoliceIncident>>, Account), ReadError> {
    look("x.csv", bytes, &Limits::default())?;
    let mut extract = PoliceExtract::new(profile, bytes, Limits::default(), None)?;
    let rows = (&mut extract).collect::<Result<Vec<_>, _>>()?;
    Ok((rows, extract.account()))
}

/// One line a row: what became of it, repairs and findings. Cells only where repaired; the people are invented.
fn told<T>(rows: &[RowOutcome<T>]) -> String {
    let mut text = String::new();
    for row in rows {
        let what = match row.disposition {
            Disposition::Good(_) => "good",
            Disposition::Repaired(..) => "repaired",
            Disposition::Quarantined(_) => "quarantined",
        };
        writeln!(text, "line {} {what}", row.line).unwrap();
        for repair in row.repairs() {
            writeln!(
                text,
                "    {} {}: `{}` read as `{}`",
                repair.rule, repair.field, repair.before, repair.after
            )
            .unwrap();
        }
        for finding in row.all_findings() {
            let (rule, level) = (finding.rule, finding.level.code());
            writeln!(text, "    {rule} {level} [{}] {}", finding.fields.join(" "), finding.message).unwrap();
        }
    }
    text
}

#[test]
fn a_councils_return_row_by_row() {
    let names = ["missing.csv", "header.csv", "episodes.csv", "uasc.csv"];
    let bytes: Vec<Vec<u8>> = names.iter().map(|name| fixture(&format!("ssda903/{name}"))).collect();
    let files: Vec<(&str, &[u8])> = names.into_iter().zip(bytes.iter().map(Vec::as_slice)).collect();
    let last_year = fixture("ssda903/missing_last_year.csv");
    let last_year = Source::new("missing_last_year.csv", &last_year, &Limits::default()).unwrap();
    let read = read_903(&files, &Options { missing_last_year: Some(&last_year), ..options() }).unwrap();

    assert_eq!(read.year.unwrap().to_string(), "2024-25");
    assert!(read.year_inferred && read.account.adds_up());
    let kinds: Vec<&FileKind> = read.files.iter().map(|file| &file.kind).collect();
    assert_eq!(
        kinds[..3],
        [&FileKind::Imported("Missing"), &FileKind::Imported("Header"), &FileKind::Imported("Episodes")]
    );
    assert_eq!(kinds[3], &FileKind::NotYetImported("UASC"));
    insta::assert_snapshot!(format!(
        "{}\n\nMissing\n{}\nHeader\n{}\nEpisodes\n{}",
        read.account,
        told(&read.missing),
        told(&read.header),
        told(&read.episodes)
    ));
    insta::assert_json_snapshot!("council_children", read.children);
}

#[test]
fn police_extracts_in_two_layouts_say_the_same() {
    let made_at: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let run = |name: &str, file: &str| {
        let bytes = fixture(file);
        let told_rows = read_police(&profile(name), &bytes).unwrap();
        let run =
            dry_run(&profile(name), bytes.as_slice(), Limits::default(), Some(made_at), |_| {}).unwrap();
        assert_eq!(run.account, told_rows.1);
        (run, told_rows.0)
    };
    let (generic, rows) = run("generic.toml", "police_generic.csv");
    let (connect, connect_rows) = run("connect-like.toml", "police_connect_like.csv");
    insta::assert_snapshot!("police_generic_rows", told(&rows[20..]));
    insta::assert_snapshot!("police_connect_like_dry_run", connect.to_string());
    assert_eq!(generic.account, connect.account);
    // The same invented incidents in other words: typed, they are equal but for what the layouts spell differently.
    for (a, b) in rows.iter().zip(&connect_rows).take(24) {
        let (a, b) = (a.value().unwrap(), b.value().unwrap());
        assert_eq!(a.reported_at.unwrap().at, b.reported_at.unwrap().at);
        assert_eq!(
            (&a.risk_grade, &a.sex, &a.home_la, &a.found_by),
            (&b.risk_grade, &b.sex, &b.home_la, &b.found_by)
        );
    }
    insta::assert_json_snapshot!("one_police_incident", rows[1].value());
}

#[test]
fn a_reference_counts_as_used_once_a_row_with_it_is() {
    let text =
        b"incident_ref,reported_at,dob\n1,,\n1,01/05/2026 10:00,\n1,01/05/2026 10:00,\n1,02/05/2026 10:00,\n";
    let (rows, account) = read_police(&profile("generic.toml"), text).unwrap();
    let rules: Vec<Option<&str>> =
        rows.iter().map(|row| row.all_findings().next().map(|found| found.rule)).collect();
    assert_eq!(rules, [Some("CF-REQUIRED"), None, Some("CF-DUPLICATE"), Some("CF-REF-REPEATED")]);
    assert_eq!((account.good, account.quarantined), (1, 3));
}

#[test]
fn every_profile_that_ships_is_sound() {
    let mut found = 0;
    for entry in std::fs::read_dir(root().join("rules/mappings")).unwrap() {
        let file = entry.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        // A profile that names an agency is for a partner's extract.
        let name = if text.contains("\nagency = ") {
            PartnerProfile::from_toml(&text).unwrap().name
        } else {
            MappingProfile::from_toml(&text).unwrap().name
        };
        assert_eq!(format!("{name}.toml"), file.file_name().into_string().unwrap());
        found += 1;
    }
    assert!(found >= 4);
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let error = |bytes: &[u8]| match read_903(&[("a.csv", bytes)], &options()) {
        Err(error) => error.to_string(),
        Ok(read) => match &read.files[0].kind {
            FileKind::Unreadable(error) => error.to_string(),
            other => format!("{other:?}"),
        },
    };
    let police = |bytes: &[u8]| read_police(&profile("generic.toml"), bytes).unwrap_err().to_string();
    let wide = "a,".repeat(2_000);
    insta::assert_snapshot!(
        [
            error(b""),
            error(b"\xEF\xBB\xBF"),
            error(b"\n\n  \n"),
            error(b"CHILD,DOB\xFF,MISSING,MIS_START,MIS_END\n"),
            error(b"C\0HILD,DOB,MISSING,MIS_START,MIS_END\n"),
            error(b"CHILD,\"DOB,MISSING,MIS_START,MIS_END\n1,2,3"),
            error(b"PK\x03\x04"),
            error(b"\xFF\xFEC\0"),
            error(wide.as_bytes()),
            error(b"CHILD,child,DOB,MISSING,MIS_START,MIS_END\n"),
            error(b"name,colour\n1,2\n"),
            police(b"incident_ref\n1\n"),
            police(b"incident_ref,reported_at,Reported At\n1,,\n"),
        ]
        .join("\n")
    );
    let twice: &[u8] = b"CHILD,DOB,MISSING,MIS_START,MIS_END\n";
    let error = read_903(&[("a.csv", twice), ("b.csv", twice)], &options()).unwrap_err();
    assert!(matches!(error, ReadError::TableTwice { table: "Missing", .. }));
}

#[test]
fn only_a_header_is_a_file_without_rows() {
    let read = missing_file("");
    assert_eq!((read.account, read.children.len(), read.year), (Account::default(), 0, None));
    let header = fixture("police_generic.csv").split(|byte| *byte == b'\n').next().unwrap().to_vec();
    assert_eq!(read_police(&profile("generic.toml"), &header).unwrap().1, Account::default());
}

#[test]
fn damaged_rows_are_quarantined_and_the_others_are_read() {
    let huge = "x".repeat(10 << 20);
    let rows = format!(
        "1,,M,01/05/2024,\r\n2,,M,01/05/2024\n\n3,,M,01/05/2024,,\r4,,M,01/05/2024,,more\n5,\0,M,01/05/2024,\n\
         6,\"a\"b,M,01/05/2024,\n{huge},,M,01/05/2024,\n1,,M,01/05/2024,\n7,,M,01/05/2024,\n8,\"open,M,01/05/2024,\n9,,M,,\n"
    );
    let read = missing_file(&rows);
    assert!(read.account.adds_up());
    let (rows, blank) = (read.account.rows, read.account.blank_lines);
    assert_eq!((rows, blank), (10, 1));
    let children: Vec<&str> = read.children.iter().map(|child| child.local_id.as_str()).collect();
    assert_eq!(children, ["1", "3", "7"]);
    insta::assert_snapshot!(told(&read.missing));
}

#[test]
fn headers_in_other_spellings_and_delimiters_are_found() {
    for text in [
        "\u{FEFF}Child;Dob;Missing;Mis Start;Mis End\n1;;M;01/05/2024;\n",
        "mis_end\tmis-start\tMISSING\tDOB\tCHILD\n\t01/05/2024\tM\t\t1\n",
        "\"CHILD\",'DOB',MISSING (M/A),MIS_START,MIS_END,\n1,,M,01/05/2024,,\n",
    ] {
        let read = read_903(&[("a.csv", text.as_bytes())], &options()).unwrap();
        assert_eq!(read.files[0].kind, FileKind::Imported("Missing"), "{text}");
        assert_eq!((read.account.good, read.account.quarantined), (1, 0), "{text}");
    }
    let read =
        read_903(&[("a.csv", b"CHILD,MISSING,MIS_START,MIS_END,NOTES\n".as_slice())], &options()).unwrap();
    assert_eq!(
        (read.files[0].unmatched_columns.as_slice(), read.files[0].absent_columns.as_slice()),
        (&["NOTES".to_owned()][..], &["DOB"][..])
    );
}

#[test]
fn what_is_later_than_the_extract_is_set_aside_and_a_day_is_not_held_to_the_hour() {
    let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
    let rules = |row: &str| {
        let file = format!("incident_ref,reported_at,found_at,closed_at,prevention_interview_at\n{row}\n");
        let profile = profile("generic.toml");
        let mut extract =
            PoliceExtract::new(&profile, file.as_bytes(), Limits::default(), Some(now)).unwrap();
        let row = extract.next().unwrap().unwrap();
        let rules: Vec<&str> = row.all_findings().map(|finding| finding.rule).collect();
        (row.value().is_some(), rules.into_iter().filter(|rule| *rule != "CF-DAY-ONLY").collect::<Vec<_>>())
    };
    assert_eq!(rules("1,2126-05-01T10:00:00Z,,,"), (false, vec!["CF-FUTURE"]));
    assert_eq!(rules("1,2026-05-01T10:00:00Z,2026-06-01T13:00:00Z,,"), (false, vec!["CF-FUTURE"]));
    // Two clocks may differ by minutes, and a day alone may be tomorrow.
    assert_eq!(rules("1,2026-06-01T12:04:00Z,,,"), (true, vec![]));
    assert_eq!(rules("1,2026-06-02,,,"), (true, vec![]));
    assert_eq!(rules("1,2026-06-03,,,"), (false, vec!["CF-FUTURE"]));
    // An interview that is planned hides no child.
    let planned = rules("1,2026-05-01T10:00:00Z,2026-05-01T20:00:00Z,,2026-06-03T10:00:00Z");
    assert_eq!(planned, (true, vec!["CF-AHEAD"]));
}

/// Cells that have broken importers before.
const NASTY: &[&str] = &[
    "",
    " ",
    "1",
    "2",
    "M",
    "m",
    "A",
    "x",
    "é",
    "\u{FEFF}",
    "01/05/2024",
    "1/5/2024",
    "2024-05-01",
    "45413",
    "31/02/2024",
    "05/13/2024",
    "01/05/24",
    "99999",
    "45413.5",
    "01/05/2024 10:00",
    "2024-10-27T01:30",
    "2024-05-01T10:00+01:00",
    "=1+1",
    "NA",
    "High",
    "absent",
    "IC1",
    "W1",
    "E09000010",
    "1.2E+10",
    "-1",
    "9999999999999999999",
    "a;b;c",
    "01/05/2024 10:00 = high",
    " 2 ",
    "UN1",
    "WBRI",
    "wbri",
    "E8",
    "01/05/2006",
    "01/05/1900",
    "31/12/2199",
    "29/02/2008",
    "ﬃ",
    "ß",
    "T",
    "T10:00",
    "0:0",
];

fn nasty_rows(columns: usize) -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    let cell = prop::sample::select(NASTY);
    prop::collection::vec(prop::collection::vec(cell, columns), 0..12)
}

fn csv(header: &str, rows: &[Vec<&str>]) -> String {
    let rows = rows.iter().map(|row| row.join(","));
    std::iter::once(header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

fn header_of(kinds: impl Fn(FieldKind) -> bool) -> String {
    Field::ALL
        .iter()
        .filter(|field| kinds(field.kind()))
        .map(|field| field.name())
        .collect::<Vec<_>>()
        .join(",")
}

const MISSING_HEADER: &str = "CHILD,DOB,MISSING,MIS_START,MIS_END";
const HEADER_HEADER: &str = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB";
const EPISODES_HEADER: &str = "CHILD,DECOM,RNE,DEC,REC";

/// The rows as repaired: the cells with each repair put in place.
fn repaired_cells<T>(header: &str, row: &RowOutcome<T>) -> Cells {
    row.repairs().iter().fold(row.source.clone(), |cells, repair| {
        let place = header.split(',').position(|name| name == repair.field).unwrap();
        assert_eq!(cells.get(place), Some(repair.before.as_str()));
        cells.with(place, &repair.after)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[a-c1-3,\"\n\r;\t é/]{0,300}") {
        let generic = profile("generic.toml");
        for body in [bytes, text.into_bytes()] {
            for header in ["", "CHILD,DOB,MISSING,MIS_START,MIS_END\n", "incident_ref,reported_at,dob,sex\n"] {
                let file = [header.as_bytes(), &body].concat();
                if let Ok(read) = read_903(&[("a.csv", &file)], &options()) {
                    prop_assert!(read.account.adds_up());
                    prop_assert_eq!(read.account.rows, read.missing.len() as u64);
                }
                if let Ok((rows, account)) = read_police(&generic, &file) {
                    prop_assert!(account.adds_up());
                    prop_assert_eq!(account.rows, rows.len() as u64);
                }
            }
        }
    }

    #[test]
    fn a_return_is_accounted_for_and_read_the_same_twice(
        missing in nasty_rows(5), header in nasty_rows(7), episodes in nasty_rows(5),
    ) {
        let files = [csv(MISSING_HEADER, &missing), csv(HEADER_HEADER, &header), csv(EPISODES_HEADER, &episodes)];
        let sources: Vec<(&str, &[u8])> = files.iter().map(|text| ("a.csv", text.as_bytes())).collect();
        let read = read_903(&sources, &options()).unwrap();
        prop_assert!(read.account.adds_up());
        prop_assert_eq!(read.account.rows as usize, read.missing.len() + read.header.len() + read.episodes.len());
        let periods: usize = read.children.iter().map(|child| child.periods.len()).sum();
        prop_assert_eq!(periods, read.missing.iter().filter(|row| row.value().is_some()).count());
        prop_assert!(read.children.iter().all(|child| !child.local_id.is_empty()));
        prop_assert_eq!(&read_903(&sources, &options()).unwrap(), &read);
    }

    #[test]
    fn a_repaired_row_read_again_is_good_and_the_same(rows in nasty_rows(5)) {
        let text = csv(MISSING_HEADER, &rows);
        let read = read_903(&[("a.csv", text.as_bytes())], &options()).unwrap();
        for row in read.missing.iter().filter(|row| !row.repairs().is_empty()) {
            let mut again = format!("{MISSING_HEADER}\n");
            cf_exchange::write_row(&mut again, repaired_cells(MISSING_HEADER, row).iter());
            let again = read_903(&[("a.csv", again.replace('\'', "").as_bytes())], &options()).unwrap();
            let Disposition::Good(value) = &again.missing[0].disposition else {
                return Err(TestCaseError::fail(format!("not good: {:?}", again.missing[0])));
            };
            let before = row.value().unwrap();
            prop_assert_eq!((&value.child, value.dob, value.period.kind), (&before.child, before.dob, before.period.kind));
            prop_assert_eq!((value.period.start, value.period.end), (before.period.start, before.period.end));
        }
    }

    #[test]
    fn an_extract_is_accounted_for_and_read_the_same_twice(rows in nasty_rows(Field::ALL.len())) {
        let generic = profile("generic.toml");
        let text = csv(&header_of(|_| true), &rows);
        let (found, account) = read_police(&generic, text.as_bytes()).unwrap();
        prop_assert!(account.adds_up());
        prop_assert_eq!(account.rows, found.len() as u64);
        let references: Vec<&str> = found.iter().filter_map(|row| Some(row.value()?.incident_ref.as_str())).collect();
        let distinct: std::collections::HashSet<&&str> = references.iter().collect();
        prop_assert_eq!(distinct.len(), references.len());
        let (again, _) = read_police(&generic, text.as_bytes()).unwrap();
        prop_assert_eq!(again, found);
    }
}
