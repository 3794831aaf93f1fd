//! Imports of the fixtures, on both databases.
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use cf_exchange::police::MappingProfile;
use cf_kernel::{Actor, ManualClock, Role, TeamId, Timestamp, UserId};
use cf_sealing::MasterKey;
use cf_store::{LogKey, Options, Store, TABLES};
use cf_testkit::Postgres;
use tempfile::TempDir;

use super::*;

const NOON: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

async fn app(url: &str) -> App {
    let clock = ManualClock::at(NOON);
    let mut options =
        Options::new(MasterKey::from_bytes(&[7; 32]), LogKey::new("childfirst.example", &[9; 32]).unwrap());
    options.clock = Arc::new(clock.clone());
    options.tables = TABLES.to_vec();
    App::new(Store::open(url, options).await.unwrap(), Arc::new(clock)).await.unwrap()
}

fn caller(role: Role) -> Caller {
    let actor = Actor {
        user: UserId::from_uuid(Uuid::from_u128(1)),
        name: "Ash Admin".to_owned(),
        role,
        team: TeamId::from_uuid(Uuid::from_u128(2)),
    };
    Caller {
        actor,
        session: None,
        authority: None,
        glass: None,
        wording: Default::default(),
        request: "test".to_owned(),
    }
}

fn admin() -> Caller {
    caller(Role::Administrator)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/import").join(name)).unwrap()
}

fn profile(name: &str) -> MappingProfile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/mappings").join(name);
    MappingProfile::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn extract(name: &str, bytes: impl Into<Vec<u8>>) -> Extract {
    Extract::Bytes(name.to_owned(), bytes.into().into())
}

fn council(authority: &str, names: &[&str]) -> CouncilReturn {
    CouncilReturn {
        authority: authority.parse().unwrap(),
        files: names.iter().map(|name| ((*name).to_owned(), fixture(&format!("ssda903/{name}")))).collect(),
        year: None,
        missing_last_year: None,
    }
}

fn silent() -> Arc<dyn Watch> {
    Arc::new(Silent)
}

async fn police(app: &App, extract: &Extract) -> ImportReport {
    app.import_police(&admin(), &profile("generic.toml"), extract, silent()).await.unwrap()
}

/// Runs a behaviour on SQLite and on a PostgreSQL of its own.
async fn on_both<F: Future<Output = ()>>(behaviour: impl Fn(App) -> F) {
    let folder = TempDir::new().unwrap();
    behaviour(app(&format!("sqlite://{}", folder.path().join("record.db").display())).await).await;
    let server = Postgres::start().unwrap();
    behaviour(app(&server.database().unwrap()).await).await;
}

const ALL: [&str; 4] = ["header.csv", "missing.csv", "episodes.csv", "uasc.csv"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_police_extract_is_imported_once_and_every_row_is_accounted_for() {
    on_both(|app| async move {
        let file = extract("police.csv", fixture("police_generic.csv"));
        let first = police(&app, &file).await;
        assert_eq!(first.account.rows, 40);
        assert!(first.account.adds_up());
        let used = first.account.good + first.account.repaired;
        assert_eq!(first.changes.incidents_new, used);
        assert!(first.changes.children_new > 0 && first.changes.children_new <= used);
        // Each row once in the store, with its fate.
        let hash: [u8; 32] = Sha256::digest(fixture("police_generic.csv")).into();
        let import = app.store.import_of(&hash, "police/generic", 1).await.unwrap().unwrap();
        let rows = app.store.import_rows(import.id, 0, 1_000).await.unwrap();
        let with = |fate: &str| rows.iter().filter(|row| row.disposition == fate).count() as u64;
        assert_eq!(rows.len(), 40);
        assert_eq!((with("good"), with("repaired")), (first.account.good, first.account.repaired));
        assert_eq!(with("quarantined"), first.account.quarantined);
        assert!(rows.iter().all(|row| row.disposition != "quarantined" || !row.reason.is_empty()));
        // Again, also under another name: nothing in the record changes.
        let head = app.store.head().await.unwrap();
        for name in ["police.csv", "copy of police.csv"] {
            let again = police(&app, &extract(name, fixture("police_generic.csv"))).await;
            assert!(again.files[0].imported_before.is_some());
            assert_eq!(again.changes, Changes::default());
        }
        assert_eq!(app.store.head().await.unwrap(), head);
        let damage = app.store.damage();
        assert_eq!(damage, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_cut_short_is_completed_without_duplicates() {
    on_both(|app| async move {
        let whole = String::from_utf8(fixture("police_generic.csv")).unwrap();
        let half: String = whole.lines().take(20).map(|line| format!("{line}\n")).collect();
        // What a crash leaves: some chunks written, and no account of the file.
        let profile = profile("generic.toml");
        let file = extract("police.csv", half);
        let facts = cf_exchange::look(
            "police.csv",
            std::io::Cursor::new(read(&file)),
            &cf_exchange::Limits::default(),
        );
        let caller = admin();
        let mut pipeline = pipeline::Pipeline::new(&app, &caller, "police.csv", silent(), false);
        app.run(&profile, &file, &facts.unwrap(), &mut pipeline).await.unwrap();
        let begun = pipeline.changes;
        assert!(begun.incidents_new > 0);
        let done = police(&app, &extract("police.csv", whole.clone())).await;
        assert_eq!(done.changes.incidents_known, begun.incidents_new);
        // A database that was never interrupted holds the same number of each.
        let folder = TempDir::new().unwrap();
        let other =
            super::tests::app(&format!("sqlite://{}", folder.path().join("record.db").display())).await;
        let straight = police(&other, &extract("police.csv", whole)).await;
        assert_eq!(done.changes.incidents_new + begun.incidents_new, straight.changes.incidents_new);
        assert_eq!(done.changes.children_new + begun.children_new, straight.changes.children_new);
        for (kind, count) in
            [("missing", straight.changes.incidents_new), ("child", straight.changes.children_new)]
        {
            let streams = app.store.streams_page(kind, None, 1_000).await.unwrap();
            assert_eq!(streams.len() as u64, count, "{kind}");
        }
    })
    .await;
}

fn read(extract: &Extract) -> Vec<u8> {
    match extract {
        Extract::Bytes(_, bytes) => bytes.to_vec(),
        Extract::Path(_) => Vec::new(),
    }
}

const HEAD: &str = "incident_ref,person_ref,reported_at,found_at,dob,sex,harm,how_found,found_by";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_child_is_completed_and_never_overwritten() {
    on_both(|app| async move {
        let one = format!("{HEAD}\nI1,P1,2026-05-01T10:00:00,,,female,,,\n");
        police(&app, &extract("one.csv", one)).await;
        let two =
            format!("{HEAD}\nI2,P1,2026-05-03T10:00:00,,2011-02-03,male,,,\nI3,,2026-05-04T10:00:00,,,,,,\n");
        let report = police(&app, &extract("two.csv", two)).await;
        assert_eq!((report.changes.children_new, report.changes.children_changed), (1, 1));
        let child = imported_id(&app.store, "import/child", "generic", "P1");
        let row = app.store.child_row(cf_kernel::ChildId::from_uuid(child)).await.unwrap().unwrap();
        assert_eq!((row.sex.as_str(), row.born_on.as_deref()), ("female", Some("2011-02-03")));
        assert_eq!(row.source.as_deref(), Some("generic:P1"));
        let incidents = app.store.incidents_of(cf_kernel::ChildId::from_uuid(child), 10).await.unwrap();
        assert_eq!(incidents.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_without_a_counterpart_are_noted_and_the_row_is_kept_sealed() {
    on_both(|app| async move {
        let file = format!("{HEAD}\nI1,P1,2026-05-01,02/05/2026 08:00,,,known,located,\n");
        let report = police(&app, &extract("one.csv", file)).await;
        let rules: Vec<&str> = report.files[0].rules.iter().map(|rule| rule.rule).collect();
        assert!(rules.contains(&"CF-NO-CODE") && rules.contains(&"CF-DAY-ONLY"), "{rules:?}");
        let incident = imported_id(&app.store, "import/incident", "generic", "I1");
        let events = app.store.load(cf_kernel::StreamId::from_uuid(incident)).await.unwrap();
        let private = String::from_utf8(events[0].private.clone().unwrap()).unwrap();
        assert!(private.contains("located") && private.contains("precision of reported_at"), "{private}");
        assert!(!String::from_utf8_lossy(&events[0].clear).contains("located"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_and_other_roles_are_refused_and_change_nothing() {
    on_both(|app| async move {
        let (profile, head) = (profile("generic.toml"), app.store.head().await.unwrap());
        for bytes in [&b""[..], b"incident_ref,reported_at\n1,\xFF\n", b"PK\x03\x04", b"a,b\n1,2\n"] {
            let problem = app
                .import_police(&admin(), &profile, &extract("bad.csv", bytes), silent())
                .await
                .unwrap_err();
            assert_eq!(problem.code(), "invalid");
            let mut files = council("308", &[]);
            files.files.push(("bad.csv".to_owned(), bytes.to_vec()));
            assert_eq!(
                app.import_ssda903(&admin(), files, silent(), false).await.unwrap_err().code(),
                "invalid"
            );
        }
        let file = extract("police.csv", fixture("police_generic.csv"));
        let problem =
            app.import_police(&caller(Role::Operator), &profile, &file, silent()).await.unwrap_err();
        assert_eq!(problem.code(), "denied");
        assert_eq!(app.store.head().await.unwrap(), head);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_councils_return_is_imported_once_and_beside_police_records() {
    on_both(|app| async move {
        let mut files = council("308", &ALL);
        files.files.push(("copy.csv".to_owned(), fixture("ssda903/missing.csv")));
        let dry = app.import_ssda903(&admin(), files.clone(), silent(), true).await.unwrap();
        assert_eq!(app.store.head().await.unwrap(), 0);
        let first = app.import_ssda903(&admin(), files.clone(), silent(), false).await.unwrap();
        assert_eq!(dry.changes.children_new, first.changes.children_new);
        assert!(first.account.adds_up() && first.account.quarantined > 0);
        assert_eq!(first.year.as_deref(), Some("2024-25"));
        assert!(first.files[3].what.contains("not imported yet"), "{}", first.files[3].what);
        assert!(first.files[4].what.contains("the same file as missing.csv"));
        let missing: [u8; 32] = Sha256::digest(fixture("ssda903/missing.csv")).into();
        let imports = app.store.imports(10).await.unwrap();
        let import = imports.iter().find(|import| import.file_hash == missing).unwrap();
        let rows = app.store.import_rows(import.id, 0, 100).await.unwrap();
        assert_eq!(rows.len() as u64, first.files[1].account.rows);
        assert!(
            rows.iter()
                .any(|row| row.disposition == "quarantined" && row.reason.starts_with("1004 MIS_START"))
        );
        let head = app.store.head().await.unwrap();
        assert_eq!(head as u64, first.changes.events);
        let again = app.import_ssda903(&admin(), files, silent(), false).await.unwrap();
        assert_eq!(again.changes.events, 0);
        assert_eq!(again.changes.children_same, first.changes.children_new);
        assert!(again.files[0].imported_before.is_some());
        assert_eq!(app.store.head().await.unwrap(), head);
        assert!(app.store.streams_page("missing", None, 1).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_return_under_another_council_is_refused() {
    on_both(|app| async move {
        app.import_ssda903(&admin(), council("308", &ALL), silent(), false).await.unwrap();
        let head = app.store.head().await.unwrap();
        let problem = app
            .import_ssda903(&admin(), council("301", &["missing.csv"]), silent(), false)
            .await
            .unwrap_err();
        assert_eq!(problem.code(), "another_authority");
        assert_eq!(app.store.head().await.unwrap(), head);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_was_not_handed_over_says_nothing() {
    on_both(|app| async move {
        app.import_ssda903(&admin(), council("308", &["header.csv", "missing.csv"]), silent(), false)
            .await
            .unwrap();
        app.import_ssda903(&admin(), council("308", &["episodes.csv", "missing.csv"]), silent(), false)
            .await
            .unwrap();
        let rows = app.store.council_records(Some("308"), 100, 0).await.unwrap();
        let child = rows.iter().find(|row| row.local_id == "1001").unwrap();
        assert_eq!((child.sex.as_str(), child.in_care), ("F", Some(true)));
    })
    .await;
}

#[derive(Default)]
struct Counting {
    findings: Mutex<Vec<(u64, &'static str)>>,
    rows: AtomicU64,
}

impl Watch for Counting {
    fn rows(&self, done: u64, _about: u64) {
        self.rows.fetch_max(done, Ordering::Relaxed);
    }
    fn finding(&self, finding: &FindingAt<'_>) {
        self.findings.lock().unwrap().push((finding.line, finding.rule));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_tells_what_the_import_then_does() {
    on_both(|app| async move {
        let (profile, file) =
            (profile("connect-like.toml"), extract("c.csv", fixture("police_connect_like.csv")));
        let watch = Arc::new(Counting::default());
        let dry = app.dry_run_police(&admin(), &profile, &file, watch.clone()).await.unwrap();
        assert_eq!(app.store.head().await.unwrap(), 0);
        let told: u64 = dry.report.files[0].rules.iter().map(|rule| rule.times).sum();
        assert_eq!(watch.findings.lock().unwrap().len() as u64, told);
        assert_eq!(watch.rows.load(Ordering::Relaxed), dry.report.account.rows);
        let done = app.import_police(&admin(), &profile, &file, silent()).await.unwrap();
        assert_eq!(dry.report.account, done.account);
        let (dry, done) = (dry.report.changes, done.changes);
        assert_eq!((dry.children_new, dry.incidents_new), (done.children_new, done.incidents_new));
    })
    .await;
}

const LATER: &str = "incident_ref,person_ref,reported_at,found_at,closed_at,risk_grade,found_by,harm";

/// The incident with this reference, as it stands.
async fn incident(app: &App, reference: &str) -> cf_casework::missing::Incident {
    let id = imported_id(&app.store, "import/incident", "generic", reference);
    let events = app.store.load(cf_kernel::StreamId::from_uuid(id)).await.unwrap();
    let state = cf_store::state_of::<cf_casework::missing::Missing>(&events).unwrap();
    *state.incident.unwrap()
}

async fn rows_of(app: &App, text: &str) -> Vec<cf_store::ImportRow> {
    let hash: [u8; 32] = Sha256::digest(text).into();
    let import = app.store.import_of(&hash, "police/generic", 1).await.unwrap().unwrap();
    app.store.import_rows(import.id, 0, 1_000).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_incident_learns_what_a_later_extract_adds_and_no_more() {
    on_both(|app| async move {
        let one = format!("{LATER}\nI1,P1,2026-05-01T10:00:00,,,,,\nI2,P2,2026-05-01T11:00:00,,,,,\n");
        police(&app, &extract("one.csv", one)).await;
        assert!(matches!(incident(&app, "I1").await.phase, cf_casework::missing::Phase::Missing));
        // The same again in another file: nothing.
        let same = format!("{LATER}\nI2,P2,2026-05-01T11:00:00,,,,,\nI1,P1,2026-05-01T10:00:00,,,,,\n");
        let report = police(&app, &extract("same.csv", same)).await;
        assert_eq!((report.changes.events, report.changes.incidents_known), (0, 2));
        // The return, with its source; and a grade, which only a person gives.
        let later = format!(
            "{LATER}\nI1,P1,2026-05-01T10:00:00,2026-05-02T09:00:00,,high,police,none\nI2,P2,2026-05-01T11:00:00,,,,,\n"
        );
        let report = police(&app, &extract("later.csv", later.clone())).await;
        assert_eq!(report.changes.incidents_learned, 1);
        let learned = incident(&app, "I1").await;
        let back = learned.back().unwrap();
        assert_eq!(back.how, cf_casework::missing::HowReturned::FoundPolice);
        assert_eq!((learned.grade(), learned.gradings.len()), (None, 0));
        assert!(!learned.clocks.is_empty(), "the talks are owed");
        let rows = rows_of(&app, &later).await;
        assert!(rows[0].reason.contains("CF-LEARNED") && rows[0].reason.contains("CF-FOR-A-PERSON risk_grade"));
        assert!(rows[1].reason.contains("CF-KNOWN"));
        // And again, with a closing line: only what is new.
        let closed = format!(
            "{LATER}\nI1,P1,2026-05-01T10:00:00,2026-05-02T09:00:00,2026-05-09T09:00:00,,police,none\n"
        );
        assert_eq!(police(&app, &extract("closed.csv", closed)).await.changes.incidents_learned, 1);
        let closed = incident(&app, "I1").await;
        assert!(!closed.is_open() && closed.clocks.is_empty() && closed.back().is_some());
        let difference = app.store.check_rows(cf_store::fold, |_, _| {}).await.unwrap();
        assert!(difference.is_ok(), "{difference:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_contradicts_the_record_is_set_aside_with_its_reason() {
    on_both(|app| async move {
        let one = format!("{LATER}\nI1,P1,2026-05-01T10:00:00,2026-05-02T09:00:00,,,,\n");
        police(&app, &extract("one.csv", one)).await;
        let head = app.store.head().await.unwrap();
        // Another moment of return, and a harm that would be new: the row is not trusted for either.
        let two = format!("{LATER}\nI1,P1,2026-05-01T10:00:00,2026-05-02T19:00:00,,,,none\n");
        let report = police(&app, &extract("two.csv", two.clone())).await;
        assert_eq!((report.changes.incidents_contradicted, report.changes.events), (1, 0));
        assert_eq!((report.account.good, report.account.quarantined), (0, 1));
        assert!(report.account.adds_up());
        let rows = rows_of(&app, &two).await;
        assert_eq!((rows[0].number, rows[0].disposition.as_str()), (2, "quarantined"));
        assert!(rows[0].reason.contains("CF-CONTRADICTS found_at"), "{}", rows[0].reason);
        assert_eq!(app.store.head().await.unwrap(), head);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_somebody_works_on_it_the_end_is_for_a_person() {
    on_both(|app| async move {
        let one = format!("{LATER}\nI1,P1,2026-05-01T10:00:00,,,,,\n");
        police(&app, &extract("one.csv", one)).await;
        let id = imported_id(&app.store, "import/incident", "generic", "I1");
        let operator = Caller {
            actor: cf_kernel::Actor { role: cf_kernel::Role::Operator, ..admin().actor },
            ..admin()
        };
        let act = cf_casework::missing::Act::TakeOver;
        let id = cf_kernel::IncidentId::from_uuid(id);
        app.act(&operator, cf_kernel::CommandId::new(), id, None, act).await.unwrap();
        let later =
            format!("{LATER}\nI1,P1,2026-05-01T10:00:00,2026-05-02T09:00:00,2026-05-09T09:00:00,,police,\n");
        let report = police(&app, &extract("later.csv", later.clone())).await;
        assert_eq!((report.changes.incidents_learned, report.changes.events), (0, 0));
        assert!(matches!(incident(&app, "I1").await.phase, cf_casework::missing::Phase::Missing));
        let rows = rows_of(&app, &later).await;
        assert!(rows[0].reason.contains("CF-FOR-A-PERSON found_at found_by closed_at"), "{}", rows[0].reason);
    })
    .await;
}
