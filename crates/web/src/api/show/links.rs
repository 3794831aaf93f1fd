//! Pairs of records that may be one child, as the engine weighs them and people decide them.
use cf_app::matching::{self, LinkCard, LinkView, LinksView, SideView};
use cf_casework::council::{AbsenceKind, State as CouncilState};
use cf_casework::link::{Decided, Evidence, Standing};
use cf_store::ChildRow;
use uuid::Uuid;

use super::child::{Care, Episode, Identity};
use super::likely::{HiddenChild, hidden};
use super::lists::{Absence, CouncilLine};
use super::partners::{PartnerLine, PartnerRecord};
use super::{Clock, Holder, Person};
use crate::api::shape::{At, Code, Day, each, shapes, text};

shapes! {
    /// Pairs of records that wait for a person, likeliest first.
    LinksWaiting {
        pairs: Vec<LinkLine>,
        /// Pairs decided lately, the latest first.
        decided: Vec<LinkLine>,
        /// How many of the next pairs are of a record the caller may not open.
        hidden: u64,
        /// The restricted records among those: that they are there, and nothing of them.
        closed: Vec<HiddenChild>,
        /// Whom to ask about those, by name and role.
        ask: Vec<String>,
        /// How many wait in all; more than are listed when there are many.
        count: i64,
        thresholds: Thresholds,
        /// Whether the index is loaded; before that no new pair appears.
        indexed: bool,
    }
    /// Probabilities, 0 to 1, that a force sets for itself.
    Thresholds {
        /// From here on people are asked about a pair.
        propose: f64,
        /// From here on a pair is called strong. Nothing is ever linked without a person.
        strong: f64,
    }
    /// One pair that waits.
    LinkLine {
        id: Uuid,
        child: LinkChild,
        /// The other record, if it is a child known to police.
        other: Option<LinkChild>,
        /// The other record, if it is a council's.
        council: Option<CouncilLine>,
        /// The other record, if it is a partner's.
        partner: Option<PartnerLine>,
        /// `proposed`, `linked`, `different` or `unlinked`.
        standing: String,
        /// That the two are one child, 0 to 1, when last weighed.
        probability: f64,
        decided_at: Option<At>,
        asked_at: At,
        /// How often somebody looked and was unsure.
        looks: i64,
        /// Who looked last.
        looked_by: Option<String>,
    }
    /// A child of a pair.
    LinkChild {
        child: Uuid,
        name: String,
        born_on: Option<Day>,
    }
    /// A pair side by side.
    LinkPair {
        id: Uuid,
        /// The version shown; a decision sends it back.
        version: i64,
        standing: Code<Standing>,
        /// Who answers for it until somebody decides.
        owner: Holder,
        asked_at: At,
        /// The two records; the first is always a child known to police.
        records: Vec<LinkSide>,
        /// The two as they stand now; `null` when they cannot be weighed.
        weighed: Option<Weighed>,
        /// What was seen when they were weighed last; `null` if a person spoke first.
        evidence: Option<Weighed>,
        /// What people decided, oldest first.
        decisions: Vec<LinkDecision>,
        clocks: Vec<Clock>,
        /// The next pair that waits.
        next: Option<Uuid>,
        thresholds: Thresholds,
    }
    /// One record of a pair: a child known to police, a council's or a partner's.
    LinkSide {
        id: Uuid,
        child: Option<PoliceSide>,
        council: Option<CouncilSide>,
        partner: Option<PartnerRecord>,
    }
    /// What police hold.
    PoliceSide {
        /// `null` once destroyed under the retention schedule.
        identity: Option<Identity>,
        care: Care,
        /// Newest first.
        incidents: Vec<Episode>,
    }
    /// What a council's returns hold: no name, home or phone.
    CouncilSide {
        /// DfE three-digit code.
        authority: String,
        local_id: Option<String>,
        born_on: Option<Day>,
        /// As it stood in the return.
        sex: Option<String>,
        absences: Vec<Absence>,
    }
    /// Two records on the scale. The weights add up to the score.
    Weighed {
        /// Which model.
        model: String,
        /// In units of 1/1024 bit.
        score: i64,
        /// That the two are one child, 0 to 1.
        probability: f64,
        lines: Vec<WeighedLine>,
    }
    /// One line that speaks for or against.
    WeighedLine {
        /// The field, or what else speaks.
        field: String,
        /// How the two agree in it.
        level: String,
        /// The first record's value, as compared; not kept with a decision.
        first: Option<String>,
        /// The second record's value, as compared; not kept with a decision.
        second: Option<String>,
        /// In units of 1/1024 bit: above zero speaks for one child, below zero against.
        weight: i64,
    }
    /// What somebody decided.
    LinkDecision {
        at: At,
        by: Person,
        /// How the pair stood after it; `proposed` for somebody who was unsure.
        standing: Code<Standing>,
        words: Option<String>,
    }
    /// It was recorded.
    OfLink {
        link: Uuid,
    }
}

impl From<&LinksView> for LinksWaiting {
    fn from(view: &LinksView) -> Self {
        Self {
            pairs: each(&view.waiting),
            decided: each(&view.decided),
            hidden: view.hidden as u64,
            closed: hidden(&view.closed),
            ask: view.closed.ask.clone(),
            count: view.count,
            thresholds: (&view.thresholds).into(),
            indexed: view.indexed,
        }
    }
}

impl From<&matching::Thresholds> for Thresholds {
    fn from(thresholds: &matching::Thresholds) -> Self {
        Self { propose: thresholds.propose, strong: thresholds.strong }
    }
}

impl From<&LinkCard> for LinkLine {
    fn from(card: &LinkCard) -> Self {
        Self {
            id: card.link.stream,
            child: (&card.child).into(),
            other: card.second.as_ref().map(LinkChild::from),
            council: card.council.as_ref().map(CouncilLine::from),
            partner: card.partner.as_ref().map(PartnerLine::from),
            standing: card.link.standing.clone(),
            probability: card.probability,
            decided_at: card.link.decided_at.map(At::micros),
            asked_at: At::micros(card.link.asked_at),
            looks: card.link.looks,
            looked_by: card.link.decided_by.clone().filter(|_| card.link.looks > 0),
        }
    }
}

impl From<&ChildRow> for LinkChild {
    fn from(row: &ChildRow) -> Self {
        Self { child: row.stream, name: row.name.clone(), born_on: row.born_on.clone().map(Day) }
    }
}

impl From<&LinkView> for LinkPair {
    fn from(view: &LinkView) -> Self {
        let link = &view.link;
        let mut clocks: Vec<_> = link.clocks.iter().collect();
        clocks.sort_by_key(|(_, clock)| clock.deadline.due_at);
        Self {
            id: view.id.uuid(),
            version: view.version,
            standing: Code(link.standing),
            owner: (&link.owner).into(),
            asked_at: link.asked_at.into(),
            records: each(&view.sides),
            weighed: view.weighed.as_ref().map(Weighed::from),
            evidence: link.evidence.as_ref().map(Weighed::from),
            decisions: each(&link.decisions),
            clocks: clocks.into_iter().map(Clock::from).collect(),
            next: view.next.map(|next| next.uuid()),
            thresholds: (&view.thresholds).into(),
        }
    }
}

impl From<&SideView> for LinkSide {
    fn from(side: &SideView) -> Self {
        match side {
            SideView::Child(child, row, episodes) => {
                let identity = child.identity.get().map(Identity::from);
                let side = PoliceSide { identity, care: (&child.care).into(), incidents: each(episodes) };
                Self { id: row.stream, child: Some(side), council: None, partner: None }
            }
            SideView::Council(state, id) => {
                Self { id: id.uuid(), child: None, council: CouncilSide::of(state), partner: None }
            }
            SideView::Partner(record, id) => {
                let side = PartnerRecord::of(id.uuid(), record);
                Self { id: id.uuid(), child: None, council: None, partner: Some(side) }
            }
        }
    }
}

impl CouncilSide {
    fn of(state: &CouncilState) -> Option<Self> {
        let latest = state.latest()?;
        let header = latest.header.get();
        let absences = state.years.iter().flat_map(|(year, (record, ..))| {
            record.absences.iter().map(|absence| Absence {
                year: i64::from(*year),
                kind: letter(absence.kind).to_owned(),
                from: absence.from.into(),
                to: absence.to.map(Day::from),
            })
        });
        Some(Self {
            authority: latest.authority.clone(),
            local_id: text(&latest.local_id),
            born_on: header.and_then(|header| header.born_on).map(Day::from),
            sex: header.map(|header| header.sex.clone()),
            absences: absences.collect(),
        })
    }
}

/// As the returns have it.
const fn letter(kind: AbsenceKind) -> &'static str {
    match kind {
        AbsenceKind::Missing => "M",
        AbsenceKind::Away => "A",
    }
}

impl From<&matching::Weighed> for Weighed {
    fn from(weighed: &matching::Weighed) -> Self {
        let line = |line: &matching::WeighedLine| WeighedLine {
            field: line.field.clone(),
            level: line.level.clone(),
            first: Some(line.a.clone()),
            second: Some(line.b.clone()),
            weight: line.weight.into(),
        };
        Self {
            model: weighed.model.clone(),
            score: weighed.score.into(),
            probability: weighed.probability,
            lines: weighed.lines.iter().map(line).collect(),
        }
    }
}

impl From<&Evidence> for Weighed {
    fn from(evidence: &Evidence) -> Self {
        let line = |line: &cf_casework::link::EvidenceLine| WeighedLine {
            field: line.field.clone(),
            level: line.level.clone(),
            first: None,
            second: None,
            weight: line.weight.into(),
        };
        Self {
            model: evidence.model.clone(),
            score: evidence.score.into(),
            probability: matching::probability(evidence.score),
            lines: evidence.lines.iter().map(line).collect(),
        }
    }
}

impl From<&Decided> for LinkDecision {
    fn from(decided: &Decided) -> Self {
        Self {
            at: At(decided.at),
            by: (&decided.by).into(),
            standing: Code(decided.standing),
            words: text(&decided.words),
        }
    }
}
