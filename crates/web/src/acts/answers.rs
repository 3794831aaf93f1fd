//! What somebody answered, from a form or from JSON, and reading it with every problem collected.
use std::collections::BTreeMap;

use cf_app::FieldProblem;
use cf_app::report::check_text;
use cf_kernel::{CalendarDay, LocalTimeProblem, Timestamp, local_to_timestamp};

use crate::pages::problem_page::lower;

/// Answers by field name. A field can have several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answers(BTreeMap<String, Vec<String>>);

impl Answers {
    /// From the pairs of a form.
    pub(crate) fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut answers = Self::default();
        for (name, value) in pairs {
            answers.0.entry(name).or_default().push(value);
        }
        answers
    }

    /// From a JSON object of text, numbers, and yes and no. `null` is no answer.
    pub(crate) fn from_json(
        body: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, Vec<FieldProblem>> {
        let mut answers = Self::default();
        let mut problems = Vec::new();
        for (name, value) in body {
            match (value, plain(value)) {
                (serde_json::Value::Null, _) => {}
                (_, Some(text)) => drop(answers.0.insert(name.clone(), vec![text])),
                _ => problems.push(FieldProblem::new(name, "Give text, a number, or true or false.")),
            }
        }
        if problems.is_empty() { Ok(answers) } else { Err(problems) }
    }

    /// The first answer, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Every answer.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every pair, for carrying them over a sign-in.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// Sets an answer, for showing a form with something filled in.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), vec![value.into()]);
    }

    /// Sets every answer of a field.
    pub(crate) fn put(&mut self, name: &str, values: Vec<String>) {
        self.0.insert(name.to_owned(), values);
    }

    /// Takes an answer out of the form.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.0.remove(name).and_then(|values| values.into_iter().next()).unwrap_or_default()
    }

    /// Whether nothing was answered.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Bool(true) => Some("yes".to_owned()),
        serde_json::Value::Bool(false) => Some("no".to_owned()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads answers and remembers what is wrong, so that a person sees everything at once.
pub(crate) struct Reader<'a> {
    answers: &'a Answers,
    problems: Vec<FieldProblem>,
    /// Fields by name, for problems that do not say themselves which question they are about.
    names: Vec<(String, String)>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(answers: &'a Answers) -> Self {
        Self { answers, problems: Vec::new(), names: Vec::new() }
    }

    /// The same on a page with many questions: what is wrong with an answer begins with these names.
    pub(crate) fn naming(mut self, names: impl IntoIterator<Item = (String, String)>) -> Self {
        self.names.extend(names);
        self
    }

    /// A rule that many questions have, after the name of the one it is about.
    fn rule(&mut self, field: &str, rule: &str) {
        let message = match self.names.iter().find(|(name, _)| name == field) {
            Some((_, name)) => format!("{name}: {}", lower(rule)),
            None => rule.to_owned(),
        };
        self.problem(field, message);
    }

    pub(crate) fn problem(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(FieldProblem::new(field, message));
    }

    /// A text, as typed, line ends made one kind.
    pub(crate) fn text(&mut self, name: &str) -> String {
        let text = self.answers.get(name).replace("\r\n", "\n");
        if let Some(problem) = check_text(name, &text) {
            self.rule(name, &problem.message);
        }
        text
    }

    /// A text that must say something.
    pub(crate) fn words(&mut self, name: &str, ask: &str) -> String {
        let text = self.text(name);
        if text.trim().is_empty() {
            self.problem(name, ask);
        }
        text
    }

    /// A code that must be one of those offered.
    pub(crate) fn code<T>(&mut self, name: &str, from: impl Fn(&str) -> Option<T>, ask: &str) -> Option<T> {
        let found = from(self.answers.get(name));
        if found.is_none() {
            self.problem(name, ask);
        }
        found
    }

    /// Whether a box is ticked or a question answered yes.
    pub(crate) fn yes(&self, name: &str) -> bool {
        matches!(self.answers.get(name), "yes" | "true" | "on" | "1")
    }

    /// A moment, as `name_date` and `name_time` on a London clock, or as `name` in RFC 3339. Must be there.
    pub(crate) fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let whole = self.answers.get(name).trim().to_owned();
        if !whole.is_empty() {
            let read = whole.parse().ok();
            if read.is_none() {
                self.rule(name, "Give the moment as RFC 3339, like 2026-11-23T19:52:00Z.");
            }
            return read;
        }
        let (date_field, time_field) = (format!("{name}_date"), format!("{name}_time"));
        let day = self.day(&date_field);
        let time = self.answers.get(&time_field).trim().replace('.', ":");
        let time = match parse_time(&time) {
            Some(time) => Some(time),
            None => {
                self.rule(&time_field, "Give the time on a 24-hour clock, like 19:52.");
                None
            }
        };
        let (day, time) = (day?, time?);
        let local = local_to_timestamp(day.date().to_datetime(time));
        if local.problem == Some(LocalTimeProblem::Skipped) {
            self.rule(&time_field, "Clocks went forward then: this time did not happen. Check it.");
        }
        Some(local.at)
    }

    /// A day that must be there.
    pub(crate) fn day(&mut self, name: &str) -> Option<CalendarDay> {
        let text = self.answers.get(name).trim().to_owned();
        let day = text.parse().ok();
        if day.is_none() {
            let message =
                if text.is_empty() { "Give the date." } else { "Give a real date, like 23/11/2026." };
            self.rule(name, message);
        }
        day
    }

    /// A day, if one is given.
    pub(crate) fn maybe_day(&mut self, name: &str) -> Option<CalendarDay> {
        if self.answers.get(name).trim().is_empty() { None } else { self.day(name) }
    }

    /// What was read, unless something was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldProblem>> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ if self.problems.is_empty() => Err(vec![FieldProblem::new("form", "Something is missing.")]),
            _ => Err(self.problems),
        }
    }
}

fn parse_time(text: &str) -> Option<jiff::civil::Time> {
    let (hour, minute) = match text.split_once(':') {
        Some((hour, rest)) => (hour, rest.split(':').next()?),
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => return None,
    };
    let digits = |part: &str| {
        (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())
    };
    jiff::civil::Time::new(digits(hour)??, digits(minute)??, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        Answers::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_moment_is_read_from_date_and_time_or_from_rfc_3339() {
        for (pairs, want) in [
            (vec![("at_date", "2026-07-01"), ("at_time", "12:00")], Some("2026-07-01T11:00:00.000000Z")),
            (vec![("at_date", "1/7/2026"), ("at_time", "1200")], Some("2026-07-01T11:00:00.000000Z")),
            (vec![("at", "2026-07-01T11:00:00Z")], Some("2026-07-01T11:00:00.000000Z")),
            (vec![("at_date", "2026-07-01"), ("at_time", "25:00")], None),
            (vec![("at_date", "01-07-2026"), ("at_time", "12:00")], None),
            (vec![("at_time", "12:00")], None),
            (vec![("at", "yesterday")], None),
        ] {
            let answers = answers(&pairs);
            let mut reader = Reader::new(&answers);
            let read = reader.moment("at");
            assert_eq!(reader.finish(read).ok().map(Timestamp::to_rfc3339).as_deref(), want, "{pairs:?}");
        }
    }

    #[test]
    fn the_hour_that_does_not_happen_in_spring_is_named() {
        let answers = answers(&[("at_date", "2026-03-29"), ("at_time", "01:30")]);
        let mut reader = Reader::new(&answers);
        let read = reader.moment("at");
        assert_eq!(reader.finish(read).unwrap_err()[0].field, "at_time");
    }

    #[test]
    fn every_problem_is_collected() {
        let answers = answers(&[("words", "  ")]);
        let mut reader = Reader::new(&answers);
        reader.words("words", "Say it.");
        reader.moment("at");
        assert_eq!(reader.finish(Some(())).unwrap_err().len(), 3);
    }
}
