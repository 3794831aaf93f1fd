//! The checker: rules loaded once, shared by every thread, asked once per text.
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::context::Classes;
use crate::finding::{About, Considered, Exemption, Finding, Kind};
use crate::learned::{Block, Sign};
use crate::lexicon::TypoMemory;
use crate::loaded::{self, Loaded};
use crate::matcher::{Candidates, Match};
use crate::rules::{Cue, Role, Rule, RuleError, Source};
use crate::tokens::{QuoteMark, STOP, Token, Tokeniser};

/// Findings with no more than this many words between them are shown as one.
const NEAR: usize = 6;
/// So much room is kept at most.
const SPARE: usize = 4;

/// Reads text and finds wording that blames a child.
///
/// Built once and shared: checking takes `&self` and keeps only room for the next text.
pub struct Checker {
    pack: Loaded,
    classes: Classes,
    /// Room nobody uses now: to make it anew costs more than to check a short text.
    spare: Mutex<Vec<Scratch>>,
}

/// Room for one check after another on the same thread, so that nothing is allocated twice.
pub struct Scratch {
    tokens: Vec<Token>,
    quotes: Vec<QuoteMark>,
    memory: TypoMemory,
    candidates: Candidates,
    hits: Vec<Match<Role>>,
    cues: Vec<Match<Cue>>,
    room: crate::learned::Room,
    /// Sentences that a rule spoke of or whose words score high enough.
    sentences: Vec<Sentence>,
    /// How many sentences the text has.
    of: usize,
    signs: Vec<Sign>,
    /// Steps the patterns took on the text read last: what the time of a check follows.
    steps: u64,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            tokens: Vec::new(),
            quotes: Vec::new(),
            memory: TypoMemory::new(),
            candidates: Candidates::default(),
            hits: Vec::new(),
            cues: Vec::new(),
            room: crate::learned::Room::default(),
            sentences: Vec::new(),
            of: 0,
            signs: Vec::new(),
            steps: 0,
        }
    }
}

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker")
            .field("rules", &self.pack.rules.len())
            .field("version", &self.pack.version)
            .finish()
    }
}

/// A sentence worth a second look: its tokens, and what its words score.
#[derive(Clone, Copy, Debug)]
struct Sentence {
    from: usize,
    to: usize,
    words: f32,
}

#[derive(Clone, Copy)]
struct Verdict {
    hit: Match<Role>,
    about: About,
    exemption: Option<Exemption>,
}

impl Checker {
    /// The built-in rules.
    ///
    /// # Errors
    /// Only if the built-in files were changed and no longer load.
    pub fn new() -> Result<Self, RuleError> {
        Self::with_rules(&[])
    }

    /// The built-in rules with a force's own files over them: rules added, changed or silenced. The examples of those rules are run.
    ///
    /// # Errors
    /// When a file does not load, or an example of one of its rules is not flagged, or let pass, as it says.
    pub fn with_rules(own: &[Source<'_>]) -> Result<Self, RuleError> {
        Self::with_block(own, Block::shipped())
    }

    /// As [`with_rules`](Self::with_rules), with other weights for the learned layer: for training it and for measuring what it adds (no
    /// weights, no layer).
    ///
    /// # Errors
    /// As [`with_rules`](Self::with_rules).
    pub fn with_weights(own: &[Source<'_>], weights: &str) -> Result<Self, RuleError> {
        Self::with_block(own, Block::of(weights))
    }

    /// Other limits for the learned layer: for choosing them.
    pub fn set_limits(&mut self, limits: crate::learned::Limits) {
        self.pack.model.set_limits(limits);
    }

    fn with_block(own: &[Source<'_>], weights: Block) -> Result<Self, RuleError> {
        let pack = loaded::load(own, weights)?;
        let classes = Classes::new(&pack.ready.lexicon);
        let checker = Self { pack, classes, spare: Mutex::default() };
        let mut scratch = Scratch::default();
        for i in &checker.pack.own {
            checker.try_examples(&checker.pack.rules[*i as usize], &mut scratch)?;
        }
        Ok(checker)
    }

    /// Runs the examples of every rule.
    ///
    /// # Errors
    /// The first example that does not do what it says.
    pub fn try_all_examples(&self) -> Result<usize, RuleError> {
        let mut scratch = Scratch::default();
        for rule in &self.pack.rules {
            self.try_examples(rule, &mut scratch)?;
        }
        Ok(self.pack.rules.iter().map(|r| r.flag.len() + r.pass.len()).sum())
    }

    /// Every example of every rule that does not do what it says.
    #[must_use]
    pub fn failing_examples(&self) -> Vec<RuleError> {
        let mut scratch = Scratch::default();
        let mut out = Vec::new();
        for rule in &self.pack.rules {
            out.extend(self.examples(rule, &mut scratch));
        }
        out
    }

    fn try_examples(&self, rule: &Rule, scratch: &mut Scratch) -> Result<(), RuleError> {
        self.examples(rule, scratch).into_iter().next().map_or(Ok(()), Err)
    }

    fn examples(&self, rule: &Rule, scratch: &mut Scratch) -> Vec<RuleError> {
        let mut fires = |text: &str| {
            self.decide(text, scratch);
            let verdicts = self.verdicts(text, scratch);
            verdicts.iter().any(|v| {
                matches!(v.exemption, None | Some(Exemption::Covered | Exemption::Outweighed))
                    && self.pack.rules[v.hit.role.rule as usize].id == rule.id
            })
        };
        let wrong = |should, example: &String| RuleError::Example {
            rule: rule.id.clone(),
            should,
            example: example.clone(),
        };
        let mut out: Vec<RuleError> =
            rule.flag.iter().filter(|e| !fires(e)).map(|e| wrong("flag", e)).collect();
        out.extend(rule.pass.iter().filter(|e| fires(e)).map(|e| wrong("let pass", e)));
        out
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.pack.rules
    }

    /// The versions of the rule files, joined by `+`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.pack.version
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wrong with `text`, in order of place. Offsets count Unicode scalar values.
    #[must_use]
    pub fn check(&self, text: &str) -> Vec<Finding<'_>> {
        let mut scratch = self.spare().pop().unwrap_or_default();
        let found = self.check_with(&mut scratch, text);
        let mut spare = self.spare();
        if spare.len() < SPARE {
            spare.push(scratch);
        }
        found
    }

    /// As [`check`](Self::check), with room kept from one text to the next.
    pub fn check_with(&self, scratch: &mut Scratch, text: &str) -> Vec<Finding<'_>> {
        self.decide(text, scratch);
        if scratch.hits.is_empty() && scratch.sentences.is_empty() {
            return Vec::new();
        }
        let verdicts = self.verdicts(text, scratch);
        let harm = verdicts.iter().any(|v| v.exemption.is_none()) && self.shows_harm(scratch);
        let mut offsets = Offsets::new(text);
        verdicts
            .iter()
            .filter(|v| v.exemption.is_none())
            .map(|v| self.finding(v, scratch, harm, &mut offsets))
            .collect()
    }

    /// Every match considered in `text`, reported or not, with the reason.
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Considered<'_>> {
        let mut scratch = Scratch::default();
        self.decide(text, &mut scratch);
        let verdicts = self.verdicts(text, &mut scratch);
        let harm = self.shows_harm(&scratch);
        let mut offsets = Offsets::new(text);
        verdicts
            .iter()
            .map(|v| Considered {
                finding: self.finding(v, &scratch, harm, &mut offsets),
                exemption: v.exemption,
                about: v.about,
                moved_by: self.moved_by(v, text, &scratch),
            })
            .collect()
    }

    fn moved_by(&self, v: &Verdict, text: &str, scratch: &Scratch) -> Vec<&str> {
        if !self.pack.rules[v.hit.role.rule as usize].learned {
            return Vec::new();
        }
        let stop = |t: &Token| t.word == STOP;
        let start = scratch.tokens[..v.hit.from].iter().rposition(stop).map_or(0, |i| i + 1);
        let end = scratch.tokens[v.hit.from..]
            .iter()
            .position(stop)
            .map_or(scratch.tokens.len(), |n| v.hit.from + n);
        self.pack.model.moved_by(&scratch.tokens[start..end], text, &self.pack.ready.lexicon)
    }

    fn shows_harm(&self, scratch: &Scratch) -> bool {
        scratch.tokens.iter().any(|t| t.mask & self.classes.harm != 0)
    }

    fn decide(&self, text: &str, scratch: &mut Scratch) {
        Tokeniser::new(text, &self.pack.ready.lexicon).run(
            &mut scratch.tokens,
            &mut scratch.quotes,
            &mut scratch.memory,
        );
        scratch.hits.clear();
        scratch.cues.clear();
        scratch.steps =
            self.pack.ready.hits.find(&scratch.tokens, &mut scratch.candidates, &mut scratch.hits);
        self.sentences_to_weigh(text, scratch, self.pack.model.least());
        if !scratch.hits.is_empty() || !scratch.sentences.is_empty() {
            scratch.steps +=
                self.pack.ready.cues.find(&scratch.tokens, &mut scratch.candidates, &mut scratch.cues);
        }
    }

    /// Finds the sentences that hold a match about blame, or whose words score `least`.
    fn sentences_to_weigh(&self, text: &str, scratch: &mut Scratch, least: f32) {
        let Scratch { tokens, hits, room, sentences, of, .. } = scratch;
        sentences.clear();
        *of = 0;
        if !self.pack.model.speaks() {
            return;
        }
        let blames = |h: &Match<Role>| self.pack.rules[h.role.rule as usize].kind == Kind::Blaming;
        let mut next = 0;
        let mut from = 0;
        for to in 0..=tokens.len() {
            if tokens.get(to).is_some_and(|t| t.word != STOP) {
                continue;
            }
            // Matches come in order of their anchors, and an anchor lies in its own sentence.
            let mut ruled = false;
            while let Some(hit) = hits.get(next).filter(|h| h.from < to) {
                ruled |= blames(hit);
                next += 1;
            }
            *of += usize::from(to > from);
            let words = self.pack.model.score(&tokens[from..to], text, &self.pack.ready.lexicon, room);
            if ruled || words >= least {
                sentences.push(Sentence { from, to, words });
            }
            from = to + 1;
        }
    }

    fn verdicts(&self, text: &str, scratch: &mut Scratch) -> Vec<Verdict> {
        let mut verdicts = self.weighed(text, scratch);
        self.settle_overlaps(&mut verdicts);
        self.join_near(&mut verdicts, &scratch.tokens);
        verdicts
    }

    /// Where two reach over the same words, blame comes before jargon, then the longer, then the earlier rule.
    fn settle_overlaps(&self, verdicts: &mut Vec<Verdict>) {
        verdicts.sort_by_key(|v| (v.hit.open, v.hit.close, v.hit.role.rule));
        verdicts.dedup_by_key(|v| (v.hit.open, v.hit.close, v.hit.role.rule));
        let rank = |v: &Verdict| {
            let rule = &self.pack.rules[v.hit.role.rule as usize];
            (rule.kind == Kind::Blaming, v.hit.close - v.hit.open, std::cmp::Reverse(v.hit.role.rule))
        };
        let mut kept: Option<usize> = None;
        for i in 0..verdicts.len() {
            if verdicts[i].exemption.is_some() {
                continue;
            }
            match kept {
                Some(k) if verdicts[i].hit.open < verdicts[k].hit.close => {
                    if rank(&verdicts[i]) > rank(&verdicts[k]) {
                        verdicts[k].exemption = Some(Exemption::Covered);
                        kept = Some(i);
                    } else {
                        verdicts[i].exemption = Some(Exemption::Covered);
                    }
                }
                _ => kept = Some(i),
            }
        }
    }

    /// Blame close to blame in one sentence is one alert: the weightier rule speaks, and both stretches are marked.
    fn join_near(&self, verdicts: &mut [Verdict], tokens: &[Token]) {
        let blames = |v: &Verdict| {
            v.exemption.is_none() && self.pack.rules[v.hit.role.rule as usize].kind == Kind::Blaming
        };
        let mut last: Option<usize> = None;
        for i in 0..verdicts.len() {
            if !blames(&verdicts[i]) {
                continue;
            }
            if let Some(k) = last {
                let (from, to) = (verdicts[k].hit.close, verdicts[i].hit.open);
                if to <= from + NEAR && !tokens[from.min(to)..to].iter().any(|t| t.word == STOP) {
                    let (open, close) = (verdicts[k].hit.open, verdicts[i].hit.close.max(from));
                    let severity = |v: &Verdict| self.pack.rules[v.hit.role.rule as usize].severity;
                    let (keeps, goes) =
                        if severity(&verdicts[i]) > severity(&verdicts[k]) { (i, k) } else { (k, i) };
                    verdicts[goes].exemption = Some(Exemption::Covered);
                    verdicts[keeps].hit.open = open;
                    verdicts[keeps].hit.close = close;
                    last = Some(keeps);
                    continue;
                }
            }
            last = Some(i);
        }
    }

    fn finding<'c>(
        &'c self,
        v: &Verdict,
        scratch: &Scratch,
        harm: bool,
        offsets: &mut Offsets<'_>,
    ) -> Finding<'c> {
        let rule = &self.pack.rules[v.hit.role.rule as usize];
        let start = scratch.tokens[v.hit.open].start as usize;
        let end = scratch.tokens[v.hit.close - 1].end as usize;
        let more = if harm { rule.alternatives_if_shown.as_slice() } else { &[] };
        Finding {
            start: offsets.scalars_before(start),
            end: offsets.scalars_before(end),
            category: rule.category,
            kind: rule.kind,
            severity: rule.severity,
            why: &rule.why,
            alternatives: rule.alternatives.iter().chain(more).map(String::as_str).collect(),
            rule: &rule.id,
        }
    }
}

/// Turns byte places into counts of Unicode scalar values, moving forward through the text.
struct Offsets<'t> {
    text: &'t str,
    ascii: bool,
    byte: usize,
    scalar: usize,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, ascii: text.is_ascii(), byte: 0, scalar: 0 }
    }

    fn scalars_before(&mut self, byte: usize) -> usize {
        if self.ascii {
            return byte;
        }
        let bytes = self.text.as_bytes();
        let count = |range: &[u8]| range.iter().filter(|b| (**b & 0xC0) != 0x80).count();
        if byte >= self.byte {
            self.scalar += count(&bytes[self.byte..byte.min(bytes.len())]);
        } else {
            self.scalar -= count(&bytes[byte..self.byte]);
        }
        self.byte = byte.min(bytes.len());
        self.scalar
    }
}

mod weigh;

#[cfg(test)]
mod tests;
