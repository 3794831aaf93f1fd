//! Checks the index of who looked at what against the records the entries name.
use std::hash::{BuildHasher as _, RandomState};

use crate::Fault;
use crate::bulk::{Bulk, Moment, Rows};
use crate::log::Log;
use crate::open::Inner;

use super::Damage;

/// What the index is to hold, and what it holds: each in the order in which it stands.
const NAMED: &str =
    "select position, record from access_record where position <= (select position from access_mark)";
const INDEXED: &str = "select position, record from access_of";

/// The same, asked of the database: the first of each kind of difference.
const QUESTIONS: [(&str, &str); 2] = [
    (
        "select min(named.position) from access_record as named \
         where named.position <= (select position from access_mark) and not exists \
         (select 1 from access_of as known where known.record = named.record and known.position = named.position)",
        "the index `access_of` lacks a record the entry names",
    ),
    (
        "select min(known.position) from access_of as known where not exists \
         (select 1 from access_record as named where named.position = known.position and named.record = known.record)",
        "the index `access_of` has a record the entry does not name",
    ),
];

/// The first entry whose records the index does not have, or has besides.
pub(super) async fn unlike(inner: &Inner) -> Result<Option<Damage>, Fault> {
    // A server joins two tables as fast as it reads them; in a file each row of one is looked up in the other, so there that is
    // asked only when the two are not the same.
    if let Bulk::Lite(file) = &inner.bulk
        && file.look(same).await?
    {
        return Ok(None);
    }
    for (sql, what) in QUESTIONS {
        let found: Option<(Option<i64>,)> = inner.read.row(sql, vec![]).await?;
        if let Some((position @ Some(_),)) = found {
            return Ok(Some(Damage { log: Log::Access, position, what: what.into() }));
        }
    }
    Ok(None)
}

/// Whether both hold the same rows in whatever order: as many, with the same sum of hashes under a key made for this once.
fn same(look: &Moment<'_>) -> Result<bool, Fault> {
    let key = RandomState::new();
    let sum = |rows: &mut dyn Rows| {
        let (mut count, mut sum) = (0_u64, 0_u64);
        while rows.step()? {
            count += 1;
            sum = sum.wrapping_add(key.hash_one((rows.number(0), rows.bytes(1))));
        }
        Ok((count, sum))
    };
    Ok(look.each(NAMED, &[], sum)? == look.each(INDEXED, &[], sum)?)
}
