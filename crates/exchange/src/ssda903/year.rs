//! The collection year: 1 April to 31 March.
use cf_kernel::CalendarDay;

/// A collection year, named by the year it begins in and the next: `2024-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionYear(i16);

/// Text that is not a collection year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a collection year; write it as 2024-25")]
pub struct InvalidYear {
    text: String,
}

impl CollectionYear {
    /// The year that holds this day.
    #[must_use]
    pub fn holding(day: CalendarDay) -> Self {
        let date = day.date();
        Self(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// 1 April.
    #[must_use]
    pub fn first_day(self) -> CalendarDay {
        CalendarDay::new(self.0, 4, 1).unwrap_or(CalendarDay::from_date(jiff::civil::Date::MIN))
    }

    /// 31 March.
    #[must_use]
    pub fn last_day(self) -> CalendarDay {
        CalendarDay::new(self.0 + 1, 3, 31).unwrap_or(CalendarDay::from_date(jiff::civil::Date::MAX))
    }

    /// The year it begins in.
    #[must_use]
    pub const fn begins(self) -> i16 {
        self.0
    }

    /// The year most of these days fall in; of two, the later. `None` without days.
    ///
    /// The most, not the latest: one mistyped year must not move a whole return.
    pub(crate) fn of_most(days: impl Iterator<Item = CalendarDay>) -> Option<Self> {
        let mut counts = std::collections::BTreeMap::new();
        for day in days {
            *counts.entry(Self::holding(day)).or_insert(0_u64) += 1;
        }
        counts.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
    }
}

impl std::fmt::Display for CollectionYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl std::str::FromStr for CollectionYear {
    type Err = InvalidYear;
    /// Reads `2024-25`, `2024/25` and `2024-2025`.
    fn from_str(text: &str) -> Result<Self, InvalidYear> {
        let bad = || InvalidYear { text: text.chars().take(32).collect() };
        let (first, second) = text.trim().split_once(['-', '/']).ok_or_else(bad)?;
        let year: i16 = first.parse().map_err(|_| bad())?;
        if !(1990..=2100).contains(&year) {
            return Err(bad());
        }
        let next = year + 1;
        let fits = second == next.to_string() || second == format!("{:02}", next % 100);
        if fits { Ok(Self(year)) } else { Err(bad()) }
    }
}

impl serde::Serialize for CollectionYear {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read_and_written() {
        let year: CollectionYear = "2024-25".parse().unwrap();
        assert_eq!(year, "2024/2025".parse().unwrap());
        assert_eq!(year.to_string(), "2024-25");
        assert_eq!(
            (year.first_day().to_string(), year.last_day().to_string()),
            ("2024-04-01".into(), "2025-03-31".into())
        );
        assert_eq!("1999-00".parse::<CollectionYear>().unwrap().to_string(), "1999-00");
        for bad in ["2024", "2024-26", "24-25", "", "2024-", "99999-00", "-1-0"] {
            assert!(bad.parse::<CollectionYear>().is_err(), "{bad}");
        }
    }

    #[test]
    fn one_mistyped_date_does_not_move_the_year() {
        let days = ["2024-05-01", "2025-03-31", "2062-05-01"].map(|text| text.parse().unwrap());
        assert_eq!(CollectionYear::of_most(days.into_iter()), "2024-25".parse().ok());
        assert_eq!(CollectionYear::of_most(std::iter::empty()), None);
    }
}
