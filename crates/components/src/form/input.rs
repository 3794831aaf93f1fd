//! One line of text.

use super::label::{Described, id_or_name};
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// A sign that stands before or after what is typed, such as a unit.
    pub struct Affix {
        /// The sign.
        pub content: Html,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(Affix);

options! {
    /// The box round a field with affixes.
    pub struct InputWrapper {
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// One line of text.
    pub struct Input {
        /// The name it is sent by.
        pub name: String,
        /// Its id: the name unless said otherwise.
        pub id: String,
        /// What is asked.
        pub label: Label,
        /// Help with the answer.
        pub hint: Hint,
        /// What is wrong with the answer.
        pub error_message: ErrorMessage,
        /// What was typed so far.
        pub value: String,
        /// The type attribute: `text` unless said otherwise.
        pub kind: String,
        /// Which keyboard a phone shows, for instance `numeric`.
        pub inputmode: String,
        /// What browsers may fill in; `off` for facts about a child.
        pub autocomplete: String,
        /// Whether phones capitalise.
        pub autocapitalize: String,
        /// A pattern the answer has to match.
        pub pattern: String,
        /// Whether the browser checks spelling. It may send the text away: `false` for names.
        pub spellcheck: Option<bool>,
        /// Whether it cannot be changed now.
        pub disabled: bool,
        /// Ids of what else describes it.
        pub described_by: String,
        /// A sign before the answer.
        pub prefix: Affix,
        /// A sign after the answer.
        pub suffix: Affix,
        /// More classes, for instance `govuk-input--width-10`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the field.
        pub form_group: FormGroup,
        /// The box round field and affixes.
        pub input_wrapper: InputWrapper,
    }
}

printable!(Input);

impl Input {
    /// A field with its name and its question.
    pub fn new(name: impl Into<String>, label: impl Into<Label>) -> Self {
        Self::default().name(name).label(label)
    }

    fn write_field(&self, described: &Described<'_>, out: &mut Markup) {
        let error = when(described.has_error(), "govuk-input--error");
        out.open("input").class(["govuk-input", &self.classes, error]);
        out.attr("id", described.id).attr("name", &self.name).attr("type", either(&self.kind, "text"));
        out.maybe("spellcheck", self.spellcheck).some("value", &self.value).flag("disabled", self.disabled);
        out.some("aria-describedby", &described.by(&self.described_by));
        out.some("autocomplete", &self.autocomplete).some("autocapitalize", &self.autocapitalize);
        out.some("pattern", &self.pattern).some("inputmode", &self.inputmode);
        out.attributes(&self.attributes).raw(">\n");
    }

    /// The same, in a group with a class and attributes of a component built on this one.
    pub(super) fn write_in(&self, out: &mut Markup, group_class: &str, group_attributes: &Attributes) {
        let id = id_or_name(&self.id, &self.name);
        let described = Described { id, hint: &self.hint, error: &self.error_message };
        described.open_group(group_class, &self.form_group, out);
        out.attributes(group_attributes).end();
        described.write_label(&self.label, out);
        described.write_hint_and_error(out);
        let (before, after) = (&self.form_group.before_input, &self.form_group.after_input);
        let wrapped = [before, after, &self.prefix.content, &self.suffix.content];
        if wrapped.iter().all(|part| part.is_empty()) {
            self.write_field(&described, out);
        } else {
            out.open("div").class(["govuk-input__wrapper", &self.input_wrapper.classes]);
            out.attributes(&self.input_wrapper.attributes).end().html(before);
            write_affix("govuk-input__prefix", &self.prefix, out);
            self.write_field(&described, out);
            write_affix("govuk-input__suffix", &self.suffix, out);
            out.html(after).close("div");
        }
        out.close("div");
    }
}

fn write_affix(class: &str, affix: &Affix, out: &mut Markup) {
    if !affix.content.is_empty() {
        out.open("div").class([class, &affix.classes]).attr("aria-hidden", "true");
        out.attributes(&affix.attributes).end().html(&affix.content).close("div");
    }
}

impl Component for Input {
    fn write(&self, out: &mut Markup) {
        self.write_in(out, "", &Attributes::default());
    }
}
