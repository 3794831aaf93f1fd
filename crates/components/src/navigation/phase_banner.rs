//! How finished the service is.

use crate::Html;
use crate::content::Tag;
use crate::markup::{Component, Markup, join_words};
use crate::options::{Attributes, options, printable};

options! {
    /// How finished the service is, or whose data it holds.
    pub struct PhaseBanner {
        /// The phase, in a word.
        pub tag: Tag,
        /// What it means.
        pub content: Html,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(PhaseBanner);

impl PhaseBanner {
    /// A phase and what it means.
    pub fn new(tag: impl Into<Tag>, content: impl Into<Html>) -> Self {
        Self::default().tag(tag).content(content)
    }
}

impl Component for PhaseBanner {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-phase-banner govuk-width-container", &self.classes]);
        out.attributes(&self.attributes).end().open("p").class(["govuk-phase-banner__content"]).end();
        let classes = join_words(["govuk-phase-banner__content__tag", &self.tag.classes]);
        out.add(&self.tag.clone().classes(classes));
        out.element("span", "govuk-phase-banner__text", &self.content).close("p").close("div");
    }
}
