//! Something to press.

use crate::Html;
use crate::markup::{Component, Markup, either, when};
use crate::options::{Attributes, options, printable};

options! {
    /// Something to press; a link that looks like one when it has an `href`.
    pub struct Button {
        /// What it says.
        pub content: Html,
        /// The name it is sent by.
        pub name: String,
        /// What is sent when it is pressed.
        pub value: String,
        /// The type attribute: `submit` unless said otherwise.
        pub kind: String,
        /// Where it leads, for a link.
        pub href: String,
        /// Its id.
        pub id: String,
        /// Whether it cannot be pressed now.
        pub disabled: bool,
        /// Whether it begins a journey, with an arrow.
        pub is_start_button: bool,
        /// Whether a second press within a second is ignored.
        pub prevent_double_click: Option<bool>,
        /// More classes: `govuk-button--secondary`, `govuk-button--warning`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Button);

impl Button {
    /// A button that sends its form, once even if pressed twice.
    pub fn submit(content: impl Into<Html>) -> Self {
        Self::new(content).prevent_double_click(true)
    }

    /// A button with what it says.
    pub fn new(content: impl Into<Html>) -> Self {
        Self::default().content(content)
    }

    /// A less important action.
    #[must_use]
    pub fn secondary(self) -> Self {
        self.classes("govuk-button--secondary")
    }

    /// An action that cannot be undone.
    #[must_use]
    pub fn warning(self) -> Self {
        self.classes("govuk-button--warning")
    }

    fn write_end(&self, tag: &str, out: &mut Markup) {
        let start = when(self.is_start_button, "govuk-button--start");
        out.class(["govuk-button", &self.classes, start]).attr("data-module", "govuk-button");
        out.attributes(&self.attributes).some("id", &self.id).end();
        if self.is_start_button && !self.content.is_text() {
            out.raw("<span>").html(&self.content).raw("</span>");
        } else {
            out.html(&self.content);
        }
        if self.is_start_button {
            out.raw(START_ARROW);
        }
        out.close(tag);
    }
}

/// Our own drawing: an arrow head pointing on.
const START_ARROW: &str = "<svg class=\"govuk-button__start-icon\" xmlns=\"http://www.w3.org/2000/svg\" \
    width=\"17.5\" height=\"19\" viewBox=\"0 0 35 38\" aria-hidden=\"true\" focusable=\"false\">\
    <polygon fill=\"currentColor\" points=\"2,0 15,0 33,19 15,38 2,38 20,19\"/></svg>";

impl Component for Button {
    fn write(&self, out: &mut Markup) {
        if self.href.is_empty() {
            out.open("button").attr("type", either(&self.kind, "submit")).some("value", &self.value);
            out.some("name", &self.name).flag("disabled", self.disabled);
            out.some("aria-disabled", when(self.disabled, "true"));
            out.maybe("data-prevent-double-click", self.prevent_double_click);
            self.write_end("button", out);
        } else {
            out.open("a").attr("href", &self.href).attr("role", "button").attr("draggable", "false");
            self.write_end("a", out);
        }
    }
}
