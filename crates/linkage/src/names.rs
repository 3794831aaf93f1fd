//! Names: what is known of each distinct name, and how two names agree.

use rayon::prelude::*;

use crate::intern::Interner;
use crate::nicknames::Relations;
use crate::phonetic;
use crate::similar::{jaro_winkler, slips};
use crate::text::mix;

/// Names of the agreement levels, by number; 0 means that one side is missing.
pub const LEVELS: [&str; 10] = [
    "missing",
    "different",
    "shares a part, the rest differs",
    "loosely alike",
    "initial fits",
    "shares a part",
    "sounds alike",
    "typing slip",
    "known variant or short form",
    "exact",
];
/// Better tiers never weigh less; levels of one tier are not compared.
pub const TIERS: [u8; 10] = [0, 0, 0, 1, 1, 2, 2, 3, 3, 4];

/// Both names are known and nothing is alike.
pub const DIFFERENT: u8 = 1;
/// One part is shared and each has another part of its own.
pub const CLASH: u8 = 2;
const LOOSE: u8 = 3;
const INITIAL: u8 = 4;
const PART: u8 = 5;
/// The same to the ear.
pub const SOUNDS: u8 = 6;
/// A typing slip or two apart.
pub const SLIP: u8 = 7;
const VARIANT: u8 = 8;
/// The same letters.
pub const EXACT: u8 = 9;

/// What is worked out once for each distinct name.
#[derive(Debug, Clone, Copy, Default)]
pub struct NameInfo {
    letters: u32,
    code: u32,
    groups: [u16; 6],
    /// Codes under which records with this name are brought together; 0 where unused.
    pub blocks: [u32; 5],
    words: [u32; 3],
    len: u8,
    first: u8,
}

/// Every distinct name of a set of records, given or family.
#[derive(Debug, Clone)]
pub struct Names {
    texts: Interner,
    info: Vec<NameInfo>,
    given: Relations,
    surname: Relations,
}

impl Default for Names {
    fn default() -> Self {
        let given = Relations::given();
        let surname = Relations::surname();
        Self { texts: Interner::default(), info: vec![NameInfo::default()], given, surname }
    }
}

impl Names {
    /// The number of a normalised name.
    pub fn intern(&mut self, text: &[u8]) -> u32 {
        let (id, new) = self.texts.intern(text);
        if new {
            let info = self.describe(text);
            self.info.push(info);
        }
        id
    }

    /// The numbers of many normalised names; new ones are worked out side by side.
    pub(crate) fn intern_all(&mut self, texts: &[&[u8]]) -> Vec<u32> {
        let known = self.info.len();
        let ids = texts.iter().map(|text| self.texts.intern(text).0).collect();
        let new: Vec<NameInfo> = (known..self.texts.len())
            .into_par_iter()
            .with_min_len(1024)
            .map(|id| self.describe(self.texts.text(id as u32)))
            .collect();
        self.info.extend(new);
        ids
    }

    /// The normalised letters of a name.
    #[must_use]
    pub fn text(&self, id: u32) -> &[u8] {
        self.texts.text(id)
    }

    /// How many distinct names, the missing one included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.info.len()
    }

    /// Never true: the missing name is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.info.is_empty()
    }

    /// What is known of a name.
    #[must_use]
    pub fn info(&self, id: u32) -> &NameInfo {
        &self.info[id as usize]
    }

    fn describe(&self, text: &[u8]) -> NameInfo {
        let mut info = NameInfo {
            len: text.len() as u8,
            first: text.first().copied().unwrap_or(0),
            ..NameInfo::default()
        };
        for b in text {
            info.letters |= 1 << (b & 31);
        }
        info.code = phonetic::code(text);
        let mut groups = 0;
        let mut blocks = Blocks { codes: [0; 5], count: 0 };
        let mut words = text.split(|&b| b == b' ').filter(|w| !w.is_empty());
        let first_word = words.next().unwrap_or(b"");
        blocks.add(phonetic::code(first_word));
        for (relations, offset) in [(&self.given, 0_u16), (&self.surname, 0x8000)] {
            for &group in relations.groups_of(text).iter().take(if offset == 0 { 4 } else { 2 }) {
                if groups < info.groups.len() {
                    info.groups[groups] = group | offset;
                    groups += 1;
                }
                blocks.add(phonetic::code(relations.formal(group)));
            }
        }
        if first_word.len() < text.len() {
            info.words[0] = word_hash(first_word);
            for (slot, word) in info.words[1..].iter_mut().zip(words) {
                *slot = word_hash(word);
                blocks.add(phonetic::code(word));
            }
        } else {
            info.words[0] = word_hash(text);
        }
        info.blocks = blocks.codes;
        info
    }

    /// How two names agree: a number below [`LEVELS`]. The order of the two changes nothing.
    #[must_use]
    pub fn compare(&self, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        if a == b {
            return EXACT;
        }
        compare_different((self.info(a), self.text(a)), (self.info(b), self.text(b)))
    }

    /// Describes a name that is in no record, for a query.
    #[must_use]
    pub(crate) fn describe_new(&self, text: &[u8]) -> NameInfo {
        self.describe(text)
    }

    /// The number of a normalised name, if a record has it.
    #[must_use]
    pub(crate) fn find(&self, text: &[u8]) -> Option<u32> {
        self.texts.find(text)
    }
}

/// How two different names agree.
#[must_use]
pub(crate) fn compare_different((x, first): (&NameInfo, &[u8]), (y, second): (&NameInfo, &[u8])) -> u8 {
    if x.groups[0] != 0 && y.groups[0] != 0 && x.groups.iter().any(|g| *g != 0 && y.groups.contains(g)) {
        return VARIANT;
    }
    if x.len == 1 || y.len == 1 {
        return if x.first == y.first { INITIAL } else { DIFFERENT };
    }
    let odd = (x.letters ^ y.letters).count_ones();
    let shorter = x.len.min(y.len);
    let allowed = allowed_slips(usize::from(shorter));
    let mut apart = usize::MAX;
    if odd <= 5 && x.len.abs_diff(y.len) <= 3 {
        apart = slips(first, second, 3);
        let several = x.words[1] != 0 && y.words[1] != 0;
        let allowed = if several && apart <= allowed { allowed_in_rest(first, second) } else { allowed };
        if apart <= allowed {
            return SLIP;
        }
    }
    if x.code == y.code && x.code > 31 {
        return SOUNDS;
    }
    if (x.words[1] != 0 || y.words[1] != 0) && x.words.iter().any(|w| *w != 0 && y.words.contains(w)) {
        // `Ali` may be `Mohammed Ali`; `Mohammed Ali` and `Mohammed Hassan` may well be brothers.
        return if within(x, y) || within(y, x) { PART } else { CLASH };
    }
    if heard_within(x, y) || heard_within(y, x) {
        return PART;
    }
    let long = x.len.max(y.len);
    if apart <= 2 && shorter >= 5 || apart <= 3 && shorter >= 9 {
        return LOOSE;
    }
    if odd > 7 && long < 14 {
        return DIFFERENT;
    }
    let start = first.iter().zip(second).take_while(|(p, q)| p == q).count();
    if start >= 3 && start == usize::from(shorter) {
        return LOOSE;
    }
    if start >= 1 && jaro_winkler(first, second) >= 0.88 { LOOSE } else { DIFFERENT }
}

const fn allowed_slips(letters: usize) -> usize {
    (letters >= 3) as usize + (letters >= 8) as usize
}

/// Slips allowed between two names of several words: as many as the words that differ bear, not the whole name, or
/// `Mohammed Ali` would be `Mohammed Adil`.
fn allowed_in_rest(a: &[u8], b: &[u8]) -> usize {
    let word_ends = |same: usize, text: &[u8], from_end: bool| {
        let at = |i: usize| if from_end { text[text.len() - i] } else { text[i - 1] };
        (1..=same).rev().find(|&i| at(i) == b' ').unwrap_or(0)
    };
    let start = word_ends(a.iter().zip(b).take_while(|(x, y)| x == y).count(), a, false);
    let (a, b) = (&a[start..], &b[start..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let end = word_ends(same, a, true);
    allowed_slips(a.len().min(b.len()) - end)
}

/// Whether every word of one name is in the other.
fn within(one: &NameInfo, other: &NameInfo) -> bool {
    one.words.iter().all(|w| *w == 0 || other.words.contains(w))
}

/// Whether one name is a single word that sounds like a word of the other.
fn heard_within(one: &NameInfo, other: &NameInfo) -> bool {
    one.words[1] == 0 && other.words[1] != 0 && one.code > 31 && other.blocks.contains(&one.code)
}

struct Blocks {
    codes: [u32; 5],
    count: usize,
}

impl Blocks {
    fn add(&mut self, code: u32) {
        if code != 0 && self.count < self.codes.len() && !self.codes[..self.count].contains(&code) {
            self.codes[self.count] = code;
            self.count += 1;
        }
    }
}

fn word_hash(word: &[u8]) -> u32 {
    if word.len() < 2 { 0 } else { (mix(crate::text::hash_bytes(word)) as u32) | 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str) -> u8 {
        let mut names = Names::default();
        let (a, b) = (names.intern(a.as_bytes()), names.intern(b.as_bytes()));
        assert_eq!(names.compare(a, b), names.compare(b, a));
        names.compare(a, b)
    }

    #[test]
    fn levels_are_told_apart() {
        assert_eq!(level("emma", "emma"), EXACT);
        assert_eq!(level("liz", "elizabeth"), VARIANT);
        assert_eq!(level("harrison", "harirson"), SLIP);
        assert_eq!(level("baileigh", "bayly"), SOUNDS);
        assert_eq!(level("smith jones", "jones"), PART);
        assert_eq!(level("j", "jessica"), INITIAL);
        assert_eq!(level("emma", "oliver"), DIFFERENT);
        assert_eq!(level("", "oliver"), 0);
        assert_eq!(level("mohammed ali", "ali"), PART);
        assert_eq!(level("mohammed ali", "mohammed hassan"), CLASH);
        assert_eq!(level("mohammed adil", "mohammed ali"), CLASH);
        assert_eq!(level("mohammed hassan", "mohammed hasan"), SLIP);
        assert_eq!(level("mohammad hassan", "mohammed hassan"), SLIP);
        assert_eq!(level("smith jones", "jones brown"), CLASH);
        assert_eq!(level("muhammad", "mohammed ali"), PART);
    }
}
