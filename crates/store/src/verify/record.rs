//! Checks the entries of the record, their columns and their sealed bodies.
use std::ops::RangeInclusive;

use cf_ledger::{Hash, leaf_hash};

use super::{Checked, Damage, Found, Stop};
use crate::bulk::Rows;
use crate::entry;
use crate::log::Log;
use crate::packed::Field::{Bytes, Number};
use crate::packed::Packing;

const EVENTS: Packing = Packing {
    fields: &[Number, Number, Number, Number, Bytes, Bytes, Bytes, Bytes, Bytes],
    sqlite: "select position, version, recorded_at, ordinal, kind, stream, command, leaf, entry from event \
             where position > ?1 and position <= ?2 order by position",
    postgres: "select string_agg(int8send(position) || int8send(version) || int8send(recorded_at) \
               || int8send(ordinal) || int4send(octet_length(kind)) || convert_to(kind, 'UTF8') \
               || int4send(16) || uuid_send(stream) || int4send(16) || uuid_send(command) \
               || int4send(length(leaf)) || leaf || int4send(length(entry)) || entry, ''::bytea order by position) \
               from event where position > $1 and position <= $2",
};

const SEALED: Packing = Packing {
    fields: &[Number, Bytes, Bytes, Bytes],
    sqlite: "select position, file, salt, body from sealed where position > ?1 and position <= ?2 order by position",
    postgres: "select string_agg(int8send(position) || int4send(16) || uuid_send(file) \
               || int4send(length(salt)) || salt || int4send(length(body)) || body, ''::bytea order by position) \
               from sealed where position > $1 and position <= $2",
};

pub(super) struct Record;

impl Checked for Record {
    const LOG: Log = Log::Record;
    const PACKINGS: [&'static Packing; 2] = [&EVENTS, &SEALED];

    fn check(
        events: &mut dyn Rows,
        bodies: &mut dyn Rows,
        positions: RangeInclusive<i64>,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Stop> {
        let mut more = bodies.step()?;
        let mut leaves = Vec::new();
        for position in positions {
            let damage =
                |what: &str| Damage { log: Log::Record, position: Some(position), what: what.into() };
            events.step()?;
            let event = present(events, position).map_err(damage)?;
            let body = more.then(|| body(bodies)).filter(|body| body.position == position);
            let its_own = body.is_some();
            leaves.push(check_event(&event, body.as_ref(), found).map_err(damage)?);
            if its_own {
                more = bodies.step()?;
            }
        }
        // Whatever is left belongs to no entry of this batch.
        if more {
            let what = "a sealed body nobody committed to".into();
            return Err(Damage { log: Log::Record, position: Some(body(bodies).position), what }.into());
        }
        Ok(leaves)
    }
}

struct Event<'a> {
    position: i64,
    stream: &'a [u8],
    version: i64,
    kind: &'a [u8],
    recorded_at: i64,
    command: &'a [u8],
    ordinal: i64,
    entry: &'a [u8],
    leaf: &'a [u8],
}

struct Body<'a> {
    position: i64,
    file: &'a [u8],
    salt: &'a [u8],
    body: &'a [u8],
}

fn present(rows: &dyn Rows, position: i64) -> Result<Event<'_>, &'static str> {
    if rows.number(0) != Some(position) {
        return Err("the entry is missing");
    }
    let numbers = (rows.number(1), rows.number(2), rows.number(3));
    let (Some(version), Some(recorded_at), Some(ordinal)) = numbers else {
        return Err("its columns cannot be read");
    };
    let bytes = |column| rows.bytes(column).unwrap_or_default();
    let (kind, stream, command, leaf, entry) = (bytes(4), bytes(5), bytes(6), bytes(7), bytes(8));
    Ok(Event { position, stream, version, kind, recorded_at, command, ordinal, entry, leaf })
}

fn body(rows: &dyn Rows) -> Body<'_> {
    let bytes = |column| rows.bytes(column).unwrap_or_default();
    Body { position: rows.number(0).unwrap_or(0), file: bytes(1), salt: bytes(2), body: bytes(3) }
}

fn check_event(event: &Event<'_>, body: Option<&Body<'_>>, found: &mut Found) -> Result<Hash, &'static str> {
    let leaf = leaf_hash(event.entry);
    if leaf.as_bytes()[..] != *event.leaf {
        return Err("the entry does not have the hash stored for it");
    }
    let parsed = entry::parse(event.entry).map_err(|_| "the entry cannot be read")?;
    let header = parsed.header;
    let columns = [
        (parsed.position == event.position, "the entry says another position"),
        (
            header.stream.uuid().as_bytes()[..] == *event.stream,
            "the column `stream` is not what the entry says",
        ),
        (header.version == event.version, "the column `version` is not what the entry says"),
        (header.kind.as_bytes() == event.kind, "the column `kind` is not what the entry says"),
        (
            header.recorded_at.micros() == event.recorded_at,
            "the column `recorded_at` is not what the entry says",
        ),
        (
            header.command.uuid().as_bytes()[..] == *event.command,
            "the column `command` is not what the entry says",
        ),
        (header.ordinal == event.ordinal, "the column `ordinal` is not what the entry says"),
    ];
    if let Some((_, what)) = columns.into_iter().find(|(fits, _)| !fits) {
        return Err(what);
    }
    match (header.commitment, body) {
        (None, None) => {}
        (None, Some(_)) => return Err("a sealed body nobody committed to"),
        (Some(_), None) => {
            let gone = found.gone.entry(header.file).or_insert((0, event.position));
            gone.0 += 1;
        }
        (Some(commitment), Some(body)) => {
            if header.file.uuid().as_bytes()[..] != *body.file {
                return Err("the sealed body is filed under another case file");
            }
            let salt = body.salt.try_into().map_err(|_| "the salt of the sealed body is damaged")?;
            if cf_sealing::commitment(salt, body.body) != commitment {
                return Err("the sealed body or its salt is not what was committed to");
            }
            found.sealed += 1;
            found.there.entry(header.file).or_insert(event.position);
        }
    }
    Ok(leaf)
}
