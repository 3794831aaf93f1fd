//! Which child the page is about, kept in sight.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{options, printable};

options! {
    /// Which child the page is about, kept in sight.
    pub struct IdentityBar {
        /// The child's name.
        pub name: Html,
        /// Facts that tell this child from another: date of birth, age, reference; with their names.
        pub facts: Vec<(String, Html)>,
        /// Badges: grade, open reports.
        pub badges: Html,
        /// Buttons, at the end.
        pub actions: Html,
    }
}

printable!(IdentityBar);

impl IdentityBar {
    /// The same, with one more fact and its name.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, fact: impl Into<Html>) -> Self {
        self.facts.push((name.into(), fact.into()));
        self
    }
}

impl Component for IdentityBar {
    fn write(&self, out: &mut Markup) {
        out.raw("<section class=\"cf-child\" aria-label=\"Child\">\n<div class=\"cf-child__who\">\n");
        out.element("strong", "cf-child__name", &self.name);
        if !self.facts.is_empty() {
            out.raw("<dl class=\"cf-child__facts\">\n");
            for (name, fact) in &self.facts {
                out.raw("<div><dt>").text(name).raw("</dt> <dd>").html(fact).raw("</dd></div>\n");
            }
            out.close("dl");
        }
        if !self.badges.is_empty() {
            out.element("div", "cf-child__badges", &self.badges);
        }
        out.close("div");
        if !self.actions.is_empty() {
            out.element("div", "cf-child__actions", &self.actions);
        }
        out.close("section");
    }
}
