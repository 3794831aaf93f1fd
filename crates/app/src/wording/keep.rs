//! Stands in the way of every append: words that put blame on a child are recorded with a decision, or not at all.
use std::collections::{BTreeSet, HashSet};

use cf_casework::wording::{About, Act, Basis, Command, Event, Kept, RecordKind, Wording};
use cf_casework::{Owner, child, missing};
use cf_kernel::{ChildId, CommandId, Decider as _, StreamId, Timestamp, WordingId};
use cf_store::{NewEvent, StreamAppend, WordingCheck};
use serde_json::Value;
use std::sync::Arc;

use super::{Decision, Found};
use crate::import::derived_id;
use crate::load::Loaded;
use crate::{App, Caller, FieldProblem, Problem};

/// Private values that no officer or worker wrote as narrative, and the child's own words, which are never questioned.
const NOT_NARRATIVE: [&str; 10] = [
    "facts",
    "evaluation",
    "source",
    "local_id",
    "header",
    "identity",
    "answers",
    "reporter",
    "child_words",
    "child_wants",
];

/// A narrative of a new or stored entry: the field's name and the text.
pub(crate) type Narrative = (String, String);

/// What was found in one entry.
pub(crate) struct Entry<'a> {
    pub(crate) stream: &'a StreamAppend,
    /// Its version in the stream.
    pub(crate) version: i64,
    pub(crate) event_type: &'static str,
    pub(crate) found: Vec<(String, Found)>,
    /// Gaps of other words to use that nobody filled in, with their fields.
    pub(crate) gaps: Vec<(String, String)>,
}

/// Reads the narratives of every new entry about an incident or a child; the same text twice in a command counts once.
pub(crate) fn entries<'a>(app: &App, streams: &'a [StreamAppend]) -> Vec<Entry<'a>> {
    let mut seen = HashSet::new();
    let mut entries = Vec::new();
    for stream in streams.iter().filter(|stream| record_kind(stream.kind).is_some()) {
        for (number, event) in stream.events.iter().enumerate() {
            let mut narratives = narratives(event);
            narratives.retain(|(_, text)| seen.insert(text.clone()));
            if narratives.is_empty() {
                continue;
            }
            let found = narratives.iter().flat_map(|(field, text)| {
                app.find_wording(field, text).into_iter().map(move |found| (field.clone(), found))
            });
            let found = found.collect();
            let gaps = narratives.iter().flat_map(|(field, text)| {
                super::gaps::open_in(app.wording.rules(), text)
                    .into_iter()
                    .map(move |gap| (field.clone(), gap))
            });
            let gaps = gaps.collect();
            let version = stream.expected + 1 + number as i64;
            entries.push(Entry { stream, version, event_type: event.event_type, found, gaps });
        }
    }
    entries
}

/// What was found, as counts, for the audit.
pub(crate) fn checks(app: &App, caller: &Caller, now: Timestamp, entries: &[Entry<'_>]) -> Vec<WordingCheck> {
    let check = |entry: &Entry<'_>| {
        let blaming = || entry.found.iter().map(|(_, found)| found).filter(|found| found.blaming);
        let kept = blaming().filter(|found| caller.wording.about(&found.key).is_some());
        let categories: BTreeSet<&'static str> = blaming().map(|found| found.category.name()).collect();
        WordingCheck {
            stream: entry.stream.stream,
            version: entry.version,
            kind: entry.stream.kind,
            at: now,
            role: caller.actor.role,
            team: caller.actor.team,
            imported: entry.event_type == "imported",
            rules: app.wording.version().to_owned(),
            blaming: blaming().count() as u32,
            advisory: (entry.found.len() - blaming().count()) as u32,
            kept: kept.count() as u32,
            categories: categories.into_iter().collect(),
        }
    };
    entries.iter().map(check).collect()
}

pub(crate) fn record_kind(kind: &str) -> Option<RecordKind> {
    match kind {
        missing::Missing::KIND => Some(RecordKind::Incident),
        child::Children::KIND => Some(RecordKind::Child),
        _ => None,
    }
}

fn narratives(event: &NewEvent) -> Vec<Narrative> {
    narratives_of(&event.clear, &event.private)
}

/// The narratives in the two parts of an event: every private text, by the name of its field.
pub(crate) fn narratives_of(clear: &[u8], private: &[u8]) -> Vec<Narrative> {
    if private.is_empty() {
        return Vec::new();
    }
    let Ok(clear) = serde_json::from_slice(clear) else { return Vec::new() };
    let (mut marks, mut found) = (Vec::new(), Vec::new());
    walk("", &clear, &mut marks);
    // Most entries of an import hold no narrative, and then there is nothing to read.
    if marks.is_empty() {
        return found;
    }
    let Ok(private) = serde_json::from_slice::<Vec<Value>>(private) else { return found };
    for (name, at) in marks {
        if let Some(value) = private.get(at) {
            texts(name, value, &mut found);
        }
    }
    found
}

/// The places of private values that are narrative, with the names of their fields.
fn walk<'a>(name: &'a str, value: &'a Value, marks: &mut Vec<(&'a str, usize)>) {
    match value {
        Value::Object(map) => match (map.len(), map.get("§").and_then(Value::as_u64)) {
            (1, Some(at)) => {
                let at = usize::try_from(at).ok().filter(|_| !NOT_NARRATIVE.contains(&name));
                marks.extend(at.map(|at| (name, at)));
            }
            _ => map.iter().for_each(|(name, value)| walk(name, value, marks)),
        },
        Value::Array(items) => items.iter().for_each(|item| walk(name, item, marks)),
        _ => {}
    }
}

/// A private value's texts: itself, its lines, the cells of an imported row, or the note of a contact.
fn texts(name: &str, value: &Value, found: &mut Vec<Narrative>) {
    match value {
        Value::String(text) if says_something(text) => found.push((name.to_owned(), text.clone())),
        Value::Array(items) if items.iter().all(Value::is_string) && !items.is_empty() => {
            let lines: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            found.push((name.to_owned(), lines.join("\n")));
        }
        Value::Array(items) => {
            for item in items.iter().filter_map(Value::as_array) {
                if let [Value::String(column), Value::String(text)] = item.as_slice()
                    && says_something(text)
                {
                    found.push((column.clone(), text.clone()));
                }
            }
        }
        Value::Object(map) => {
            if let Some(Value::String(note)) = map.get("note")
                && says_something(note)
            {
                found.push(("note".to_owned(), note.clone()));
            }
        }
        _ => {}
    }
}

/// Codes, numbers and empty fields are no narrative: it takes two words at least.
fn says_something(text: &str) -> bool {
    text.split_whitespace().nth(1).is_some()
}

impl App {
    /// The streams that keep words with their writer's decisions; or every word that still needs one, as problems of
    /// the fields they stand in.
    pub(crate) async fn keep_wording(
        &self,
        caller: &Caller,
        command: CommandId,
        now: Timestamp,
        entries: &[Entry<'_>],
    ) -> Result<Vec<StreamAppend>, Problem> {
        let gaps = entries.iter().flat_map(|entry| &entry.gaps).filter(|_| !caller.wording.note_only);
        let gaps: Vec<FieldProblem> = gaps
            .map(|(field, gap)| {
                FieldProblem::new(
                    field,
                    format!("Fill in “{gap}”, or take it out: it is a gap in the words put in for others."),
                )
            })
            .collect();
        if !gaps.is_empty() {
            return Err(Problem::Invalid(gaps));
        }
        let blaming = || entries.iter().flat_map(|entry| entry.found.iter().map(move |found| (entry, found)));
        let blaming = || blaming().filter(|(_, (_, found))| found.blaming);
        if blaming().next().is_none() {
            return Ok(Vec::new());
        }
        let mut open = Vec::new();
        let mut kept = Vec::new();
        let mut done = BTreeSet::new();
        for (entry, (field, found)) in blaming() {
            if !done.insert((entry.version, found.key.as_str())) {
                continue;
            }
            match caller.wording.about(&found.key) {
                Some(Decision::Keep(reason)) if reason.trim().is_empty() => {
                    open.push(problem(field, found));
                    let reason = format!("wording-{}-reason", found.key);
                    open.push(FieldProblem::new(reason, "Say why these words stay."));
                }
                Some(decision) => kept.push((entry, field, found, decision)),
                None if caller.wording.note_only => {}
                None => open.push(problem(field, found)),
            }
        }
        if !open.is_empty() {
            return Err(Problem::Invalid(open));
        }
        let owner = self.wording_desk(caller.actor.team).await?;
        let mut streams = Vec::with_capacity(kept.len());
        for (number, (entry, field, found, decision)) in kept.into_iter().enumerate() {
            let Some(kind) = record_kind(entry.stream.kind) else { continue };
            let (basis, reason) = match decision {
                Decision::ChildsOwnWords => (Basis::ChildsOwnWords, String::new()),
                Decision::Keep(reason) => (Basis::Reason, reason.trim().to_owned()),
            };
            let child = ChildId::from_uuid(entry.stream.file.uuid());
            let about = About {
                child,
                record: entry.stream.stream,
                kind,
                entry: Some(entry.version),
                field: field.clone(),
                writer: Some(caller.actor.clone()),
            };
            let act = Act::Keep(Box::new(Kept {
                about,
                rule: found.rule.clone(),
                category: found.category.name().to_owned(),
                severity: found.severity.name().to_owned(),
                rules: self.wording.version().to_owned(),
                words: found.words.clone().into(),
                sentence: found.sentence.clone().into(),
                basis,
                reason: reason.into(),
                owner: owner.clone(),
            }));
            let id = WordingId::from_uuid(derived_id("wording", &format!("{command} {number}")));
            let loaded = Loaded::<Wording>::new(StreamId::from(id));
            let rules = Arc::clone(&self.timescales);
            let command = Command { by: caller.actor.clone(), now, rules, act };
            let events =
                Wording::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
            streams.push(loaded.grow(child.into(), &events, Event::occurred_at, now)?);
        }
        Ok(streams)
    }

    /// The supervisors of a team: whoever of them is on duty looks.
    pub(super) async fn wording_desk(&self, team: cf_kernel::TeamId) -> Result<Owner, Problem> {
        let teams = self.store.teams().await?;
        let name =
            teams.into_iter().find(|known| known.id == team).map_or(self.desk.name.clone(), |team| team.name);
        Ok(Owner::Desk { team, name: format!("Supervisors, {name}") })
    }
}

fn problem(field: &str, found: &Found) -> FieldProblem {
    let message = format!(
        "“{}” may put blame on the child. Reword it, or say below why it stays.",
        found.words.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    FieldProblem { found: Some(Box::new(found.clone())), ..FieldProblem::new(field, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narratives_are_private_texts_by_field_without_the_childs_own_words() {
        let clear = r#"{"interview":{"account":{"§":0},"child_words":{"§":1},"held_at":3,"row":{"§":2}},"by":{"name":"Sam One"}}"#;
        let private = r#"["She came home late.","I put myself at risk",[["NOTES","Chose to leave again"],["ID","77"]]]"#;
        let found = narratives_of(clear.as_bytes(), private.as_bytes());
        let want = [("account", "She came home late."), ("NOTES", "Chose to leave again")];
        assert_eq!(found, want.map(|(field, text)| (field.to_owned(), text.to_owned())));
    }
}
