//! Whom a match is about: the nearest person to its left who is not tucked away behind a preposition.
//!
//! Not general coreference. Records here are about a child unless they say otherwise, so only plain signs of an adult or a service change that.
use super::Context;
use crate::finding::About;
use crate::tokens::{BREAK, CLOSE, COMMA, NAME, NUMBER, OPEN, STOP, UNKNOWN};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    Female,
    Male,
    Any,
}

/// How far left a subject is looked for, in words.
const LOOK_BACK: usize = 40;
/// How many sentences back a pronoun may point.
const SENTENCES_BACK: usize = 6;

impl Context<'_> {
    /// Whom tokens `from..to` are about; their sentence starts at `start`.
    pub(crate) fn about(&self, from: usize, to: usize, start: usize) -> About {
        let outside = self.subject(from, start);
        if matches!(outside, About::Adult | About::Family | About::Child) {
            return outside;
        }
        // Nobody, or a worker, stands before it: a person inside the match itself decides ("waiting for him to turn up").
        let inside = (from..to).find_map(|i| self.pronoun(i).map(|g| (i, g)));
        match inside {
            Some((i, gender)) => self.antecedent(i, start, gender),
            None if (from..to).any(|i| self.person(i) == Some(About::Child)) => About::Child,
            None => outside,
        }
    }

    fn subject(&self, from: usize, start: usize) -> About {
        // The match may begin with its own subject.
        let determined = self.mask(from) & (self.is.determiner | self.is.young) != 0;
        for i in from..(from + 1 + usize::from(determined)).min(self.tokens.len()) {
            if let Some(gender) = self.pronoun(i) {
                return self.antecedent(i, start, gender);
            }
            match self.person(i) {
                Some(About::Professional) | None => {}
                // "her partner, 28": the one who has him is meant; "associates with": a verb, not a person.
                Some(About::Adult) if self.owned_or_verb(i, start) => {}
                Some(who) => return who,
            }
        }
        if self.something_else(from, start) {
            return About::Adult;
        }
        if let Some(who) = self.shared_subject(from, start) {
            return who;
        }
        let mut i = from;
        while i > start && from - i < LOOK_BACK {
            i -= 1;
            if self.aged_adult(i) {
                return About::Adult;
            }
            let m = self.mask(i);
            if self.tokens[i].word == BREAK || m & self.is.because != 0 {
                return About::Unstated;
            }
            let passive = (1..=2).any(|n| i >= start + n && self.mask(i - n) & self.is.be != 0);
            if m & self.is.report != 0 && !passive && self.person(i).is_none() {
                // "Staff report frequent ...": the reporter is not the one reported.
                return About::Unstated;
            }
            if let Some(gender) = self.pronoun(i) {
                return self.antecedent(i, start, gender);
            }
            if let Some(who) = self.person(i)
                && !self.behind_preposition(i, start)
                && !self.is_predicate(i, start)
            {
                let owner = self.tokens.get(i + 1).is_some_and(|t| t.mask & self.is.owner != 0);
                if !(owner && matches!(who, About::Family | About::Professional)) {
                    return if who == About::Adult && self.with_a_child(i, start) {
                        About::Child
                    } else {
                        who
                    };
                }
            }
        }
        About::Unstated
    }

    fn owned_or_verb(&self, i: usize, start: usize) -> bool {
        let owned = i > start && self.mask(i - 1) & self.is.possessive != 0;
        let verb = self.tokens.get(i + 1).is_some_and(|t| self.lexicon.text(t.word) == "with")
            && (i == start || self.mask(i - 1) & self.is.determiner == 0);
        owned || verb
    }

    /// "The plumber failed to attend": the sentence opens with a noun no rule has a use for, and the match follows at once.
    fn something_else(&self, from: usize, start: usize) -> bool {
        if from <= start + 1 || from > start + 4 {
            return false;
        }
        let article = self.lexicon.text(self.tokens[start].word);
        if !matches!(article, "the" | "a" | "an" | "our" | "this" | "my") {
            return false;
        }
        let auxiliary = self.mask(from - 1) & self.is.be != 0
            || matches!(self.lexicon.text(self.tokens[from - 1].word), "has" | "have" | "had");
        let noun = if auxiliary { start + 1..from - 1 } else { start + 1..from };
        !noun.is_empty()
            && noun.into_iter().all(|i| {
                let t = self.tokens[i];
                t.word == UNKNOWN && t.value != NAME || self.lexicon.is_only_known(t.word)
            })
    }

    /// The one who opens the clause, where the match is its second verb: "The suspect chose his victims with care and lied about his age".
    fn shared_subject(&self, from: usize, start: usize) -> Option<About> {
        let joined = from > start + 1 && self.tokens[from - 1].word == self.lexicon.and();
        if !joined {
            return None;
        }
        let opens = (start..from)
            .rev()
            .find(|i| matches!(self.tokens[*i].word, BREAK | OPEN | CLOSE))
            .map_or(start, |i| i + 1);
        (opens..from.min(opens + 3)).find_map(|i| match self.person(i) {
            Some(who @ (About::Adult | About::Child | About::Family))
                if !self.behind_preposition(i, start) =>
            {
                let owner = self.mask(i + 1) & self.is.owner != 0;
                (!owner).then_some(who)
            }
            _ => None,
        })
    }

    /// "The dealer, 29, is ...": any noun with an adult's age set off beside it.
    fn aged_adult(&self, i: usize) -> bool {
        let word = |n: usize| self.tokens.get(i + n).map_or(STOP, |t| t.word);
        word(1) == COMMA
            && word(2) == NUMBER
            && self.mask(i + 2) & self.is.adult_age != 0
            && matches!(word(3), COMMA | STOP)
            && self.mask(i) & (self.is.child | self.is.family) == 0
    }

    /// `true` when the adult at `i` shares the verb with a child: "the girl and the man were ...".
    fn with_a_child(&self, i: usize, start: usize) -> bool {
        let mut seen = 0;
        let mut j = i;
        while j > start + 1 && seen < 3 {
            j -= 1;
            seen += 1;
            if self.mask(j) & self.is.joint != 0 && self.mask(j + 1) & self.is.predicate == 0 {
                let paired = self.person(j - 1) == Some(About::Child)
                    || (self.pronoun(j - 1).is_some()
                        && self.antecedent(j - 1, start, Gender::Any) == About::Child);
                return paired && self.tokens[j].word == self.lexicon.and();
            }
            if self.mask(j) & self.is.determiner == 0 && self.mask(j) & (self.is.grown | self.is.young) == 0 {
                return false;
            }
        }
        false
    }

    /// `true` for "is a regular caller", "nearly an adult": the noun says what somebody is.
    fn is_predicate(&self, i: usize, start: usize) -> bool {
        for back in 1..=4 {
            let Some(j) = i.checked_sub(back).filter(|j| *j >= start) else { return false };
            let m = self.mask(j);
            if m & self.is.predicate != 0 {
                // The verb must stand right before the noun or its article: "are giving the girl" is something else.
                return back == 1 || self.mask(j + 1) & self.is.determiner != 0;
            }
            if matches!(self.tokens[j].word, STOP | BREAK | COMMA)
                || m & (self.is.prep | self.is.she | self.is.he) & !self.is.predicate != 0
            {
                return false;
            }
        }
        false
    }

    /// The person a noun names, read with any age beside it.
    pub(super) fn person(&self, i: usize) -> Option<About> {
        let m = self.mask(i);
        let is = self.is;
        if self.tokens[i].word == NUMBER
            && m & (is.adult_age | is.child_age) != 0
            && self.mask(i + 1) & is.year != 0
            && self.mask(i + 2) & is.year != 0
        {
            // "The 41 year old is ...", with no noun after it.
            let noun = (3..=4).any(|n| self.mask(i + n) & (is.child | is.adult | is.family | is.pro) != 0);
            return (!noun).then_some(if m & is.adult_age != 0 { About::Adult } else { About::Child });
        }
        if m & (is.child | is.adult | is.family | is.pro) == 0 {
            return None;
        }
        match self.age_beside(i) {
            Some(age) if age >= 18 => return Some(About::Adult),
            Some(_) if m & (is.child | is.adult) != 0 => return Some(About::Child),
            _ => {}
        }
        let before = |n: usize| i.checked_sub(n).map_or(0, |j| self.mask(j));
        if m & is.pro != 0 && m & is.child == 0 {
            return Some(About::Professional);
        }
        if m & is.family != 0 {
            return Some(About::Family);
        }
        let near = before(1) | before(2);
        if m & (is.adult | is.ambiguous) != 0 && near & is.young != 0 {
            return Some(About::Child);
        }
        if m & (is.child | is.ambiguous) != 0 && before(1) & is.grown != 0 {
            return Some(About::Adult);
        }
        if m & is.child != 0 { Some(About::Child) } else { Some(About::Adult) }
    }

    pub(super) fn pronoun(&self, i: usize) -> Option<Gender> {
        let m = self.mask(i);
        if m & self.is.she != 0 {
            Some(Gender::Female)
        } else if m & self.is.he != 0 {
            Some(Gender::Male)
        } else if m & self.is.they != 0 {
            Some(Gender::Any)
        } else {
            None
        }
    }

    /// Whom the pronoun at `at` stands for.
    pub(super) fn antecedent(&self, at: usize, start: usize, gender: Gender) -> About {
        if self.age_beside(at).is_some_and(|a| a >= 18) {
            return About::Adult;
        }
        if let Some(who) = self.nearest(start, at, gender, false) {
            return who;
        }
        // Only a pronoun that opens its sentence points back to an earlier one: "The suspect was arrested. He is ..."
        if at <= start + 1 || self.mask(at - 1) & self.is.that != 0 {
            let mut sentence_start = start;
            for _ in 0..SENTENCES_BACK {
                if sentence_start == 0 {
                    break;
                }
                let upper = sentence_start - 1;
                sentence_start = self.sentence(upper, upper).0;
                if let Some(who) = self.nearest(sentence_start, upper, gender, true) {
                    return who;
                }
            }
        }
        let other_sex = (gender == Gender::Male && self.facts.child_is_f)
            || (gender == Gender::Female && self.facts.child_is_m);
        if other_sex { About::Adult } else { About::Child }
    }

    fn nearest(&self, from: usize, to: usize, gender: Gender, whole_sentence: bool) -> Option<About> {
        let mut fallback = None;
        for i in (from..to).rev() {
            if self.pronoun(i).is_some_and(|g| g == gender) && self.age_beside(i).is_some_and(|a| a >= 18) {
                return Some(About::Adult);
            }
            let token = self.tokens[i];
            if token.word == UNKNOWN && token.value == NAME && !whole_sentence && i + 1 < to {
                // A name: the child's, unless an adult's age stands beside it or a title before it.
                let titled = i > 0 && self.mask(i - 1) & (self.is.title | self.is.pro) != 0;
                if titled {
                    continue;
                }
                return Some(if self.age_beside(i).is_some_and(|a| a >= 18) {
                    About::Adult
                } else {
                    About::Child
                });
            }
            let Some(who) = self.person(i) else { continue };
            let vague = self.mask(i) & self.is.vague != 0 && self.age_beside(i).is_none();
            if vague || !self.agrees(i, gender) || (i > from && self.is_predicate(i, from)) {
                continue;
            }
            match who {
                About::Child => return Some(About::Child),
                About::Adult => {
                    // In an earlier sentence a child named there is the likelier topic.
                    if whole_sentence {
                        fallback = Some(About::Adult);
                    } else {
                        return Some(About::Adult);
                    }
                }
                About::Family => {
                    let other_sex = (gender == Gender::Male && self.facts.child_is_f)
                        || (gender == Gender::Female && self.facts.child_is_m);
                    if other_sex {
                        return Some(About::Family);
                    }
                }
                About::Professional | About::Unstated => {}
            }
        }
        fallback
    }

    fn agrees(&self, i: usize, gender: Gender) -> bool {
        let m = self.mask(i);
        let is = self.is;
        let female = m & (is.child_f | is.adult_f | is.family_f) != 0;
        let male = m & (is.child_m | is.adult_m | is.family_m) != 0;
        match gender {
            Gender::Female => !male || female,
            Gender::Male => !female || male,
            Gender::Any => true,
        }
    }

    /// `true` when the noun phrase ending at `i` hangs on a preposition.
    fn behind_preposition(&self, i: usize, start: usize) -> bool {
        let mut determined = false;
        for back in 1..=4 {
            let Some(j) = i.checked_sub(back).filter(|j| *j >= start) else { return false };
            let m = self.mask(j);
            let word = self.tokens[j].word;
            if m & self.is.prep != 0 {
                return true;
            }
            let owned = m & self.is.possessive != 0;
            if determined
                || matches!(word, STOP | BREAK | COMMA | OPEN | CLOSE)
                || (m & (self.is.she | self.is.he | self.is.they | self.is.be) != 0 && !owned)
            {
                return false;
            }
            // Past its article the noun phrase is over: only a preposition may follow.
            determined = m & self.is.determiner != 0;
        }
        false
    }

    /// An age stated right beside the person at token `i`: "victim, 44", "the 14 year old girl", "male aged 23", "he is 31".
    pub(crate) fn age_beside(&self, i: usize) -> Option<u16> {
        for j in i + 1..i + 5 {
            let Some(t) = self.tokens.get(j) else { break };
            if t.word == NUMBER {
                if (5..100).contains(&t.value) && self.can_be_age(j) {
                    return Some(t.value);
                }
                break;
            }
            let m = self.mask(j);
            if !(matches!(t.word, COMMA | OPEN) || m & (self.is.aged | self.is.be) != 0) {
                break;
            }
        }
        for back in 1..=5 {
            let j = i.checked_sub(back)?;
            let t = self.tokens[j];
            if t.word == NUMBER {
                return ((5..100).contains(&t.value) && self.mask(j + 1) & self.is.year != 0)
                    .then_some(t.value);
            }
            let m = self.mask(j);
            let inside = m & (self.is.year | self.is.young | self.is.grown) != 0 || t.word == 0;
            if !inside {
                return None;
            }
        }
        None
    }

    /// A number beside a person that is not a count of days or things.
    fn can_be_age(&self, j: usize) -> bool {
        let next = self.tokens.get(j + 1);
        let m = self.mask(j + 1);
        next.is_none_or(|t| t.word < crate::tokens::FIRST_WORD || t.word == NUMBER)
            || m & (self.is.year | self.is.be | self.is.prep | self.is.turn) != 0
            || m != 0
    }

    /// A number that reads as an age: "14 year old", "aged 14", "14F", ", 14,".
    pub(crate) fn is_age(&self, j: usize) -> bool {
        let before = j.checked_sub(1).map_or(0, |k| self.mask(k));
        let mark_before = j.checked_sub(1).is_some_and(|k| matches!(self.tokens[k].word, COMMA | OPEN));
        self.mask(j + 1) & self.is.year != 0
            || before & (self.is.aged | self.is.be) != 0
            || (mark_before
                && j >= 2
                && self.mask(j - 2) & (self.is.child | self.is.adult | self.is.family) != 0)
            || before & (self.is.child | self.is.adult) != 0
    }

    /// A word or age that shows an adult other than family and workers.
    pub(crate) fn is_adult_sign(&self, i: usize) -> bool {
        let m = self.mask(i);
        if m & self.is.adult_age != 0 && m & self.is.child_age == 0 {
            return self.is_age(i) || self.stands_as_age(i);
        }
        if m & self.is.adult != 0 {
            return self.person(i) == Some(About::Adult);
        }
        m & self.is.grown != 0
    }

    /// "a 27 year old", "he is 27", "man, 27", "(27)".
    fn stands_as_age(&self, i: usize) -> bool {
        let next = self.tokens.get(i + 1).map_or(STOP, |t| t.word);
        let before = i.checked_sub(1).map_or(STOP, |k| self.tokens[k].word);
        matches!(before, COMMA | OPEN) && matches!(next, COMMA | CLOSE | STOP | BREAK)
    }
}
