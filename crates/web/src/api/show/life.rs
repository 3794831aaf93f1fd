//! What other agencies recorded of a child, and whom the child goes missing with.
use cf_app::matching::{self, Linked, What, When};
use cf_app::together::{self, Common, Shared, Tie};
use cf_casework::missing::HowReturned;
use uuid::Uuid;

use super::likely::{HiddenChild, hidden};
use super::links::LinkChild;
use super::partners::Agency;
use crate::api::shape::{At, Code, Day, each, shapes};

shapes! {
    /// One life, as each agency recorded it. Nothing is merged: each event is one record's own fact.
    OneLife {
        /// Newest first; empty while no other record is linked.
        happened: Vec<LifeEvent>,
        /// The linked records that are open to the caller.
        linked: Vec<LinkedRecord>,
        /// How many linked records of councils and partners are not; what they say is left out.
        unseen: u64,
        /// Linked records of police that are restricted: that they are there, and nothing of them.
        hidden: Vec<HiddenChild>,
        /// Whom to ask about those, by name and role.
        ask: Vec<String>,
        /// Pairs with this child that wait for a decision.
        waiting: Vec<Uuid>,
    }
    /// One thing that happened: police record moments, councils and partners record days.
    LifeEvent {
        /// `missing`, `prevention_interview`, `return_interview`, `learned`, `council_missing` (whereabouts unknown),
        /// `council_away` (whereabouts known); of a partner `referral`, `service`, `concern` or `contact`.
        what: String,
        at: Option<At>,
        from: Option<Day>,
        /// The last day; `null` while it goes on.
        to: Option<Day>,
        incident: Option<Uuid>,
        /// The council's record.
        council: Option<Uuid>,
        /// The partner's record.
        partner: Option<Uuid>,
        returned_at: Option<At>,
        how: Option<Code<HowReturned>>,
        /// What was learned, or what the partner wrote.
        words: Option<String>,
        /// Who referred or told, as the partner has it.
        source: Option<String>,
        /// The need or reason, as the partner has it.
        reason: Option<String>,
        /// What came of it, as the partner has it.
        outcome: Option<String>,
        /// Whether what was learned bears signs of exploitation.
        exploitation_signs: Option<bool>,
        /// The link through which it comes; `null` for the record itself.
        link: Option<Uuid>,
    }
    /// A record linked to this one.
    LinkedRecord {
        link: Uuid,
        /// The version of the link; undoing it sends it back.
        version: i64,
        child: Option<Uuid>,
        /// The name on it, for a record of police or a partner.
        name: Option<String>,
        council: Option<Uuid>,
        /// The council's code.
        authority: Option<String>,
        partner: Option<Uuid>,
        /// The partner's agency.
        agency: Option<Agency>,
        /// The council's or partner's own id of the child.
        local_id: Option<String>,
        decided_by: Option<String>,
        decided_at: Option<At>,
    }
    /// Children whose records touch this child's, worked out just now. A question to ask, and proof of nothing.
    Together {
        child: Uuid,
        /// Strongest tie first.
        others: Vec<LinkChild>,
        /// Between any two of them; those with the child asked about first.
        ties: Vec<TieLine>,
        /// What their own records say of what they have in common.
        noted: Vec<NotedLine>,
        /// Restricted records that are tied as well: that they are there, and nothing of them.
        hidden: Vec<HiddenChild>,
        /// Whom to ask about those, by name and role.
        ask: Vec<String>,
        /// How many more, with weaker ties, are not listed.
        more: u64,
    }
    /// Two children and what they have in common.
    TieLine {
        /// The two.
        between: Vec<Uuid>,
        /// Strongest first.
        shared: Vec<SharedLine>,
    }
    /// Something two children have in common.
    SharedLine {
        /// `found` at the same place while both were missing, `suspect`, `vehicle`, `phone`, `address`, or
        /// `at_the_same_time`.
        what: String,
        /// The place, name, registration, number or postcode, as it is compared.
        value: Option<String>,
        /// The incident of each.
        incidents: Vec<Uuid>,
        /// From when both were missing.
        from: Option<At>,
        /// How often both were missing at the same time.
        times: Option<u64>,
    }
    /// What one child's record says of something it has in common with another.
    NotedLine {
        child: Uuid,
        /// `suspect`, `vehicle`, `phone` or `address`.
        what: String,
        value: String,
        at: At,
        by: String,
        /// Whose, and why it matters; may be empty.
        note: String,
    }
}

impl From<&matching::OneLife> for OneLife {
    fn from(life: &matching::OneLife) -> Self {
        Self {
            happened: life.happened.iter().map(|happened| event(life, happened)).collect(),
            linked: each(&life.linked),
            unseen: life.unseen as u64,
            hidden: hidden(&life.hidden),
            ask: life.hidden.ask.clone(),
            waiting: life.waiting.iter().map(|link| link.uuid()).collect(),
        }
    }
}

fn event(life: &matching::OneLife, happened: &matching::Happened) -> LifeEvent {
    let (at, from, to) = match happened.when {
        When::At(at) => (Some(At(at)), None, None),
        When::On(day) => (None, Some(day.into()), Some(day.into())),
        When::Days(from, to) => (None, Some(from.into()), to.map(Day::from)),
    };
    let link = happened.from.and_then(|at| life.linked.get(at)).map(|linked| linked.link.stream);
    let (what, incident, council) = match &happened.what {
        What::Missing(id, ..) => ("missing", Some(id.uuid()), None),
        What::PreventionInterview(id) => ("prevention_interview", Some(id.uuid()), None),
        What::ReturnInterview(id) => ("return_interview", Some(id.uuid()), None),
        What::Learned { .. } => ("learned", None, None),
        What::CouncilMissing(id) => ("council_missing", None, Some(id.uuid())),
        What::CouncilAway(id) => ("council_away", None, Some(id.uuid())),
        What::Partner(_, kind, _) => (kind.code(), None, None),
    };
    let (returned_at, how) = match happened.what {
        What::Missing(_, back, how) => (back.map(At), how.map(Code)),
        _ => (None, None),
    };
    let (words, exploitation_signs) = match &happened.what {
        What::Learned { words, concern } => (Some(words.clone()), Some(*concern)),
        What::Partner(_, _, told) => (told_text(&told.words), None),
        _ => (None, None),
    };
    let (partner, told) = match &happened.what {
        What::Partner(id, _, told) => (Some(id.uuid()), Some(told)),
        _ => (None, None),
    };
    LifeEvent {
        what: what.to_owned(),
        at,
        from,
        to,
        incident,
        council,
        partner,
        returned_at,
        how,
        words,
        source: told.and_then(|told| told_text(&told.source)),
        reason: told.and_then(|told| told_text(&told.reason)),
        outcome: told.and_then(|told| told_text(&told.outcome)),
        exploitation_signs,
        link,
    }
}

fn told_text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.trim().is_empty())
}

impl From<&matching::LinkedRecord> for LinkedRecord {
    fn from(linked: &matching::LinkedRecord) -> Self {
        let (mut partner, mut agency) = (None, None);
        let (child, name, council, authority, local_id) = match &linked.record {
            Linked::Partner(id, of, name, own) => {
                (partner, agency) = (Some(id.uuid()), Some(of.into()));
                (None, Some(name.clone()), None, None, Some(own.clone()))
            }
            Linked::Child(id, name) => (Some(id.uuid()), Some(name.clone()), None, None, None),
            Linked::Council(id, authority, own) => {
                (None, None, Some(id.uuid()), Some(authority.clone()), Some(own.clone()))
            }
        };
        Self {
            link: linked.link.stream,
            version: linked.version,
            child,
            name,
            council,
            authority,
            partner,
            agency,
            local_id,
            decided_by: linked.link.decided_by.clone(),
            decided_at: linked.link.decided_at.map(At::micros),
        }
    }
}

impl From<&together::Together> for Together {
    fn from(view: &together::Together) -> Self {
        Self {
            child: view.child.stream,
            others: each(&view.others),
            ties: each(&view.ties),
            noted: each(&view.noted),
            hidden: hidden(&view.hidden),
            ask: view.hidden.ask.clone(),
            more: view.more as u64,
        }
    }
}

fn common(common: &Common) -> (&'static str, &String) {
    match common {
        Common::Suspect(name) => ("suspect", name),
        Common::Vehicle(plate) => ("vehicle", plate),
        Common::Phone(number) => ("phone", number),
        Common::Address(code) => ("address", code),
    }
}

impl From<&together::Noted> for NotedLine {
    fn from(noted: &together::Noted) -> Self {
        let (what, value) = common(&noted.common);
        Self {
            child: noted.child,
            what: what.to_owned(),
            value: value.clone(),
            at: At(noted.at),
            by: noted.by.clone(),
            note: noted.note.clone(),
        }
    }
}

impl From<&Tie> for TieLine {
    fn from(tie: &Tie) -> Self {
        Self { between: tie.between.to_vec(), shared: each(&tie.shared) }
    }
}

impl From<&Shared> for SharedLine {
    fn from(shared: &Shared) -> Self {
        let of = |what: &str, value: Option<&String>| Self {
            what: what.to_owned(),
            value: value.cloned(),
            incidents: Vec::new(),
            from: None,
            times: None,
        };
        match shared {
            Shared::Found { place, incidents, from } => Self {
                incidents: incidents.iter().map(|incident| incident.uuid()).collect(),
                from: Some(At(*from)),
                ..of("found", Some(place))
            },
            Shared::Noted(one) => {
                let (what, value) = common(one);
                of(what, Some(value))
            }
            Shared::AtTheSameTime(times) => {
                Self { times: Some(*times as u64), ..of("at_the_same_time", None) }
            }
        }
    }
}
