//! Who speaks: quotation marks, and speech introduced without them.
use super::Context;
use crate::finding::{About, Exemption};
use crate::matcher::Match;
use crate::rules::{Cue, Role};
use crate::tokens::{BREAK, COMMA, QuoteMark, STOP, Token};

/// Tokens inside one pair of quotation marks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    from: usize,
    to: usize,
}

/// Longest quotation, in tokens.
const LONGEST: usize = 400;

/// Pairs the marks. One left open reaches to the end of its sentence and no further.
pub(crate) fn pair(marks: &[QuoteMark], tokens: &[Token]) -> Vec<Quote> {
    let mut out = Vec::new();
    let mut open: [Option<usize>; 2] = [None, None];
    for mark in marks {
        let kind = usize::from(mark.double);
        let at = mark.before as usize;
        match open[kind] {
            Some(from) if mark.can_close && at > from && at - from <= LONGEST => {
                out.push(Quote { from, to: at });
                open[kind] = None;
            }
            _ if mark.can_open => {
                close_at_sentence(&mut out, open[kind], tokens);
                open[kind] = Some(at);
            }
            _ => {}
        }
    }
    for from in open {
        close_at_sentence(&mut out, from, tokens);
    }
    out
}

fn close_at_sentence(out: &mut Vec<Quote>, open: Option<usize>, tokens: &[Token]) {
    if let Some(from) = open {
        let to = tokens[from.min(tokens.len())..]
            .iter()
            .take(LONGEST)
            .position(|t| t.word == STOP)
            .map_or((from + LONGEST).min(tokens.len()), |n| from + n);
        out.push(Quote { from, to });
    }
}

impl Context<'_> {
    /// The exemption earned by speech, when the match is somebody's words and not the writer's.
    pub(crate) fn spoken(&self, hit: &Match<Role>, start: usize, end: usize) -> Option<Exemption> {
        for cue in self.cues {
            let before = cue.from >= start && cue.to <= hit.from + 1;
            match cue.role {
                Cue::SuspectsAccount if before && !self.turns_between(cue.to, hit.from) => {
                    return Some(Exemption::SuspectsAccount);
                }
                Cue::ChildsWords if before && !self.turns_between(cue.to, hit.from) => {
                    return Some(Exemption::ChildsWords);
                }
                _ => {}
            }
        }
        let quote = self.quotes.iter().find(|q| q.from <= hit.open && hit.open < q.to);
        match quote {
            Some(q) => self.quoted(*q),
            None if self.after_colon(hit.open, start) => Some(Exemption::ChildsWords),
            None => self.reported(hit.from, start, end),
        }
    }

    /// Whether any quotation reaches into tokens `from..to`.
    pub(crate) fn quoted_within(&self, from: usize, to: usize) -> bool {
        self.quotes.iter().any(|q| q.from < to && from < q.to)
    }

    /// "She wrote: I made bad choices": a child's words set off by a colon, in the first person.
    fn after_colon(&self, from: usize, start: usize) -> bool {
        let Some(colon) = (start..from).rev().find(|i| self.tokens[*i].word == BREAK) else { return false };
        let said = colon > start && self.mask(colon - 1) & self.is.quote != 0;
        let first_person = (colon + 1..from + 1).any(|i| self.mask(i) & self.is.me != 0);
        let speaker = (start..colon).rev().take(5).find_map(|j| self.who_at(j, start));
        said && first_person && speaker == Some(About::Child)
    }

    /// ", so ...", ", which ...": the writer draws a conclusion from what was said.
    fn hence_between(&self, from: usize, to: usize) -> bool {
        (from + 1..to + 1).any(|i| self.tokens[i - 1].word == COMMA && self.mask(i) & self.is.hence != 0)
    }

    fn turns_between(&self, from: usize, to: usize) -> bool {
        (from..to.max(from)).any(|i| self.mask(i) & self.is.turn != 0)
    }

    fn quoted(&self, quote: Quote) -> Option<Exemption> {
        let (start, end) = self.sentence(quote.from, quote.to);
        let outside = (start..quote.from).rev().chain(quote.to..end);
        let mut speech = None;
        for i in outside {
            if self.mask(i) & self.is.quote != 0 {
                speech = Some(i);
                break;
            }
        }
        if let Some(verb) = speech {
            return match self.speaker(verb, start, end, quote) {
                Some(About::Family | About::Professional) => None,
                Some(About::Adult) => Some(Exemption::SuspectsAccount),
                _ => Some(Exemption::ChildsWords),
            };
        }
        let first_person = (quote.from..quote.to).any(|i| self.mask(i) & self.is.me != 0);
        first_person.then_some(Exemption::ChildsWords)
    }

    /// Whoever the verb of saying at `verb` belongs to.
    fn speaker(&self, verb: usize, start: usize, end: usize, quote: Quote) -> Option<About> {
        let passive = verb > 0 && self.mask(verb - 1) & self.is.be != 0;
        let left = (start..verb)
            .rev()
            .take(8)
            .filter(|i| *i < quote.from || *i >= quote.to)
            .find_map(|i| self.who_at(i, start));
        if left.is_some() && !passive {
            return left;
        }
        (verb + 1..end)
            .take(4)
            .filter(|i| *i < quote.from || *i >= quote.to)
            .find_map(|i| self.who_at(i, start))
    }

    fn who_at(&self, i: usize, start: usize) -> Option<About> {
        self.person(i).or_else(|| self.pronoun(i).map(|gender| self.antecedent(i, start, gender)))
    }

    /// "She said that she chose to go": the child's words without marks. "Mum says ..." is not.
    fn reported(&self, from: usize, start: usize, _end: usize) -> Option<Exemption> {
        let mut i = from;
        while i > start {
            i -= 1;
            let m = self.mask(i);
            if self.tokens[i].word == BREAK || m & self.is.turn != 0 {
                return None;
            }
            if m & self.is.tell == 0 {
                continue;
            }
            // "Half of what she says is made up", "what he tells people": the verb does not open a speech.
            if self.mask(i + 1) & self.is.be != 0 || self.hence_between(i, from) {
                continue;
            }
            // "She told staff to leave and kicked off" is not speech: a clause of its own must follow the verb.
            if !(i + 1..from + 1).any(|j| self.mask(j) & self.is.that != 0) {
                continue;
            }
            let passive = i > 0 && self.mask(i - 1) & self.is.be != 0;
            let denied = i > 0 && self.mask(i - 1) & self.is.neg != 0;
            if passive || denied {
                return None;
            }
            let speaker = (start..i).rev().take(5).find_map(|j| self.who_at(j, start).map(|who| (j, who)));
            // "They say he had it coming": talk about the child, not by the child.
            let hearsay = speaker.is_some_and(|(j, _)| self.mask(j) & self.is.they != 0)
                && (i + 1..from + 1).any(|j| self.mask(j) & (self.is.she | self.is.he) != 0);
            if hearsay {
                return None;
            }
            return match speaker.map(|(_, who)| who) {
                Some(About::Child) => Some(Exemption::ChildsWords),
                Some(About::Adult) => Some(Exemption::SuspectsAccount),
                _ => None,
            };
        }
        None
    }
}
