//! Bank holidays of England and Wales: a rule for every year, and the years when Parliament or the Crown chose otherwise.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use cf_kernel::CalendarDay;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

const EXCEPTIONS: &str = include_str!("../../../rules/timescales/bank-holidays.toml");

static BUILT_IN: LazyLock<BankHolidays> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "INVARIANT: the file is part of the program and a test reads it")]
    BankHolidays::parse(EXCEPTIONS).expect("the built-in bank holidays are valid")
});

/// Days on which offices of England and Wales are closed: Saturdays, Sundays and bank holidays.
///
/// The rule is that of the Banking and Financial Dealings Act 1971 with the early May day of 1978 and the usual
/// substitute days, and holds from 1978; the tests cover 1990 to 2100. Exceptions are data, each with its source.
///
/// SOURCE: <https://www.gov.uk/bank-holidays>; <https://www.legislation.gov.uk/ukpga/1971/80/schedule/1>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankHolidays {
    exceptions: BTreeMap<CalendarDay, Change>,
}

/// One bank holiday.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BankHoliday {
    /// The day off.
    pub day: CalendarDay,
    /// Its name.
    pub name: String,
}

/// Why a file of exceptions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayFileError {
    /// Not TOML, or not these fields.
    #[error("the bank holiday file cannot be read: {0}")]
    Unreadable(String),
    /// A date that is not one.
    #[error("`{day}` is not a date")]
    NotADay {
        /// What stood there.
        day: String,
    },
    /// One date twice.
    #[error("{day} is listed twice")]
    Twice {
        /// The date.
        day: CalendarDay,
    },
    /// A day that is taken away was no bank holiday, or an added one already is.
    #[error("{day} changes nothing: the rule already says so")]
    ChangesNothing {
        /// The date.
        day: CalendarDay,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Added(String),
    Removed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    added: Vec<Entry>,
    #[serde(default)]
    removed: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    day: String,
    name: String,
    #[expect(dead_code, reason = "required of whoever writes the file; read by people")]
    source: String,
}

impl BankHolidays {
    /// The rule with the exceptions known when this version was released.
    #[must_use]
    pub fn england_and_wales() -> &'static Self {
        &BUILT_IN
    }

    /// The rule with exceptions from a TOML text: `[[added]]` and `[[removed]]`, each with `day`, `name`, `source`.
    ///
    /// # Errors
    /// When the text is not of that form, a day is listed twice, or an entry changes nothing.
    pub fn parse(text: &str) -> Result<Self, HolidayFileError> {
        let file: File =
            toml::from_str(text).map_err(|error| HolidayFileError::Unreadable(error.to_string()))?;
        let added = file.added.into_iter().map(|entry| (entry.day, Change::Added(entry.name)));
        let removed = file.removed.into_iter().map(|entry| (entry.day, Change::Removed));
        let mut exceptions = BTreeMap::new();
        for (text, change) in added.chain(removed) {
            let day: CalendarDay = text
                .parse()
                .map_err(|_| HolidayFileError::NotADay { day: text.chars().take(40).collect() })?;
            if by_rule(day.date()).is_some() == matches!(change, Change::Added(_)) {
                return Err(HolidayFileError::ChangesNothing { day });
            }
            if exceptions.insert(day, change).is_some() {
                return Err(HolidayFileError::Twice { day });
            }
        }
        Ok(Self { exceptions })
    }

    /// Monday to Friday, and no bank holiday.
    #[must_use]
    pub fn is_working_day(&self, day: CalendarDay) -> bool {
        let weekend = matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday);
        !weekend && self.name(day).is_none()
    }

    /// The name of the bank holiday on this day, if it is one. A holiday that falls on a weekend is its substitute day.
    #[must_use]
    pub fn name(&self, day: CalendarDay) -> Option<&str> {
        match self.exceptions.get(&day) {
            Some(Change::Added(name)) => Some(name),
            Some(Change::Removed) => None,
            None => by_rule(day.date()),
        }
    }

    /// The bank holidays of a year, first to last.
    #[must_use]
    pub fn of_year(&self, year: i16) -> Vec<BankHoliday> {
        let Ok(first) = CalendarDay::new(year, 1, 1) else { return Vec::new() };
        (0..366)
            .map(|offset| first.plus_days(offset))
            .filter(|day| day.date().year() == year)
            .filter_map(|day| Some(BankHoliday { day, name: self.name(day)?.to_owned() }))
            .collect()
    }
}

/// The holiday the rule puts on this day.
fn by_rule(date: Date) -> Option<&'static str> {
    use Weekday::{Friday, Monday, Tuesday};
    let weekday = date.weekday();
    match (date.month(), date.day()) {
        (1, 1) if !is_weekend(date) => Some("New Year's Day"),
        (1, 2 | 3) if weekday == Monday => Some("New Year's Day (substitute day)"),
        (3 | 4, _) if weekday == Friday && days_after_easter(date) == -2 => Some("Good Friday"),
        (3 | 4, _) if weekday == Monday && days_after_easter(date) == 1 => Some("Easter Monday"),
        (5, 1..=7) if weekday == Monday => Some("Early May bank holiday"),
        (5, 25..=31) if weekday == Monday => Some("Spring bank holiday"),
        (8, 25..=31) if weekday == Monday => Some("Summer bank holiday"),
        (12, 25) if !is_weekend(date) => Some("Christmas Day"),
        (12, 26) if !is_weekend(date) => Some("Boxing Day"),
        // Christmas on a Saturday moves to Monday 27 and Boxing Day to Tuesday 28; on a Sunday Boxing Day stays on
        // Monday 26 and Christmas moves to Tuesday 27.
        (12, 27) if weekday == Monday || weekday == Tuesday => Some("Christmas Day (substitute day)"),
        (12, 28) if weekday == Monday || weekday == Tuesday => Some("Boxing Day (substitute day)"),
        _ => None,
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days from Easter Sunday of the same year to `date`; far from Easter, any number but -2 and 1.
fn days_after_easter(date: Date) -> i32 {
    let (month, day) = easter(i32::from(date.year()));
    // Days since 0 March: Easter lies between 22 March and 25 April.
    let since_march = |month: i32, day: i32| (month - 3) * 31 + day;
    since_march(i32::from(date.month()), i32::from(date.day())) - since_march(month, day)
}

/// Easter Sunday in the Gregorian calendar, as month and day.
///
/// SOURCE: the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8), names ours.
const fn easter(year: i32) -> (i32, i32) {
    let golden = year % 19;
    let (century, in_century) = (year / 100, year % 100);
    let moon_drift = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon_drift + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    (days / 31, days % 31 + 1)
}

#[cfg(test)]
mod tests;
