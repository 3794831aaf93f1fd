//! News about what was just done, or about the page.

use crate::Html;
use crate::markup::{Component, Markup, either, heading, when};
use crate::options::{Attributes, options, printable};

options! {
    /// News about what was just done, or about the page.
    pub struct NotificationBanner {
        /// The news.
        pub content: Html,
        /// `success` for something that was done.
        pub kind: String,
        /// Its heading: `Success` or `Important` unless said otherwise.
        pub title: Html,
        /// Level of its heading: 2 unless said otherwise.
        pub title_heading_level: u8,
        /// Id of its heading, where a page has two banners.
        pub title_id: String,
        /// Its role: `alert` for success, `region` otherwise, unless said.
        pub role: String,
        /// Whether the focus stays where it is.
        pub disable_auto_focus: Option<bool>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(NotificationBanner);

impl NotificationBanner {
    /// Something was done.
    pub fn success(content: impl Into<Html>) -> Self {
        Self::default().kind("success").content(content)
    }

    /// Something to know.
    pub fn important(content: impl Into<Html>) -> Self {
        Self::default().content(content)
    }
}

impl Component for NotificationBanner {
    fn write(&self, out: &mut Markup) {
        let success = self.kind == "success";
        let title_id = either(&self.title_id, "govuk-notification-banner-title");
        let usual = Html::from(if success { "Success" } else { "Important" });
        let title = if self.title.is_empty() { &usual } else { &self.title };
        let level = heading(self.title_heading_level, 2);
        let green = when(success, "govuk-notification-banner--success");
        out.open("div").class(["govuk-notification-banner", green, &self.classes]);
        out.attr("role", either(&self.role, if success { "alert" } else { "region" }));
        out.attr("aria-labelledby", title_id).attr("data-module", "govuk-notification-banner");
        out.maybe("data-disable-auto-focus", self.disable_auto_focus).attributes(&self.attributes).end();
        out.open("div").class(["govuk-notification-banner__header"]).end();
        out.open(level).class(["govuk-notification-banner__title"]).attr("id", title_id).end();
        out.html(title).close(level).close("div");
        out.open("div").class(["govuk-notification-banner__content"]).end();
        if !self.content.is_empty() {
            out.paragraph_if_text("govuk-notification-banner__heading", &self.content);
        }
        out.close("div").close("div");
    }
}
