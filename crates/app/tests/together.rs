//! Children who go missing together, as the record tells it and as far as whoever asks may see it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use cf_app::report::{ReportForm, Who};
use cf_app::together::{Common, Shared};
use cf_app::{App, Caller};
use cf_casework::child::{Act as ChildAct, CarePlan, Contact, ContactKind, Identity};
use cf_casework::missing::command::{Act, MissingFrom, Reporter, Return};
use cf_casework::missing::{Harm, HowReturned};
use cf_kernel::{ChildId, CommandId, IncidentId, Private};
use cf_testkit::{Postgres, TestApp};

async fn report(app: &App, by: &Caller, name: &str, phone: &str) -> (ChildId, IncidentId) {
    let identity = Identity {
        given_name: name.into(),
        family_name: "Example".into(),
        phones: if phone.is_empty() { Vec::new() } else { vec![phone.into()] },
        ..Identity::default()
    };
    let form = ReportForm {
        who: Who::New(Box::new(identity), CarePlan::default()),
        last_seen_at: app.now().plus_hours(-2),
        last_seen_approximate: false,
        last_seen: String::new(),
        circumstances: "did not come home".into(),
        already_tried: String::new(),
        description: String::new(),
        reporter: Reporter::default(),
        borough: None,
        missing_from: MissingFrom::ALL[0],
        answers: Vec::new(),
    };
    let incident = app.take_report(by, CommandId::new(), form).await.unwrap();
    (app.incident(by, incident, None).await.unwrap().incident.child, incident)
}

async fn found(app: &App, by: &Caller, incident: IncidentId, place: &str) {
    let back = Return {
        returned_at: app.now(),
        how: HowReturned::ALL[0],
        by_whom: "police".into(),
        place: place.into(),
        harm: Harm::ALL[0],
        harm_detail: "".into(),
    };
    app.act(by, CommandId::new(), incident, None, Act::Return(back)).await.unwrap();
}

async fn ties_are_told_with_their_evidence(test: TestApp) {
    let app = &test.app;
    let (sam, kit) = (test.operator().await.caller, test.supervisor().await.caller);
    let (ada, ada_missing) = report(app, &sam, "Ada", "07700 900123").await;
    let (bea, bea_missing) = report(app, &sam, "Bea", "").await;
    let (cy, cy_missing) = report(app, &sam, "Cy", "+447700900123").await;
    let (dee, dee_missing) = report(app, &sam, "Dee", "").await;
    found(app, &sam, ada_missing, "Bay nine, bus station").await;
    found(app, &sam, bea_missing, "bay nine - BUS station").await;
    found(app, &sam, cy_missing, "Home").await;
    found(app, &sam, dee_missing, "The library").await;
    let view = app.together(&sam, ada).await.unwrap();
    let others: Vec<_> = view.others.iter().map(|row| row.id()).collect();
    assert_eq!(others, [bea, cy], "Dee was only missing at the same time: {view:?}");
    assert!(!others.contains(&dee));
    let of = |other: ChildId| &view.ties.iter().find(|tie| tie.between[1] == other.uuid()).unwrap().shared;
    match &of(bea)[..] {
        [Shared::Found { place, incidents, .. }, Shared::AtTheSameTime(1)] => {
            assert_eq!((place.as_str(), incidents), ("Bay nine, bus station", &[ada_missing, bea_missing]));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(of(cy)[0], Shared::Noted(Common::Phone("07700900123".into())));
    // A restricted record is counted for who may not open it, and shown to who may.
    let restrict = ChildAct::Restrict(Private::Known("A threat.".to_owned()));
    app.record_about_child(&kit, CommandId::new(), bea, None, restrict).await.unwrap();
    let view = app.together(&sam, ada).await.unwrap();
    assert_eq!((view.others.len(), view.hidden.records.as_slice()), (1, &[bea][..]));
    assert!(
        view.hidden.asked.is_empty() && view.hidden.ask[0].starts_with("Kit Supervisor"),
        "{:?}",
        view.hidden
    );
    app.ask_about_restricted(&sam, bea).await.unwrap();
    assert!(app.together(&sam, ada).await.unwrap().hidden.asked.contains(&bea));
    assert!(view.ties.iter().all(|tie| !tie.between.contains(&bea.uuid())));
    assert_eq!(app.together(&sam, bea).await.unwrap_err().code(), "denied");
    assert_eq!(app.together(&kit, ada).await.unwrap().others.len(), 2);
    assert_eq!(app.together(&sam, ChildId::new()).await.unwrap_err().code(), "not_found");
}

/// A vehicle and a suspect noted on two children's records, at different times and in different words.
async fn a_vehicle_and_a_suspect_tie_children(test: TestApp) {
    let app = &test.app;
    let sam = test.operator().await.caller;
    let (ada, ada_missing) = report(app, &sam, "Ada", "").await;
    found(app, &sam, ada_missing, "Home").await;
    test.clock.advance_seconds(90 * 86_400);
    let sam = test.sign_in(sam.actor.user).await.caller;
    let (bea, bea_missing) = report(app, &sam, "Bea", "").await;
    found(app, &sam, bea_missing, "Home").await;
    let (cy, _) = report(app, &sam, "Cy", "").await;
    let note = async |child, kind, value: &str, note: &str| {
        let contact = Contact { kind, value: value.into(), note: note.into() };
        let act = ChildAct::AddContact(Private::Known(contact));
        app.record_about_child(&sam, CommandId::new(), child, None, act).await.unwrap();
    };
    note(ada, ContactKind::Vehicle, "QI12 QIQ", "grey van outside school").await;
    note(bea, ContactKind::Vehicle, "small van, qi12qiq", "").await;
    note(cy, ContactKind::Vehicle, "grey van", "no plate seen").await;
    note(ada, ContactKind::Suspect, "Marlo Quist, tall", "gave her a phone").await;
    note(bea, ContactKind::Suspect, "MARLO QUIST", "named by a friend").await;
    note(cy, ContactKind::Person, "Marlo Quist", "says he is a neighbour").await;
    note(ada, ContactKind::Address, "Flat 2, 9 Oldwick Road, N1 9QQ", "").await;
    note(cy, ContactKind::Address, "9 Oldwick Road N19QQ", "").await;
    let view = app.together(&sam, ada).await.unwrap();
    let others: Vec<_> = view.others.iter().map(|row| row.id()).collect();
    assert_eq!(others, [bea, cy], "{view:?}");
    let suspect = Common::Suspect("marlo quist".into());
    let shared: Vec<_> = view.ties[0].shared.iter().collect();
    let van = Common::Vehicle("QI12QIQ".into());
    assert_eq!(
        shared,
        [&Shared::Noted(suspect.clone()), &Shared::Noted(van.clone())],
        "never missing at once"
    );
    assert_eq!(
        view.ties[1].shared,
        [Shared::Noted(Common::Address("N19QQ".into()))],
        "a friend and no plate are no tie"
    );
    let said = |child: ChildId, common: &Common| {
        let one =
            view.noted.iter().find(|said| said.child == child.uuid() && said.common == *common).unwrap();
        (one.by.as_str(), one.note.as_str())
    };
    assert_eq!(said(ada, &van), ("Sam Operator", "grey van outside school"));
    assert_eq!(said(bea, &suspect), ("Sam Operator", "named by a friend"));
    let rows = app.store().check_rows(cf_store::fold, |_, _| ()).await.unwrap();
    assert!(rows.is_ok(), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vehicle_and_a_suspect_tie_children_on_sqlite() {
    a_vehicle_and_a_suspect_tie_children(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vehicle_and_a_suspect_tie_children_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    a_vehicle_and_a_suspect_tie_children(TestApp::postgres(&server).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ties_are_told_with_their_evidence_on_sqlite() {
    ties_are_told_with_their_evidence(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ties_are_told_with_their_evidence_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    ties_are_told_with_their_evidence(TestApp::postgres(&server).await).await;
}
