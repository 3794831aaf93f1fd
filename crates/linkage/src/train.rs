//! Learning a model from the records themselves, without anyone marking pairs.
//!
//! What strangers look like is measured on the values (how often two of them agree by chance). What one person's and
//! one household's records look like is found by expectation maximisation over the pairs that blocking proposes,
//! starting from the defaults, which also steady it when there is little to learn from. Nothing is drawn at random:
//! samples are chosen by hashes of what records say, so that the order of rows changes nothing.

use rayon::prelude::*;

use crate::blocking::Blocks;
use crate::frequency::{Counts, Frequencies, dob_cell};
use crate::model::{DOB, EXTRAS, FieldModel, GIVEN, KINDS, Model, PATH, POSTCODE, SEX, SURNAME, TOGETHER};
use crate::records::Records;
use crate::schema::Role;
use crate::score::{Agreement, NameMemory, Scorer, UNIT, Weights};
use crate::text::mix;
use crate::{dates, names, postcodes};

/// How training is done.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// Pairs to learn from, about.
    pub pairs: usize,
    /// Draws for measuring chance agreement of names.
    pub draws: usize,
    /// Most rounds of expectation maximisation.
    pub rounds: usize,
    /// Seed of every draw.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self { pairs: 400_000, draws: 400_000, rounds: 30, seed: 1 }
    }
}

/// Steadies every share with this many imagined pairs that follow the defaults.
const PRIOR_PAIRS: f64 = 60.0;
/// The same for households, which are less plain to see.
const PRIOR_HOUSEHOLDS: f64 = 200.0;

/// Steadies how many matches and households a file has, by this many imagined records that follow the defaults.
const PRIOR_RECORDS: f64 = 0.5;
/// The same for twins and namesakes: few even in a large file, and a file that shows none proves little.
const PRIOR_FAMILY_RECORDS: f64 = 200.0;
/// Twins, or namesakes, are never more than this share of the pairs of other relatives.
const MOST_OF_FAMILIES: f64 = 0.25;
/// Pairs of relatives per record from which a file is one of families.
const FAMILIES: f64 = 0.02;
/// Among families the dates of one person's records are hardly ever a generation apart, whatever a file seems to show:
/// what looks so is a parent and the child of the same name.
const MOST_GENERATIONS: f64 = 0.01;
/// Classes of pairs that are learned: one person, and each kind of relatives.
const CLASSES: usize = 1 + KINDS.len();

/// How many pairs could be formed.
pub(crate) fn possible_pairs(records: &Records) -> f64 {
    let n = records.len() as f64;
    if records.is_link() { records.second as f64 * (n - records.second as f64) } else { n * (n - 1.0) / 2.0 }
}

/// Learns a model.
pub(crate) fn train(
    records: &Records,
    counts: &Counts,
    frequencies: &Frequencies,
    blocks: &Blocks,
    settings: &Training,
) -> Model {
    let defaults = Model::defaults(&records.schema);
    let mut model = defaults.clone();
    measure_strangers(&mut model, records, counts, frequencies, settings);
    // A level that no two strangers showed is rare, but how rare the draws cannot say: it keeps its default.
    for (field, plain) in model.fields.iter_mut().zip(&defaults.fields) {
        for (share, usual) in field.strangers.iter_mut().zip(&plain.strangers) {
            if *share <= 0.0 {
                *share = *usual;
            }
        }
    }
    if records.len() < 2 {
        return model;
    }
    model.expect_names_apart();
    let mut start = model.clone();
    start.trained_on = records.len();
    maximise(&mut start, &defaults, records, counts, frequencies, blocks, settings);
    start
}

/// Numbers of distinct values, one per record that has the value, in an order that only depends on the values.
fn values_in_order(counts: &[u32], hash: impl Fn(u32) -> u64) -> Vec<u32> {
    let mut ids: Vec<(u64, u32)> =
        (1..counts.len() as u32).filter(|id| counts[*id as usize] > 0).map(|id| (hash(id), id)).collect();
    ids.sort_unstable();
    let mut all = Vec::with_capacity(counts.iter().map(|c| *c as usize).sum());
    for (_, id) in ids {
        all.resize(all.len() + counts[id as usize] as usize, id);
    }
    all
}

/// Chance agreement at each level, and the frequency at which each has its plain weight.
fn draw_levels<F>(
    values: &[u32],
    draws: usize,
    seed: u64,
    levels: usize,
    log: impl Fn(u32) -> f64 + Sync,
    compare: F,
) -> (Vec<f64>, Vec<f64>)
where
    F: Fn(&mut NameMemory, u32, u32) -> u8 + Sync,
{
    let n = values.len() as u64;
    if n < 2 {
        return (vec![0.0; levels], vec![0.0; levels]);
    }
    let pieces = 16_u64;
    let each = draws as u64 / pieces + 1;
    let parts: Vec<(Vec<u64>, Vec<f64>)> = (0..pieces)
        .into_par_iter()
        .map(|piece| {
            let mut memory = NameMemory::default();
            let (mut seen, mut weight) = (vec![0_u64; levels], vec![0.0; levels]);
            for i in 0..each {
                let draw = mix(seed ^ (piece * each + i).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let place = |bits: u64| ((u128::from(bits) * u128::from(n)) >> 32) as usize;
                let (a, b) = (values[place(draw >> 32)], values[place(draw & 0xffff_ffff)]);
                let level = usize::from(compare(&mut memory, a, b));
                seen[level] += 1;
                weight[level] += (-log(a).min(log(b))).exp2();
            }
            (seen, weight)
        })
        .collect();
    let mut shares = vec![0.0; levels];
    let mut usual = vec![0.0; levels];
    for (seen, weight) in parts {
        for level in 0..levels {
            shares[level] += seen[level] as f64;
            usual[level] += weight[level];
        }
    }
    let total = (pieces * each) as f64;
    for level in 0..levels {
        usual[level] = if shares[level] > 0.0 { -(usual[level] / shares[level]).log2() } else { 0.0 };
        shares[level] /= total;
    }
    (shares, usual)
}

/// Chance that two of these values are the same.
fn collision(counts: &[u32]) -> f64 {
    let total: f64 = counts.iter().map(|c| f64::from(*c)).sum();
    let same: f64 = counts.iter().map(|c| f64::from(*c) * (f64::from(*c) - 1.0)).sum();
    if total < 2.0 { 0.0 } else { (same / (total * (total - 1.0))).max(0.1 / total / total) }
}

fn measure_strangers(
    model: &mut Model,
    records: &Records,
    counts: &Counts,
    f: &Frequencies,
    settings: &Training,
) {
    let enough = 200;
    let bits = |v: i32| f64::from(v) / f64::from(UNIT);
    for (field, column, logs) in [(GIVEN, &counts.given, &f.given), (SURNAME, &counts.surname, &f.surname)] {
        let values = values_in_order(column, |id| crate::text::hash_bytes(records.names.text(id)));
        if values.len() < enough {
            continue;
        }
        let (mut shares, mut usual) = draw_levels(
            &values,
            settings.draws,
            settings.seed ^ field as u64,
            names::LEVELS.len(),
            |id| bits(f.at(logs, id)),
            |memory, a, b| memory.compare(crate::view::View::of(records), a, b),
        );
        exact_from(collision(column), usize::from(names::EXACT), &mut shares, &mut usual);
        usual[..2].fill(0.0);
        model.fields[field].strangers = shares;
        model.fields[field].usual_frequency = usual;
    }
    let postcodes_drawn =
        values_in_order(&counts.postcode, |id| crate::text::hash_bytes(records.postcodes.text(id)));
    if postcodes_drawn.len() >= enough {
        let (mut shares, mut usual) = draw_levels(
            &postcodes_drawn,
            settings.draws * 4,
            settings.seed ^ 77,
            postcodes::LEVELS.len(),
            |_| 0.0,
            |_, a, b| records.postcodes.compare(a, b),
        );
        exact_from(collision(&counts.postcode), usize::from(postcodes::EXACT), &mut shares, &mut usual);
        model.fields[POSTCODE].strangers = shares;
        model.fields[POSTCODE].usual_frequency = usual;
    }
    let mut dobs: Vec<u32> = records.recs.iter().map(|r| r.dob).filter(|d| *d != 0).collect();
    if dobs.len() >= enough {
        dobs.par_sort_unstable();
        let (mut shares, mut usual) = draw_levels(
            &dobs,
            settings.draws * 4,
            settings.seed ^ 78,
            dates::LEVELS.len(),
            |_| 0.0,
            |_, a, b| dates::compare(a, b),
        );
        exact_from(collision(&counts.dob), usize::from(dates::EXACT), &mut shares, &mut usual);
        model.fields[DOB].strangers = shares;
        model.fields[DOB].usual_frequency = usual;
        debug_assert!(dob_cell(dobs[0]) < counts.dob.len());
    }
    measure_sex(model, counts);
    for (column, extra) in records.schema.iter().enumerate() {
        let texts = &records.texts[column];
        let values = values_in_order(&counts.extras[column], |id| crate::text::hash_bytes(texts.text(id)));
        if values.len() < enough {
            continue;
        }
        let levels = model.fields[EXTRAS + column].same.len();
        let empty = Weights::new(model, 2, 1.0);
        let scorer = Scorer::new(records, f, &empty);
        let (mut shares, mut usual) = draw_levels(
            &values,
            settings.draws / 2,
            settings.seed ^ 79,
            levels,
            |id| bits(f.at(&f.extras[column], id)),
            |_, a, b| scorer.extra_level(column, a, b),
        );
        exact_from(collision(&counts.extras[column]), levels - 1, &mut shares, &mut usual);
        usual[..2].fill(0.0);
        let known: f64 = shares[1..].iter().sum();
        for share in &mut shares[1..] {
            *share /= known.max(1e-9);
        }
        model.fields[EXTRAS + column].strangers = shares;
        if !matches!(extra.role, Role::Identifier(_)) {
            model.fields[EXTRAS + column].usual_frequency = usual;
        }
    }
}

/// Exact agreement is known from the counts, far better than from draws.
fn exact_from(collision: f64, exact: usize, shares: &mut [f64], usual: &mut [f64]) {
    shares[exact] = collision.max(1e-12);
    usual[exact] = shares[exact].log2();
}

fn measure_sex(model: &mut Model, counts: &Counts) {
    let (mut same_name, mut pairs, mut all) = (0.0, 0.0, [0.0; 2]);
    for [m, f] in &counts.sexes {
        let (m, f) = (f64::from(*m), f64::from(*f));
        same_name += m * m + f * f;
        pairs += (m + f) * (m + f);
        all[0] += m;
        all[1] += f;
    }
    let total = all[0] + all[1];
    if total < 200.0 {
        return;
    }
    let same = (all[0] * all[0] + all[1] * all[1]) / (total * total);
    let given = (same_name / pairs).clamp(0.5, 0.995);
    model.fields[SEX].strangers = vec![0.0, 1.0 - same, same, 1.0 - given, given];
}

/// A pattern of agreement packed into 64 bits: what is counted in training.
fn pack(agreement: &Agreement, fields: usize) -> u64 {
    let mut key = 0_u64;
    for field in 0..EXTRAS {
        key = key << 4 | u64::from(agreement.levels[field]);
    }
    for field in EXTRAS..fields {
        key = key << 3 | u64::from(agreement.levels[field]);
    }
    let rarity: i32 = agreement.rarity[..fields].iter().sum();
    let step = ((rarity + UNIT / 2).div_euclid(UNIT) + 32).clamp(0, 63);
    key << 6 | step as u64
}

fn unpack(key: u64, fields: usize) -> ([u8; 16], i32) {
    let mut levels = [0_u8; 16];
    let step = (key & 63) as i32 - 32;
    let mut rest = key >> 6;
    for field in (EXTRAS..fields).rev() {
        levels[field] = (rest & 7) as u8;
        rest >>= 3;
    }
    for field in (0..EXTRAS).rev() {
        levels[field] = (rest & 15) as u8;
        rest >>= 4;
    }
    (levels, step)
}

struct Sample {
    patterns: Vec<([u8; 16], f64, f64)>,
    scale: f64,
}

fn sample(model: &Model, records: &Records, f: &Frequencies, blocks: &Blocks, settings: &Training) -> Sample {
    let hashes: Vec<u64> = (0..records.len() as u32)
        .into_par_iter()
        .with_min_len(4096)
        .map(|r| records.content_hash(r))
        .collect();
    let guess = records.len() as f64 * 7.0;
    let keep = (settings.pairs as f64 / guess).min(1.0);
    let bar = (keep * u64::MAX as f64) as u64;
    let weights = Weights::new(model, records.len(), possible_pairs(records));
    let scorer = Scorer::new(records, f, &weights);
    let fields = model.fields.len();
    let mut pairs: Vec<(u64, u64)> = blocks
        .pairs(
            records,
            || (Vec::new(), NameMemory::default()),
            |(found, memory): &mut (Vec<(u64, u64)>, NameMemory), a, b| {
                let draw = mix(hashes[a as usize].wrapping_add(hashes[b as usize]) ^ settings.seed);
                if draw <= bar {
                    found.push((
                        u64::from(a) << 32 | u64::from(b),
                        pack(&scorer.agreement(a, b, memory), fields),
                    ));
                }
            },
        )
        .into_iter()
        .flat_map(|s| s.0)
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup_by_key(|p| p.0);
    let mut keys: Vec<u64> = pairs.into_iter().map(|p| p.1).collect();
    keys.par_sort_unstable();
    let patterns = keys
        .chunk_by(|a, b| a == b)
        .map(|same| {
            let (levels, step) = unpack(same[0], fields);
            (levels, f64::from(step) * std::f64::consts::LN_2, same.len() as f64)
        })
        .collect();
    Sample { patterns, scale: 1.0 / keep }
}

fn maximise(
    model: &mut Model,
    defaults: &Model,
    records: &Records,
    counts: &Counts,
    f: &Frequencies,
    blocks: &Blocks,
    settings: &Training,
) {
    let sample = sample(model, records, f, blocks, settings);
    let n = records.len() as f64;
    let pairs = possible_pairs(records).max(1.0);
    let chance: Vec<Option<f64>> = exact_chances(records, counts);
    for _ in 0..settings.rounds {
        let tables: Vec<[Vec<f64>; CLASSES]> =
            model.fields.iter().enumerate().map(|(number, field)| field_tables(number, field)).collect();
        let per_record = model.kinds_per_record();
        let expected = [model.matches_per_record, per_record[0], per_record[1], per_record[2]];
        let priors = expected.map(|each| (each * n / pairs).min(0.5).ln());
        let mut seen: Vec<[Vec<f64>; CLASSES]> =
            model.fields.iter().map(|field| std::array::from_fn(|_| vec![0.0; field.same.len()])).collect();
        let mut totals = [0.0; CLASSES];
        for (levels, rarity, count) in &sample.patterns {
            let mut share = priors.map(|prior| prior + rarity);
            for (field, tables) in tables.iter().enumerate() {
                for (sum, table) in share.iter_mut().zip(tables) {
                    *sum += table[usize::from(levels[field])];
                }
            }
            let top = share.iter().copied().fold(0.0, f64::max);
            let of_strangers = (-top).exp();
            share = share.map(|sum| (sum - top).exp());
            let all = of_strangers + share.iter().sum::<f64>();
            share = share.map(|part| count * part / all);
            for (total, part) in totals.iter_mut().zip(share) {
                *total += part;
            }
            let neither = levels[TOGETHER] == 1;
            for (field, seen) in seen.iter_mut().enumerate() {
                for (class, (levels_seen, part)) in seen.iter_mut().zip(share).enumerate() {
                    // Another name altogether says nothing about how often one of two names is changed.
                    if !(neither && class == 0 && (field == GIVEN || field == SURNAME)) {
                        levels_seen[usize::from(levels[field])] += part;
                    }
                }
            }
        }
        let [matches, households, twins, namesakes] = totals;
        let mut moved = 0.0_f64;
        for (number, field) in model.fields.iter_mut().enumerate() {
            if number == TOGETHER {
                let steady = PRIOR_PAIRS / sample.scale.sqrt();
                update(number, &mut field.same, &defaults.fields[number].same, &seen[number][0], steady);
                continue;
            }
            moved =
                moved.max(learn_field(number, field, &defaults.fields[number], &seen[number], sample.scale));
            if let Some(all) = chance.get(number).copied().flatten() {
                let exact = field.same.len() - 1;
                let relatives: f64 =
                    field.kinds().iter().zip(&totals[1..]).map(|(shares, pairs)| shares[exact] * pairs).sum();
                let of_people = (matches * field.same[exact] + relatives) * sample.scale / pairs;
                field.strangers[exact] = (all - of_people).max(all * 0.02).max(0.2 / pairs);
            }
        }
        if model.households_per_record > FAMILIES {
            let generations = &mut model.fields[DOB].same[usize::from(dates::GENERATION)];
            *generations = generations.min(MOST_GENERATIONS);
        }
        model.expect_names_apart();
        let steadied = |seen: f64, default: f64, by: f64| (seen * sample.scale + by * default) / (n + by);
        model.matches_per_record = steadied(matches, defaults.matches_per_record, PRIOR_RECORDS);
        model.households_per_record = steadied(households, defaults.households_per_record, PRIOR_RECORDS);
        // Where there are no families there are no twins; where there are, a file that shows no twins proves little.
        let usual = steadied(households, defaults.households_per_record, PRIOR_FAMILY_RECORDS)
            / defaults.households_per_record;
        let family = |seen: f64, default: f64| {
            steadied(seen, default * usual, PRIOR_FAMILY_RECORDS)
                .min(MOST_OF_FAMILIES * model.households_per_record)
        };
        let twins = family(twins, defaults.twins_per_record);
        let namesakes = family(namesakes, defaults.namesakes_per_record);
        (model.twins_per_record, model.namesakes_per_record) = (twins, namesakes);
        if moved < 1e-4 {
            break;
        }
    }
}

/// What each level of a field says for each class against strangers, as natural logarithms.
fn field_tables(number: usize, field: &FieldModel) -> [Vec<f64>; CLASSES] {
    let [household, twins, namesakes] = field.kinds();
    [&field.same[..], household, twins, namesakes].map(|shares| {
        let weight = |(s, u): (&f64, &f64)| (s.max(1e-9) / u.max(1e-12)).ln();
        let mut table: Vec<f64> = shares.iter().zip(&field.strangers).map(weight).collect();
        if number != PATH {
            table[0] = 0.0;
        }
        table
    })
}

/// Moves a field's shares to what was seen of each class. What twins or namesakes do not have of their own they
/// teach the household; returns the largest change among records of one person.
fn learn_field(
    number: usize,
    field: &mut FieldModel,
    plain: &FieldModel,
    seen: &[Vec<f64>; CLASSES],
    scale: f64,
) -> f64 {
    let [same, household, twins, namesakes] = seen;
    let moved = update(number, &mut field.same, &plain.same, same, PRIOR_PAIRS / scale.sqrt());
    let steady = PRIOR_HOUSEHOLDS / scale.sqrt();
    let mut shared = household.clone();
    for (own, seen) in [(&mut field.twins, twins), (&mut field.namesakes, namesakes)] {
        if own.is_empty() {
            shared.iter_mut().zip(seen).for_each(|(all, more)| *all += more);
        }
    }
    update(number, &mut field.household, &plain.household, &shared, steady);
    for (own, default, seen) in
        [(&mut field.twins, &plain.twins, twins), (&mut field.namesakes, &plain.namesakes, namesakes)]
    {
        if !own.is_empty() {
            update(number, own, default, seen, steady);
        }
    }
    if number == PATH {
        field.household.clone_from(&field.same);
    }
    if number == SEX || number == GIVEN {
        // Different names and different sexes are what shows that there are twins at all: what is known of them stays,
        // or slips in one person's names would pass for twins.
        field.twins.clone_from(&plain.twins);
    }
    if number == GIVEN {
        // One child is hardly ever `Mohammed Ali` here and `Mohammed Hassan` there; what looks so in a file is brothers.
        let clash = usize::from(names::CLASH);
        field.same[clash] = field.same[clash].min(plain.same[clash]);
    }
    if number == SEX {
        // One person's sex is miswritten as often whatever the names say; measured where the given names agree, since
        // elsewhere twins would pass for slips.
        field.same[1] = field.same[3];
        field.same[2] = field.same[4];
    }
    moved
}

/// How often all pairs agree exactly, people's own records included, for the fields where those matter.
fn exact_chances(records: &Records, counts: &Counts) -> Vec<Option<f64>> {
    let mut all = vec![None; EXTRAS];
    all[POSTCODE] = (counts.postcode.iter().sum::<u32>() >= 200).then(|| collision(&counts.postcode));
    all[DOB] = (counts.dob.iter().sum::<u32>() >= 200).then(|| collision(&counts.dob));
    for (column, extra) in records.schema.iter().enumerate() {
        let enough = counts.extras[column].iter().sum::<u32>() >= 200;
        let identifier = matches!(extra.role, Role::Identifier(_) | Role::Text);
        all.push((enough && identifier).then(|| collision(&counts.extras[column])));
    }
    all
}

/// Moves shares to what was seen, steadied by the defaults; returns the largest change.
fn update(number: usize, shares: &mut [f64], defaults: &[f64], seen: &[f64], steady: f64) -> f64 {
    if number == PATH {
        let swapped = (seen[3] + steady * defaults[3]) / (seen.iter().sum::<f64>() + steady);
        let alias = (seen[2] + steady * defaults[2]) / (seen[1] + seen[2] + steady);
        let new = [1.0 - swapped, (1.0 - swapped) * (1.0 - alias), (1.0 - swapped) * alias, swapped];
        shares.copy_from_slice(&new);
        return 0.0;
    }
    let groups: &[(usize, usize)] = if number == SEX { &[(1, 3), (3, 5)] } else { &[(1, usize::MAX)] };
    let mut moved = 0.0_f64;
    for &(start, end) in groups {
        let group = start..end.min(shares.len());
        let total: f64 = seen[group.clone()].iter().sum::<f64>() + steady;
        for level in group {
            let new = (seen[level] + steady * defaults[level]) / total;
            moved = moved.max((new - shares[level]).abs());
            shares[level] = new;
        }
    }
    moved
}
