//! Partners' extracts: what is read, what is set aside, and what a profile must say.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use cf_exchange::mapping::dry_run;
use cf_exchange::partner::{PartnerExtract, PartnerProfile};
use cf_exchange::{EntryKind, Limits};

const PROFILE: &str = "name = 'a'\nversion = 1\nsource_system = 'a'\n\
    agency = { kind = 'service', code = 'harbour', name = 'Harbour' }\n\
    [columns]\nentry_ref = 'Ref'\nperson_ref = 'Client'\nkind = 'What'\ndate = 'On'\nended = 'To'\ndob = 'DOB'\n\
    given_name = 'First'\nphones = 'Phone'\n[values.kind]\n'Place' = 'service'\n'Referral' = 'referral'\n";

fn profile() -> PartnerProfile {
    PartnerProfile::from_toml(PROFILE).unwrap()
}

#[test]
fn rows_are_read_and_bad_ones_say_why() {
    let file = "Ref,Client,What,On,To,DOB,First,Phone,Note\n\
                1,77,Referral,01/07/2026,,02/03/2011, Ada ,07700 900001; 07700 900002,x\n\
                2,77,Place,2026-07-05,04/07/2026,02/03/2011,Ada,,\n\
                3,78,Visit,01/07/2026,,,Bo,,\n\
                4,,Place,01/07/2026,,,Bo,,\n\
                5,79,Place,31/02/2026,,,Bo,,\n\
                1,80,Place,01/07/2026,,,Cy,,\n\
                6,81,Place,01/07/2026,,01/08/2026,Di,,\n\
                1.23E+10,82,Place,01/07/2026,,,Ed,,\n";
    let profile = profile();
    let mut extract = PartnerExtract::new(&profile, file.as_bytes(), Limits::default(), None).unwrap();
    let rows: Vec<_> = extract.by_ref().map(Result::unwrap).collect();
    let told: Vec<Vec<&str>> =
        rows.iter().map(|row| row.all_findings().map(|finding| finding.rule).collect()).collect();
    assert_eq!(
        told,
        [
            vec![],
            vec!["CF-ORDER"],
            // A kind without a code is kept as written nowhere: an entry that is no known kind cannot be shown.
            vec!["CF-REQUIRED", "CF-CODE"],
            vec!["CF-REQUIRED"],
            vec!["CF-REQUIRED", "CF-DATE"],
            vec!["CF-REF-REPEATED"],
            vec!["CF-BORN-AFTER"],
            vec!["CF-SCIENTIFIC"],
        ]
    );
    assert_eq!(
        extract.account().to_string(),
        "8 rows: 2 good, 1 repaired, 5 quarantined; 2 findings on rows that were used"
    );
    let first = rows[0].value().unwrap();
    assert_eq!((first.kind, first.given_name.as_str()), (Some(EntryKind::Referral), "Ada"));
    assert_eq!(first.phones, ["07700 900001", "07700 900002"]);
    assert_eq!(extract.columns().unmatched, ["Note"]);
    assert_eq!(format!("{first:?}"), "PartnerEntry(…)");
}

#[test]
fn an_entry_later_than_the_extract_is_set_aside_and_tomorrow_is_not() {
    let file = "Ref,Client,What,On,To\n1,77,Referral,01/07/2126,\n2,77,Place,02/06/2026,01/09/2026\n";
    let profile = profile();
    let now = "2026-06-01T12:00:00Z".parse().ok();
    let extract = PartnerExtract::new(&profile, file.as_bytes(), Limits::default(), now).unwrap();
    let rows: Vec<_> = extract.map(Result::unwrap).collect();
    let rules = |row: usize| rows[row].all_findings().map(|finding| finding.rule).collect::<Vec<_>>();
    assert_eq!((rules(0), rows[0].value().is_some()), (vec!["CF-FUTURE"], false));
    assert_eq!((rules(1), rows[1].value().is_some()), (vec![], true));
}

#[test]
fn a_dry_run_tells_codes_and_columns() {
    let file = "Ref,Client,What,On\n1,77,Referral,01/07/2026\n2,77,Visit,01/07/2026\n";
    let told = dry_run(&profile(), file.as_bytes(), Limits::default(), None, |_| {}).unwrap().to_string();
    assert!(told.contains("Visit -> not in the profile"), "{told}");
    assert!(told.contains("not in the file: `dob`, `ended`, `given_name`, `phones`"), "{told}");
}

#[test]
fn a_profile_says_whose_records_they_are() {
    let error = |from: &str, to: &str| {
        assert!(PROFILE.contains(from));
        PartnerProfile::from_toml(&PROFILE.replace(from, to)).unwrap_err().to_string()
    };
    let agency = "agency = { kind = 'service', code = 'harbour', name = 'Harbour' }\n";
    insta::assert_snapshot!(
        [
            error(agency, ""),
            error(agency, "agency = { kind = 'gang', code = 'x', name = 'X' }\n"),
            error(agency, "agency = { kind = 'service', code = 'x' }\n"),
            error(agency, "agency = { kind = 'council', code = 'Barnet!' }\n"),
            error(agency, "agency = { kind = 'council', code = '30' }\n"),
            error(agency, "agency = { kind = 'health', code = 'a&e ward', name = 'A&E' }\n"),
            error(agency, "force = 'metropolitan'\nagency = { kind = 'council', code = '302' }\n"),
            error("person_ref = 'Client'\n", ""),
            error("kind = 'What'\n", ""),
            error("'Place' = 'service'", "'Place' = 'home'"),
        ]
        .join("\n")
    );
}

proptest::proptest! {
    /// Whatever follows the header, every row is counted once and nothing panics.
    #[test]
    fn every_row_of_a_hostile_file_is_accounted_for(
        rows in proptest::collection::vec("[\\PC\"\n,;\t/0-9a-z]{0,60}", 0..20),
        dates in proptest::collection::vec("[0-9/]{8,10}", 0..5),
    ) {
        let mut file = "Ref,Client,What,On,To,DOB,First,Phone\n".to_owned();
        for (number, date) in dates.iter().enumerate() {
            file.push_str(&format!("{number},c,Place,{date},{date},{date},A,1;2\n"));
        }
        file.push_str(&rows.join("\n"));
        let profile = profile();
        let mut extract = PartnerExtract::new(&profile, file.as_bytes(), Limits::default(), None).unwrap();
        let mut seen = 0;
        while let Some(Ok(outcome)) = extract.next() {
            seen += 1;
            let quarantined = outcome.value().is_none();
            proptest::prop_assert!(!quarantined || outcome.all_findings().next().is_some(), "no reason given");
        }
        proptest::prop_assert!(extract.account().adds_up());
        proptest::prop_assert_eq!(extract.account().rows, seen);
    }
}
