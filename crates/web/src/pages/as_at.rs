//! "As known at": the form on a record's page that asks for a past moment, and what is wrong with it.
use cf_app::FieldProblem;
use cf_components::{Button, ErrorMessage, Html, Input};
use cf_kernel::{CalendarDay, Timestamp, local_to_timestamp};

use crate::markup::{ask, h2};

const DATE: &str = "as_at_date";
const TIME: &str = "as_at_time";

/// The moment asked for, if any. A moment that cannot be read is a problem, and never the present in disguise.
pub(crate) fn read(date: &str, time: &str, now: Timestamp) -> (Option<Timestamp>, Vec<FieldProblem>) {
    let (date, time) = (date.trim(), time.trim());
    if date.is_empty() && time.is_empty() {
        return (None, Vec::new());
    }
    let mut problems = Vec::new();
    let day = date.parse::<CalendarDay>().ok();
    if day.is_none() {
        problems.push(FieldProblem::new(
            DATE,
            "Give a real date. What you see below is the record as it is now.",
        ));
    }
    // Without a time: the end of that day.
    let time: Option<jiff::civil::Time> =
        if time.is_empty() { "23:59".parse().ok() } else { time.parse().ok() };
    if time.is_none() {
        problems.push(FieldProblem::new(TIME, "Give a time like 19:52, or none for the end of the day."));
    }
    let at = day.zip(time).map(|(day, time)| local_to_timestamp(day.date().to_datetime(time)).at);
    match at {
        Some(at) if at.day() > now.day() => {
            problems.push(FieldProblem::new(DATE, "That moment has not come yet. Give one in the past."));
            (None, problems)
        }
        at => (at, problems),
    }
}

/// The record had not begun at that moment.
pub(crate) fn nothing_yet(at: Option<Timestamp>) -> FieldProblem {
    let when = at.map(|at| at.to_string()).unwrap_or_default();
    FieldProblem::new(
        DATE,
        format!("Nothing was known of this at {when}. What you see below is the record as it is now."),
    )
}

/// The form, with what was asked and what is wrong with it.
pub(crate) fn form(action: &str, asked: (&str, &str), problems: &[FieldProblem]) -> Html {
    let input = |name: &str, label: &str, kind: &str, value: &str| -> Html {
        let wrong = problems.iter().find(|problem| problem.field == name);
        let wrong =
            wrong.map_or_else(ErrorMessage::default, |wrong| ErrorMessage::from(wrong.message.as_str()));
        Input::new(name, label)
            .kind(kind)
            .value(value)
            .error_message(wrong)
            .autocomplete("off")
            .classes("govuk-input--width-10")
            .into()
    };
    let fields = Html::join([
        input(DATE, "Date", "date", asked.0),
        input(TIME, "Time", "time", asked.1),
        Button::submit("Show").secondary().into(),
    ]);
    Html::join([h2("As known at"), ask(action, "", fields)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_cannot_be_read_is_said_and_not_guessed() {
        let now = "2026-03-04T09:00:00Z".parse().unwrap();
        let fields = |date, time| -> Vec<String> {
            let (at, problems) = read(date, time, now);
            assert!(at.is_none(), "{date} {time}");
            problems.into_iter().map(|problem| problem.field).collect()
        };
        assert!(fields("", "").is_empty());
        assert_eq!(fields("2026-02-30", ""), [DATE]);
        assert_eq!(fields("", "19:52"), [DATE]);
        assert_eq!(fields("2026-03-01", "25:00"), [TIME]);
        assert_eq!(fields("yesterday", "noon"), [DATE, TIME]);
        assert_eq!(fields("2027-01-01", ""), [DATE]);
        let (at, problems) = read("2026-03-03", "", now);
        assert_eq!(at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-03-03T23:59:00.000000Z"));
        assert!(problems.is_empty());
        assert!(read("2026-03-04", "", now).0.is_some(), "the end of today is still today");
    }
}
