//! A date people know by heart, in three fields.

use super::label::Described;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Input, Label, Legend};
use crate::markup::{Component, Markup, either, join_words, when};
use crate::options::{Attributes, options, printable};

options! {
    /// One of the fields of a date.
    pub struct DatePart {
        /// The name it is sent by, after the prefix.
        pub name: String,
        /// What it asks: its name with a capital unless said otherwise.
        pub label: String,
        /// Its id: the date's and its name unless said otherwise.
        pub id: String,
        /// What was typed so far.
        pub value: Option<String>,
        /// Whether this part is wrong. When no part says so and the date is wrong, all parts are marked.
        pub error: Option<bool>,
        /// What browsers may fill in.
        pub autocomplete: String,
        /// Which keyboard a phone shows: `numeric` unless said otherwise.
        pub inputmode: String,
        /// A pattern the answer has to match.
        pub pattern: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

/// What was typed so far, by the name each part is sent by.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(serde::Deserialize), serde(transparent))]
pub struct DateValues(std::collections::BTreeMap<String, String>);

impl<N: Into<String>, V: Into<String>, const L: usize> From<[(N, V); L]> for DateValues {
    fn from(values: [(N, V); L]) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

options! {
    /// A date people know by heart, in three fields: day, month and year.
    pub struct DateInput {
        /// Its id, and the start of its parts' ids.
        pub id: String,
        /// Start of its parts' names, followed by a hyphen.
        pub name_prefix: String,
        /// The question.
        pub fieldset: Option<Fieldset>,
        /// Help with the answer.
        pub hint: Hint,
        /// What is wrong with the answer.
        pub error_message: ErrorMessage,
        /// What was typed so far, by full name.
        pub values: DateValues,
        /// The day, where it differs from the usual.
        pub day: Option<DatePart>,
        /// The month, where it differs from the usual.
        pub month: Option<DatePart>,
        /// The year, where it differs from the usual.
        pub year: Option<DatePart>,
        /// Other parts, for instance month and year only.
        pub items: Vec<DatePart>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the question.
        pub form_group: FormGroup,
    }
}

printable!(DateInput);

impl DateInput {
    /// A question whose parts are sent as `{name}-day`, `{name}-month` and `{name}-year`.
    pub fn new(name: &str, legend: impl Into<Legend>) -> Self {
        Self::default().id(name).name_prefix(name).fieldset(Fieldset::default().legend(legend))
    }

    /// What was typed so far.
    #[must_use]
    pub fn typed(self, day: &str, month: &str, year: &str) -> Self {
        let name = |part: &str| format!("{}{part}", self.prefix());
        let values = [(name("day"), day), (name("month"), month), (name("year"), year)];
        self.values(values)
    }

    fn prefix(&self) -> String {
        if self.name_prefix.is_empty() { String::new() } else { format!("{}-", self.name_prefix) }
    }

    /// Day, month and year as this date has them, with the names they go by.
    fn usual(&self) -> [(&'static str, DatePart); 3] {
        let part = |own: &Option<DatePart>, name: &'static str| {
            let mut part = own.clone().unwrap_or_default();
            if part.name.is_empty() {
                part.name = name.to_owned();
            }
            (name, part)
        };
        [part(&self.day, "day"), part(&self.month, "month"), part(&self.year, "year")]
    }

    fn write_part(&self, part: &DatePart, mark_all: bool, out: &mut Markup) {
        let usual = self.usual();
        let known = usual.iter().find(|(name, own)| part.name == *name || part.name == own.name);
        let says_error = part.classes.contains("govuk-input--error");
        let marked = part.error == Some(true) || (part.error != Some(false) && mark_all);
        let width = if known.is_some_and(|(name, _)| *name == "year") { "4" } else { "2" };
        let width = format!("govuk-input--width-{width}");
        let error = when(marked && !says_error, "govuk-input--error");
        let width = if part.classes.contains("govuk-input--width-") { "" } else { width.as_str() };
        let name = format!("{}{}", self.prefix(), part.name);
        let value = part.value.as_ref().or_else(|| known.and_then(|(_, own)| own.value.as_ref()));
        let value = value.or_else(|| self.values.0.get(&name)).map_or("", String::as_str);
        let id = format!("{}-{}", self.id, part.name);
        let label = either(&part.label, &capitalised(&part.name)).to_owned();
        out.open("div").class(["govuk-date-input__item"]).end();
        out.add(
            &Input::new(name, Label::from(label).classes("govuk-date-input__label"))
                .id(either(&part.id, &id))
                .classes(join_words(["govuk-date-input__input", error, width, &part.classes]))
                .value(value)
                .inputmode(either(&part.inputmode, "numeric"))
                .autocomplete(&part.autocomplete)
                .pattern(&part.pattern)
                .attributes(part.attributes.clone()),
        );
        out.close("div");
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Component for DateInput {
    fn write(&self, out: &mut Markup) {
        let described = Described { id: &self.id, hint: &self.hint, error: &self.error_message };
        let own = self.usual().map(|(_, part)| part);
        let parts: &[DatePart] = if self.items.is_empty() { &own } else { &self.items };
        let any_marked =
            parts.iter().any(|part| part.error == Some(true) || part.classes.contains("govuk-input--error"));

        let mut inner = Markup::default();
        described.write_hint_and_error(&mut inner);
        inner.open("div").class(["govuk-date-input", &self.classes]).attributes(&self.attributes);
        inner.some("id", &self.id).end().html(&self.form_group.before_input);
        for part in parts {
            self.write_part(part, described.has_error() && !any_marked, &mut inner);
        }
        inner.html(&self.form_group.after_input).close("div");

        described.open_group("", &self.form_group, out);
        out.end();
        match &self.fieldset {
            Some(fieldset) => {
                let by = described.by(&fieldset.described_by);
                // Some screen readers pass over a description unless the role says group.
                out.add(&fieldset.clone().role("group").described_by(by).content(inner.finish()));
            }
            None => {
                out.html(&inner.finish());
            }
        }
        out.close("div");
    }
}
