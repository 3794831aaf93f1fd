//! Patterns laid out to be walked: every step, choice and word in three lists, so that a walk reads what lies side by side.
use serde::{Deserialize, Serialize};

use crate::lexicon::{Mask, QuickMap};
use crate::pattern::{Compiled, Elem, Node, Signs, first};
use crate::tokens::{BREAK, CLOSE, COMMA, FIRST_WORD, OPEN, STOP, Token, WordId};

/// Work allowed on one pattern at one word; what keeps hostile input linear.
pub(crate) const MOST_STEPS: u32 = 600;
/// Filler words allowed between two words of a pattern.
const MOST_FILLERS: usize = 2;

/// From here to there in one of the lists.
type Stretch = (u32, u32);

/// One word: any of these, or any of these classes.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(crate) struct Word {
    signs: Signs,
    words: Stretch,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
enum Step {
    Word(Word),
    /// One of these choices.
    One(Stretch),
    /// Up to so many words in between, and how what follows may begin.
    Gap(u8, Signs),
    /// None of these choices may come next.
    None(Stretch),
    Start,
    End,
    SpanOpen,
    SpanClose,
}

/// One of several sequences, and how it may begin.
#[derive(Clone, Copy, Deserialize, Serialize)]
struct Choice {
    begins: Signs,
    steps: Stretch,
}

/// A pattern around its anchor.
#[derive(Deserialize, Serialize)]
pub(crate) struct Around {
    before: Option<Word>,
    after: Option<Word>,
    /// From the anchor backwards.
    left: Stretch,
    right: Stretch,
}

/// The steps of many patterns.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    choices: Vec<Choice>,
    words: Vec<WordId>,
    filler: Mask,
}

/// Lays patterns out. What several of them share is laid out once.
#[derive(Default)]
pub(crate) struct Layout {
    out: Steps,
    choices: QuickMap<usize, Stretch>,
    words: QuickMap<usize, Stretch>,
}

impl Layout {
    pub(crate) fn new(filler: Mask) -> Self {
        Self { out: Steps { filler, ..Steps::default() }, ..Self::default() }
    }

    /// Lays out one of the patterns that [`finish`](Self::finish) is given afterwards, which keeps what they share alive.
    pub(crate) fn pattern(&mut self, pattern: &Compiled) -> Around {
        Around {
            before: pattern.before.as_ref().map(|e| self.word(e)),
            after: pattern.after.as_ref().map(|e| self.word(e)),
            left: self.sequence(&pattern.left),
            right: self.sequence(&pattern.right),
        }
    }

    /// `patterns` are all that were laid out: as long as they live, no two things they share lie at one address.
    pub(crate) fn finish<R>(self, patterns: Vec<(Compiled, R)>) -> Steps {
        drop(patterns);
        self.out
    }

    fn word(&mut self, elem: &Elem) -> Word {
        let words = &mut self.out.words;
        let stretch = *self.words.entry(elem.words.as_ptr().addr()).or_insert_with(|| {
            words.extend(elem.words.iter());
            ((words.len() - elem.words.len()) as u32, words.len() as u32)
        });
        Word { signs: elem.signs(), words: stretch }
    }

    fn sequence(&mut self, nodes: &[Node]) -> Stretch {
        let steps: Vec<Step> = nodes
            .iter()
            .enumerate()
            .map(|(i, node)| match node {
                Node::Elem(e) => Step::Word(self.word(e)),
                Node::Alt(alts) => Step::One(self.choices(alts)),
                Node::Gap(most) => Step::Gap(*most, self.begins(&nodes[i + 1..])),
                Node::Not(alts) => Step::None(self.choices(alts)),
                Node::Start => Step::Start,
                Node::End => Step::End,
                Node::SpanOpen => Step::SpanOpen,
                Node::SpanClose => Step::SpanClose,
            })
            .collect();
        self.out.steps.extend(&steps);
        ((self.out.steps.len() - steps.len()) as u32, self.out.steps.len() as u32)
    }

    fn choices(&mut self, alts: &std::sync::Arc<Vec<Vec<Node>>>) -> Stretch {
        let shared = std::sync::Arc::as_ptr(alts).addr();
        if let Some(known) = self.choices.get(&shared) {
            return *known;
        }
        let choices: Vec<Choice> =
            alts.iter().map(|alt| Choice { begins: self.begins(alt), steps: self.sequence(alt) }).collect();
        let list = &mut self.out.choices;
        list.extend(&choices);
        let stretch = ((list.len() - choices.len()) as u32, list.len() as u32);
        self.choices.insert(shared, stretch);
        stretch
    }

    /// How a sequence may begin; fillers may stand before any word.
    fn begins(&self, nodes: &[Node]) -> Signs {
        first(nodes).map_or(Signs::ANYTHING, |elem| elem.signs().or_mask(self.out.filler))
    }
}

impl Steps {
    /// Whether a word may stand beside the anchor. Fillers are left to the walk.
    #[inline]
    fn may(&self, wanted: Option<Word>, neighbour: Option<&Token>) -> bool {
        let Some(word) = wanted else { return true };
        neighbour.is_some_and(|token| token.mask & self.filler != 0 || self.is(word, *token))
    }

    #[inline]
    fn is(&self, word: Word, token: Token) -> bool {
        word.signs.mask & token.mask != 0
            || (word.signs.words & Signs::bit(token.word) != 0
                && (token.word >= FIRST_WORD || matches!(token.word, COMMA | BREAK))
                && self.words[word.words.0 as usize..word.words.1 as usize]
                    .binary_search(&token.word)
                    .is_ok())
    }

    fn of(&self, (from, to): Stretch) -> &[Step] {
        &self.steps[from as usize..to as usize]
    }

    fn choices(&self, (from, to): Stretch) -> &[Choice] {
        &self.choices[from as usize..to as usize]
    }

    /// Matches a pattern around its anchor at token `at`: tokens from, to, and those to be reported; and the steps it took.
    pub(crate) fn around(&self, pattern: &Around, tokens: &[Token], at: usize) -> (Option<Found>, u32) {
        if !self.may(pattern.after, tokens.get(at + 1))
            || !self.may(pattern.before, at.checked_sub(1).and_then(|b| tokens.get(b)))
        {
            return (None, 0);
        }
        let mut run = Run { all: self, tokens, steps: MOST_STEPS, open: None, close: None };
        let found = run.both(pattern, at);
        (found, MOST_STEPS - run.steps)
    }
}

/// Tokens `from..to` matched, `open..close` of them to be reported.
pub(crate) struct Found {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) open: usize,
    pub(crate) close: usize,
}

struct Run<'a> {
    all: &'a Steps,
    tokens: &'a [Token],
    steps: u32,
    open: Option<usize>,
    close: Option<usize>,
}

struct Then<'a> {
    steps: &'a [Step],
    then: Option<&'a Then<'a>>,
}

impl Run<'_> {
    fn both(&mut self, pattern: &Around, at: usize) -> Option<Found> {
        let to = self.walk(self.all.of(pattern.right), None, at as isize + 1, 1)?;
        let from = self.walk(self.all.of(pattern.left), None, at as isize - 1, -1)? + 1;
        let (from, to) = (from as usize, to as usize);
        let open = self.open.unwrap_or(from);
        let close = self.close.unwrap_or(to).max(open + 1);
        Some(Found { from, to, open, close })
    }

    /// Matches `steps` and then `then` from token `at`, going right (`by` 1) or left (`by` -1). Returns the first token not used.
    fn walk(&mut self, steps: &[Step], then: Option<&Then<'_>>, at: isize, by: isize) -> Option<isize> {
        self.steps = self.steps.checked_sub(1)?;
        let Some((step, rest)) = steps.split_first() else {
            return match then {
                Some(t) => self.walk(t.steps, t.then, at, by),
                None => Some(at),
            };
        };
        // The first token to the right of the gap we stand in.
        let right = if by > 0 { at } else { at + 1 };
        match step {
            Step::Word(word) => {
                let mut here = at;
                for _ in 0..=MOST_FILLERS {
                    let token = self.token(here)?;
                    if self.all.is(*word, token)
                        && let Some(end) = self.walk(rest, then, here + by, by)
                    {
                        return Some(end);
                    }
                    if token.mask & self.all.filler == 0 {
                        return None;
                    }
                    here += by;
                }
                None
            }
            Step::One(choices) => {
                let next = Then { steps: rest, then };
                let saved = (self.open, self.close);
                let here = self.signs(at);
                for choice in self.all.choices(*choices).iter().filter(|c| c.begins.meets(here)) {
                    if let Some(end) = self.walk(self.all.of(choice.steps), Some(&next), at, by) {
                        return Some(end);
                    }
                    (self.open, self.close) = saved;
                }
                None
            }
            Step::Gap(most, begins) => {
                let mut here = at;
                for _ in 0..=*most {
                    if begins.meets(self.signs(here))
                        && let Some(end) = self.walk(rest, then, here, by)
                    {
                        return Some(end);
                    }
                    let token = self.token(here)?;
                    if matches!(token.word, STOP | BREAK | OPEN | CLOSE) {
                        return None;
                    }
                    here += by;
                }
                None
            }
            Step::None(choices) => {
                let saved = (self.open, self.close);
                let here = self.signs(right);
                let mut choices = self.all.choices(*choices).iter().filter(|c| c.begins.meets(here));
                let there = choices.any(|c| self.walk(self.all.of(c.steps), None, right, 1).is_some());
                (self.open, self.close) = saved;
                if there {
                    return None;
                }
                self.walk(rest, then, at, by)
            }
            Step::Start => {
                let before = self.token(right - 1).is_none_or(|t| matches!(t.word, STOP | BREAK));
                if before { self.walk(rest, then, at, by) } else { None }
            }
            Step::End => {
                let after = self.token(right).is_none_or(|t| matches!(t.word, STOP | BREAK | CLOSE));
                if after { self.walk(rest, then, at, by) } else { None }
            }
            Step::SpanOpen => {
                self.open = usize::try_from(right).ok();
                self.walk(rest, then, at, by)
            }
            Step::SpanClose => {
                self.close = usize::try_from(right).ok();
                self.walk(rest, then, at, by)
            }
        }
    }

    #[inline]
    fn token(&self, at: isize) -> Option<Token> {
        usize::try_from(at).ok().and_then(|i| self.tokens.get(i)).copied()
    }

    #[inline]
    fn signs(&self, at: isize) -> Signs {
        Signs::of(usize::try_from(at).ok().and_then(|i| self.tokens.get(i)))
    }
}
