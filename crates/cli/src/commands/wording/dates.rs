//! The period a date falls in.
use cf_kernel::{CalendarDay, Timestamp};

/// Length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Period {
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
    /// Everything together.
    All,
}

impl Period {
    /// The period of a record with this date: `2026-11`, `2026`, `all`, or `(no date)` without one. `None` when the date cannot
    /// be read; with `All` none is needed.
    pub(crate) fn of(self, date: Option<&str>) -> Option<String> {
        let text = date.map_or("", str::trim);
        if self == Self::All {
            return Some("all".to_owned());
        }
        if text.is_empty() {
            return Some("(no date)".to_owned());
        }
        let day = day(text)?.date();
        Some(match self {
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Year | Self::All => format!("{:04}", day.year()),
        })
    }
}

/// `2026-11-23`, with or without a time after it, or `23/11/2026`.
fn day(text: &str) -> Option<CalendarDay> {
    let (date, time) = text.split_at_checked(10)?;
    let iso = match date.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => true,
        [_, _, b'/', _, _, b'/', ..] => false,
        _ => return None,
    };
    let timed = |text: &str| text.parse::<Timestamp>().is_ok();
    let good = time.is_empty() || iso && (timed(text) || timed(&format!("{text}Z")));
    date.parse().ok().filter(|_| good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_and_day_first_dates_have_a_period_and_nothing_else_has() {
        for date in [
            "2023-01-05",
            " 2023-01-05 ",
            "2023-01-05T09:30",
            "2023-01-05 09:30:00",
            "2023-01-05T23:30:00.25Z",
            "2023-01-05T09:30:00+01:00",
            "05/01/2023",
        ] {
            assert_eq!(Period::Month.of(Some(date)).as_deref(), Some("2023-01"), "{date}");
            assert_eq!(Period::Year.of(Some(date)).as_deref(), Some("2023"), "{date}");
        }
        for date in [
            "bad date",
            "2023-02-30",
            "2023-01",
            "2023-13-01",
            "12/25/2023",
            "5/1/2023",
            "05/01/23",
            "05-01-2023",
            "2023/01/05",
            "05/01-2023",
            "05/01/2023 x",
            "2023-01-05x",
            "2023-01-05T25:00",
            "2023-01-05 in the evening",
            "20230105",
            "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
            "44931",
        ] {
            assert_eq!(Period::Month.of(Some(date)), None, "{date}");
            assert_eq!(Period::All.of(Some(date)).as_deref(), Some("all"), "{date}");
        }
        for none in [None, Some(""), Some("  ")] {
            assert_eq!(Period::Month.of(none).as_deref(), Some("(no date)"));
        }
    }
}
