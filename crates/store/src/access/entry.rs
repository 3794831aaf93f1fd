//! The exact bytes of an access entry.
//!
//! Free text stands on one line: a backslash is written `\\`, a line break `\n`, a carriage return `\r`.
use cf_kernel::{Role, SessionId, StreamId, TeamId, Timestamp, UserId};

use super::{AccessEntry, AccessRecorded};
use crate::Fault;
use crate::entry::{self, Lines, with_position};

const ACCESS: &str = "childfirst access 1\n";

/// Everything after the position line.
pub(crate) fn render(access: &AccessEntry) -> Vec<u8> {
    let mut out = Vec::with_capacity(480 + 45 * access.records.len());
    entry::number(&mut out, b"at ", access.at.micros());
    entry::id(&mut out, b"\nuser ", access.actor.user.uuid());
    entry::text(&mut out, b"\nrole ", access.actor.role.code());
    entry::id(&mut out, b"\nteam ", access.actor.team.uuid());
    match access.session {
        Some(session) => entry::id(&mut out, b"\nsession ", session.uuid()),
        None => out.extend_from_slice(b"\nsession -"),
    }
    line(&mut out, b"\naction ", &access.action);
    line(&mut out, b"\npurpose ", &access.purpose);
    match &access.reason {
        Some(reason) => line(&mut out, b"\nreason =", reason),
        None => out.extend_from_slice(b"\nreason -"),
    }
    entry::text(&mut out, b"\npermitted ", if access.permitted { "yes" } else { "no" });
    line(&mut out, b"\npolicies ", &access.policies);
    line(&mut out, b"\nrequest ", &access.request);
    entry::number(&mut out, b"\nrecords ", access.records.len() as i64);
    for record in &access.records {
        entry::id(&mut out, b"\nrecord ", record.uuid());
    }
    out.push(b'\n');
    out
}

pub(crate) fn at_position(position: i64, rendered: &[u8]) -> Vec<u8> {
    with_position(ACCESS, position, rendered)
}

pub(crate) fn parse(entry: &[u8]) -> Result<AccessRecorded, Fault> {
    parse_lines(entry).ok_or_else(|| Fault::unreadable("an access entry"))
}

fn parse_lines(entry: &[u8]) -> Option<AccessRecorded> {
    let mut lines = Lines { rest: entry.strip_prefix(ACCESS.as_bytes())? };
    let position = lines.number("position ")?;
    let mut recorded = AccessRecorded {
        position,
        at: Timestamp::from_micros(lines.number("at ")?),
        user: UserId::from_uuid(lines.id("user ")?),
        role: Role::from_code(lines.text("role ")?)?,
        team: TeamId::from_uuid(lines.id("team ")?),
        session: match lines.text("session ")? {
            "-" => None,
            id => Some(SessionId::from_uuid(uuid::Uuid::try_parse(id).ok()?)),
        },
        action: unescape(lines.text("action ")?)?,
        purpose: unescape(lines.text("purpose ")?)?,
        reason: match lines.text("reason ")? {
            "-" => None,
            text => Some(unescape(text.strip_prefix('=')?)?),
        },
        permitted: match lines.text("permitted ")? {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        policies: unescape(lines.text("policies ")?)?,
        request: unescape(lines.text("request ")?)?,
        records: Vec::new(),
    };
    for _ in 0..lines.number("records ")? {
        recorded.records.push(StreamId::from_uuid(lines.id("record ")?));
    }
    lines.rest.is_empty().then_some(recorded)
}

fn line(out: &mut Vec<u8>, name: &[u8], text: &str) {
    out.extend_from_slice(name);
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            other => out.push(other),
        }
    }
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        out.push(match next {
            '\\' => match rest.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cf_kernel::Actor;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_rendered_is_parsed(
            texts in any::<[String; 4]>(), reason in any::<Option<String>>(), permitted: bool,
            session in any::<Option<u128>>(), records in any::<Vec<u128>>(), position: i64, at: i64,
        ) {
            let [action, purpose, policies, request] = texts;
            let id = uuid::Uuid::from_u128;
            let access = AccessEntry {
                at: Timestamp::from_micros(at),
                actor: Actor::system(),
                session: session.map(|session| SessionId::from_uuid(id(session))),
                action, purpose, reason, permitted, policies, request,
                records: records.into_iter().map(|record| StreamId::from_uuid(id(record))).collect(),
            };
            let parsed = parse(&at_position(position, &render(&access))).unwrap();
            prop_assert_eq!(parsed.position, position);
            prop_assert_eq!((parsed.at, parsed.session, &parsed.action), (access.at, access.session, &access.action));
            prop_assert_eq!((&parsed.purpose, &parsed.reason), (&access.purpose, &access.reason));
            prop_assert_eq!((&parsed.policies, &parsed.request), (&access.policies, &access.request));
            prop_assert_eq!((parsed.permitted, &parsed.records), (access.permitted, &access.records));
        }

        #[test]
        fn no_bytes_make_the_parser_panic(bytes in any::<Vec<u8>>()) {
            let _ = parse(&[ACCESS.as_bytes(), &bytes].concat());
        }
    }
}
