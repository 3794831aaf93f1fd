//! Two records on the scale: every line that speaks for or against, adding up exactly to the score.
use cf_casework::child::Children;
use cf_casework::council::{self, Council};
use cf_casework::link::{Evidence, EvidenceLine, Pair, Side};
use cf_casework::partner::Partners;
use cf_kernel::{ChildId, CouncilChildId, Timestamp};
use cf_linkage::explain::Explanation;
use cf_linkage::index::Question;
use cf_linkage::records::Row;

use super::{Loaded, days, rows};
use crate::{App, Problem};

/// One line on the scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeighedLine {
    /// The field, or what else speaks for or against.
    pub field: String,
    /// How the two agree in it.
    pub level: String,
    /// The first record's value, as compared.
    pub a: String,
    /// The second record's value, as compared.
    pub b: String,
    /// Its weight in units of 1/1024 bit.
    pub weight: i32,
}

/// Two records on the scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Which model.
    pub model: String,
    /// Line by line; the weights add up to the score.
    pub lines: Vec<WeighedLine>,
    /// The score in units of 1/1024 bit.
    pub score: i32,
    /// The probability that the two are one child, 0 to 1.
    pub probability: f64,
}

impl Weighed {
    fn new(model: &str, explanation: Explanation, more: Option<WeighedLine>) -> Self {
        let line = |line: cf_linkage::explain::Line| WeighedLine {
            field: line.field,
            level: line.level,
            a: line.a,
            b: line.b,
            weight: line.weight,
        };
        let mut lines: Vec<_> = explanation.lines.into_iter().map(line).collect();
        lines.extend(more);
        let score = lines.iter().map(|line| line.weight).sum();
        Self { model: model.to_owned(), lines, score, probability: cf_linkage::score::probability(score) }
    }

    /// What is kept of it: levels and weights, no value.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let line = |line: &WeighedLine| EvidenceLine {
            field: line.field.clone(),
            level: line.level.clone(),
            weight: line.weight,
        };
        Evidence {
            model: self.model.clone(),
            score: self.score,
            lines: self.lines.iter().map(line).collect(),
        }
    }
}

/// A record that may be the same child's as the one asked about.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) side: Side,
    pub(super) explanation: Explanation,
}

impl Loaded {
    /// Records that may be the person these rows describe, likeliest first, each once.
    pub(super) fn candidates(&self, asked: &[Row], least: f64, most: usize) -> Vec<Candidate> {
        // Several rows of one record may answer, so more are asked for than are wanted.
        let question = Question { least, most: most * 4, explain: true };
        let mut found: Vec<Candidate> = Vec::new();
        for row in asked {
            for answer in self.index.query(row, &question) {
                let Some((side, explanation)) = rows::side_of(&answer.id).zip(answer.explanation) else {
                    continue;
                };
                match found.iter_mut().find(|known| known.side == side) {
                    Some(known) if known.explanation.score >= explanation.score => {}
                    Some(known) => known.explanation = explanation,
                    None => found.push(Candidate { side, explanation }),
                }
            }
        }
        found.sort_by(|a, b| b.explanation.score.cmp(&a.explanation.score).then(a.side.cmp(&b.side)));
        found.truncate(most);
        found
    }
}

/// Records of any kind, folded.
pub(super) async fn rows_of(app: &App, side: Side) -> Result<Vec<Row>, Problem> {
    Ok(match side {
        Side::Child(id) => {
            let loaded = app.load::<Children>(id.into()).await?;
            loaded.state.child.as_deref().map(rows::of_child).unwrap_or_default()
        }
        Side::Council(id) => rows::of_council(&app.load::<Council>(id.into()).await?.state),
        Side::Partner(id) => rows::of_partner(&app.load::<Partners>(id.into()).await?.state),
    })
}

/// So many answers are looked through for the other record of a pair.
const DEEP: usize = 400;
/// So unlikely may a pair be and still be weighed.
const LEAST: f64 = 1e-9;

impl App {
    /// A pair on the scale as both records stand now. None while the index is not loaded, or when the two share
    /// nothing by which one could be found from the other.
    pub(super) async fn weigh(&self, pair: Pair) -> Result<Option<Weighed>, Problem> {
        let Some(loaded) = self.matching.loaded() else { return Ok(None) };
        let asked = rows_of(self, Side::Child(pair.child)).await?;
        let found = loaded.candidates(&asked, LEAST, DEEP).into_iter().find(|found| found.side == pair.other);
        let Some(found) = found else { return Ok(None) };
        self.weighed(&loaded, pair, found.explanation).await.map(Some)
    }

    /// The engine's explanation with what the days say.
    pub(super) async fn weighed(
        &self,
        loaded: &Loaded,
        pair: Pair,
        explanation: Explanation,
    ) -> Result<Weighed, Problem> {
        let days = match pair.other {
            Side::Council(council) => self.days_of(pair.child, council).await?,
            Side::Child(_) | Side::Partner(_) => None,
        };
        Ok(Weighed::new(&loaded.model, explanation, days))
    }

    async fn days_of(&self, child: ChildId, council: CouncilChildId) -> Result<Option<WeighedLine>, Problem> {
        let missing = council::AbsenceKind::Missing;
        let state = self.load::<Council>(council.into()).await?.state;
        let mut periods: Vec<_> = state
            .years
            .values()
            .flat_map(|(record, ..)| &record.absences)
            .filter(|absence| absence.kind == missing)
            .map(|absence| absence.from)
            .collect();
        periods.sort_unstable();
        periods.dedup();
        let incidents = self.store.incidents_of(child, 500).await?;
        let reports: Vec<_> = incidents
            .iter()
            .filter(|row| row.how.as_deref() != Some("not_missing"))
            .map(|row| Timestamp::from_micros(row.last_seen_at.unwrap_or(row.reported_at)).day())
            .collect();
        Ok(days::coincidences(&periods, &reports))
    }
}
