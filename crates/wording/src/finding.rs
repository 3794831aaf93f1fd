//! What the checker says about a text.
use serde::{Deserialize, Serialize};

/// The twelve ways a record can blame a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Sexual character, clothing or a trade put on the child.
    Sexualisation,
    /// The child shown as older, tougher or wiser than a child.
    Adultification,
    /// Choice, consent by conduct or responsibility put on the child.
    ChoiceAgency,
    /// The child named as the source of the danger.
    RiskTaking,
    /// Abuse by an adult told as romance, friendship or company.
    RelationshipMinimising,
    /// Custody, gang or offender words for a child.
    AbscondingCriminal,
    /// The child blamed because a service has not reached them.
    EngagementBlame,
    /// Disbelief, bad motive, attention seeking.
    Credibility,
    /// An offence told as sex, as mutual, as small, or as deserved.
    AbuseMinimising,
    /// Words of the care system that stigmatise.
    CareLanguage,
    /// Parents or carers blamed for what others did.
    FamilyBlame,
    /// Repeat missing treated as routine, safe or a nuisance.
    MissingMinimising,
}

impl Category {
    /// Every category, in the order of the guide.
    pub const ALL: [Self; 12] = [
        Self::Sexualisation,
        Self::Adultification,
        Self::ChoiceAgency,
        Self::RiskTaking,
        Self::RelationshipMinimising,
        Self::AbscondingCriminal,
        Self::EngagementBlame,
        Self::Credibility,
        Self::AbuseMinimising,
        Self::CareLanguage,
        Self::FamilyBlame,
        Self::MissingMinimising,
    ];

    /// The name used in files and on the command line, such as `choice_agency`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sexualisation => "sexualisation",
            Self::Adultification => "adultification",
            Self::ChoiceAgency => "choice_agency",
            Self::RiskTaking => "risk_taking",
            Self::RelationshipMinimising => "relationship_minimising",
            Self::AbscondingCriminal => "absconding_criminal",
            Self::EngagementBlame => "engagement_blame",
            Self::Credibility => "credibility",
            Self::AbuseMinimising => "abuse_minimising",
            Self::CareLanguage => "care_language",
            Self::FamilyBlame => "family_blame",
            Self::MissingMinimising => "missing_minimising",
        }
    }

    /// The category with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Whether the wording blames, or is jargon that could be kinder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Blames the child or those who care for the child.
    Blaming,
    /// Cold jargon with no blame in it: a gentle suggestion only.
    Advisory,
}

impl Kind {
    /// The name used in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blaming => "blaming",
            Self::Advisory => "advisory",
        }
    }
}

/// How heavy the wording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cold or stigmatising jargon.
    Low,
    /// Minimises, or blames depending on context.
    Medium,
    /// Puts blame, consent or disbelief on the child.
    High,
}

impl Severity {
    /// The name used in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One place in a text where the wording needs thought. Borrows its reason and alternatives from the rule that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding<'c> {
    /// First character, counted in Unicode scalar values from 0.
    pub start: usize,
    /// One past the last character, counted in Unicode scalar values.
    pub end: usize,
    /// What is wrong with it.
    pub category: Category,
    /// Blame, or jargon.
    pub kind: Kind,
    /// How heavy it is.
    pub severity: Severity,
    /// The reason, in plain words for the writer.
    pub why: &'c str,
    /// Other ways to write it. Text in square brackets is for the writer to fill in.
    pub alternatives: Vec<&'c str>,
    /// The rule that made the finding.
    pub rule: &'c str,
}

/// Why matched wording was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exemption {
    /// The child's own words, quoted or clearly introduced as theirs.
    ChildsWords,
    /// A suspect's account, recorded as evidence.
    SuspectsAccount,
    /// The words are about an adult or a service, not a child.
    NotAboutAChild,
    /// The writer denies, corrects or criticises the wording.
    Rebuttal,
    /// Guidance, audit or training text that cites the wording.
    Guidance,
    /// Exact legal, clinical or other harmless wording.
    AllowedWording,
    /// The rule needs something the sentence does not show, such as an adult.
    ConditionNotMet,
    /// Another finding covers the same words.
    Covered,
    /// The other words of the sentence speak against it: the learned layer doubts the rule here.
    Outweighed,
}

impl Exemption {
    /// The reason in a few plain words.
    #[must_use]
    pub const fn because(self) -> &'static str {
        match self {
            Self::ChildsWords => "the child's own words are never reworded",
            Self::SuspectsAccount => "a suspect's account, recorded as evidence",
            Self::NotAboutAChild => "the words are about an adult or a service, not about a child",
            Self::Rebuttal => "the writer denies or corrects the wording",
            Self::Guidance => "guidance, audit or training text that cites the wording",
            Self::AllowedWording => "exact legal, clinical or other harmless wording",
            Self::ConditionNotMet => "the sentence does not show what the rule needs",
            Self::Outweighed => "the rest of the sentence reads as ordinary",
            Self::Covered => "another finding covers the same words",
        }
    }
}

/// One match the checker considered, with what it decided. `explain` returns these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Considered<'c> {
    /// The finding as it would read.
    #[serde(flatten)]
    pub finding: Finding<'c>,
    /// `None` when it was reported; otherwise why it was not.
    pub exemption: Option<Exemption>,
    /// Who the words were taken to be about.
    pub about: About,
    /// Where the learned layer spoke: the words that moved it most, as stems, strongest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved_by: Vec<&'c str>,
}

/// Who matched words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A child, named as one or by pronoun.
    Child,
    /// A suspect or any other adult.
    Adult,
    /// A parent, carer or relative.
    Family,
    /// An officer, worker or service.
    Professional,
    /// Nobody named: records are about a child unless they say otherwise.
    Unstated,
}
