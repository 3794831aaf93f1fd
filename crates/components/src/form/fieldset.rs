//! Several fields that answer one question.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// The question a group of fields answers.
    pub struct Legend {
        /// What it says.
        pub content: Html,
        /// More classes, for instance `govuk-fieldset__legend--m`.
        pub classes: String,
        /// Whether the legend is also the page's heading.
        pub is_page_heading: bool,
    }
}

options! {
    /// Several fields that answer one question.
    pub struct Fieldset {
        /// The question.
        pub legend: Legend,
        /// The fields.
        pub content: Html,
        /// Ids of what describes the group.
        pub described_by: String,
        /// More classes.
        pub classes: String,
        /// The group's role, where its own would be read out badly.
        pub role: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(Legend);
printable!(Fieldset);

impl Component for Fieldset {
    fn write(&self, out: &mut Markup) {
        out.open("fieldset").class(["govuk-fieldset", &self.classes]).some("role", &self.role);
        out.some("aria-describedby", &self.described_by).attributes(&self.attributes).end();
        if !self.legend.content.is_empty() {
            out.open("legend").class(["govuk-fieldset__legend", &self.legend.classes]).end();
            if self.legend.is_page_heading {
                out.element("h1", "govuk-fieldset__heading", &self.legend.content);
            } else {
                out.html(&self.legend.content);
            }
            out.close("legend");
        }
        out.html(&self.content).close("fieldset");
    }
}
