//! A weights file as one block of bytes, made when the crate is built, so that nothing has to be parsed when a program starts.
//!
//! `build.rs` includes this file, so it uses nothing of the crate. All numbers are little-endian; tables are open addressing by FNV-1a.
use std::collections::{BTreeMap, BTreeSet};

/// Where each part of a block begins, in the order they are written, after which comes the length of the whole.
pub(crate) const PARTS: usize = 10;
/// Most kinds of word.
pub(crate) const KINDS: usize = 128;

/// FNV-1a, 32 bits, over some bytes.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

/// The key of a pair of units; never 0. Units are below 2^14.
pub(crate) const fn key(a: u16, b: u16, gap: usize) -> u32 {
    1 << 31 | ((a as u32) << 16) | ((b as u32) << 2) | gap as u32
}

/// Spreads a key over a table of `mask + 1` slots.
pub(crate) const fn slot(k: u32, mask: usize) -> usize {
    (k.wrapping_mul(0x9E37_79B9) >> 7) as usize & mask
}

/// Words of 64 bits in the sieve, which fits the processor's cache where the table of pairs does not.
const SIEVE_WORDS: u32 = 14;

/// The word and the two bits of it that a key in the table of pairs has set in the sieve. About one in twenty of the others has both
/// as well.
pub(crate) const fn sieve(k: u32) -> (usize, u64) {
    let k = k.wrapping_mul(0x85EB_CA6B);
    let bits = (k ^ (k >> 15)).wrapping_mul(0x9E37_79B9);
    ((k >> (32 - SIEVE_WORDS)) as usize, 1 << (bits >> 26) | 1 << (bits >> 20 & 63))
}

/// The words a weights file knows, in its order.
#[allow(dead_code, reason = "what `build.rs` calls")]
pub(crate) fn vocabulary(text: &str) -> impl Iterator<Item = &str> {
    let lists = text.lines().filter_map(|line| line.strip_prefix("w "));
    lists.flat_map(|list| list.split(' ')).map(|word| word.split_once('=').map_or(word, |(word, _)| word))
}

/// Turns the text of a weights file into a block. Lines that mean nothing are passed over.
pub(crate) fn pack(text: &str, classes: &str) -> Vec<u8> {
    let mut header = [0.0_f32, f32::MAX, f32::MAX, f32::MIN];
    let mut units: BTreeSet<&str> = BTreeSet::new();
    let mut words: Vec<(&str, i16)> = Vec::new();
    let mut grams: Vec<(u32, i16)> = Vec::new();
    let (mut singles, mut pairs, mut bags) = (Vec::new(), Vec::new(), Vec::new());
    let mut signs = String::new();
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(' ') else { continue };
        match kind {
            "bias" => header[0] = rest.parse().unwrap_or(0.0),
            "limits" => {
                for (to, n) in header[1..].iter_mut().zip(rest.split(' ')) {
                    *to = n.parse().unwrap_or(f32::MAX);
                }
            }
            "w" => words.extend(rest.split(' ').map(|w| {
                let (word, sum) = w.split_once('=').unwrap_or((w, "0"));
                (word, sum.parse().unwrap_or(0))
            })),
            "~" => grams.extend(rest.split(' ').filter_map(|g| {
                let (gram, value) = g.rsplit_once('=')?;
                Some((hash(gram.as_bytes()), value.parse().ok()?))
            })),
            "s" => {
                signs.push_str(rest);
                signs.push('\n');
            }
            "1" => {
                for (a, w) in rest.split(' ').filter_map(weighed) {
                    units.insert(a);
                    singles.push((a, w));
                }
            }
            "2" | "3" | "b" => {
                let mut parts = rest.split(' ');
                let Some(a) = parts.next() else { continue };
                for (b, w) in parts.filter_map(weighed) {
                    units.extend([a, b]);
                    let to = if kind == "b" { &mut bags } else { &mut pairs };
                    to.push((a, b, usize::from(kind == "3") + 1, w));
                }
            }
            _ => {}
        }
    }
    // Units 0, 1 and 2 are nothing, the start and the end of a sentence.
    units.remove("^");
    units.remove("$");
    let names: Vec<&str> = ["", "^", "$"].into_iter().chain(units).collect();
    assert!(names.len() < 1 << 14, "{} units are more than a key has room for", names.len());
    let ids: BTreeMap<&str, u16> = names.iter().enumerate().map(|(i, n)| (*n, i as u16)).collect();
    let mut kinds: Vec<&str> =
        classes.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_whitespace().next()).collect();
    kinds.sort_unstable();
    kinds.dedup();

    let mut single = vec![[0_u8; 4]; names.len()];
    for (a, w) in singles {
        single[ids[a] as usize] = w;
    }
    let mut kind_of = vec![KINDS as u8; names.len()];
    for (n, kind) in kinds.iter().take(KINDS).enumerate() {
        if let Some(id) = ids.get(kind) {
            kind_of[*id as usize] = n as u8;
        }
    }
    let mut together = vec![[0_u8; 4]; KINDS * KINDS];
    for (a, b, _, w) in bags {
        let (a, b) = (kind_of[ids[a] as usize] as usize, kind_of[ids[b] as usize] as usize);
        if a < KINDS && b < KINDS {
            together[a.min(b) * KINDS + a.max(b)] = w;
        }
    }
    let pair_entries: Vec<(u32, [u8; 4])> =
        pairs.iter().map(|(a, b, gap, w)| (key(ids[a], ids[b], *gap), *w)).collect();
    let mut sieved = vec![0_u64; 1 << SIEVE_WORDS];
    for (k, _) in &pair_entries {
        let (word, bits) = sieve(*k);
        sieved[word] |= bits;
    }
    let name_entries: Vec<(u32, [u8; 4])> = names
        .iter()
        .enumerate()
        .skip(3)
        .map(|(i, n)| (hash(n.as_bytes()) | 1, [i as u8, (i >> 8) as u8, 0, 0]))
        .collect();
    let gram_entries: Vec<(u32, [u8; 4])> = grams
        .iter()
        .map(|(h, v)| {
            let [a, b] = v.to_le_bytes();
            (h | 1, [a, b, 0, 0])
        })
        .collect();
    let listed = |list: &[(&str, i16)]| {
        let mut out = String::new();
        for (w, sum) in list {
            out.push_str(w);
            out.push(' ');
            out.push_str(&sum.to_string());
            out.push('\n');
        }
        out
    };
    let parts: [Vec<u8>; PARTS] = [
        header.iter().flat_map(|f| f.to_le_bytes()).collect(),
        names.iter().flat_map(|n| n.bytes().chain([b'\n'])).collect(),
        table(&name_entries),
        single.concat(),
        kind_of,
        together.concat(),
        sieved.iter().flat_map(|word| word.to_le_bytes()).collect(),
        table(&pair_entries),
        table(&gram_entries),
        [listed(&words).into_bytes(), b"\0".to_vec(), signs.into_bytes()].concat(),
    ];
    let mut out = Vec::new();
    let mut at = (PARTS + 1) * 4;
    for part in &parts {
        out.extend((at as u32).to_le_bytes());
        at += part.len();
    }
    out.extend((at as u32).to_le_bytes());
    parts.iter().for_each(|p| out.extend(p));
    out
}

/// `name=hundredths=category` as a name and the four bytes of a weight.
fn weighed(part: &str) -> Option<(&str, [u8; 4])> {
    let mut fields = part.split('=');
    let (name, value, category) = (fields.next()?, fields.next()?, fields.next()?);
    let [a, b] = value.parse::<i16>().unwrap_or(0).to_le_bytes();
    Some((name, [a, b, category.parse().unwrap_or(u8::MAX), 0]))
}

/// Slots of eight bytes: a key, 0 for an empty slot, and what it stands for. The first entry of a key wins.
fn table(entries: &[(u32, [u8; 4])]) -> Vec<u8> {
    let size = (entries.len().max(4) * 2).next_power_of_two();
    let mut slots = vec![(0_u32, [0_u8; 4]); size];
    for (k, value) in entries {
        let mut at = slot(*k, size - 1);
        while slots[at].0 != 0 && slots[at].0 != *k {
            at = (at + 1) & (size - 1);
        }
        if slots[at].0 == 0 {
            slots[at] = (*k, *value);
        }
    }
    slots.into_iter().flat_map(|(k, v)| [k.to_le_bytes(), v].concat()).collect()
}
