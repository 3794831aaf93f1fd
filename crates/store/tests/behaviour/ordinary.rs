//! Jobs, drafts, accounts, sessions, settings, imports.
use cf_kernel::{Role, SessionId, TeamId, UserId};
use cf_store::{
    Account, AccountChange, AppendError, Draft, DraftKey, Fault, Import, ImportRow, NewJob, Page, Session,
    Store, Team,
};

use crate::fixture::{NOON, Place, looked, note, operator, stream};

fn mail(text: &str) -> NewJob {
    NewJob { kind: "mail".into(), run_at: NOON, body: text.as_bytes().to_vec() }
}

pub(crate) async fn jobs_come_with_their_command_and_are_done_once(place: Place) {
    let store = place.open().await;
    let child = stream();
    let mut command = note(child, 0, &["one"]);
    command.jobs = vec![mail("a"), mail("b"), NewJob { kind: "webhook".into(), ..mail("c") }];
    command.jobs[1].run_at = NOON.plus_hours(1);
    store.append(command.clone()).await.unwrap();
    store.append(command).await.unwrap();
    let mut stale = note(child, 0, &["stale"]);
    stale.jobs = vec![mail("never")];
    assert!(matches!(store.append(stale).await, Err(AppendError::Conflict { .. })));
    assert_eq!(store.jobs_waiting().await.unwrap(), (3, 0));
    assert!(store.claim_jobs(&["mail"], NOON.plus_seconds(-1), 60, 9).await.unwrap().is_empty());
    let later = NOON.plus_hours(2);
    let (one, two) = tokio::join!(
        store.claim_jobs(&["mail", "webhook"], later, 60, 9),
        store.claim_jobs(&["mail", "webhook"], later, 60, 9)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.len() + two.len(), 3, "each job has one worker");
    for job in one.iter().chain(&two) {
        store.job_done(job.id).await.unwrap();
    }
    store.rebuild(crate::fixture::fold, |_, _| ()).await.unwrap();
    assert_eq!(store.jobs_waiting().await.unwrap(), (0, 0), "a rebuild replays no job");
}

pub(crate) async fn a_job_is_tried_again(place: Place) {
    let store = place.open().await;
    let mut command = note(stream(), 0, &["one"]);
    command.jobs = vec![mail("a")];
    store.append(command).await.unwrap();
    let claim = async |minutes| store.claim_jobs(&["mail"], NOON.plus_minutes(minutes), 60, 9).await.unwrap();
    let first = claim(0).await.remove(0);
    assert_eq!((first.attempts, first.body.as_slice(), &first.last_error), (1, b"a".as_slice(), &None));
    assert!(claim(0).await.is_empty());
    // The worker vanished; its lease ran out.
    assert_eq!(claim(2).await.remove(0).attempts, 2);
    store.job_retry(first.id, NOON.plus_minutes(30), "mail server did not answer").await.unwrap();
    assert_eq!(store.jobs_waiting().await.unwrap(), (1, 1));
    assert!(claim(29).await.is_empty());
    let third = claim(30).await.remove(0);
    assert_eq!((third.attempts, third.last_error.as_deref()), (3, Some("mail server did not answer")));
}

pub(crate) async fn drafts_are_sealed_and_end_for_good(place: Place) {
    let store = place.open().await;
    let key = DraftKey { owner: operator().user, key: "report/new".into() };
    assert_eq!(store.draft(&key).await.unwrap(), None);
    assert_eq!(store.save_draft(&key, b"last seen at", NOON).await.unwrap(), Some(1));
    assert_eq!(store.save_draft(&key, b"last seen at the bus station", NOON).await.unwrap(), Some(2));
    let again = place.open().await;
    let draft = again.draft(&key).await.unwrap().unwrap();
    let body = b"last seen at the bus station".to_vec();
    assert_eq!(draft, Draft { key: key.clone(), body, version: 2, updated_at: NOON });
    let other = DraftKey { owner: UserId::from_uuid(uuid::Uuid::from_u128(5)), ..key.clone() };
    assert_eq!(again.draft(&other).await.unwrap(), None);
    if place.is_sqlite() {
        for file in std::fs::read_dir(place.folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(
                !bytes.windows(11).any(|window| window == b"bus station"),
                "typed text lies open on disk"
            );
        }
    }
    assert_eq!(again.drafts_of(operator().user).await.unwrap(), [("report/new".to_owned(), NOON)]);
    store.discard_draft(&key).await.unwrap();
    assert_eq!(store.draft(&key).await.unwrap(), None);
    assert_eq!(store.save_draft(&key, b"more", NOON).await.unwrap(), Some(1), "its name is free again");

    store.end_draft(&key, NOON).await.unwrap();
    assert_eq!(store.save_draft(&key, b"late", NOON).await.unwrap(), None, "what was on its way");
    assert_eq!(again.draft(&key).await.unwrap(), None);
    assert!(again.drafts_of(operator().user).await.unwrap().is_empty());
    let never_saved = DraftKey { key: "report/other".into(), ..key.clone() };
    store.end_draft(&never_saved, NOON).await.unwrap();
    assert_eq!(again.save_draft(&never_saved, b"late", NOON).await.unwrap(), None);
    assert_eq!(store.forget_drafts(NOON.plus_hours(1)).await.unwrap(), 2);
    assert_eq!(store.save_draft(&key, b"anew", NOON).await.unwrap(), Some(1));
}

async fn account(store: &Store) -> Account {
    let team = Team { id: TeamId::new(), name: "Missing desk".into(), created_at: NOON };
    store.save_team(&team, &looked(&[])).await.unwrap();
    let account = Account {
        id: UserId::new(),
        login: "sam@police.example".into(),
        name: "Sam Operator".into(),
        role: Role::Operator,
        team: team.id,
        authority: None,
        password_hash: Some("$argon2id$v=19$m=1".into()),
        has_totp: false,
        identity: None,
        created_at: NOON,
        disabled_at: None,
    };
    store.create_account(&account, &looked(&[])).await.unwrap();
    account
}

pub(crate) async fn accounts_teams_and_sessions(place: Place) {
    let store = place.open().await;
    let mut sam = account(&store).await;
    assert_eq!(store.teams().await.unwrap()[0].name, "Missing desk");
    assert_eq!(store.account_by_login("sam@police.example").await.unwrap(), Some(sam.clone()));
    let twin = Account { id: UserId::new(), ..sam.clone() };
    let logged = store.access_recent(Page::newest(99)).await.unwrap().len();
    let refused = store.create_account(&twin, &looked(&[])).await;
    assert!(matches!(refused, Err(Fault::Exists { what: "account" })), "{refused:?}");
    assert_eq!(
        store.access_recent(Page::newest(99)).await.unwrap().len(),
        logged,
        "what did not happen is not logged"
    );

    store.set_totp(sam.id, Some(b"secret"), &looked(&[])).await.unwrap();
    sam.has_totp = true;
    assert_eq!(store.totp_secret(sam.id).await.unwrap().as_deref(), Some(b"secret".as_slice()));
    let steps = tokio::join!(store.use_totp_step(sam.id, 7), store.use_totp_step(sam.id, 7));
    assert_ne!(steps.0.unwrap(), steps.1.unwrap(), "two at once: one of them");
    for (step, fits) in [(7, false), (6, false), (8, true), (8, false)] {
        assert_eq!(store.use_totp_step(sam.id, step).await.unwrap(), fits, "step {step}");
    }
    store.set_password(sam.id, Some("$argon2id$other"), &looked(&[])).await.unwrap();
    sam.password_hash = Some("$argon2id$other".into());
    let was = sam.clone();
    (sam.role, sam.authority) = (Role::CouncilWorker, Some("E09000007".into()));
    assert_eq!(store.change_account(&was, &sam, &looked(&[])).await.unwrap(), AccountChange::Done);
    assert_eq!(store.account(sam.id).await.unwrap(), Some(sam.clone()));
    assert_eq!(store.accounts().await.unwrap(), [sam.clone()]);
    assert!(store.set_password(UserId::new(), None, &looked(&[])).await.is_err());

    let (one, two) = (session(&sam, 1), session(&sam, 2));
    store.begin_session(&one, &looked(&[])).await.unwrap();
    store.begin_session(&two, &looked(&[])).await.unwrap();
    let live = async |token: u8, minutes| {
        store.session(&[token; 32], NOON.plus_minutes(minutes)).await.unwrap().map(|session| session.id)
    };
    assert_eq!((live(1, 59).await, live(1, 60).await, live(9, 0).await), (Some(one.id), None, None));
    store.touch_session(one.id, NOON.plus_minutes(30), NOON.plus_minutes(90)).await.unwrap();
    assert_eq!(live(1, 60).await, Some(one.id));
    store.revoke_session(one.id, &looked(&[])).await.unwrap();
    store.touch_session(one.id, NOON, NOON.plus_hours(99)).await.unwrap();
    assert_eq!((live(1, 0).await, live(2, 0).await), (None, Some(two.id)));
    let seen = sam.clone();
    sam.disabled_at = Some(NOON.plus_minutes(5));
    assert_eq!(store.change_account(&seen, &sam, &looked(&[])).await.unwrap(), AccountChange::Done);
    let late = Account { role: Role::Operator, authority: None, ..seen.clone() };
    assert_eq!(store.change_account(&seen, &late, &looked(&[])).await.unwrap(), AccountChange::Stale);
    assert_eq!(store.account(sam.id).await.unwrap(), Some(sam.clone()), "nobody opens it unawares");
    assert_eq!(live(2, 0).await, None, "a closed account is signed out");
    assert!(store.sessions_of(sam.id).await.unwrap().iter().all(|session| session.revoked_at.is_some()));
    assert_eq!(store.revoke_sessions(sam.id, &looked(&[])).await.unwrap(), 0);
}

/// A session of an hour, from noon.
fn session(of: &Account, token: u8) -> Session {
    Session {
        id: SessionId::new(),
        token_hash: [token; 32],
        account: of.id,
        created_at: NOON,
        last_seen_at: NOON,
        expires_at: NOON.plus_hours(1),
        revoked_at: None,
        user_agent: "browser".into(),
    }
}

pub(crate) async fn an_administrator_is_left_though_two_end_each_other(place: Place) {
    let store = place.open().await;
    let one = Account { role: Role::Administrator, ..account(&store).await };
    let sam = store.account(one.id).await.unwrap().unwrap();
    store.change_account(&sam, &one, &looked(&[])).await.unwrap();
    let two = Account { id: UserId::new(), login: "kit@police.example".into(), ..one.clone() };
    store.create_account(&two, &looked(&[])).await.unwrap();
    let ended = |account: &Account| Account { disabled_at: Some(NOON), ..account.clone() };
    let audit = looked(&[]);
    let (no_one, no_two) = (ended(&one), ended(&two));
    let both = tokio::join!(
        store.change_account(&one, &no_one, &audit),
        store.change_account(&two, &no_two, &audit)
    );
    let mut became = [both.0.unwrap(), both.1.unwrap()];
    became.sort_by_key(|change| *change == AccountChange::Done);
    assert_eq!(became, [AccountChange::LastAdministrator, AccountChange::Done]);
    assert_eq!(store.accounts().await.unwrap().iter().filter(|one| one.disabled_at.is_none()).count(), 1);
}

pub(crate) async fn an_identity_is_one_accounts_and_is_bound_once(place: Place) {
    let store = place.open().await;
    let mut sam = account(&store).await;
    let kit = Account { id: UserId::new(), login: "kit@police.example".into(), ..sam.clone() };
    store.create_account(&kit, &looked(&[])).await.unwrap();
    let (one, two) = ("https://id.example sam-1", "https://id.example sam-2");
    assert_eq!(store.account_by_identity(one).await.unwrap(), None);
    let audit = looked(&[]);
    let both =
        tokio::join!(store.bind_identity(sam.id, one, &audit), store.bind_identity(sam.id, two, &audit));
    assert_ne!(both.0.as_ref().unwrap(), both.1.as_ref().unwrap(), "two at once: one of them");
    let bound = if both.0.unwrap() { one } else { two };
    sam.identity = Some(bound.to_owned());
    assert_eq!(store.account_by_identity(bound).await.unwrap(), Some(sam.clone()));

    let logged = store.access_recent(Page::newest(99)).await.unwrap().len();
    assert!(!store.bind_identity(sam.id, "https://id.example another", &looked(&[])).await.unwrap());
    let taken = store.bind_identity(kit.id, bound, &looked(&[])).await;
    assert!(matches!(taken, Err(Fault::Exists { what: "identity" })), "{taken:?}");
    let after = store.access_recent(Page::newest(99)).await.unwrap().len();
    assert_eq!(after, logged, "what did not happen is not logged");

    let changed = Account { identity: None, role: Role::Supervisor, ..sam.clone() };
    store.change_account(&sam, &changed, &looked(&[])).await.unwrap();
    sam.role = Role::Supervisor;
    assert_eq!(store.account(sam.id).await.unwrap(), Some(sam.clone()), "a change of the account leaves it");
    store.begin_session(&session(&sam, 1), &looked(&[])).await.unwrap();
    store.forget_identity(sam.id, &looked(&[])).await.unwrap();
    sam.identity = None;
    assert_eq!(store.account(sam.id).await.unwrap(), Some(sam.clone()));
    assert_eq!(store.session(&[1; 32], NOON).await.unwrap(), None, "and is signed out");
    assert!(store.bind_identity(kit.id, bound, &looked(&[])).await.unwrap(), "now it is free");
    assert!(store.forget_identity(UserId::new(), &looked(&[])).await.is_err());
    assert_eq!(store.account_by_identity("nobody\0").await.unwrap(), None);
}

pub(crate) async fn settings_refuse_a_second_editor(place: Place) {
    let store = place.open().await;
    let save = async |json: &str, expected| {
        store.save_setting("timers", json, expected, &looked(&[])).await.unwrap()
    };
    assert_eq!(store.setting("timers").await.unwrap(), None);
    assert_eq!(save("{}", 0).await, Some(1));
    assert_eq!(save("[]", 0).await, None);
    assert_eq!(save(r#"{"hours":72}"#, 1).await, Some(2));
    assert_eq!(save("[]", 1).await, None);
    let setting = store.setting("timers").await.unwrap().unwrap();
    assert_eq!((setting.json.as_str(), setting.version), (r#"{"hours":72}"#, 2));
    assert_eq!(store.access_recent(Page::newest(9)).await.unwrap().len(), 2);
}

pub(crate) async fn imports_account_for_every_row(place: Place) {
    let store = place.open().await;
    let import = Import {
        id: uuid::Uuid::now_v7(),
        file_hash: [3; 32],
        kind: "ssda903".into(),
        mapping: "croydon".into(),
        mapping_version: 2,
        counts: r#"{"good":899,"quarantined":1}"#.into(),
        at: NOON,
        by: operator().user,
    };
    let rows: Vec<ImportRow> = (1..=900)
        .map(|number| match number {
            7 => ImportRow { number, disposition: "quarantined".into(), reason: "no date of birth".into() },
            _ => ImportRow { number, disposition: "good".into(), reason: String::new() },
        })
        .collect();
    store.save_import(&import, &rows, &looked(&[])).await.unwrap();
    assert_eq!(store.import_of(&[3; 32], "croydon", 2).await.unwrap(), Some(import.clone()));
    assert_eq!(store.import_of(&[3; 32], "croydon", 3).await.unwrap(), None);
    assert_eq!(store.imports(5).await.unwrap(), std::slice::from_ref(&import));
    let first = store.import_rows(import.id, 0, 500).await.unwrap();
    let rest = store.import_rows(import.id, 500, 500).await.unwrap();
    assert_eq!([first, rest].concat(), rows);
    assert_eq!(store.import(import.id).await.unwrap(), Some(import.clone()));
    assert_eq!(store.import(uuid::Uuid::nil()).await.unwrap(), None);
    let first = store.import_rows(import.id, 0, 1).await.unwrap().remove(0);
    let alike = store.import_rows_that_are(import.id, &first.disposition, 0, 5_000).await.unwrap();
    assert!(!alike.is_empty() && alike.iter().all(|row| row.disposition == first.disposition));
    let after =
        store.import_rows_that_are(import.id, &first.disposition, alike[0].number, 5_000).await.unwrap();
    assert_eq!(after, alike[1..]);
    let again = store.save_import(&Import { id: uuid::Uuid::now_v7(), ..import }, &rows, &looked(&[])).await;
    assert!(matches!(again, Err(Fault::Exists { what: "import" })), "{again:?}");
}
