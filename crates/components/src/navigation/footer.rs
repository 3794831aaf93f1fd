//! The foot of every page, without crown, crest or licence.

use crate::Html;
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, options, printable};

options! {
    /// A link at the foot of the page.
    pub struct FooterLink {
        /// What it says.
        pub content: Html,
        /// Where it leads.
        pub href: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl FooterLink {
    /// A link and where it leads.
    pub fn new(content: impl Into<Html>, href: impl Into<String>) -> Self {
        Self::default().content(content).href(href)
    }
}

options! {
    /// A group of links.
    pub struct FooterNavigation {
        /// Its heading.
        pub title: String,
        /// Columns of links.
        pub columns: Option<u32>,
        /// Share of the width: `full` unless said otherwise, `one-third`, `two-thirds`...
        pub width: String,
        /// The links.
        pub items: Vec<FooterLink>,
    }
}

options! {
    /// Links and words in the last line.
    pub struct FooterMeta {
        /// Its heading, for those who hear the page: `Support links` unless said otherwise.
        pub visually_hidden_title: String,
        /// The links.
        pub items: Vec<FooterLink>,
        /// Words after the links.
        pub content: Html,
    }
}

options! {
    /// The foot of every page.
    pub struct Footer {
        /// Groups of links.
        pub navigation: Vec<FooterNavigation>,
        /// Links and words in the last line.
        pub meta: Option<FooterMeta>,
        /// More classes.
        pub classes: String,
        /// More classes of the box that sets the width.
        pub container_classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Footer);

impl Component for Footer {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-footer", &self.classes]).attributes(&self.attributes).end();
        out.open("div").class(["govuk-width-container", &self.container_classes]).end();
        if !self.navigation.is_empty() {
            out.open("div").class(["govuk-footer__navigation"]).end();
            for group in &self.navigation {
                write_group(group, out);
            }
            out.close("div").raw("<hr class=\"govuk-footer__section-break\">\n");
        }
        out.open("div").class(["govuk-footer__meta"]).end();
        out.open("div").class(["govuk-footer__meta-item govuk-footer__meta-item--grow"]).end();
        if let Some(meta) = &self.meta {
            write_meta(meta, out);
        }
        out.close("div").close("div").close("div").close("div");
    }
}

fn write_group(group: &FooterNavigation, out: &mut Markup) {
    let column = format!("govuk-grid-column-{}", either(&group.width, "full"));
    out.open("div").class(["govuk-footer__section", &column]).end();
    out.element("h2", "govuk-footer__heading govuk-heading-m", &Html::from(&group.title));
    if !group.items.is_empty() {
        let columns = group.columns.map(|n| format!("govuk-footer__list--columns-{n}")).unwrap_or_default();
        out.open("ul").class(["govuk-footer__list", &columns]).end();
        for link in group.items.iter().filter(|link| !link.href.is_empty() && !link.content.is_empty()) {
            out.open("li").class(["govuk-footer__list-item"]).end();
            write_link(link, out);
            out.close("li");
        }
        out.close("ul");
    }
    out.close("div");
}

fn write_meta(meta: &FooterMeta, out: &mut Markup) {
    let title = either(&meta.visually_hidden_title, "Support links");
    out.element("h2", "govuk-visually-hidden", &title.into());
    if !meta.items.is_empty() {
        out.open("ul").class(["govuk-footer__inline-list"]).end();
        for link in &meta.items {
            out.open("li").class(["govuk-footer__inline-list-item"]).end();
            write_link(link, out);
            out.close("li");
        }
        out.close("ul");
    }
    if !meta.content.is_empty() {
        out.element("div", "govuk-footer__meta-custom", &meta.content);
    }
}

fn write_link(link: &FooterLink, out: &mut Markup) {
    out.open("a").class(["govuk-footer__link"]).attr("href", &link.href).attributes(&link.attributes).end();
    out.html(&link.content).close("a");
}
