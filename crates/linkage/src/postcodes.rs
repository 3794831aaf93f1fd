//! Postcodes: the whole code, its sector, outward part and area, and slips that confuse letters and digits.
//!
//! Codes that are not British (four digits, say) are compared whole, with a slip, and by their first two characters.

use crate::intern::Interner;
use crate::text::hash_bytes;

/// Names of the agreement levels, by number; 0 means that one side is missing.
pub const LEVELS: [&str; 8] = [
    "missing",
    "different",
    "same area",
    "same outward part",
    "outward part only, and it agrees",
    "same sector",
    "typing slip",
    "exact",
];
/// Better tiers never weigh less; levels of one tier are not compared.
pub const TIERS: [u8; 8] = [0, 0, 1, 2, 2, 3, 4, 5];

/// Both are known and nothing is alike.
pub const DIFFERENT: u8 = 1;
/// The same whole postcode.
pub const EXACT: u8 = 7;

/// What is worked out once for each distinct postcode.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostcodeInfo {
    code: u64,
    len: u8,
    /// Whether the inward part is there too.
    pub whole: bool,
    sector: u32,
    /// Hash of the outward part.
    pub outward: u32,
    area: u16,
}

/// Every distinct postcode of a set of records.
#[derive(Debug, Clone)]
pub struct Postcodes {
    texts: Interner,
    info: Vec<PostcodeInfo>,
}

impl Default for Postcodes {
    fn default() -> Self {
        Self { texts: Interner::default(), info: vec![PostcodeInfo::default()] }
    }
}

impl Postcodes {
    /// The number of a normalised postcode, see [`tidy`].
    pub fn intern(&mut self, tidied: &[u8]) -> u32 {
        let (id, new) = self.texts.intern(tidied);
        if new {
            self.info.push(describe(tidied));
        }
        id
    }

    /// The tidied postcode of a number.
    #[must_use]
    pub fn text(&self, id: u32) -> &[u8] {
        self.texts.text(id)
    }

    /// What is known of a postcode.
    #[must_use]
    pub fn info(&self, id: u32) -> &PostcodeInfo {
        &self.info[id as usize]
    }

    /// How many distinct postcodes, the missing one included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.info.len()
    }

    /// Never true: the missing postcode is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.info.is_empty()
    }

    /// How two postcodes agree: a number below [`LEVELS`]. The order of the two changes nothing.
    #[must_use]
    pub fn compare(&self, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        compare_info(self.info(a), self.info(b))
    }

    /// The number of a tidied postcode, if a record has it.
    pub(crate) fn find(&self, tidied: &[u8]) -> Option<u32> {
        self.texts.find(tidied)
    }
}

/// How two postcodes agree.
pub(crate) fn compare_info(x: &PostcodeInfo, y: &PostcodeInfo) -> u8 {
    if x.code == y.code {
        return if x.whole { EXACT } else { 4 };
    }
    if x.whole && y.whole {
        if one_slip(x, y) {
            return 6;
        }
        if x.sector == y.sector {
            return 5;
        }
        if x.outward == y.outward {
            return 3;
        }
    } else if x.outward == y.outward {
        return 4;
    }
    if x.area == y.area { 2 } else { DIFFERENT }
}

/// Upper case without spaces, at most eight characters; letters and digits that are confused are put right where the
/// pattern of a British postcode says which it must be.
#[must_use]
pub fn tidy(raw: &[u8]) -> ([u8; 8], usize) {
    let mut out = [0_u8; 8];
    let mut len = 0;
    for &b in raw {
        if b.is_ascii_alphanumeric() {
            if len == 8 {
                return ([0; 8], 0);
            }
            out[len] = b.to_ascii_uppercase();
            len += 1;
        }
    }
    if (5..=7).contains(&len) && !out[..len].iter().all(u8::is_ascii_digit) {
        out[0] = letter(out[0]);
        out[len - 3] = digit(out[len - 3]);
        out[len - 2] = letter(out[len - 2]);
        out[len - 1] = letter(out[len - 1]);
    }
    (out, len)
}

const fn digit(b: u8) -> u8 {
    match b {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        b'S' => b'5',
        b'B' => b'8',
        b'Z' => b'2',
        other => other,
    }
}

const fn letter(b: u8) -> u8 {
    match b {
        b'0' => b'O',
        b'1' => b'I',
        b'5' => b'S',
        b'8' => b'B',
        b'2' => b'Z',
        other => other,
    }
}

pub(crate) fn describe(code: &[u8]) -> PostcodeInfo {
    let len = code.len();
    let digits = code.iter().all(u8::is_ascii_digit);
    let whole = len >= 5 || digits && len >= 4;
    let outward = if digits {
        code
    } else if whole {
        &code[..len - 3]
    } else {
        code
    };
    let sector = if digits {
        code
    } else if whole {
        &code[..len - 2]
    } else {
        code
    };
    let letters = code.iter().take(2).take_while(|b| b.is_ascii_alphabetic()).count();
    let area = if letters == 0 { &code[..len.min(2)] } else { &code[..letters] };
    let mut packed = [0_u8; 8];
    packed[..len.min(8)].copy_from_slice(&code[..len.min(8)]);
    PostcodeInfo {
        code: u64::from_be_bytes(packed),
        len: len as u8,
        whole,
        sector: hash_bytes(sector) as u32,
        outward: hash_bytes(outward) as u32 | 1,
        area: hash_bytes(area) as u16,
    }
}

fn one_slip(x: &PostcodeInfo, y: &PostcodeInfo) -> bool {
    let odd = x.code ^ y.code;
    if x.len == y.len {
        let first = odd.leading_zeros() / 8 * 8;
        let rest = odd << first;
        if rest << 8 == 0 {
            return true;
        }
        if rest << 16 != 0 {
            return false;
        }
        let (a, b) = (x.code << first >> 48, y.code << first >> 48);
        return a >> 8 == b & 255 && b >> 8 == a & 255;
    }
    if x.len.abs_diff(y.len) != 1 {
        return false;
    }
    let (longer, shorter) = if x.len > y.len { (x.code, y.code) } else { (y.code, x.code) };
    let first = odd.leading_zeros() / 8 * 8;
    longer << first << 8 == shorter << first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str) -> u8 {
        let mut all = Postcodes::default();
        let mut number = |raw: &str| {
            let (tidied, len) = tidy(raw.as_bytes());
            all.intern(&tidied[..len])
        };
        let (a, b) = (number(a), number(b));
        assert_eq!(all.compare(a, b), all.compare(b, a));
        all.compare(a, b)
    }

    #[test]
    fn levels_are_told_apart() {
        assert_eq!(level("SW1A 1AA", "sw1a1aa"), EXACT);
        assert_eq!(level("SW1A 1AA", "SW1A IAA"), EXACT);
        assert_eq!(level("SW1A 1AA", "SW1A 1AB"), 6);
        assert_eq!(level("SW1A 1AX", "SW1A 1XA"), 6);
        assert_eq!(level("E16 1AA", "E6 1AA"), 6);
        assert_eq!(level("SW1A 1AA", "SW1A 1XY"), 5);
        assert_eq!(level("SW1A 1AA", "SW1A 2XY"), 3);
        assert_eq!(level("SW1A", "SW1A 2XY"), 4);
        assert_eq!(level("SW1A 1AA", "SW19 2XY"), 2);
        assert_eq!(level("SW1A 1AA", "N1 2XY"), DIFFERENT);
        assert_eq!(level("", "N1 2XY"), 0);
        assert_eq!(level("2601", "2602"), 6);
    }
}
