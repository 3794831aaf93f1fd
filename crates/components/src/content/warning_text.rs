//! Something that has consequences.

use crate::Html;
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// Something that has consequences.
    pub struct WarningText {
        /// What it says.
        pub content: Html,
        /// The word heard for the sign: `Warning` unless said otherwise.
        pub icon_fallback_text: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(WarningText);
printable!(WarningText);

impl Component for WarningText {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-warning-text", &self.classes]).attributes(&self.attributes).end();
        out.raw("<span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span>\n");
        out.open("strong").class(["govuk-warning-text__text"]).end();
        let sign = either(&self.icon_fallback_text, "Warning");
        out.raw("<span class=\"govuk-visually-hidden\">").text(sign).raw("</span> ");
        out.html(&self.content).close("strong").close("div");
    }
}
