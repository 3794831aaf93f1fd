use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn due_of(start: &str, limit: &str) -> String {
    due(at(start), limit.parse().unwrap(), BankHolidays::england_and_wales()).to_rfc3339()
}

#[test]
fn seventy_two_hours_are_seventy_two_hours_across_the_change_of_the_clocks() {
    assert_eq!(due_of("2026-10-24T12:00:00Z", "72 hours"), "2026-10-27T12:00:00.000000Z");
}

#[test]
fn a_day_limit_ends_at_the_end_of_a_london_day_in_summer_and_winter() {
    assert_eq!(due_of("2026-07-01T22:30:00Z", "1 day"), "2026-07-02T22:59:59.000000Z");
    assert_eq!(due_of("2026-07-01T23:30:00Z", "1 day"), "2026-07-03T22:59:59.000000Z", "already 2 July here");
    assert_eq!(due_of("2026-10-24T12:00:00Z", "1 day"), "2026-10-25T23:59:59.000000Z", "a day of 25 hours");
}

#[test]
fn working_days_start_the_day_after_and_skip_weekends_and_bank_holidays() {
    // Thursday 24 December 2026: Christmas Day, the weekend and the substitute Monday pass; Tuesday 29 is day 1.
    assert_eq!(due_of("2026-12-24T09:00:00Z", "1 working day"), "2026-12-29T23:59:59.000000Z");
    assert_eq!(due_of("2026-12-24T09:00:00Z", "5 working days"), "2027-01-05T23:59:59.000000Z");
    assert_eq!(due_of("2026-11-21T09:00:00Z", "1 working day"), "2026-11-23T23:59:59.000000Z", "a Saturday");
    assert_eq!(
        due_of("2022-09-16T09:00:00Z", "1 working day"),
        "2022-09-20T22:59:59.000000Z",
        "state funeral"
    );
}

#[test]
fn a_month_ends_on_the_same_day_or_the_months_last() {
    assert_eq!(due_of("2026-01-31T09:00:00Z", "1 month"), "2026-02-28T23:59:59.000000Z");
    assert_eq!(due_of("2026-03-10T09:00:00Z", "3 months"), "2026-06-10T22:59:59.000000Z");
}

#[test]
fn limits_are_read_as_they_are_written() {
    for text in
        ["1 minute", "30 minutes", "72 hours", "1 working day", "45 working days", "30 days", "1 month"]
    {
        assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
    }
    for bad in
        ["", "72", "hours", "0 hours", "-1 days", "+1 days", "1.5 hours", "72 Hours", "20000 days", "1  day"]
    {
        assert!(bad.parse::<Limit>().is_err(), "{bad}");
    }
}

fn limits() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (0..100_000_u32).prop_map(Limit::Minutes),
        (0..5_000_u32).prop_map(Limit::Hours),
        (0..400_u16).prop_map(Limit::Days),
        (0..90_u16).prop_map(Limit::WorkingDays),
        (0..40_u16).prop_map(Limit::Months),
    ]
}

/// Moments from 1990 to 2100, in microseconds.
fn moments() -> impl Strategy<Value = Timestamp> {
    (at("1990-01-01T00:00:00Z").micros()..at("2100-01-01T00:00:00Z").micros())
        .prop_map(Timestamp::from_micros)
}

proptest! {
    #[test]
    fn a_later_start_is_never_due_earlier(start in moments(), more in 0_i64..40 * 86_400, limit in limits()) {
        let holidays = BankHolidays::england_and_wales();
        prop_assert!(due(start, limit, holidays) <= due(start.plus_seconds(more), limit, holidays));
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(start in moments(), n in 0_u16..80) {
        let holidays = BankHolidays::england_and_wales();
        for limit in [Limit::WorkingDays, Limit::Days, Limit::Months] {
            prop_assert!(due(start, limit(n), holidays) <= due(start, limit(n + 1), holidays));
        }
    }

    #[test]
    fn working_days_end_on_a_working_day_with_just_that_many_passed(start in moments(), n in 0_u16..80) {
        let holidays = BankHolidays::england_and_wales();
        let end = due(start, Limit::WorkingDays(n), holidays);
        prop_assert!(holidays.is_working_day(end.day()));
        prop_assert_eq!(end.plus_seconds(1), end.day().plus_days(1).start());
        let mut passed = 0;
        let mut day = start.day();
        while day < end.day() {
            day = day.plus_days(1);
            passed += u16::from(holidays.is_working_day(day));
        }
        prop_assert!(passed == n || n == 0 && passed <= 1);
    }

    #[test]
    fn nothing_is_due_before_it_starts(start in moments(), limit in limits()) {
        prop_assert!(due(start, limit, BankHolidays::england_and_wales()) >= start.plus_seconds(-1));
    }
}
