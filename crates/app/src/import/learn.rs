//! Incidents that are there already, when a later extract tells of them again: unchanged rows change nothing, blanks are
//! filled as events with their source, and a row that contradicts the record is set aside whole, for a person.
use std::sync::Arc;

use cf_casework::missing::command::{Act, Command};
use cf_casework::missing::{Event, Later, Missing, Refusal, later};
use cf_kernel::Decider as _;
use cf_store::{ImportRow, StreamAppend, state_of};

use super::pipeline::{Chunk, Pipeline, Ready, TRIES, command};
use crate::Problem;
use crate::load::Loaded;

/// Incidents looked at in one go.
const SOME: usize = 500;

impl Pipeline<'_> {
    /// Holds the rows at these places of a chunk against the incidents they tell of again.
    pub(super) async fn learn(&mut self, chunk: &mut Chunk, places: &[usize]) -> Result<(), Problem> {
        let Chunk { account, ready } = chunk;
        for some in places.chunks(SOME) {
            let some: Vec<&Ready> = some.iter().filter_map(|place| ready.get(*place)).collect();
            let mut told = false;
            for tries in 0.. {
                let (grown, said) = self.hold_against(&some).await?;
                // What is said does not change by trying again; what is learned may, because somebody wrote meanwhile.
                if !std::mem::replace(&mut told, true) {
                    for (ready, later) in some.iter().zip(&said) {
                        self.tell(&mut account[ready.row], later);
                    }
                }
                if self.dry_run || grown.is_empty() {
                    break;
                }
                let events = grown.iter().map(|stream| stream.events.len() as u64).sum::<u64>();
                match self.app.store.append(command(self.app, self.caller, self.app.now(), grown)).await {
                    Ok(_) => {
                        self.changes.events += events;
                        break;
                    }
                    Err(cf_store::AppendError::Conflict { .. }) if tries < TRIES => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// What each row says beyond or against the record, and what is appended for it.
    async fn hold_against(&self, some: &[&Ready]) -> Result<(Vec<StreamAppend>, Vec<Later>), Problem> {
        let streams: Vec<_> = some.iter().map(|ready| ready.incident.into()).collect();
        let events = self.app.store.load_many(&streams).await?;
        let (mut grown, mut said) = (Vec::new(), Vec::with_capacity(some.len()));
        let now = self.app.now();
        for (ready, stream) in some.iter().zip(&streams) {
            let Some(events) = events.get(stream) else {
                said.push(Later::default());
                continue;
            };
            let state = state_of::<Missing>(events)?;
            let version = events.last().map_or(0, |event| event.version);
            let loaded = Loaded::<Missing> { stream: *stream, version, state };
            let Some(incident) = &loaded.state.incident else {
                said.push(Later::default());
                continue;
            };
            said.push(later(incident, &ready.imported));
            let (by, rules) = (self.caller.actor.clone(), Arc::clone(&self.app.timescales));
            let act = Act::LearnImported(ready.imported.clone());
            match Missing::decide(&loaded.state, Command { by, now, rules, act }) {
                Ok(events) => {
                    grown.push(loaded.grow(ready.child.into(), &events, Event::occurred_at, now)?);
                }
                Err(Refusal::NothingNew | Refusal::ImportContradicts) => {}
                Err(refusal) => return Err(Problem::refused(&refusal)),
            }
        }
        Ok((grown, said))
    }

    /// Says in the account of a row what became of it.
    fn tell(&mut self, row: &mut ImportRow, later: &Later) {
        if !later.contradicts.is_empty() {
            self.changes.incidents_contradicted += 1;
            let from =
                if row.disposition == "repaired" { &mut self.set_aside.1 } else { &mut self.set_aside.0 };
            *from += 1;
            "quarantined".clone_into(&mut row.disposition);
            let message = "the record of this incident says otherwise; a person looks at both";
            self.note_about(row, "CF-CONTRADICTS", &later.contradicts, message);
            return;
        }
        match &later.learned {
            Some(_) => {
                self.changes.incidents_learned += 1;
                self.note_about(
                    row,
                    "CF-LEARNED",
                    &[],
                    "this incident was there already, and this row adds to it",
                );
            }
            None => {
                self.note_about(
                    row,
                    "CF-KNOWN",
                    &[],
                    "this incident was there already, and this row adds nothing",
                );
            }
        }
        if !later.for_a_person.is_empty() {
            let message = "a person decides whether the record takes this over";
            self.note_about(row, "CF-FOR-A-PERSON", &later.for_a_person, message);
        }
    }
}
