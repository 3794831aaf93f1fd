//! The service's name and its main places.

use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, options, printable};

options! {
    /// One of the service's main places.
    pub struct NavigationItem {
        /// What it says.
        pub content: Html,
        /// Where it is.
        pub href: String,
        /// Whether it is this very page.
        pub current: bool,
        /// Whether this page is below it.
        pub active: bool,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl NavigationItem {
    /// A place and where it is.
    pub fn new(content: impl Into<Html>, href: impl Into<String>) -> Self {
        Self::default().content(content).href(href)
    }
}

options! {
    /// What stands at the end of the bar.
    pub struct EndSlot {
        /// Its content.
        pub content: Html,
        /// `inline` to stand beside the links.
        pub align: String,
    }
}

options! {
    /// More content for the bar.
    pub struct Slots {
        /// Before everything.
        pub start: Html,
        /// After everything.
        pub end: EndSlot,
        /// Before the links, inside their list.
        pub navigation_start: Html,
        /// After the links, inside their list.
        pub navigation_end: Html,
    }
}

options! {
    /// The service's name and its main places.
    pub struct ServiceNavigation {
        /// The service's name.
        pub service_name: String,
        /// Where the name leads.
        pub service_url: String,
        /// The places.
        pub navigation: Vec<NavigationItem>,
        /// Whether a phone hides them behind a button. Unless said: when there are two or more.
        pub collapse_navigation_on_mobile: Option<bool>,
        /// Its name for those who hear the page: `Service information` unless said otherwise.
        pub aria_label: Option<String>,
        /// What the button says: `Menu` unless said otherwise.
        pub menu_button_text: String,
        /// What is heard for the button, where it differs.
        pub menu_button_label: String,
        /// Name of the links as a landmark.
        pub navigation_label: String,
        /// Id of the links: `navigation` unless said otherwise.
        pub navigation_id: String,
        /// More classes of the links.
        pub navigation_classes: String,
        /// More content.
        pub slots: Slots,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(ServiceNavigation);

impl Component for ServiceNavigation {
    fn write(&self, out: &mut Markup) {
        let end = &self.slots.end;
        // With a name or other content it is a landmark of its own; otherwise the links are landmark enough.
        let section =
            !self.service_name.is_empty() || !self.slots.start.is_empty() || !end.content.is_empty();
        let tag = if section { "section" } else { "div" };
        out.open(tag);
        if section {
            out.attr("aria-label", self.aria_label.as_deref().unwrap_or("Service information"));
        }
        out.class(["govuk-service-navigation", &self.classes])
            .attr("data-module", "govuk-service-navigation");
        out.attributes(&self.attributes).end();
        let inline = when(end.align == "inline", "govuk-service-navigation__inlining-container");
        out.open("div").class(["govuk-width-container", inline]).end().html(&self.slots.start);
        out.open("div").class(["govuk-service-navigation__container"]).end();
        if !self.service_name.is_empty() {
            self.write_name(out);
        }
        let slots = [&self.slots.navigation_start, &self.slots.navigation_end];
        if !self.navigation.is_empty() || slots.iter().any(|slot| !slot.is_empty()) {
            self.write_links(out);
        }
        out.close("div").html(&end.content).close("div").close(tag);
    }
}

impl ServiceNavigation {
    fn write_name(&self, out: &mut Markup) {
        out.open("span").class(["govuk-service-navigation__service-name"]).end();
        if self.service_url.is_empty() {
            out.element("span", "govuk-service-navigation__text", &Html::from(&self.service_name));
        } else {
            out.open("a").attr("href", &self.service_url).class(["govuk-service-navigation__link"]).end();
            out.text(&self.service_name).close("a");
        }
        out.close("span");
    }

    fn write_links(&self, out: &mut Markup) {
        let button = either(&self.menu_button_text, "Menu");
        let id = either(&self.navigation_id, "navigation");
        out.open("nav").attr("aria-label", either(&self.navigation_label, button));
        out.class(["govuk-service-navigation__wrapper", &self.navigation_classes]).end();
        if self.collapse_navigation_on_mobile.unwrap_or(self.navigation.len() > 1) {
            let label = if self.menu_button_label == button { "" } else { self.menu_button_label.as_str() };
            out.open("button").attr("type", "button");
            out.class(["govuk-service-navigation__toggle govuk-js-service-navigation-toggle"]);
            out.attr("aria-controls", id).some("aria-label", label).flag("hidden", true);
            out.attr("aria-hidden", "true").end().text(button).close("button");
        }
        out.open("ul").class(["govuk-service-navigation__list"]).attr("id", id).end();
        out.html(&self.slots.navigation_start);
        for item in &self.navigation {
            write_item(item, out);
        }
        out.html(&self.slots.navigation_end).close("ul").close("nav");
    }
}

fn write_item(item: &NavigationItem, out: &mut Markup) {
    let here = item.active || item.current;
    out.open("li");
    out.class(["govuk-service-navigation__item", when(here, "govuk-service-navigation__item--active")]).end();
    let (tag, class) = if item.href.is_empty() {
        ("span", "govuk-service-navigation__text")
    } else {
        ("a", "govuk-service-navigation__link")
    };
    if !item.href.is_empty() || !item.content.is_empty() {
        out.open(tag).class([class]).some("href", &item.href);
        let kind = if item.current { "page" } else { "true" };
        out.some("aria-current", when(here, kind));
        if tag == "a" {
            out.attributes(&item.attributes);
        }
        out.end();
        if here {
            // Bold as well as coloured, for those who choose their own colours.
            out.element("strong", "govuk-service-navigation__active-fallback", &item.content);
        } else {
            out.html(&item.content);
        }
        out.close(tag);
    }
    out.close("li");
}
