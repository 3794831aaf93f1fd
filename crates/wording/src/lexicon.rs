//! The words the rules know: ids, classes, and the slips of the finger that still count as the word.
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::inflect;
use crate::tokens::{FIRST_WORD, HASH_START, NUMBER, UNKNOWN, WordId, hash_byte, hash_word};

/// A set of word classes, one bit each.
pub(crate) type Mask = u64;

/// Shortest word that may be misspelt and still be recognised.
const SHORTEST_TYPO: usize = 6;
/// Shortest word in which one letter may stand for another.
const SHORTEST_SWAP: usize = 8;
/// Longest word looked at for a slip.
const LONGEST_TYPO: usize = 20;

/// The hash of the word tables, for the maps used while rules load: keys are ours, and start-up is counted in milliseconds.
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(HASH_START)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |h, b| hash_byte(h, *b));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map with keys of our own.
pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Fnv>>;

/// Words while rules load.
#[derive(Default)]
pub(crate) struct LexiconBuilder {
    ids: QuickMap<String, WordId>,
    /// What [`forms`](Self::forms) answered before.
    forms: QuickMap<String, Arc<[WordId]>>,
    words: Vec<String>,
    masks: Vec<Mask>,
    classes: HashMap<String, u32>,
    ordinary: Vec<String>,
    full: bool,
    /// Words from this id on are only known, never what a slip stands for.
    known_from: Option<usize>,
}

/// Classes of numbers, by value.
pub(crate) const NUMBER_CLASSES: [&str; 4] = ["num", "childage", "under13", "adultage"];

impl LexiconBuilder {
    pub(crate) fn new() -> Self {
        let mut b = Self::default();
        // Room for what the rules use today, so that nothing is moved while they load.
        b.ids.reserve(1 << 14);
        b.forms.reserve(1 << 13);
        b.words.reserve(1 << 14);
        b.masks.reserve(1 << 14);
        for name in NUMBER_CLASSES {
            b.class(name);
        }
        for mark in 0..FIRST_WORD {
            b.words.push(format!("\u{0}{mark}"));
            b.masks.push(0);
        }
        for (word, _) in NUMBER_WORDS {
            b.word(word);
        }
        b
    }

    /// The id of a folded word, made if new. Past 60,000 words every new word is one nobody writes.
    pub(crate) fn word(&mut self, word: &str) -> WordId {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        if self.words.len() >= 60_000 {
            self.full = true;
            return UNKNOWN;
        }
        let id = self.words.len() as WordId;
        self.ids.insert(word.to_owned(), id);
        self.words.push(word.to_owned());
        self.masks.push(0);
        id
    }

    /// From here on words are only known, never what a slip stands for.
    pub(crate) fn only_known_from_here(&mut self) {
        self.known_from = Some(self.words.len());
    }

    /// `true` once more words were asked for than there are ids.
    pub(crate) const fn is_full(&self) -> bool {
        self.full
    }

    /// The bit of a class, made if new; `None` when all 64 are taken.
    pub(crate) fn class(&mut self, name: &str) -> Option<u32> {
        if let Some(bit) = self.classes.get(name) {
            return Some(*bit);
        }
        let bit = self.classes.len() as u32;
        if bit >= Mask::BITS {
            return None;
        }
        self.classes.insert(name.to_owned(), bit);
        Some(bit)
    }

    pub(crate) fn find_class(&self, name: &str) -> Option<Mask> {
        self.classes.get(name).map(|bit| 1 << bit)
    }

    /// Puts a word (with `~`, all its forms) into a class.
    pub(crate) fn add_to_class(&mut self, class: &str, word: &str) -> bool {
        let Some(bit) = self.class(class) else { return false };
        for id in self.forms(word).iter() {
            self.masks[*id as usize] |= 1 << bit;
        }
        true
    }

    /// Ids of a word, or of all its forms when it ends in `~`, in order.
    pub(crate) fn forms(&mut self, word: &str) -> Arc<[WordId]> {
        if let Some(known) = self.forms.get(word) {
            return Arc::clone(known);
        }
        let mut ids: Vec<WordId> = match word.strip_suffix('~') {
            Some(base) => inflect::forms(base).iter().map(|f| self.word(f)).collect(),
            None => vec![self.word(word)],
        };
        ids.sort_unstable();
        ids.dedup();
        let ids: Arc<[WordId]> = ids.into();
        self.forms.insert(word.to_owned(), Arc::clone(&ids));
        ids
    }

    /// A real word that must never be read as a slip for another.
    pub(crate) fn ordinary(&mut self, word: &str) {
        self.ordinary.push(word.to_owned());
    }

    pub(crate) fn words_of(&self, mask: Mask) -> Vec<WordId> {
        (0..self.masks.len()).filter(|i| self.masks[*i] & mask != 0).map(|i| i as WordId).collect()
    }

    pub(crate) fn mask(&self, id: WordId) -> Mask {
        self.masks[id as usize]
    }

    pub(crate) fn finish(mut self) -> Lexicon {
        let known_from = self.known_from.unwrap_or(usize::MAX);
        let and = self.word("and");
        let at = self.word("at");
        let mut exact = TableBuilder::with_room(self.words.len() + self.ordinary.len());
        for (word, id) in &self.ids {
            exact.insert(hash_word(word.as_bytes()), *id);
        }
        for word in &self.ordinary {
            exact.insert_if_absent(hash_word(word.as_bytes()), UNKNOWN);
        }
        let long = |w: &&String| (SHORTEST_TYPO..=LONGEST_TYPO).contains(&w.len());
        let mut typos = TableBuilder::with_room(
            self.words.iter().take(known_from).filter(long).map(|w| w.len()).sum::<usize>(),
        );
        // Words are taken in order of their ids, so that the first rule to know a word also owns its misspellings.
        for (id, word) in self.words.iter().enumerate().take(known_from).skip(FIRST_WORD as usize) {
            let b = word.as_bytes();
            if b.len() < SHORTEST_TYPO || b.len() > LONGEST_TYPO || !b.iter().all(u8::is_ascii_lowercase) {
                continue;
            }
            typos.insert_if_absent(hash_word(b), id as WordId);
            for skip in 1..b.len() {
                typos.insert_if_absent(hash_without(b, skip), id as WordId);
            }
        }
        let mut class_bits: Vec<(String, u32)> = self.classes.into_iter().collect();
        class_bits.sort();
        let mut lexicon = Lexicon {
            exact: exact.finish(),
            typos: typos.finish(),
            masks: self.masks,
            words: Texts::of(&self.words),
            classes: class_bits,
            and,
            at,
            abbreviations: 0,
            number_bits: [0; 4],
            known_from,
        };
        for (i, name) in NUMBER_CLASSES.iter().enumerate() {
            lexicon.number_bits[i] = lexicon.class(name);
        }
        lexicon.abbreviations = lexicon.class("abbreviation");
        lexicon
    }
}

/// Many words one after the other.
#[derive(Deserialize, Serialize)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn of(words: &[String]) -> Self {
        let mut end = 0;
        let ends = words.iter().map(|word| {
            end += word.len() as u32;
            end
        });
        Self { ends: ends.collect(), text: words.concat() }
    }

    fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// The words the loaded rules know.
#[derive(Deserialize, Serialize)]
pub(crate) struct Lexicon {
    #[serde(skip)]
    exact: Table,
    #[serde(skip)]
    typos: Table,
    masks: Vec<Mask>,
    words: Texts,
    classes: Vec<(String, u32)>,
    and: WordId,
    at: WordId,
    abbreviations: Mask,
    number_bits: [Mask; 4],
    known_from: usize,
}

impl Lexicon {
    /// Its two tables, which are stored beside it, because they are used as the bytes they are.
    #[allow(dead_code, reason = "what `build.rs` calls")]
    pub(crate) fn tables(&self) -> [&[u8]; 2] {
        [&self.exact.slots, &self.typos.slots]
    }

    /// Puts back what [`tables`](Self::tables) gave.
    pub(crate) fn set_tables(&mut self, [exact, typos]: [&'static [u8]; 2]) {
        self.exact = Table::new(Cow::Borrowed(exact));
        self.typos = Table::new(Cow::Borrowed(typos));
    }

    /// `true` for a word no rule uses, known to the learned layer alone.
    pub(crate) fn is_only_known(&self, word: WordId) -> bool {
        word as usize >= self.known_from
    }

    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Option<WordId> {
        self.exact.get(hash)
    }

    /// The bit of a class, or nothing.
    pub(crate) fn class(&self, name: &str) -> Mask {
        self.classes.iter().find(|(n, _)| n == name).map_or(0, |(_, bit)| 1 << bit)
    }

    /// The classes of a word. Numbers have theirs by value.
    #[inline]
    pub(crate) fn classes_of(&self, word: WordId, value: u16) -> Mask {
        if word != NUMBER {
            return self.masks[word as usize];
        }
        let [num, child, under13, adult] = self.number_bits;
        num | match value {
            1..=12 => child | under13,
            13..=17 => child,
            18..=99 => adult,
            _ => 0,
        }
    }

    pub(crate) fn mask_of(&self, word: WordId) -> Mask {
        self.masks.get(word as usize).copied().unwrap_or(0)
    }

    pub(crate) const fn and(&self) -> WordId {
        self.and
    }

    pub(crate) const fn at(&self) -> WordId {
        self.at
    }

    pub(crate) fn is_abbreviation(&self, word: WordId) -> bool {
        self.masks[word as usize] & self.abbreviations != 0
    }

    /// The value of a number written out, or 0.
    #[inline]
    pub(crate) fn number_value(&self, word: WordId) -> u16 {
        // Ids below FIRST_WORD wrap round to a large index and find nothing.
        NUMBER_WORDS.get((word as usize).wrapping_sub(FIRST_WORD as usize)).map_or(0, |(_, value)| *value)
    }

    /// The folded text of a word.
    pub(crate) fn text(&self, word: WordId) -> &str {
        self.words.get(word as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.words.ends.len()
    }

    /// The word a slip of the finger stands for: one letter missing, added, changed or swapped, the first letter right.
    #[inline]
    pub(crate) fn misspelt(&self, bytes: &[u8], hash: u64, memory: &mut TypoMemory) -> WordId {
        if bytes.len() < SHORTEST_TYPO || bytes.len() > LONGEST_TYPO {
            return UNKNOWN;
        }
        let slot = (hash ^ (hash >> 29)) as usize % TypoMemory::SLOTS;
        let (known, word) = memory.slots[slot];
        if known == hash {
            return word;
        }
        let word = self.search_misspelt(bytes);
        memory.slots[slot] = (hash, word);
        word
    }

    fn search_misspelt(&self, bytes: &[u8]) -> WordId {
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return UNKNOWN;
        }
        let mut folded = [0_u8; LONGEST_TYPO];
        for (to, from) in folded.iter_mut().zip(bytes) {
            *to = from | 0x20;
        }
        let b = &folded[..bytes.len()];
        if let Some(id) = self.typos.get(hash_word(b)).filter(|id| self.is_one_slip(b, *id)) {
            return id;
        }
        (1..b.len())
            .filter_map(|skip| self.typos.get(hash_without(b, skip)))
            .find(|id| self.is_one_slip(b, *id))
            .unwrap_or(UNKNOWN)
    }

    fn is_one_slip(&self, typed: &[u8], id: WordId) -> bool {
        one_slip(typed, self.words.get(id as usize).as_bytes())
    }
}

/// `true` when `a` and `b` differ by one letter missing, added, changed or swapped with its neighbour, first letters alike.
/// A plural or a verb's `s` is not a slip.
fn one_slip(a: &[u8], b: &[u8]) -> bool {
    if a.first() != b.first() || b.len() < SHORTEST_TYPO {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (ra, rb) = (&a[same..], &b[same..]);
    match (ra.len() as isize) - (rb.len() as isize) {
        // One letter for another makes another real word too easily where the word is short ("braids", "brains").
        0 => {
            (b.len() >= SHORTEST_SWAP && ra.get(1..) == rb.get(1..))
                || (ra.len() > 1 && ra[0] == rb[1] && ra[1] == rb[0] && ra[2..] == rb[2..])
        }
        1 => &ra[1..] == rb,
        -1 => ra == &rb[1..],
        _ => false,
    }
}

fn hash_without(b: &[u8], skip: usize) -> u64 {
    b.iter().enumerate().filter(|(i, _)| *i != skip).fold(HASH_START, |h, (_, c)| hash_byte(h, *c))
}

/// What was found for unknown words lately. A cache only: the same text gives the same findings with or without it.
pub(crate) struct TypoMemory {
    slots: Vec<(u64, WordId)>,
}

impl TypoMemory {
    const SLOTS: usize = 4096;

    pub(crate) fn new() -> Self {
        Self { slots: vec![(0, UNKNOWN); Self::SLOTS] }
    }
}

/// Open addressing from 64-bit hashes to word ids, as bytes that a program can use as they were built.
/// A slot of eight bytes holds the upper half of the hash and the id; its place stands for the lower half.
#[derive(Default)]
struct Table {
    slots: Cow<'static, [u8]>,
    mask: usize,
}

impl Table {
    fn new(slots: Cow<'static, [u8]>) -> Self {
        let mask = (slots.len() / 8).saturating_sub(1);
        Self { slots, mask }
    }

    /// Never 0, which marks an empty slot.
    const fn tag(hash: u64) -> u32 {
        (hash >> 32) as u32 | 1
    }

    #[inline]
    fn get(&self, hash: u64) -> Option<WordId> {
        let (mut i, tag) = (hash as usize & self.mask, Self::tag(hash));
        loop {
            let eight = self.slots.get(i * 8..i * 8 + 8)?;
            let slot = u64::from_le_bytes(eight.try_into().ok()?);
            match slot as u32 {
                0 => return None,
                found if found == tag => return Some((slot >> 32) as WordId),
                _ => i = (i + 1) & self.mask,
            }
        }
    }
}

/// A table while it is filled.
struct TableBuilder {
    slots: Vec<u64>,
    mask: usize,
}

impl TableBuilder {
    fn with_room(entries: usize) -> Self {
        let size = (entries.max(8) * 2).next_power_of_two();
        Self { slots: vec![0; size], mask: size - 1 }
    }

    fn insert(&mut self, hash: u64, id: WordId) {
        let i = self.place(hash);
        self.slots[i] = u64::from(Table::tag(hash)) | u64::from(id) << 32;
    }

    fn insert_if_absent(&mut self, hash: u64, id: WordId) {
        if self.slots[self.place(hash)] == 0 {
            self.insert(hash, id);
        }
    }

    fn place(&self, hash: u64) -> usize {
        let (mut i, tag) = (hash as usize & self.mask, Table::tag(hash));
        while self.slots[i] != 0 && self.slots[i] as u32 != tag {
            i = (i + 1) & self.mask;
        }
        i
    }

    fn finish(self) -> Table {
        Table::new(Cow::Owned(self.slots.iter().flat_map(|slot| slot.to_le_bytes()).collect()))
    }
}

/// Numbers people write out when they give an age. They take the first ids, in this order. Smaller ones stay ordinary words.
pub(crate) const NUMBER_WORDS: [(&str, u16); 21] = [
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];
