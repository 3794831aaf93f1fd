//! From two records to a score in bits: the sum of what each field says.
//!
//! All weights are whole numbers of 1/1024 bit, so that an explanation adds up to its score exactly, in any order.

use crate::frequency::Frequencies;
use crate::model::{
    DOB, EXTRAS, GIVEN, KINDS, MOST_LEVELS, Model, PATH, POSTCODE, SEX, SURNAME, TOGETHER, tiers,
};
use crate::records::{Rec, Records};
use crate::schema::{MOST_EXTRAS, Role};
use crate::view::{Probe, View};
use crate::{dates, identifiers, names, postcodes, similar};

/// Units of weight in one bit. Ten bits are odds of about a thousand to one.
pub const UNIT: i32 = 1024;

const FREQUENCY_BOUND: i32 = 8 * UNIT;
const GIVEN_AGREES: u8 = names::SOUNDS;
const GOOD_NAME: u8 = names::SLIP;

/// How two records agree, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Level of every field, by field number.
    pub levels: [u8; EXTRAS + MOST_EXTRAS],
    /// What rarity adds to the weight of each field.
    pub rarity: [i32; EXTRAS + MOST_EXTRAS],
    /// The names that were laid side by side: given and family name of the first record, then of the second.
    pub names: [u32; 4],
}

/// Weights of one field by level.
#[derive(Debug, Clone, Copy, Default)]
struct Field {
    same: [i32; MOST_LEVELS],
    kinds: [[i32; MOST_LEVELS]; KINDS.len()],
    usual: [i32; MOST_LEVELS],
    uses_frequency: bool,
}

/// What all fields together say for one person and for each kind of relatives, before the priors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) same: i32,
    pub(crate) kinds: [i32; KINDS.len()],
}

/// A model made ready for scoring records of one set.
#[derive(Debug, Clone)]
pub struct Weights {
    fields: Vec<Field>,
    /// Weight before anything is compared.
    pub prior: i32,
    kind_priors: [i32; KINDS.len()],
    curve: Vec<i32>,
}

impl Weights {
    /// Weights for comparing `pairs` pairs of which the model expects `matches` to be of one person.
    #[must_use]
    pub fn new(model: &Model, records: usize, pairs: f64) -> Self {
        let bits = |share: f64| (share.max(1e-12).log2() * f64::from(UNIT)).round() as i32;
        let mut fields: Vec<Field> = model
            .fields
            .iter()
            .enumerate()
            .map(|(number, f)| {
                let mut field = Field { uses_frequency: !f.usual_frequency.is_empty(), ..Field::default() };
                for level in 0..f.same.len().min(MOST_LEVELS) {
                    if level == 0 && number != PATH {
                        continue;
                    }
                    let bound = |w: i32| w.clamp(-14 * UNIT, 30 * UNIT);
                    field.same[level] = bound(bits(f.same[level]) - bits(f.strangers[level]));
                    for (weights, shares) in field.kinds.iter_mut().zip(f.kinds()) {
                        weights[level] = bound(bits(shares[level]) - bits(f.strangers[level]));
                    }
                    field.usual[level] =
                        f.usual_frequency.get(level).map_or(0, |v| (v * f64::from(UNIT)).round() as i32);
                }
                if number != PATH && number != TOGETHER {
                    make_monotone(&mut field, tiers(number, &model.extras), number == SEX);
                }
                field
            })
            .collect();
        let bonus = bonus_of_neither(&mut fields);
        for (number, field) in fields.iter_mut().enumerate() {
            if number != PATH && number != TOGETHER {
                let lost = if number == GIVEN || number == SURNAME { bonus } else { 0 };
                keep_kinds_below(field, tiers(number, &model.extras), number == SEX, lost);
            }
        }
        let records = records as f64;
        let pairs = pairs.max(1.0);
        Self {
            fields,
            prior: bits((model.matches_per_record * records / pairs).min(0.5)),
            kind_priors: model.kinds_per_record().map(|each| bits((each * records / pairs).min(0.5))),
            curve: (-16 * 64..=16 * 64)
                .map(|i| ((1.0 + (f64::from(i) / 64.0).exp2()).log2() * f64::from(UNIT)).round() as i32)
                .collect(),
        }
    }

    /// Score and the part of it that says "perhaps only of one household", never above zero.
    pub(crate) fn total(&self, sums: &Sums) -> (i32, i32) {
        let [plain, twins, namesakes] = self.of_kinds(sums);
        let relatives = plain + self.softplus(twins - plain);
        let relatives = relatives + self.softplus(namesakes - relatives);
        let discount = -self.softplus(relatives);
        (self.prior + sums.same + discount, discount)
    }

    fn of_kinds(&self, sums: &Sums) -> [i32; KINDS.len()] {
        std::array::from_fn(|kind| self.kind_priors[kind] + sums.kinds[kind])
    }

    /// The kind of relatives the two most likely are, if they are relatives.
    pub(crate) fn likeliest_kind(&self, sums: &Sums) -> usize {
        let all = self.of_kinds(sums);
        (0..KINDS.len()).rev().max_by_key(|&kind| all[kind]).unwrap_or(0)
    }

    /// log2(1 + 2^x) in units, rising and never faster than `x`.
    fn softplus(&self, x: i32) -> i32 {
        if x <= -16 * UNIT {
            return 0;
        }
        if x >= 16 * UNIT {
            return x;
        }
        let place = x + 16 * UNIT;
        let (cell, within) = ((place >> 4) as usize, place & 15);
        let step = (self.curve[cell + 1] - self.curve[cell]).clamp(0, 16);
        self.curve[cell] + ((step * within) >> 4)
    }

    pub(crate) fn weight(&self, field: usize, level: u8) -> i32 {
        self.fields[field].same[usize::from(level)]
    }

    /// What rarity adds: agreement on a rare value weighs more. Bounded so that nothing weighs more than the exact
    /// agreement of the commoner value, nor less than a disagreement.
    fn rarity(&self, field: usize, level: u8, exact: u8, a: i32, b: i32) -> i32 {
        let f = &self.fields[field];
        if !f.uses_frequency || level <= 1 {
            return 0;
        }
        let at = usize::from(level);
        let lost = if field == GIVEN || field == SURNAME { self.fields[TOGETHER].same[1] } else { 0 };
        let floor = f.same[1] + lost - f.same[at];
        let own = (f.usual[at] - a.min(b)).clamp(-FREQUENCY_BOUND, FREQUENCY_BOUND);
        let own = if level == exact {
            own
        } else {
            let best = (f.usual[usize::from(exact)] - a.max(b)).clamp(-FREQUENCY_BOUND, FREQUENCY_BOUND);
            own.min(f.same[usize::from(exact)] + best - f.same[at])
        };
        own.max(floor)
    }
}

const SEX_GROUPS: [&[usize]; 2] = [&[1, 2], &[3, 4]];
const ONE_GROUP: [&[usize]; 1] = [&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]];

/// Levels that are compared with one another, and the best tier among them.
fn groups(tiers: &[u8], is_sex: bool) -> impl Iterator<Item = (Vec<usize>, u8)> {
    let groups: &[&[usize]] = if is_sex { &SEX_GROUPS } else { &ONE_GROUP };
    groups.iter().map(|group| {
        let levels: Vec<usize> = group.iter().copied().filter(|l| *l < tiers.len()).collect();
        let best = levels.iter().map(|l| tiers[*l]).max().unwrap_or(0);
        (levels, best)
    })
}

/// Lifts weights so that a better tier never weighs less.
fn make_monotone(field: &mut Field, tiers: &[u8], is_sex: bool) {
    for (levels, best) in groups(tiers, is_sex) {
        for tier in 1..=best {
            let below =
                levels.iter().filter(|l| tiers[**l] < tier).map(|l| field.same[*l]).max().unwrap_or(i32::MIN);
            for &level in levels.iter().filter(|l| tiers[**l] == tier) {
                field.same[level] = field.same[level].max(below);
            }
        }
    }
}

/// Lifts weights so that a better level never raises the hypothesis of relatives more than it raises the match, even
/// where the match loses a bonus for disagreement.
fn keep_kinds_below(field: &mut Field, tiers: &[u8], is_sex: bool, lost: i32) {
    for (levels, best) in groups(tiers, is_sex) {
        for tier in (0..best).rev() {
            for &level in levels.iter().filter(|l| tiers[**l] == tier) {
                for &better in levels.iter().filter(|l| tiers[**l] > tier) {
                    let step = field.same[better] - field.same[level] - if tier == 0 { lost } else { 0 };
                    for weights in &mut field.kinds {
                        weights[level] = weights[level].max(weights[better] - step);
                    }
                }
            }
        }
    }
}

/// What two differing names weigh beyond each alone; never so much that agreement of one would lower the score.
fn bonus_of_neither(fields: &mut [Field]) -> i32 {
    let step = |number: usize| {
        let same = &fields[number].same;
        let better = (0..names::LEVELS.len()).filter(|level| names::TIERS[*level] > 0);
        better.map(|level| same[level] - same[1]).min().unwrap_or(0)
    };
    let bonus = fields[TOGETHER].same[1].min(step(GIVEN)).min(step(SURNAME)).max(0);
    fields[TOGETHER] = Field::default();
    fields[TOGETHER].same[1] = bonus;
    bonus
}

/// Remembers how name pairs compared; the same few thousand pairs come up again and again.
pub struct NameMemory {
    cells: Vec<u64>,
}

impl Default for NameMemory {
    fn default() -> Self {
        Self { cells: vec![0; 1 << 15] }
    }
}

impl NameMemory {
    pub(crate) fn compare(&mut self, view: View<'_>, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        if a == b {
            return names::EXACT;
        }
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        let tag = (u64::from(low) << 32 | u64::from(high)).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 0xff;
        let cell = &mut self.cells[(tag >> 49) as usize];
        if *cell | 0xff == tag {
            return (*cell & 0xff) as u8;
        }
        let level = names::compare_different(view.name(a), view.name(b));
        *cell = tag & !0xff | u64::from(level);
        level
    }
}

/// Compares and scores records of one set under one model.
#[derive(Clone, Copy)]
pub struct Scorer<'a> {
    view: View<'a>,
    frequencies: &'a Frequencies,
    weights: &'a Weights,
}

struct NamesAgree {
    given: u8,
    surname: u8,
    path: u8,
    given_rarity: i32,
    surname_rarity: i32,
    total: i32,
    names: [u32; 4],
}

impl NamesAgree {
    const fn rank(&self) -> (i32, u8, u8, u8) {
        (self.total, self.given, self.surname, self.path)
    }
}

impl<'a> Scorer<'a> {
    /// A scorer for `records`.
    #[must_use]
    pub fn new(records: &'a Records, frequencies: &'a Frequencies, weights: &'a Weights) -> Self {
        Self { view: View::of(records), frequencies, weights }
    }

    /// The same scorer with a probe among the records.
    pub(crate) fn with_probe(self, probe: &'a Probe) -> Self {
        Self { view: View { probe: Some(probe), ..self.view }, ..self }
    }

    pub(crate) fn view(&self) -> View<'a> {
        self.view
    }

    fn names_as(&self, a: (u32, u32), b: (u32, u32), path: u8, memory: &mut NameMemory) -> NamesAgree {
        let (view, w, f) = (self.view, self.weights, self.frequencies);
        let given = memory.compare(view, a.0, b.0);
        let surname = memory.compare(view, a.1, b.1);
        let rarity = |field: usize, level: u8, column: &[i16], x: u32, y: u32| {
            if level <= 1 {
                0
            } else {
                w.rarity(field, level, names::EXACT, f.at(column, x), f.at(column, y))
            }
        };
        let given_rarity = rarity(GIVEN, given, &f.given, a.0, b.0);
        let surname_rarity = rarity(SURNAME, surname, &f.surname, a.1, b.1);
        let total = w.weight(GIVEN, given)
            + w.weight(SURNAME, surname)
            + w.weight(PATH, path)
            + w.weight(TOGETHER, both_names(given, surname))
            + given_rarity
            + surname_rarity;
        NamesAgree { given, surname, path, given_rarity, surname_rarity, total, names: [a.0, a.1, b.0, b.1] }
    }

    /// The way of laying the names side by side that speaks most for one person.
    fn best_names(&self, a: &Rec, b: &Rec, memory: &mut NameMemory) -> NamesAgree {
        let alias_a = a.alias_given | a.alias_surname != 0;
        let alias_b = b.alias_given | b.alias_surname != 0;
        let mut best =
            self.names_as((a.given, a.surname), (b.given, b.surname), u8::from(alias_a | alias_b), memory);
        if best.given >= GOOD_NAME && best.surname >= GOOD_NAME {
            return best;
        }
        let mut try_path = |found: NamesAgree| {
            // Ties are broken by what agrees, never by which record came first.
            if found.rank() > best.rank() {
                best = found;
            }
        };
        if memory.compare(self.view, a.given, b.surname) > 1
            || memory.compare(self.view, a.surname, b.given) > 1
        {
            // Both ways of counting, so that neither record is the one that was exchanged.
            let one = self.names_as((a.given, a.surname), (b.surname, b.given), 3, memory);
            let two = self.names_as((a.surname, a.given), (b.given, b.surname), 3, memory);
            if one.given.min(one.surname) >= 2 {
                try_path(if one.rank() <= two.rank() { one } else { two });
            }
        }
        if alias_a | alias_b {
            let other =
                |r: &Rec| (r.alias_given, if r.alias_surname == 0 { r.surname } else { r.alias_surname });
            if alias_a {
                try_path(self.names_as(other(a), (b.given, b.surname), 2, memory));
            }
            if alias_b {
                try_path(self.names_as((a.given, a.surname), other(b), 2, memory));
            }
            if alias_a && alias_b {
                try_path(self.names_as(other(a), other(b), 2, memory));
            }
        }
        best
    }

    /// How two records agree.
    pub(crate) fn agreement(&self, a: u32, b: u32, memory: &mut NameMemory) -> Agreement {
        let records = self.view.records;
        let (ra, rb) = (&records.recs[a as usize], &records.recs[b as usize]);
        self.agreement_of(ra, rb, records.extra_ids(a), records.extra_ids(b), memory)
    }

    pub(crate) fn agreement_of(
        &self,
        a: &Rec,
        b: &Rec,
        extras_a: &[u32],
        extras_b: &[u32],
        memory: &mut NameMemory,
    ) -> Agreement {
        let mut found = Agreement::default();
        let (w, f) = (self.weights, self.frequencies);
        let dob = dates::compare(a.dob, b.dob);
        found.levels[DOB] = dob;
        if dob == dates::EXACT {
            let log = f.dob(a.dob);
            found.rarity[DOB] = w.rarity(DOB, dob, dates::EXACT, log, log);
        }
        let postcode = if a.postcode == 0 || b.postcode == 0 {
            0
        } else {
            postcodes::compare_info(self.view.postcode(a.postcode), self.view.postcode(b.postcode))
        };
        found.levels[POSTCODE] = postcode;
        if postcode == postcodes::EXACT {
            let log = f.at(&f.postcode, a.postcode);
            found.rarity[POSTCODE] = w.rarity(POSTCODE, postcode, postcodes::EXACT, log, log);
        }
        for column in 0..extras_a.len() {
            let (level, rarity) = self.extra(column, extras_a[column], extras_b[column]);
            found.levels[EXTRAS + column] = level;
            found.rarity[EXTRAS + column] = rarity;
        }
        let names = self.best_names(a, b, memory);
        found.levels[GIVEN] = names.given;
        found.levels[SURNAME] = names.surname;
        found.levels[PATH] = names.path;
        found.levels[TOGETHER] = both_names(names.given, names.surname);
        found.rarity[GIVEN] = names.given_rarity;
        found.rarity[SURNAME] = names.surname_rarity;
        found.names = names.names;
        if a.sex != 0 && b.sex != 0 {
            found.levels[SEX] =
                1 + u8::from(a.sex == b.sex) + if names.given >= GIVEN_AGREES { 2 } else { 0 };
        }
        found
    }

    /// The level at which two values of an extra column agree.
    pub(crate) fn extra_level(&self, column: usize, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        if a == b {
            return 4;
        }
        let (x, y) = (self.view.text(column, a), self.view.text(column, b));
        match self.view.records.schema[column].role {
            Role::Identifier(kind) => identifiers::compare(kind, x, y),
            _ => text_level(x, y),
        }
    }

    fn extra(&self, column: usize, a: u32, b: u32) -> (u8, i32) {
        let level = self.extra_level(column, a, b);
        if level <= 1 || matches!(self.view.records.schema[column].role, Role::Identifier(_)) {
            return (level, 0);
        }
        let column_logs = &self.frequencies.extras[column];
        let (x, y) = (self.frequencies.at(column_logs, a), self.frequencies.at(column_logs, b));
        (level, self.weights.rarity(EXTRAS + column, level, 4, x, y))
    }

    /// Sums for one person and for each kind of relatives.
    pub(crate) fn sums(&self, agreement: &Agreement) -> Sums {
        let mut sums = Sums::default();
        for (number, field) in self.weights.fields.iter().enumerate() {
            let (level, rarity) = (usize::from(agreement.levels[number]), agreement.rarity[number]);
            sums.same += field.same[level] + rarity;
            for (sum, weights) in sums.kinds.iter_mut().zip(&field.kinds) {
                *sum += weights[level] + rarity;
            }
        }
        sums
    }

    /// The score of two records in units of 1/1024 bit.
    #[must_use]
    pub fn score(&self, a: u32, b: u32, memory: &mut NameMemory) -> i32 {
        self.weights.total(&self.sums(&self.agreement(a, b, memory))).0
    }

    pub(crate) fn score_of(
        &self,
        a: &Rec,
        b: &Rec,
        extras_a: &[u32],
        extras_b: &[u32],
        memory: &mut NameMemory,
    ) -> i32 {
        self.weights.total(&self.sums(&self.agreement_of(a, b, extras_a, extras_b, memory))).0
    }

    pub(crate) fn weights(&self) -> &'a Weights {
        self.weights
    }
}

/// The level at which both names together agree.
pub(crate) const fn both_names(given: u8, surname: u8) -> u8 {
    match (given, surname) {
        (0, _) | (_, 0) => 0,
        (names::DIFFERENT, names::DIFFERENT) => 1,
        _ => 2,
    }
}

fn text_level(a: &[u8], b: &[u8]) -> u8 {
    let shorter = a.len().min(b.len());
    let allowed = usize::from(shorter >= 2) + usize::from(shorter >= 8);
    let apart = similar::slips(a, b, 3);
    if apart <= allowed {
        return 3;
    }
    let mut shared = 0_usize;
    let count = |text: &[u8]| memchr::memchr_iter(b' ', text).count() + 1;
    let words = count(a).max(count(b));
    for word in a.split(|&c| c == b' ') {
        shared += usize::from(word.len() > 2 && b.split(|&c| c == b' ').any(|other| other == word));
    }
    if shorter >= 4 && (shared * 2 > words || similar::jaro_winkler(a, b) >= 0.86) { 2 } else { 1 }
}

/// The probability that a score stands for.
#[must_use]
pub fn probability(score: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(score) / f64::from(UNIT)).exp2())
}

/// The score a probability stands for.
#[must_use]
pub fn score_at(probability: f64) -> i32 {
    let p = probability.clamp(1e-12, 1.0 - 1e-12);
    ((p / (1.0 - p)).log2() * f64::from(UNIT)).round() as i32
}
