//! The head of every page, with the service's own name in words.

use crate::Html;
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, options, printable};

options! {
    /// The head of every page.
    pub struct GenericHeader {
        /// The wordmark.
        pub logo: Html,
        /// Where it leads: `/` unless said otherwise.
        pub url: String,
        /// Classes of the box that sets the width.
        pub container_classes: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(GenericHeader);

impl Component for GenericHeader {
    fn write(&self, out: &mut Markup) {
        let container = either(&self.container_classes, "govuk-width-container");
        out.open("div").class(["govuk-generic-header", &self.classes]).attributes(&self.attributes).end();
        out.open("div").class(["govuk-generic-header__container", container]).end();
        out.open("div").class(["govuk-generic-header__logo"]).end();
        out.open("a")
            .attr("href", either(&self.url, "/"))
            .class(["govuk-generic-header__homepage-link"])
            .end();
        out.html(&self.logo).close("a").close("div").close("div").close("div");
    }
}
