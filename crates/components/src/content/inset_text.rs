//! Words set apart from the rest.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// Words set apart from the rest, such as what a child said.
    pub struct InsetText {
        /// The words.
        pub content: Html,
        /// Its id.
        pub id: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(InsetText);
printable!(InsetText);

impl Component for InsetText {
    fn write(&self, out: &mut Markup) {
        out.open("div").some("id", &self.id).class(["govuk-inset-text", &self.classes]);
        out.attributes(&self.attributes).end().html(&self.content).close("div");
    }
}
