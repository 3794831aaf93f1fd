//! Checks the entries of the record, their columns and their sealed bodies.
use cf_ledger::{Hash, leaf_hash};
use uuid::Uuid;

use super::{Checked, Damage, Found};
use crate::Fault;
use crate::db::args;
use crate::entry;
use crate::log::Log;
use crate::open::Inner;

type Event = (i64, Uuid, i64, String, i64, Uuid, i64, Vec<u8>, Vec<u8>);
type Sealed = (i64, Uuid, Vec<u8>, Vec<u8>);

pub(super) struct Record;

impl Checked for Record {
    const LOG: Log = Log::Record;
    type Batch = (Vec<Event>, Vec<Sealed>);

    async fn read(inner: &Inner, from: i64, to: i64) -> Result<Self::Batch, Fault> {
        let events = inner.read.rows(
            "select position, stream, version, kind, recorded_at, command, ordinal, entry, leaf from event \
             where position > $1 and position <= $2 order by position",
            args![from, to],
        );
        let sealed = inner.read.rows(
            "select position, file, salt, body from sealed where position > $1 and position <= $2 order by position",
            args![from, to],
        );
        Ok(tokio::try_join!(events, sealed)?)
    }

    fn check(
        (events, sealed): Self::Batch,
        from: i64,
        to: i64,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Damage> {
        let mut events = events.iter();
        let mut sealed = sealed.iter().peekable();
        let mut leaves = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        for position in from + 1..=to {
            let damage =
                |what: &str| Damage { log: Log::Record, position: Some(position), what: what.into() };
            let event = events.next().ok_or_else(|| damage("the entry is missing"))?;
            if event.0 != position {
                return Err(damage("the entry is missing"));
            }
            let body = sealed.next_if(|body| body.0 == position);
            leaves.push(check_event(event, body, found).map_err(damage)?);
        }
        // Whatever is left belongs to no entry of this batch.
        match sealed.next() {
            Some(body) => Err(Damage {
                log: Log::Record,
                position: Some(body.0),
                what: "a sealed body nobody committed to".into(),
            }),
            None => Ok(leaves),
        }
    }
}

fn check_event(event: &Event, body: Option<&Sealed>, found: &mut Found) -> Result<Hash, &'static str> {
    let (position, stream, version, kind, recorded_at, command, ordinal, bytes, stored_leaf) = event;
    let leaf = leaf_hash(bytes);
    if leaf.as_bytes()[..] != stored_leaf[..] {
        return Err("the entry does not have the hash stored for it");
    }
    let parsed = entry::parse(bytes).map_err(|_| "the entry cannot be read")?;
    let header = parsed.header;
    let columns = [
        (parsed.position == *position, "the entry says another position"),
        (header.stream.uuid() == *stream, "the column `stream` is not what the entry says"),
        (header.version == *version, "the column `version` is not what the entry says"),
        (header.kind == kind, "the column `kind` is not what the entry says"),
        (header.recorded_at.micros() == *recorded_at, "the column `recorded_at` is not what the entry says"),
        (header.command.uuid() == *command, "the column `command` is not what the entry says"),
        (header.ordinal == *ordinal, "the column `ordinal` is not what the entry says"),
    ];
    if let Some((_, what)) = columns.into_iter().find(|(fits, _)| !fits) {
        return Err(what);
    }
    match (header.commitment, body) {
        (None, None) => {}
        (None, Some(_)) => return Err("a sealed body nobody committed to"),
        (Some(_), None) => {
            let gone = found.gone.entry(header.file).or_insert((0, *position));
            gone.0 += 1;
        }
        (Some(commitment), Some((_, file, salt, body))) => {
            if header.file.uuid() != *file {
                return Err("the sealed body is filed under another case file");
            }
            let salt = salt.as_slice().try_into().map_err(|_| "the salt of the sealed body is damaged")?;
            if cf_sealing::commitment(salt, body) != commitment {
                return Err("the sealed body or its salt is not what was committed to");
            }
            found.sealed += 1;
        }
    }
    Ok(leaf)
}
