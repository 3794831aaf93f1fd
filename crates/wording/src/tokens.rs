//! Text into tokens: one pass over the bytes, nothing allocated per token.
//!
//! Case, accents, curly marks, hyphens, no-break and zero-width characters are folded here, so that no rule has to think about them.
use crate::lexicon::{Lexicon, Mask};

/// A word of the lexicon. Ids below [`FIRST_WORD`] are marks.
pub(crate) type WordId = u16;

pub(crate) const UNKNOWN: WordId = 0;
pub(crate) const NUMBER: WordId = 1;
pub(crate) const COMMA: WordId = 2;
/// End of a sentence.
pub(crate) const STOP: WordId = 3;
/// Semicolon, colon, dash: a clause ends.
pub(crate) const BREAK: WordId = 4;
pub(crate) const OPEN: WordId = 5;
pub(crate) const CLOSE: WordId = 6;
/// The value of an unknown word that looks like a name.
pub(crate) const NAME: u16 = 1;
pub(crate) const FIRST_WORD: WordId = 8;

/// One word or mark, with its place in the text in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) word: WordId,
    /// The value of a number up to 65,535; [`NAME`] for an unknown word with a capital; 0 otherwise.
    pub(crate) value: u16,
    /// Its classes. Kept here because patterns ask for them at every step.
    pub(crate) mask: Mask,
}

/// A quotation mark: the token it stands before, and whether it can open or close.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuoteMark {
    pub(crate) before: u32,
    pub(crate) double: bool,
    pub(crate) can_open: bool,
    pub(crate) can_close: bool,
}

/// FNV-1a, 64 bits: a word is looked up by the hash of its folded bytes alone.
pub(crate) const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

#[inline]
pub(crate) const fn hash_byte(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The hash of a folded word.
pub(crate) fn hash_word(word: &[u8]) -> u64 {
    word.iter().fold(HASH_START, |h, b| hash_byte(h, *b))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Space,
    Other,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = if byte.is_ascii_alphabetic() {
            Class::Letter
        } else if byte.is_ascii_digit() {
            Class::Digit
        } else if byte.is_ascii_whitespace() {
            Class::Space
        } else {
            Class::Other
        };
        b += 1;
    }
    table
};

/// What a character outside ASCII (or an apostrophe) stands for, and its length in bytes.
enum Wide {
    /// Part of a word, folded to this ASCII letter.
    Letter(u8),
    /// Part of a word no rule knows.
    Foreign,
    /// Nothing: zero-width.
    Nothing,
    Space,
    Apostrophe,
    OpenDouble,
    CloseDouble,
    OpenSingle,
    Dash,
    Symbol,
}

fn wide(bytes: &[u8]) -> (Wide, usize) {
    match bytes {
        [0xC2, 0xA0, ..] => (Wide::Space, 2),
        [0xC2, 0xAD, ..] => (Wide::Nothing, 2),
        [0xC2, 0xB4, ..] => (Wide::Apostrophe, 2),
        [0xC2, _, ..] => (Wide::Symbol, 2),
        [0xC3, b, ..] => (latin(*b), 2),
        [0xE2, 0x80, b, ..] => (
            match b {
                0x80..=0x8A | 0xAF | 0xA8 | 0xA9 => Wide::Space,
                0x8B..=0x8F => Wide::Nothing,
                0x93..=0x95 => Wide::Dash,
                0x98 => Wide::OpenSingle,
                0x99 | 0x9B => Wide::Apostrophe,
                0x9C | 0x9E => Wide::OpenDouble,
                0x9D | 0x9F => Wide::CloseDouble,
                _ => Wide::Symbol,
            },
            3,
        ),
        [0xEF, 0xBB, 0xBF, ..] => (Wide::Nothing, 3),
        [0xCA, 0xBC, ..] => (Wide::Apostrophe, 2),
        [b, ..] if *b >= 0xF0 => (Wide::Symbol, 4),
        [b, ..] if *b >= 0xE0 => (Wide::Foreign, 3),
        _ => (Wide::Foreign, 2),
    }
}

const fn latin(second: u8) -> Wide {
    match second & 0x1F {
        0x00..=0x06 => Wide::Letter(b'a'),
        0x07 => Wide::Letter(b'c'),
        0x08..=0x0B => Wide::Letter(b'e'),
        0x0C..=0x0F => Wide::Letter(b'i'),
        0x11 => Wide::Letter(b'n'),
        0x12..=0x16 | 0x18 => Wide::Letter(b'o'),
        0x19..=0x1C => Wide::Letter(b'u'),
        0x1D | 0x1F => Wide::Letter(b'y'),
        _ => Wide::Foreign,
    }
}

/// The tokens of `text`, and its quotation marks, into the two lists (cleared first).
pub(crate) struct Tokeniser<'a> {
    bytes: &'a [u8],
    lexicon: &'a Lexicon,
    at: usize,
}

impl<'a> Tokeniser<'a> {
    pub(crate) const fn new(text: &'a str, lexicon: &'a Lexicon) -> Self {
        Self { bytes: text.as_bytes(), lexicon, at: 0 }
    }

    pub(crate) fn run(
        mut self,
        tokens: &mut Vec<Token>,
        quotes: &mut Vec<QuoteMark>,
        memory: &mut crate::lexicon::TypoMemory,
    ) {
        tokens.clear();
        quotes.clear();
        // Offsets are 32 bits; a field longer than 4 GiB is read to that point.
        let end = self.bytes.len().min(u32::MAX as usize - 8);
        while self.at < end {
            let byte = self.bytes[self.at];
            match CLASS[byte as usize] {
                Class::Letter => self.word(tokens, memory),
                Class::Digit => self.number(tokens),
                Class::Space => {
                    if byte == b'\n' {
                        self.newline(tokens);
                    }
                    self.at += 1;
                }
                Class::Other => self.other(byte, tokens, quotes, memory),
            }
        }
    }

    fn token(&self, start: usize, end: usize, word: WordId, value: u16) -> Token {
        let mask = self.lexicon.classes_of(word, value);
        Token { start: start as u32, end: end as u32, word, value, mask }
    }

    fn push(&mut self, tokens: &mut Vec<Token>, length: usize, word: WordId) {
        tokens.push(self.token(self.at, self.at + length, word, 0));
        self.at += length;
    }

    fn word(&mut self, tokens: &mut Vec<Token>, memory: &mut crate::lexicon::TypoMemory) {
        let start = self.at;
        let mut hash = HASH_START;
        let mut at = self.at;
        while let Some(&byte) = self.bytes.get(at) {
            if byte.is_ascii_alphabetic() {
                hash = hash_byte(hash, byte | 0x20);
                at += 1;
                continue;
            }
            if byte == b'\'' || byte >= 0x80 {
                let (what, length) =
                    if byte == b'\'' { (Wide::Apostrophe, 1) } else { wide(&self.bytes[at..]) };
                match what {
                    Wide::Letter(folded) => hash = hash_byte(hash, folded),
                    Wide::Foreign => hash = hash_byte(hash, byte),
                    Wide::Nothing => {}
                    Wide::Apostrophe if at > start => match self.after_apostrophe(at + length) {
                        Tail::Not => hash = hash_byte(hash, b'\''),
                        // 's, 're, 'm, 'll, 'd, 've are words of their own.
                        Tail::Clitic(letters) => {
                            self.finish(tokens, start, at, hash, memory);
                            let mut tail = hash_byte(HASH_START, b'\'');
                            for b in &self.bytes[at + length..at + length + letters] {
                                tail = hash_byte(tail, b | 0x20);
                            }
                            self.finish(tokens, at, at + length + letters, tail, memory);
                            self.at = at + length + letters;
                            return;
                        }
                        Tail::Name => {}
                        Tail::None => break,
                    },
                    _ => break,
                }
                at += length;
                continue;
            }
            break;
        }
        self.finish(tokens, start, at, hash, memory);
        self.at = at;
    }

    fn finish(
        &self,
        tokens: &mut Vec<Token>,
        start: usize,
        end: usize,
        hash: u64,
        memory: &mut crate::lexicon::TypoMemory,
    ) {
        let bytes = &self.bytes[start..end];
        // "BF57" is a registration or a reference, not a word and a number.
        if self.bytes.get(end).is_some_and(u8::is_ascii_digit) {
            tokens.push(self.token(start, end, UNKNOWN, 0));
            return;
        }
        let capital = bytes[0].is_ascii_uppercase() && bytes.get(1).is_some_and(u8::is_ascii_lowercase);
        let word = match self.lexicon.get(hash) {
            Some(word) => word,
            // A capital inside a sentence is a name, never a slip.
            None if capital && tokens.last().is_some_and(|t| !matches!(t.word, STOP | BREAK)) => UNKNOWN,
            None => self.lexicon.misspelt(bytes, hash, memory),
        };
        let value = self.lexicon.number_value(word);
        if word == UNKNOWN && capital {
            tokens.push(self.token(start, end, word, NAME));
            return;
        }
        let word = if value > 0 { NUMBER } else { word };
        tokens.push(self.token(start, end, word, value));
    }

    fn after_apostrophe(&self, from: usize) -> Tail {
        let rest = &self.bytes[from.min(self.bytes.len())..];
        let letters = rest.iter().take(4).take_while(|b| b.is_ascii_alphabetic()).count();
        let ends = rest.get(letters).is_none_or(|b| !b.is_ascii_alphanumeric());
        let lower = |i: usize| rest.get(i).map_or(0, |b| b | 0x20);
        match (letters, ends) {
            (0, _) => Tail::None,
            (1, true) if lower(0) == b't' => Tail::Not,
            (1, true) if matches!(lower(0), b's' | b'm' | b'd') => Tail::Clitic(1),
            (2, true) if matches!((lower(0), lower(1)), (b'r', b'e') | (b'l', b'l') | (b'v', b'e')) => {
                Tail::Clitic(2)
            }
            _ => Tail::Name,
        }
    }

    fn number(&mut self, tokens: &mut Vec<Token>) {
        let start = self.at;
        let mut value: u32 = 0;
        while let Some(b) = self.bytes.get(self.at).filter(|b| b.is_ascii_digit()) {
            value = (value * 10 + u32::from(b - b'0')).min(65_535);
            self.at += 1;
        }
        // 61.5, 09:30 and 3,000 are one number.
        while let [mark, digit, ..] = self.bytes[self.at..]
            && matches!(mark, b'.' | b':' | b',')
            && digit.is_ascii_digit()
        {
            value = 65_535;
            self.at += 1;
            while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
                self.at += 1;
            }
        }
        // A leading nought or four digits is a time, a date or a reference, never an age.
        let length = self.at - start;
        let value = if length > 3 || (length > 1 && self.bytes[start] == b'0') { 65_535 } else { value };
        tokens.push(self.token(start, self.at, NUMBER, value as u16));
    }

    /// A line ends a sentence unless the next one goes on in small letters.
    fn newline(&self, tokens: &mut Vec<Token>) {
        let mut next = self.at + 1;
        let mut lines = 1;
        while let Some(b) = self.bytes.get(next).filter(|b| b.is_ascii_whitespace()) {
            lines += usize::from(*b == b'\n');
            next += 1;
            if next > self.at + 64 {
                break;
            }
        }
        let goes_on = self.bytes.get(next).is_some_and(u8::is_ascii_lowercase);
        if (lines > 1 || !goes_on) && tokens.last().is_some_and(|t| t.word != STOP) {
            tokens.push(self.token(self.at, self.at, STOP, 0));
        }
    }

    fn other(
        &mut self,
        byte: u8,
        tokens: &mut Vec<Token>,
        quotes: &mut Vec<QuoteMark>,
        memory: &mut crate::lexicon::TypoMemory,
    ) {
        match byte {
            b',' => self.push(tokens, 1, COMMA),
            b';' | b':' => self.push(tokens, 1, BREAK),
            b'(' | b'[' => self.push(tokens, 1, OPEN),
            b')' | b']' => self.push(tokens, 1, CLOSE),
            b'!' | b'?' => self.push(tokens, 1, STOP),
            b'.' => self.full_stop(tokens),
            b'-' => {
                let spaced = self.at > 0
                    && self.bytes[self.at - 1] == b' '
                    && self.bytes.get(self.at + 1).is_none_or(|b| *b == b' ' || *b == b'-');
                if spaced {
                    self.push(tokens, 1, BREAK);
                } else {
                    self.at += 1;
                }
            }
            b'&' => {
                let word = self.lexicon.and();
                self.push(tokens, 1, word);
            }
            b'@' => {
                let word = self.lexicon.at();
                self.push(tokens, 1, word);
            }
            b'"' => self.quote(1, true, true, true, tokens, quotes),
            b'\'' | b'`' => {
                let before = self.at.checked_sub(1).map(|i| self.bytes[i]);
                let after = self.bytes.get(self.at + 1).copied();
                let can_open = before.is_none_or(|b| !b.is_ascii_alphanumeric())
                    && after.is_some_and(|b| !b.is_ascii_whitespace());
                let can_close = before.is_some_and(|b| !b.is_ascii_whitespace())
                    && after.is_none_or(|b| !b.is_ascii_alphanumeric());
                self.quote(1, false, can_open, can_close, tokens, quotes);
            }
            b if b >= 0x80 => {
                let (what, length) = wide(&self.bytes[self.at..]);
                match what {
                    Wide::Letter(_) | Wide::Foreign => self.word(tokens, memory),
                    Wide::OpenDouble => self.quote(length, true, true, false, tokens, quotes),
                    Wide::CloseDouble => self.quote(length, true, false, true, tokens, quotes),
                    Wide::OpenSingle => self.quote(length, false, true, false, tokens, quotes),
                    Wide::Apostrophe => self.quote(length, false, false, true, tokens, quotes),
                    Wide::Dash => self.push(tokens, length, BREAK),
                    Wide::Nothing | Wide::Space | Wide::Symbol => self.at += length,
                }
            }
            _ => self.at += 1,
        }
    }

    fn full_stop(&mut self, tokens: &mut Vec<Token>) {
        let next = self.bytes.get(self.at + 1).copied();
        let ends = next
            .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b')' | b'.') || b >= 0x80);
        let short =
            tokens.last().is_some_and(|t| t.end as usize == self.at && self.lexicon.is_abbreviation(t.word));
        if ends && !(short && next.is_some()) {
            self.push(tokens, 1, STOP);
        } else {
            self.at += 1;
        }
    }

    fn quote(
        &mut self,
        length: usize,
        double: bool,
        can_open: bool,
        can_close: bool,
        tokens: &[Token],
        quotes: &mut Vec<QuoteMark>,
    ) {
        quotes.push(QuoteMark { before: tokens.len() as u32, double, can_open, can_close });
        self.at += length;
    }
}

enum Tail {
    None,
    Not,
    Clitic(usize),
    Name,
}
