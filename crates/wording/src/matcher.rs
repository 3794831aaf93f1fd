//! Finds patterns in tokens. Each pattern waits at its rarest word, so text without such words costs nothing but a look-up.
use crate::lexicon::{Lexicon, Mask};
use crate::pattern::{Compiled, Elem, Node};
use crate::tokens::{BREAK, CLOSE, COMMA, FIRST_WORD, OPEN, STOP, Token};

/// Work allowed on one pattern at one word; what keeps hostile input linear.
const MOST_STEPS: u32 = 600;
/// Filler words allowed between two words of a pattern.
const MOST_FILLERS: usize = 2;

/// A pattern found: tokens `from..to` matched, `open..close` of them to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match<R> {
    pub(crate) role: R,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) open: usize,
    pub(crate) close: usize,
}

/// Many patterns, each with what it means.
pub(crate) struct Index<R> {
    patterns: Vec<(Compiled, R)>,
    /// For each word, where its patterns begin in the two lists after this one.
    starts: Vec<u32>,
    waiting: Vec<u32>,
    /// What may stand before and after the anchor of each waiting pattern: next to each other, because they are read in a row.
    beside: Vec<[Beside; 2]>,
    filler: Mask,
}

/// What may stand on one side of an anchor, small enough to look at for every pattern that waits at a word: the masks, and one bit for
/// each of the words, which several share.
#[derive(Clone, Copy)]
struct Beside {
    mask: Mask,
    words: u64,
}

impl Beside {
    /// Fillers may stand anywhere. Where anything may, nothing is asked, not even that there is a neighbour.
    fn new(wanted: Option<&Elem>, filler: Mask) -> Self {
        match wanted {
            None => Self { mask: Mask::MAX, words: u64::MAX },
            Some(elem) => Self {
                mask: elem.mask | filler,
                words: elem.words.iter().fold(0, |bits, word| bits | Self::bit(*word)),
            },
        }
    }

    const fn bit(word: u16) -> u64 {
        1 << (word.wrapping_mul(0x9E37) >> 10)
    }

    #[inline]
    const fn may_be(self, mask: Mask, bit: u64) -> bool {
        self.mask & mask != 0 || self.words & bit != 0
    }
}

impl<R: Copy> Index<R> {
    pub(crate) fn new(
        patterns: Vec<(Compiled, R)>,
        words: usize,
        mask_of: impl Fn(u16) -> Mask,
        filler: Mask,
    ) -> Self {
        let mut by_word: Vec<Vec<u32>> = vec![Vec::new(); words];
        for (i, (p, _)) in patterns.iter().enumerate() {
            for word in p.anchor.words.iter() {
                by_word[*word as usize].push(i as u32);
            }
            if p.anchor.mask != 0 {
                for (word, list) in by_word.iter_mut().enumerate() {
                    if mask_of(word as u16) & p.anchor.mask != 0 && list.last() != Some(&(i as u32)) {
                        list.push(i as u32);
                    }
                }
            }
        }
        let mut starts = Vec::with_capacity(words + 1);
        let mut waiting = Vec::new();
        for list in by_word {
            starts.push(waiting.len() as u32);
            waiting.extend(list);
        }
        starts.push(waiting.len() as u32);
        let each: Vec<[Beside; 2]> = patterns
            .iter()
            .map(|(p, _)| [&p.before, &p.after].map(|wanted| Beside::new(wanted.as_ref(), filler)))
            .collect();
        let beside = waiting.iter().map(|i| each[*i as usize]).collect();
        Self { patterns, starts, waiting, beside, filler }
    }

    /// Every match in `tokens`, in order of the anchor word. Returns the steps it took.
    pub(crate) fn find(&self, tokens: &[Token], lexicon: &Lexicon, out: &mut Vec<Match<R>>) -> u64 {
        let mut steps = 0;
        for (at, token) in tokens.iter().enumerate() {
            let word = token.word as usize;
            let (from, to) = (self.starts[word] as usize, self.starts[word + 1] as usize);
            if from == to {
                continue;
            }
            let signs = |neighbour: Option<&Token>| match neighbour {
                // A side where anything may stand is content with nothing.
                None => (0, 1 << 63),
                Some(token) => (lexicon.mask(*token), Beside::bit(token.word)),
            };
            let before = signs(at.checked_sub(1).and_then(|b| tokens.get(b)));
            let after = signs(tokens.get(at + 1));
            for (i, [left, right]) in self.waiting[from..to].iter().zip(&self.beside[from..to]) {
                if !right.may_be(after.0, after.1) || !left.may_be(before.0, before.1) {
                    continue;
                }
                let (pattern, role) = &self.patterns[*i as usize];
                if !self.may(&pattern.after, tokens.get(at + 1), lexicon)
                    || !self.may(&pattern.before, at.checked_sub(1).and_then(|b| tokens.get(b)), lexicon)
                {
                    continue;
                }
                let mut run =
                    Run { tokens, lexicon, filler: self.filler, steps: MOST_STEPS, open: None, close: None };
                if let Some((from, to, open, close)) = run.around(pattern, at) {
                    out.push(Match { role: *role, from, to, open, close });
                }
                steps += u64::from(MOST_STEPS - run.steps);
            }
        }
        steps
    }

    /// Whether a neighbour of the anchor can be what the pattern wants there. Fillers are left to the walk.
    #[inline]
    fn may(&self, wanted: &Option<Elem>, neighbour: Option<&Token>, lexicon: &Lexicon) -> bool {
        let Some(elem) = wanted else { return true };
        let Some(token) = neighbour else { return false };
        let mask = lexicon.mask(*token);
        mask & (elem.mask | self.filler) != 0 || elem.words.binary_search(&token.word).is_ok()
    }
}

struct Run<'a> {
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    filler: Mask,
    steps: u32,
    open: Option<usize>,
    close: Option<usize>,
}

struct Then<'a> {
    nodes: &'a [Node],
    then: Option<&'a Then<'a>>,
}

impl Run<'_> {
    /// Matches a pattern around its anchor at token `at`.
    fn around(&mut self, pattern: &Compiled, at: usize) -> Option<(usize, usize, usize, usize)> {
        let to = self.walk(&pattern.right, None, at as isize + 1, 1)?;
        let from = self.walk(&pattern.left, None, at as isize - 1, -1)? + 1;
        let (from, to) = (from as usize, to as usize);
        let open = self.open.unwrap_or(from);
        let close = self.close.unwrap_or(to).max(open + 1);
        Some((from, to, open, close))
    }

    /// Matches `nodes` and then `then` from token `at`, going right (`step` 1) or left (`step` -1). Returns the first token not used.
    fn walk(&mut self, nodes: &[Node], then: Option<&Then<'_>>, at: isize, step: isize) -> Option<isize> {
        self.steps = self.steps.checked_sub(1)?;
        let Some((node, rest)) = nodes.split_first() else {
            return match then {
                Some(t) => self.walk(t.nodes, t.then, at, step),
                None => Some(at),
            };
        };
        // The first token to the right of the gap we stand in.
        let right = if step > 0 { at } else { at + 1 };
        match node {
            Node::Elem(elem) => {
                let mut here = at;
                for _ in 0..=MOST_FILLERS {
                    let token = self.token(here)?;
                    if self.is(elem, token)
                        && let Some(end) = self.walk(rest, then, here + step, step)
                    {
                        return Some(end);
                    }
                    if self.lexicon.mask(token) & self.filler == 0 {
                        return None;
                    }
                    here += step;
                }
                None
            }
            Node::Alt(alts) => {
                let next = Then { nodes: rest, then };
                let saved = (self.open, self.close);
                for alt in alts.iter() {
                    if let Some(end) = self.walk(alt, Some(&next), at, step) {
                        return Some(end);
                    }
                    (self.open, self.close) = saved;
                }
                None
            }
            Node::Gap(most) => {
                let mut here = at;
                for _ in 0..=*most {
                    if let Some(end) = self.walk(rest, then, here, step) {
                        return Some(end);
                    }
                    let token = self.token(here)?;
                    if matches!(token.word, STOP | BREAK | OPEN | CLOSE) {
                        return None;
                    }
                    here += step;
                }
                None
            }
            Node::Not(alts) => {
                let saved = (self.open, self.close);
                let there = alts.iter().any(|alt| self.walk(alt, None, right, 1).is_some());
                (self.open, self.close) = saved;
                if there {
                    return None;
                }
                self.walk(rest, then, at, step)
            }
            Node::Start => {
                let before = self.token(right - 1).is_none_or(|t| matches!(t.word, STOP | BREAK));
                if before { self.walk(rest, then, at, step) } else { None }
            }
            Node::End => {
                let after = self.token(right).is_none_or(|t| matches!(t.word, STOP | BREAK | CLOSE));
                if after { self.walk(rest, then, at, step) } else { None }
            }
            Node::SpanOpen => {
                self.open = usize::try_from(right).ok();
                self.walk(rest, then, at, step)
            }
            Node::SpanClose => {
                self.close = usize::try_from(right).ok();
                self.walk(rest, then, at, step)
            }
        }
    }

    fn token(&self, at: isize) -> Option<Token> {
        usize::try_from(at).ok().and_then(|i| self.tokens.get(i)).copied()
    }

    fn is(&self, elem: &Elem, token: Token) -> bool {
        if elem.mask != 0 && self.lexicon.mask(token) & elem.mask != 0 {
            return true;
        }
        token.word != 0
            && (token.word >= FIRST_WORD || matches!(token.word, COMMA | BREAK))
            && elem.words.binary_search(&token.word).is_ok()
    }
}
