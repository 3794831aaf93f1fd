//! One of a few answers, and the choice that radios and checkboxes share.

use super::label::Described;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Label, Legend};
use crate::Html;
use crate::markup::{Component, Markup, either, join_words};
use crate::options::{Attributes, options, printable};

options! {
    /// One answer that can be ticked.
    pub struct Choice {
        /// What is sent when it is ticked.
        pub value: String,
        /// What it says.
        pub content: Html,
        /// Its id: made from the question's unless said otherwise.
        pub id: String,
        /// Its own name, for checkboxes that are sent one by one.
        pub name: String,
        /// More classes and attributes of its label.
        pub label: Label,
        /// Help with this answer.
        pub hint: Hint,
        /// Whether it is ticked. Unless said, it is ticked when its value was given to the question.
        pub checked: Option<bool>,
        /// Whether it cannot be ticked now.
        pub disabled: bool,
        /// Shown only while it is ticked (always, without script): more questions.
        pub conditional: Html,
        /// A word such as `or` in the place of an answer.
        pub divider: String,
        /// `exclusive` unticks all others; checkboxes only.
        pub behaviour: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl Choice {
    /// An answer: what is sent, and what it says.
    pub fn new(value: impl Into<String>, content: impl Into<Html>) -> Self {
        Self::default().value(value).content(content)
    }

    /// A word such as `or` between answers.
    pub fn or(word: impl Into<String>) -> Self {
        Self::default().divider(word)
    }
}

options! {
    /// One of a few answers.
    pub struct Radios {
        /// The name it is sent by.
        pub name: String,
        /// Start of every id: the name unless said otherwise.
        pub id_prefix: String,
        /// The question.
        pub fieldset: Option<Fieldset>,
        /// Help with the answer.
        pub hint: Hint,
        /// What is wrong with the answer.
        pub error_message: ErrorMessage,
        /// The answers.
        pub items: Vec<Choice>,
        /// The value of the answer given so far.
        pub value: String,
        /// More classes: `govuk-radios--inline`, `govuk-radios--small`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the question.
        pub form_group: FormGroup,
    }
}

printable!(Radios);

impl Radios {
    /// A question with its name and the answers there are.
    pub fn new(name: impl Into<String>, legend: impl Into<Legend>, items: impl Into<Vec<Choice>>) -> Self {
        Self::default().name(name).fieldset(Fieldset::default().legend(legend)).items(items)
    }
}

impl Component for Radios {
    fn write(&self, out: &mut Markup) {
        Choices {
            block: "govuk-radios",
            kind: "radio",
            name: &self.name,
            id_prefix: either(&self.id_prefix, &self.name),
            fieldset: self.fieldset.as_ref(),
            described_by: "",
            hint: &self.hint,
            error: &self.error_message,
            items: &self.items,
            chosen: &|value| !self.value.is_empty() && value == self.value,
            classes: &self.classes,
            attributes: &self.attributes,
            group: &self.form_group,
        }
        .write(out);
    }
}

/// Radios or checkboxes: they differ in a few names only.
pub(super) struct Choices<'a> {
    pub(super) block: &'static str,
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
    pub(super) id_prefix: &'a str,
    pub(super) fieldset: Option<&'a Fieldset>,
    /// Ids that describe every answer, where no fieldset carries them.
    pub(super) described_by: &'a str,
    pub(super) hint: &'a Hint,
    pub(super) error: &'a ErrorMessage,
    pub(super) items: &'a [Choice],
    pub(super) chosen: &'a dyn Fn(&str) -> bool,
    pub(super) classes: &'a str,
    pub(super) attributes: &'a Attributes,
    pub(super) group: &'a FormGroup,
}

impl Choices<'_> {
    pub(super) fn write(&self, out: &mut Markup) {
        let described = Described { id: self.id_prefix, hint: self.hint, error: self.error };
        let mut inner = Markup::default();
        described.write_hint_and_error(&mut inner);
        inner.open("div").class([self.block, self.classes]).attributes(self.attributes);
        inner.attr("data-module", self.block).end().html(&self.group.before_input);
        // Only checkboxes without a fieldset say on each answer what describes the question.
        let question = if self.fieldset.is_none() && self.kind == "checkbox" {
            described.by(self.described_by)
        } else {
            String::new()
        };
        for (index, item) in self.items.iter().enumerate() {
            self.write_item(index, item, &question, &mut inner);
        }
        inner.html(&self.group.after_input).close("div");

        described.open_group("", self.group, out);
        out.end();
        match self.fieldset {
            Some(fieldset) => {
                let others = either(&fieldset.described_by, self.described_by);
                let by = described.by(others);
                out.add(&fieldset.clone().described_by(by).content(inner.finish()));
            }
            None => {
                out.html(&inner.finish());
            }
        }
        out.close("div");
    }

    fn write_item(&self, index: usize, item: &Choice, question: &str, out: &mut Markup) {
        let block = self.block;
        if !item.divider.is_empty() {
            out.element("div", &format!("{block}__divider"), &Html::from(&item.divider));
            return;
        }
        // The first id has no number, so that an error summary can link to the question's own id.
        let numbered =
            if index == 0 { self.id_prefix.to_owned() } else { format!("{}-{}", self.id_prefix, index + 1) };
        let id = either(&item.id, &numbered);
        let conditional_id = format!("conditional-{id}");
        let hint_id = if item.hint.content.is_empty() { String::new() } else { format!("{id}-item-hint") };
        let has_conditional = !item.conditional.is_empty();
        let checked = item.checked.unwrap_or_else(|| (self.chosen)(&item.value));

        out.open("div").class([&format!("{block}__item")]).end();
        out.open("input").class([&format!("{block}__input")]).attr("id", id);
        out.attr("name", either(&item.name, self.name)).attr("type", self.kind).attr("value", &item.value);
        out.flag("checked", checked).flag("disabled", item.disabled);
        out.some("data-aria-controls", if has_conditional { &conditional_id } else { "" });
        out.some("data-behaviour", &item.behaviour);
        out.some("aria-describedby", &join_words([question, &hint_id]))
            .attributes(&item.attributes)
            .raw(">\n");
        let label = item.label.clone().content(item.content.clone()).for_id(id);
        out.add(&label.classes(join_words([&format!("{block}__label"), &item.label.classes])));
        if !hint_id.is_empty() {
            let classes = join_words([&format!("{block}__hint"), &item.hint.classes]);
            out.add(&item.hint.clone().id(hint_id).classes(classes));
        }
        out.close("div");
        if has_conditional {
            let hidden = format!("{block}__conditional--hidden");
            let hidden = if checked { "" } else { hidden.as_str() };
            out.open("div").class([&format!("{block}__conditional"), hidden]).attr("id", &conditional_id);
            out.end().html(&item.conditional).close("div");
        }
    }
}
