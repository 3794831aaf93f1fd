//! Chance that is the same on every machine: a small generator of our own, and whole numbers only.
//!
//! SOURCE: SplitMix64 (Steele, Lea and Flood, 2014). No floating point takes part in any draw, because a logarithm
//! may differ in its last bit between two processors, and one bit makes another London.
use cf_kernel::{CalendarDay, Timestamp};
use uuid::Uuid;

/// A stream of chance.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

/// A weight beside a value. Weights need no particular sum.
pub(crate) type Weighted<T> = (u32, T);

impl Dice {
    /// The stream of this seed.
    #[cfg(test)]
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for one thing, so that a change in one place does not move everything after it.
    pub(crate) fn fork(seed: u64, about: &str, number: u64) -> Self {
        let mut state = seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93);
        for byte in about.bytes() {
            state = mixed(state.wrapping_add(u64::from(byte)).wrapping_add(0x9e37_79b9_7f4a_7c15));
        }
        Self { state: mixed(state) }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.state)
    }

    /// A number from 0 to below `end`; 0 when `end` is 0. The bias is below one in a thousand million here.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).unsigned_abs();
        low.saturating_add_unsigned(self.below(span + 1))
    }

    /// True in so many of a thousand cases.
    pub(crate) fn chance(&mut self, per_thousand: u32) -> bool {
        self.below(1000) < u64::from(per_thousand)
    }

    /// One of a list. INVARIANT: the list is one of the constant tables of this crate, none of which is empty.
    pub(crate) fn one<T: Copy>(&mut self, list: &[T]) -> T {
        let index = self.below(list.len() as u64) as usize;
        list[index]
    }

    /// One of a list, by weight. INVARIANT: as for [`Dice::one`].
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[Weighted<T>]) -> T {
        let total: u64 = list.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (weight, value) in list {
            if left < u64::from(*weight) {
                return *value;
            }
            left -= u64::from(*weight);
        }
        list[list.len() - 1].1
    }

    /// A value from a table of quantiles, straight between its points: `(per thousand, value)`, from 0 to 1000.
    pub(crate) fn quantile(&mut self, table: &[(i64, i64)]) -> i64 {
        let at = self.between(0, 999_999);
        for pair in table.windows(2) {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            if at < to * 1000 {
                return low + (high - low) * (at - from * 1000) / ((to - from) * 1000);
            }
        }
        table[table.len() - 1].1
    }

    /// An id that sorts by this moment, with the rest from chance.
    pub(crate) fn id(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&self.bits().to_be_bytes()[..2]);
        bytes[8..].copy_from_slice(&self.bits().to_be_bytes());
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Uuid::from_bytes(bytes)
    }

    /// A birthday that makes somebody this old on a day.
    pub(crate) fn birthday(&mut self, age: u8, on: CalendarDay) -> CalendarDay {
        let date = on.date();
        // 364 days back at most, so that the age is right whatever the leap year.
        let back = self.between(0, 364);
        let year = date.year() - i16::from(age);
        let day = date.day().min(28);
        let birthday = CalendarDay::new(year, date.month(), day).unwrap_or(on);
        birthday.plus_days(-back)
    }
}

const fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_on_every_machine() {
        // The published reference values for this seed.
        let mut dice = Dice::new(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| dice.bits()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert_ne!(Dice::fork(7, "child", 1).bits(), Dice::fork(7, "child", 2).bits());
        assert_ne!(Dice::fork(7, "child", 1).bits(), Dice::fork(7, "staff", 1).bits());
    }

    #[test]
    fn ids_sort_by_their_moment_and_are_of_version_seven() {
        let mut dice = Dice::new(1);
        let early = dice.id(Timestamp::from_micros(1_700_000_000_000_000));
        let late = dice.id(Timestamp::from_micros(1_700_000_060_000_000));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn quantiles_follow_their_table() {
        let mut dice = Dice::new(3);
        let table = [(0, 0), (500, 10), (1000, 100)];
        let below = (0..10_000).filter(|_| dice.quantile(&table) <= 10).count();
        assert!((4_700..=5_600).contains(&below), "{below}");
    }

    #[test]
    fn a_birthday_gives_the_age_asked_for() {
        let mut dice = Dice::new(5);
        let today: CalendarDay = "2024-02-29".parse().unwrap();
        for age in 1..=17 {
            for _ in 0..200 {
                assert_eq!(dice.birthday(age, today).age_on(today), Some(age));
            }
        }
    }
}
