//! Rules, context and the words of the sentence, weighed together: what is reported and what is not.
use super::{Checker, Scratch, Sentence, Verdict};
use crate::context::Context;
use crate::finding::{About, Category, Exemption, Kind};
use crate::learned::{Kinds, Names, Read, Said, Sign, opens};
use crate::matcher::Match;
use crate::rules::{Cue, Role};

/// Words a sentence needs before the layer speaks where no rule does: two or three words of a form's field say too little.
const SHORTEST: usize = 4;

impl Checker {
    /// Every match with what the context and the learned layer make of it, and what the layer adds of its own.
    pub(super) fn weighed(&self, text: &str, scratch: &mut Scratch) -> Vec<Verdict> {
        let Scratch { tokens, quotes, cues, hits, sentences, of, signs, room, .. } = scratch;
        let context = Context::new(tokens, quotes, cues, &self.pack.ready.lexicon, &self.classes);
        let mut verdicts: Vec<Verdict> = hits
            .iter()
            .map(|hit| {
                let (about, exemption) = context.judge(hit, &self.pack.rules[hit.role.rule as usize]);
                Verdict { hit: *hit, about, exemption }
            })
            .collect();
        let by_rules = verdicts.len();
        // A sentence too long to score is left to the rules.
        for sentence in sentences.iter().filter(|s| s.words > f32::MIN) {
            let said = self.signs(&context, sentence, &verdicts[..by_rules], signs);
            let reports =
                self.pack.model.reports(sentence.words, (sentence.to - sentence.from, *of), said, signs);
            match (said, reports) {
                (Said::Stands, false) => {
                    for v in &mut verdicts[..by_rules] {
                        if within(sentence, &v.hit)
                            && v.exemption.is_none()
                            && self.blames(v.hit.role.rule)
                            && !self.pack.own.contains(&v.hit.role.rule)
                        {
                            v.exemption = Some(Exemption::Outweighed);
                        }
                    }
                }
                (Said::Nothing | Said::AllLetThrough, true) if sentence.to - sentence.from >= SHORTEST => {
                    let here = &tokens[sentence.from..sentence.to];
                    let (from, to, category) =
                        self.pack.model.mark(here, text, &self.pack.ready.lexicon, room);
                    let (from, to) = (sentence.from + from, sentence.from + to);
                    if let Some(rule) = self.speaks_for(category) {
                        let role = Role { rule, pattern: u16::MAX, denies: true };
                        let hit = Match { role, from, to, open: from, close: to };
                        verdicts.push(Verdict {
                            hit,
                            about: context.about(from, to, sentence.from),
                            exemption: context.closed_to_the_layer(&hit, sentence.from, sentence.to),
                        });
                    }
                }
                _ => {}
            }
        }
        verdicts
    }

    fn blames(&self, rule: u16) -> bool {
        self.pack.rules[rule as usize].kind == Kind::Blaming
    }

    fn speaks_for(&self, category: Category) -> Option<u16> {
        Category::ALL.iter().position(|c| *c == category).and_then(|at| self.pack.learned[at])
    }

    /// Writes what is known of a sentence into `out` and says what the rules made of it.
    fn signs(
        &self,
        context: &Context<'_>,
        sentence: &Sentence,
        verdicts: &[Verdict],
        out: &mut Vec<Sign>,
    ) -> Said {
        out.clear();
        let here = || verdicts.iter().filter(|v| within(sentence, &v.hit) && self.blames(v.hit.role.rule));
        let mut rules = 0;
        for v in here().filter(|v| v.exemption.is_none()) {
            let sign = Sign::Rule(v.hit.role.rule);
            if !out.contains(&sign) {
                rules += 1;
                out.push(sign);
            }
            out.push(Sign::Pattern(v.hit.role.pattern));
        }
        if rules > 0 {
            out.push(Sign::Stand(rules.min(3)));
        }
        for v in here() {
            if let Some(e) = v.exemption {
                out.push(Sign::Let(e, rules > 0));
                if rules == 0 {
                    out.push(Sign::LetRule(v.hit.role.rule));
                }
            }
        }
        let said = match (rules, out.is_empty()) {
            (0, true) => Said::Nothing,
            (0, false) => Said::AllLetThrough,
            _ => Said::Stands,
        };
        context.signs(sentence.from, sentence.to, rules > 0, out);
        out.sort_unstable();
        out.dedup();
        said
    }

    /// Whether a word is read as a slip of the finger for one the rules know.
    #[must_use]
    pub fn is_slip(&self, word: &str) -> bool {
        let hash = crate::tokens::hash_word(word.as_bytes());
        let lexicon = &self.pack.ready.lexicon;
        lexicon.get(hash).is_none()
            && lexicon.misspelt(word.as_bytes(), hash, &mut crate::lexicon::TypoMemory::new())
                != crate::tokens::UNKNOWN
    }

    /// A text as the learned layer sees it, sentence by sentence, to learn from.
    #[must_use]
    pub fn read(&self, text: &str, names: &mut Names) -> Vec<Read> {
        let mut scratch = Scratch::default();
        self.decide(text, &mut scratch);
        scratch.steps +=
            self.pack.ready.cues.find(&scratch.tokens, &mut scratch.candidates, &mut scratch.cues);
        let tokens = &scratch.tokens;
        let context =
            Context::new(tokens, &scratch.quotes, &scratch.cues, &self.pack.ready.lexicon, &self.classes);
        let verdicts: Vec<Verdict> = scratch
            .hits
            .iter()
            .map(|hit| {
                let (about, exemption) = context.judge(hit, &self.pack.rules[hit.role.rule as usize]);
                Verdict { hit: *hit, about, exemption }
            })
            .collect();
        let ids: Vec<&str> = self.pack.rules.iter().map(|r| r.id.as_str()).collect();
        let kinds = Kinds::read();
        let chars = |byte: u32| text[..byte as usize].chars().count();
        let mut signs = Vec::new();
        let mut out = Vec::new();
        let mut from = 0;
        for to in 0..=tokens.len() {
            if tokens.get(to).is_some_and(|t| t.word != crate::tokens::STOP) {
                continue;
            }
            if to > from {
                let sentence = Sentence { from, to, words: 0.0 };
                self.signs(&context, &sentence, &verdicts, &mut signs);
                out.push(Read {
                    from: chars(tokens[from].start),
                    to: chars(tokens[to - 1].end),
                    words: crate::learned::features(
                        &tokens[from..to],
                        text,
                        &self.pack.ready.lexicon,
                        &kinds,
                        names,
                    ),
                    length: to - from,
                    signs: signs
                        .iter()
                        .map(|s| {
                            (
                                names.id(&format!("s {}", s.name(&ids, &self.pack.ready.patterns))),
                                s.strength(),
                            )
                        })
                        .collect(),
                    blames: None,
                    counts: 1.0,
                });
            }
            from = to + 1;
        }
        out
    }
}

fn within(sentence: &Sentence, hit: &Match<Role>) -> bool {
    hit.from >= sentence.from && hit.from < sentence.to
}

impl Context<'_> {
    /// Why the learned layer may not speak of tokens that are somebody's quoted words, or of a text that teaches or is about adults.
    fn closed_to_the_layer(&self, hit: &Match<Role>, start: usize, end: usize) -> Option<Exemption> {
        if self.facts.guidance {
            return Some(Exemption::Guidance);
        }
        if self.facts.adult_record {
            return Some(Exemption::NotAboutAChild);
        }
        self.spoken(hit, start, end)
    }

    /// What the context knows of the sentence `from..to`, whatever the rules say of it.
    fn signs(&self, from: usize, to: usize, stands: bool, out: &mut Vec<Sign>) {
        for cue in self.cues {
            if cue.from >= from && cue.from < to {
                out.extend(crate::learned::cue(cue.role));
            }
            if cue.role == Cue::RebuttalOfPrevious && self.follows(cue.from, to) {
                out.push(crate::learned::fact("rebutted_next"));
            }
        }
        let mut facts = |name, holds: bool| {
            if holds {
                out.push(crate::learned::fact(name));
            }
        };
        facts("guidance_text", self.facts.guidance);
        facts("adult_text", self.facts.adult_record);
        // A match that stands is not the child's own words: its quotation marks say nothing more.
        facts("quoted", !stands && self.quoted_within(from, to));
        facts("adult_seen", (from..to).any(|i| self.is_adult_sign(i)));
        let about: About = self.about(from, (from + 1).min(to), from);
        out.push(opens(about));
    }
}
