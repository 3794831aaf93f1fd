//! Asks people how it went.

use crate::Html;
use crate::markup::{Component, Markup, heading};
use crate::options::{Attributes, options, printable};

options! {
    /// Asks people how it went, at the end of a page.
    pub struct Feedback {
        /// Its heading.
        pub title: Html,
        /// What is asked, and where to answer.
        pub content: Html,
        /// Level of its heading: 2 unless said otherwise.
        pub heading_level: u8,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Feedback);

impl Component for Feedback {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-feedback govuk-width-container", &self.classes]);
        out.attributes(&self.attributes).end();
        out.raw("<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">\n");
        out.element(heading(self.heading_level, 2), "govuk-feedback__title", &self.title);
        if !self.content.is_empty() {
            out.open("div").class(["govuk-feedback__body"]).end();
            out.paragraph_if_text("govuk-body", &self.content).close("div");
        }
        out.close("div").close("div").close("div");
    }
}
