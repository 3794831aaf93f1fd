//! Children who may be the one a caller means.
use cf_app::matching::{self, Hidden, Likely, LikelyList, Reason};
use uuid::Uuid;

use super::partners::Agency;
use crate::api::shape::{Day, each, shapes};
use crate::pages::report::matches::in_words;

shapes! {
    /// Children who may be the one a caller means. A person decides.
    LikelyChildren {
        /// Likeliest first.
        children: Vec<LikelyChild>,
        /// Records of partner agencies that may be the child's and are linked to no child known to police.
        partners: Vec<LikelyPartner>,
        /// Restricted records that fit and are not open to the caller: that they are there, and nothing of them.
        hidden: Vec<HiddenChild>,
        /// Whom to ask about those, by name and role.
        ask: Vec<String>,
        /// How many are left out because somebody said this report is not about them.
        set_aside: u64,
        /// Whether the index answered; before it is loaded a simple search does, for which spelling matters more.
        indexed: bool,
    }
    /// One child who may be the one.
    LikelyChild {
        child: Uuid,
        name: String,
        born_on: Option<Day>,
        trigger_plan: bool,
        /// How many warnings.
        warnings: i64,
        /// How often the child was reported missing, now included.
        incidents: i64,
    /// Whether the child is missing now: the newest report is open.
    missing_now: bool,
        /// How likely, in words. No figure: it would be read as more than it is.
        chance: String,
        /// What agrees and what does not, strongest first.
        why: Vec<LikelyReason>,
    }
    /// A partner's record that may be the child's.
    LikelyPartner {
        /// The record; `null` when it is not open to the caller, who asks the agency.
        partner: Option<Uuid>,
        agency: Agency,
        /// How likely, in words.
        chance: String,
        /// What agrees and what does not, strongest first; empty when it is not open to the caller.
        why: Vec<LikelyReason>,
    }
    /// One thing that speaks for or against.
    LikelyReason {
        words: String,
        /// Whether it speaks for the child being the one.
        speaks_for: bool,
    }
    /// A restricted record that fits.
    HiddenChild {
        child: Uuid,
        /// Whether the caller noted in this session that they ask about it.
        asked: bool,
    }
}

impl From<&LikelyList> for LikelyChildren {
    fn from(list: &LikelyList) -> Self {
        Self {
            children: each(&list.likely),
            partners: each(&list.partners),
            hidden: hidden(&list.hidden),
            ask: list.hidden.ask.clone(),
            set_aside: list.set_aside as u64,
            indexed: list.indexed,
        }
    }
}

/// Restricted records that match, and nothing of them.
pub(crate) fn hidden(closed: &Hidden) -> Vec<HiddenChild> {
    let one =
        |child: &cf_kernel::ChildId| HiddenChild { child: child.uuid(), asked: closed.asked.contains(child) };
    closed.records.iter().map(one).collect()
}

impl From<&Likely> for LikelyChild {
    fn from(one: &Likely) -> Self {
        let row = &one.child;
        Self {
            child: row.stream,
            name: row.name.clone(),
            born_on: row.born_on.clone().map(Day),
            trigger_plan: row.trigger_plan,
            warnings: row.warnings,
            incidents: one.episodes + i64::from(one.missing_now),
            missing_now: one.missing_now,
            chance: in_words(one.probability).to_owned(),
            why: each(&one.why),
        }
    }
}

impl From<&Reason> for LikelyReason {
    fn from(reason: &Reason) -> Self {
        Self { words: reason.words.clone(), speaks_for: reason.speaks_for }
    }
}

impl From<&matching::LikelyPartner> for LikelyPartner {
    fn from(one: &matching::LikelyPartner) -> Self {
        Self {
            partner: one.open.then_some(one.partner.stream),
            agency: (&one.partner).into(),
            chance: in_words(Some(one.probability)).to_owned(),
            why: each(&one.why),
        }
    }
}
