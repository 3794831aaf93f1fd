//! A small writer of markup, so that each component reads in the order of the page it makes.
//!
//! Every value is escaped on the way in; the only markup taken as it stands is [`Html`] and literals.

use crate::html::{Html, escape};
use crate::options::Attributes;

/// Collects markup. A start tag is `open`, then its attributes, then `end`.
#[derive(Debug, Default)]
pub struct Markup {
    out: String,
}

impl Markup {
    pub(crate) fn finish(self) -> Html {
        Html::trusted(self.out)
    }

    /// Begins a start tag.
    pub(crate) fn open(&mut self, tag: &str) -> &mut Self {
        self.out.push('<');
        self.out.push_str(tag);
        self
    }

    /// Ends a start tag.
    pub(crate) fn end(&mut self) -> &mut Self {
        self.out.push('>');
        self
    }

    pub(crate) fn close(&mut self, tag: &str) -> &mut Self {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push_str(">\n");
        self
    }

    /// The class attribute from the names that are not empty; nothing when all are.
    pub(crate) fn class<const N: usize>(&mut self, names: [&str; N]) -> &mut Self {
        let joined = join_words(names);
        self.some("class", &joined)
    }

    pub(crate) fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
        self
    }

    /// An attribute that is left out when its value is empty.
    pub(crate) fn some(&mut self, name: &str, value: &str) -> &mut Self {
        if value.is_empty() { self } else { self.attr(name, value) }
    }

    /// An attribute that is left out when its value is unknown.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl ToString>) -> &mut Self {
        match value {
            Some(value) => self.attr(name, &value.to_string()),
            None => self,
        }
    }

    /// An attribute without a value.
    pub(crate) fn flag(&mut self, name: &str, on: bool) -> &mut Self {
        if on {
            self.out.push(' ');
            self.out.push_str(name);
        }
        self
    }

    pub(crate) fn attributes(&mut self, attributes: &Attributes) -> &mut Self {
        for (name, value) in attributes.iter() {
            self.attr(name, value);
        }
        self
    }

    /// A whole element with one class and some content.
    pub(crate) fn element(&mut self, tag: &str, class: &str, content: &Html) -> &mut Self {
        self.open(tag).class([class]).end().html(content).close(tag)
    }

    pub(crate) fn html(&mut self, html: &Html) -> &mut Self {
        self.out.push_str(html.as_str());
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        escape(text, &mut self.out);
        self
    }

    /// A literal of our own.
    pub(crate) fn raw(&mut self, literal: &'static str) -> &mut Self {
        self.out.push_str(literal);
        self
    }

    pub(crate) fn add(&mut self, component: &impl Component) -> &mut Self {
        component.write(self);
        self
    }

    /// Content as it is when it is markup, in a paragraph of the given class when it is text.
    pub(crate) fn paragraph_if_text(&mut self, class: &str, content: &Html) -> &mut Self {
        if content.is_text() { self.element("p", class, content) } else { self.html(content) }
    }
}

/// Something that can be put on a page.
pub trait Component {
    /// Appends the component's markup.
    fn write(&self, out: &mut Markup);

    /// The component's markup by itself.
    fn to_html(&self) -> Html {
        let mut out = Markup::default();
        self.write(&mut out);
        out.finish()
    }
}

/// The tag of a heading: 1 to 6, and `fallback` when the level is 0, which means "not said".
pub(crate) fn heading(level: u8, fallback: u8) -> &'static str {
    match if level == 0 { fallback } else { level } {
        1 => "h1",
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

/// Words that are not empty, one space between.
pub(crate) fn join_words<const N: usize>(words: [&str; N]) -> String {
    let mut joined = String::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// `name` when the condition holds, nothing otherwise; for class lists.
pub(crate) fn when(condition: bool, name: &'static str) -> &'static str {
    if condition { name } else { "" }
}

/// The first that is not empty.
pub(crate) fn either<'a>(value: &'a str, fallback: &'a str) -> &'a str {
    if value.is_empty() { fallback } else { value }
}
