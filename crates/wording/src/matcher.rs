//! Finds patterns in tokens. Each pattern waits at its rarest word, so text without such words costs nothing but a look-up.
use serde::{Deserialize, Serialize};

use crate::lexicon::Mask;
use crate::pattern::{Compiled, Signs};
use crate::tokens::{STOP, Token};
use crate::walk::{Around, Found, Layout, Steps};

/// A pattern found: tokens `from..to` matched, `open..close` of them to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match<R> {
    pub(crate) role: R,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) open: usize,
    pub(crate) close: usize,
}

/// Room for the patterns worth walking in one sentence: their tokens and numbers.
#[derive(Default)]
pub(crate) struct Candidates {
    /// Longer than what is kept, so that room is made once.
    list: Vec<(u32, u32)>,
    kept: usize,
}

/// Many patterns, each with what it means.
#[derive(Deserialize, Serialize)]
pub(crate) struct Index<R> {
    patterns: Vec<(Around, R)>,
    steps: Steps,
    /// For each word, where its patterns begin in the two lists after this one.
    starts: Vec<u32>,
    waiting: Vec<u32>,
    /// What may stand before and after the anchor of each waiting pattern: next to each other, because they are read in a row.
    beside: Vec<[Signs; 2]>,
    /// For each pattern, the two rarest things its sentence must have besides.
    needs: Vec<[Signs; 2]>,
}

impl<R: Copy> Index<R> {
    pub(crate) fn new(
        patterns: Vec<(Compiled, R)>,
        words: usize,
        mask_of: impl Fn(u16) -> Mask,
        filler: Mask,
    ) -> Self {
        let mut by_class: Vec<Vec<u16>> = vec![Vec::new(); Mask::BITS as usize];
        for word in 0..words as u16 {
            each_bit(mask_of(word), |class| by_class[class].push(word));
        }
        let mut by_word: Vec<Vec<u32>> = vec![Vec::new(); words];
        for (i, (p, _)) in patterns.iter().enumerate() {
            let mut wait_at = |word: u16| {
                let list = &mut by_word[word as usize];
                if list.last() != Some(&(i as u32)) {
                    list.push(i as u32);
                }
            };
            p.anchor.words.iter().for_each(|word| wait_at(*word));
            each_bit(p.anchor.mask, |class| by_class[class].iter().for_each(|word| wait_at(*word)));
        }
        let mut starts = Vec::with_capacity(words + 1);
        let mut waiting = Vec::new();
        for list in by_word {
            starts.push(waiting.len() as u32);
            waiting.extend(list);
        }
        starts.push(waiting.len() as u32);
        // Fillers may stand anywhere. Where anything may, nothing is asked, not even that there is a neighbour.
        let each: Vec<[Signs; 2]> = patterns
            .iter()
            .map(|(p, _)| {
                let beside = [&p.before, &p.after];
                beside.map(|e| e.as_ref().map_or(Signs::ANYTHING, |e| e.signs().or_mask(filler)))
            })
            .collect();
        let beside = waiting.iter().map(|i| each[*i as usize]).collect();
        let needs = patterns
            .iter()
            .map(|(p, _)| std::array::from_fn(|n| p.needs.get(n).map_or(Signs::ANYTHING, |e| e.signs())));
        let needs = needs.collect();
        let mut layout = Layout::new(filler);
        let laid_out = patterns.iter().map(|(p, role)| (layout.pattern(p), *role)).collect();
        Self { patterns: laid_out, steps: layout.finish(patterns), starts, waiting, beside, needs }
    }

    /// Every match in `tokens`, in order of the anchor word. Returns the steps it took.
    pub(crate) fn find(&self, tokens: &[Token], room: &mut Candidates, out: &mut Vec<Match<R>>) -> u64 {
        let mut steps = 0;
        let mut from = 0;
        while from < tokens.len() {
            // No pattern reaches over the end of a sentence.
            let rest = &tokens[from..];
            let length = rest.iter().position(|t| t.word == STOP).unwrap_or(rest.len());
            if length > 0 {
                self.gather(tokens, from..from + length, room);
                for (at, number) in &room.list[..room.kept] {
                    steps += self.try_at(tokens, *at as usize, *number as usize, out);
                }
            }
            from += length + 1;
        }
        steps
    }

    /// Leaves in `room` the patterns whose anchor stands in the sentence and whose neighbours and other words may do, each
    /// with its token. One in five does, and which cannot be foreseen, so the loops branch on none of it: a candidate is
    /// always written, and kept by counting it.
    fn gather(&self, tokens: &[Token], sentence: std::ops::Range<usize>, room: &mut Candidates) {
        let found = &mut room.list;
        let mut has = Signs::NOTHING;
        let mut kept = 0;
        for at in sentence {
            let token = tokens[at];
            has = has.and(Signs::of(Some(&token)));
            let word = token.word as usize;
            let (from, to) = (self.starts[word] as usize, self.starts[word + 1] as usize);
            if from == to {
                continue;
            }
            let before = Signs::of(at.checked_sub(1).and_then(|b| tokens.get(b)));
            let after = Signs::of(tokens.get(at + 1));
            let most = kept + to - from;
            if found.len() < most {
                found.resize(most, (0, 0));
            }
            for (number, [left, right]) in self.waiting[from..to].iter().zip(&self.beside[from..to]) {
                found[kept] = (at as u32, *number);
                kept += usize::from(right.meets(after) & left.meets(before));
            }
        }
        let mut needed = 0;
        for i in 0..kept {
            let candidate = found[i];
            found[needed] = candidate;
            let [first, second] = self.needs[candidate.1 as usize];
            needed += usize::from(has.meets(first) & has.meets(second));
        }
        room.kept = needed;
    }

    /// Walks one pattern around its anchor; gives the steps it took.
    fn try_at(&self, tokens: &[Token], at: usize, number: usize, out: &mut Vec<Match<R>>) -> u64 {
        let (pattern, role) = &self.patterns[number];
        let (found, steps) = self.steps.around(pattern, tokens, at);
        if let Some(Found { from, to, open, close }) = found {
            out.push(Match { role: *role, from, to, open, close });
        }
        u64::from(steps)
    }
}

/// Calls `each` with the number of every bit that is set.
fn each_bit(mut mask: Mask, mut each: impl FnMut(usize)) {
    while mask != 0 {
        each(mask.trailing_zeros() as usize);
        mask &= mask - 1;
    }
}
