//! Several views of one thing.

use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// What a tab shows.
    pub struct TabPanel {
        /// The content.
        pub content: Html,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(TabPanel);

options! {
    /// One view.
    pub struct Tab {
        /// Its name.
        pub label: String,
        /// Its id: the tabs' prefix and its number unless said otherwise.
        pub id: String,
        /// What it shows.
        pub panel: TabPanel,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl Tab {
    /// A view with its id, its name and what it shows.
    pub fn new(id: impl Into<String>, label: impl Into<String>, panel: impl Into<TabPanel>) -> Self {
        Self::default().id(id).label(label).panel(panel)
    }
}

options! {
    /// Several views of one thing; one after another where there is no script.
    pub struct Tabs {
        /// The views.
        pub items: Vec<Tab>,
        /// Heading where the views stand after one another: `Contents` unless said otherwise.
        pub title: String,
        /// Its id.
        pub id: String,
        /// Start of the views' ids.
        pub id_prefix: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Tabs);

impl Tabs {
    /// Several views of one thing.
    pub fn new(items: impl Into<Vec<Tab>>) -> Self {
        Self::default().items(items)
    }

    fn panel_id(&self, number: usize, item: &Tab) -> String {
        either(&item.id, &format!("{}-{number}", self.id_prefix)).to_owned()
    }
}

impl Component for Tabs {
    fn write(&self, out: &mut Markup) {
        out.open("div").some("id", &self.id).class(["govuk-tabs", &self.classes]);
        out.attributes(&self.attributes).attr("data-module", "govuk-tabs").end();
        out.element("h2", "govuk-tabs__title", &either(&self.title, "Contents").into());
        if !self.items.is_empty() {
            out.open("ul").class(["govuk-tabs__list"]).end();
            for (index, item) in self.items.iter().enumerate() {
                let selected = when(index == 0, "govuk-tabs__list-item--selected");
                out.open("li").class(["govuk-tabs__list-item", selected]).end();
                out.open("a").class(["govuk-tabs__tab"]);
                out.attr("href", &format!("#{}", self.panel_id(index + 1, item)))
                    .attributes(&item.attributes);
                out.end().text(&item.label).close("a").close("li");
            }
            out.close("ul");
        }
        for (index, item) in self.items.iter().enumerate() {
            let hidden = when(index > 0, "govuk-tabs__panel--hidden");
            out.open("div").class(["govuk-tabs__panel", hidden]).attr("id", &self.panel_id(index + 1, item));
            out.attributes(&item.panel.attributes).end();
            if !item.panel.content.is_empty() {
                out.paragraph_if_text("govuk-body", &item.panel.content);
            }
            out.close("div");
        }
        out.close("div");
    }
}
