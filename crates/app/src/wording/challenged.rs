//! Words of a record that somebody challenged or asked better words for, with the text they stand in: what whoever reads
//! that text must know beside it.
use cf_casework::wording::{LookDecision, Matter, Wording};
use cf_kernel::{StreamId, Timestamp, WordingId};
use cf_store::WordingRow;

use super::keep::narratives_of;
use crate::{App, Problem};

/// Words that were challenged, at the text they stand in.
#[derive(Debug, Clone)]
pub struct Challenged {
    /// The challenge.
    pub id: WordingId,
    /// The whole text, as it was recorded.
    pub text: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What was said about the words.
    pub matter: Matter,
}

impl App {
    /// The challenges among these matters of a record the caller has just opened, oldest first.
    pub(crate) async fn wording_challenged(
        &self,
        record: StreamId,
        matters: &[WordingRow],
    ) -> Result<Vec<Challenged>, Problem> {
        let asked = |row: &&WordingRow| {
            let decision = row.decision.as_deref().and_then(LookDecision::from_code);
            row.origin == "raised"
                || matches!(decision, Some(LookDecision::Challenge | LookDecision::Rewording))
        };
        let rows: Vec<&WordingRow> = matters.iter().rev().filter(asked).collect();
        let mut challenged = Vec::with_capacity(rows.len());
        if rows.is_empty() {
            return Ok(challenged);
        }
        let events = self.store.load(record).await?;
        for row in rows {
            let id = row.id();
            let Some(matter) = self.load::<Wording>(id.into()).await?.state.matter else { continue };
            let Some(entry) = events.iter().find(|event| Some(event.version) == matter.about().entry) else {
                continue;
            };
            let texts = narratives_of(&entry.clear, entry.private.as_deref().unwrap_or_default());
            let words = squeezed(matter.words().or_gone());
            let field = &matter.about().field;
            let text =
                texts.into_iter().find(|(name, text)| name == field && squeezed(text).contains(&words));
            let recorded_at = entry.recorded_at;
            // A text that was destroyed is shown nowhere, and nothing stands beside it.
            challenged.extend(text.map(|(_, text)| Challenged { id, text, recorded_at, matter: *matter }));
        }
        Ok(challenged)
    }
}

/// Words without regard to case and spaces, as they are looked for in a text.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
