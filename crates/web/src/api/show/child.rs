//! A child's record.
use cf_app::views::ChildView;
use cf_casework::child::{self, Child, ContactKind, Dated, WarningKind};
use cf_kernel::{Grade, Private};
use cf_store::IncidentRow;
use uuid::Uuid;

use super::life::OneLife;
use super::wording::MatterLine;
use super::{Clock, Holder, Person};
use crate::api::shape::{At, Code, Day, each, shapes, text};

shapes! {
    /// A child's record.
    ChildRecord {
        id: Uuid,
        /// The version shown; send it back with an act to be told when the record has moved on.
        version: i64,
        /// The moment the record is shown as known at; `null` for now.
        as_at: Option<At>,
        registered_at: At,
        registered_by: Person,
        /// `null` once destroyed under the retention schedule.
        identity: Option<Identity>,
        care: Care,
        /// The reference in the system the record was imported from.
        source: Option<String>,
        contacts: Vec<Contact>,
        /// What carers prepared under the Philomena Protocol.
        philomena: Option<Philomena>,
        /// What is done at once when this child goes missing.
        trigger_plan: Option<TriggerPlan>,
        warnings: Vec<Warning>,
        /// What was learned for the next time.
        learned: Vec<Learned>,
        /// Why the record is restricted, if it is.
        restricted: Option<Restriction>,
        /// What is owed about the child, soonest first.
        clocks: Vec<Clock>,
        /// Every time this child was reported missing, newest first.
        incidents: Vec<Episode>,
        /// Where the child was found, newest first.
        found: Vec<FoundAt>,
        /// What other agencies recorded and people linked; `null` for a past moment.
        life: Option<OneLife>,
        /// Words in it that were kept or challenged, newest first; none for a past moment.
        wording: Vec<MatterLine>,
    }
    /// Who the child is.
    Identity {
        given_name: String,
        family_name: String,
        also_known_as: Vec<String>,
        born_on: Option<Day>,
        sex: String,
        /// As the child or family says (code); empty when not asked.
        ethnicity: String,
        address: String,
        postcode: String,
        phones: Vec<String>,
        communication: String,
        school: String,
    }
    /// The care arrangement.
    Care {
        /// Whether the child is looked after by a council; `null` when not known.
        looked_after: Option<bool>,
        responsible_authority: Option<String>,
        /// ONS code.
        borough: Option<String>,
    }
    /// A way to reach or find the child.
    Contact {
        at: At,
        by: Person,
        /// `null`, as value and note, once destroyed.
        kind: Option<Code<ContactKind>>,
        value: Option<String>,
        note: Option<String>,
    }
    /// Philomena information.
    Philomena {
        at: At,
        by: Person,
        about: Option<String>,
        places: Option<String>,
        trusted_adult: Option<String>,
        owner: Holder,
        review_at: At,
    }
    /// The trigger plan.
    TriggerPlan {
        at: At,
        by: Person,
        /// Most urgent first.
        actions: Option<Vec<String>>,
        owner: Holder,
        review_at: At,
    }
    /// What whoever meets the child must know first.
    Warning {
        at: At,
        by: Person,
        kind: Code<WarningKind>,
        words: Option<String>,
    }
    /// Something learned that the next incident must know.
    Learned {
        at: At,
        by: Person,
        incident: Option<Uuid>,
        what: Option<String>,
        exploitation_signs: bool,
    }
    /// Why the record is restricted.
    Restriction {
        at: At,
        by: Person,
        reason: Option<String>,
    }
    /// One time the child was reported missing.
    Episode {
        incident: Uuid,
        /// `missing`, `back` or `closed`.
        phase: String,
        grade: Option<Code<Grade>>,
        /// The other system whose grade it is; `null` once a person here has graded.
        grade_source: Option<String>,
        /// When that system graded, if it said.
        grade_source_at: Option<At>,
        recommended: Option<Code<Grade>>,
        /// Whether the grade is below the recommendation.
        below: bool,
        reported_at: At,
        last_seen_at: Option<At>,
        returned_at: Option<At>,
        closed_at: Option<At>,
        how: Option<String>,
        harm: Option<String>,
        owner: String,
        /// ONS code.
        borough: Option<String>,
        missing_from: Option<String>,
    }
    /// A place the child was found at.
    FoundAt {
        at: At,
        place: String,
    }
}

pub(crate) fn grade(code: Option<&str>) -> Option<Code<Grade>> {
    code.and_then(Grade::from_code).map(Code)
}

impl From<&ChildView> for ChildRecord {
    fn from(view: &ChildView) -> Self {
        let child = &view.child;
        let (registered_at, registered_by) = &child.registered;
        Self {
            id: view.id.uuid(),
            version: view.version,
            as_at: view.as_at.map(At),
            registered_at: At(*registered_at),
            registered_by: registered_by.into(),
            identity: child.identity.get().map(Identity::from),
            care: (&child.care).into(),
            source: child.source.as_ref().and_then(text),
            contacts: each(&child.contacts),
            philomena: child.philomena.as_ref().map(Philomena::from),
            trigger_plan: child.trigger_plan.as_ref().map(TriggerPlan::from),
            warnings: each(&child.warnings),
            learned: each(&child.learned),
            restricted: child.restricted.as_ref().map(Restriction::from),
            clocks: clocks(child),
            incidents: each(&view.episodes),
            found: view
                .found
                .iter()
                .map(|(at, place)| FoundAt { at: At(*at), place: place.clone() })
                .collect(),
            life: view.life.as_ref().map(OneLife::from),
            wording: each(&view.wording),
        }
    }
}

fn clocks(child: &Child) -> Vec<Clock> {
    let mut clocks: Vec<_> = child.clocks.iter().collect();
    clocks.sort_by_key(|(_, clock)| clock.deadline.due_at);
    clocks.into_iter().map(Clock::from).collect()
}

impl From<&child::Identity> for Identity {
    fn from(identity: &child::Identity) -> Self {
        let child::Identity {
            given_name,
            family_name,
            also_known_as,
            born_on,
            sex,
            ethnicity,
            address,
            postcode,
            phones,
            communication,
            school,
        } = identity.clone();
        let born_on = born_on.map(Day::from);
        Self {
            given_name,
            family_name,
            also_known_as,
            born_on,
            sex,
            ethnicity,
            address,
            postcode,
            phones,
            communication,
            school,
        }
    }
}

impl From<&child::CarePlan> for Care {
    fn from(care: &child::CarePlan) -> Self {
        let child::CarePlan { looked_after, responsible_authority, borough } = care.clone();
        Self { looked_after, responsible_authority, borough }
    }
}

impl From<&Dated<Private<child::Contact>>> for Contact {
    fn from(dated: &Dated<Private<child::Contact>>) -> Self {
        let contact = dated.what.get();
        Self {
            at: At(dated.at),
            by: (&dated.by).into(),
            kind: contact.map(|contact| Code(contact.kind)),
            value: contact.map(|contact| contact.value.clone()),
            note: contact.map(|contact| contact.note.clone()),
        }
    }
}

impl From<&Dated<child::Philomena>> for Philomena {
    fn from(dated: &Dated<child::Philomena>) -> Self {
        let form = &dated.what;
        Self {
            at: At(dated.at),
            by: (&dated.by).into(),
            about: text(&form.about),
            places: text(&form.places),
            trusted_adult: text(&form.trusted_adult),
            owner: (&form.owner).into(),
            review_at: At(form.review_at),
        }
    }
}

impl From<&Dated<child::TriggerPlan>> for TriggerPlan {
    fn from(dated: &Dated<child::TriggerPlan>) -> Self {
        let plan = &dated.what;
        Self {
            at: At(dated.at),
            by: (&dated.by).into(),
            actions: plan.actions.get().cloned(),
            owner: (&plan.owner).into(),
            review_at: At(plan.review_at),
        }
    }
}

impl From<&Dated<child::Warning>> for Warning {
    fn from(dated: &Dated<child::Warning>) -> Self {
        let (kind, words) = (Code(dated.what.kind), text(&dated.what.words));
        Self { at: At(dated.at), by: (&dated.by).into(), kind, words }
    }
}

impl From<&Dated<child::LearnedFact>> for Learned {
    fn from(dated: &Dated<child::LearnedFact>) -> Self {
        let fact = &dated.what;
        Self {
            at: At(dated.at),
            by: (&dated.by).into(),
            incident: fact.incident.map(|incident| incident.uuid()),
            what: text(&fact.what),
            exploitation_signs: fact.exploitation_signs,
        }
    }
}

impl From<&Dated<Private<String>>> for Restriction {
    fn from(dated: &Dated<Private<String>>) -> Self {
        Self { at: At(dated.at), by: (&dated.by).into(), reason: text(&dated.what) }
    }
}

impl From<&IncidentRow> for Episode {
    fn from(row: &IncidentRow) -> Self {
        Self {
            incident: row.stream,
            phase: row.phase.clone(),
            grade: grade(row.grade.as_deref()),
            grade_source: row.grade_source.clone(),
            grade_source_at: row.grade_source_at.map(At::micros),
            recommended: grade(row.recommended.as_deref()),
            below: row.below,
            reported_at: At::micros(row.reported_at),
            last_seen_at: row.last_seen_at.map(At::micros),
            returned_at: row.returned_at.map(At::micros),
            closed_at: row.closed_at.map(At::micros),
            how: row.how.clone(),
            harm: row.harm.clone(),
            owner: row.owner_name.clone(),
            borough: row.borough.clone(),
            missing_from: row.missing_from.clone(),
        }
    }
}
