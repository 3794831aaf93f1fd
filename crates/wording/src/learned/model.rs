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
/// How much more of that is asked to doubt a rule that stands.
const STANDS: f32 = 1.5;
/// What is asked on top where no rule speaks, times the logarithm of how many sentences the text has.
const MANY: f32 = 1.0;

/// Unit of a word nobody gave a weight.
const NONE: u16 = 0;
const START: u16 = 1;
const END: u16 = 2;
const FIRST_UNIT: u16 = 3;
/// A word of the lexicon whose unit has not been looked up yet.
const NOT_YET: u16 = u16::MAX;
/// A word nobody gave a weight.
const NOBODY: Known =
    Known { unit: Unit { own: NONE, wide: NONE, kind: NONE, class: KINDS as u8 }, alone: 0 };

/// One weight, with the category most of its lessons blamed under.
#[derive(Clone, Copy, Default)]
struct Weight {
    hundredths: i16,
    category: u8,
}

impl Weight {
    fn value(self) -> f32 {
        f32::from(self.hundredths) * HUNDREDTH
    }
}

/// Where the parts of a block are, in the order of [`pack::pack`].
enum Part {
    Header,
    Names,
    NameTable,
    Single,
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
    /// What the letters of each word of the lexicon add, in hundredths.
    letters: Vec<i32>,
    signs: SignWeights,
    bias: f32,
    /// Scores from which a sentence is reported: one no rule spoke of, one whose matches were all let through, one in which a match stands.
    limits: [f32; 3],
    child_age: Mask,
    marks: [u16; 4],
}

/// What a word counts as.
#[derive(Clone, Copy)]
struct Unit {
    own: u16,
    /// Its kind, or where it has none the word again.
    wide: u16,
    kind: u16,
    /// The number of its kind in the table of kinds; [`KINDS`] for none.
    class: u8,
}

impl Unit {
    const fn mark(own: u16) -> Self {
        Self { own, wide: own, kind: NONE, class: KINDS as u8 }
    }
}

/// What a word of the lexicon counts as, looked up when first met.
#[derive(Clone, Copy)]
struct Known {
    unit: Unit,
    /// What it adds whatever stands beside it, in hundredths.
    alone: i32,
}

/// Words a scored sentence is made of, and what each adds.
#[derive(Default)]
pub(crate) struct Room {
    /// By word of the lexicon.
    known: Vec<Known>,
    /// Keys of the pairs that may have a weight.
    keys: Vec<u32>,
    units: Vec<Unit>,
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

    /// Whether these are the shipped weights.
    pub(crate) const fn is_shipped(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }

    pub(crate) fn of(weights: &str) -> Self {
        Self(Cow::Owned(pack::pack(weights, super::kinds::CLASSES)))
    }

    fn parts(&self) -> [(usize, usize); PARTS] {
        let at = |n: usize| u32_at(&self.0, n * 4) as usize;
        std::array::from_fn(|n| (at(n), at(n + 1)))
    }

    /// The words the lexicon must know, each with what its letters add in hundredths, and the lines of the signs.
    pub(crate) fn lists(&self) -> (impl Iterator<Item = (&str, i32)>, &str) {
        let (from, to) = self.parts()[Part::Lists as usize];
        let text = std::str::from_utf8(&self.0[from..to]).unwrap_or_default();
        let (words, signs) = text.split_once('\0').unwrap_or_default();
        let words = words.lines().filter_map(|l| {
            let (w, sum) = l.split_once(' ')?;
            Some((w, sum.parse().ok()?))
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
    Weight { hundredths: i16::from_le_bytes([a, b]), category }
}

impl Model {
    /// Makes a block ready for a lexicon that knows its words.
    pub(crate) fn new(block: Block, lexicon: &Lexicon, rules: &[&str], patterns: &[u32]) -> Self {
        let parts = block.parts();
        let mut letters = vec![0; lexicon.len()];
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

    fn part(&self, part: Part) -> &[u8] {
        let (from, to) = self.parts[part as usize];
        self.block.get(from..to).unwrap_or_default()
    }

    fn find(&self, part: Part, k: u32) -> Option<[u8; 4]> {
        let table = self.part(part);
        let mask = (table.len() / 8).checked_sub(1)?;
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
            NUMBER if token.mask & self.child_age != 0 => child,
            NUMBER => number,
            word => {
                let Some(found) = known.get_mut(word as usize) else { return NOBODY };
                if found.unit.own == NOT_YET {
                    let text = lexicon.text(word);
                    let own = self.unit_named(unit(text));
                    let kind = self.kinds.of(text).map_or(NONE, |kind| self.unit_named(kind));
                    let wide = if kind == NONE { own } else { kind };
                    let class =
                        if kind == NONE { KINDS as u8 } else { self.byte(Part::KindOf, kind as usize) };
                    let letters = self.letters.get(word as usize).copied().unwrap_or(0);
                    let alone = self.alone(own) + self.alone(kind) + letters;
                    *found = Known { unit: Unit { own, wide, kind, class }, alone };
                }
                return *found;
            }
        };
        Known { unit: Unit::mark(own), alone: self.alone(own) }
    }

    /// What a unit adds whatever stands beside it, in hundredths.
    fn alone(&self, unit: u16) -> i32 {
        if unit < FIRST_UNIT {
            return 0;
        }
        i32::from(weight_of(self.entry(Part::Single, unit as usize)).hundredths)
    }

    /// What the letters of a token add: for a word nobody knows, they are all there is to go by.
    fn letters(&self, token: Token, text: &str) -> f32 {
        match token.word {
            UNKNOWN if token.value != NAME => {
                let word = text.get(token.start as usize..token.end as usize).unwrap_or_default();
                let mut sum = 0.0;
                each_run(word, |run| {
                    if let Some(w) = self.find(Part::Letters, pack::hash(run) | 1) {
                        sum += weight_of(w).value();
                    }
                });
                sum * LETTERS
            }
            word if word >= crate::tokens::FIRST_WORD => {
                self.letters.get(word as usize).map_or(0.0, |hundredths| *hundredths as f32 * HUNDREDTH)
            }
            _ => 0.0,
        }
    }

    /// Leaves the units of a sentence in `room`; gives what they add alone, in hundredths.
    fn units_of(&self, tokens: &[Token], lexicon: &Lexicon, room: &mut Room) -> i32 {
        if room.known.len() != lexicon.len() {
            room.known.clear();
            room.known.resize(lexicon.len(), Known { unit: Unit::mark(NOT_YET), alone: 0 });
        }
        let Room { known, units, .. } = room;
        units.clear();
        units.push(Unit::mark(START));
        let mut sum = 0;
        units.extend(tokens.iter().map(|token| {
            let found = self.known_of(*token, lexicon, known);
            sum += found.alone;
            found.unit
        }));
        units.push(Unit::mark(END));
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
        let mut hundredths = self.units_of(tokens, lexicon, room);
        let mut letters = 0.0;
        for token in tokens.iter().filter(|t| t.word == UNKNOWN && t.value != NAME) {
            letters += self.letters(*token, text);
        }
        hundredths += self.kinds_together(&room.units);
        hundredths += self.pairs_of(&room.units, &mut room.keys);
        self.scaled(hundredths as f32 * HUNDREDTH + letters, tokens.len())
    }

    /// What the kinds of a sentence's words add by standing in it together, in hundredths.
    fn kinds_together(&self, units: &[Unit]) -> i32 {
        let mut met = [0_u8; KINDS];
        let (mut number, mut seen, mut sum) = (0, 0_u128, 0);
        for class in units.iter().map(|unit| unit.class).filter(|class| (*class as usize) < KINDS) {
            if seen >> class & 1 != 0 {
                continue;
            }
            seen |= 1 << class;
            for other in &met[..number] {
                sum += i32::from(self.together(class, *other).hundredths);
            }
            met[number] = class;
            number += 1;
        }
        sum
    }

    /// What two kinds of words bring by standing in one sentence.
    fn together(&self, one: u8, other: u8) -> Weight {
        weight_of(self.entry(Part::Together, one.min(other) as usize * KINDS + one.max(other) as usize))
    }

    /// What the pairs of a sentence's words add, in hundredths. Which pair has a weight cannot be foreseen, so nothing
    /// here branches on it: a key is always written, and kept by counting it; a weight that is not there adds nothing.
    fn pairs_of(&self, units: &[Unit], keys: &mut Vec<u32>) -> i32 {
        let (sieve, table) = (self.part(Part::Sieve), self.part(Part::Pairs));
        let Some(mask) = (table.len() / 8).checked_sub(1) else { return 0 };
        keys.resize(keys.len().max(units.len() * 2 * WIDEST), 0);
        let may_weigh = |k: u32| {
            let (word, bits) = pack::sieve(k);
            let eight = sieve.get(word * 8..word * 8 + 8).and_then(|eight| eight.try_into().ok());
            u64::from_le_bytes(eight.unwrap_or_default()) & bits == bits
        };
        let mut kept = 0;
        for gap in 1..=WIDEST.min(units.len() - 1) {
            for (a, b) in units.iter().zip(&units[gap..]) {
                // Nothing is packed for a word without a weight, so a pair with one is not in the table.
                let k = key(a.own, b.own, gap);
                keys[kept] = k;
                kept += usize::from(may_weigh(k));
                let k = key(a.wide, b.wide, gap);
                keys[kept] = k;
                kept += usize::from(may_weigh(k) & ((a.kind | b.kind) != NONE));
            }
        }
        let at = |i: usize| {
            let eight = table.get(i * 8..i * 8 + 8).and_then(|eight| eight.try_into().ok());
            u64::from_le_bytes(eight.unwrap_or_default())
        };
        let mut sum = 0;
        let mut further = 0;
        for i in 0..kept {
            let k = keys[i];
            let found = at(slot(k, mask));
            let here = found as u32 == k;
            sum += i32::from((found >> 32) as i16) * i32::from(here);
            keys[further] = k;
            further += usize::from(!here & (found as u32 != 0));
        }
        // A slot of another key: the search goes on as for any other table.
        let rest = keys[..further].iter().filter_map(|k| self.find(Part::Pairs, *k));
        sum + rest.map(|w| i32::from(weight_of(w).hundredths)).sum::<i32>()
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
            adds[i] += w.value() / 2.0;
            adds[j] += w.value() / 2.0;
        });
    }

    /// Calls `each` with every weight that words `within` (and those just after) bring, and the two places it stands on.
    fn weights_of(
        &self,
        units: &[Unit],
        seen: &mut Vec<(u8, usize)>,
        within: std::ops::Range<usize>,
        mut each: impl FnMut(usize, usize, Weight),
    ) {
        seen.clear();
        for i in within {
            let Unit { own, kind, class, .. } = units[i];
            for unit in [own, kind] {
                if unit >= FIRST_UNIT {
                    each(i, i, weight_of(self.entry(Part::Single, unit as usize)));
                }
            }
            self.together_with(class, i, seen, &mut each);
            self.pairs_from(units, i, |j, k| {
                if let Some(w) = self.find(Part::Pairs, k) {
                    each(i, j, weight_of(w));
                }
            });
        }
    }

    /// Calls `each` with what a kind of word, met first at `i`, brings with every kind met before.
    fn together_with(
        &self,
        class: u8,
        i: usize,
        seen: &mut Vec<(u8, usize)>,
        mut each: impl FnMut(usize, usize, Weight),
    ) {
        if (class as usize) < KINDS && !seen.iter().any(|(other, _)| *other == class) {
            for (other, at) in seen.iter() {
                each(*at, i, self.together(class, *other));
            }
            seen.push((class, i));
        }
    }

    /// Calls `each` with the place of every unit beside the one at `i`, and the key of a weight they may have together.
    fn pairs_from(&self, units: &[Unit], i: usize, mut each: impl FnMut(usize, u32)) {
        let a = units[i];
        for gap in 1..=WIDEST {
            let Some(b) = units.get(i + gap) else { break };
            each(i + gap, key(a.own, b.own, gap));
            if a.kind != NONE || b.kind != NONE {
                each(i + gap, key(a.wide, b.wide, gap));
            }
        }
    }

    /// Whether a sentence of so many words and marks, in a text of so many sentences, whose words scored `words`, is reported, given what
    /// else is known of it.
    pub(crate) fn reports(
        &self,
        words: f32,
        (length, of): (usize, usize),
        said: Said,
        signs: &[Sign],
    ) -> bool {
        // Few words say little, and each weighs more: more is asked of them to speak where no rule does, and to doubt one that stands.
        let short = SHORT * FULL.saturating_sub(length) as f32;
        // Each sentence of a text is another chance of a false alarm. A rule that stands is asked nothing for it: what the rest
        // of a text says takes no blame away.
        let many = MANY * (of.max(1) as f32).ln();
        let limit = match said {
            Said::Nothing => self.limits[0] + short + many,
            Said::AllLetThrough => self.limits[1],
            Said::Stands => self.limits[2] - STANDS * short,
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
            if w.hundredths > 0
                && let Some(v) = votes.get_mut(w.category as usize)
            {
                *v += w.value();
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
        order.iter().take(5).map(|i| self.name(room.units[*i].own)).filter(|n| !n.is_empty()).collect()
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
