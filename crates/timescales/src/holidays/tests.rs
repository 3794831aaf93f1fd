use proptest::prelude::*;

use super::*;

fn day(text: &str) -> CalendarDay {
    text.parse().unwrap()
}

fn days_of(year: i16) -> Vec<String> {
    BankHolidays::england_and_wales().of_year(year).iter().map(|holiday| holiday.day.to_string()).collect()
}

#[test]
fn published_years_agree_day_by_day() {
    // As published for England and Wales, entered by hand: ordinary years, substitute days, and every royal exception.
    let published = [
        (1995, "01-02 04-14 04-17 05-08 05-29 08-28 12-25 12-26"),
        (1999, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31"),
        (2000, "01-03 04-21 04-24 05-01 05-29 08-28 12-25 12-26"),
        (2002, "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26"),
        (2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        (2016, "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
    ];
    for (year, expected) in published {
        let expected: Vec<_> = expected.split(' ').map(|day| format!("{year}-{day}")).collect();
        assert_eq!(days_of(year), expected, "{year}");
    }
}

#[test]
fn easter_is_right_at_its_extremes() {
    for (year, expected) in
        [(1818, (3, 22)), (1943, (4, 25)), (1954, (4, 18)), (1981, (4, 19)), (2000, (4, 23)), (2008, (3, 23))]
    {
        assert_eq!(easter(year), expected, "{year}");
    }
    assert_eq!(
        [easter(2011), easter(2038), easter(2049), easter(2076)],
        [(4, 24), (4, 25), (4, 18), (4, 19)]
    );
}

#[test]
fn every_year_from_1990_to_2100_has_its_eight_days_and_the_royal_ones() {
    let extra = |year| match year {
        1999 | 2002 | 2011 | 2012 | 2023 => 1,
        2022 => 2,
        _ => 0,
    };
    for year in 1990..=2100 {
        assert_eq!(days_of(year).len(), 8 + extra(year), "{year}");
    }
}

#[test]
fn a_substitute_day_says_so() {
    let holidays = BankHolidays::england_and_wales();
    assert_eq!(holidays.name(day("2021-12-27")), Some("Christmas Day (substitute day)"));
    assert_eq!(holidays.name(day("2021-12-28")), Some("Boxing Day (substitute day)"));
    assert_eq!(holidays.name(day("2022-12-26")), Some("Boxing Day"));
    assert_eq!(holidays.name(day("2022-12-25")), None, "a Sunday: the substitute is the day off");
    assert!(!holidays.is_working_day(day("2022-12-25")));
    assert!(holidays.is_working_day(day("2022-12-28")));
}

#[test]
fn a_faulty_file_of_exceptions_says_what_is_wrong() {
    let entry =
        |list: &str, day: &str| format!("[[{list}]]\nday = \"{day}\"\nname = \"x\"\nsource = \"y\"\n");
    let error = |text: &str| BankHolidays::parse(text).unwrap_err().to_string();
    assert_eq!(error(&entry("added", "2026-02-30")), "`2026-02-30` is not a date");
    assert_eq!(error(&entry("added", "2026-12-25")), "2026-12-25 changes nothing: the rule already says so");
    assert_eq!(
        error(&entry("removed", "2026-06-15")),
        "2026-06-15 changes nothing: the rule already says so"
    );
    let twice = entry("added", "2026-06-15").repeat(2);
    assert_eq!(error(&twice), "2026-06-15 is listed twice");
    assert!(error("[[added]]\nday = \"2026-06-15\"\nname = \"no source\"").contains("source"));
}

proptest! {
    #[test]
    fn a_bank_holiday_is_a_weekday_and_no_working_day(year in 1990_i16..=2100) {
        let holidays = BankHolidays::england_and_wales();
        for holiday in holidays.of_year(year) {
            prop_assert!(!is_weekend(holiday.day.date()), "{}", holiday.day);
            prop_assert!(!holidays.is_working_day(holiday.day));
        }
    }
}
