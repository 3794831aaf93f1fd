//! Flows of work from a record: counted, judged, and an alarm that stays until a person answers it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::fmt::Write as _;
use std::sync::Arc;

use cf_app::import::{Extract, Silent};
use cf_app::{App, Caller};
use cf_casework::flow::{Act, Answer, Because, Finding, Flow, Period};
use cf_exchange::police::MappingProfile;
use cf_kernel::CommandId;
use cf_testkit::{Postgres, TestApp};

/// 70 days before 4 March 2026 with 14 to 16 reports each, closed the same day, but none on the last `quiet` of them.
fn history(quiet: i64) -> String {
    let mut text = "incident_ref,person_ref,reported_at,closed_at\n".to_owned();
    let today: cf_kernel::CalendarDay = "2026-03-04".parse().unwrap();
    for back in (quiet + 1)..=70 {
        let day = today.plus_days(-back);
        for number in 0..(14 + back % 3) {
            let (hour, id) = (8 + number % 12, format!("{back}-{number}"));
            let _ = writeln!(text, "R{id},P{id},{day}T{hour:02}:00:00,{day}T23:00:00");
        }
    }
    text
}

async fn import(app: &App, by: &Caller, text: String) {
    let profile = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/mappings/generic.toml");
    let profile = MappingProfile::from_toml(&std::fs::read_to_string(profile).unwrap()).unwrap();
    let extract = Extract::Bytes("history.csv".to_owned(), text.into_bytes().into());
    app.import_police(by, &profile, &extract, Arc::new(Silent)).await.unwrap();
}

fn answer(finding: Finding) -> Act {
    Act::Answer(Answer { finding, found: "The line was down.".into(), done: "It is mended.".into() })
}

async fn a_fall_is_asked_about_until_somebody_answers(test: TestApp) {
    let app = &test.app;
    let (admin, kit) = (test.administrator().await.caller, test.supervisor().await.caller);
    let noor = test.inspector().await.caller;
    import(app, &admin, history(1)).await;
    let view = app.flows(&kit, None).await.unwrap();
    let reports = view.flows.iter().find(|flow| flow.flow == Flow::Reports).unwrap();
    assert_eq!((reports.period, reports.counts.len(), reports.counts[69]), (Period::Day, 70, 0));
    assert!(
        view.flows.iter().all(|flow| flow.flow == Flow::Reports || flow.judged.is_none()),
        "too few to judge"
    );

    // One alarm, however often and by whomever it is looked for.
    let (one, two) = tokio::join!(app.watch_flows(), app.watch_flows());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(app.watch_flows().await.unwrap(), 0);
    let alarms = app.queue(&kit).await.unwrap().alarms;
    assert_eq!(alarms.len(), 1, "the supervisor sees it");
    let id = alarms[0].id();
    let alarm = app.flow_alarm(&kit, id).await.unwrap().alarm;
    assert_eq!((alarm.raised.because, alarm.raised.counted), (Because::BelowLimit, 0));
    assert!(alarm.raised.limit_tenths.unwrap() > 0 && alarm.clocks.len() == 1);

    // Left alone, it climbs.
    test.clock.advance_seconds(3 * 86_400);
    // One rung in each round: the supervisor's, then the inspector's.
    while app.climb_overdue().await.unwrap() > 0 {}
    let kit = test.sign_in(kit.actor.user).await.caller;
    assert!(!app.flow_alarm(&kit, id).await.unwrap().alarm.escalations.is_empty());
    let queue = app.queue(&kit).await.unwrap();
    assert!(queue.alarms.len() == 1 && queue.escalated.is_empty(), "it stands on its own list, once");
    let climbed = app.store().clocks_overdue(app.now(), 2, 10).await.unwrap();
    assert!(climbed.iter().any(|clock| clock.kind == "flow"));

    // Whoever takes it holds it, and their own work shows it; a form that is behind is a conflict.
    let version = app.flow_alarm(&kit, id).await.unwrap().version;
    app.act_on_flow_alarm(&kit, CommandId::new(), id, Some(version), Act::Take).await.unwrap();
    assert!(app.my_clocks(&kit).await.unwrap().iter().any(|clock| clock.kind == "flow"));
    let noor = test.sign_in(noor.actor.user).await.caller;
    let late =
        app.act_on_flow_alarm(&noor, CommandId::new(), id, Some(version), answer(Finding::Passing)).await;
    assert_eq!(late.unwrap_err().code(), "conflict");
    let twice = CommandId::new();
    for _ in 0..2 {
        app.act_on_flow_alarm(&noor, twice, id, None, answer(Finding::Passing)).await.unwrap();
    }
    assert!(app.queue(&kit).await.unwrap().alarms.is_empty());

    // The same fall is not asked about again for a fortnight, and then it is.
    assert_eq!(app.watch_flows().await.unwrap(), 0);
    test.clock.advance_seconds(15 * 86_400);
    assert_eq!(app.watch_flows().await.unwrap(), 1, "it still goes on");
    let kit = test.sign_in(kit.actor.user).await.caller;
    let again = app.queue(&kit).await.unwrap().alarms[0].id();
    assert_ne!(again, id);

    // A real and lasting change begins the baseline anew: too few days to judge by, and no alarm.
    app.act_on_flow_alarm(&kit, CommandId::new(), again, None, answer(Finding::Lasting)).await.unwrap();
    assert_eq!(app.watch_flows().await.unwrap(), 0);
    let flows = app.flows(&kit, None).await.unwrap().flows;
    let reports = flows.iter().find(|flow| flow.flow == Flow::Reports).unwrap();
    assert_eq!((reports.judged.is_some(), reports.anew_from.is_some()), (false, true));

    let difference = app.store().check_rows(cf_store::fold, |_, _| {}).await.unwrap();
    assert!(difference.is_ok(), "{difference:?}");
}

async fn who_may(test: TestApp) {
    let app = &test.app;
    import(app, &test.administrator().await.caller, history(2)).await;
    assert_eq!(app.watch_flows().await.unwrap(), 1);
    let kit = test.supervisor().await.caller;
    let id = app.queue(&kit).await.unwrap().alarms[0].id();
    let auditor = test.auditor().await.caller;
    assert_eq!(app.flows(&auditor, None).await.unwrap().alarms.len(), 1);
    let council = test.council_worker("306").await.caller;
    for caller in [test.operator().await.caller, test.administrator().await.caller, council] {
        assert_eq!(app.flows(&caller, None).await.unwrap_err().code(), "denied");
        assert_eq!(app.flow_alarm(&caller, id).await.unwrap_err().code(), "denied");
        let act = app.act_on_flow_alarm(&caller, CommandId::new(), id, None, Act::Take).await;
        assert_eq!(act.unwrap_err().code(), "denied");
    }
    let act = app.act_on_flow_alarm(&auditor, CommandId::new(), id, None, Act::Take).await;
    assert_eq!(act.unwrap_err().code(), "denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fall_is_asked_about_until_somebody_answers_on_sqlite() {
    a_fall_is_asked_about_until_somebody_answers(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fall_is_asked_about_until_somebody_answers_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    a_fall_is_asked_about_until_somebody_answers(TestApp::postgres(&server).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_answer_auditors_look_on_and_nobody_else_sees() {
    who_may(TestApp::sqlite().await).await;
}
