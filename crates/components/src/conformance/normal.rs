//! Markup in a form that can be compared: as a browser's tokeniser reads it, attributes and classes sorted,
//! white space collapsed where a browser would collapse it.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Elements that stand in a line of text: white space beside them can be seen.
const INLINE: &[&str] = &["a", "abbr", "b", "code", "em", "i", "kbd", "span", "strong"];
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta"];

/// One line per token. Elements with a class in `left_out` are removed with everything in them, and the
/// inside and the measures of drawings are ignored: ours are our own.
pub(super) fn form(html: &str, left_out: &[&str]) -> String {
    let sink = Lines { left_out, state: RefCell::default() };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let state = tokenizer.sink.state.into_inner();
    assert!(state.open.is_empty(), "not closed: {:?} in {html}", state.open);
    // A wrapper that held only what was left out goes too.
    let mut lines: Vec<String> = state.finish();
    while !left_out.is_empty() {
        let empty = lines.windows(2).position(|pair| {
            pair[0].starts_with("<div class=\"govuk-footer__meta-item\"") && pair[1] == "</div>"
        });
        match empty {
            Some(at) => drop(lines.drain(at..at + 2)),
            None => break,
        }
    }
    lines.join("\n")
}

#[derive(Default)]
struct State {
    /// Each token: what kind it is and its text.
    tokens: Vec<(Kind, String)>,
    open: Vec<String>,
    /// Depth at which leaving out began.
    leaving_out: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    /// Text of a text area, where white space counts.
    Exact,
    InlineStart,
    InlineEnd,
    Block,
}

impl State {
    /// White space: runs become one space; none at the start or the end of a block; none between blocks.
    fn finish(self) -> Vec<String> {
        let mut merged: Vec<(Kind, String)> = Vec::new();
        for (kind, text) in self.tokens {
            match merged.last_mut() {
                Some((Kind::Text, last)) if kind == Kind::Text => last.push_str(&text),
                _ => merged.push((kind, text)),
            }
        }
        let mut lines = Vec::new();
        for at in 0..merged.len() {
            let (kind, text) = &merged[at];
            if *kind != Kind::Text {
                lines.push(text.clone());
                continue;
            }
            let before = at.checked_sub(1).map_or(Kind::Block, |i| merged[i].0);
            let after = merged.get(at + 1).map_or(Kind::Block, |it| it.0);
            let mut words = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            // A space beside an inline element is seen, unless it is the first or last thing inside it.
            if words.is_empty() {
                if before == Kind::InlineEnd && after == Kind::InlineStart {
                    lines.push("\" \"".into());
                }
                continue;
            }
            let space = |edge: Option<char>| edge.is_some_and(|c| c.is_ascii_whitespace());
            if before == Kind::InlineEnd && space(text.chars().next()) {
                words.insert(0, ' ');
            }
            if after == Kind::InlineStart && space(text.chars().last()) {
                words.push(' ');
            }
            lines.push(format!("\"{words}\""));
        }
        lines
    }
}

struct Lines<'a> {
    left_out: &'a [&'a str],
    state: RefCell<State>,
}

impl Lines<'_> {
    fn start(&self, tag: &Tag, state: &mut State) {
        let name = tag.name.to_string();
        let classes = tag.attrs.iter().find(|it| &*it.name.local == "class").map(|it| it.value.to_string());
        let classes = classes.unwrap_or_default();
        let is_left_out = classes.split_ascii_whitespace().any(|class| self.left_out.contains(&class));
        let void = tag.self_closing || VOID.contains(&name.as_str());
        let in_drawing = state.open.iter().any(|it| it == "svg");
        if state.leaving_out.is_none() && !is_left_out && !in_drawing {
            let mut attributes: Vec<String> = Vec::new();
            for attribute in &tag.attrs {
                let key = attribute.name.local.to_string();
                let value = match key.as_str() {
                    "class" => {
                        let mut words: Vec<&str> = attribute.value.split_ascii_whitespace().collect();
                        words.sort_unstable();
                        words.join(" ")
                    }
                    "viewbox" | "width" | "height" if name == "svg" => continue,
                    _ => attribute.value.to_string(),
                };
                attributes.push(format!(" {key}=\"{value}\""));
            }
            attributes.sort();
            let inline = INLINE.contains(&name.as_str());
            let kind = if inline { Kind::InlineStart } else { Kind::Block };
            state.tokens.push((kind, format!("<{name}{}>", attributes.concat())));
        }
        if !void {
            if is_left_out && state.leaving_out.is_none() {
                state.leaving_out = Some(state.open.len());
            }
            state.open.push(name);
        }
    }

    fn end(&self, tag: &Tag, state: &mut State) {
        let name = tag.name.to_string();
        assert_eq!(state.open.pop().as_deref(), Some(name.as_str()), "elements overlap");
        match state.leaving_out {
            Some(depth) if depth == state.open.len() => state.leaving_out = None,
            Some(_) => {}
            None if state.open.iter().any(|it| it == "svg") => {}
            None => {
                let kind = if INLINE.contains(&name.as_str()) { Kind::InlineEnd } else { Kind::Block };
                state.tokens.push((kind, format!("</{name}>")));
            }
        }
    }
}

impl TokenSink for Lines<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                self.start(&tag, &mut state);
                if &*tag.name == "textarea" {
                    return TokenSinkResult::RawData(RawKind::Rcdata);
                }
            }
            Token::TagToken(tag) => self.end(&tag, &mut state),
            Token::CharacterTokens(text) if state.leaving_out.is_none() => {
                let exact = state.open.last().is_some_and(|it| it == "textarea");
                let in_drawing = state.open.iter().any(|it| it == "svg");
                if !in_drawing {
                    let kind = if exact { Kind::Exact } else { Kind::Text };
                    state.tokens.push((kind, text.to_string()));
                }
            }
            Token::ParseError(error) if !error.contains("Bad character") => {
                panic!("not well formed: {error}")
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[test]
fn what_a_browser_shows_differently_is_different() {
    let same = |a: &str, b: &str| form(a, &[]) == form(b, &[]);
    assert!(same("<p class=\"a  b\" id=c>x\n y</p>", "<p id='c' class='b a'> x y </p>"));
    assert!(!same("<p>a <b>c</b></p>", "<p>a<b>c</b></p>"));
    assert!(!same("<p class=a>x</p>", "<p class=b>x</p>"));
    assert!(!same("<textarea> x</textarea>", "<textarea>x</textarea>"));
    assert!(same("<div>&lt;</div>", "<div>&#60;</div>"));
}
