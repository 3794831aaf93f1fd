//! What linked records of police add to one child: earlier reports count as this child's, and a report that is still open is
//! known to be there. A pair nobody has decided adds nothing but the question.
use cf_access::{Action, Resource};
use cf_kernel::{ChildId, IncidentId, LinkId, Timestamp};
use cf_store::{IncidentRow, LinkRow};

use crate::{App, Caller, Problem};

/// Another report that is open now, of the same child or of one who may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoMissing {
    /// The other incident.
    pub incident: IncidentId,
    /// The child's record it is about.
    pub child: ChildId,
    /// The name on that record.
    pub name: String,
    /// The pair of the two records.
    pub link: LinkId,
    /// Whether people have said that both are one child; otherwise nobody has decided.
    pub same: bool,
}

/// What linked records add to an incident.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Beside {
    /// Incidents on records of the same child.
    pub(crate) episodes: Vec<IncidentRow>,
    pub(crate) also: Vec<AlsoMissing>,
}

/// The most incidents read of one linked record.
const EPISODES: i64 = 500;
const DAY: i64 = 86_400;

impl App {
    /// Pairs of this child with another record of police that are linked, or that nobody has decided.
    async fn police_pairs(&self, child: ChildId) -> Result<Vec<(ChildId, LinkRow)>, Problem> {
        let mut rows = self.store.links_of(child.into()).await?;
        rows.retain(|row| {
            row.other_kind == "child" && ["linked", "proposed"].contains(&row.standing.as_str())
        });
        let other = |row: &LinkRow| ChildId::from_uuid(row.across_from(child.uuid()));
        Ok(rows.into_iter().map(|row| (other(&row), row)).collect())
    }

    /// The other records that people have said are this child's.
    pub(crate) async fn same_child(&self, child: ChildId) -> Result<Vec<ChildId>, Problem> {
        let pairs = self.police_pairs(child).await?;
        Ok(pairs.into_iter().filter(|(_, row)| row.standing == "linked").map(|(other, _)| other).collect())
    }

    /// What linked records that are open to the caller add to an incident of this child. Each that is read is logged.
    pub(crate) async fn beside(&self, caller: &Caller, child: ChildId) -> Result<Beside, Problem> {
        let mut beside = Beside::default();
        for (other, row) in self.police_pairs(child).await? {
            let Some(record) = self.store.child_row(other).await? else { continue };
            let resource = Resource::child(record.restricted);
            if !self.may(caller, Action::ViewChild, &resource) {
                continue;
            }
            let same = row.standing == "linked";
            let episodes = self.store.incidents_of(other, EPISODES).await?;
            let missing: Vec<IncidentId> =
                episodes.iter().filter(|episode| episode.phase == "missing").map(IncidentRow::id).collect();
            if !same && missing.is_empty() {
                continue;
            }
            self.authorise(caller, Action::ViewChild, &resource, &[other.into()]).await?;
            beside.also.extend(missing.into_iter().map(|incident| AlsoMissing {
                incident,
                child: other,
                name: record.name.clone(),
                link: row.id(),
                same,
            }));
            if same {
                beside.episodes.extend(episodes);
            }
        }
        Ok(beside)
    }

    /// How many earlier episodes linked records hold in so many days before a report: see [`earlier`].
    pub(crate) async fn episodes_of_the_same(
        &self,
        same: &[ChildId],
        at: Timestamp,
        days: i64,
    ) -> Result<i64, Problem> {
        let mut count = 0;
        for other in same {
            count += earlier(&self.store.incidents_of(*other, EPISODES).await?, at, days);
        }
        Ok(count)
    }
}

/// Puts the incidents of linked records among a child's own, newest first.
pub(crate) fn among(own: &mut Vec<IncidentRow>, linked: impl IntoIterator<Item = IncidentRow>) {
    own.extend(linked);
    own.sort_by_key(|row| (std::cmp::Reverse(row.reported_at), row.stream));
}

/// Episodes that began in so many days before a report and were over by then. One that was still open is the same absence,
/// reported twice; a report about a child whose whereabouts were known is none.
fn earlier(rows: &[IncidentRow], at: Timestamp, days: i64) -> i64 {
    let is_one = |row: &&IncidentRow| {
        let before = at.seconds_since(Timestamp::from_micros(row.reported_at));
        let still_open = row.phase == "missing" || row.returned_at.is_some_and(|back| back > at.micros());
        before > 0 && before <= days * DAY && !still_open && row.how.as_deref() != Some("not_missing")
    };
    i64::try_from(rows.iter().filter(is_one).count()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reported: i64, returned: Option<i64>, phase: &str, how: Option<&str>) -> IncidentRow {
        let at = |days: i64| days * DAY * 1_000_000;
        IncidentRow {
            stream: uuid::Uuid::from_u128(reported.unsigned_abs().into()),
            child: uuid::Uuid::nil(),
            phase: phase.into(),
            grade: None,
            grade_source: None,
            grade_source_at: None,
            recommended: None,
            below: false,
            reported_at: at(reported),
            last_seen_at: None,
            returned_at: returned.map(at),
            closed_at: None,
            how: how.map(str::to_owned),
            harm: None,
            owner_name: String::new(),
            borough: None,
            missing_from: None,
            origin: "report".into(),
            talks: "none".into(),
        }
    }

    #[test]
    fn an_absence_that_was_still_open_is_no_earlier_episode() {
        let now = Timestamp::from_micros(1_000 * DAY * 1_000_000);
        let rows = [
            row(999, None, "missing", None),
            row(990, Some(1_001), "back", None),
            row(950, Some(951), "closed", None),
            row(940, None, "closed", Some("not_missing")),
            row(700, None, "closed", None),
            row(1_001, None, "missing", None),
        ];
        assert_eq!((earlier(&rows, now, 90), earlier(&rows, now, 365)), (1, 2));
    }

    #[test]
    fn linked_incidents_stand_among_the_own_by_when_they_were_reported() {
        let mut own = vec![row(9, None, "closed", None), row(3, None, "closed", None)];
        among(&mut own, [row(5, None, "closed", None)]);
        let days: Vec<i64> = own.iter().map(|row| row.reported_at / DAY / 1_000_000).collect();
        assert_eq!(days, [9, 5, 3]);
    }
}
