//! Label, hint and error message: what stands above every field, and the group that holds them.

use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// The name of a field. Fields set `for_id` themselves.
    pub struct Label {
        /// What it says.
        pub content: Html,
        /// The id of the field it names.
        pub for_id: String,
        /// More classes, for instance `govuk-label--m`.
        pub classes: String,
        /// Whether the label is also the page's heading.
        pub is_page_heading: bool,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// Help that stands under a label.
    pub struct Hint {
        /// What it says.
        pub content: Html,
        /// Its id. Fields set it from their own.
        pub id: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// What is wrong with an answer. An empty one is no error.
    pub struct ErrorMessage {
        /// What is wrong and how to put it right.
        pub content: Html,
        /// Its id. Fields set it from their own.
        pub id: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The word heard before the message: `Error` unless said otherwise.
        pub visually_hidden_text: Option<String>,
    }
}

options! {
    /// The box round a field.
    pub struct FormGroup {
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// Stands before the field.
        pub before_input: Html,
        /// Stands after the field.
        pub after_input: Html,
    }
}

impl From<Option<String>> for ErrorMessage {
    fn from(problem: Option<String>) -> Self {
        problem.map(Self::from).unwrap_or_default()
    }
}

impl From<Option<&str>> for ErrorMessage {
    fn from(problem: Option<&str>) -> Self {
        problem.map(Self::from).unwrap_or_default()
    }
}

from_content!(Label, Hint, ErrorMessage);
printable!(Label, Hint, ErrorMessage);

impl Component for Label {
    fn write(&self, out: &mut Markup) {
        if self.content.is_empty() {
            return;
        }
        if self.is_page_heading {
            out.open("h1").class(["govuk-label-wrapper"]).end();
        }
        out.open("label").class(["govuk-label", &self.classes]).attributes(&self.attributes);
        out.some("for", &self.for_id).end().html(&self.content).close("label");
        if self.is_page_heading {
            out.close("h1");
        }
    }
}

impl Component for Hint {
    fn write(&self, out: &mut Markup) {
        out.open("div").some("id", &self.id).class(["govuk-hint", &self.classes]);
        out.attributes(&self.attributes).end().html(&self.content).close("div");
    }
}

impl Component for ErrorMessage {
    fn write(&self, out: &mut Markup) {
        out.open("p").some("id", &self.id).class(["govuk-error-message", &self.classes]);
        out.attributes(&self.attributes).end();
        let prefix = self.visually_hidden_text.as_deref().unwrap_or("Error");
        if !prefix.is_empty() {
            out.raw("<span class=\"govuk-visually-hidden\">").text(prefix).raw(":</span> ");
        }
        out.html(&self.content).close("p");
    }
}

/// What a field needs to say who describes it, and to print hint and error in that order.
pub(super) struct Described<'a> {
    pub(super) id: &'a str,
    pub(super) hint: &'a Hint,
    pub(super) error: &'a ErrorMessage,
}

impl Described<'_> {
    pub(super) fn has_error(&self) -> bool {
        !self.error.content.is_empty()
    }

    /// The value of `aria-describedby`: what the page named, then hint, then error.
    pub(super) fn by(&self, others: &str) -> String {
        let mut ids = others.to_owned();
        for (suffix, there) in [("-hint", !self.hint.content.is_empty()), ("-error", self.has_error())] {
            if there {
                ids.push_str(when(!ids.is_empty(), " "));
                ids.push_str(self.id);
                ids.push_str(suffix);
            }
        }
        ids
    }

    pub(super) fn open_group(&self, own_class: &str, group: &FormGroup, out: &mut Markup) {
        let error = when(self.has_error(), "govuk-form-group--error");
        out.open("div").class(["govuk-form-group", error, own_class, &group.classes]);
        out.attributes(&group.attributes);
    }

    pub(super) fn write_label(&self, label: &Label, out: &mut Markup) {
        out.add(&label.clone().for_id(self.id));
    }

    pub(super) fn write_hint_and_error(&self, out: &mut Markup) {
        if !self.hint.content.is_empty() {
            out.add(&self.hint.clone().id(format!("{}-hint", self.id)));
        }
        if self.has_error() {
            out.add(&self.error.clone().id(format!("{}-error", self.id)));
        }
    }
}

/// A field's id: its own, or else its name.
pub(super) fn id_or_name<'a>(id: &'a str, name: &'a str) -> &'a str {
    either(id, name)
}
