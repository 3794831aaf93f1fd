//! Conditions in three-valued logic (Kleene): unknown is not "no", and what is decided stays decided.

/// One known answer, small enough to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Bool(bool),
    Number(i64),
    /// The place in the fact's list of codes.
    Code(u16),
}

/// The answers by the fact's place in the catalogue.
pub(crate) type Slots = Vec<Option<Slot>>;

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    No,
    Unknown,
    Yes,
}

/// A set of facts, by place. A rule set has at most 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FactBits(u128);

impl FactBits {
    pub(crate) const MOST: usize = 128;

    pub(crate) fn insert(&mut self, fact: usize) {
        self.0 |= 1 << fact;
    }
    pub(crate) fn contains(self, fact: usize) -> bool {
        self.0 >> fact & 1 == 1
    }
    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..Self::MOST).filter(move |&fact| self.contains(fact))
    }
}

/// When a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test { fact: usize, check: Check },
}

/// A question to one known answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Check {
    Yes,
    Less(i64),
    AtMost(i64),
    AtLeast(i64),
    More(i64),
    Exactly(i64),
    OneOf(Vec<u16>),
}

impl Check {
    fn holds(&self, slot: Slot) -> bool {
        match (self, slot) {
            (Self::Yes, Slot::Bool(yes)) => yes,
            (Self::Less(limit), Slot::Number(n)) => n < *limit,
            (Self::AtMost(limit), Slot::Number(n)) => n <= *limit,
            (Self::AtLeast(limit), Slot::Number(n)) => n >= *limit,
            (Self::More(limit), Slot::Number(n)) => n > *limit,
            (Self::Exactly(value), Slot::Number(n)) => n == *value,
            (Self::OneOf(codes), Slot::Code(code)) => codes.contains(&code),
            // INVARIANT: the reader checks that every test fits its fact's kind.
            _ => false,
        }
    }

    /// The number it compares with.
    pub(crate) fn threshold(&self) -> Option<i64> {
        match self {
            Self::Less(n) | Self::AtMost(n) | Self::AtLeast(n) | Self::More(n) | Self::Exactly(n) => Some(*n),
            Self::Yes | Self::OneOf(_) => None,
        }
    }

    /// Whether a larger number (or yes) can only turn it from no to yes.
    pub(crate) fn rises(&self) -> bool {
        matches!(self, Self::Yes | Self::AtLeast(_) | Self::More(_))
    }
}

impl Condition {
    pub(crate) fn truth(&self, slots: &[Option<Slot>]) -> Truth {
        match self {
            Self::Test { fact, check } => match slots[*fact] {
                None => Truth::Unknown,
                Some(slot) if check.holds(slot) => Truth::Yes,
                Some(_) => Truth::No,
            },
            Self::Not(inner) => match inner.truth(slots) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
            },
            Self::All(parts) => {
                let mut all = Truth::Yes;
                for part in parts {
                    match part.truth(slots) {
                        Truth::No => return Truth::No,
                        Truth::Unknown => all = Truth::Unknown,
                        Truth::Yes => {}
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Truth::No;
                for part in parts {
                    match part.truth(slots) {
                        Truth::Yes => return Truth::Yes,
                        Truth::Unknown => any = Truth::Unknown,
                        Truth::No => {}
                    }
                }
                any
            }
        }
    }

    /// Adds the facts that make the condition what it is: for a decided one those it rests on, for an undecided one
    /// those it hangs on.
    pub(crate) fn because(&self, slots: &[Option<Slot>], facts: &mut FactBits) {
        match self {
            Self::Test { fact, .. } => facts.insert(*fact),
            Self::Not(inner) => inner.because(slots, facts),
            Self::All(parts) | Self::Any(parts) => {
                // A part with the same answer as the whole carries it; the others were not needed.
                let whole = self.truth(slots);
                parts
                    .iter()
                    .filter(|part| part.truth(slots) == whole)
                    .for_each(|part| part.because(slots, facts));
            }
        }
    }

    /// Calls `visit` for every test, with the fact, the check, and whether it stands under an even number of nots.
    pub(crate) fn tests<'a>(&'a self, upright: bool, visit: &mut impl FnMut(usize, &'a Check, bool)) {
        match self {
            Self::Test { fact, check } => visit(*fact, check, upright),
            Self::Not(inner) => inner.tests(!upright, visit),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.tests(upright, visit));
            }
        }
    }

    /// Every fact it mentions.
    pub(crate) fn facts(&self) -> FactBits {
        let mut facts = FactBits::default();
        self.tests(true, &mut |fact, _, _| facts.insert(fact));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yes(fact: usize) -> Condition {
        Condition::Test { fact, check: Check::Yes }
    }

    #[test]
    fn kleenes_tables() {
        use Truth::{No, Unknown, Yes};
        let slot = |truth| match truth {
            Yes => Some(Slot::Bool(true)),
            No => Some(Slot::Bool(false)),
            Unknown => None,
        };
        let all = Condition::All(vec![yes(0), yes(1)]);
        let any = Condition::Any(vec![yes(0), yes(1)]);
        let table = [
            (Yes, Yes, Yes, Yes),
            (Yes, Unknown, Unknown, Yes),
            (Yes, No, No, Yes),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, No, No, Unknown),
            (No, No, No, No),
        ];
        for (a, b, both, either) in table {
            for slots in [[slot(a), slot(b)], [slot(b), slot(a)]] {
                assert_eq!(all.truth(&slots), both, "{a:?} and {b:?}");
                assert_eq!(any.truth(&slots), either, "{a:?} or {b:?}");
            }
        }
        assert_eq!(Condition::Not(Box::new(yes(0))).truth(&[None]), Unknown);
    }

    #[test]
    fn because_names_only_what_carried_the_answer() {
        let any = Condition::Any(vec![yes(0), Condition::All(vec![yes(1), yes(2)])]);
        let because = |slots: [Option<Slot>; 3]| {
            let mut facts = FactBits::default();
            any.because(&slots, &mut facts);
            facts.iter().collect::<Vec<_>>()
        };
        let (yes, no) = (Some(Slot::Bool(true)), Some(Slot::Bool(false)));
        assert_eq!(because([no, yes, yes]), [1, 2]);
        assert_eq!(because([yes, no, yes]), [0]);
        assert_eq!(because([no, yes, None]), [2], "undecided: what it hangs on");
        assert_eq!(because([no, yes, no]), [0, 2], "decided against");
    }
}
