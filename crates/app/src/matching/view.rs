//! Pairs as pages show them.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::{Child, Children};
use cf_casework::council::{Council, State as CouncilState};
use cf_casework::link::{Link, Links, Side};
use cf_casework::partner::Record;
use cf_kernel::{ChildId, CouncilChildId, LinkId, PartnerRecordId, StreamId};
use cf_store::{ChildRow, CouncilRow, IncidentRow, LinkRow, PartnerRow};
use uuid::Uuid;

use super::Weighed;
use super::settings::Thresholds;
use crate::{App, Caller, Problem};

/// A pair on a list.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkCard {
    /// The pair.
    pub link: LinkRow,
    /// The child known to police.
    pub child: ChildRow,
    /// The other record, if it is a child known to police.
    pub second: Option<ChildRow>,
    /// The other record, if it is a council's.
    pub council: Option<CouncilRow>,
    /// The other record, if it is a partner's.
    pub partner: Option<PartnerRow>,
    /// The probability that they are one child when last weighed, 0 to 1.
    pub probability: f64,
}

/// Pairs that wait for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct LinksView {
    /// Likeliest first.
    pub waiting: Vec<LinkCard>,
    /// Pairs decided lately, the latest first: looked up again, taken back.
    pub decided: Vec<LinkCard>,
    /// How many more are of records this person may not open.
    pub hidden: usize,
    /// The restricted records among those: that they are there, and whom to ask.
    pub closed: super::Hidden,
    /// How many wait in all.
    pub count: i64,
    /// The thresholds in force.
    pub thresholds: Thresholds,
    /// Whether the index is loaded.
    pub indexed: bool,
}

/// One of the two records.
#[derive(Debug, Clone)]
pub enum SideView {
    /// A child known to police, with the reports, newest first.
    Child(Box<Child>, Box<ChildRow>, Vec<IncidentRow>),
    /// A child in a council's returns.
    Council(Box<CouncilState>, CouncilChildId),
    /// A child in a partner agency's records.
    Partner(Box<Record>, PartnerRecordId),
}

/// A pair side by side.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The pair's id.
    pub id: LinkId,
    /// The version shown; a form sends it back.
    pub version: i64,
    /// How it stands.
    pub link: Link,
    /// The two records.
    pub sides: [SideView; 2],
    /// The two on the scale as they stand now; none when the index cannot weigh them.
    pub weighed: Option<Weighed>,
    /// The next pair that waits, if any.
    pub next: Option<LinkId>,
    /// The thresholds in force.
    pub thresholds: Thresholds,
}

/// The most pairs on the list.
const SHOWN: i64 = 200;

/// So many decided pairs are shown.
const DECIDED: i64 = 20;

/// The most reports shown of one child.
const EPISODES: i64 = 100;

impl App {
    /// Pairs that wait for a person, likeliest first. Pairs of records the caller may not open are counted, not shown.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn links_waiting(&self, caller: &Caller) -> Result<LinksView, Problem> {
        let rows = self.store.links_proposed(SHOWN).await?;
        let found = rows.len();
        let waiting = self.cards(caller, rows.clone()).await?;
        let decided = self.store.links_decided(DECIDED).await?;
        let decided = self.cards(caller, decided).await?;
        let records: Vec<StreamId> = waiting.iter().chain(&decided).flat_map(records_of).collect();
        self.authorise(caller, Action::ViewLinks, &Resource::desk(), &records).await?;
        let closed = self.closed_among(caller, &rows).await?;
        Ok(LinksView {
            hidden: found - waiting.len(),
            closed: self.hidden(caller, closed).await?,
            count: self.store.links_waiting().await?,
            waiting,
            decided,
            thresholds: self.link_thresholds().await?,
            indexed: self.matching.loaded().is_some(),
        })
    }

    /// Children of these pairs whose record the caller may not open, each once.
    async fn closed_among(&self, caller: &Caller, rows: &[LinkRow]) -> Result<Vec<ChildId>, Problem> {
        let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.child, row.other]).collect();
        let children = self.store.children_among(&ids).await?;
        let closed = |row: &&ChildRow| !self.may(caller, Action::ViewChild, &Resource::child(row.restricted));
        Ok(children.iter().filter(closed).map(ChildRow::id).collect())
    }

    /// Those of these pairs whose both records the caller may open.
    pub(super) async fn cards(&self, caller: &Caller, rows: Vec<LinkRow>) -> Result<Vec<LinkCard>, Problem> {
        let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.child, row.other]).collect();
        let children = self.store.children_among(&ids).await?;
        let councils = self.store.council_among(&ids).await?;
        let partners = self.store.partners_among(&ids).await?;
        let opens = |row: &ChildRow| self.may(caller, Action::ViewChild, &Resource::child(row.restricted));
        let reads = |row: &CouncilRow| {
            let other = caller.authority.as_ref().is_some_and(|authority| *authority != row.authority);
            self.may(caller, Action::ViewCouncilRecords, &Resource::council(other))
        };
        let child = |id: Uuid| children.iter().find(|row| row.stream == id && opens(row)).cloned();
        let council = |id: Uuid| councils.iter().find(|row| row.stream == id && reads(row)).cloned();
        let opened = |row: &PartnerRow| self.opens_partner(caller, &row.agency_kind, &row.agency);
        let partner = |id: Uuid| partners.iter().find(|row| row.stream == id && opened(row)).cloned();
        let cards = rows.into_iter().filter_map(|link| {
            let (second, council, partner) = match link.other_kind.as_str() {
                "child" => (child(link.other), None, None),
                "council" => (None, council(link.other), None),
                _ => (None, None, partner(link.other)),
            };
            if second.is_none() && council.is_none() && partner.is_none() {
                return None;
            }
            let score = i32::try_from(link.score).unwrap_or(0);
            let probability = cf_linkage::score::probability(score);
            Some(LinkCard { child: child(link.child)?, second, council, partner, probability, link })
        });
        Ok(cards.collect())
    }

    /// One pair side by side.
    ///
    /// # Errors
    /// Not found, a denial of either record, or a fault.
    #[boxed]
    pub async fn link(&self, caller: &Caller, id: LinkId) -> Result<LinkView, Problem> {
        let loaded = self.load::<Links>(id.into()).await?;
        let link = *loaded.state.link.ok_or(Problem::NotFound)?;
        let records = [link.pair.child.into(), link.pair.other.stream()];
        self.authorise(caller, Action::ViewLinks, &Resource::desk(), &records).await?;
        let first = self.child_side(caller, link.pair.child).await?;
        let second = match link.pair.other {
            Side::Child(other) => self.child_side(caller, other).await?,
            Side::Council(other) => {
                let resource = self.council_resource(caller, other).await?;
                self.authorise(caller, Action::ViewCouncilRecords, &resource, &[other.into()]).await?;
                SideView::Council(Box::new(self.load::<Council>(other.into()).await?.state), other)
            }
            Side::Partner(other) => SideView::Partner(self.partner_record(caller, other).await?, other),
        };
        let weighed = self.weigh(link.pair).await?;
        let waiting = self.store.links_proposed(SHOWN).await?;
        let waiting = self.cards(caller, waiting).await?;
        let at = waiting.iter().position(|card| card.link.id() == id);
        let next = match at {
            Some(at) => waiting.get(at + 1).or(waiting.first().filter(|_| at > 0)),
            None => waiting.first(),
        };
        Ok(LinkView {
            id,
            version: loaded.version,
            next: next.map(|card| card.link.id()),
            link,
            sides: [first, second],
            weighed,
            thresholds: self.link_thresholds().await?,
        })
    }

    async fn child_side(&self, caller: &Caller, id: ChildId) -> Result<SideView, Problem> {
        let row = self.store.child_row(id).await?.ok_or(Problem::NotFound)?;
        let resource = Resource::child(row.restricted);
        self.authorise(caller, Action::ViewChild, &resource, &[id.into()]).await?;
        let child = self.load::<Children>(id.into()).await?.state.child.ok_or(Problem::NotFound)?;
        Ok(SideView::Child(child, Box::new(row), self.store.incidents_of(id, EPISODES).await?))
    }

    pub(super) async fn council_resource(
        &self,
        caller: &Caller,
        record: CouncilChildId,
    ) -> Result<Resource, Problem> {
        let rows = self.store.council_among(&[record.uuid()]).await?;
        let row = rows.first().ok_or(Problem::NotFound)?;
        let other = caller.authority.as_ref().is_some_and(|authority| *authority != row.authority);
        Ok(Resource::council(other))
    }
}

fn records_of(card: &LinkCard) -> [StreamId; 2] {
    [StreamId::from_uuid(card.link.child), StreamId::from_uuid(card.link.other)]
}
