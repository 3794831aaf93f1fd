//! Past the navigation, for those who use the keyboard.

use crate::Html;
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, options, printable};

options! {
    /// Past the navigation, for those who use the keyboard.
    pub struct SkipLink {
        /// What it says.
        pub content: Html,
        /// Where it leads: `#content` unless said otherwise.
        pub href: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(SkipLink);

impl Component for SkipLink {
    fn write(&self, out: &mut Markup) {
        out.open("a").attr("href", either(&self.href, "#content")).class(["govuk-skip-link", &self.classes]);
        out.attributes(&self.attributes).attr("data-module", "govuk-skip-link").end();
        out.html(&self.content).close("a");
    }
}
