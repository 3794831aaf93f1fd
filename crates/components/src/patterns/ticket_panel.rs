//! Something set apart that has to be dealt with or kept in mind.

use super::Urgency;
use crate::Html;
use crate::markup::{Component, Markup, heading};
use crate::options::{options, printable};

options! {
    /// Something set apart, with a coloured edge and a heading that says what the colour means.
    pub struct TicketPanel {
        /// Its heading.
        pub title: Html,
        /// What is in it.
        pub content: Html,
        /// Which colour.
        pub urgency: Urgency,
        /// Level of its heading: 2 unless said otherwise.
        pub heading_level: u8,
    }
}

printable!(TicketPanel);

impl TicketPanel {
    /// A heading, what is in it, and how urgent it is.
    pub fn new(title: impl Into<Html>, content: impl Into<Html>, urgency: Urgency) -> Self {
        Self::default().title(title).content(content).urgency(urgency)
    }
}

impl Component for TicketPanel {
    fn write(&self, out: &mut Markup) {
        let edge = format!("cf-ticket--{}", self.urgency.class());
        out.open("section").class(["cf-ticket", &edge]).end();
        out.element(heading(self.heading_level, 2), "govuk-heading-s", &self.title);
        out.paragraph_if_text("govuk-body", &self.content).close("section");
    }
}
