//! Checks the entries of the record, their columns and their sealed bodies.
use cf_ledger::{Hash, leaf_hash};

use super::{Checked, Damage, Found};
use crate::Fault;
use crate::db::args;
use crate::entry;
use crate::log::Log;
use crate::open::Inner;
use crate::packed::{Packed, Packing, Rows};

const EVENTS: Packing = Packing {
    sqlite: "select cast(group_concat(concat(stream, command, leaf, entry), '') as blob), \
             cast(group_concat(concat_ws(' ', position, version, recorded_at, ordinal, length(entry), kind), ',') \
             as blob) from event where position > $1 and position <= $2",
    postgres: "select string_agg(uuid_send(stream) || uuid_send(command) || leaf || entry, ''::bytea order by position), \
               convert_to(string_agg(position || ' ' || version || ' ' || recorded_at || ' ' || ordinal || ' ' || \
               length(entry) || ' ' || kind, ',' order by position), 'UTF8') \
               from event where position > $1 and position <= $2",
};

const SEALED: Packing = Packing {
    sqlite: "select cast(group_concat(concat(file, salt, body), '') as blob), \
             cast(group_concat(concat_ws(' ', position, length(salt), length(body)), ',') as blob) \
             from sealed where position > $1 and position <= $2",
    postgres: "select string_agg(uuid_send(file) || salt || body, ''::bytea order by position), \
               convert_to(string_agg(position || ' ' || length(salt) || ' ' || length(body), ',' order by position), \
               'UTF8') from sealed where position > $1 and position <= $2",
};

pub(super) struct Record;

impl Checked for Record {
    const LOG: Log = Log::Record;
    type Batch = (Packed, Packed);

    async fn read(inner: &Inner, from: i64, to: i64) -> Result<Self::Batch, Fault> {
        let events = Packed::read(&inner.bulk, &EVENTS, args![from, to]).await?;
        Ok((events, Packed::read(&inner.bulk, &SEALED, args![from, to]).await?))
    }

    fn check(
        (events, sealed): Self::Batch,
        from: i64,
        to: i64,
        found: &mut Found,
    ) -> Result<Vec<Hash>, Damage> {
        let mut events = events.rows();
        let mut bodies = sealed.rows();
        let mut next_body = next_body(&mut bodies);
        let mut leaves = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        for position in from + 1..=to {
            let damage =
                |what: &str| Damage { log: Log::Record, position: Some(position), what: what.into() };
            let event = next_event(&mut events, position).map_err(damage)?;
            let body = next_body.take_if(|body| body.position == position);
            leaves.push(check_event(&event, body.as_ref(), found).map_err(damage)?);
            if body.is_some() {
                next_body = self::next_body(&mut bodies);
            }
        }
        // Whatever is left belongs to no entry of this batch.
        match next_body {
            Some(body) => {
                let what = "a sealed body nobody committed to".into();
                Err(Damage { log: Log::Record, position: Some(body.position), what })
            }
            None => Ok(leaves),
        }
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

fn next_event<'a>(rows: &mut Rows<'a>, position: i64) -> Result<Event<'a>, &'static str> {
    let mut line = rows.next_line().ok_or("the entry is missing")?;
    if line.number() != Some(position) {
        return Err("the entry is missing");
    }
    let (Some(version), Some(recorded_at), Some(ordinal)) = (line.number(), line.number(), line.number())
    else {
        return Err("its columns cannot be read");
    };
    let length = line.length();
    Ok(Event {
        position,
        stream: rows.take(16),
        version,
        kind: line.rest(),
        recorded_at,
        command: rows.take(16),
        ordinal,
        leaf: rows.take(32),
        entry: rows.take(length),
    })
}

fn next_body<'a>(rows: &mut Rows<'a>) -> Option<Body<'a>> {
    let mut line = rows.next_line()?;
    Some(Body {
        position: line.number().unwrap_or(0),
        file: rows.take(16),
        salt: rows.take(line.length()),
        body: rows.take(line.length()),
    })
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
