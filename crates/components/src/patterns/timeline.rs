//! What happened, newest first or oldest first as the page decides.

use crate::Html;
use crate::markup::{Component, Markup, heading};
use crate::options::{options, printable};

options! {
    /// Something that happened.
    pub struct TimelineItem {
        /// What happened, in a few words.
        pub title: Html,
        /// Who did it.
        pub by: String,
        /// When, as a machine reads it: RFC 3339.
        pub at: String,
        /// When, as people say it.
        pub at_in_words: String,
        /// More about it.
        pub content: Html,
    }
}

impl TimelineItem {
    /// What happened, when (for machines) and when (for people).
    pub fn new(title: impl Into<Html>, at: impl Into<String>, at_in_words: impl Into<String>) -> Self {
        Self::default().title(title).at(at).at_in_words(at_in_words)
    }
}

options! {
    /// What happened.
    pub struct Timeline {
        /// Each thing that happened.
        pub items: Vec<TimelineItem>,
        /// Level of the titles: 3 unless said otherwise.
        pub heading_level: u8,
    }
}

printable!(Timeline);

impl Component for Timeline {
    fn write(&self, out: &mut Markup) {
        let level = heading(self.heading_level, 3);
        out.raw("<ol class=\"cf-timeline\">\n");
        for item in &self.items {
            out.raw("<li class=\"cf-timeline__item\">\n").element(level, "cf-timeline__title", &item.title);
            out.open("p").class(["cf-timeline__when"]).end();
            out.open("time").attr("datetime", &item.at).end().text(&item.at_in_words).close("time");
            if !item.by.is_empty() {
                out.raw(" by ").text(&item.by);
            }
            out.close("p");
            if !item.content.is_empty() {
                out.open("div").class(["cf-timeline__content"]).end();
                out.paragraph_if_text("govuk-body", &item.content).close("div");
            }
            out.close("li");
        }
        out.close("ol");
    }
}
