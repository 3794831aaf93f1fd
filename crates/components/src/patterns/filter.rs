//! Narrows a list: a form beside it, and what it is narrowed by above it.

use crate::Html;
use crate::form::Button;
use crate::markup::{Component, Markup};
use crate::options::{options, printable};

options! {
    /// One thing the list is narrowed by.
    pub struct FilterTag {
        /// What it says.
        pub text: String,
        /// The list without it.
        pub remove_href: String,
    }
}

options! {
    /// What the list is narrowed by in one respect.
    pub struct FilterGroup {
        /// The respect: `Grade`, `Team`.
        pub title: String,
        /// What it is narrowed by.
        pub tags: Vec<FilterTag>,
    }
}

options! {
    /// Narrows a list. A plain form sent by GET, so that the address can be kept.
    pub struct Filter {
        /// Where the list is.
        pub action: String,
        /// What the list is narrowed by.
        pub chosen: Vec<FilterGroup>,
        /// The list with nothing left out.
        pub clear_href: String,
        /// The fields.
        pub fields: Html,
    }
}

printable!(Filter);

impl Component for Filter {
    fn write(&self, out: &mut Markup) {
        out.raw("<section class=\"cf-filter\" aria-label=\"Filter\">\n");
        if !self.chosen.is_empty() {
            out.raw("<div class=\"cf-filter__chosen\">\n<h2 class=\"govuk-heading-s\">Filtered by</h2>\n");
            for group in &self.chosen {
                out.element("h3", "cf-filter__group", &group.title.as_str().into()).raw("<ul>\n");
                for tag in &group.tags {
                    out.raw("<li>").open("a").class(["cf-filter__tag"]).attr("href", &tag.remove_href).end();
                    out.raw("<span class=\"govuk-visually-hidden\">Remove filter </span>").text(&tag.text);
                    out.close("a").close("li");
                }
                out.close("ul");
            }
            out.open("a").class(["govuk-link"]).attr("href", &self.clear_href).end();
            out.raw("Clear filters").close("a").close("div");
        }
        out.open("form").attr("method", "get").attr("action", &self.action).end().html(&self.fields);
        out.add(&Button::new("Apply filters").secondary()).close("form").close("section");
    }
}
