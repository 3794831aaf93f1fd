//! Is the record whole? A quick look at start; `verify` looks at everything.
use std::sync::Arc;
use std::time::Duration;

use cf_ledger::{Checkpoint, Frontier, leaf_hash};

use crate::db::{Db, args};
use crate::log::{Log, head_row};
use crate::{Fault, LogKey, Store};

/// A file up to this size (64 MB) is checked before the start, a larger one soon after it.
const CHECKED_FIRST: i64 = 64 << 20;
/// So long after the start: a command that is over by then, `verify` above all, need not share disk and processor with it.
const CHECKED_AFTER: Duration = Duration::from_secs(10);
/// At most so many entries since the last checkpoint are hashed again at start: about 50 ms.
const MOST_HASHED: i64 = 20_000;
/// With more than that, only the newest of them are.
const NEWEST: i64 = 1_000;

/// Checks the structure of a SQLite file that is small enough. PostgreSQL keeps watch over its own files.
pub(crate) async fn file(db: &Db) -> Result<Option<String>, Fault> {
    if size(db).await? > CHECKED_FIRST { Ok(None) } else { quick_check(db).await }
}

/// Checks a large file while the store is already in use, and closes it for writing when it is damaged.
pub(crate) fn check_later(store: &Store) {
    let (db, inner) = (store.inner.read.clone(), Arc::downgrade(&store.inner));
    tokio::spawn(async move {
        tokio::time::sleep(CHECKED_AFTER).await;
        if inner.strong_count() == 0 {
            return;
        }
        if !matches!(size(&db).await, Ok(size) if size > CHECKED_FIRST) {
            return;
        }
        match quick_check(&db).await {
            Ok(None) | Err(Fault::Closed) => {}
            Ok(Some(why)) => {
                if let Some(inner) = inner.upgrade() {
                    tracing::error!(why, "the database is damaged and open for reading only");
                    Store { inner }.set_damaged(why);
                }
            }
            Err(fault) => tracing::warn!(%fault, "the database file could not be checked"),
        }
    });
}

async fn size(db: &Db) -> Result<i64, Fault> {
    match db {
        Db::Pg(_) => Ok(0),
        Db::Lite(_) => {
            let pages: Option<(i64,)> = db
                .row("select page_count * page_size from pragma_page_count, pragma_page_size", vec![])
                .await?;
            Ok(pages.map_or(0, |(bytes,)| bytes))
        }
    }
}

async fn quick_check(db: &Db) -> Result<Option<String>, Fault> {
    let Db::Lite(_) = db else { return Ok(None) };
    match db.rows::<(String,)>("pragma quick_check(1)", vec![]).await {
        Ok(rows) if matches!(&rows[..], [(ok,)] if ok == "ok") => Ok(None),
        Ok(rows) => Ok(Some(rows.into_iter().next().map_or_else(|| "the file".into(), |(what,)| what))),
        // Too damaged for the check itself.
        Err(sqlx::Error::Database(error)) => Ok(Some(error.message().to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Compares the head of each log with its newest entries and its last signed checkpoint.
pub(crate) async fn newest(db: &Db, key: &LogKey) -> Result<Option<String>, Fault> {
    for log in Log::ALL {
        if let Some(what) = newest_of(db, key, log).await? {
            return Ok(Some(format!("the {} log: {what}", log.name())));
        }
    }
    Ok(None)
}

/// What one statement saw of a log at one moment: other nodes may write between two.
type Edge = (i64, Vec<u8>, Option<i64>, Option<i64>);

async fn newest_of(db: &Db, key: &LogKey, log: Log) -> Result<Option<String>, Fault> {
    let edge: Option<Edge> = db.row(log.sql().edge, args![log.number()]).await?;
    let (head, last, at) = match edge {
        Some((size, frontier, last, at)) => (Some((size, frontier)), last.unwrap_or(0), at),
        None => (None, 0, None),
    };
    let Ok((size, frontier)) = head_row(head, log) else {
        return Ok(Some("its head cannot be read".into()));
    };
    if last != size {
        return Ok(Some(format!("its head says {size} entries, its newest entry is number {last}")));
    }
    let mut known = Frontier::new();
    if let Some(at) = at {
        if at > size {
            return Ok(Some(format!(
                "its last checkpoint is at {at}, its head at {size}: entries are missing"
            )));
        }
        match signed(db, key, log, at).await? {
            Ok(stored) => known = stored,
            Err(what) => return Ok(Some(format!("its checkpoint at {at} {what}"))),
        }
    }
    let checkpoint = i64::try_from(known.size()).unwrap_or(0);
    let linked = size - checkpoint <= MOST_HASHED;
    let from = if linked { checkpoint } else { size - NEWEST };
    let entries: Vec<(i64, Vec<u8>, Vec<u8>)> = db.rows(log.sql().entries, args![from, size - from]).await?;
    for (expected, (position, entry, leaf)) in (from + 1..).zip(&entries) {
        let hash = leaf_hash(entry);
        if *position != expected || hash.as_bytes()[..] != leaf[..] {
            return Ok(Some(format!("entry {expected} is damaged or missing")));
        }
        known.push(hash);
    }
    if linked && known != frontier {
        return Ok(Some("its newest entries do not lead to its head".into()));
    }
    Ok(None)
}

/// The frontier at a checkpoint, if it is the one that was signed.
async fn signed(db: &Db, key: &LogKey, log: Log, at: i64) -> Result<Result<Frontier, &'static str>, Fault> {
    let row: Option<(String, Vec<u8>)> = db
        .row("select note, frontier from checkpoint where log = $1 and size = $2", args![log.number(), at])
        .await?;
    let Some((note, bytes)) = row else { return Ok(Err("cannot be read")) };
    let Ok(checkpoint) = Checkpoint::open(&note, key.public(log)) else {
        return Ok(Err("is not signed with the key given"));
    };
    Ok(match Frontier::from_bytes(&bytes) {
        Ok(stored) if stored.root() == checkpoint.root && i64::try_from(checkpoint.size) == Ok(at) => {
            Ok(stored)
        }
        _ => Err("does not fit what was signed"),
    })
}
