//! Children who go missing together, as the record tells it and as far as whoever asks may see it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use cf_app::report::{ReportForm, Who};
use cf_app::together::Shared;
use cf_app::{App, Caller};
use cf_casework::child::{Act as ChildAct, CarePlan, Identity};
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
    assert_eq!(of(cy)[0], Shared::Phone("07700900123".into()));
    // A restricted record is counted for who may not open it, and shown to who may.
    let restrict = ChildAct::Restrict(Private::Known("A threat.".to_owned()));
    app.record_about_child(&kit, CommandId::new(), bea, None, restrict).await.unwrap();
    let view = app.together(&sam, ada).await.unwrap();
    assert_eq!((view.others.len(), view.unseen), (1, 1));
    assert!(view.ties.iter().all(|tie| !tie.between.contains(&bea.uuid())));
    assert_eq!(app.together(&sam, bea).await.unwrap_err().code(), "denied");
    assert_eq!(app.together(&kit, ada).await.unwrap().others.len(), 2);
    assert_eq!(app.together(&sam, ChildId::new()).await.unwrap_err().code(), "not_found");
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
