//! Checks the entries of the access log, their columns and the records they name.
use cf_kernel::FileId;
use cf_ledger::{Hash, leaf_hash};
use uuid::Uuid;

use super::{Checked, Damage, Found};
use crate::Fault;
use crate::access::{SHRED, entry};
use crate::db::args;
use crate::log::Log;
use crate::open::Inner;

type Entry = (i64, Uuid, String, Vec<u8>, Vec<u8>);
type Named = (i64, Uuid);

pub(super) struct Access;

impl Checked for Access {
    const LOG: Log = Log::Access;
    type Batch = (Vec<Entry>, Vec<Named>);

    async fn read(inner: &Inner, from: i64, to: i64) -> Result<Self::Batch, Fault> {
        let entries = inner.read.rows(
            "select position, actor, action, entry, leaf from access where position > $1 and position <= $2 \
             order by position",
            args![from, to],
        );
        let named = inner.read.rows(
            "select position, record from access_record where position > $1 and position <= $2 \
             order by position, record",
            args![from, to],
        );
        Ok(tokio::try_join!(entries, named)?)
    }

    fn check(
        (entries, named): Self::Batch,
        from: i64,
        to: i64,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Damage> {
        let mut entries = entries.iter();
        let mut named = named.iter().peekable();
        let mut leaves = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        for position in from + 1..=to {
            let damage =
                |what: &str| Damage { log: Log::Access, position: Some(position), what: what.into() };
            let (at, actor, action, bytes, stored_leaf) = entries
                .next()
                .filter(|entry| entry.0 == position)
                .ok_or_else(|| damage("the entry is missing"))?;
            let leaf = leaf_hash(bytes);
            if leaf.as_bytes()[..] != stored_leaf[..] {
                return Err(damage("the entry does not have the hash stored for it"));
            }
            let entry = entry::parse(bytes).map_err(|_| damage("the entry cannot be read"))?;
            let columns = [
                (entry.position == *at, "the entry says another position"),
                (entry.user.uuid() == *actor, "the column `actor` is not what the entry says"),
                (entry.action == *action, "the column `action` is not what the entry says"),
            ];
            if let Some((_, what)) = columns.into_iter().find(|(fits, _)| !fits) {
                return Err(damage(what));
            }
            let mut records: Vec<Uuid> = entry.records.iter().map(|record| record.uuid()).collect();
            records.sort_unstable();
            records.dedup();
            let mut there: Vec<Uuid> = Vec::with_capacity(records.len());
            while let Some((_, record)) = named.next_if(|(at, _)| *at == position) {
                there.push(*record);
            }
            if there != records {
                return Err(damage("the records in `access_record` are not those the entry names"));
            }
            if entry.action == SHRED {
                found.shredded.extend(records.into_iter().map(|file| (FileId::from_uuid(file), position)));
            }
            leaves.push(leaf);
        }
        Ok(leaves)
    }
}
