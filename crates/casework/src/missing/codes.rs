//! The fixed lists of an incident. Codes are stored; labels are shown.
use serde::{Deserialize, Serialize};

/// The number of a task within its incident, from 1.
pub type TaskNumber = u32;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every code, in the order pages offer them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
            /// The stable code, as stored.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $($name::$variant => $code,)* } }
            /// The words a page shows.
            #[must_use]
            pub const fn label(self) -> &'static str { match self { $($name::$variant => $label,)* } }
            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> { Self::ALL.iter().copied().find(|one| one.code() == code) }
        }
    )*};
}

codes! {
    /// A source to look at before grading.
    /// SOURCE: College of Policing APP, risk identification, via `domain/practice.md` A3.
    System {
        /// The force's own record system.
        Records = "records", "Force record system (CONNECT)";
        /// Earlier missing reports.
        EarlierReports = "earlier_reports", "Earlier missing reports";
        /// Police National Computer.
        Pnc = "pnc", "Police National Computer (PNC)";
        /// Police National Database.
        Pnd = "pnd", "Police National Database (PND)";
        /// Local intelligence.
        Intelligence = "intelligence", "Local intelligence";
        /// Custody.
        Custody = "custody", "Custody";
        /// Hospitals and ambulance.
        Hospitals = "hospitals", "Hospitals and ambulance";
        /// Children's social care.
        SocialCare = "social_care", "Children's social care";
        /// Family, carers and associates.
        Family = "family", "Family, carers and friends";
        /// Somewhere else.
        Other = "other", "Another source";
    }
    /// What a check gave.
    CheckResult {
        /// Nothing about the child.
        NothingHeld = "nothing_held", "Nothing held";
        /// Something that bears on risk.
        Information = "information", "Information found";
        /// It could not be done.
        Unavailable = "unavailable", "Could not be checked";
    }
    /// What kind of action was taken.
    ActionKind {
        /// An enquiry: a place visited, a person asked.
        Enquiry = "enquiry", "Enquiry";
        /// A contact with the family, carer or reporter.
        FamilyContact = "family_contact", "Contact with family or carer";
        /// A contact with the child.
        ChildContact = "child_contact", "Contact with the child";
        /// A contact with a partner agency.
        Partner = "partner", "Contact with a partner agency";
        /// Phone, bank, travel or online work.
        Data = "data", "Phone, online, bank or travel data";
        /// A search.
        Search = "search", "Search";
        /// Publicity considered or made.
        Publicity = "publicity", "Publicity";
        /// A correction of something written before.
        Correction = "correction", "Correction of an earlier entry";
        /// Anything else.
        Note = "note", "Note";
    }
    /// What a reviewer decided.
    ReviewDecision {
        /// The grade and the plan stand.
        Agree = "agree", "I agree with the grade and the plan";
        /// The grade stands, more must be done.
        MoreToDo = "more_to_do", "The grade stands, more must be done";
        /// The grade must be looked at again.
        Regrade = "regrade", "The grade must be looked at again";
    }
    /// How a missing episode ended.
    HowReturned {
        /// Came back by themselves.
        ReturnedSelf = "returned_self", "The child came back by themselves";
        /// Found by police.
        FoundPolice = "found_police", "Found by police";
        /// Found by family or carer.
        FoundCarer = "found_carer", "Found by family or carer";
        /// Found by another agency.
        FoundAgency = "found_agency", "Found by another agency";
        /// Found by somebody else.
        FoundOther = "found_other", "Found by somebody else";
        /// Not missing after all.
        NotMissing = "not_missing", "Whereabouts were known all along";
        /// Found dead.
        Died = "died", "The child has died";
    }
    /// Harm found on return.
    Harm {
        /// None seen and none told.
        NoneKnown = "none_known", "None seen or told";
        /// Physical harm.
        Physical = "physical", "Physical harm";
        /// Sexual harm.
        Sexual = "sexual", "Sexual harm";
        /// Exploitation suspected.
        Exploitation = "exploitation", "Exploitation suspected";
        /// Self-harm.
        SelfHarm = "self_harm", "Self-harm";
        /// Other harm.
        Other = "other", "Other harm";
        /// Not known yet.
        Unknown = "unknown", "Not known yet";
        /// The child died.
        Death = "death", "The child died";
    }
    /// The answer about a return home interview, in the words real returns use.
    /// SOURCE: `domain/formats.md` 2.2, values met for "offered".
    InterviewAnswer {
        /// Offered and accepted.
        Accepted = "accepted", "Offered and accepted";
        /// Accepted, but the child was not present or refused on arrival.
        AcceptedNotPresent = "accepted_not_present", "Offered and accepted (child not present or refused on arrival)";
        /// Offered and declined.
        Declined = "declined", "Offered and declined (by the child)";
        /// Not offered: missing again.
        NotOfferedMissingAgain = "not_offered_missing_again", "Not offered (missing again)";
        /// Not offered: no contact.
        NotOfferedNoContact = "not_offered_no_contact", "Not offered (unable to make contact)";
        /// Not offered for another reason.
        NotOfferedOther = "not_offered_other", "Not offered (other)";
    }
}

impl InterviewAnswer {
    /// Whether this answer can end the matter without an interview.
    #[must_use]
    pub const fn ends_without_interview(self) -> bool {
        !matches!(self, Self::Accepted)
    }
}
