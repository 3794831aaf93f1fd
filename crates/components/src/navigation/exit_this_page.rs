//! A way out for someone who may be watched.

use crate::Html;
use crate::form::Button;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, options, printable};

options! {
    /// A way out for someone who may be watched, on the pages a child or a parent reads.
    pub struct ExitThisPage {
        /// What it says: `Exit this page` unless said otherwise.
        pub content: Html,
        /// Where it leads: somewhere harmless. Needed.
        pub redirect_url: String,
        /// Its id.
        pub id: String,
        /// What is announced while the way out is taken.
        pub activated_text: String,
        /// What is announced when the key presses came too slowly.
        pub timed_out_text: String,
        /// What is announced after one press of the shift key.
        pub press_two_more_times_text: String,
        /// What is announced after two.
        pub press_one_more_time_text: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(ExitThisPage);

impl ExitThisPage {
    /// A way out to an address.
    pub fn to(redirect_url: impl Into<String>) -> Self {
        Self::default().redirect_url(redirect_url)
    }
}

impl Component for ExitThisPage {
    fn write(&self, out: &mut Markup) {
        out.open("div").some("id", &self.id).class(["govuk-exit-this-page", &self.classes]);
        out.attr("data-module", "govuk-exit-this-page").attributes(&self.attributes);
        out.some("data-i18n.activated", &self.activated_text);
        out.some("data-i18n.timed-out", &self.timed_out_text);
        out.some("data-i18n.press-two-more-times", &self.press_two_more_times_text);
        out.some("data-i18n.press-one-more-time", &self.press_one_more_time_text).end();
        let usual = Html::trusted("<span class=\"govuk-visually-hidden\">Emergency</span> Exit this page");
        out.add(
            &Button::new(if self.content.is_empty() { usual } else { self.content.clone() })
                .classes("govuk-button--warning govuk-exit-this-page__button govuk-js-exit-this-page-button")
                .href(&self.redirect_url)
                .attributes([("rel", "nofollow noreferrer")]),
        );
        out.close("div");
    }
}
