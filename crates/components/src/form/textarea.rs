//! Several lines of text.

use super::label::{Described, id_or_name};
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::markup::{Component, Markup, when};
use crate::options::{Attributes, options, printable};

options! {
    /// Several lines of text.
    pub struct Textarea {
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
        /// Lines shown: 5 unless said otherwise.
        pub rows: Option<u32>,
        /// What browsers may fill in.
        pub autocomplete: String,
        /// Whether the browser checks spelling. It may send the text away.
        pub spellcheck: Option<bool>,
        /// Whether it cannot be changed now.
        pub disabled: bool,
        /// Ids of what else describes it.
        pub described_by: String,
        /// More classes.
        pub classes: String,
        /// More attributes, for instance the draft's key or the language checker's address.
        pub attributes: Attributes,
        /// The box round the field.
        pub form_group: FormGroup,
    }
}

printable!(Textarea);

impl Textarea {
    /// A field with its name and its question.
    pub fn new(name: impl Into<String>, label: impl Into<Label>) -> Self {
        Self::default().name(name).label(label)
    }

    /// The same, in a group with a class and attributes of a component built on this one.
    pub(super) fn write_in(&self, out: &mut Markup, group_class: &str, group_attributes: &Attributes) {
        let id = id_or_name(&self.id, &self.name);
        let described = Described { id, hint: &self.hint, error: &self.error_message };
        described.open_group(group_class, &self.form_group, out);
        out.attributes(group_attributes).end();
        described.write_label(&self.label, out);
        // What a component built on this one says about itself comes before hint and error.
        described.write_hint_and_error(out);
        out.html(&self.form_group.before_input);
        let error = when(described.has_error(), "govuk-textarea--error");
        out.open("textarea").class(["govuk-textarea", error, &self.classes]).attr("id", id);
        out.attr("name", &self.name).attr("rows", &self.rows.unwrap_or(5).to_string());
        out.maybe("spellcheck", self.spellcheck).flag("disabled", self.disabled);
        out.some("aria-describedby", &described.by(&self.described_by));
        out.some("autocomplete", &self.autocomplete).attributes(&self.attributes).end();
        // A browser drops the first line break inside a text area: one more keeps the text whole.
        out.raw(when(self.value.starts_with('\n'), "\n")).text(&self.value).close("textarea");
        out.html(&self.form_group.after_input).close("div");
    }
}

impl Component for Textarea {
    fn write(&self, out: &mut Markup) {
        self.write_in(out, "", &Attributes::default());
    }
}
