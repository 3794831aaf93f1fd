//! Places within one record: in a row above, or in a column beside.

use crate::markup::{Component, Markup, when};
use crate::navigation::NavigationItem;
use crate::options::{options, printable};

options! {
    /// Places within one record, in a row.
    pub struct SubNavigation {
        /// Its name as a landmark.
        pub label: String,
        /// The places.
        pub items: Vec<NavigationItem>,
    }
}

options! {
    /// A group of places.
    pub struct SideSection {
        /// Its heading; none where there is only one group.
        pub title: String,
        /// The places.
        pub items: Vec<NavigationItem>,
    }
}

options! {
    /// Places within one record, in a column.
    pub struct SideNavigation {
        /// Its name as a landmark.
        pub label: String,
        /// The groups.
        pub sections: Vec<SideSection>,
    }
}

printable!(SubNavigation, SideNavigation);

impl Component for SubNavigation {
    fn write(&self, out: &mut Markup) {
        out.open("nav").class(["cf-subnav"]).attr("aria-label", &self.label).end();
        write_links(&self.items, out);
        out.close("nav");
    }
}

impl Component for SideNavigation {
    fn write(&self, out: &mut Markup) {
        out.open("nav").class(["cf-sidenav"]).attr("aria-label", &self.label).end();
        for section in &self.sections {
            if !section.title.is_empty() {
                out.element("h3", "cf-sidenav__title", &section.title.as_str().into());
            }
            write_links(&section.items, out);
        }
        out.close("nav");
    }
}

fn write_links(items: &[NavigationItem], out: &mut Markup) {
    out.raw("<ul>\n");
    for item in items {
        let here = item.current || item.active;
        out.raw("<li>").open("a").attr("href", &item.href);
        out.some("aria-current", when(here, if item.current { "page" } else { "true" }));
        out.attributes(&item.attributes).end().html(&item.content).close("a").close("li");
    }
    out.close("ul");
}
