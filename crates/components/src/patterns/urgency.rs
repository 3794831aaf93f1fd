//! How soon something must be looked at: always a word, with a colour that helps.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{options, printable};

/// How soon something must be looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub enum Urgency {
    /// Nothing presses.
    #[default]
    Calm,
    /// Its time is near.
    Soon,
    /// Its time has come, or its grade asks for action now.
    Now,
    /// Its time has passed.
    Overdue,
}

impl Urgency {
    /// The end of a class name.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Soon => "soon",
            Self::Now => "now",
            Self::Overdue => "overdue",
        }
    }
}

options! {
    /// A word about something's state, with a colour that helps.
    pub struct Badge {
        /// The word: never empty, since colour alone says nothing.
        pub text: String,
        /// Which colour.
        pub urgency: Urgency,
    }
}

impl Badge {
    /// A word and how urgent it is.
    pub fn new(text: impl Into<String>, urgency: Urgency) -> Self {
        Self::default().text(text).urgency(urgency)
    }
}

impl Component for Badge {
    fn write(&self, out: &mut Markup) {
        let colour = format!("cf-badge--{}", self.urgency.class());
        out.open("strong").class(["cf-badge", &colour]).end().text(&self.text).close("strong");
    }
}

options! {
    /// How many things wait, beside the name of where they wait. Nothing when none do.
    pub struct NotificationBadge {
        /// How many.
        pub count: u64,
        /// What they are, for those who hear the page: `reports to review`.
        pub what: String,
    }
}

impl Component for NotificationBadge {
    fn write(&self, out: &mut Markup) {
        if self.count > 0 {
            let shown = if self.count > 999 { "999+".to_owned() } else { self.count.to_string() };
            out.open("span").class(["cf-count"]).end().text(&shown);
            if !self.what.is_empty() {
                out.raw("<span class=\"govuk-visually-hidden\"> ").text(&self.what).raw("</span>");
            }
            out.close("span");
        }
    }
}

options! {
    /// One line across the page that must be read before anything else.
    pub struct Banner {
        /// What it says.
        pub content: Html,
        /// The word it begins with, so that the colour is not alone: `Overdue`, `Warning`, `Done`.
        pub word: String,
        /// Which colour.
        pub urgency: Urgency,
    }
}

impl Banner {
    /// A word, what it says, and how urgent it is.
    pub fn new(word: impl Into<String>, content: impl Into<Html>, urgency: Urgency) -> Self {
        Self::default().word(word).content(content).urgency(urgency)
    }
}

impl Component for Banner {
    fn write(&self, out: &mut Markup) {
        let colour = format!("cf-banner--{}", self.urgency.class());
        out.open("div").class(["cf-banner", &colour]);
        out.attr(
            "role",
            if matches!(self.urgency, Urgency::Now | Urgency::Overdue) { "alert" } else { "status" },
        );
        out.end().raw("<strong>").text(&self.word).raw(":</strong> ").html(&self.content).close("div");
    }
}

printable!(Badge, NotificationBadge, Banner);
