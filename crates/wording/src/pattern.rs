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

use serde::{Deserialize, Serialize};

use crate::lexicon::{LexiconBuilder, Mask};
use crate::tokens::{BREAK, COMMA, Token, WordId};

/// One word of a pattern: any of these words (in order of their ids), or any word of these classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Elem {
    pub(crate) mask: Mask,
    pub(crate) words: Arc<[WordId]>,
    /// One bit of 64 for each of the words: most words that are none of them are known by it without looking.
    pub(crate) bits: u64,
}

/// What words there are, or what words would do: their classes, and one bit of 64 for each, which several share. Where two of
/// them do not meet, no word does.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Signs {
    pub(crate) mask: Mask,
    pub(crate) words: u64,
}

impl Signs {
    pub(crate) const NOTHING: Self = Self { mask: 0, words: 0 };
    /// Met by everything, by the lack of a word as well.
    pub(crate) const ANYTHING: Self = Self { mask: Mask::MAX, words: u64::MAX };

    #[inline]
    pub(crate) const fn bit(word: WordId) -> u64 {
        1 << (word.wrapping_mul(0x9E37) >> 10)
    }

    #[inline]
    pub(crate) const fn of(token: Option<&Token>) -> Self {
        match token {
            Some(token) => Self { mask: token.mask, words: Self::bit(token.word) },
            None => Self { mask: 0, words: 1 << 63 },
        }
    }

    #[inline]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self { mask: self.mask | other.mask, words: self.words | other.words }
    }

    #[inline]
    pub(crate) const fn or_mask(self, mask: Mask) -> Self {
        Self { mask: self.mask | mask, words: self.words }
    }

    #[inline]
    pub(crate) const fn meets(self, other: Self) -> bool {
        (self.mask & other.mask != 0) | (self.words & other.words != 0)
    }
}

impl Elem {
    pub(crate) fn new(mask: Mask, words: Arc<[WordId]>) -> Self {
        let bits = words.iter().fold(0, |bits, word| bits | Signs::bit(*word));
        Self { mask, words, bits }
    }

    pub(crate) const fn signs(&self) -> Signs {
        Signs { mask: self.mask, words: self.bits }
    }
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
        let mut at = 0;
        let mut nodes = Vec::new();
        self.sequence(pattern, &mut at, &mut nodes)?;
        if at < pattern.len() {
            return Err(wrong("the end", at, pattern));
        }
        Ok(nodes)
    }

    /// Reads on from byte `at` to the end of the sequence, adding to `out`.
    fn sequence(&mut self, pattern: &str, at: &mut usize, out: &mut Vec<Node>) -> Result<(), PatternError> {
        let bytes = pattern.as_bytes();
        while let Some(&byte) = bytes.get(*at) {
            match byte {
                b'|' | b'}' | b']' | b')' => break,
                b' ' | b'-' => *at += 1,
                b'{' | b'[' => {
                    *at += 1;
                    let mut choices = self.choices(pattern, at)?;
                    let close = if byte == b'{' { (b'}', "`}`") } else { (b']', "`]`") };
                    expect(pattern, at, close)?;
                    if byte == b'[' {
                        choices.rest.push(Vec::new());
                    }
                    choices.push_to(out);
                }
                b'(' => {
                    *at += 1;
                    out.push(Node::SpanOpen);
                    self.sequence(pattern, at, out)?;
                    expect(pattern, at, (b')', "`)`"))?;
                    out.push(Node::SpanClose);
                }
                b'<' => {
                    let rest = &pattern[*at + 1..];
                    let Some(length) = rest.find('>') else {
                        return Err(wrong("`>`", pattern.len(), pattern));
                    };
                    let name = &rest[..length];
                    *at += length + 2;
                    if let Some(nodes) = self.phrases.get(name) {
                        out.extend(nodes.iter().cloned());
                    } else if let Some(mask) = self.lexicon.find_class(name) {
                        out.push(Node::Elem(Elem::new(mask, Arc::default())));
                    } else {
                        return Err(PatternError::UnknownName { name: name.to_owned() });
                    }
                }
                b'.' if bytes.get(*at + 1) == Some(&b'.') => {
                    *at += 2;
                    let digits = bytes[*at..].iter().take_while(|d| d.is_ascii_digit()).count();
                    out.push(Node::Gap(pattern[*at..*at + digits].parse().unwrap_or(3)));
                    *at += digits;
                }
                b'!' => {
                    *at += 1;
                    expect(pattern, at, (b'{', "`{` after `!`"))?;
                    let choices = self.choices(pattern, at)?;
                    expect(pattern, at, (b'}', "`}`"))?;
                    out.push(Node::Not(Arc::new(choices.all())));
                }
                b'^' => {
                    *at += 1;
                    out.push(Node::Start);
                }
                b'$' => {
                    *at += 1;
                    out.push(Node::End);
                }
                b',' | b':' => {
                    *at += 1;
                    let mark = if byte == b',' { COMMA } else { BREAK };
                    out.push(Node::Elem(Elem::new(0, Arc::new([mark]))));
                }
                _ => self.word(pattern, at, out)?,
            }
        }
        Ok(())
    }

    fn word(&mut self, pattern: &str, at: &mut usize, out: &mut Vec<Node>) -> Result<(), PatternError> {
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '~' | '@');
        let rest = &pattern[*at..];
        let word = &rest[..rest.find(|c| !inside(c)).unwrap_or(rest.len())];
        if word.is_empty() || word.starts_with('~') {
            return Err(wrong("a word", *at, pattern));
        }
        *at += word.len();
        let lower = word.to_lowercase();
        let (head, tail) = split_clitic(&lower);
        for part in std::iter::once(head).chain(tail) {
            let words = self.lexicon.forms(part);
            out.push(Node::Elem(Elem::new(0, words)));
        }
        Ok(())
    }

    fn choices(&mut self, pattern: &str, at: &mut usize) -> Result<Choices, PatternError> {
        let mut choices = Choices::default();
        let mut one = Vec::new();
        loop {
            self.sequence(pattern, at, &mut one)?;
            if let [Node::Elem(e)] = one.as_slice() {
                choices.mask |= e.mask;
                choices.words.extend(e.words.iter());
                one.clear();
            } else {
                choices.rest.push(std::mem::take(&mut one));
            }
            if pattern.as_bytes().get(*at) != Some(&b'|') {
                return Ok(choices);
            }
            *at += 1;
        }
    }
}

/// The error of something missing at byte `at`.
fn wrong(expected: &'static str, at: usize, pattern: &str) -> PatternError {
    let at = pattern.get(..at).map_or(0, |before| before.chars().count());
    PatternError::Expected { expected, at, pattern: pattern.to_owned() }
}

fn expect(pattern: &str, at: &mut usize, (mark, name): (u8, &'static str)) -> Result<(), PatternError> {
    if pattern.as_bytes().get(*at) != Some(&mark) {
        return Err(wrong(name, *at, pattern));
    }
    *at += 1;
    Ok(())
}

/// `he's` is read as two words, as in the text.
fn split_clitic(word: &str) -> (&str, Option<&str>) {
    for tail in ["'s", "'re", "'m", "'ll", "'d", "'ve"] {
        if let Some(head) = word.strip_suffix(tail) {
            return if head.is_empty() { (word, None) } else { (head, Some(&word[head.len()..])) };
        }
    }
    (word, None)
}

/// What stands between brackets: single words together, longer wordings (and nothing at all) apart.
#[derive(Default)]
struct Choices {
    mask: Mask,
    words: Vec<WordId>,
    rest: Vec<Vec<Node>>,
}

impl Choices {
    fn single(&mut self) -> Option<Elem> {
        let words = in_order(std::mem::take(&mut self.words));
        (self.mask != 0 || !words.is_empty()).then(|| Elem::new(self.mask, words))
    }

    /// Longer wordings are tried first; nothing at all is tried last.
    fn all(mut self) -> Vec<Vec<Node>> {
        let single = self.single();
        self.rest.sort_by_key(Vec::is_empty);
        if let Some(single) = single {
            let empty = self.rest.iter().position(Vec::is_empty).unwrap_or(self.rest.len());
            self.rest.insert(empty, vec![Node::Elem(single)]);
        }
        self.rest
    }

    fn push_to(mut self, out: &mut Vec<Node>) {
        if self.rest.is_empty()
            && let Some(single) = self.single()
        {
            out.push(Node::Elem(single));
        } else {
            out.push(Node::Alt(Arc::new(self.all())));
        }
    }
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
    /// Words the sentence must have besides, rarest first: one of each.
    pub(crate) needs: Vec<Elem>,
}

/// The rarest word a node cannot do without, or one for each of its choices; `None` when it can be nothing.
fn need(node: &Node, cost: &dyn Fn(&Elem) -> u32) -> Option<Elem> {
    match node {
        Node::Elem(e) => Some(e.clone()),
        Node::Alt(alts) => {
            let (mut mask, mut words) = (0, Vec::new());
            for alt in alts.iter() {
                let rarest = alt.iter().filter_map(|n| need(n, cost)).min_by_key(|e| cost(e))?;
                mask |= rarest.mask;
                words.extend(rarest.words.iter());
            }
            Some(Elem::new(mask, in_order(words)))
        }
        _ => None,
    }
}

/// What all nodes but the one at `anchor` need, rarest first.
fn needs(nodes: &[Node], anchor: usize, cost: &dyn Fn(&Elem) -> u32) -> Vec<Elem> {
    let others = nodes.iter().enumerate().filter(|(i, _)| *i != anchor);
    let mut out: Vec<Elem> = others.filter_map(|(_, node)| need(node, cost)).collect();
    out.sort_by_cached_key(|e| cost(e));
    out
}

/// The words a sequence may begin with; `None` when it may begin with anything, or with nothing.
pub(crate) fn first(nodes: &[Node]) -> Option<Elem> {
    if let Some(Node::Elem(e)) = nodes.first() {
        return Some(e.clone());
    }
    let (mut mask, mut words) = (0, Vec::new());
    collect_first(nodes, &mut mask, &mut words)?;
    Some(Elem::new(mask, in_order(words)))
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
                let needs = needs(&nodes, i, cost);
                out.push(Compiled { anchor: anchor.clone(), left, right, before, after, needs });
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
