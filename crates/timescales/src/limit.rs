//! How long something may take, and when it is then due.
use std::fmt;
use std::str::FromStr;

use cf_kernel::{CalendarDay, Timestamp};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::BankHolidays;

/// A length of time as a rule states it. Written `30 minutes`, `72 hours`, `5 working days`, `30 days`, `3 months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Limit {
    /// Minutes on a clock, nights and weekends included.
    Minutes(u32),
    /// Hours on a clock, nights and weekends included.
    Hours(u32),
    /// Calendar days in London.
    Days(u16),
    /// Days in London that are neither weekend nor bank holiday.
    WorkingDays(u16),
    /// Calendar months.
    Months(u16),
}

/// Text that is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a limit; write a whole number from 1 to {most} and minutes, hours, days, working days or months", most = Limit::MOST)]
pub struct InvalidLimit {
    text: String,
}

impl Limit {
    /// The largest number a written limit may have, whatever its unit.
    pub const MOST: u16 = 10_000;
}

impl FromStr for Limit {
    type Err = InvalidLimit;
    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        let bad = || InvalidLimit { text: text.chars().take(40).collect() };
        let (number, unit) = text.split_once(' ').ok_or_else(bad)?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let n =
            number.parse::<u16>().ok().filter(|n| plain && (1..=Self::MOST).contains(n)).ok_or_else(bad)?;
        match unit {
            "minute" | "minutes" => Ok(Self::Minutes(n.into())),
            "hour" | "hours" => Ok(Self::Hours(n.into())),
            "day" | "days" => Ok(Self::Days(n)),
            "working day" | "working days" => Ok(Self::WorkingDays(n)),
            "month" | "months" => Ok(Self::Months(n)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Limit {
    /// `72 hours`, `1 working day`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match *self {
            Self::Minutes(n) => (n, "minute"),
            Self::Hours(n) => (n, "hour"),
            Self::Days(n) => (n.into(), "day"),
            Self::WorkingDays(n) => (n.into(), "working day"),
            Self::Months(n) => (n.into(), "month"),
        };
        write!(f, "{n} {unit}{}", if n == 1 { "" } else { "s" })
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> Self {
        limit.to_string()
    }
}

impl TryFrom<String> for Limit {
    type Error = InvalidLimit;
    fn try_from(text: String) -> Result<Self, InvalidLimit> {
        text.parse()
    }
}

/// When something that started at `start` and may take `limit` is due.
///
/// Minutes and hours are counted on a running clock, so that 72 hours are 72 hours across the change to summer time.
/// Days, working days and months end at 23:59:59 in London: the day after the start is day 1, and the last is due at
/// its end. A month ends on the same day of a later month, or on that month's last day. Only working-day limits
/// avoid weekends and bank holidays.
#[must_use]
pub fn due(start: Timestamp, limit: Limit, holidays: &BankHolidays) -> Timestamp {
    match limit {
        Limit::Minutes(n) => start.plus_minutes(n.into()),
        Limit::Hours(n) => start.plus_hours(n.into()),
        Limit::Days(n) => end_of(start.day().plus_days(n.into())),
        Limit::WorkingDays(n) => end_of(nth_working_day(start.day(), n, holidays)),
        Limit::Months(n) => {
            end_of(CalendarDay::from_date(start.day().date().saturating_add(i32::from(n).months())))
        }
    }
}

/// The nth working day after `day`; for 0, the first working day not before it.
fn nth_working_day(mut day: CalendarDay, n: u16, holidays: &BankHolidays) -> CalendarDay {
    let mut left = n;
    while left > 0 || !holidays.is_working_day(day) {
        let next = day.plus_days(1);
        if next == day {
            break; // the calendar's last day
        }
        day = next;
        if left > 0 && holidays.is_working_day(day) {
            left -= 1;
        }
    }
    day
}

/// 23:59:59 in London.
fn end_of(day: CalendarDay) -> Timestamp {
    day.plus_days(1).start().plus_seconds(-1)
}

#[cfg(test)]
mod tests;
