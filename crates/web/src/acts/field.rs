//! A question of a form, and how it looks.
use cf_app::FieldProblem;
use cf_components::{
    Attributes, Checkboxes, Choice, ErrorMessage, Fieldset, Hint, Html, Input, Legend, Radios, Select,
    SelectItem, Textarea,
};
use cf_kernel::Timestamp;

use super::code_list::CodeList;
use super::{Answers, wording};
use crate::markup::{div, tag};

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: &'static str,
    pub(crate) kind: Kind,
    /// Whether an answer is needed; otherwise the label says that it is optional.
    pub(crate) needed: bool,
    /// Whether its wording is not checked: the child's own words, and words about words.
    pub(crate) unchecked: bool,
    /// Whether the question offers "not known" itself.
    pub(crate) asked: bool,
}

/// What kind of answer.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// One line, this wide in characters (0 for full width).
    Line(u8),
    /// Narrative, with this many lines shown.
    Words(u32),
    /// A date and a time, with the moment first shown.
    Moment(Option<Timestamp>),
    /// A date.
    Day,
    /// A whole number, both ends included.
    Number { min: i64, max: i64 },
    /// One of a few: code and words.
    One(Vec<(String, String)>),
    /// One of many: code and words.
    Pick(Vec<(String, String)>),
    /// A code of a published list, by name. What was given before and is no code of it can stay.
    Listed(CodeList),
    /// Yes or not.
    Tick,
}

impl Field {
    pub(crate) fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: "",
            kind,
            needed: true,
            asked: false,
            unchecked: false,
        }
    }
    pub(crate) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
    pub(crate) const fn optional(mut self) -> Self {
        self.needed = false;
        self
    }
    /// A question whose answers include "not known", so that nothing need be said about it being optional.
    pub(crate) const fn asked(mut self) -> Self {
        self.asked = true;
        self
    }
    /// The child's own words, which are never questioned, and words about words.
    pub(crate) const fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }
    /// A narrative.
    pub(crate) fn words(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Words(4))
    }
    /// One of these, as a page shows codes.
    pub(crate) fn one(
        name: impl Into<String>,
        label: impl Into<String>,
        items: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Self {
        let items = items.into_iter().map(|(code, words)| (code.to_owned(), words.to_owned())).collect();
        Self::new(name, label, Kind::One(items))
    }

    fn label_text(&self) -> String {
        if self.needed || self.asked || matches!(self.kind, Kind::Tick) {
            self.label.clone()
        } else {
            format!("{} (optional)", self.label)
        }
    }
}

/// The questions with the answers so far and what is wrong with them.
pub(crate) fn fields_html(fields: &[Field], answers: &Answers, problems: &[FieldProblem]) -> Html {
    Html::join(fields.iter().map(|field| {
        let asked = wording::questions(&field.name, answers, problems);
        Html::join([field_html(field, answers, problems), asked])
    }))
}

/// A few short answers stand beside each other.
fn short(items: &[(String, String)]) -> bool {
    items.len() <= 4 && items.iter().all(|(_, words)| words.chars().count() <= 12)
}

fn error(problems: &[FieldProblem], name: &str) -> ErrorMessage {
    let found = problems.iter().find(|problem| problem.field == name);
    found.map_or_else(ErrorMessage::default, |problem| ErrorMessage::from(problem.message.as_str()))
}

fn legend(text: String) -> Fieldset {
    Fieldset::default().legend(Legend::from(text).classes("govuk-fieldset__legend--s"))
}

fn field_html(field: &Field, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let name = field.name.as_str();
    let (label, value) = (field.label_text(), answers.get(name).to_owned());
    let hint = || Hint::from(field.hint);
    match &field.kind {
        Kind::Line(width) => {
            let classes = if *width == 0 { String::new() } else { format!("govuk-input--width-{width}") };
            Input::new(name, label.as_str())
                .hint(hint())
                .error_message(error(problems, name))
                .value(value)
                .autocomplete("off")
                .spellcheck(Some(false))
                .classes(classes)
                .into()
        }
        Kind::Number { .. } => Input::new(name, label.as_str())
            .hint(hint())
            .error_message(error(problems, name))
            .value(value)
            .inputmode("numeric")
            .autocomplete("off")
            .classes("govuk-input--width-3")
            .into(),
        Kind::Words(rows) => Textarea::new(name, label.as_str())
            .hint(hint())
            .error_message(error(problems, name))
            .value(value)
            .rows(Some(*rows))
            .spellcheck(Some(false))
            .autocomplete("off")
            .attributes(if field.unchecked { Attributes::default() } else { [("data-narrative", "")].into() })
            .into(),
        Kind::Moment(first) => moment(field, *first, answers, problems),
        Kind::Day => Input::new(name, label.as_str())
            .kind("date")
            .hint(hint())
            .error_message(error(problems, name))
            .value(value)
            .autocomplete("off")
            .classes("govuk-input--width-10")
            .into(),
        Kind::One(items) => Radios::default()
            .name(name)
            .fieldset(Some(legend(label)))
            .hint(hint())
            .error_message(error(problems, name))
            .items(items.iter().map(|(code, words)| Choice::new(code, words.as_str())).collect::<Vec<_>>())
            .value(value)
            .classes(if short(items) {
                "govuk-radios--small govuk-radios--inline"
            } else {
                "govuk-radios--small"
            })
            .into(),
        Kind::Pick(items) => {
            let empty = SelectItem::new("", "Choose");
            let items = items.iter().map(|(code, words)| SelectItem::new(code, words));
            Select::new(name, label.as_str(), std::iter::once(empty).chain(items).collect::<Vec<_>>())
                .hint(hint())
                .error_message(error(problems, name))
                .value(value)
                .into()
        }
        Kind::Listed(list) => {
            let empty = SelectItem::new("", "Choose");
            let items = list.codes_with(&value).into_iter();
            let items = items.map(|coded| SelectItem::new(coded.code, coded.words).group(coded.group));
            Select::new(name, label.as_str(), std::iter::once(empty).chain(items).collect::<Vec<_>>())
                .hint(hint())
                .error_message(error(problems, name))
                .value(value)
                .into()
        }
        Kind::Tick => Checkboxes::default()
            .name(name)
            .items(vec![Choice::new("yes", label.as_str()).hint(hint())])
            .values(answers.all(name).to_vec())
            .error_message(error(problems, name))
            .classes("govuk-checkboxes--small")
            .into(),
    }
}

/// Date and time beside each other; the browser's own pickers, which also take typing.
fn moment(field: &Field, first: Option<Timestamp>, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let (date_name, time_name) = (format!("{}_date", field.name), format!("{}_time", field.name));
    let (date, time) = shown(&date_name, &time_name, first, answers);
    let date = Input::new(date_name.as_str(), "Date")
        .kind("date")
        .value(date)
        .autocomplete("off")
        .error_message(error(problems, &date_name))
        .classes("govuk-input--width-10");
    let time = Input::new(time_name.as_str(), "Time (24 hours)")
        .kind("time")
        .value(time)
        .autocomplete("off")
        .error_message(error(problems, &time_name))
        .classes("govuk-input--width-5");
    let mut parts = Vec::new();
    if !field.hint.is_empty() {
        parts.push(tag("div", "govuk-hint", field.hint));
    }
    parts.push(div("cf-moment", Html::join([date.into(), time.into()])));
    Fieldset::default()
        .legend(Legend::from(field.label_text()).classes("govuk-fieldset__legend--s"))
        .content(Html::join(parts))
        .classes("govuk-form-group")
        .into()
}

fn shown(date_name: &str, time_name: &str, first: Option<Timestamp>, answers: &Answers) -> (String, String) {
    if answers.is_empty() {
        let local = first.map(Timestamp::local);
        return local.map_or_else(Default::default, |local| {
            (local.date().to_string(), format!("{:02}:{:02}", local.hour(), local.minute()))
        });
    }
    (answers.get(date_name).to_owned(), answers.get(time_name).to_owned())
}
