//! The weights as shipped, and the score they give a sentence.
use std::borrow::Cow;

use super::kinds::{Kinds, unit};
use super::pack::{self, KINDS, PARTS, key, slot};
use super::signs::{Sign, SignWeights};
use crate::finding::Category;
use crate::lexicon::{Lexicon, Mask, QuickMap};
use crate::tokens::{BREAK, CLOSE, COMMA, NAME, NUMBER, OPEN, STOP, Token, UNKNOWN};

/// The weights as shipped, packed by `build.rs`.
pub(crate) const SHIPPED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/learned.block"));

/// Longest stretch marked, in words.
const LONGEST_MARK: usize = 12;
/// Sentences shorter or longer than this, in words, are left to the rules.
pub(super) const LENGTH: std::ops::RangeInclusive<usize> = 1..=70;
/// Weights are kept in hundredths.
const HUNDREDTH: f32 = 0.01;
/// How far apart two words may stand and still count as a pair.
pub(super) const WIDEST: usize = 2;
/// How much a sentence's words count beside what else is known of it.
pub(super) const WORDS: f32 = 1.5;
/// How much a run of letters counts beside a word.
pub(super) const LETTERS: f32 = 0.35;

/// From this many words and marks a sentence is judged like any other where no rule speaks.
const FULL: usize = 9;
/// What is asked on top for each word fewer.
const SHORT: f32 = 0.4;

/// Unit of a word nobody gave a weight.
const NONE: u16 = 0;
const START: u16 = 1;
const END: u16 = 2;
const FIRST_UNIT: u16 = 3;
/// A word of the lexicon whose unit has not been looked up yet.
const NOT_YET: u16 = u16::MAX;
/// A word nobody gave a weight.
const NOBODY: Known = Known { own: NONE, kind: NONE, alone: 0.0 };

/// One weight, with the category most of its lessons blamed under.
#[derive(Clone, Copy, Default)]
struct Weight {
    value: f32,
    category: u8,
}

/// Where the parts of a block are, in the order of [`pack::pack`].
enum Part {
    Header,
    Names,
    NameTable,
    Single,
    Leads,
    KindOf,
    Together,
    Sieve,
    Pairs,
    Letters,
    Lists,
}

/// The model, ready to score tokens of one lexicon.
pub(crate) struct Model {
    block: Cow<'static, [u8]>,
    parts: [(usize, usize); PARTS],
    kinds: Kinds,
    /// What the letters of each word of the lexicon add.
    letters: Vec<f32>,
    signs: SignWeights,
    bias: f32,
    /// Scores from which a sentence is reported: one no rule spoke of, one whose matches were all let through, one in which a match stands.
    limits: [f32; 3],
    child_age: Mask,
    marks: [u16; 4],
}

/// What a word of the lexicon counts as, looked up when first met.
#[derive(Clone, Copy)]
struct Known {
    own: u16,
    kind: u16,
    /// What it adds whatever stands beside it.
    alone: f32,
}

/// Words a scored sentence is made of, and what each adds.
#[derive(Default)]
pub(crate) struct Room {
    /// By word of the lexicon.
    known: Vec<Known>,
    /// Keys of the pairs that may have a weight.
    keys: Vec<u32>,
    units: Vec<(u16, u16)>,
    adds: Vec<f32>,
    /// Kinds met in the sentence, with their first place.
    seen: Vec<(u8, usize)>,
}

/// What the rules have said of a sentence so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    AllLetThrough,
    Stands,
}

/// A block of weights: the shipped one, or one packed from a text.
pub(crate) struct Block(Cow<'static, [u8]>);

impl Block {
    pub(crate) const fn shipped() -> Self {
        Self(Cow::Borrowed(SHIPPED))
    }

    pub(crate) fn of(weights: &str) -> Self {
        Self(Cow::Owned(pack::pack(weights, super::kinds::CLASSES)))
    }

    fn parts(&self) -> [(usize, usize); PARTS] {
        let at = |n: usize| u32_at(&self.0, n * 4) as usize;
        std::array::from_fn(|n| (at(n), at(n + 1)))
    }

    /// The words the lexicon must know, each with what its letters add, and the lines of the signs.
    pub(crate) fn lists(&self) -> (impl Iterator<Item = (&str, f32)>, &str) {
        let (from, to) = self.parts()[Part::Lists as usize];
        let text = std::str::from_utf8(&self.0[from..to]).unwrap_or_default();
        let (words, signs) = text.split_once('\0').unwrap_or_default();
        let words = words.lines().filter_map(|l| {
            let (w, sum) = l.split_once(' ')?;
            Some((w, sum.parse::<f32>().ok()? * HUNDREDTH))
        });
        (words, signs)
    }
}

fn u32_at(block: &[u8], at: usize) -> u32 {
    let four = block.get(at..at + 4).and_then(|b| b.try_into().ok()).unwrap_or([0; 4]);
    u32::from_le_bytes(four)
}

fn weight_of(four: [u8; 4]) -> Weight {
    let [a, b, category, _] = four;
    Weight { value: f32::from(i16::from_le_bytes([a, b])) * HUNDREDTH, category }
}

impl Model {
    /// Makes a block ready for a lexicon that knows its words.
    pub(crate) fn new(block: Block, lexicon: &Lexicon, rules: &[&str], patterns: &[u32]) -> Self {
        let parts = block.parts();
        let mut letters = vec![0.0; lexicon.len()];
        let (words, sign_lines) = block.lists();
        for (word, sum) in words {
            if let Some(id) = lexicon.get(crate::tokens::hash_word(word.as_bytes())) {
                letters[id as usize] = sum;
            }
        }
        let named: QuickMap<&str, f32> = sign_lines
            .lines()
            .filter_map(|l| {
                let (name, value) = l.rsplit_once(' ')?;
                Some((name, value.parse::<f32>().ok()? * HUNDREDTH))
            })
            .collect();
        let signs = SignWeights::new(&named, rules, patterns);
        let float = |n: usize| f32::from_bits(u32_at(&block.0, parts[Part::Header as usize].0 + n * 4));
        let mut model = Self {
            parts,
            kinds: Kinds::read(),
            letters,
            signs,
            bias: float(0),
            limits: [float(1), float(2), float(3)],
            child_age: lexicon.class("childage"),
            marks: [NONE; 4],
            block: block.0,
        };
        model.marks = [",", ":", "#c", "#n"].map(|name| model.unit_named(name));
        model
    }

    fn entry(&self, part: Part, index: usize) -> [u8; 4] {
        let at = self.parts[part as usize].0 + index * 4;
        self.block.get(at..at + 4).and_then(|b| b.try_into().ok()).unwrap_or([0; 4])
    }

    fn byte(&self, part: Part, index: usize) -> u8 {
        self.block.get(self.parts[part as usize].0 + index).copied().unwrap_or(0)
    }

    #[inline]
    fn find(&self, part: Part, k: u32) -> Option<[u8; 4]> {
        let (from, to) = self.parts[part as usize];
        let table = self.block.get(from..to)?;
        let mask = table.len() / 8 - 1;
        let mut at = slot(k, mask);
        loop {
            let eight: [u8; 8] = table.get(at * 8..at * 8 + 8)?.try_into().ok()?;
            let [a, b, c, d, w, x, y, z] = eight;
            match u32::from_le_bytes([a, b, c, d]) {
                0 => return None,
                found if found == k => return Some([w, x, y, z]),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Whether a pair may have a weight. Most have none, and most of those the sieve knows.
    #[inline]
    fn may_weigh(&self, k: u32) -> bool {
        let bit = pack::sieve_bit(k);
        self.byte(Part::Sieve, bit / 8) >> (bit % 8) & 1 != 0
    }

    fn unit_named(&self, name: &str) -> u16 {
        let [a, b, ..] = self.find(Part::NameTable, pack::hash(name.as_bytes()) | 1).unwrap_or([0; 4]);
        u16::from_le_bytes([a, b])
    }

    fn name(&self, id: u16) -> &str {
        let (from, to) = self.parts[Part::Names as usize];
        let names = std::str::from_utf8(&self.block[from..to]).unwrap_or_default();
        names.split('\n').nth(id as usize).unwrap_or_default()
    }

    pub(crate) fn set_limits(&mut self, to: super::Limits) {
        self.limits = [to.alone as f32, to.let_through as f32, to.stands as f32];
    }

    /// `true` when there is a model at all: rules alone are read without one.
    pub(crate) fn speaks(&self) -> bool {
        self.limits[0] < f32::MAX
    }

    /// The least a sentence's words must score for anything else about it to matter.
    pub(crate) fn least(&self) -> f32 {
        self.limits[0].min(self.limits[1]) - 1.0
    }

    fn known_of(&self, token: Token, lexicon: &Lexicon, known: &mut [Known]) -> Known {
        let [comma, pause, child, number] = self.marks;
        let own = match token.word {
            UNKNOWN | STOP | OPEN | CLOSE => NONE,
            COMMA => comma,
            BREAK => pause,
            NUMBER if lexicon.mask(token) & self.child_age != 0 => child,
            NUMBER => number,
            word => {
                let Some(found) = known.get_mut(word as usize) else { return NOBODY };
                if found.own == NOT_YET {
                    let text = lexicon.text(word);
                    let own = self.unit_named(unit(text));
                    let kind = self.kinds.of(text).map_or(NONE, |kind| self.unit_named(kind));
                    let letters = self.letters.get(word as usize).copied().unwrap_or(0.0);
                    *found = Known { own, kind, alone: self.alone(own) + self.alone(kind) + letters };
                }
                return *found;
            }
        };
        Known { own, kind: NONE, alone: self.alone(own) }
    }

    /// What a unit adds whatever stands beside it.
    fn alone(&self, unit: u16) -> f32 {
        if unit < FIRST_UNIT { 0.0 } else { weight_of(self.entry(Part::Single, unit as usize)).value }
    }

    /// What the letters of a token add: for a word nobody knows, they are all there is to go by.
    fn letters(&self, token: Token, text: &str) -> f32 {
        match token.word {
            UNKNOWN if token.value != NAME => {
                let word = text.get(token.start as usize..token.end as usize).unwrap_or_default();
                let mut sum = 0.0;
                each_run(word, |run| {
                    if let Some(w) = self.find(Part::Letters, pack::hash(run) | 1) {
                        sum += weight_of(w).value;
                    }
                });
                sum * LETTERS
            }
            word if word >= crate::tokens::FIRST_WORD => {
                self.letters.get(word as usize).copied().unwrap_or(0.0)
            }
            _ => 0.0,
        }
    }

    fn units_of(&self, tokens: &[Token], lexicon: &Lexicon, room: &mut Room) -> f32 {
        if room.known.len() != lexicon.len() {
            room.known.clear();
            room.known.resize(lexicon.len(), Known { own: NOT_YET, ..NOBODY });
        }
        let Room { known, units, .. } = room;
        units.clear();
        units.push((START, NONE));
        let mut sum = 0.0;
        units.extend(tokens.iter().map(|token| {
            let found = self.known_of(*token, lexicon, known);
            sum += found.alone;
            (found.own, found.kind)
        }));
        units.push((END, NONE));
        sum
    }

    /// The score of a sentence of so many tokens, whose words, pairs and letters add up to `sum`.
    fn scaled(&self, sum: f32, tokens: usize) -> f32 {
        // Words nobody gave a weight count towards the length: little evidence in a long sentence is little evidence.
        self.bias + sum * WORDS / ((tokens + 1) as f32).sqrt()
    }

    /// The score of the words of one sentence.
    pub(crate) fn score(&self, tokens: &[Token], text: &str, lexicon: &Lexicon, room: &mut Room) -> f32 {
        if !LENGTH.contains(&tokens.len()) {
            return f32::MIN;
        }
        let mut sum = self.units_of(tokens, lexicon, room);
        for token in tokens.iter().filter(|t| t.word == UNKNOWN && t.value != NAME) {
            sum += self.letters(*token, text);
        }
        let Room { units, seen, keys, .. } = room;
        seen.clear();
        keys.clear();
        // All pairs that may have a weight first, then their weights: so the processor fetches several at once.
        for i in 0..units.len() {
            self.together_with(units[i].1, i, seen, |_, _, w| sum += w.value);
            self.pairs_from(units, i, |_, k| keys.push(k));
        }
        sum +=
            keys.iter().filter_map(|k| self.find(Part::Pairs, *k)).map(|w| weight_of(w).value).sum::<f32>();
        self.scaled(sum, tokens.len())
    }

    /// Leaves in `room` what each word of a sentence adds.
    fn spread(&self, tokens: &[Token], text: &str, lexicon: &Lexicon, room: &mut Room) {
        self.units_of(tokens, lexicon, room);
        let Room { units, adds, seen, .. } = room;
        adds.clear();
        adds.push(0.0);
        adds.extend(tokens.iter().map(|t| self.letters(*t, text)));
        adds.push(0.0);
        self.weights_of(units, seen, 0..units.len(), |i, j, w| {
            adds[i] += w.value / 2.0;
            adds[j] += w.value / 2.0;
        });
    }

    /// Calls `each` with every weight that words `within` (and those just after) bring, and the two places it stands on.
    fn weights_of(
        &self,
        units: &[(u16, u16)],
        seen: &mut Vec<(u8, usize)>,
        within: std::ops::Range<usize>,
        mut each: impl FnMut(usize, usize, Weight),
    ) {
        seen.clear();
        for i in within {
            let (own, kind) = units[i];
            for unit in [own, kind] {
                if unit >= FIRST_UNIT {
                    each(i, i, weight_of(self.entry(Part::Single, unit as usize)));
                }
            }
            self.together_with(kind, i, seen, &mut each);
            self.pairs_from(units, i, |j, k| {
                if let Some(w) = self.find(Part::Pairs, k) {
                    each(i, j, weight_of(w));
                }
            });
        }
    }

    /// Calls `each` with what a kind of word, met first at `i`, brings with every kind met before.
    #[inline]
    fn together_with(
        &self,
        kind: u16,
        i: usize,
        seen: &mut Vec<(u8, usize)>,
        mut each: impl FnMut(usize, usize, Weight),
    ) {
        if kind == NONE {
            return;
        }
        let k = self.byte(Part::KindOf, kind as usize);
        if (k as usize) < KINDS && !seen.iter().any(|(other, _)| *other == k) {
            for (other, at) in seen.iter() {
                let both = k.min(*other) as usize * KINDS + k.max(*other) as usize;
                let w = weight_of(self.entry(Part::Together, both));
                if w.value != 0.0 {
                    each(*at, i, w);
                }
            }
            seen.push((k, i));
        }
    }

    /// Calls `each` with the place of every unit beside the one at `i` with which it may have a weight, and their key.
    #[inline]
    fn pairs_from(&self, units: &[(u16, u16)], i: usize, mut each: impl FnMut(usize, u32)) {
        let (own, kind) = units[i];
        let wide = if kind == NONE { own } else { kind };
        let (by_own, by_wide) =
            (self.byte(Part::Leads, own as usize) > 0, self.byte(Part::Leads, wide as usize) > 0);
        if !by_own && !by_wide {
            return;
        }
        for gap in 1..=WIDEST {
            let Some((b, b_kind)) = units.get(i + gap).copied() else { break };
            if by_own && b != NONE && own != NONE {
                let k = key(own, b, gap);
                if self.may_weigh(k) {
                    each(i + gap, k);
                }
            }
            let b_wide = if b_kind == NONE { b } else { b_kind };
            if by_wide && b_wide != NONE && (kind != NONE || b_kind != NONE) {
                let k = key(wide, b_wide, gap);
                if self.may_weigh(k) {
                    each(i + gap, k);
                }
            }
        }
    }

    /// Whether a sentence of so many words and marks, whose words scored `words`, is reported, given what else is known of it.
    pub(crate) fn reports(&self, words: f32, length: usize, said: Said, signs: &[Sign]) -> bool {
        let limit = match said {
            // Few words say little, and each weighs more: where no rule speaks, more is asked of them.
            Said::Nothing => self.limits[0] + SHORT * FULL.saturating_sub(length) as f32,
            Said::AllLetThrough => self.limits[1],
            Said::Stands => self.limits[2],
        };
        words + signs.iter().map(|s| self.signs.of(*s)).sum::<f32>() >= limit
    }

    /// The words to mark in a sentence, and the category most of their weight was learned from.
    pub(crate) fn mark(
        &self,
        tokens: &[Token],
        text: &str,
        lexicon: &Lexicon,
        room: &mut Room,
    ) -> (usize, usize, Category) {
        self.spread(tokens, text, lexicon, room);
        let (from, to) = heaviest(&room.adds[1..room.adds.len() - 1]);
        (from, to, self.category(room, from + 1, to + 1))
    }

    fn category(&self, room: &mut Room, from: usize, to: usize) -> Category {
        let mut votes = [0.0_f32; 12];
        let mut vote = |w: Weight| {
            if w.value > 0.0
                && let Some(v) = votes.get_mut(w.category as usize)
            {
                *v += w.value;
            }
        };
        let Room { units, seen, .. } = room;
        self.weights_of(units, seen, from..to, |_, _, w| vote(w));
        let best = (0..12).max_by(|a, b| votes[*a].total_cmp(&votes[*b]).then(b.cmp(a))).unwrap_or(0);
        Category::ALL[best]
    }

    /// The words of a sentence that moved its score most, strongest first.
    pub(crate) fn moved_by(&self, tokens: &[Token], text: &str, lexicon: &Lexicon) -> Vec<&str> {
        let mut room = Room::default();
        if !LENGTH.contains(&tokens.len()) {
            return Vec::new();
        }
        self.spread(tokens, text, lexicon, &mut room);
        let mut order: Vec<usize> = (1..room.units.len() - 1).filter(|i| room.adds[*i] > 0.0).collect();
        order.sort_by(|a, b| room.adds[*b].total_cmp(&room.adds[*a]).then(a.cmp(b)));
        order.iter().take(5).map(|i| self.name(room.units[*i].0)).filter(|n| !n.is_empty()).collect()
    }
}

/// The run of at most [`LONGEST_MARK`] words that adds most.
fn heaviest(adds: &[f32]) -> (usize, usize) {
    let mut best = (0, 1, f32::MIN);
    for from in 0..adds.len() {
        let mut sum = 0.0;
        for (n, add) in adds[from..].iter().take(LONGEST_MARK).enumerate() {
            sum += add;
            if sum > best.2 {
                best = (from, from + n + 1, sum);
            }
        }
    }
    (best.0, best.1)
}

/// Calls `each` with every run of three to five letters of a word, its ends marked, in lower case.
pub(super) fn each_run(word: &str, mut each: impl FnMut(&[u8])) {
    const MOST: usize = 24;
    if word.len() < 4 || word.len() > MOST {
        return;
    }
    let mut whole = [b'<'; MOST + 2];
    for (to, from) in whole[1..].iter_mut().zip(word.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    whole[word.len() + 1] = b'>';
    let whole = &whole[..word.len() + 2];
    for length in 3..=5 {
        whole.windows(length).for_each(&mut each);
    }
}
