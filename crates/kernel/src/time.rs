//! Moments, days and clocks. A moment is microseconds since 1970 in UTC; a day is a day in London.
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00:00Z. Integer, so that every database gives back what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a date and time")]
pub struct InvalidTimestamp {
    text: String,
}

impl Timestamp {
    /// The moment this many microseconds after 1970 (before, if negative).
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// This many seconds later; earlier if negative. Saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
    /// This many minutes later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }
    /// This many hours later.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_minutes(hours.saturating_mul(60))
    }
    /// Whole seconds from `earlier` to this moment; negative if it is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1_000_000
    }
    /// The day in London.
    #[must_use]
    pub fn day(self) -> CalendarDay {
        CalendarDay(self.local().date())
    }
    /// Date and time on a London clock.
    #[must_use]
    pub fn local(self) -> DateTime {
        self.zoned().datetime()
    }
    /// `2026-11-23T19:52:00.000000Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.instant().map_or_else(|| self.0.to_string(), |instant| format!("{instant:.6}"))
    }
    fn instant(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_microsecond(self.0).ok()
    }
    fn zoned(self) -> jiff::ZonedDateTime {
        self.instant().unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned_datetime(LONDON.clone())
    }
}

impl std::fmt::Display for Timestamp {
    /// `23 Nov 2026, 19:52`, London time.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.zoned().strftime("%-d %b %Y, %H:%M"))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;
    /// Reads RFC 3339, with an offset.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self(instant.as_microsecond()))
            .map_err(|_| InvalidTimestamp { text: text.chars().take(64).collect() })
    }
}

static LONDON: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));

/// A London wall-clock time made into a moment, with what was odd about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// The moment.
    pub at: Timestamp,
    /// What was odd, if anything.
    pub problem: Option<LocalTimeProblem>,
}

/// Why a wall-clock time names no moment, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTimeProblem {
    /// The hour that happens twice in autumn; the first was taken.
    Repeated,
    /// The hour that does not happen in spring; taken as if clocks had not changed yet.
    Skipped,
}

/// The moment a London clock shows this. The repeated autumn hour gives the earlier moment, and says so.
#[must_use]
pub fn local_to_timestamp(local: DateTime) -> Local {
    let ambiguous = LONDON.to_ambiguous_timestamp(local);
    let problem = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(LocalTimeProblem::Skipped),
        AmbiguousOffset::Fold { .. } => Some(LocalTimeProblem::Repeated),
    };
    let instant = ambiguous.compatible().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Local { at: Timestamp(instant.as_microsecond()), problem }
}

/// A day on the calendar, without a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarDay(Date);

/// Text or numbers that are not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a date")]
pub struct InvalidDay {
    text: String,
}

impl CalendarDay {
    /// The day with this year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// When there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, InvalidDay> {
        Date::new(year, month, day)
            .map(Self)
            .map_err(|_| InvalidDay { text: format!("{year:04}-{month:02}-{day:02}") })
    }
    /// This civil date.
    #[must_use]
    pub const fn from_date(date: Date) -> Self {
        Self(date)
    }
    /// The civil date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }
    /// This many days later; earlier if negative. Saturates at the calendar's ends.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days.clamp(-3_000_000, 3_000_000))))
    }
    /// The moment the day begins in London.
    #[must_use]
    pub fn start(self) -> Timestamp {
        local_to_timestamp(self.0.to_datetime(Time::midnight())).at
    }
    /// Whole years from this day (of birth) to `on`. A child born on 29 February is older on 1 March. `None` before birth.
    #[must_use]
    pub fn age_on(self, on: Self) -> Option<u8> {
        let had_birthday = (on.0.month(), on.0.day()) >= (self.0.month(), self.0.day());
        let years = i32::from(on.0.year()) - i32::from(self.0.year()) - i32::from(!had_birthday);
        u8::try_from(years).ok().filter(|_| on >= self)
    }
    /// `23 November 2026`.
    #[must_use]
    pub fn long(self) -> String {
        self.0.strftime("%-d %B %Y").to_string()
    }
}

impl std::fmt::Display for CalendarDay {
    /// `2026-11-23`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CalendarDay {
    type Err = InvalidDay;
    /// Reads `2026-11-23` or `23/11/2026`, never month first.
    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let bad = || InvalidDay { text: text.chars().take(64).collect() };
        let parts: Vec<&str> = text.split(['-', '/']).collect();
        let [a, b, c] = parts[..] else { return Err(bad()) };
        let (year, day) = if text.contains('/') { (c, a) } else { (a, c) };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || b.len() > 2 || day.len() > 2 || ![year, b, day].into_iter().all(digits) {
            return Err(bad());
        }
        let number = |part: &str| part.parse::<i16>().map_err(|_| bad());
        let small = |part: &str| part.parse::<i8>().map_err(|_| bad());
        Self::new(number(year)?, small(b)?, small(day)?).map_err(|_| bad())
    }
}

/// Where the time comes from. Everything that needs it is handed one.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is moved: for tests and for the simulator.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock showing this moment. Clones share it.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }
    /// Moves to a moment, also backwards.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.0, Ordering::SeqCst)
    }
    /// Moves this many seconds on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CalendarDay {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_in_the_two_forms_and_never_month_first() {
        assert_eq!(day("23/11/2026"), day("2026-11-23"));
        for bad in ["11/23/2026", "2026-13-01", "1/1/26", "", "--", "2026-02-30", "+026-01-01", "20260101"] {
            assert!(bad.parse::<CalendarDay>().is_err(), "{bad}");
        }
    }

    #[test]
    fn age_is_whole_years_at_a_date() {
        assert_eq!(day("2010-06-15").age_on(day("2026-06-14")), Some(15));
        assert_eq!(day("2010-06-15").age_on(day("2026-06-15")), Some(16));
        assert_eq!(day("2012-02-29").age_on(day("2025-02-28")), Some(12));
        assert_eq!(day("2012-02-29").age_on(day("2025-03-01")), Some(13));
        assert_eq!(day("2026-06-15").age_on(day("2025-06-15")), None);
    }

    #[test]
    fn the_repeated_autumn_hour_is_flagged() {
        let at = |text: &str| local_to_timestamp(text.parse().unwrap());
        assert_eq!(at("2026-10-25T01:30").problem, Some(LocalTimeProblem::Repeated));
        assert_eq!(at("2026-10-25T01:30").at.to_rfc3339(), "2026-10-25T00:30:00.000000Z");
        assert_eq!(at("2026-03-29T01:30").problem, Some(LocalTimeProblem::Skipped));
        assert_eq!(at("2026-07-01T12:00").at.to_rfc3339(), "2026-07-01T11:00:00.000000Z");
        assert_eq!(at("2026-07-01T12:00").problem, None);
    }
}
