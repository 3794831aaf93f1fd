//! Checks wrapped keys, and that whatever is gone was destroyed by somebody who said so.
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use cf_kernel::FileId;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::{Damage, Found};
use crate::Fault;
use crate::bulk::Rows;
use crate::db::args;
use crate::keys::Keys;
use crate::log::Log;
use crate::open::Inner;
use crate::packed::Field::Bytes;
use crate::packed::Packing;

/// So many keys are read at once.
const PAGE: i64 = 4_096;

const KEYS: Packing = Packing {
    fields: &[Bytes, Bytes],
    sqlite: "select file, wrapped from file_key where file >= ?1 order by file limit ?2",
    postgres: "select string_agg(int4send(16) || uuid_send(file) \
               || coalesce(int4send(length(wrapped)) || wrapped, int4send(-1)), ''::bytea order by file) \
               from (select file, wrapped from file_key where file >= $1 order by file limit $2) page",
};

/// What the table of keys holds.
#[derive(Debug, Default)]
pub(super) struct Opened {
    open: HashSet<FileId, RandomState>,
    destroyed: Vec<FileId>,
    broken: BTreeSet<FileId>,
}

/// Unwraps every key.
pub(super) async fn open_all(inner: &Arc<Inner>) -> Result<Opened, Fault> {
    let mut opened = Opened::default();
    let mut last: Option<Uuid> = None;
    loop {
        let keys = inner.keys.clone();
        let work = move |page: &mut dyn Rows| {
            let mut newest = last;
            while page.step()? {
                let file = page.bytes(0).and_then(|id| Uuid::from_slice(id).ok());
                let file = file.ok_or_else(|| Fault::unreadable("the id of a case file"))?;
                // A page begins with the last key of the page before.
                if last != Some(file) {
                    opened.take(&keys, FileId::from_uuid(file), page.bytes(1));
                    newest = Some(file);
                }
            }
            Ok::<_, Fault>((opened, newest))
        };
        let newest;
        (opened, newest) = inner.bulk.each(&KEYS, args![last.unwrap_or_default(), PAGE], work).await??;
        if newest == last {
            return Ok(opened);
        }
        last = newest;
    }
}

impl Opened {
    fn take(&mut self, keys: &Keys, file: FileId, wrapped: Option<&[u8]>) {
        match wrapped.map(|wrapped| keys.unwrap(file, wrapped.to_vec())) {
            None => self.destroyed.push(file),
            Some(Ok(_)) => drop(self.open.insert(file)),
            Some(Err(_)) => drop(self.broken.insert(file)),
        }
    }
}

/// The first sealed body that is gone without an entry about its destruction or has lost its key, else the first key
/// that does not open, is gone, or should no longer be there.
pub(super) fn judge(record: &Found, access: &Found, keys: Opened) -> Option<Damage> {
    let first = |positions: &mut dyn Iterator<Item = i64>, what: &str| {
        positions.min().map(|at| Damage { log: Log::Record, position: Some(at), what: what.into() })
    };
    let gone = record.gone.iter().filter(|(file, _)| !access.shredded.contains_key(*file));
    let keyless =
        record.there.iter().filter(|(file, _)| !keys.open.contains(*file) && !keys.broken.contains(*file));
    let bodies = [
        first(
            &mut gone.map(|(_, (_, at))| *at),
            "its sealed body is missing, and nobody recorded its destruction",
        ),
        first(&mut keyless.map(|(_, at)| *at), "the key of its sealed body is missing"),
    ];
    let beside = |file: FileId, what: &str| Damage {
        log: Log::Record,
        position: None,
        what: format!("the key of file {file} {what}"),
    };
    let unsaid = keys.destroyed.into_iter().find(|file| !access.shredded.contains_key(file));
    let undone = access.shredded.keys().find(|file| keys.open.contains(*file));
    bodies
        .into_iter()
        .flatten()
        .min_by_key(|damage| damage.position)
        .or(keys.broken.first().map(|file| beside(*file, "does not open")))
        .or(unsaid.map(|file| beside(file, "is gone, and nobody recorded its destruction")))
        .or(undone.map(|file| beside(*file, "was to be destroyed")))
}

/// Rows that stand before the first entry or after the last, where no pass over the entries meets them.
pub(super) async fn strays(inner: &Inner) -> Result<Option<Damage>, Fault> {
    let questions = [
        (
            Log::Record,
            // Two looks at the ends of the table: with `or` between them, SQLite would read all of it.
            "select min(position) from (select min(position) as position from sealed where position < 1 \
             union all select min(position) from sealed \
             where position > (select coalesce(max(position), 0) from event)) as stray",
            "a sealed body nobody committed to",
        ),
        (
            Log::Access,
            "select min(position) from (select min(position) as position from access_record where position < 1 \
             union all select min(position) from access_record \
             where position > (select coalesce(max(position), 0) from access)) as stray",
            "a record is named by no entry",
        ),
    ];
    for (log, sql, what) in questions {
        let found: Option<(Option<i64>,)> = inner.read.row(sql, vec![]).await?;
        if let Some((position @ Some(_),)) = found {
            return Ok(Some(Damage { log, position, what: what.into() }));
        }
    }
    Ok(None)
}
