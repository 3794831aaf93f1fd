//! The way back.

use crate::Html;
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, options, printable};

options! {
    /// The way back to the page before.
    pub struct BackLink {
        /// What it says: `Back` unless said otherwise.
        pub content: Html,
        /// Where it leads.
        pub href: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(BackLink);

impl BackLink {
    /// The way back to an address.
    pub fn to(href: impl Into<String>) -> Self {
        Self::default().href(href)
    }
}

impl Component for BackLink {
    fn write(&self, out: &mut Markup) {
        let usual = Html::from("Back");
        out.open("a").attr("href", either(&self.href, "#")).class(["govuk-back-link", &self.classes]);
        out.attributes(&self.attributes).end();
        out.html(if self.content.is_empty() { &usual } else { &self.content }).close("a");
    }
}
