//! Checks wrapped keys, and that whatever is gone was destroyed by somebody who said so.
use cf_kernel::FileId;
use uuid::Uuid;

use super::{Damage, Found};
use crate::Fault;
use crate::db::args;
use crate::log::Log;
use crate::open::Inner;

/// So many keys are read at once.
const PAGE: i64 = 4_096;

/// The first sealed body that is gone without an entry about its destruction.
pub(super) fn unaccounted(record: &Found, access: &Found) -> Option<Damage> {
    let gone = record.gone.iter().filter(|(file, _)| !access.shredded.contains_key(*file));
    gone.map(|(_, (_, position))| *position).min().map(|position| Damage {
        log: Log::Record,
        position: Some(position),
        what: "its sealed body is missing, and nobody recorded its destruction".into(),
    })
}

/// The first key that does not open, is missing, or should no longer be there.
pub(super) async fn check(inner: &Inner, access: &Found) -> Result<Option<Damage>, Fault> {
    let damage = |position: Option<i64>, what: String| Ok(Some(Damage { log: Log::Record, position, what }));
    let mut after: Option<Uuid> = None;
    loop {
        let page: Vec<(Uuid, Option<Vec<u8>>)> = match after {
            None => inner.read.rows("select file, wrapped from file_key order by file limit $1", args![PAGE]),
            Some(after) => inner.read.rows(
                "select file, wrapped from file_key where file > $2 order by file limit $1",
                args![PAGE, after],
            ),
        }
        .await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (id, wrapped) in page {
            let file = FileId::from_uuid(id);
            match (wrapped, access.shredded.contains_key(&file)) {
                (Some(_), true) => {
                    return damage(None, format!("the key of file {file} was to be destroyed"));
                }
                (None, false) => {
                    return damage(
                        None,
                        format!("the key of file {file} is gone, and nobody recorded its destruction"),
                    );
                }
                (Some(wrapped), false) => {
                    if inner.keys.unwrap(file, wrapped).is_err() {
                        return damage(None, format!("the key of file {file} does not open"));
                    }
                }
                (None, true) => {}
            }
        }
    }
    let keyless: Option<(Option<i64>,)> = inner
        .read
        .row(
            "select min(s.position) from sealed s left join file_key k on k.file = s.file where k.wrapped is null",
            vec![],
        )
        .await?;
    if let Some((Some(position),)) = keyless {
        return damage(Some(position), "the key of its sealed body is missing".into());
    }
    let strange: Option<(Option<i64>,)> = inner
        .read
        .row("select min(position) from sealed where position not in (select position from event)", vec![])
        .await?;
    if let Some((Some(position),)) = strange {
        return damage(Some(position), "a sealed body nobody committed to".into());
    }
    let strange: Option<(Option<i64>,)> = inner
        .read
        .row(
            "select min(position) from access_record where position not in (select position from access)",
            vec![],
        )
        .await?;
    let what = "a record is named by no entry".to_owned();
    Ok(strange.and_then(|(position,)| position).map(|at| Damage {
        log: Log::Access,
        position: Some(at),
        what,
    }))
}
