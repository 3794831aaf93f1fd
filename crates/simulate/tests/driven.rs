//! A small London, driven whole: what the present promises is there, and the record underneath is sound.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up has failed")]
use std::sync::Arc;

use cf_app::App;
use cf_kernel::{ManualClock, Role, Timestamp};
use cf_sealing::MasterKey;
use cf_simulate::plan::{London, Plan, Scene};
use cf_simulate::{SimulateError, drive};
use cf_store::{LogKey, Options, Queue, Store, TABLES, fold};

fn present() -> Timestamp {
    "2026-11-23T19:52:00Z".parse().unwrap()
}

async fn open(folder: &tempfile::TempDir) -> App {
    let key = LogKey::new("simulate.example", &[3; 32]).unwrap();
    let mut options = Options::new(MasterKey::from_bytes(&[5; 32]), key);
    options.tables = TABLES.to_vec();
    options.clock = Arc::new(ManualClock::at(present()));
    let url = format!("sqlite://{}", folder.path().join("record.db").display());
    let store = Store::open(&url, options).await.unwrap();
    App::new(store, Arc::new(ManualClock::at(present()))).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_london_shows_what_it_promises_on_a_sound_record() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(&folder).await;
    let plan = Plan::new(London::share(1, present(), 21, 3));
    let (commands, incidents) = (plan.steps.len(), plan.incidents());
    let mut last = None;
    let seeded = drive(&app, plan.clone(), |progress| last = Some(progress)).await.unwrap();

    let states: Vec<&str> = seeded.states.iter().map(|state| state.state).collect();
    assert_eq!(states, Scene::ALL.map(Scene::label));
    assert_eq!((seeded.commands, seeded.incidents), (commands, incidents));
    assert_eq!(last.map(|progress| (progress.done, progress.at)), Some((commands, present())));
    assert!(seeded.escalations > 0, "lapses escalate");
    for clock in [
        "task",
        "first_grade",
        "action_due",
        "prevention_interview",
        "return_interview",
        "trigger_plan_review",
    ] {
        assert!(seeded.overdue.contains_key(clock), "{clock}: {:?}", seeded.overdue);
    }
    // In so small a London the one grade nobody looked at is below the recommendation: it stands on the inspector's list.
    for queue in Queue::ALL.into_iter().filter(|queue| *queue != Queue::ToLookAt) {
        assert!(!app.store().queue(queue, present(), 10).await.unwrap().is_empty(), "{queue:?}");
    }

    let accounts = app.store().accounts().await.unwrap();
    assert!(
        accounts.iter().all(|account| account.password_hash.is_none()),
        "nobody can sign in with a password"
    );
    assert_eq!(seeded.accounts.len(), Role::PEOPLE.len());
    for demo in &seeded.accounts {
        let account = accounts.iter().find(|account| account.login == demo.login).unwrap();
        assert_eq!(account.role.code(), demo.role);
    }

    let report = app.store().verify(|_| ()).await.unwrap();
    assert_eq!(report.damage, None);
    assert_eq!(report.record.entries, seeded.events.unsigned_abs());
    assert!(report.access.entries >= commands as u64, "every act and every page is in the access log");
    let rows = app.store().check_rows(fold, |_, _| ()).await.unwrap();
    assert!(rows.is_ok(), "live rows are not the rebuilt rows: {rows:?}");

    assert!(matches!(drive(&app, plan, |_| ()).await, Err(SimulateError::NotEmpty)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_that_is_not_kept_is_said_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(&folder).await;
    let mut plan = Plan::new(London::share(1, present(), 21, 1));
    let (scene, incident) = plan.scenes.iter().find(|(scene, _)| *scene == Scene::HandOver).copied().unwrap();
    plan.steps.retain(|step| {
        !matches!(&step.intent, cf_simulate::plan::Intent::HandOver { incident: of, .. } if *of == incident)
    });
    match drive(&app, plan, |_| ()).await {
        Err(SimulateError::NotThere(missing)) => assert_eq!(missing, [scene]),
        other => panic!("{other:?}"),
    }
}
