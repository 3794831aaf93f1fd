//! A wall board: one card for each child, read from three metres.

use super::{Badge, Urgency};
use crate::markup::{Component, Markup};
use crate::options::{options, printable};

options! {
    /// One child on the board.
    pub struct BoardCard {
        /// Initials or reference, as the force's wall allows.
        pub who: String,
        /// Where the card leads.
        pub href: String,
        /// Grade or state, in a word.
        pub state: String,
        /// How urgent.
        pub urgency: Urgency,
        /// What comes next: `Review due 03:10`.
        pub next: String,
        /// Who owns it.
        pub owner: String,
    }
}

options! {
    /// A wall board. Without cards it says so, because an empty wall looks like a broken one.
    pub struct Board {
        /// The cards, most urgent first.
        pub cards: Vec<BoardCard>,
        /// What is said when there are none.
        pub empty: String,
    }
}

printable!(Board);

impl Component for Board {
    fn write(&self, out: &mut Markup) {
        if self.cards.is_empty() {
            out.element("p", "cf-board__empty", &self.empty.as_str().into());
            return;
        }
        out.raw("<ul class=\"cf-board\">\n");
        for card in &self.cards {
            let edge = format!("cf-board__card--{}", card.urgency.class());
            out.open("li").class(["cf-board__card", &edge]).end();
            out.open("a").class(["cf-board__who"]).attr("href", &card.href).end().text(&card.who).close("a");
            out.add(&Badge::new(&card.state, card.urgency));
            out.element("p", "cf-board__next", &card.next.as_str().into());
            out.element("p", "cf-board__owner", &card.owner.as_str().into()).close("li");
        }
        out.close("ul");
    }
}
