//! The little language rules are written in, and what it compiles to.
//!
//! | written | matches |
//! |---|---|
//! | `risk` | the word, in any case, with one slip of the finger if it is long enough |
//! | `put~` | every form of the word: put, puts, putting |
//! | `<child>` | any word of a class, or any wording of a phrase, from `words.toml` |
//! | `{a b\|c}` | one of these |
//! | `[very\|too]` | one of these, or nothing |
//! | `..` `..5` | up to three (five) words in between, within the sentence |
//! | `!{a\|b}` | nothing, provided that none of these comes next |
//! | `(a b)` | the part to report, when it is not the whole match |
//! | `^` `$` `,` `:` | start of a sentence, end of a sentence, a comma, a colon (or semicolon or dash) |
//!
//! Filler adverbs (`very`, `again`, `apparently` ...) may stand between any two words without being written.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lexicon::{LexiconBuilder, Mask};
use crate::tokens::{BREAK, COMMA, WordId};

/// One word of a pattern: any of these words (in order of their ids), or any word of these classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Elem {
    pub(crate) mask: Mask,
    pub(crate) words: Arc<[WordId]>,
}

/// What stands in a pattern; shared, because a phrase stands in hundreds of them.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Elem(Elem),
    /// One of several sequences; an empty one makes it optional.
    Alt(Arc<Vec<Vec<Node>>>),
    Gap(u8),
    /// None of these may come next.
    Not(Arc<Vec<Vec<Node>>>),
    Start,
    End,
    SpanOpen,
    SpanClose,
}

/// Why a pattern cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PatternError {
    /// Brackets do not match, or something stands where a word should.
    #[error("expected {expected} at character {at} of `{pattern}`")]
    Expected {
        /// What was missing.
        expected: &'static str,
        /// Where, in characters.
        at: usize,
        /// The pattern.
        pattern: String,
    },
    /// `<name>` is no class and no phrase.
    #[error("`<{name}>` is neither a class nor a phrase of the words file")]
    UnknownName {
        /// The name.
        name: String,
    },
    /// Nothing in the pattern is a word that must be there.
    #[error("`{pattern}` has no word that must be present, so it would match anywhere")]
    NoAnchor {
        /// The pattern.
        pattern: String,
    },
    /// Too many combinations.
    #[error("`{pattern}` has more than {limit} combinations")]
    TooMany {
        /// The pattern.
        pattern: String,
        /// The limit.
        limit: usize,
    },
}

/// Reads patterns, knowing the phrases defined so far.
pub(crate) struct Reader<'a> {
    pub(crate) lexicon: &'a mut LexiconBuilder,
    pub(crate) phrases: &'a BTreeMap<String, Vec<Node>>,
}

impl Reader<'_> {
    pub(crate) fn read(&mut self, pattern: &str) -> Result<Vec<Node>, PatternError> {
        let chars: Vec<char> = pattern.chars().collect();
        let mut at = 0;
        let nodes = self.sequence(&chars, &mut at, pattern)?;
        if at < chars.len() {
            return Err(PatternError::Expected { expected: "the end", at, pattern: pattern.to_owned() });
        }
        Ok(nodes)
    }

    fn sequence(&mut self, c: &[char], at: &mut usize, pattern: &str) -> Result<Vec<Node>, PatternError> {
        let mut out = Vec::new();
        let wrong = |expected, at| PatternError::Expected { expected, at, pattern: pattern.to_owned() };
        while let Some(&ch) = c.get(*at) {
            match ch {
                '|' | '}' | ']' | ')' => break,
                ' ' | '-' => *at += 1,
                '{' | '[' => {
                    *at += 1;
                    let close = if ch == '{' { '}' } else { ']' };
                    let mut alts = self.alternatives(c, at, pattern)?;
                    if c.get(*at) != Some(&close) {
                        return Err(wrong(if ch == '{' { "`}`" } else { "`]`" }, *at));
                    }
                    *at += 1;
                    if ch == '[' {
                        alts.push(Vec::new());
                    }
                    push_alternatives(&mut out, alts);
                }
                '(' => {
                    *at += 1;
                    out.push(Node::SpanOpen);
                    out.extend(self.sequence(c, at, pattern)?);
                    if c.get(*at) != Some(&')') {
                        return Err(wrong("`)`", *at));
                    }
                    *at += 1;
                    out.push(Node::SpanClose);
                }
                '<' => {
                    let name: String = c[*at + 1..].iter().take_while(|c| **c != '>').collect();
                    *at += name.chars().count() + 2;
                    if let Some(nodes) = self.phrases.get(&name) {
                        out.extend(nodes.iter().cloned());
                    } else if let Some(mask) = self.lexicon.find_class(&name) {
                        out.push(Node::Elem(Elem { mask, words: Arc::default() }));
                    } else {
                        return Err(PatternError::UnknownName { name });
                    }
                }
                '.' if c.get(*at + 1) == Some(&'.') => {
                    *at += 2;
                    let digits: String = c[*at..].iter().take_while(|d| d.is_ascii_digit()).collect();
                    *at += digits.len();
                    out.push(Node::Gap(digits.parse().unwrap_or(3)));
                }
                '!' => {
                    *at += 1;
                    if c.get(*at) != Some(&'{') {
                        return Err(wrong("`{` after `!`", *at));
                    }
                    *at += 1;
                    let alts = self.alternatives(c, at, pattern)?;
                    if c.get(*at) != Some(&'}') {
                        return Err(wrong("`}`", *at));
                    }
                    *at += 1;
                    out.push(Node::Not(Arc::new(alts)));
                }
                '^' => {
                    *at += 1;
                    out.push(Node::Start);
                }
                '$' => {
                    *at += 1;
                    out.push(Node::End);
                }
                ',' | ':' => {
                    *at += 1;
                    out.push(Node::Elem(Elem {
                        mask: 0,
                        words: Arc::new([if ch == ',' { COMMA } else { BREAK }]),
                    }));
                }
                ch if ch.is_alphanumeric() || ch == '\'' || ch == '@' => {
                    let word: String = c[*at..]
                        .iter()
                        .take_while(|c| c.is_alphanumeric() || matches!(c, '\'' | '~' | '@'))
                        .collect();
                    *at += word.chars().count();
                    for part in split_clitic(&word.to_lowercase()) {
                        let words = self.lexicon.forms(part);
                        out.push(Node::Elem(Elem { mask: 0, words }));
                    }
                }
                _ => return Err(wrong("a word", *at)),
            }
        }
        Ok(out)
    }

    fn alternatives(
        &mut self,
        c: &[char],
        at: &mut usize,
        pattern: &str,
    ) -> Result<Vec<Vec<Node>>, PatternError> {
        let mut alts = vec![self.sequence(c, at, pattern)?];
        while c.get(*at) == Some(&'|') {
            *at += 1;
            alts.push(self.sequence(c, at, pattern)?);
        }
        Ok(alts)
    }
}

/// `he's` is read as two words, as in the text.
fn split_clitic(word: &str) -> Vec<&str> {
    for tail in ["'s", "'re", "'m", "'ll", "'d", "'ve"] {
        if let Some(head) = word.strip_suffix(tail) {
            return if head.is_empty() { vec![word] } else { vec![head, tail] };
        }
    }
    vec![word]
}

/// Single words among the alternatives become one element.
fn push_alternatives(out: &mut Vec<Node>, alts: Vec<Vec<Node>>) {
    let mut single = Elem::default();
    let mut words: Vec<WordId> = Vec::new();
    let mut rest: Vec<Vec<Node>> = Vec::new();
    for mut alt in alts {
        if let [Node::Elem(_)] = alt.as_slice()
            && let Some(Node::Elem(e)) = alt.pop()
        {
            single.mask |= e.mask;
            words.extend(e.words.iter());
        } else {
            rest.push(alt);
        }
    }
    let has_single = single.mask != 0 || !words.is_empty();
    single.words = in_order(words);
    rest.sort_by_key(Vec::is_empty);
    if has_single && rest.is_empty() {
        out.push(Node::Elem(single));
        return;
    }
    if has_single {
        // Longer wordings are tried first; nothing at all is tried last.
        let empty = rest.iter().position(Vec::is_empty).unwrap_or(rest.len());
        rest.insert(empty, vec![Node::Elem(single)]);
    }
    out.push(Node::Alt(Arc::new(rest)));
}

fn in_order(mut words: Vec<WordId>) -> Arc<[WordId]> {
    words.sort_unstable();
    words.dedup();
    words.into()
}

/// A pattern ready to match: around its rarest word, forwards and backwards.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) anchor: Elem,
    /// What comes before the anchor, nearest first.
    pub(crate) left: Vec<Node>,
    pub(crate) right: Vec<Node>,
    /// What the word before the anchor must be, fillers apart; `None` when it may be anything. Checked before anything is walked.
    pub(crate) before: Option<Elem>,
    /// The same for the word after the anchor.
    pub(crate) after: Option<Elem>,
}

/// The words a sequence may begin with; `None` when it may begin with anything, or with nothing.
fn first(nodes: &[Node]) -> Option<Elem> {
    if let Some(Node::Elem(e)) = nodes.first() {
        return Some(e.clone());
    }
    let (mut mask, mut words) = (0, Vec::new());
    collect_first(nodes, &mut mask, &mut words)?;
    Some(Elem { mask, words: in_order(words) })
}

fn collect_first(nodes: &[Node], mask: &mut Mask, words: &mut Vec<WordId>) -> Option<()> {
    for node in nodes {
        match node {
            Node::Elem(e) => {
                *mask |= e.mask;
                words.extend(e.words.iter());
                return Some(());
            }
            Node::Alt(alts) => {
                for alt in alts.iter().filter(|a| !a.is_empty()) {
                    collect_first(alt, mask, words)?;
                }
                if !alts.iter().any(Vec::is_empty) {
                    return Some(());
                }
            }
            Node::SpanOpen | Node::SpanClose => {}
            Node::Gap(_) | Node::Not(_) | Node::Start | Node::End => return None,
        }
    }
    None
}

const MOST_COMBINATIONS: usize = 400;

/// Splits a pattern at the word that is rarest in ordinary records.
pub(crate) fn compile(
    nodes: &[Node],
    pattern: &str,
    cost: &dyn Fn(&Elem) -> u32,
) -> Result<Vec<Compiled>, PatternError> {
    let mut out = Vec::new();
    let mut waiting = vec![nodes.to_vec()];
    while let Some(nodes) = waiting.pop() {
        if out.len() + waiting.len() > MOST_COMBINATIONS {
            return Err(PatternError::TooMany { pattern: pattern.to_owned(), limit: MOST_COMBINATIONS });
        }
        let costs: Vec<u32> = nodes.iter().map(|n| node_cost(n, cost)).collect();
        let best = (0..nodes.len()).min_by_key(|i| (costs[*i], *i)).filter(|i| costs[*i] < u32::MAX);
        let Some(i) = best else { return Err(PatternError::NoAnchor { pattern: pattern.to_owned() }) };
        match &nodes[i] {
            Node::Elem(anchor) => {
                let (left, right) = (reversed(&nodes[..i]), nodes[i + 1..].to_vec());
                let (before, after) = (first(&left), first(&right));
                out.push(Compiled { anchor: anchor.clone(), left, right, before, after });
            }
            Node::Alt(alts) => {
                for alt in alts.iter() {
                    let mut longer = nodes[..i].to_vec();
                    longer.extend(alt.iter().cloned());
                    longer.extend(nodes[i + 1..].iter().cloned());
                    waiting.push(longer);
                }
            }
            _ => return Err(PatternError::NoAnchor { pattern: pattern.to_owned() }),
        }
    }
    Ok(out)
}

fn node_cost(node: &Node, cost: &dyn Fn(&Elem) -> u32) -> u32 {
    match node {
        Node::Elem(e) => cost(e),
        // Splitting is dearer than a single word of the same rarity.
        Node::Alt(alts) => alts
            .iter()
            .map(|alt| alt.iter().map(|n| node_cost(n, cost)).min().unwrap_or(u32::MAX))
            .fold(4_u32, u32::saturating_add),
        _ => u32::MAX,
    }
}

fn reversed(nodes: &[Node]) -> Vec<Node> {
    nodes
        .iter()
        .rev()
        .map(|n| match n {
            Node::Alt(alts) => Node::Alt(Arc::new(alts.iter().map(|a| reversed(a)).collect())),
            other => other.clone(),
        })
        .collect()
}
