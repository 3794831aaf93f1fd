//! Where a page stands.

use crate::Html;
use crate::markup::{Component, Markup, when};
use crate::options::{Attributes, options, printable};

options! {
    /// One step on the way to a page.
    pub struct Breadcrumb {
        /// What it says.
        pub content: Html,
        /// Where it leads; none for the page itself.
        pub href: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl Breadcrumb {
    /// A step and where it leads.
    pub fn new(content: impl Into<Html>, href: impl Into<String>) -> Self {
        Self::default().content(content).href(href)
    }
}

options! {
    /// Where a page stands.
    pub struct Breadcrumbs {
        /// The steps, from the start.
        pub items: Vec<Breadcrumb>,
        /// Whether a phone shows the first and the last step only.
        pub collapse_on_mobile: bool,
        /// Its name for those who hear the page: `Breadcrumb` unless said otherwise.
        pub label_text: Option<String>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Breadcrumbs);

impl Breadcrumbs {
    /// The steps to a page, from the start; collapsed on phones.
    pub fn new(items: impl Into<Vec<Breadcrumb>>) -> Self {
        Self::default().items(items).collapse_on_mobile(true)
    }
}

impl Component for Breadcrumbs {
    fn write(&self, out: &mut Markup) {
        let collapse = when(self.collapse_on_mobile, "govuk-breadcrumbs--collapse-on-mobile");
        out.open("nav").class(["govuk-breadcrumbs", &self.classes, collapse]).attributes(&self.attributes);
        out.attr("aria-label", self.label_text.as_deref().unwrap_or("Breadcrumb")).end();
        out.open("ol").class(["govuk-breadcrumbs__list"]).end();
        for item in &self.items {
            out.open("li").class(["govuk-breadcrumbs__list-item"]);
            if item.href.is_empty() {
                out.attr("aria-current", "page").end().html(&item.content);
            } else {
                out.end().open("a").class(["govuk-breadcrumbs__link"]).attr("href", &item.href);
                out.attributes(&item.attributes).end().html(&item.content).close("a");
            }
            out.close("li");
        }
        out.close("ol").close("nav");
    }
}
