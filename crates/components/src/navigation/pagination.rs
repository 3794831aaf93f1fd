//! Other pages of a list.

use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, options, printable};

options! {
    /// The page before or after.
    pub struct PageLink {
        /// What it says: `Previous page` or `Next page` unless said otherwise.
        pub content: Html,
        /// Where it leads.
        pub href: String,
        /// What is there, where pages have names and not numbers.
        pub label_text: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl PageLink {
    /// Where it leads.
    pub fn to(href: impl Into<String>) -> Self {
        Self::default().href(href)
    }
}

options! {
    /// One page of a list.
    pub struct PageItem {
        /// Its number.
        pub number: String,
        /// Where it is.
        pub href: String,
        /// Whether it is the one shown.
        pub current: bool,
        /// Whether pages are left out here.
        pub ellipsis: bool,
        /// What is heard: `Page` and the number unless said otherwise.
        pub visually_hidden_text: Option<String>,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl PageItem {
    /// A page with its number.
    pub fn new(number: u64, href: impl Into<String>) -> Self {
        Self::default().number(number.to_string()).href(href)
    }
}

options! {
    /// Other pages of a list.
    pub struct Pagination {
        /// The pages; none where only before and after make sense.
        pub items: Option<Vec<PageItem>>,
        /// The page before.
        pub previous: PageLink,
        /// The page after.
        pub next: PageLink,
        /// Its name for those who hear the page: `Pagination` unless said otherwise.
        pub landmark_label: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Pagination);

impl Pagination {
    /// Without numbers, the two links are blocks under one another.
    fn is_block(&self) -> bool {
        self.items.is_none()
    }

    fn write_link(&self, link: &PageLink, rel: &str, usual: &'static str, out: &mut Markup) {
        if link.href.is_empty() {
            return;
        }
        let block = self.is_block();
        let arrow_first = block || rel == "prev";
        out.open("div").class([&format!("govuk-pagination__{rel}")]).end();
        out.open("a").class(["govuk-link govuk-pagination__link"]).attr("href", &link.href).attr("rel", rel);
        out.attributes(&link.attributes).end();
        if arrow_first {
            write_arrow(rel, out);
        }
        let plain = block && link.label_text.is_empty();
        let decorated = when(plain, "govuk-pagination__link-title--decorated");
        out.open("span").class(["govuk-pagination__link-title", decorated]).end();
        if link.content.is_empty() {
            out.raw(usual).raw("<span class=\"govuk-visually-hidden\"> page</span>");
        } else {
            out.html(&link.content);
        }
        out.close("span");
        if block && !link.label_text.is_empty() {
            out.raw("<span class=\"govuk-visually-hidden\">:</span>\n");
            out.element("span", "govuk-pagination__link-label", &Html::from(&link.label_text));
        }
        if !arrow_first {
            write_arrow(rel, out);
        }
        out.close("a").close("div");
    }
}

/// Our own drawing: a line with a head, pointing left or right.
fn write_arrow(rel: &str, out: &mut Markup) {
    let class = format!("govuk-pagination__icon govuk-pagination__icon--{rel}");
    out.open("svg").class([&class]).attr("xmlns", "http://www.w3.org/2000/svg").attr("height", "13");
    out.attr("width", "15")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .attr("viewBox", "0 0 15 13");
    out.end().raw(if rel == "prev" {
        "<path d=\"M7 0 8.500 1.500 4.300 5.500H15v2H4.300l4.200 4L7 13 0 6.500z\"/>"
    } else {
        "<path d=\"M8 0 6.500 1.500 10.700 5.500H0v2h10.700l-4.200 4L8 13l7-6.500z\"/>"
    });
    out.close("svg");
}

impl Component for Pagination {
    fn write(&self, out: &mut Markup) {
        let either_link = !self.previous.href.is_empty() || !self.next.href.is_empty();
        let block = when(self.is_block() && either_link, "govuk-pagination--block");
        out.open("nav").class(["govuk-pagination", block, &self.classes]);
        out.attr("aria-label", either(&self.landmark_label, "Pagination")).attributes(&self.attributes).end();
        self.write_link(&self.previous, "prev", "Previous", out);
        if let Some(items) = &self.items {
            out.open("ul").class(["govuk-pagination__list"]).end();
            for item in items {
                write_item(item, out);
            }
            out.close("ul");
        }
        self.write_link(&self.next, "next", "Next", out);
        out.close("nav");
    }
}

fn write_item(item: &PageItem, out: &mut Markup) {
    let current = when(item.current, "govuk-pagination__item--current");
    let ellipsis = when(item.ellipsis, "govuk-pagination__item--ellipsis");
    out.open("li").class(["govuk-pagination__item", current, ellipsis]).end();
    if item.ellipsis {
        out.raw("\u{22ef}");
    } else {
        let heard = item.visually_hidden_text.clone().unwrap_or_else(|| format!("Page {}", item.number));
        out.open("a").class(["govuk-link govuk-pagination__link"]).attr("href", &item.href);
        out.attr("aria-label", &heard).some("aria-current", when(item.current, "page"));
        out.attributes(&item.attributes).end().text(&item.number).close("a");
    }
    out.close("li");
}
