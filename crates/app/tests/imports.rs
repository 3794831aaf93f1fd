//! What imports keep of a file: what is set aside, what is counted, and what the same file gives again.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::sync::{Arc, Mutex};

use cf_app::import::{Extract, FindingAt, ImportReport, PartnerProfile, Silent, Watch, counts};
use cf_exchange::police::MappingProfile;
use cf_testkit::TestApp;

const POLICE: &str = "name = 'desk'\nversion = 1\nsource_system = 'desk'\nrequired = ['reported_at']\n\
    [columns]\nincident_ref = 'ref'\nperson_ref = 'person'\nreported_at = 'reported'\nfound_at = 'found'\n";
const PARTNER: &str = "name = 'lantern'\nversion = 1\nsource_system = 'lantern'\n\
    agency = { kind = 'service', code = 'lantern', name = 'Lantern Row' }\n\
    [columns]\nentry_ref = 'ref'\nperson_ref = 'client'\ndate = 'on'\n[constants]\nkind = 'referral'\n";

/// On the morning of 4 March 2026: one row that happened, one report of next year, one child found tomorrow.
const EXTRACT: &str = "ref,person,reported,found\n\
    1,p1,2026-03-01T10:00:00,2026-03-01T20:00:00\n\
    2,p2,2027-03-01T10:00:00,\n\
    3,p3,2026-03-03T10:00:00,2026-03-05T10:00:00\n";

fn extract(text: &str) -> Extract {
    Extract::Bytes("extract.csv".to_owned(), text.as_bytes().to_vec().into())
}

async fn police(test: &TestApp, text: &str) -> ImportReport {
    let (by, profile) = (test.administrator().await.caller, MappingProfile::from_toml(POLICE).unwrap());
    test.app.import_police(&by, &profile, &extract(text), Arc::new(Silent)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_happened_yet_is_set_aside_by_the_clock_of_the_import() {
    let test = TestApp::sqlite().await;
    let by = test.administrator().await.caller;
    let profile = MappingProfile::from_toml(POLICE).unwrap();
    let dry = test.app.dry_run_police(&by, &profile, &extract(EXTRACT), Arc::new(Silent)).await.unwrap();
    assert!(dry.reading.findings.iter().any(|found| found.rule == "CF-FUTURE" && found.times == 2));
    let report = police(&test, EXTRACT).await;
    assert_eq!(
        report.account.to_string(),
        "3 rows: 1 good, 0 repaired, 2 quarantined; 0 findings on rows that were used"
    );
    assert_eq!(report.changes.incidents_new, 1);
    let rule = report.files[0].rules.iter().find(|rule| rule.rule == "CF-FUTURE").unwrap();
    assert_eq!(rule.first_lines, [3, 4]);

    let profile = PartnerProfile::from_toml(PARTNER).unwrap();
    let entries = "ref,client,on\n1,c1,2026-03-01\n2,c2,2026-03-05\n3,c3,2027-03-01\n";
    let report = test.app.import_partner(&by, &profile, &extract(entries), Arc::new(Silent)).await.unwrap();
    assert_eq!(
        report.account.to_string(),
        "3 rows: 2 good, 0 repaired, 1 quarantined; 0 findings on rows that were used"
    );
    assert_eq!(report.files[0].rules[0].rule, "CF-FUTURE");
}

/// Writes down every finding.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Watch for Heard {
    fn finding(&self, finding: &FindingAt<'_>) {
        self.0.lock().unwrap().push(format!("{finding:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_known_tells_again_what_was_found_and_how_many_rows_are_set_aside() {
    let test = TestApp::sqlite().await;
    let by = test.administrator().await.caller;
    let profile = MappingProfile::from_toml(POLICE).unwrap();
    // Spaces and a day without a time, so that there are repairs and notes too.
    let text = format!("{EXTRACT} 4 ,p4,2026-02-01,\n5,p5,31/02/2026 10:00,\n");
    let run = async || {
        let heard = Arc::new(Heard::default());
        let report = test.app.import_police(&by, &profile, &extract(&text), heard.clone()).await.unwrap();
        let heard = heard.0.lock().unwrap().clone();
        (report, heard)
    };
    let (first, told) = run().await;
    assert!(first.account.quarantined == 3 && first.account.repaired == 1 && told.len() > 4, "{told:?}");
    let (again, told_again) = run().await;
    assert!(again.files[0].imported_before.is_some() && again.changes.events == 0);
    assert_eq!((again.account, told_again), (first.account, told));
    assert_eq!(again.files[0].rules, first.files[0].rules);

    // What is stored is one object.
    let stored = &test.app.imports(&by, 5).await.unwrap()[0].counts;
    assert!(stored.starts_with('{'), "{stored}");
    let stored = counts(stored).unwrap();
    assert_eq!((&stored["quarantined"], &stored["incidents_new"]), (&3.into(), &2.into()));
}
