//! How alike two short texts are, letter by letter. No allocation; texts are at most [`crate::text::LONGEST`] bytes.

use crate::text::LONGEST;

/// Slips between two texts, counting one inserted, dropped, changed or exchanged letter as one slip.
///
/// Stops counting above `limit` and then returns `limit + 1`.
#[must_use]
pub fn slips(a: &[u8], b: &[u8], limit: usize) -> usize {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if b.len() - a.len() > limit {
        return limit + 1;
    }
    if a.is_empty() {
        return b.len();
    }
    if a.len() > LONGEST || b.len() > LONGEST {
        return limit + 1;
    }
    let width = a.len() + 1;
    let mut rows = [[0_u8; LONGEST + 1]; 3];
    for (j, cell) in rows[0][..width].iter_mut().enumerate() {
        *cell = j as u8;
    }
    for i in 1..=b.len() {
        let (now, before, two_before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        let mut lowest = i as u8;
        for j in 1..width {
            let cost = u8::from(b[i - 1] != a[j - 1]);
            let mut best = (rows[before][j] + 1).min(rows[now][j - 1] + 1).min(rows[before][j - 1] + cost);
            if i > 1 && j > 1 && b[i - 1] == a[j - 2] && b[i - 2] == a[j - 1] {
                best = best.min(rows[two_before][j - 2] + 1);
            }
            rows[now][j] = best;
            lowest = lowest.min(best);
        }
        if usize::from(lowest) > limit {
            return limit + 1;
        }
    }
    usize::from(rows[b.len() % 3][width - 1]).min(limit + 1)
}

/// Jaro-Winkler likeness from 0 (nothing in common) to 1 (equal).
#[must_use]
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f32 {
    if a == b {
        return 1.0;
    }
    let (a, b) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
    if a.is_empty() || b.len() > LONGEST {
        return 0.0;
    }
    let reach = (b.len() / 2).saturating_sub(1);
    let mut used_b = 0_u128;
    let mut used_a = 0_u128;
    let mut common = 0_u32;
    for (i, &x) in a.iter().enumerate() {
        let window = i.saturating_sub(reach)..b.len().min(i + reach + 1);
        for (j, &y) in b.iter().enumerate().take(window.end).skip(window.start) {
            if y == x && used_b >> j & 1 == 0 {
                used_b |= 1 << j;
                used_a |= 1 << i;
                common += 1;
                break;
            }
        }
    }
    if common == 0 {
        return 0.0;
    }
    let in_a = (0..a.len()).filter(|&i| used_a >> i & 1 == 1).map(|i| a[i]);
    let in_b = (0..b.len()).filter(|&j| used_b >> j & 1 == 1).map(|j| b[j]);
    let out_of_order = in_a.zip(in_b).filter(|(x, y)| x != y).count() as f32 / 2.0;
    let m = common as f32;
    let jaro = (m / a.len() as f32 + m / b.len() as f32 + (m - out_of_order) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f32;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_slips() {
        assert_eq!(slips(b"harris", b"harris", 2), 0);
        assert_eq!(slips(b"harris", b"harirs", 2), 1);
        assert_eq!(slips(b"harris", b"haris", 2), 1);
        assert_eq!(slips(b"harris", b"jones", 2), 3);
        assert_eq!(slips(b"", b"ab", 2), 2);
    }

    #[test]
    fn knows_likeness() {
        assert!((jaro_winkler(b"martha", b"marhta") - 0.9611).abs() < 1e-3);
        assert!((jaro_winkler(b"dwayne", b"duane") - 0.84).abs() < 1e-3);
        assert!(jaro_winkler(b"abc", b"xyz").abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn both_ways_the_same(a in "[a-e]{0,12}", b in "[a-e]{0,12}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(slips(a, b, 3), slips(b, a, 3));
            prop_assert!((jaro_winkler(a, b) - jaro_winkler(b, a)).abs() < 1e-6);
            prop_assert_eq!(slips(a, b, 12) == 0, a == b);
        }
    }
}
