//! A small learned layer, for blame that no rule has a pattern for.
//!
//! Each sentence in which no rule matched gets a score: a weight for each word (in its stem), for each two words side by side, and for
//! each two with one between. Above the threshold the words that moved the score most are marked, and the same context is asked as for a
//! rule: who is meant, who speaks, whether it is denied. The weights are a text file in `rules/wording`, written by
//! `cargo run --release -p cf-wording --example train` from labelled sentences in this repository, the same every time.
use std::collections::BTreeMap;

use crate::finding::Category;
use crate::lexicon::{Lexicon, LexiconBuilder, Mask, QuickMap};
use crate::tokens::{BREAK, CLOSE, COMMA, NUMBER, OPEN, STOP, Token, UNKNOWN};

/// The weights as shipped.
pub(crate) const WEIGHTS: &str = include_str!("../../../rules/wording/learned.weights");

/// Kinds of words, by which a word no lesson had still counts.
const CLASSES: &str = include_str!("../../../rules/wording/classes.txt");

/// Longest stretch marked, in words.
const LONGEST_MARK: usize = 14;
/// Sentences shorter or longer than this, in words, are left to the rules.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=60;
/// Weights are kept in hundredths.
const HUNDREDTH: f32 = 0.01;

/// Unit of a word nobody gave a weight.
const NONE: u16 = 0;
const START: u16 = 1;
const END: u16 = 2;
const FIRST_UNIT: u16 = 3;

/// What a word counts as: its stem, or the kind of person it names.
#[must_use]
pub fn unit(word: &str) -> &str {
    match word {
        "she" | "he" => return "SHE",
        "her" | "his" | "him" => return "HER",
        "herself" | "himself" | "themselves" => return "SELF",
        "child" | "girl" | "boy" | "lad" | "yp" | "pupil" | "teenager" | "victim" | "complainant"
        | "youth" | "kid" | "daughter" | "son" | "ip" | "viw" | "misper" => return "KID",
        "man" | "men" | "male" | "males" | "adult" | "adults" | "suspect" | "dealer" | "driver" | "bloke"
        | "guys" | "guy" | "blokes" | "suspects" | "dealers" | "drivers" | "offender" | "defendant"
        | "elders" => {
            return "MAN";
        }
        "mum" | "mother" | "dad" | "father" | "parents" | "parent" | "gran" | "nan" | "grandmother"
        | "aunt" | "family" | "uncle" | "grandad" => return "FAM",
        "officer" | "officers" | "police" | "staff" | "worker" | "workers" | "teacher" | "nurse"
        | "carer" | "carers" | "social" | "pc" | "doctor" | "team" => return "PRO",
        "boys" | "girls" | "children" | "lads" | "pupils" | "kids" | "teenagers" | "youths" => return "KIDS",
        _ => {}
    }
    for tail in ["ings", "ing", "edly", "ed", "ies", "es", "s", "ly"] {
        if let Some(stem) = word.strip_suffix(tail)
            && stem.len() >= 3
        {
            return stem;
        }
    }
    word
}

/// The kind of word each listed word is, from `rules/wording/classes.txt`.
pub(crate) fn classes() -> QuickMap<&'static str, &'static str> {
    let mut out = QuickMap::default();
    for line in CLASSES.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace();
        if let Some(name) = words.next() {
            words.for_each(|w| {
                out.entry(w).or_insert(name);
            });
        }
    }
    out
}

/// The class of a word, as it is listed or in its plain form.
fn class_of(word: &str, classes: &QuickMap<&'static str, &'static str>) -> Option<&'static str> {
    if let Some(c) = classes.get(word) {
        return Some(c);
    }
    for tail in ["s", "es", "ed", "d", "ing", "ly"] {
        let Some(stem) = word.strip_suffix(tail).filter(|s| s.len() >= 3) else { continue };
        if let Some(c) = classes.get(stem) {
            return Some(c);
        }
        if tail == "ing" {
            if let Some(c) = classes.get(format!("{stem}e").as_str()) {
                return Some(c);
            }
        }
        if matches!(tail, "ing" | "ed") {
            let b = stem.as_bytes();
            if b[b.len() - 1] == b[b.len() - 2]
                && let Some(c) = classes.get(&stem[..stem.len() - 1])
            {
                return Some(c);
            }
        }
    }
    None
}

/// One weight: a word, or two words side by side (`0`) or with one between (`1`).
#[derive(Clone, Copy)]
struct Weight {
    value: f32,
    category: u8,
}

/// The model, ready to score tokens of one lexicon.
pub(crate) struct Model {
    /// By word of the lexicon: its own unit, and that of its kind.
    units: Vec<(u16, u16)>,
    names: Vec<String>,
    single: Vec<Weight>,
    pairs: Pairs,
    /// For each unit, whether it stands first in any pair.
    leads: Vec<bool>,
    bias: f32,
    threshold: f32,
    /// Below this score a rule's match in the sentence is doubted.
    veto: f32,
    child_age: Mask,
    child_unit: u16,
    number_unit: u16,
    comma_unit: u16,
    break_unit: u16,
}

/// Words a scored sentence is made of, and what each adds.
#[derive(Default)]
pub(crate) struct Room {
    units: Vec<(u16, u16)>,
    adds: Vec<f32>,
}

/// A sentence above the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Suspicion {
    /// Tokens that carry it.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) category: Category,
    pub(crate) score: f32,
}

/// The words of a weights file, which the lexicon must know to tell them apart.
pub(crate) fn vocabulary(weights: &str) -> impl Iterator<Item = &str> {
    weights.lines().filter_map(|l| l.strip_prefix("w ")).flat_map(str::split_whitespace)
}

impl Model {
    /// Reads a weights file. Lines that mean nothing are passed over: the file is ours and made by a command.
    pub(crate) fn read(weights: &str, lexicon: &Lexicon) -> Self {
        let mut ids: QuickMap<&str, u16> = QuickMap::default();
        let mut names = vec![String::new(), "^".to_owned(), "$".to_owned()];
        ids.insert("^", START);
        ids.insert("$", END);
        let (mut bias, mut threshold, mut veto) = (0.0, f32::MAX, f32::MIN);
        let mut single = vec![Weight { value: 0.0, category: 0 }; 3];
        let mut read = Vec::new();
        let mut id = |name, names: &mut Vec<String>, single: &mut Vec<Weight>| {
            *ids.entry(name).or_insert_with(|| {
                names.push(str::to_owned(name));
                single.push(Weight { value: 0.0, category: 0 });
                (names.len() - 1) as u16
            })
        };
        for line in weights.lines() {
            let mut parts = line.split(' ');
            match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some("bias"), Some(b), ..) => bias = b.parse().unwrap_or(0.0),
                (Some("threshold"), Some(t), ..) => threshold = t.parse().unwrap_or(f32::MAX),
                (Some("veto"), Some(t), ..) => veto = t.parse().unwrap_or(f32::MIN),
                (Some("1"), Some(a), Some(value), Some(category), None) => {
                    let at = id(a, &mut names, &mut single) as usize;
                    single[at] = weight(value, category);
                }
                (Some(gap @ ("2" | "3" | "4")), Some(a), Some(b), Some(value), Some(category)) => {
                    let a = id(a, &mut names, &mut single);
                    let b = id(b, &mut names, &mut single);
                    read.push((key(a, b, gap.parse::<usize>().unwrap_or(2) - 1), weight(value, category)));
                }
                _ => {}
            }
        }
        let mut leads = vec![false; names.len()];
        for (k, _) in &read {
            leads[(k >> 18 & 0xFFFF) as usize] = true;
        }
        let of = |name: &str| ids.get(name).copied().unwrap_or(NONE);
        let kinds = classes();
        let units = (0..lexicon.len())
            .map(|i| {
                let word = lexicon.text(i as u16);
                (of(unit(word)), class_of(word, &kinds).map_or(NONE, of))
            })
            .collect();
        Self {
            units,
            single,
            pairs: Pairs::new(&read),
            leads,
            bias,
            threshold,
            veto,
            child_age: lexicon.class("childage"),
            child_unit: of("#c"),
            number_unit: of("#n"),
            comma_unit: of(","),
            break_unit: of(":"),
            names,
        }
    }

    fn unit_of(&self, token: Token, lexicon: &Lexicon) -> (u16, u16) {
        let own = match token.word {
            UNKNOWN | STOP | OPEN | CLOSE => NONE,
            COMMA => self.comma_unit,
            BREAK => self.break_unit,
            NUMBER if lexicon.mask(token) & self.child_age != 0 => self.child_unit,
            NUMBER => self.number_unit,
            word => return self.units.get(word as usize).copied().unwrap_or((NONE, NONE)),
        };
        (own, NONE)
    }

    /// The score of tokens `start..end`, one sentence, with what each adds left in `room`.
    fn score(&self, tokens: &[Token], lexicon: &Lexicon, room: &mut Room) -> f32 {
        room.units.clear();
        room.units.push((START, NONE));
        room.units.extend(tokens.iter().map(|t| self.unit_of(*t, lexicon)));
        room.units.push((END, NONE));
        room.adds.clear();
        room.adds.resize(room.units.len(), 0.0);
        let Room { units, adds } = room;
        let mut sum = 0.0;
        self.weights_of(units, 0..units.len(), |i, j, w| {
            sum += w.value;
            adds[i] += w.value / 2.0;
            adds[j] += w.value / 2.0;
        });
        // Words nobody gave a weight count towards the length: little evidence in a long sentence is little evidence.
        self.bias + sum / ((tokens.len() + 1) as f32).sqrt()
    }

    /// Calls `each` with every weight that words `within` (and those just after) bring, and the two places it stands on.
    fn weights_of(
        &self,
        units: &[(u16, u16)],
        within: std::ops::Range<usize>,
        mut each: impl FnMut(usize, usize, Weight),
    ) {
        for i in within {
            let (own, kind) = units[i];
            if own >= FIRST_UNIT {
                each(i, i, self.single[own as usize]);
            }
            if kind != NONE {
                each(i, i, self.single[kind as usize]);
            }
            let wide = if kind == NONE { own } else { kind };
            let (by_own, by_wide) = (self.leads[own as usize], self.leads[wide as usize]);
            if !by_own && !by_wide {
                continue;
            }
            for gap in 1..=WIDEST {
                let Some((b, b_kind)) = units.get(i + gap).copied() else { break };
                if by_own && b != NONE && own != NONE
                    && let Some(w) = self.pairs.get(key(own, b, gap))
                {
                    each(i, i + gap, w);
                }
                let b_wide = if b_kind == NONE { b } else { b_kind };
                if by_wide && b_wide != NONE && (kind != NONE || b_kind != NONE)
                    && let Some(w) = self.pairs.get(key(wide, b_wide, gap))
                {
                    each(i, i + gap, w);
                }
            }
        }
    }

    /// Whether the words of one sentence speak so clearly against blame that what a rule found in it is not shown.
    pub(crate) fn doubts(&self, tokens: &[Token], lexicon: &Lexicon, room: &mut Room) -> bool {
        self.veto > f32::MIN && self.score(tokens, lexicon, room) < self.veto
    }

    /// The suspicion that tokens `start..end`, one sentence, blame.
    pub(crate) fn suspect(
        &self,
        tokens: &[Token],
        start: usize,
        end: usize,
        lexicon: &Lexicon,
        room: &mut Room,
    ) -> Option<Suspicion> {
        if !LENGTH.contains(&(end - start)) {
            return None;
        }
        let score = self.score(&tokens[start..end], lexicon, room);
        if score < self.threshold {
            return None;
        }
        let (from, to) = heaviest(&room.adds[1..room.adds.len() - 1]);
        let category = self.category(room, from + 1, to + 1);
        Some(Suspicion { from: start + from, to: start + to, category, score })
    }

    /// The category most of the weight in `from..to` was learned from.
    fn category(&self, room: &Room, from: usize, to: usize) -> Category {
        let mut votes = [0.0_f32; 12];
        let mut vote = |w: Weight| {
            if w.value > 0.0
                && let Some(v) = votes.get_mut(w.category as usize)
            {
                *v += w.value;
            }
        };
        self.weights_of(&room.units, from..to, |_, _, w| vote(w));
        let best = (0..12).max_by(|a, b| votes[*a].total_cmp(&votes[*b]).then(b.cmp(a))).unwrap_or(0);
        Category::ALL[best]
    }

    /// The words of a sentence that moved its score most, strongest first.
    pub(crate) fn moved_by(&self, tokens: &[Token], lexicon: &Lexicon) -> Vec<&str> {
        let mut room = Room::default();
        self.score(tokens, lexicon, &mut room);
        let mut order: Vec<usize> = (1..room.units.len() - 1).filter(|i| room.adds[*i] > 0.0).collect();
        order.sort_by(|a, b| room.adds[*b].total_cmp(&room.adds[*a]).then(a.cmp(b)));
        order
            .iter()
            .take(5)
            .map(|i| self.names[room.units[*i].0 as usize].as_str())
            .filter(|n| !n.is_empty())
            .collect()
    }
}

fn weight(value: &str, category: &str) -> Weight {
    Weight {
        value: value.parse::<i16>().map_or(0.0, |v| f32::from(v) * HUNDREDTH),
        category: category.parse().unwrap_or(u8::MAX),
    }
}

const fn key(a: u16, b: u16, gap: usize) -> u64 {
    (1 << 40) | ((a as u64) << 18) | ((b as u64) << 2) | gap as u64
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

/// Open addressing from pairs of units to weights.
struct Pairs {
    slots: Vec<(u64, Weight)>,
    mask: usize,
}

impl Pairs {
    fn new(read: &[(u64, Weight)]) -> Self {
        let size = (read.len().max(8) * 2).next_power_of_two();
        let mut table = Self { slots: vec![(0, Weight { value: 0.0, category: 0 }); size], mask: size - 1 };
        for (k, w) in read {
            let at = table.place(*k);
            table.slots[at] = (*k, *w);
        }
        table
    }

    fn place(&self, k: u64) -> usize {
        let mut at = (k.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & self.mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != k {
            at = (at + 1) & self.mask;
        }
        at
    }

    fn get(&self, k: u64) -> Option<Weight> {
        let (found, w) = self.slots[self.place(k)];
        (found == k).then_some(w)
    }
}

/// One labelled sentence to learn from.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The sentence.
    pub text: String,
    /// The category it blames under, if it does.
    pub blames: Option<Category>,
    /// How much it counts; 1 for a sentence written for the purpose.
    pub counts: f64,
}

/// Cuts a text into sentences as the checker does, each with the characters it covers.
#[must_use]
pub fn sentences(text: &str) -> Vec<(usize, usize, String)> {
    let lexicon = LexiconBuilder::new().finish();
    let tokens = tokens_of(text, &lexicon);
    let mut out = Vec::new();
    let mut first = 0;
    for i in 0..=tokens.len() {
        if i < tokens.len() && tokens[i].word != STOP {
            continue;
        }
        if let (Some(a), true) = (tokens.get(first), i > first) {
            let (from, to) = (a.start as usize, tokens[i - 1].end as usize);
            let chars = |byte: usize| text[..byte].chars().count();
            out.push((chars(from), chars(to), text[from..to].to_owned()));
        }
        first = i + 1;
    }
    out
}

fn tokens_of(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let (mut tokens, mut quotes) = (Vec::new(), Vec::new());
    crate::tokens::Tokeniser::new(text, lexicon).run(
        &mut tokens,
        &mut quotes,
        &mut crate::lexicon::TypoMemory::new(),
    );
    tokens
}

/// Words seen fewer times than this are not learned from.
const RAREST: usize = 2;
/// Pairs of words seen fewer times than this are not learned from.
const RAREST_PAIR: usize = 2;
/// Rounds over the lessons.
const ROUNDS: usize = 25;
/// How hard large weights are held back.
const PENALTY: f64 = 0.005;
/// Weights below this many hundredths are left out of the file.
const SMALLEST: f64 = 35.0;

/// Words apart that two kinds of word may stand and still count as a pair.
const WIDEST: usize = 2;

type Features = Vec<(u8, String, String)>;

fn features(text: &str, lexicon: &Lexicon, is_child: &dyn Fn(u16) -> bool, classes: &QuickMap<&'static str, &'static str>) -> Features {
    let mut units = vec!["^".to_owned()];
    let mut kinds: Vec<Option<&'static str>> = vec![None];
    for token in tokens_of(text, lexicon) {
        kinds.push(match token.word {
            UNKNOWN | STOP | OPEN | CLOSE | COMMA | BREAK | NUMBER => None,
            word => class_of(lexicon.text(word), classes),
        });
        units.push(match token.word {
            UNKNOWN | STOP | OPEN | CLOSE => String::new(),
            COMMA => ",".to_owned(),
            BREAK => ":".to_owned(),
            NUMBER => if is_child(token.value) { "#c" } else { "#n" }.to_owned(),
            word => unit(lexicon.text(word)).to_owned(),
        });
    }
    units.push("$".to_owned());
    kinds.push(None);
    let mut out = Vec::new();
    let wide = |i: usize| kinds[i].map_or(units[i].as_str(), |k: &str| k);
    for (i, a) in units.iter().enumerate().filter(|(_, a)| !a.is_empty()) {
        if i > 0 && i + 1 < units.len() {
            out.push((1, a.clone(), String::new()));
            if let Some(k) = kinds[i] {
                out.push((1, k.to_owned(), String::new()));
            }
        }
        for gap in 1..=WIDEST {
            let Some(b) = units.get(i + gap).filter(|b| !b.is_empty()) else { continue };
            if gap < 3 {
                out.push((1 + gap as u8, a.clone(), b.clone()));
            }
            if kinds[i].is_some() || kinds[i + gap].is_some() {
                out.push((1 + gap as u8, wide(i).to_owned(), wide(i + gap).to_owned()));
            }
        }
    }
    out
}

/// Learns weights from lessons and returns them as the text of a weights file.
///
/// Logistic regression with a penalty on large weights, by gradient steps scaled to each weight's history, over a fixed shuffle: the same
/// lessons give the same file.
#[must_use]
pub fn train(lessons: &[Lesson], threshold: f64, veto: f64) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for lesson in lessons {
        let mut words: Vec<String> = lesson
            .text
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .map(|w| w.trim_matches('\'').to_lowercase())
            .filter(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c == '\''))
            .collect();
        words.sort();
        words.dedup();
        for w in words {
            *counts.entry(w).or_default() += 1;
        }
    }
    let mut builder = LexiconBuilder::new();
    let vocabulary: Vec<&String> =
        counts.iter().filter(|(w, n)| **n >= RAREST + usize::from(w.len() >= 8)).map(|(w, _)| w).collect();
    for tail in ["'s", "'re", "'m", "'ll", "'d", "'ve"] {
        builder.word(tail);
    }
    for word in &vocabulary {
        builder.word(word);
    }
    let classes = classes();
    let mut listed: Vec<&str> = classes.keys().copied().collect();
    listed.sort_unstable();
    for word in listed {
        builder.word(word);
    }
    let lexicon = builder.finish();
    let is_child = |value: u16| (1..18).contains(&value);

    let mut ids: BTreeMap<(u8, String, String), (u32, usize)> = BTreeMap::new();
    let read: Vec<(Features, &Lesson)> =
        lessons.iter().map(|l| (features(&l.text, &lexicon, &is_child, &classes), l)).collect();
    for (list, _) in &read {
        for f in list {
            ids.entry(f.clone()).or_default().1 += 1;
        }
    }
    ids.retain(|(kind, _, _), (_, seen)| *seen >= if *kind == 1 { RAREST } else { RAREST_PAIR });
    let mut by_category = vec![[0_u32; 12]; ids.len()];
    for (n, (id, _)) in ids.values_mut().enumerate() {
        *id = n as u32;
    }
    let mut rows: Vec<Row> = Vec::new();
    for (list, lesson) in &read {
        let row: Vec<u32> = list.iter().filter_map(|f| ids.get(f).map(|(id, _)| *id)).collect();
        if let Some(at) = lesson.blames.and_then(|c| Category::ALL.iter().position(|k| *k == c)) {
            for id in &row {
                by_category[*id as usize][at] += 1;
            }
        }
        let length = tokens_of(&lesson.text, &lexicon).len();
        rows.push(Row {
            features: row,
            scale: 1.0 / ((length + 1) as f64).sqrt(),
            truth: f64::from(u8::from(lesson.blames.is_some())),
            counts: lesson.counts,
        });
    }
    let (weights, bias) = descend(&rows, ids.len());
    let mut out = format!(
        "# Made by `cargo run --release -p cf-wording --example train`; not to be edited by hand.\nbias {bias:.4}\nthreshold {threshold:.2}\nveto {veto:.2}\n"
    );
    for chunk in vocabulary.chunks(16) {
        let words: Vec<&str> = chunk.iter().map(|w| w.as_str()).collect();
        out.push_str(&format!("w {}\n", words.join(" ")));
    }
    for ((kind, a, b), (id, _)) in &ids {
        let hundredths = weights[*id as usize] * 100.0;
        if hundredths.abs() < SMALLEST {
            continue;
        }
        let votes = &by_category[*id as usize];
        let category = (0..12).max_by_key(|c| (votes[*c], std::cmp::Reverse(*c))).unwrap_or(0);
        let pair = if b.is_empty() { String::new() } else { format!(" {b}") };
        out.push_str(&format!("{kind} {a}{pair} {hundredths:.0} {category}\n"));
    }
    out
}

/// One lesson as numbers.
struct Row {
    features: Vec<u32>,
    scale: f64,
    truth: f64,
    counts: f64,
}

fn descend(rows: &[Row], features: usize) -> (Vec<f64>, f64) {
    let (mut weights, mut steps, mut bias) = (vec![0.0_f64; features], vec![1e-6_f64; features], 0.0_f64);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = 0x9E37_79B9_u64;
    for _ in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(i, (random % (i as u64 + 1)) as usize);
        }
        for row in &order {
            let Row { features: list, scale, truth, counts } = &rows[*row];
            let z = bias + scale * list.iter().map(|id| weights[*id as usize]).sum::<f64>();
            let slope = (1.0 / (1.0 + (-z.clamp(-30.0, 30.0)).exp()) - truth) * counts;
            bias -= 0.05 * slope;
            for id in list {
                let at = *id as usize;
                let step = slope * scale + PENALTY * weights[at];
                steps[at] += step * step;
                weights[at] -= 0.3 * step / steps[at].sqrt();
            }
        }
    }
    (weights, bias)
}
