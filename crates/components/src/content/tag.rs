//! The state of something, in a word.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// The state of something, in a word. The word says it; the colour only helps.
    pub struct Tag {
        /// The word.
        pub content: Html,
        /// More classes, such as `govuk-tag--red`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(Tag);
printable!(Tag);

impl Tag {
    /// A word in one of the colours: `grey`, `green`, `teal`, `blue`, `purple`, `magenta`, `red`, `orange`, `yellow`.
    pub fn coloured(content: impl Into<Html>, colour: &str) -> Self {
        Self::default().content(content).classes(format!("govuk-tag--{colour}"))
    }
}

impl Component for Tag {
    fn write(&self, out: &mut Markup) {
        out.open("strong").class(["govuk-tag", &self.classes]).attributes(&self.attributes).end();
        out.html(&self.content).close("strong");
    }
}
