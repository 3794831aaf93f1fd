//! The access log, checkpoints, verification, disposal.
use cf_kernel::{StreamId, UserId};
use cf_ledger::{Checkpoint, inclusion_proof, leaf_hash, tiles_for_inclusion, verify_inclusion};
use cf_store::{AppendError, Fault, Log, Page, Report, Shred, Store};

use crate::fixture::{NOON, Place, RawDb, file_of, fold, looked, note, operator, stream};

pub(crate) async fn looking_is_logged_and_found_again(place: Place) {
    let store = place.open().await;
    let (child, incident) = (stream(), stream());
    let mut other = looked(&[child]);
    other.actor.user = UserId::from_uuid(uuid::Uuid::from_u128(99));
    (other.permitted, other.reason) = (false, Some("asked by the\nduty inspector".into()));
    for entry in [looked(&[child, incident, child]), looked(&[incident]), other.clone(), looked(&[])] {
        store.log_access(&entry).await.unwrap();
    }
    let places =
        |entries: Vec<cf_store::AccessRecorded>| entries.iter().map(|e| e.position).collect::<Vec<_>>();
    let of_child = store.access_of(child, Page::newest(10)).await.unwrap();
    assert_eq!(places(of_child.clone()), [3, 1]);
    assert_eq!((of_child[0].permitted, &of_child[0].reason), (false, &other.reason));
    assert_eq!((of_child[0].user, of_child[0].records.clone()), (other.actor.user, vec![child]));
    assert_eq!(of_child[1].purpose, "safeguarding");
    assert_eq!(places(store.access_of(incident, Page::before(2, 10)).await.unwrap()), [1]);
    assert_eq!(places(store.access_by(operator().user, Page::newest(2)).await.unwrap()), [4, 2]);
    assert_eq!(places(store.access_recent(Page::newest(9)).await.unwrap()), [4, 3, 2, 1]);
    let mut forged = looked(&[child]);
    forged.action = "file.shred".into();
    assert!(matches!(store.log_access(&forged).await, Err(Fault::Invalid { .. })));
    assert!(whole(&store).await.access.entries == 4);
    // The same answers once the index has them, and with an entry behind its mark, as from a store opened anew.
    store.index_access().await.unwrap();
    assert_eq!(places(store.access_of(child, Page::newest(10)).await.unwrap()), [3, 1]);
    store.log_access(&looked(&[child])).await.unwrap();
    for store in [store.clone(), place.open().await] {
        assert_eq!(places(store.access_of(child, Page::newest(10)).await.unwrap()), [5, 3, 1]);
        assert_eq!(places(store.access_of(child, Page::newest(2)).await.unwrap()), [5, 3]);
        assert_eq!(places(store.access_of(child, Page::before(5, 1)).await.unwrap()), [3]);
        store.index_access().await.unwrap();
    }
    whole(&store).await;
}

/// More records than one step takes in, in entries of very different size.
pub(crate) async fn the_index_of_who_looked_at_what_catches_up(place: Place) {
    let store = place.open().await;
    let many: Vec<StreamId> = (0..900).map(|_| stream()).collect();
    for n in 1..=12 {
        store.log_access(&looked(if n % 4 == 0 { &many[..1] } else { &many })).await.unwrap();
    }
    store.index_access().await.unwrap();
    let raw = RawDb::open(&place).await;
    let counted = "select cast(count(*) as text) from access_of";
    assert_eq!(raw.texts(counted).await[0].as_deref(), Some("8103"));
    for (record, looks) in [(many[0], 12), (many[899], 9)] {
        assert_eq!(store.access_of(record, Page::newest(99)).await.unwrap().len(), looks);
    }
    whole(&store).await;
    // A mark set too far would hide what is logged from then on: it is found with the first such entry.
    raw.run("update access_mark set position = 1000").await;
    store.log_access(&looked(&many[..1])).await.unwrap();
    let damage = store.verify(|_| ()).await.unwrap().damage.unwrap();
    assert_eq!((damage.log, damage.position), (Log::Access, Some(13)), "{damage}");
}

pub(crate) async fn looking_and_writing_go_on_together(place: Place) {
    let store = place.open().await;
    let child = stream();
    let waiting: Vec<_> = (0..100)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                if n % 2 == 0 {
                    store.log_access(&looked(&[child])).await.unwrap();
                } else {
                    store.append(note(stream(), 0, &["text"])).await.unwrap();
                }
            })
        })
        .collect();
    for task in waiting {
        task.await.unwrap();
    }
    let report = whole(&store).await;
    assert_eq!((report.record.entries, report.access.entries, report.sealed), (50, 50, 50));
}

async fn whole(store: &Store) -> Report {
    let report = store.verify(|_| ()).await.unwrap();
    assert_eq!(report.damage, None);
    report
}

/// Enough entries for tiles on two levels would be 65,536; three full tiles of level 0 make a partial one above.
async fn filled(store: &Store) -> Vec<StreamId> {
    let mut streams = Vec::new();
    for n in 0..10 {
        let id = stream();
        let texts: Vec<String> = (0..80).map(|version| format!("note {n}.{version}")).collect();
        store.append(note(id, 0, &texts.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap();
        streams.push(id);
        store.log_access(&looked(&[id])).await.unwrap();
        if n == 4 {
            store.checkpoint_now().await.unwrap();
        }
    }
    for _ in 0..260 / 10 {
        let entry = looked(&streams);
        let logged = (0..10).map(|_| store.log_access(&entry));
        for logged in logged {
            logged.await.unwrap();
        }
    }
    store.checkpoint_now().await.unwrap();
    // Tests change bytes of the index too: it must not catch up in between.
    store.index_access().await.unwrap();
    streams
}

pub(crate) async fn a_whole_record_verifies(place: Place) {
    let store = place.open().await;
    assert_eq!(whole(&store).await.record.entries, 0);
    filled(&store).await;
    let report = whole(&store).await;
    assert_eq!((report.record.entries, report.record.checkpoints, report.record.signed), (800, 2, 800));
    assert_eq!((report.access.entries, report.access.checkpoints, report.sealed), (270, 2, 800));
    // What an overseer does with the last checkpoint: one entry, proven without trusting the store.
    let note = store.last_checkpoint(Log::Record).await.unwrap().unwrap();
    let signed = Checkpoint::open(&note, store.log_key().public(Log::Record)).unwrap();
    assert_eq!((signed.size, signed.root), (800, report.record.root));
    for index in [0, 255, 256, 700, 799] {
        let entry = store.log_entries(Log::Record, index as i64, 1).await.unwrap().remove(0);
        let tiles = store.tiles(Log::Record, &tiles_for_inclusion(index, 800).unwrap()).await.unwrap();
        let proof = inclusion_proof(&tiles, index, 800).unwrap();
        verify_inclusion(&leaf_hash(&entry), index, 800, &signed.root, &proof).unwrap();
    }
}

/// Other nodes write while one verifies and another starts: neither sees damage.
pub(crate) async fn a_record_that_grows_is_no_damaged_record(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    let busy = store.clone();
    let writing = tokio::spawn(async move {
        for n in 0..150 {
            let texts: Vec<String> = (0..20).map(|version| format!("later {n}.{version}")).collect();
            busy.append(note(stream(), 0, &texts.iter().map(String::as_str).collect::<Vec<_>>()))
                .await
                .unwrap();
            busy.log_access(&looked(&[stream()])).await.unwrap();
            if n % 10 == 0 {
                busy.checkpoint_now().await.unwrap();
            }
        }
    });
    while !writing.is_finished() {
        whole(&store).await;
        assert_eq!(place.open().await.damage(), None);
    }
    writing.await.unwrap();
    assert_eq!(whole(&store).await.record.entries, 3_800);
}

/// Which table, which column, and where the row is: its position when it is an entry.
const EVIDENCE: &[(&str, &[&str])] = &[
    (
        "event",
        &["position", "stream", "version", "kind", "recorded_at", "command", "ordinal", "entry", "leaf"],
    ),
    ("sealed", &["position", "file", "salt", "body"]),
    ("access", &["position", "actor", "action", "entry", "leaf"]),
    ("access_record", &["position", "record"]),
    ("access_of", &["record", "position"]),
    ("file_key", &["file", "wrapped"]),
    ("tile", &["log", "level", "idx", "hashes"]),
    ("checkpoint", &["log", "size", "note", "frontier"]),
    ("head", &["log", "size", "frontier"]),
];

pub(crate) async fn one_changed_byte_in_any_column_is_found_and_named(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    whole(&store).await;
    let raw = RawDb::open(&place).await;
    let mut refused = Vec::new();
    for (table, columns) in EVIDENCE {
        for column in *columns {
            for pick in 0..2 {
                let row = raw.pick(table, pick).await;
                let Some(now) = raw.flip(table, column, &row).await else {
                    refused.push(format!("{table}.{column}"));
                    continue;
                };
                let report = store.verify(|_| ()).await.unwrap();
                let damage =
                    report.damage.unwrap_or_else(|| panic!("{table}.{column} changed, and nobody noticed"));
                if let Some(position) = row.position {
                    let log = if table.starts_with("access") { Log::Access } else { Log::Record };
                    assert_eq!(
                        (damage.log, damage.position),
                        (log, Some(position)),
                        "{table}.{column}: {damage}"
                    );
                }
                raw.restore(table, &row, &now).await;
            }
        }
    }
    // A log is 1 or 2 by a constraint of the table; everything else can be changed by whoever owns the file.
    assert!(refused.iter().all(|name| name == "head.log"), "{refused:?}");
    whole(&store).await;
}

pub(crate) async fn rows_removed_or_added_are_found(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    let raw = RawDb::open(&place).await;
    for (table, _) in EVIDENCE {
        let row = raw.pick(table, 1).await;
        raw.run(&format!("delete from {table} where {}", row.key)).await;
        // A checkpoint that is gone leaves no trace inside: that is what handing it to somebody outside is for.
        let found = store.verify(|_| ()).await.unwrap().damage;
        assert_eq!(found.is_some(), *table != "checkpoint", "{table}: {found:?}");
        raw.restore(table, &row, &row.key).await;
    }
    raw.run("insert into access_record (position, record) select 5000, record from access_record limit 1")
        .await;
    assert_eq!(store.verify(|_| ()).await.unwrap().damage.unwrap().position, Some(5000));
    raw.run("delete from access_record where position = 5000").await;
    whole(&store).await;
}

pub(crate) async fn a_destroyed_file_still_verifies(place: Place) {
    let store = place.open().await;
    let streams = filled(&store).await;
    let (gone, kept) = (streams[3], streams[4]);
    let before = store.rows_of(kept).await.unwrap();
    let shred = Shred {
        file: file_of(gone),
        by: operator(),
        approved_by: operator().user,
        reason: "retention schedule, rule 4".into(),
        at: NOON,
    };
    assert!(
        matches!(store.shred_file(shred.clone(), fold).await, Err(Fault::Invalid { .. })),
        "one person alone"
    );
    let two = Shred { approved_by: UserId::from_uuid(uuid::Uuid::from_u128(77)), ..shred };
    assert_eq!(store.shred_file(two.clone(), fold).await.unwrap(), [gone]);
    assert!(store.shred_file(two, fold).await.is_err(), "twice");
    let report = whole(&store).await;
    assert_eq!((report.sealed, report.destroyed, report.access.entries), (720, 80, 271));
    assert!(store.load(gone).await.unwrap().iter().all(|event| event.private.is_none()));
    assert_eq!(store.rows_of(kept).await.unwrap(), before);
    assert_eq!(store.load(kept).await.unwrap()[0].private.as_deref(), Some(b"note 4.0".as_slice()));
    let refused = store.append(note(gone, 80, &["more"])).await;
    assert!(matches!(refused, Err(AppendError::Destroyed { .. })), "{refused:?}");
    let mut clear = note(gone, 80, &["closed"]);
    clear.streams[0].events[0].private.clear();
    store.append(clear).await.unwrap();
    // Another node with the key still in memory is refused too, and a body that merely vanished is found.
    let raw = RawDb::open(&place).await;
    raw.run("delete from sealed where position = 500").await;
    let damage = store.verify(|_| ()).await.unwrap().damage.unwrap();
    assert_eq!((damage.log, damage.position), (Log::Record, Some(500)));
}

pub(crate) async fn a_damaged_record_refuses_to_be_written(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    store.append(note(stream(), 0, &["after the checkpoint"])).await.unwrap();
    let raw = RawDb::open(&place).await;
    let undamaged = raw.pick_where("event", "position = 801").await;
    let damaged = raw.flip("event", "entry", &undamaged).await.unwrap();
    let again = place.open().await;
    assert!(again.damage().unwrap().contains("entry 801"), "{:?}", again.damage());
    assert!(matches!(again.append(note(stream(), 0, &["no"])).await, Err(AppendError::Damaged(_))));
    assert!(matches!(again.log_access(&looked(&[])).await, Err(Fault::Damaged(_))));
    assert_eq!(again.streams_page("child", None, 20).await.unwrap().len(), 11, "reading goes on");
    raw.restore("event", &undamaged, &damaged).await;
    assert_eq!(place.open().await.damage(), None);
    // An entry gone from the end, and a head that says more than there is: both show at once.
    raw.run("delete from event where position = 801").await;
    assert!(place.open().await.damage().is_some());
    raw.restore("event", &undamaged, "1 = 0").await;
    raw.run("update head set size = size + 1 where log = 2").await;
    assert!(place.open().await.damage().is_some());
}

pub(crate) async fn another_key_signs_nothing_here(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    let mut options = place.options();
    options.log_key = cf_store::LogKey::new("childfirst.example", &[1; 32]).unwrap();
    let other = Store::open(&place.url, options).await.unwrap();
    assert!(other.damage().unwrap().contains("not signed with the key given"));
    let mut options = place.options();
    options.master_key = cf_sealing::MasterKey::from_bytes(&[1; 32]);
    let other = Store::open(&place.url, options).await.unwrap();
    let damage = other.verify(|_| ()).await.unwrap().damage.unwrap();
    assert!(damage.what.contains("does not open"), "{damage}");
}

/// SQLite keeps its own structure in the file; a page of it overwritten is noticed before anything is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_sqlite_file_opens_for_reading_only() {
    use std::io::{Read, Seek, SeekFrom, Write};
    let place = Place::sqlite();
    let store = place.open().await;
    filled(&store).await;
    store.close().await;
    drop(store);
    let path = place.folder.path().join("record.db");
    let mut file = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    // Every interior page of a table says 5 first; tear one that holds events.
    let page = (1..bytes.len() / 4096).rev().find(|page| bytes[page * 4096] == 5).unwrap();
    file.seek(SeekFrom::Start(page as u64 * 4096 + 8)).unwrap();
    file.write_all(&[0xff; 64]).unwrap();
    drop(file);
    let torn = place.open().await;
    assert!(torn.damage().is_some());
    let refused = torn.append(note(stream(), 0, &["no"])).await;
    assert!(matches!(refused, Err(AppendError::Damaged(_))), "{refused:?}");
}
