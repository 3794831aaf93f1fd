//! Everything that is wrong with a form, at the top of its page.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, options, printable};

options! {
    /// One thing that is wrong, with a link to where it can be put right.
    pub struct ErrorLink {
        /// What is wrong, in the words that stand at the field.
        pub content: Html,
        /// The field: `#` and its id.
        pub href: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl ErrorLink {
    /// What is wrong with the field of that id.
    pub fn new(field_id: &str, content: impl Into<Html>) -> Self {
        Self::default().href(format!("#{field_id}")).content(content)
    }
}

options! {
    /// Everything that is wrong with a form. It takes the focus when the page opens.
    pub struct ErrorSummary {
        /// Its heading.
        pub title: Html,
        /// A sentence before the list.
        pub description: Html,
        /// The list.
        pub error_list: Vec<ErrorLink>,
        /// Whether the focus stays where it is.
        pub disable_auto_focus: Option<bool>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(ErrorSummary);

impl ErrorSummary {
    /// The usual summary of a form's errors.
    pub fn new(errors: impl Into<Vec<ErrorLink>>) -> Self {
        Self::default().title("There is a problem").error_list(errors)
    }
}

impl Component for ErrorSummary {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-error-summary", &self.classes]);
        out.maybe("data-disable-auto-focus", self.disable_auto_focus).attributes(&self.attributes);
        out.attr("data-module", "govuk-error-summary").end();
        // The alert is a child of what takes the focus, so that screen readers read all of it.
        out.raw("<div role=\"alert\">").element("h2", "govuk-error-summary__title", &self.title);
        out.open("div").class(["govuk-error-summary__body"]).end();
        if !self.description.is_empty() {
            out.raw("<p>").html(&self.description).close("p");
        }
        if !self.error_list.is_empty() {
            out.open("ul").class(["govuk-list govuk-error-summary__list"]).end();
            for error in &self.error_list {
                out.raw("<li>");
                if error.href.is_empty() {
                    out.html(&error.content);
                } else {
                    out.open("a").attr("href", &error.href).attributes(&error.attributes).end();
                    out.html(&error.content).close("a");
                }
                out.close("li");
            }
            out.close("ul");
        }
        out.close("div").close("div").close("div");
    }
}
