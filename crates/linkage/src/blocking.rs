//! Which pairs are worth comparing: records that share one of a dozen kinds of key.
//!
//! Each kind asks for agreement on two things that rarely agree by chance, in a form that survives the usual slips:
//! names by sound and by formal name, dates with day and month in either order or with one part wrong. A pair needs
//! only one kind. A block that grows too big (a hostel, a stand-in name) is walked in several orders with a window
//! instead of pair by pair, so that no value can make the work grow with the square of the file.

use rayon::prelude::*;

use crate::dates::unordered;
use crate::records::{Rec, Records};
use crate::schema::Role;
use crate::text::mix;
use crate::view::View;

/// Kinds of key.
pub(crate) const FAMILIES: usize = 13;
/// What each kind of key holds, for measurements and documentation.
pub const FAMILY_NAMES: [&str; FAMILIES] = [
    "identifier",
    "date of birth and a name",
    "postcode and a name",
    "date of birth and outward postcode",
    "both names and outward postcode",
    "both names and year and month",
    "both names and day and month",
    "both names and year and day",
    "outward postcode, a name and year",
    "outward postcode, a name, day and month",
    "both names, where few share them",
    "another text and a name",
    "another text and date of birth",
];
const NAMES_ONLY: usize = 10;
/// Largest block compared pair by pair.
const LARGEST: usize = 120;
/// Largest block for keys that ask for names alone.
const LARGEST_NAMES_ONLY: usize = 12;
/// How far a record looks in a block that is too big.
const WINDOW: usize = 25;

/// Calls `emit(kind, key, slot)` for every key of a record. Slots 0 to 3 say that the key's name is the main code of
/// the given name (0) or family name (1), or another (2).
pub(crate) fn keys(view: View<'_>, rec: &Rec, extras: &[u32], mut emit: impl FnMut(usize, u64, u8)) {
    let given = &view.name(rec.given).0.blocks;
    let surname = &view.name(rec.surname).0.blocks;
    let postcode = view.postcode(rec.postcode);
    let outward = u64::from(postcode.outward);
    let dob = u64::from(unordered(rec.dob));
    let (year, month, day) =
        (u64::from(rec.dob >> 16), u64::from(rec.dob >> 8 & 255), u64::from(rec.dob & 255));
    let mut tokens = Tokens::default();
    tokens.add(given[0], 0);
    tokens.add(surname[0], 1);
    for code in given[1..].iter().chain(&surname[1..]) {
        tokens.add(*code, 2);
    }
    let alias = rec.alias_given | rec.alias_surname != 0;
    if alias {
        for name in [rec.alias_given, rec.alias_surname] {
            for code in &view.name(name).0.blocks {
                tokens.add(*code, 2);
            }
        }
    }
    for &(code, slot) in &tokens.codes[..tokens.count] {
        let code = u64::from(code) << 32;
        if dob != 0 {
            emit(1, mix(code | dob), slot);
        }
        if rec.postcode != 0 && postcode.whole {
            emit(2, mix(code ^ u64::from(rec.postcode)) ^ 2, slot);
        }
        if rec.postcode != 0 && rec.dob != 0 {
            emit(8, mix(code ^ outward ^ year << 40), slot);
            emit(9, mix(code ^ outward ^ (month << 8 | day) << 44), slot);
        }
    }
    if dob != 0 && rec.postcode != 0 {
        emit(3, mix(outward << 32 | dob), 2);
    }
    let mut pairs = Pairs::default();
    pairs.all(given, surname);
    if alias {
        let family = if rec.alias_surname == 0 { rec.surname } else { rec.alias_surname };
        pairs.all(&view.name(rec.alias_given).0.blocks, &view.name(family).0.blocks);
    }
    for &both in &pairs.keys[..pairs.count] {
        if rec.postcode != 0 {
            emit(4, mix(both ^ outward), 2);
        }
        if rec.dob != 0 {
            emit(5, mix(both ^ (year << 8 | month)), 2);
            emit(6, mix(both ^ (month << 8 | day)), 2);
            emit(7, mix(both ^ (year << 8 | day) << 20), 2);
        }
        emit(NAMES_ONLY, mix(both), 2);
    }
    for (column, &text) in extras.iter().enumerate() {
        if text == 0 {
            continue;
        }
        let value = (u64::from(text) << 8 | column as u64) << 20;
        match view.records.schema[column].role {
            Role::Identifier(_) => emit(0, mix(value), 2),
            Role::Text => {
                for &(code, slot) in &tokens.codes[..tokens.count] {
                    emit(11, mix(value ^ u64::from(code) << 32), slot);
                }
                if dob != 0 {
                    emit(12, mix(value ^ dob << 13), 2);
                }
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Tokens {
    codes: [(u32, u8); 10],
    count: usize,
}

impl Tokens {
    fn add(&mut self, code: u32, slot: u8) {
        if code != 0 && self.count < self.codes.len() && !self.codes[..self.count].iter().any(|c| c.0 == code)
        {
            self.codes[self.count] = (code, slot);
            self.count += 1;
        }
    }
}

/// Keys of given and family name together, the same in either order.
#[derive(Default)]
struct Pairs {
    keys: [u64; 6],
    count: usize,
}

impl Pairs {
    fn all(&mut self, given: &[u32; 5], surname: &[u32; 5]) {
        for &g in given.iter().take_while(|g| **g != 0) {
            for &s in surname.iter().take_while(|s| **s != 0) {
                let key = mix(u64::from(g)).wrapping_add(mix(u64::from(s)));
                if self.count < self.keys.len() && !self.keys[..self.count].contains(&key) {
                    self.keys[self.count] = key;
                    self.count += 1;
                }
            }
        }
    }
}

/// Every block of a set of records, ready to be walked.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// By kind, by bucket: entries of 32 bits of key, 28 bits of record, 4 bits of slot, sorted.
    buckets: Vec<Vec<u64>>,
    per_family: usize,
}

/// Most records one set can hold.
pub const MOST_RECORDS: usize = 1 << 28;

const fn record_of(entry: u64) -> u32 {
    (entry >> 4 & 0x0fff_ffff) as u32
}

impl Blocks {
    pub(crate) fn of(records: &Records) -> Self {
        let n = records.len();
        let per_family = (n / 2048).next_power_of_two().clamp(1, 4096);
        let shift = 64 - per_family.trailing_zeros();
        let pieces = rayon::current_num_threads().max(1) * 2;
        let step = n.div_ceil(pieces).max(1);
        let mut parts: Vec<Vec<Vec<u64>>> = (0..n.div_ceil(step))
            .into_par_iter()
            .map(|piece| {
                let mut buckets = vec![Vec::new(); FAMILIES * per_family];
                for record in piece * step..((piece + 1) * step).min(n) {
                    let low = (record as u64) << 4;
                    keys(
                        View::of(records),
                        &records.recs[record],
                        records.extra_ids(record as u32),
                        |family, key, slot| {
                            let bucket = if per_family == 1 { 0 } else { (key >> shift) as usize };
                            let hash = key & 0xffff_ffff;
                            buckets[family * per_family + bucket].push(hash << 32 | low | u64::from(slot));
                        },
                    );
                }
                buckets
            })
            .collect();
        let mut columns: Vec<Vec<Vec<u64>>> =
            (0..FAMILIES * per_family).map(|_| Vec::with_capacity(parts.len())).collect();
        for part in &mut parts {
            for (column, bucket) in columns.iter_mut().zip(part.drain(..)) {
                column.push(bucket);
            }
        }
        let link = records.is_link();
        let second = records.second as u32;
        let buckets =
            columns.into_par_iter().with_min_len(8).map(|parts| sorted_blocks(parts, link, second)).collect();
        Self { buckets, per_family }
    }

    /// Calls `visit(state, kind, entries)` for every block, pieces side by side, and returns the states.
    fn walk<S: Send>(
        &self,
        start: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, usize, &[u64]) + Sync,
    ) -> Vec<S> {
        let size = self.buckets.len().div_ceil(rayon::current_num_threads().max(1) * 8).max(1);
        self.buckets
            .par_chunks(size)
            .enumerate()
            .map(|(chunk, buckets)| {
                let mut state = start();
                for (i, bucket) in buckets.iter().enumerate() {
                    let family = (chunk * size + i) / self.per_family;
                    for block in bucket.chunk_by(|a, b| a >> 32 == b >> 32) {
                        visit(&mut state, family, block);
                    }
                }
                state
            })
            .collect()
    }

    /// Calls `visit(state, a, b)` for every pair worth comparing, once per kind of key at most for most pairs.
    pub(crate) fn pairs<S: Send>(
        &self,
        records: &Records,
        start: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, u32, u32) + Sync,
    ) -> Vec<S> {
        let link = records.is_link();
        let second = records.second as u32;
        let states = self.walk(
            || (start(), Vec::new()),
            |(state, local): &mut (S, Vec<Rec>), family, block| {
                let largest = if family == NAMES_ONLY { LARGEST_NAMES_ONLY } else { LARGEST };
                let mut meet = |x: u64, y: u64, a: &Rec, b: &Rec| {
                    let (first, other) = (record_of(x), record_of(y));
                    if link && (first < second) == (other < second) {
                        return;
                    }
                    if !seen_before(family, (x & 15) as u8, (y & 15) as u8, a, b, records) {
                        visit(state, first.min(other), first.max(other));
                    }
                };
                if block.len() <= largest {
                    local.clear();
                    local.extend(block.iter().map(|e| records.recs[record_of(*e) as usize]));
                    for i in 1..block.len() {
                        for j in 0..i {
                            meet(block[j], block[i], &local[j], &local[i]);
                        }
                    }
                } else if family != NAMES_ONLY {
                    for order in 0..3 {
                        let sorted = in_order(block, records, order);
                        for i in 1..sorted.len() {
                            for j in i.saturating_sub(WINDOW)..i {
                                let (a, b) = (record_of(sorted[j]) as usize, record_of(sorted[i]) as usize);
                                meet(sorted[j], sorted[i], &records.recs[a], &records.recs[b]);
                            }
                        }
                    }
                }
            },
        );
        states.into_iter().map(|s| s.0).collect()
    }
}

/// Whether an earlier kind of key brought this very pair together, as far as can be told cheaply. Blocks of the
/// kinds asked about here are practically never too big.
fn seen_before(family: usize, x: u8, y: u8, a: &Rec, b: &Rec, records: &Records) -> bool {
    let same_given = a.given == b.given && a.given != 0;
    let same_surname = a.surname == b.surname && a.surname != 0;
    if !same_given && !same_surname {
        return false;
    }
    if matches!(family, 1 | 2 | 8 | 9 | 11) {
        let wanted = u8::from(!same_given);
        if x != wanted || y != wanted {
            return true;
        }
    }
    if family > 1 && a.dob == b.dob && a.dob != 0 {
        return true;
    }
    family > 2 && a.postcode == b.postcode && a.postcode != 0 && records.postcodes.info(a.postcode).whole
}

fn sorted_blocks(parts: Vec<Vec<u64>>, link: bool, second: u32) -> Vec<u64> {
    let mut all = parts.concat();
    all.sort_unstable();
    let mut kept = 0;
    let mut i = 0;
    while i < all.len() {
        let mut end = i + 1;
        while end < all.len() && all[end] >> 32 == all[i] >> 32 {
            end += 1;
        }
        let crosses = !link || (record_of(all[i]) < second && record_of(all[end - 1]) >= second);
        if end - i > 1 && crosses {
            all.copy_within(i..end, kept);
            kept += end - i;
        }
        i = end;
    }
    all.truncate(kept);
    all.shrink_to_fit();
    all
}

/// The entries of a block sorted by what the records say, so that likely pairs stand close together.
fn in_order(block: &[u64], records: &Records, order: usize) -> Vec<u64> {
    let mut keyed: Vec<([u64; 4], u64)> = block
        .iter()
        .map(|entry| {
            let number = record_of(*entry);
            let r = &records.recs[number as usize];
            let text = |id| {
                let bytes = records.names.text(id);
                let mut start = [0_u8; 8];
                let length = bytes.len().min(8);
                start[..length].copy_from_slice(&bytes[..length]);
                u64::from_be_bytes(start)
            };
            let (given, surname, dob) = (text(r.given), text(r.surname), u64::from(r.dob));
            let content = records.content_hash(number);
            let key = match order {
                0 => [dob, given, surname, content],
                1 => [given, surname, dob, content],
                _ => [surname, u64::from(crate::dates::unordered(r.dob) & 0xffff), given, content],
            };
            (key, *entry)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|k| k.1).collect()
}
