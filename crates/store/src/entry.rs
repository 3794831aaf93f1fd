//! The exact bytes of an entry: what the Merkle tree covers, and what a person can read with any text editor.
//!
//! ```text
//! childfirst event 1
//! position 7
//! stream 0190…
//! version 1
//! …
//! sealed 5c1e…            the commitment to the sealed body, `-` without one
//!                         an empty line, then the clear body as it was given
//! {"child":"0190…"}
//! ```
//! The position comes first and alone, because it is known only under the lock; the rest is rendered before it.
use cf_kernel::{CommandId, FileId, Role, StreamId, TeamId, Timestamp, UserId};
use uuid::Uuid;

use crate::Fault;

const EVENT: &str = "childfirst event 1\n";

/// What an event's header says, besides its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) stream: StreamId,
    pub(crate) version: i64,
    pub(crate) kind: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) form: i32,
    pub(crate) file: FileId,
    pub(crate) occurred_at: Timestamp,
    pub(crate) recorded_at: Timestamp,
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) team: TeamId,
    pub(crate) command: CommandId,
    pub(crate) ordinal: i64,
    pub(crate) commitment: Option<[u8; 32]>,
}

/// An entry taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed<'a> {
    pub(crate) position: i64,
    pub(crate) header: Header<'a>,
    pub(crate) clear: &'a [u8],
}

impl Header<'_> {
    /// Everything after the position line.
    pub(crate) fn render(&self, clear: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(520 + clear.len());
        id(&mut out, b"stream ", self.stream.uuid());
        number(&mut out, b"\nversion ", self.version);
        text(&mut out, b"\nkind ", self.kind);
        text(&mut out, b"\ntype ", self.event_type);
        number(&mut out, b"\nform ", i64::from(self.form));
        id(&mut out, b"\nfile ", self.file.uuid());
        number(&mut out, b"\noccurred ", self.occurred_at.micros());
        number(&mut out, b"\nrecorded ", self.recorded_at.micros());
        id(&mut out, b"\nuser ", self.user.uuid());
        text(&mut out, b"\nrole ", self.role.code());
        id(&mut out, b"\nteam ", self.team.uuid());
        id(&mut out, b"\ncommand ", self.command.uuid());
        number(&mut out, b"\nordinal ", self.ordinal);
        out.extend_from_slice(b"\nsealed ");
        match self.commitment {
            Some(commitment) => hex(&mut out, &commitment),
            None => out.push(b'-'),
        }
        out.extend_from_slice(b"\n\n");
        out.extend_from_slice(clear);
        out
    }
}

/// The whole entry, from the part rendered before the lock.
pub(crate) fn at_position(position: i64, rendered: &[u8]) -> Vec<u8> {
    with_position(EVENT, position, rendered)
}

pub(crate) fn with_position(title: &str, position: i64, rendered: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(title.len() + 30 + rendered.len());
    out.extend_from_slice(title.as_bytes());
    number(&mut out, b"position ", position);
    out.push(b'\n');
    out.extend_from_slice(rendered);
    out
}

/// Takes an entry apart.
///
/// # Errors
/// [`Fault::Unreadable`] when it is not one this version, or an earlier one, wrote.
pub(crate) fn parse(entry: &[u8]) -> Result<Parsed<'_>, Fault> {
    parse_lines(entry).ok_or_else(|| Fault::unreadable("an event entry"))
}

fn parse_lines(entry: &[u8]) -> Option<Parsed<'_>> {
    let mut lines = Lines { rest: entry.strip_prefix(EVENT.as_bytes())? };
    let position = lines.number("position ")?;
    let header = Header {
        stream: StreamId::from_uuid(lines.id("stream ")?),
        version: lines.number("version ")?,
        kind: lines.text("kind ")?,
        event_type: lines.text("type ")?,
        form: i32::try_from(lines.number("form ")?).ok()?,
        file: FileId::from_uuid(lines.id("file ")?),
        occurred_at: Timestamp::from_micros(lines.number("occurred ")?),
        recorded_at: Timestamp::from_micros(lines.number("recorded ")?),
        user: UserId::from_uuid(lines.id("user ")?),
        role: Role::from_code(lines.text("role ")?)?,
        team: TeamId::from_uuid(lines.id("team ")?),
        command: CommandId::from_uuid(lines.id("command ")?),
        ordinal: lines.number("ordinal ")?,
        commitment: lines.commitment("sealed ")?,
    };
    lines.text("")?.is_empty().then_some(Parsed { position, header, clear: lines.rest })
}

/// The header lines of an entry, one after the other.
pub(crate) struct Lines<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Lines<'a> {
    pub(crate) fn text(&mut self, name: &str) -> Option<&'a str> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        std::str::from_utf8(line.strip_prefix(name.as_bytes())?).ok()
    }
    pub(crate) fn number(&mut self, name: &str) -> Option<i64> {
        let digits = self.rest.strip_prefix(name.as_bytes())?;
        let mut value = 0;
        // So few digits that they fit. Longer numbers, signs and whatever else there is are read as text.
        for (at, byte) in digits.iter().enumerate().take(18) {
            match byte {
                b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
                b'\n' if at > 0 => {
                    self.rest = &digits[at + 1..];
                    return Some(value);
                }
                _ => break,
            }
        }
        self.text(name)?.parse().ok()
    }
    pub(crate) fn id(&mut self, name: &str) -> Option<Uuid> {
        match self.fixed::<36, _>(name, |text| Uuid::try_parse_ascii(text).ok()) {
            None => Uuid::try_parse(self.text(name)?).ok(),
            found => found,
        }
    }
    fn commitment(&mut self, name: &str) -> Option<Option<[u8; 32]>> {
        match self.fixed(name, unhex) {
            None => (self.text(name)? == "-").then_some(None),
            found => Some(found),
        }
    }
    /// A line whose value has exactly so many bytes and can be read; otherwise nothing, and the line is still to be read. An entry
    /// without a commitment may have a line break in its clear body at just the place where one would end.
    fn fixed<const LENGTH: usize, T>(
        &mut self,
        name: &str,
        read: impl Fn(&[u8; LENGTH]) -> Option<T>,
    ) -> Option<T> {
        let (value, after) = self.rest.strip_prefix(name.as_bytes())?.split_first_chunk()?;
        let rest = after.strip_prefix(b"\n")?;
        let found = read(value)?;
        self.rest = rest;
        Some(found)
    }
}

/// Codes are written into header lines, so they have no spaces, breaks or signs in them.
pub(crate) fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte))
}

pub(crate) fn id(out: &mut Vec<u8>, name: &[u8], value: Uuid) {
    out.extend_from_slice(name);
    let mut buffer = Uuid::encode_buffer();
    out.extend_from_slice(value.hyphenated().encode_lower(&mut buffer).as_bytes());
}

pub(crate) fn text(out: &mut Vec<u8>, name: &[u8], value: &str) {
    out.extend_from_slice(name);
    out.extend_from_slice(value.as_bytes());
}

pub(crate) fn number(out: &mut Vec<u8>, name: &[u8], value: i64) {
    out.extend_from_slice(name);
    let mut digits = [0_u8; 20];
    let (mut rest, mut at) = (value.unsigned_abs(), digits.len());
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn unhex(text: &[u8; 64]) -> Option<[u8; 32]> {
    let halves = text.map(half);
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(halves.chunks_exact(2)) {
        *byte = (pair[0] << 4) | (pair[1] & 15);
    }
    halves.iter().all(|half| *half < 16).then_some(out)
}

/// The half byte a lower-case hexadecimal digit stands for; 255 for anything else. Without a branch, so that many are
/// read at once.
const fn half(digit: u8) -> u8 {
    let (number, letter) = (digit.wrapping_sub(b'0'), digit.wrapping_sub(b'a'));
    let letter = if letter < 6 { letter + 10 } else { 255 };
    if number < 10 { number } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(
        numbers: (i64, i64, i64, i64, i32),
        ids: [u128; 6],
        commitment: Option<[u8; 32]>,
    ) -> Header<'static> {
        let id = |at: usize| Uuid::from_u128(ids[at]);
        Header {
            stream: StreamId::from_uuid(id(0)),
            version: numbers.0,
            kind: "child",
            event_type: "child_registered",
            form: numbers.4,
            file: FileId::from_uuid(id(1)),
            occurred_at: Timestamp::from_micros(numbers.1),
            recorded_at: Timestamp::from_micros(numbers.2),
            user: UserId::from_uuid(id(2)),
            role: Role::Operator,
            team: TeamId::from_uuid(id(3)),
            command: CommandId::from_uuid(id(4)),
            ordinal: numbers.3,
            commitment,
        }
    }

    proptest! {
        #[test]
        fn what_is_rendered_is_parsed(
            numbers in any::<(i64, i64, i64, i64, i32)>(), ids in any::<[u128; 6]>(),
            commitment in any::<Option<[u8; 32]>>(), clear in any::<Vec<u8>>(), position in any::<i64>(),
        ) {
            let header = header(numbers, ids, commitment);
            let entry = at_position(position, &header.render(&clear));
            prop_assert_eq!(parse(&entry).unwrap(), Parsed { position, header, clear: &clear });
        }

        #[test]
        fn no_bytes_make_the_parser_panic(entry in any::<Vec<u8>>(), cut in 0_usize..600) {
            let _ = parse(&entry);
            let mut good = at_position(1, &header((1, 2, 3, 4, 5), [0; 6], None).render(&entry));
            good.truncate(cut);
            let _ = parse(&good);
        }

        #[test]
        fn lines_are_read_as_the_general_parsers_do(
            line in "[0-9]{0,20}|[+-][0-9]{1,19}|[0-9a-f]{64}|[0-9a-fA-F]{60,66}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|.{0,70}",
        ) {
            let whole = format!("name {line}\nrest");
            let lines = || Lines { rest: whole.as_bytes() };
            let first = line.split('\n').next().unwrap();
            prop_assert_eq!(lines().number("name "), first.parse().ok());
            prop_assert_eq!(lines().id("name "), Uuid::try_parse(first).ok());
            let commitment = lines().commitment("name ").flatten();
            let mut again = Vec::new();
            commitment.iter().for_each(|bytes| hex(&mut again, bytes));
            let is_one = first.len() == 64 && first.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
            prop_assert_eq!(String::from_utf8(again).unwrap(), if is_one { first } else { "" });
        }
    }

    #[test]
    fn a_line_break_in_the_clear_body_where_a_commitment_would_end_changes_nothing() {
        for length in 55..70 {
            let clear = [vec![b'a'; length], b"\nb".to_vec()].concat();
            let header = header((1, 2, 3, 4, 5), [7; 6], None);
            let entry = at_position(9, &header.render(&clear));
            assert_eq!(parse(&entry).unwrap(), Parsed { position: 9, header, clear: &clear });
        }
    }

    #[test]
    fn codes_cannot_break_a_line() {
        assert!(is_code("child_registered"));
        for bad in ["", "Child", "a b", "a\nb", "é"] {
            assert!(!is_code(bad), "{bad}");
        }
    }
}
