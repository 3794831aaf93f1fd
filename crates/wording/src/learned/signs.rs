//! What is known of a sentence besides its words: the patterns that matched, how the context judged them, who speaks.
use crate::finding::{About, Exemption};
use crate::lexicon::QuickMap;
use crate::rules::Cue;

/// One thing known of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sign {
    /// Patterns of so many rules matched and stand, 3 for three or more.
    Stand(u8),
    /// A pattern of this rule matched and stands.
    Rule(u16),
    /// This pattern matched and stands.
    Pattern(u16),
    /// A match was let through for this reason; whether another one stands.
    Let(Exemption, bool),
    /// A match was let through and none stands: its rule.
    LetRule(u16),
    /// A cue of the context stands in the sentence.
    Cue(u8),
    /// Something else: see [`FACTS`].
    Fact(u8),
}

/// Names of the cues, by their number.
const CUES: [&str; 9] = [
    "rebuttal",
    "rebuttal_of_previous",
    "guidance",
    "guidance_document",
    "suspects_account",
    "childs_words",
    "adult_record",
    "about_adult",
    "allowed",
];

/// Names of the facts, by their number. None of them is how many sentences there are or which this is: blame in one sentence is
/// no less for a harmless one after it.
pub(crate) const FACTS: [&str; 10] = [
    "guidance_text",
    "adult_text",
    "quoted",
    "rebutted_next",
    "adult_seen",
    "opens_child",
    "opens_adult",
    "opens_family",
    "opens_professional",
    "opens_unstated",
];

/// The number of a fact.
pub(crate) fn fact(name: &str) -> Sign {
    Sign::Fact(FACTS.iter().position(|f| *f == name).unwrap_or(0) as u8)
}

/// Whom the sentence opens with.
pub(crate) const fn opens(about: About) -> Sign {
    Sign::Fact(match about {
        About::Child => 5,
        About::Adult => 6,
        About::Family => 7,
        About::Professional => 8,
        About::Unstated => 9,
    })
}

/// The sign of a cue; none for the `unless` of a single rule, which has spoken already.
pub(crate) const fn cue(cue: Cue) -> Option<Sign> {
    let n = match cue {
        Cue::Rebuttal => 0,
        Cue::RebuttalOfPrevious => 1,
        Cue::Guidance => 2,
        Cue::GuidanceDocument => 3,
        Cue::SuspectsAccount => 4,
        Cue::ChildsWords => 5,
        Cue::AdultRecord => 6,
        Cue::AboutAdult => 7,
        Cue::Allowed => 8,
        Cue::Unless(_) => return None,
    };
    Some(Sign::Cue(n))
}

impl Sign {
    /// The name a weights file has for it.
    pub(crate) fn name(self, rules: &[&str], patterns: &[u32]) -> String {
        match self {
            Self::Stand(n) => format!("stand {n}"),
            Self::Rule(r) => format!("rule {}", rules.get(r as usize).unwrap_or(&"")),
            Self::Pattern(p) => format!("pattern {:08x}", patterns.get(p as usize).unwrap_or(&0)),
            Self::Let(e, live) => format!("let {e:?} {}", u8::from(live)),
            Self::LetRule(r) => format!("letrule {}", rules.get(r as usize).unwrap_or(&"")),
            Self::Cue(n) => format!("cue {}", CUES[n as usize]),
            Self::Fact(n) => format!("fact {}", FACTS[n as usize]),
        }
    }

    /// How much the sign counts beside the others: one pattern less than the fact that any stands.
    pub(crate) const fn strength(self) -> f32 {
        match self {
            Self::Rule(_) | Self::Pattern(_) | Self::LetRule(_) => 0.5,
            _ => 1.0,
        }
    }
}

/// The weight of each sign.
#[derive(Default)]
pub(crate) struct SignWeights {
    by_sign: QuickMap<u32, f32>,
}

const REASONS: [Exemption; 9] = [
    Exemption::ChildsWords,
    Exemption::SuspectsAccount,
    Exemption::NotAboutAChild,
    Exemption::Rebuttal,
    Exemption::Guidance,
    Exemption::AllowedWording,
    Exemption::ConditionNotMet,
    Exemption::Covered,
    Exemption::Outweighed,
];

fn code(sign: Sign) -> u32 {
    match sign {
        Sign::Stand(n) => u32::from(n),
        Sign::Rule(r) => 1 << 20 | u32::from(r),
        Sign::Pattern(p) => 2 << 20 | u32::from(p),
        Sign::Let(e, live) => {
            3 << 20 | (REASONS.iter().position(|r| *r == e).unwrap_or(0) as u32) << 1 | u32::from(live)
        }
        Sign::LetRule(r) => 4 << 20 | u32::from(r),
        Sign::Cue(n) => 5 << 20 | u32::from(n),
        Sign::Fact(n) => 6 << 20 | u32::from(n),
    }
}

impl SignWeights {
    /// Gives every sign its weight from the lines of a weights file, by name.
    pub(crate) fn new(named: &QuickMap<&str, f32>, rules: &[&str], patterns: &[u32]) -> Self {
        let mut by_sign = QuickMap::default();
        if named.is_empty() {
            return Self::default();
        }
        let every = (0..rules.len() as u16)
            .flat_map(|r| [Sign::Rule(r), Sign::LetRule(r)])
            .chain((0..patterns.len() as u16).map(Sign::Pattern))
            .chain((1..=3).map(Sign::Stand))
            .chain(REASONS.into_iter().flat_map(|e| [Sign::Let(e, false), Sign::Let(e, true)]))
            .chain((0..CUES.len() as u8).map(Sign::Cue))
            .chain((0..FACTS.len() as u8).map(Sign::Fact));
        for sign in every {
            if let Some(w) = named.get(sign.name(rules, patterns).as_str()) {
                by_sign.insert(code(sign), *w * sign.strength());
            }
        }
        Self { by_sign }
    }

    pub(crate) fn of(&self, sign: Sign) -> f32 {
        self.by_sign.get(&code(sign)).copied().unwrap_or(0.0)
    }
}
