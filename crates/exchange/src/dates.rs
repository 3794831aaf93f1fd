//! Days and moments as extracts write them: day first, ISO, or a spreadsheet's serial number. Never month first.
use cf_kernel::{CalendarDay, LocalTimeProblem, Timestamp, local_to_timestamp};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// How a day was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum DateForm {
    /// `23/11/2026`
    #[serde(rename = "dd/mm/yyyy")]
    DayFirst,
    /// `2026-11-23`
    #[serde(rename = "yyyy-mm-dd")]
    Iso,
    /// `46349`: days since the end of 1899, as spreadsheets count them.
    #[serde(rename = "excel")]
    Serial,
}

/// Why text is not a day or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    /// The second number is over 12. Month first is never guessed.
    #[error("looks like month first, which is never guessed; write it as dd/mm/yyyy")]
    MonthFirst,
    /// `1/4/25`.
    #[error("has a year of two digits; write all four")]
    ShortYear,
    /// 30 February.
    #[error("is a day or time that does not exist")]
    NoSuchDay,
    /// Nothing we read as a date.
    #[error("is not dd/mm/yyyy, yyyy-mm-dd or a spreadsheet date number")]
    NotADate,
}

/// How finely a moment was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Only the day. The moment is that day's beginning in London, not a time anyone told.
    Day,
    /// To the minute.
    Minute,
    /// To the second or finer.
    Second,
}

/// A moment as an extract told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Moment {
    /// The moment. Without an offset in the text, the text was a London clock.
    pub at: Timestamp,
    /// How finely it was told.
    pub precision: Precision,
    /// Set when the text names a London hour that happens twice (the first was taken) or never.
    #[serde(serialize_with = "clock_change")]
    pub clock_change: Option<LocalTimeProblem>,
}

// Serde hands a reference to the field.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn clock_change<S: serde::Serializer>(value: &Option<LocalTimeProblem>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        None => to.serialize_none(),
        Some(LocalTimeProblem::Repeated) => to.serialize_str("repeated"),
        Some(LocalTimeProblem::Skipped) => to.serialize_str("skipped"),
    }
}

/// A day and how it was written. A time of midnight after it, as databases print it, is passed over.
///
/// # Errors
/// When the text is not a day in a form we read.
pub fn read_day(text: &str) -> Result<(CalendarDay, DateForm), DateProblem> {
    let text = text.trim();
    let (date, time) = split(text);
    if let Some(time) = time {
        match clock_time(time) {
            Some((time, _)) if time == Time::midnight() => {}
            _ => return Err(DateProblem::NotADate),
        }
    }
    let (date, form) = day(date)?;
    Ok((CalendarDay::from_date(date), form))
}

/// A moment and how its day was written. `Z` or an offset is honoured; without one the text is a London clock.
///
/// # Errors
/// When the text is not a date, with or without time, in a form we read.
pub fn read_moment(text: &str) -> Result<(Moment, DateForm), DateProblem> {
    let text = text.trim();
    if let Some((days, fraction)) = text.split_once('.').filter(|_| !text.contains(['/', '-', ':'])) {
        return serial_moment(days, fraction);
    }
    let (date, time) = split(text);
    let (date, form) = day(date)?;
    let Some(time) = time else {
        let at = CalendarDay::from_date(date).start();
        return Ok((Moment { at, precision: Precision::Day, clock_change: None }, form));
    };
    let bytes = time.as_bytes();
    let offset_at = memchr::memchr3(b'+', b'-', b'Z', bytes).unwrap_or(bytes.len());
    let (time, precision) = clock_time(time[..offset_at].trim_end()).ok_or(DateProblem::NoSuchDay)?;
    let local = DateTime::from_parts(date, time);
    if offset_at == bytes.len() {
        let found = local_to_timestamp(local);
        return Ok((Moment { at: found.at, precision, clock_change: found.problem }, form));
    }
    let seconds =
        offset_seconds(&text[text.len() - (bytes.len() - offset_at)..]).ok_or(DateProblem::NotADate)?;
    let instant = Offset::from_seconds(seconds).and_then(|offset| offset.to_timestamp(local));
    let at = instant.map_err(|_| DateProblem::NoSuchDay)?.as_microsecond();
    Ok((Moment { at: Timestamp::from_micros(at), precision, clock_change: None }, form))
}

/// `23/11/2026`.
#[must_use]
pub(crate) fn day_first(day: CalendarDay) -> String {
    let date = day.date();
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// The date, and the time after a space or `T`.
fn split(text: &str) -> (&str, Option<&str>) {
    match memchr::memchr3(b' ', b'T', b't', text.as_bytes()) {
        Some(at) => (&text[..at], Some(text[at + 1..].trim_start())),
        None => (text, None),
    }
}

fn day(text: &str) -> Result<(Date, DateForm), DateProblem> {
    let bytes = text.as_bytes();
    if let Some(slash) = memchr::memchr(b'/', bytes) {
        let rest = &text[slash + 1..];
        let Some((month, year)) = rest.split_once('/') else { return Err(DateProblem::NotADate) };
        let day = number(&text[..slash], 2).ok_or(DateProblem::NotADate)?;
        let month = number(month, 2).ok_or(DateProblem::NotADate)?;
        if year.len() == 2 && number(year, 2).is_some() {
            return Err(DateProblem::ShortYear);
        }
        let year = number(year, 4).filter(|_| year.len() == 4).ok_or(DateProblem::NotADate)?;
        if month > 12 && day <= 12 {
            return Err(DateProblem::MonthFirst);
        }
        return date(year, month, day).map(|date| (date, DateForm::DayFirst));
    }
    if let &[a, b, c, d, b'-', m, n, b'-', x, y] = bytes {
        let two = |a, b| number(std::str::from_utf8(&[a, b]).unwrap_or_default(), 2);
        let parts = (two(a, b), two(c, d), two(m, n), two(x, y));
        let (Some(century), Some(year), Some(month), Some(day)) = parts else {
            return Err(DateProblem::NotADate);
        };
        return date(century * 100 + year, month, day).map(|date| (date, DateForm::Iso));
    }
    serial_date(text).map(|date| (date, DateForm::Serial)).ok_or(DateProblem::NotADate)
}

fn date(year: u32, month: u32, day: u32) -> Result<Date, DateProblem> {
    // Nobody alive is in a record older than this, and such years are typing mistakes: 0205, 1025.
    if !(1900..=2199).contains(&year) {
        return Err(DateProblem::NoSuchDay);
    }
    let (year, month, day) = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else { return Err(DateProblem::NoSuchDay) };
    Date::new(year, month, day).map_err(|_| DateProblem::NoSuchDay)
}

/// Five digits from 1927 to 2119: shorter and longer numbers are other things.
fn serial_date(text: &str) -> Option<Date> {
    let days = number(text, 5).filter(|days| (10_000..=80_000).contains(days))?;
    // SOURCE: the 1900 date system, in which serial 60 is a 29 February 1900 that never was; from 61 on, day 0 is 30 December 1899.
    let start = Date::new(1899, 12, 30).ok()?;
    start.checked_add(jiff::Span::new().days(i64::from(days))).ok()
}

fn serial_moment(days: &str, fraction: &str) -> Result<(Moment, DateForm), DateProblem> {
    let date = serial_date(days).ok_or(DateProblem::NotADate)?;
    if fraction.is_empty() || fraction.len() > 18 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateProblem::NotADate);
    }
    let part: f64 = format!("0.{fraction}").parse().map_err(|_| DateProblem::NotADate)?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 86,400")]
    let seconds = (part * 86_400.0).round() as i64;
    let local = DateTime::from_parts(date, Time::midnight());
    let local = local.checked_add(jiff::Span::new().seconds(seconds)).map_err(|_| DateProblem::NoSuchDay)?;
    let found = local_to_timestamp(local);
    Ok((Moment { at: found.at, precision: Precision::Second, clock_change: found.problem }, DateForm::Serial))
}

/// `9:05`, `09:05:30`, `09:05:30.123`.
fn clock_time(text: &str) -> Option<(Time, Precision)> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, Some(second)),
        None => (rest, None),
    };
    let small = |text: &str| number(text, 2).and_then(|value| i8::try_from(value).ok());
    let (hour, minute) = (small(hour)?, small(minute).filter(|_| minute.len() == 2)?);
    let Some(second) = second else { return Some((Time::new(hour, minute, 0, 0).ok()?, Precision::Minute)) };
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let places = u32::try_from(fraction.len()).ok().filter(|places| (1..=9).contains(places))?;
    let nanos = number(fraction, 9)?.checked_mul(10_u32.pow(9 - places))?;
    let second = small(second)?;
    Some((Time::new(hour, minute, second, i32::try_from(nanos).ok()?).ok()?, Precision::Second))
}

/// `Z`, `+01:00`, `+0100`, `+01`.
fn offset_seconds(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.get(1..)?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "00"),
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 15 || minutes > 59 {
        return None;
    }
    Some(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
}

/// A number of one to `most` digits.
fn number(text: &str, most: usize) -> Option<u32> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Result<String, DateProblem> {
        read_day(text).map(|(day, _)| day.to_string())
    }
    fn m(text: &str) -> Result<String, DateProblem> {
        read_moment(text).map(|(moment, _)| moment.at.to_rfc3339()[..19].to_owned())
    }

    #[test]
    fn days_are_read_in_three_forms() {
        let day = Ok("2026-11-23".to_owned());
        for text in ["23/11/2026", "2026-11-23", "46349", " 23/11/2026 00:00:00", "2026-11-23T00:00:00"] {
            assert_eq!(d(text), day, "{text}");
        }
        assert_eq!(d("1/4/2025"), Ok("2025-04-01".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_a_date_is_told() {
        assert_eq!(d("11/23/2026"), Err(DateProblem::MonthFirst));
        assert_eq!(d("1/4/25"), Err(DateProblem::ShortYear));
        assert_eq!(d("30/02/2026"), Err(DateProblem::NoSuchDay));
        assert_eq!(d("01/01/0205"), Err(DateProblem::NoSuchDay));
        for text in
            ["", "soon", "20261123", "1", "2026-1-1", "+1/01/2026", "23/11/2026 14:00", "٢/١/2026", "1/1"]
        {
            assert_eq!(d(text), Err(DateProblem::NotADate), "{text}");
        }
    }

    #[test]
    fn moments_without_offset_are_london_clocks() {
        assert_eq!(m("01/07/2026 12:00").as_deref(), Ok("2026-07-01T11:00:00"));
        assert_eq!(m("2026-01-07 9:05:30").as_deref(), Ok("2026-01-07T09:05:30"));
        assert_eq!(m("2026-07-01T12:00:00Z").as_deref(), Ok("2026-07-01T12:00:00"));
        assert_eq!(m("2026-07-01T12:00:00.250+02:00").as_deref(), Ok("2026-07-01T10:00:00"));
        assert_eq!(m("2026-07-01 12:00 -0330").as_deref(), Ok("2026-07-01T15:30:00"));
        assert_eq!(m("46349.75").as_deref(), Ok("2026-11-23T18:00:00"));
        assert_eq!(read_moment("2026-07-01").unwrap().0.precision, Precision::Day);
        for text in
            ["01/07/2026 24:00", "01/07/2026 12", "01/07/2026 12:60", "2026-07-01T12:00+99:00", "1.5", "x"]
        {
            assert!(m(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_repeated_hour_is_flagged_unless_an_offset_settles_it() {
        let change = |text: &str| read_moment(text).unwrap().0.clock_change;
        assert_eq!(change("25/10/2026 01:30"), Some(LocalTimeProblem::Repeated));
        assert_eq!(change("29/03/2026 01:30"), Some(LocalTimeProblem::Skipped));
        assert_eq!(change("2026-10-25T01:30+01:00"), None);
    }
}
