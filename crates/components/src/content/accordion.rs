//! Sections that open and close.

use crate::Html;
use crate::markup::{Component, Markup, heading, when};
use crate::options::{Attributes, options, printable};

options! {
    /// One section.
    pub struct AccordionSection {
        /// What it is about.
        pub heading: Html,
        /// A line under the heading.
        pub summary: Html,
        /// What is in it.
        pub content: Html,
        /// Whether it is open at first.
        pub expanded: bool,
    }
}

options! {
    /// Sections that open and close; all open where there is no script.
    pub struct Accordion {
        /// Its id, needed.
        pub id: String,
        /// The sections.
        pub items: Vec<AccordionSection>,
        /// Level of the sections' headings: 2 unless said otherwise.
        pub heading_level: u8,
        /// Whether the browser remembers what was open. `false` on a shared computer.
        pub remember_expanded: Option<bool>,
        /// What the button for all sections says while they are open.
        pub hide_all_sections_text: String,
        /// What a section's button says while it is open.
        pub hide_section_text: String,
        /// Its full name then.
        pub hide_section_aria_label_text: String,
        /// What the button for all sections says while one is closed.
        pub show_all_sections_text: String,
        /// What a section's button says while it is closed.
        pub show_section_text: String,
        /// Its full name then.
        pub show_section_aria_label_text: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Accordion);

impl Accordion {
    /// Sections under an id. What was open is not remembered: these pages are read on shared computers.
    pub fn new(id: impl Into<String>, items: impl Into<Vec<AccordionSection>>) -> Self {
        Self::default().id(id).items(items).remember_expanded(false)
    }
}

impl Component for Accordion {
    fn write(&self, out: &mut Markup) {
        out.open("div").class(["govuk-accordion", &self.classes]);
        out.attr("data-module", "govuk-accordion").attr("id", &self.id);
        out.some("data-i18n.hide-all-sections", &self.hide_all_sections_text);
        out.some("data-i18n.hide-section", &self.hide_section_text);
        out.some("data-i18n.hide-section-aria-label", &self.hide_section_aria_label_text);
        out.some("data-i18n.show-all-sections", &self.show_all_sections_text);
        out.some("data-i18n.show-section", &self.show_section_text);
        out.some("data-i18n.show-section-aria-label", &self.show_section_aria_label_text);
        out.maybe("data-remember-expanded", self.remember_expanded).attributes(&self.attributes).end();
        for (index, item) in self.items.iter().enumerate() {
            self.write_section(index + 1, item, out);
        }
        out.close("div");
    }
}

impl Accordion {
    fn write_section(&self, number: usize, item: &AccordionSection, out: &mut Markup) {
        let level = heading(self.heading_level, 2);
        let id = |part: &str| format!("{}-{part}-{number}", self.id);
        let expanded = when(item.expanded, "govuk-accordion__section--expanded");
        out.open("div").class(["govuk-accordion__section", expanded]).end();
        out.open("div").class(["govuk-accordion__section-header"]).end();
        out.open(level).class(["govuk-accordion__section-heading"]).end();
        out.open("span").class(["govuk-accordion__section-button"]).attr("id", &id("heading")).end();
        out.html(&item.heading).close("span").close(level);
        if !item.summary.is_empty() {
            out.open("div").class(["govuk-accordion__section-summary govuk-body"]);
            out.attr("id", &id("summary")).end().html(&item.summary).close("div");
        }
        out.close("div").open("div").attr("id", &id("content"));
        out.class(["govuk-accordion__section-content"]).end();
        if !item.content.is_empty() {
            out.paragraph_if_text("govuk-body", &item.content);
        }
        out.close("div").close("div");
    }
}
