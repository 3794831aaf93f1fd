//! Something is done, or something has to be thought about first.

use crate::Html;
use crate::form::Button;
use crate::markup::{Component, Markup, either, heading, join_words, when};
use crate::options::{Attributes, options, printable};

const INTERRUPTION: &str = "govuk-panel--interruption";

options! {
    /// What can be done from an interruption.
    pub struct PanelAction {
        /// What it says.
        pub content: Html,
        /// `submit` or `button`; a link when it has an `href` and no type.
        pub kind: String,
        /// Where it leads.
        pub href: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// What can be done from an interruption.
    pub struct PanelActions {
        /// The actions.
        pub items: Vec<PanelAction>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// Something is done, or something has to be thought about first.
    pub struct Panel {
        /// Its heading.
        pub title: Html,
        /// What stands under the heading.
        pub content: Html,
        /// Level of its heading: 1 unless said otherwise.
        pub heading_level: u8,
        /// What can be done; interruptions only.
        pub actions: Option<PanelActions>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

printable!(Panel);

impl Panel {
    /// Something is done, and this is its reference.
    pub fn confirmation(title: impl Into<Html>, content: impl Into<Html>) -> Self {
        Self::default().title(title).content(content)
    }

    /// The interruption card: something has to be thought about before going on.
    pub fn interruption(
        title: impl Into<Html>,
        content: impl Into<Html>,
        items: impl Into<Vec<PanelAction>>,
    ) -> Self {
        let actions = PanelActions::default().items(items);
        let mut body = Markup::default();
        body.paragraph_if_text("govuk-body", &content.into());
        Self::default().title(title).content(body.finish()).classes(INTERRUPTION).actions(actions)
    }
}

impl Component for Panel {
    fn write(&self, out: &mut Markup) {
        let interrupts = self.classes.contains(INTERRUPTION);
        let variant = when(!interrupts, "govuk-panel--confirmation");
        out.open("div").class(["govuk-panel", variant, &self.classes]).attributes(&self.attributes).end();
        out.element(heading(self.heading_level, 1), "govuk-panel__title", &self.title);
        if !self.content.is_empty() {
            out.element("div", "govuk-panel__body", &self.content);
        }
        if let Some(actions) = self.actions.as_ref().filter(|_| interrupts) {
            out.open("div").class(["govuk-panel__actions", &actions.classes]);
            out.attributes(&actions.attributes).end();
            if !actions.items.is_empty() {
                out.open("div").class(["govuk-button-group"]).end();
                for action in &actions.items {
                    write_action(action, out);
                }
                out.close("div");
            }
            out.close("div");
        }
        out.close("div");
    }
}

fn write_action(action: &PanelAction, out: &mut Markup) {
    if action.href.is_empty() || action.kind == "button" {
        out.add(
            &Button::new(action.content.clone())
                .kind(either(&action.kind, "button"))
                .href(&action.href)
                .classes(join_words(["govuk-button--inverse", &action.classes]))
                .attributes(action.attributes.clone()),
        );
    } else {
        out.open("a").class(["govuk-link govuk-link--inverse", &action.classes]).attr("href", &action.href);
        out.attributes(&action.attributes).end().html(&action.content).close("a");
    }
}
