//! Who says it, about whom, and whether they mean it: read only where a rule has matched.
//!
//! [`people`] finds whom the words are about, [`quotes`] who speaks, and this file what the writer does with them.
pub(crate) mod people;
pub(crate) mod quotes;

use crate::finding::{About, Exemption};
use crate::lexicon::{Lexicon, Mask};
use crate::matcher::Match;
use crate::rules::{Cue, Need, Role, Subject};
use crate::tokens::{BREAK, COMMA, STOP, Token};

/// Longest stretch of a sentence read on either side of a match.
const REACH: usize = 90;

/// The word classes the context code asks for.
pub(crate) struct Classes {
    pub(crate) child: Mask,
    pub(crate) child_f: Mask,
    pub(crate) child_m: Mask,
    pub(crate) adult: Mask,
    pub(crate) adult_f: Mask,
    pub(crate) adult_m: Mask,
    pub(crate) family: Mask,
    pub(crate) family_f: Mask,
    pub(crate) family_m: Mask,
    pub(crate) pro: Mask,
    pub(crate) she: Mask,
    pub(crate) he: Mask,
    pub(crate) they: Mask,
    pub(crate) me: Mask,
    pub(crate) neg: Mask,
    pub(crate) prep: Mask,
    pub(crate) report: Mask,
    pub(crate) tell: Mask,
    pub(crate) be: Mask,
    pub(crate) turn: Mask,
    pub(crate) young: Mask,
    pub(crate) grown: Mask,
    pub(crate) aged: Mask,
    pub(crate) year: Mask,
    pub(crate) harm: Mask,
    pub(crate) ambiguous: Mask,
    pub(crate) possessive: Mask,
    pub(crate) determiner: Mask,
    pub(crate) because: Mask,
    pub(crate) predicate: Mask,
    pub(crate) owner: Mask,
    pub(crate) vague: Mask,
    pub(crate) joint: Mask,
    pub(crate) quote: Mask,
    pub(crate) that: Mask,
    pub(crate) hence: Mask,
    pub(crate) title: Mask,
    pub(crate) one_girl: Mask,
    pub(crate) one_boy: Mask,
    pub(crate) child_age: Mask,
    pub(crate) under13: Mask,
    pub(crate) adult_age: Mask,
}

impl Classes {
    pub(crate) fn new(l: &Lexicon) -> Self {
        Self {
            child: l.class("child"),
            child_f: l.class("child_f"),
            child_m: l.class("child_m"),
            adult: l.class("adult"),
            adult_f: l.class("adult_f"),
            adult_m: l.class("adult_m"),
            family: l.class("family"),
            family_f: l.class("family_f"),
            family_m: l.class("family_m"),
            pro: l.class("pro"),
            she: l.class("she"),
            he: l.class("he"),
            they: l.class("they"),
            me: l.class("me"),
            neg: l.class("neg"),
            prep: l.class("prep"),
            report: l.class("report"),
            tell: l.class("tell"),
            be: l.class("be"),
            turn: l.class("turn"),
            young: l.class("young"),
            grown: l.class("grown"),
            aged: l.class("aged"),
            year: l.class("year"),
            harm: l.class("harm"),
            ambiguous: l.class("ambiguous"),
            possessive: l.class("possessive"),
            determiner: l.class("determiner"),
            because: l.class("because"),
            predicate: l.class("predicate"),
            owner: l.class("owner"),
            vague: l.class("vague"),
            joint: l.class("joint"),
            quote: l.class("quote"),
            that: l.class("that"),
            hence: l.class("hence"),
            title: l.class("title"),
            one_girl: l.class("one_girl"),
            one_boy: l.class("one_boy"),
            child_age: l.class("childage"),
            under13: l.class("under13"),
            adult_age: l.class("adultage"),
        }
    }
}

/// A text with at least one match, ready to be asked about.
pub(crate) struct Context<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) is: &'a Classes,
    pub(crate) cues: &'a [Match<Cue>],
    pub(crate) quotes: Vec<quotes::Quote>,
    pub(crate) facts: Facts,
}

/// What holds of the whole text.
#[derive(Clone, Copy, Default)]
pub(crate) struct Facts {
    pub(crate) guidance: bool,
    pub(crate) adult_record: bool,
    pub(crate) child_is_f: bool,
    pub(crate) child_is_m: bool,
    pub(crate) under13: bool,
    pub(crate) harm: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        tokens: &'a [Token],
        marks: &[crate::tokens::QuoteMark],
        cues: &'a [Match<Cue>],
        lexicon: &'a Lexicon,
        is: &'a Classes,
    ) -> Self {
        let mut context =
            Self { tokens, lexicon, is, cues, quotes: quotes::pair(marks, tokens), facts: Facts::default() };
        context.facts = context.read_facts();
        context
    }

    pub(crate) fn mask(&self, i: usize) -> Mask {
        self.tokens.get(i).map_or(0, |t| t.mask)
    }

    fn read_facts(&self) -> Facts {
        let mut f = Facts::default();
        let (mut girls, mut boys, mut children) = (false, false, false);
        for (i, token) in self.tokens.iter().enumerate() {
            let m = token.mask;
            if m == 0 {
                continue;
            }
            girls |= m & self.is.one_girl != 0;
            boys |= m & self.is.one_boy != 0;
            if m & self.is.family != 0 && i > 0 {
                // "her mother": the child is a girl.
                let before = self.mask(i - 1) & self.is.possessive;
                girls |= before & self.is.she != 0;
                boys |= before & self.is.he != 0;
            }
            let denied = i > 0 && self.mask(i - 1) & self.is.neg != 0;
            children |= m & self.is.child != 0 && m & self.is.ambiguous == 0 && !denied;
            if m & self.is.child_age != 0 && self.is_age(i) {
                children = true;
                f.under13 |= m & self.is.under13 != 0;
            }
            f.harm |= m & self.is.harm != 0;
        }
        f.child_is_f = girls && !boys;
        f.child_is_m = boys && !girls;
        for cue in self.cues {
            match cue.role {
                Cue::GuidanceDocument => f.guidance = true,
                Cue::AdultRecord => f.adult_record |= !children,
                _ => {}
            }
        }
        f
    }

    /// Tokens of the sentence around `from..to`, within reach.
    pub(crate) fn sentence(&self, from: usize, to: usize) -> (usize, usize) {
        let lowest = from.saturating_sub(REACH);
        let mut start = from;
        while start > lowest && self.tokens[start - 1].word != STOP {
            start -= 1;
        }
        let highest = (to + REACH).min(self.tokens.len());
        let mut end = to;
        while end < highest && self.tokens[end].word != STOP {
            end += 1;
        }
        (start, end)
    }

    /// Why a match is let through, if it is, and whom it is about.
    pub(crate) fn judge(&self, hit: &Match<Role>, rule: &crate::rules::Rule) -> (About, Option<Exemption>) {
        let (start, end) = self.sentence(hit.from, hit.to);
        let about = self.about(hit.from, hit.to, start);
        (about, self.exemption(hit, rule, about, start, end))
    }

    fn exemption(
        &self,
        hit: &Match<Role>,
        rule: &crate::rules::Rule,
        about: About,
        start: usize,
        end: usize,
    ) -> Option<Exemption> {
        let Role { rule: number, denies, .. } = hit.role;
        if self.facts.guidance {
            return Some(Exemption::Guidance);
        }
        if self.facts.adult_record {
            return Some(Exemption::NotAboutAChild);
        }
        for cue in self.cues {
            let here = cue.from >= start && cue.from < end;
            let overlaps = cue.from < hit.to && hit.from < cue.to;
            match cue.role {
                Cue::Unless(n) if n == number && here => return Some(Exemption::AllowedWording),
                Cue::Allowed if overlaps => return Some(Exemption::AllowedWording),
                Cue::Rebuttal if here && !rule.even_if_denied => return Some(Exemption::Rebuttal),
                Cue::RebuttalOfPrevious if self.follows(cue.from, end) => return Some(Exemption::Rebuttal),
                Cue::AboutAdult if here && rule.about != Subject::Anyone => {
                    return Some(Exemption::NotAboutAChild);
                }
                Cue::Guidance if here => return Some(Exemption::Guidance),
                // "Avoid: ... Use: ..."
                _ => {}
            }
        }
        if let Some(exemption) = self.spoken(hit, start, end) {
            return Some(exemption);
        }
        if !denies && self.denied(hit.from, start) {
            return Some(Exemption::Rebuttal);
        }
        let fits = match rule.about {
            Subject::Anyone => true,
            Subject::Child => matches!(about, About::Child | About::Unstated),
            Subject::NamedChild => about == About::Child,
            Subject::Family => !matches!(about, About::Adult | About::Professional),
        };
        if !fits {
            return Some(Exemption::NotAboutAChild);
        }
        (!rule.needs.iter().all(|n| self.shows(*n, start, end))).then_some(Exemption::ConditionNotMet)
    }

    /// `true` when token `at` is in the sentence after the one that ends at `end`.
    pub(crate) fn follows(&self, at: usize, end: usize) -> bool {
        at > end && at <= end + 12 && self.tokens[end..at].iter().filter(|t| t.word == STOP).count() == 1
    }

    /// A denial within five words before the match, in the same clause.
    fn denied(&self, from: usize, start: usize) -> bool {
        let mut seen = 0;
        let mut i = from;
        while i > start && seen < 5 {
            i -= 1;
            let token = self.tokens[i];
            if matches!(token.word, BREAK | COMMA) || self.mask(i) & (self.is.turn | self.is.joint) != 0 {
                return false;
            }
            if self.mask(i) & self.is.neg != 0 {
                return true;
            }
            seen += 1;
        }
        false
    }

    fn shows(&self, need: Need, start: usize, end: usize) -> bool {
        let before = start.saturating_sub(1);
        let (from, _) = self.sentence(before, before);
        let (_, to) = if end < self.tokens.len() { self.sentence(end + 1, end + 1) } else { (end, end) };
        let range = from..to.min(self.tokens.len());
        match need {
            Need::Adult => range.into_iter().any(|i| self.is_adult_sign(i)),
            Need::Child => range.into_iter().any(|i| {
                self.mask(i) & self.is.child != 0 || (self.mask(i) & self.is.child_age != 0 && self.is_age(i))
            }),
            Need::Under13 => self.facts.under13,
            Need::Harm => self.facts.harm,
        }
    }
}
