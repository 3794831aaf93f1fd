//! Checks the entries of the access log, their columns and the records they name.
use std::ops::RangeInclusive;

use cf_kernel::FileId;
use cf_ledger::{Hash, leaf_hash};
use uuid::Uuid;

use super::{Checked, Damage, Found, Stop};
use crate::access::{SHRED, entry};
use crate::bulk::Rows;
use crate::log::Log;
use crate::packed::Field::{Bytes, Number};
use crate::packed::Packing;

const ENTRIES: Packing = Packing {
    fields: &[Number, Bytes, Bytes, Bytes, Bytes],
    sqlite: "select position, action, actor, leaf, entry from access \
             where position > ?1 and position <= ?2 order by position",
    postgres: "select string_agg(int8send(position) || int4send(octet_length(action)) || convert_to(action, 'UTF8') \
               || int4send(16) || uuid_send(actor) || int4send(length(leaf)) || leaf \
               || int4send(length(entry)) || entry, ''::bytea order by position) \
               from access where position > $1 and position <= $2",
};

const NAMED: Packing = Packing {
    fields: &[Number, Bytes],
    sqlite: "select position, record from access_record \
             where position > ?1 and position <= ?2 order by position, record",
    postgres: "select string_agg(int8send(position) || int4send(16) || uuid_send(record), ''::bytea \
               order by position, record) from access_record where position > $1 and position <= $2",
};

pub(super) struct Access;

impl Checked for Access {
    const LOG: Log = Log::Access;
    const PACKINGS: [&'static Packing; 2] = [&ENTRIES, &NAMED];

    fn check(
        entries: &mut dyn Rows,
        named: &mut dyn Rows,
        positions: RangeInclusive<i64>,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Stop> {
        let mut more = named.step()?;
        let mut leaves = Vec::new();
        for position in positions {
            let damage =
                |what: &str| Damage { log: Log::Access, position: Some(position), what: what.into() };
            if !entries.step()? || entries.number(0) != Some(position) {
                return Err(damage("the entry is missing").into());
            }
            let column = |at| entries.bytes(at).unwrap_or_default();
            let (action, actor, stored_leaf, bytes) = (column(1), column(2), column(3), column(4));
            let leaf = leaf_hash(bytes);
            if leaf.as_bytes()[..] != *stored_leaf {
                return Err(damage("the entry does not have the hash stored for it").into());
            }
            let entry = entry::parse(bytes).map_err(|_| damage("the entry cannot be read"))?;
            let columns = [
                (entry.position == position, "the entry says another position"),
                (entry.user.uuid().as_bytes()[..] == *actor, "the column `actor` is not what the entry says"),
                (entry.action.as_bytes() == action, "the column `action` is not what the entry says"),
            ];
            if let Some((_, what)) = columns.into_iter().find(|(fits, _)| !fits) {
                return Err(damage(what).into());
            }
            let mut records: Vec<Uuid> = entry.records.iter().map(|record| record.uuid()).collect();
            records.sort_unstable();
            records.dedup();
            let mut there: Vec<Uuid> = Vec::with_capacity(records.len());
            while more && named.number(0) == Some(position) {
                there.push(named.bytes(1).and_then(|id| Uuid::from_slice(id).ok()).unwrap_or_default());
                more = named.step()?;
            }
            if there != records {
                return Err(damage("the records in `access_record` are not those the entry names").into());
            }
            if entry.action == SHRED {
                found.shredded.extend(records.into_iter().map(|file| (FileId::from_uuid(file), position)));
            }
            leaves.push(leaf);
        }
        Ok(leaves)
    }
}
