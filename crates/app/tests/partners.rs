//! What partner agencies hold: imported beside police records, found while a caller speaks, linked by people, and shown
//! as one life. On both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use std::sync::Arc;

use cf_app::import::{Extract, ImportReport, PartnerProfile, Silent};
use cf_app::matching::{Decision, Heard, Linked, SideView, What, When};
use cf_app::report::{ReportForm, Who};
use cf_app::{App, Caller};
use cf_casework::child::{CarePlan, Identity};
use cf_casework::missing::command::{MissingFrom, Reporter};
use cf_casework::partner::EntryKind;
use cf_kernel::{ChildId, CommandId};
use cf_testkit::{Postgres, TestApp};

const SERVICE: &str = "name = 'lantern'\nversion = 1\nsource_system = 'lantern'\n\
    agency = { kind = 'service', code = 'lantern', name = 'Lantern Row' }\n\
    [columns]\nentry_ref = 'ref'\nperson_ref = 'client'\nkind = 'kind'\ndate = 'on'\nended = 'to'\n\
    given_name = 'first'\nfamily_name = 'last'\ndob = 'dob'\nsex = 'sex'\npostcode = 'postcode'\nwords = 'words'\n";

/// The first is Jayden under another spelling; the second nobody police know.
const FILE: &str = "ref,client,kind,on,to,first,last,dob,sex,postcode,words\n\
    1,c7,referral,2026-02-01,,Jaydon,Thornbury,2010-07-04,male,N1 9OK,\n\
    2,c7,service,2026-03-01,,Jaydon,Thornbury,2010-07-04,male,N1 9OK,Meets every week.\n\
    3,c8,concern,2026-03-02,,Perpetua,Hollinshead,2012-05-05,female,,\n\
    4,c9,visit,2026-03-02,,Nobody,Known,,,,\n";

fn profile(text: &str) -> PartnerProfile {
    PartnerProfile::from_toml(text).unwrap()
}

async fn import(app: &App, by: &Caller, profile: &PartnerProfile, file: &str) -> ImportReport {
    let extract = Extract::Bytes("extract.csv".into(), file.as_bytes().to_vec().into());
    app.import_partner(by, profile, &extract, Arc::new(Silent)).await.unwrap()
}

async fn jayden(app: &App, by: &Caller) -> ChildId {
    let identity = Identity {
        given_name: "Jayden".into(),
        family_name: "Thornbury".into(),
        born_on: "2010-07-04".parse().ok(),
        sex: "male".into(),
        postcode: "N1 9OK".into(),
        ..Identity::default()
    };
    let form = ReportForm {
        who: Who::New(Box::new(identity), CarePlan::default()),
        last_seen_at: app.now().plus_hours(-2),
        last_seen_approximate: false,
        last_seen: "outside school".into(),
        circumstances: "did not come home".into(),
        already_tried: String::new(),
        description: String::new(),
        reporter: Reporter::default(),
        borough: None,
        missing_from: MissingFrom::ALL[0],
        answers: Vec::new(),
    };
    let incident = app.take_report(by, CommandId::new(), form).await.unwrap();
    app.incident(by, incident, None).await.unwrap().incident.child
}

async fn one_life(test: TestApp) {
    let app = &test.app;
    let (sam, kit, admin) = (test.operator().await, test.supervisor().await, test.administrator().await);
    let child = jayden(app, &sam.caller).await;
    let service = profile(SERVICE);
    let report = import(app, &admin.caller, &service, FILE).await;
    assert_eq!(
        report.account.to_string(),
        "4 rows: 3 good, 0 repaired, 1 quarantined; 0 findings on rows that were used"
    );
    assert_eq!((report.changes.children_new, report.changes.events), (2, 2));
    // The same file again is known; a later one with one entry more states that entry only.
    assert!(import(app, &admin.caller, &service, FILE).await.files[0].imported_before.is_some());
    let ended = FILE.replace("2026-03-01,,", "2026-03-01,2026-05-01,");
    let report = import(app, &admin.caller, &service, &ended).await;
    let changes = report.changes;
    assert_eq!((changes.children_new, changes.children_changed, changes.children_same), (0, 1, 1));
    // One reference for two birthdays is noted, not hidden.
    let twice = "ref,client,kind,on,to,first,last,dob,sex,postcode,words\n\
        9,c5,contact,2026-01-01,,Ada,Invented,2011-01-01,,,\n8,c5,contact,2026-01-02,,Bo,Other,2012-01-01,,,\n";
    let report = import(app, &admin.caller, &service, twice).await;
    assert_eq!((report.account.notes, report.files[0].rules[0].rule), (1, "CF-CHILD-DIFFERS"));
    // Another agency under the same system is refused, and says what to do.
    let other = profile(&SERVICE.replace("code = 'lantern'", "code = 'other'"));
    let extract = Extract::Bytes("x.csv".into(), FILE.replace("Meets", "Met").into_bytes().into());
    let refused = app.import_partner(&admin.caller, &other, &extract, Arc::new(Silent)).await;
    assert_eq!(refused.unwrap_err().code(), "another_agency");

    app.load_matching().await.unwrap();
    // While the caller speaks: a child only a partner knows. The operator learns whom to ring, and no more.
    let heard = Heard { given: "Perpetua".into(), family: "Hollinshed".into(), ..Heard::default() };
    let found = app.likely(&sam.caller, &heard, 6).await.unwrap();
    assert_eq!((found.likely.len(), found.partners.len()), (0, 1));
    let one = &found.partners[0];
    assert_eq!((one.partner.agency_name.as_str(), one.open, one.why.len()), ("Lantern Row", false, 0));
    let seen = app.likely(&kit.caller, &heard, 6).await.unwrap();
    assert!(seen.partners[0].open && !seen.partners[0].why.is_empty());
    let denied = app.partner_record(&sam.caller, one.partner.id()).await;
    assert_eq!(denied.unwrap_err().code(), "denied");

    // Proposed, weighed, decided.
    app.propose_links().await.unwrap();
    let view = app.links_waiting(&kit.caller).await.unwrap();
    let card = view.waiting.iter().find(|card| card.partner.is_some()).unwrap_or_else(|| panic!("{view:?}"));
    assert_eq!(
        (card.child.id(), card.partner.as_ref().unwrap().name().as_str()),
        (child, "Jaydon Thornbury")
    );
    let id = card.link.id();
    let pair = app.link(&kit.caller, id).await.unwrap();
    assert!(matches!(&pair.sides, [SideView::Child(..), SideView::Partner(..)]));
    let weighed = pair.weighed.unwrap();
    assert_eq!(weighed.lines.iter().map(|line| line.weight).sum::<i32>(), weighed.score);
    let same = Decision::Same("The caseworker confirms.".into());
    app.decide_link(&kit.caller, CommandId::new(), id, pair.version, same).await.unwrap();

    // One life, each entry with its source; an operator sees that there is more, and a linked record is shown with its
    // child and not again beside a report.
    let life = app.child(&kit.caller, child, None).await.unwrap().life.unwrap();
    assert!(matches!(&life.linked[0].record, Linked::Partner(_, agency, name, own)
        if agency.name == "Lantern Row" && name == "Jaydon Thornbury" && own == "c7"));
    let entries: Vec<_> = life
        .happened
        .iter()
        .filter_map(|happened| match &happened.what {
            What::Partner(_, kind, told) => Some((*kind, happened.when, told.words.as_str())),
            _ => None,
        })
        .collect();
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(
        entries,
        [
            (EntryKind::Service, When::Days(day("2026-03-01"), Some(day("2026-05-01"))), "Meets every week."),
            (EntryKind::Referral, When::On(day("2026-02-01")), ""),
        ]
    );
    let operators = app.child(&sam.caller, child, None).await.unwrap().life.unwrap();
    assert_eq!((operators.unseen, operators.linked.len()), (1, 0));
    let heard = Heard { given: "Jayden".into(), family: "Thornbury".into(), ..Heard::default() };
    let found = app.likely(&kit.caller, &heard, 6).await.unwrap();
    assert!(found.partners.is_empty() && found.likely[0].child.id() == child);

    // Undone, and the life is two again.
    let version = app.link(&kit.caller, id).await.unwrap().version;
    let undo = Decision::Undo("Another Jayden.".into());
    app.decide_link(&kit.caller, CommandId::new(), id, version, undo).await.unwrap();
    let life = app.child(&kit.caller, child, None).await.unwrap().life;
    assert!(life.is_none_or(|life| life.linked.is_empty()));
    let rows = app.store().check_rows(cf_store::fold, |_, _| ()).await.unwrap();
    assert!(rows.is_ok(), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_record_becomes_part_of_one_life_on_sqlite() {
    one_life(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_record_becomes_part_of_one_life_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    one_life(TestApp::postgres(&server).await).await;
}

/// A council worker reads what their own council handed over, and no other agency's, whatever its code.
#[tokio::test(flavor = "multi_thread")]
async fn a_council_worker_reads_their_own_councils_records_only() {
    let test = TestApp::sqlite().await;
    let app = &test.app;
    let admin = test.administrator().await;
    let of = |kind: &str, code: &str, system: &str| {
        let agency = format!("agency = {{ kind = '{kind}', code = '{code}', name = 'N' }}");
        let text =
            SERVICE.replace("agency = { kind = 'service', code = 'lantern', name = 'Lantern Row' }", &agency);
        profile(&text.replace("'lantern'", &format!("'{system}'")))
    };
    for (kind, code, system) in
        [("council", "E09000008", "a"), ("council", "301", "b"), ("service", "306", "c")]
    {
        import(app, &admin.caller, &of(kind, code, system), FILE).await;
    }
    let all = app.partner_records(&test.supervisor().await.caller, None, 100, 0).await.unwrap();
    assert_eq!(all.len(), 6);
    for code in ["306", "E09000008"] {
        let worker = test.council_worker(code).await.caller;
        let own = app.partner_records(&worker, None, 100, 0).await.unwrap();
        assert_eq!(own.iter().map(|row| row.agency.as_str()).collect::<Vec<_>>(), ["306", "306"]);
        assert!(own.iter().all(|row| row.agency_kind == "council"));
        assert_eq!(app.partner_agencies(&worker).await.unwrap().len(), 1);
        for row in &all {
            let opens = app.partner_record(&worker, row.id()).await.is_ok();
            assert_eq!(opens, row.agency_kind == "council" && row.agency == "306", "{row:?}");
        }
    }
    // A list goes on where it stopped.
    let lead = test.supervisor().await.caller;
    let mut after = None;
    let mut walked = Vec::new();
    loop {
        let rows = app.partner_records_after(&lead, None, after, 2).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = Some(last.id());
        walked.extend(rows);
    }
    assert_eq!(walked, all);
}
