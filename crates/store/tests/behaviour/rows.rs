//! Read rows: live, rebuilt, compared.
use std::sync::atomic::{AtomicBool, Ordering};

use cf_kernel::{StreamId, UserId};
use cf_store::{Column, Fault, Kind, RowChanges, Store, Table, Value};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::fixture::{
    CHILD_ROW, EVENT_ROW, NOON, Place, RawDb, child_row, file_of, fold, note, operator, stream,
};

/// Any sequence of commands: live rows are the rows that a rebuild makes.
pub(crate) async fn live_rows_are_the_rebuilt_rows(place: Place) {
    let store = place.open().await;
    let mut runner = TestRunner::deterministic();
    let commands =
        proptest::collection::vec((0_usize..12, proptest::collection::vec("[a-zé]{0,9}", 1..4)), 1..40);
    let streams: Vec<_> = (0..12).map(|_| stream()).collect();
    for _ in 0..4 {
        let commands = commands.new_tree(&mut runner).unwrap().current();
        for (which, texts) in commands {
            let id = streams[which];
            let version = store.versions(&[id]).await.unwrap().get(&id).copied().unwrap_or(0);
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            store.append(note(id, version, &texts)).await.unwrap();
        }
        let live = all_rows(&store, &streams).await;
        let compared = store.check_rows(fold, |_, _| ()).await.unwrap().unwrap();
        let mut last = (0, 0);
        let folded = store.rebuild(fold, |done, total| last = (done, total)).await.unwrap();
        assert_eq!(folded, compared);
        let head = store.head().await.unwrap().unsigned_abs();
        assert_eq!((folded.events, last), (head, (head, head)));
        assert_eq!(all_rows(&store, &streams).await, live);
    }
    assert_eq!(store.verify(|_| ()).await.unwrap().damage, None);
}

async fn all_rows(store: &Store, streams: &[cf_kernel::StreamId]) -> Vec<cf_store::Row> {
    let mut rows = Vec::new();
    for id in streams {
        rows.extend(store.rows_of(*id).await.unwrap());
    }
    rows
}

pub(crate) async fn rows_that_go_are_removed(place: Place) {
    let store = place.open().await;
    let child = stream();
    store.append(note(child, 0, &["one", "two"])).await.unwrap();
    let before = store.rows_of(child).await.unwrap();
    let after: Vec<_> = before.iter().filter(|row| row.part != "1").cloned().collect();
    assert_eq!((before.len(), after.len()), (3, 2));
    let mut command = note(child, 2, &["three"]);
    command.streams[0].rows = RowChanges::between(&before, &after);
    store.append(command).await.unwrap();
    assert_eq!(store.rows_of(child).await.unwrap(), after);
}

pub(crate) async fn a_row_that_differs_is_named(place: Place) {
    let store = place.open().await;
    let (one, two) = (stream(), stream());
    store.append(note(one, 0, &["one", "two"])).await.unwrap();
    store.append(note(two, 0, &["three"])).await.unwrap();
    let raw = RawDb::open(&place).await;
    let find = async || store.check_rows(fold, |_, _| ()).await.unwrap().unwrap_err();
    raw.run("update child_row set remark = 'changed' where version = 1").await;
    let found = find().await;
    assert_eq!((found.table, found.stream, found.what.as_str()), ("child_row", two, "remark"));
    store.rebuild(fold, |_, _| ()).await.unwrap();
    raw.run("delete from event_row where part = '2'").await;
    let found = find().await;
    assert_eq!(
        (found.table, found.stream, found.part.as_str(), found.what.as_str()),
        ("event_row", one, "2", "missing")
    );
    store.rebuild(fold, |_, _| ()).await.unwrap();
    raw.run("insert into event_row select stream, '9', length, digest from event_row where part = '2'").await;
    let found = find().await;
    assert_eq!((found.part.as_str(), found.what.as_str()), ("9", "left over"));
}

/// A table is asked only for streams of its kinds, so no other may get into it, and a row that did is found.
pub(crate) async fn rows_stand_only_where_their_kind_belongs(place: Place) {
    let store = place.open().await;
    let (child, other) = (stream(), stream());
    store.append(note(child, 0, &["one"])).await.unwrap();
    let mut command = note(other, 0, &["two"]);
    command.streams[0].kind = "other";
    let refused = store.append(command.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("holds no rows of a `other`"), "{refused}");
    command.streams[0].rows = RowChanges::default();
    store.append(command).await.unwrap();
    let of_kind = |kind: &str, stream: StreamId, events: &[cf_store::Recorded]| match kind {
        "child" => fold(kind, stream, events),
        _ => Ok(Vec::new()),
    };
    store.check_rows(of_kind, |_, _| ()).await.unwrap().unwrap();
    let refused = store.rebuild(fold, |_, _| ()).await.unwrap_err();
    assert!(refused.to_string().contains("holds no rows of a `other`"), "{refused}");

    let raw = RawDb::open(&place).await;
    let hex = other.uuid().simple().to_string();
    let id = if place.url.starts_with("sqlite") { format!("x'{hex}'") } else { format!("'{hex}'::uuid") };
    raw.run(&format!("insert into event_row select {id}, part, length, digest from event_row limit 1")).await;
    let found = store.check_rows(of_kind, |_, _| ()).await.unwrap().unwrap_err();
    assert_eq!((found.table, found.stream, found.what.as_str()), ("event_row", other, "left over"));
    store.rebuild(of_kind, |_, _| ()).await.unwrap();
    assert_eq!(store.rows_of(other).await.unwrap(), []);
    store.check_rows(of_kind, |_, _| ()).await.unwrap().unwrap();
}

static CHILD_ROW_LATER: Table = Table {
    name: "child_row",
    of: &["child", "incident"],
    version: 2,
    columns: &[Column::new("version", Kind::Int), Column::optional("news", Kind::Text)],
    indexes: &[],
};

pub(crate) async fn a_changed_table_is_made_again(place: Place) {
    let store = place.open().await;
    assert!(store.needs_rebuild().is_empty(), "a new record has nothing to fold");
    let child = stream();
    store.append(note(child, 0, &["one", "two"])).await.unwrap();
    assert!(place.open().await.needs_rebuild().is_empty());
    let later = || async {
        let mut options = place.options();
        options.tables = vec![&CHILD_ROW_LATER];
        Store::open(&place.url, options).await.unwrap()
    };
    for _ in 0..2 {
        // Until it was rebuilt it says so, also after a restart.
        let store = later().await;
        assert_eq!(store.needs_rebuild(), ["child_row"]);
        assert_eq!(store.rows_of(child).await.unwrap(), []);
    }
    let store = later().await;
    let fold = |_: &str, stream, events: &[cf_store::Recorded]| {
        let values = vec![Value::Int(events.len() as i64), Value::Null];
        Ok(vec![cf_store::Row { table: &CHILD_ROW_LATER, stream, part: String::new(), values }])
    };
    store.rebuild(fold, |_, _| ()).await.unwrap();
    assert!(store.needs_rebuild().is_empty());
    assert!(later().await.needs_rebuild().is_empty());
    assert_eq!(store.rows_of(child).await.unwrap()[0].values, [Value::Int(2), Value::Null]);
    assert_eq!(place.open().await.needs_rebuild(), ["child_row", "event_row"]);
}

pub(crate) async fn rows_thrown_away_are_made_again(place: Place) {
    let store = place.open().await;
    let streams: Vec<_> = (0..3).map(|_| stream()).collect();
    for id in &streams {
        store.append(note(*id, 0, &["one", "two"])).await.unwrap();
    }
    let before = all_rows(&store, &streams).await;
    store.empty_rows().await.unwrap();
    assert_eq!(all_rows(&store, &streams).await, []);
    assert_eq!(store.needs_rebuild(), ["child_row", "event_row"]);
    assert_eq!(place.open().await.needs_rebuild(), ["child_row", "event_row"], "also after a restart");
    store.rebuild(fold, |_, _| ()).await.unwrap();
    assert_eq!(all_rows(&store, &streams).await, before);
    assert!(store.needs_rebuild().is_empty());
}

/// One row: how many events there are, and of how many the text is there.
fn telling(
    _kind: &str,
    stream: StreamId,
    events: &[cf_store::Recorded],
) -> Result<Vec<cf_store::Row>, Fault> {
    let told = events.iter().filter(|event| event.private.is_some()).count();
    Ok(vec![child_row(stream, events.len() as i64, told as i64)])
}

/// Done while a slice is folded, after its events were read and before its rows are written.
pub(crate) async fn what_is_recorded_or_destroyed_during_a_rebuild_stays_so(place: Place) {
    let store = place.open().await;
    let child = stream();
    store.append(note(child, 0, &["one"])).await.unwrap();
    for destroys in [false, true] {
        let (now, inside) = (tokio::runtime::Handle::current(), store.clone());
        let once = AtomicBool::new(false);
        let meanwhile = move |kind: &str, stream: StreamId, events: &[cf_store::Recorded]| {
            let rows = telling(kind, stream, events);
            if !once.swap(true, Ordering::SeqCst) {
                now.block_on(async {
                    if destroys {
                        let shred = cf_store::Shred {
                            file: file_of(child),
                            by: operator(),
                            approved_by: UserId::from_uuid(uuid::Uuid::from_u128(77)),
                            reason: "retention schedule, rule 4".into(),
                            at: NOON,
                        };
                        // On SQLite it is over only when this slice no longer reads, but done before.
                        let shredding = inside.clone();
                        tokio::spawn(async move { shredding.shred_file(shred, telling).await.unwrap() });
                        while inside.load(child).await.unwrap()[0].private.is_some() {
                            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                        }
                    } else {
                        inside.append(note(child, 1, &["two"])).await.unwrap();
                    }
                });
            }
            rows
        };
        RawDb::open(&place).await.run("update child_row set remark = 'changed'").await;
        store.rebuild(meanwhile, |_, _| ()).await.unwrap();
        assert_eq!(
            store.rows_of(child).await.unwrap(),
            telling("", child, &store.load(child).await.unwrap()).unwrap()
        );
        store.check_rows(telling, |_, _| ()).await.unwrap().unwrap();
    }
}

pub(crate) async fn rows_of_the_wrong_shape_are_refused(place: Place) {
    let store = place.open().await;
    let refused = async |change: fn(&mut cf_store::Row)| {
        let mut command = note(stream(), 0, &["text"]);
        change(&mut command.streams[0].rows.upserts[0]);
        matches!(store.append(command).await, Err(cf_store::AppendError::Fault(Fault::Invalid { .. })))
    };
    assert!(refused(|row| row.values.truncate(1)).await);
    assert!(refused(|row| row.values[0] = Value::Null).await);
    assert!(refused(|row| row.values[0] = "text".into()).await);
    assert!(refused(|row| row.stream = stream()).await);
    assert!(refused(|row| row.table = &CHILD_ROW_LATER).await);
    assert!(!refused(|row| row.values[0] = NOON.into()).await);
    assert_eq!(store.head().await.unwrap(), 1);
    let _ = (&CHILD_ROW, &EVENT_ROW);
}
