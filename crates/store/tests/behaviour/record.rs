//! Appending and loading.
use std::collections::BTreeSet;

use cf_kernel::{FileId, Role};
use cf_store::{AppendError, NoRow, Store, Value};

use crate::fixture::{CHILD_ROW, NOON, Place, file_of, looked, note, operator, stream};

async fn texts(store: &Store, id: cf_kernel::StreamId) -> Vec<String> {
    let events = store.load(id).await.unwrap();
    events.into_iter().map(|event| String::from_utf8(event.private.unwrap_or_default()).unwrap()).collect()
}

pub(crate) async fn what_is_appended_is_loaded(place: Place) {
    let store = place.open().await;
    let child = stream();
    let appended = store.append(note(child, 0, &["seen", "at the bus station"])).await.unwrap();
    assert_eq!((appended.positions, appended.duplicate), (vec![1, 2], false));
    let mut more = note(child, 2, &["home"]);
    more.streams[0].events[0].private.clear();
    store.append(more).await.unwrap();
    let events = store.load(child).await.unwrap();
    assert_eq!(
        events.iter().map(|event| (event.position, event.version)).collect::<Vec<_>>(),
        [(1, 1), (2, 2), (3, 3)]
    );
    let second = &events[1];
    assert_eq!((second.event_type.as_str(), second.form), ("noted", 1));
    assert_eq!((second.occurred_at, second.recorded_at), (NOON.plus_minutes(-5), NOON));
    assert_eq!(second.actor, (operator().user, Role::Operator, operator().team));
    assert_eq!(second.clear, br#"{"length":18}"#);
    assert_eq!(second.private.as_deref(), Some(b"at the bus station".as_slice()));
    assert_eq!(events[2].private, None);
    assert_eq!(store.load(stream()).await.unwrap(), []);
    let other = stream();
    let loaded = store.load_many(&[other, child]).await.unwrap();
    assert_eq!((loaded.len(), &loaded[&child]), (1, &events));
    let versions = store.versions(&[other, child]).await.unwrap();
    assert_eq!((versions.len(), versions[&child]), (1, 3));
}

pub(crate) async fn a_stale_version_is_a_conflict(place: Place) {
    let store = place.open().await;
    let child = stream();
    store.append(note(child, 0, &["one", "two"])).await.unwrap();
    for (expected, stale) in [(0, true), (1, true), (3, true), (2, false)] {
        match store.append(note(child, expected, &["three"])).await {
            Err(AppendError::Conflict { stream, expected: at, found }) if stale => {
                assert_eq!((stream, at, found), (child, expected, 2));
            }
            Ok(_) if !stale => {}
            other => panic!("{expected}: {other:?}"),
        }
    }
    assert_eq!(texts(&store, child).await, ["one", "two", "three"]);
    assert_eq!(store.head().await.unwrap(), 3);
}

pub(crate) async fn a_guard_that_moved_on_is_a_conflict(place: Place) {
    let store = place.open().await;
    let (child, incident) = (stream(), stream());
    store.append(note(child, 0, &["one"])).await.unwrap();
    let mut guarded = note(incident, 0, &["report"]);
    guarded.guards = vec![(child, 0)];
    let refused = store.append(guarded.clone()).await;
    assert!(
        matches!(refused, Err(AppendError::Conflict { stream, expected: 0, found: 1 }) if stream == child)
    );
    guarded.guards = vec![(child, 1), (stream(), 0)];
    store.append(guarded).await.unwrap();
}

pub(crate) async fn a_row_that_must_not_be_there_is_put_there_once(place: Place) {
    let store = place.open().await;
    // On PostgreSQL another node; SQLite has one process.
    let other = if place.is_sqlite() { store.clone() } else { place.open().await };
    for round in 0..12 {
        let alone = |text: &'static str| {
            let mut command = note(stream(), 0, &[text]);
            let row = ("last_length", Value::Int(100 + round));
            command.streams[0].rows.upserts.retain(|row| row.table == &CHILD_ROW);
            command.streams[0].rows.upserts[0].values[1] = row.1.clone();
            command.absent = vec![NoRow { table: &CHILD_ROW, values: vec![row] }];
            command
        };
        let (one, two, three) = (alone("one"), alone("two"), alone("three"));
        let done = tokio::join!(store.append(one), other.append(two), store.append(three));
        let done = [done.0, done.1, done.2];
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        let refused = |done: &Result<_, _>| matches!(done, Err(AppendError::NotAbsent));
        assert_eq!(done.iter().filter(|done| refused(done)).count(), 2, "{done:?}");
        assert!(refused(&store.append(alone("later")).await));
    }
    let mut unknown = note(stream(), 0, &["one"]);
    unknown.absent = vec![NoRow { table: &CHILD_ROW, values: vec![("no such column", Value::Int(1))] }];
    assert!(matches!(store.append(unknown).await, Err(AppendError::Fault(_))));
}

pub(crate) async fn the_same_command_again_writes_nothing(place: Place) {
    let store = place.open().await;
    let child = stream();
    let command = note(child, 0, &["one", "two"]);
    // A double click: both at once, then once more after.
    let (first, second) = tokio::join!(store.append(command.clone()), store.append(command.clone()));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.duplicate != second.duplicate, "{first:?} {second:?}");
    let third = store.append(command).await.unwrap();
    assert!(third.duplicate);
    assert_eq!((&first.positions, &second.positions), (&vec![1, 2], &vec![1, 2]));
    assert_eq!(third.positions, [1, 2]);
    assert_eq!(store.head().await.unwrap(), 2);
}

pub(crate) async fn many_writers_leave_no_gap(place: Place) {
    let store = place.open().await;
    let shared = stream();
    let writers = (0..40).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let own = stream();
            let mut positions = Vec::new();
            for version in 0..8 {
                let text = format!("{number}.{version}");
                positions.extend(store.append(note(own, version, &[&text])).await.unwrap().positions);
                // Everybody also fights over one stream; a loser looks again.
                loop {
                    let at = store.versions(&[shared]).await.unwrap().get(&shared).copied().unwrap_or(0);
                    match store.append(note(shared, at, &[&text])).await {
                        Ok(done) => break positions.extend(done.positions),
                        Err(AppendError::Conflict { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                    if version > 0 {
                        break;
                    }
                }
            }
            assert_eq!(texts(&store, own).await.len(), 8);
            positions
        })
    });
    let mut all = BTreeSet::new();
    for writer in writers.collect::<Vec<_>>() {
        for position in writer.await.unwrap() {
            assert!(all.insert(position), "position {position} was given twice");
        }
    }
    let head = store.head().await.unwrap();
    assert_eq!(all, (1..=head).collect());
    let mut after = 0;
    while after < head {
        let page = store.page(after, 100).await.unwrap();
        assert!(page.iter().zip(after + 1..).all(|(placed, expected)| placed.event.position == expected));
        after += page.len() as i64;
    }
    let rows = store.rows_of(shared).await.unwrap();
    let version = rows.iter().find(|row| row.table == &CHILD_ROW).unwrap().values[0].clone();
    assert_eq!(version, Value::Int(store.versions(&[shared]).await.unwrap()[&shared]));
}

pub(crate) async fn a_refused_command_never_spoils_its_neighbours(place: Place) {
    let store = place.open().await;
    let busy = stream();
    store.append(note(busy, 0, &["one"])).await.unwrap();
    let commands: Vec<_> = (0..60)
        .map(|n| if n % 3 == 0 { note(busy, 0, &["stale"]) } else { note(stream(), 0, &["fine"]) })
        .collect();
    let waiting: Vec<_> = commands
        .into_iter()
        .map(|command| {
            let store = store.clone();
            tokio::spawn(async move { store.append(command).await })
        })
        .collect();
    for (n, outcome) in waiting.into_iter().enumerate() {
        match outcome.await.unwrap() {
            Err(AppendError::Conflict { .. }) => assert_eq!(n % 3, 0),
            other => assert!(n % 3 != 0 && other.is_ok(), "{n}: {other:?}"),
        }
    }
    assert_eq!(store.head().await.unwrap(), 41);
}

/// A command the checks let through but the database refuses: its job is due before time began, twice the same id.
pub(crate) async fn a_failing_command_never_spoils_its_neighbours(place: Place) {
    let store = place.open().await;
    // PostgreSQL refuses NUL in text; SQLite takes it. Either way the neighbours are recorded.
    let mut odd = note(stream(), 0, &["odd"]);
    odd.jobs = vec![cf_store::NewJob { kind: "mail\0".into(), run_at: NOON, body: Vec::new() }];
    let mut waiting = Vec::new();
    for n in 0..20 {
        let (store, command) =
            (store.clone(), if n == 7 { odd.clone() } else { note(stream(), 0, &["fine"]) });
        waiting.push(tokio::spawn(async move { store.append(command).await }));
    }
    for (n, outcome) in waiting.into_iter().enumerate() {
        let outcome = outcome.await.unwrap();
        assert!(outcome.is_ok() || n == 7, "{n}: {outcome:?}");
    }
    assert!(store.head().await.unwrap() >= 19);
}

pub(crate) async fn a_record_is_shown_as_known_at_a_moment(place: Place) {
    let store = place.open().await;
    let child = stream();
    for (version, text) in ["first", "second", "third"].into_iter().enumerate() {
        let mut command = note(child, version as i64, &[text]);
        command.at = NOON.plus_hours(version as i64);
        store.append(command).await.unwrap();
    }
    for (at, known) in
        [(NOON.plus_seconds(-1), 0), (NOON, 1), (NOON.plus_minutes(90), 2), (NOON.plus_hours(9), 3)]
    {
        assert_eq!(store.load_as_at(child, at).await.unwrap().len(), known);
    }
}

pub(crate) async fn pages_and_streams_come_in_order(place: Place) {
    let store = place.open().await;
    let mut streams: Vec<_> = (0..7).map(|_| stream()).collect();
    for id in streams.iter().rev() {
        store.append(note(*id, 0, &["a", "b"])).await.unwrap();
    }
    let mut other = note(stream(), 0, &["c"]);
    other.streams[0].kind = "incident";
    store.append(other).await.unwrap();
    streams.sort();
    let first = store.streams_page("child", None, 4).await.unwrap();
    let rest = store.streams_page("child", first.last().copied(), 100).await.unwrap();
    assert_eq!([first, rest].concat(), streams);
    let page = store.page(3, 5).await.unwrap();
    assert_eq!(page.iter().map(|placed| placed.event.position).collect::<Vec<_>>(), [4, 5, 6, 7, 8]);
    assert_eq!((page[0].stream, page[0].kind.as_str()), (streams[5], "child"));
    assert_eq!(page[0].file, file_of(streams[5]));
}

pub(crate) async fn two_writers_may_begin_the_same_file(place: Place) {
    let store = place.open().await;
    let file = FileId::from_uuid(stream().uuid());
    let waiting: Vec<_> = (0..30)
        .map(|_| {
            let (store, id) = (store.clone(), stream());
            let mut command = note(id, 0, &["of one file"]);
            command.streams[0].file = file;
            tokio::spawn(async move {
                store.append(command).await.unwrap();
                id
            })
        })
        .collect();
    let mut streams = Vec::new();
    for outcome in waiting {
        streams.push(outcome.await.unwrap());
    }
    let reopened = place.open().await;
    for id in streams {
        assert_eq!(texts(&reopened, id).await, ["of one file"]);
    }
}

pub(crate) async fn a_commit_is_announced(place: Place) {
    let here = place.open().await;
    let elsewhere = place.open().await;
    let mut notices = here.subscribe();
    let child = stream();
    here.append(note(child, 0, &["one"])).await.unwrap();
    let notice = notices.recv().await.unwrap();
    assert_eq!((notice.head, notice.streams), (1, vec![child]));
    // Other nodes exist on PostgreSQL only.
    if !place.is_sqlite() {
        elsewhere.append(note(child, 1, &["two"])).await.unwrap();
        let notice =
            tokio::time::timeout(std::time::Duration::from_secs(10), notices.recv()).await.unwrap().unwrap();
        assert_eq!((notice.head, notice.streams), (2, vec![child]));
    }
}

pub(crate) async fn a_saved_setting_is_announced(place: Place) {
    let here = place.open().await;
    // Other nodes exist on PostgreSQL only.
    let saves = if place.is_sqlite() { here.clone() } else { place.open().await };
    let mut notices = here.subscribe();
    here.append(note(stream(), 0, &["one"])).await.unwrap();
    // Told of before anything is saved, or the poll would tell of both at once.
    assert_eq!(notices.recv().await.unwrap().head, 1);
    for version in 0..2 {
        let saved = saves.save_setting("glass/2026-03", "[]", version, &looked(&[])).await.unwrap();
        assert_eq!(saved, Some(version + 1));
        let told =
            tokio::time::timeout(std::time::Duration::from_secs(10), notices.recv()).await.unwrap().unwrap();
        assert_eq!((told.head, told.streams), (1, vec![]));
    }
    assert_eq!(saves.save_setting("glass/2026-03", "[]", 7, &looked(&[])).await.unwrap(), None);
    let quiet = tokio::time::timeout(std::time::Duration::from_millis(600), notices.recv()).await;
    assert!(quiet.is_err(), "what was not saved is not announced: {quiet:?}");
}

pub(crate) async fn everything_is_there_after_reopening(place: Place) {
    let child = stream();
    let store = place.open().await;
    store.append(note(child, 0, &["kept"])).await.unwrap();
    store.close().await;
    drop(store);
    let again = place.open().await;
    assert_eq!(again.damage(), None);
    assert_eq!(texts(&again, child).await, ["kept"]);
    again.append(note(child, 1, &["and more"])).await.unwrap();
    assert_eq!(again.head().await.unwrap(), 2);
    if place.is_sqlite() {
        use std::os::unix::fs::PermissionsExt;
        for file in std::fs::read_dir(place.folder.path()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
