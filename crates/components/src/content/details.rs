//! More, for those who want it.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, options, printable};

options! {
    /// More, for those who want it: opens without script.
    pub struct Details {
        /// What is in it, in a few words.
        pub summary: Html,
        /// What is in it.
        pub content: Html,
        /// Its id.
        pub id: String,
        /// Whether it is open at first.
        pub open: bool,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Details);

impl Details {
    /// A line to press, and what it opens.
    pub fn new(summary: impl Into<Html>, content: impl Into<Html>) -> Self {
        Self::default().summary(summary).content(content)
    }
}

impl Component for Details {
    fn write(&self, out: &mut Markup) {
        out.open("details").some("id", &self.id).class(["govuk-details", &self.classes]);
        out.attributes(&self.attributes).flag("open", self.open).end();
        out.open("summary").class(["govuk-details__summary"]).end();
        out.element("span", "govuk-details__summary-text", &self.summary).close("summary");
        out.element("div", "govuk-details__text", &self.content).close("details");
    }
}
