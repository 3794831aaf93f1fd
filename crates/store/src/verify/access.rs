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
use crate::packed::{Packed, Packing, Rows};

const ENTRIES: Packing = Packing {
    sqlite: "select cast(group_concat(concat(actor, leaf, entry), '') as blob), \
             cast(group_concat(concat_ws(' ', position, length(entry), action), ',') as blob) \
             from access where position > $1 and position <= $2",
    postgres: "select string_agg(uuid_send(actor) || leaf || entry, ''::bytea order by position), \
               convert_to(string_agg(position || ' ' || length(entry) || ' ' || action, ',' order by position), 'UTF8') \
               from access where position > $1 and position <= $2",
};

const NAMED: Packing = Packing {
    sqlite: "select cast(group_concat(record, '') as blob), cast(group_concat(position, ',') as blob) \
             from access_record where position > $1 and position <= $2",
    postgres: "select string_agg(uuid_send(record), ''::bytea order by position, record), \
               convert_to(string_agg(position::text, ',' order by position, record), 'UTF8') \
               from access_record where position > $1 and position <= $2",
};

pub(super) struct Access;

impl Checked for Access {
    const LOG: Log = Log::Access;
    type Batch = (Packed, Packed);

    async fn read(inner: &Inner, from: i64, to: i64) -> Result<Self::Batch, Fault> {
        let entries = Packed::read(&inner.bulk, &ENTRIES, args![from, to]).await?;
        Ok((entries, Packed::read(&inner.bulk, &NAMED, args![from, to]).await?))
    }

    fn check(
        (entries, named): Self::Batch,
        from: i64,
        to: i64,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Damage> {
        let mut entries = entries.rows();
        let mut named = named.rows();
        let mut next_named = next_named_record(&mut named);
        let mut leaves = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        for position in from + 1..=to {
            let damage =
                |what: &str| Damage { log: Log::Access, position: Some(position), what: what.into() };
            let mut line = entries.next_line().ok_or_else(|| damage("the entry is missing"))?;
            if line.number() != Some(position) {
                return Err(damage("the entry is missing"));
            }
            let (length, actor, stored_leaf) = (line.length(), entries.take(16), entries.take(32));
            let (action, bytes) = (line.rest(), entries.take(length));
            let leaf = leaf_hash(bytes);
            if leaf.as_bytes()[..] != *stored_leaf {
                return Err(damage("the entry does not have the hash stored for it"));
            }
            let entry = entry::parse(bytes).map_err(|_| damage("the entry cannot be read"))?;
            let columns = [
                (entry.position == position, "the entry says another position"),
                (entry.user.uuid().as_bytes()[..] == *actor, "the column `actor` is not what the entry says"),
                (entry.action.as_bytes() == action, "the column `action` is not what the entry says"),
            ];
            if let Some((_, what)) = columns.into_iter().find(|(fits, _)| !fits) {
                return Err(damage(what));
            }
            let mut records: Vec<Uuid> = entry.records.iter().map(|record| record.uuid()).collect();
            records.sort_unstable();
            records.dedup();
            let mut there: Vec<Uuid> = Vec::with_capacity(records.len());
            while let Some((_, record)) = next_named.take_if(|(at, _)| *at == position) {
                there.push(record);
                next_named = next_named_record(&mut named);
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

fn next_named_record(rows: &mut Rows<'_>) -> Option<(i64, Uuid)> {
    let position = rows.next_line()?.number().unwrap_or(0);
    Some((position, Uuid::from_slice(rows.take(16)).unwrap_or_default()))
}
