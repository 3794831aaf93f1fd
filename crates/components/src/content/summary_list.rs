//! Facts with their names, and what can be done about each.

use crate::Html;
use crate::markup::{Component, Markup, heading, when};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// A fact, or its name.
    pub struct RowPart {
        /// What it says.
        pub content: Html,
        /// More classes.
        pub classes: String,
    }
}

options! {
    /// Something that can be done about a fact.
    pub struct RowAction {
        /// What it says.
        pub content: Html,
        /// Where it leads.
        pub href: String,
        /// Said after it to those who hear the page: what it is done to.
        pub visually_hidden_text: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl RowAction {
    /// A link, where it leads, and what it is done to (heard, not seen).
    pub fn new(content: impl Into<Html>, href: impl Into<String>, hidden: impl Into<String>) -> Self {
        Self::default().content(content).href(href).visually_hidden_text(hidden)
    }
}

options! {
    /// What can be done about a fact, or about a card of them.
    pub struct RowActions {
        /// The links.
        pub items: Vec<RowAction>,
        /// More classes.
        pub classes: String,
    }
}

options! {
    /// A fact with its name.
    pub struct SummaryRow {
        /// Its name.
        pub key: RowPart,
        /// The fact.
        pub value: RowPart,
        /// What can be done about it.
        pub actions: Option<RowActions>,
        /// More classes.
        pub classes: String,
    }
}

impl SummaryRow {
    /// A fact with its name.
    pub fn new(key: impl Into<RowPart>, value: impl Into<RowPart>) -> Self {
        Self::default().key(key).value(value)
    }

    /// The same, with one more thing that can be done about it.
    #[must_use]
    pub fn action(mut self, action: RowAction) -> Self {
        self.actions.get_or_insert_default().items.push(action);
        self
    }
}

options! {
    /// The heading of a card.
    pub struct CardTitle {
        /// What it says.
        pub content: Html,
        /// Its level: 2 unless said otherwise.
        pub heading_level: u8,
        /// More classes.
        pub classes: String,
    }
}

options! {
    /// A card round a list.
    pub struct SummaryCard {
        /// Its heading.
        pub title: CardTitle,
        /// What can be done about all of it.
        pub actions: RowActions,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

options! {
    /// Facts with their names.
    pub struct SummaryList {
        /// The facts.
        pub rows: Vec<SummaryRow>,
        /// The card round the list, if there is one.
        pub card: Option<SummaryCard>,
        /// More classes: `govuk-summary-list--no-border`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(RowPart, CardTitle);
printable!(SummaryList);

impl SummaryList {
    /// A list of facts.
    pub fn new(rows: impl Into<Vec<SummaryRow>>) -> Self {
        Self::default().rows(rows)
    }

    /// The same list in a card with a heading.
    #[must_use]
    pub fn in_card(self, title: impl Into<CardTitle>) -> Self {
        self.card(SummaryCard::default().title(title))
    }

    fn write_list(&self, out: &mut Markup) {
        let title = self.card.as_ref().map(|card| &card.title);
        let any_actions =
            self.rows.iter().filter_map(|row| row.actions.as_ref()).any(|a| !a.items.is_empty());
        out.open("dl").class(["govuk-summary-list", &self.classes]).attributes(&self.attributes).end();
        for row in &self.rows {
            let bare = when(any_actions && row.actions.is_none(), "govuk-summary-list__row--no-actions");
            out.open("div").class(["govuk-summary-list__row", bare, &row.classes]).end();
            out.open("dt").class(["govuk-summary-list__key", &row.key.classes]).end();
            out.html(&row.key.content).close("dt");
            out.open("dd").class(["govuk-summary-list__value", &row.value.classes]).end();
            out.html(&row.value.content).close("dd");
            if let Some(actions) = row.actions.as_ref().filter(|actions| !actions.items.is_empty()) {
                out.open("dd").class(["govuk-summary-list__actions", &actions.classes]).end();
                if let [only] = actions.items.as_slice() {
                    write_action(only, title, out);
                } else {
                    out.open("ul").class(["govuk-summary-list__actions-list"]).end();
                    for action in &actions.items {
                        out.open("li").class(["govuk-summary-list__actions-list-item"]).end();
                        write_action(action, title, out);
                        out.close("li");
                    }
                    out.close("ul");
                }
                out.close("dd");
            }
            out.close("div");
        }
        out.close("dl");
    }
}

impl Component for SummaryList {
    fn write(&self, out: &mut Markup) {
        let Some(card) = &self.card else { return self.write_list(out) };
        out.open("div").class(["govuk-summary-card", &card.classes]).attributes(&card.attributes).end();
        out.open("div").class(["govuk-summary-card__title-wrapper"]).end();
        if !card.title.content.is_empty() {
            let level = heading(card.title.heading_level, 2);
            out.open(level).class(["govuk-summary-card__title", &card.title.classes]).end();
            out.html(&card.title.content).close(level);
        }
        let actions = ["govuk-summary-card__actions", &card.actions.classes];
        match card.actions.items.as_slice() {
            [] => {}
            [only] => {
                out.open("div").class(actions).end();
                write_action(only, Some(&card.title), out);
                out.close("div");
            }
            several => {
                out.open("ul").class(actions).end();
                for action in several {
                    out.open("li").class(["govuk-summary-card__action"]).end();
                    write_action(action, Some(&card.title), out);
                    out.close("li");
                }
                out.close("ul");
            }
        }
        out.close("div").open("div").class(["govuk-summary-card__content"]).end();
        self.write_list(out);
        out.close("div").close("div");
    }
}

fn write_action(action: &RowAction, card: Option<&CardTitle>, out: &mut Markup) {
    let card = card.filter(|title| !title.content.is_empty());
    out.open("a").class(["govuk-link", &action.classes]).attr("href", &action.href);
    out.attributes(&action.attributes).end().html(&action.content);
    if !action.visually_hidden_text.is_empty() || card.is_some() {
        out.raw("<span class=\"govuk-visually-hidden\">");
        if !action.visually_hidden_text.is_empty() {
            out.raw(" ").text(&action.visually_hidden_text);
        }
        if let Some(title) = card {
            out.raw(" (").html(&title.content).raw(")");
        }
        out.raw("</span>");
    }
    out.close("a");
}
