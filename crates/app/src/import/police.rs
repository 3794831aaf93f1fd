//! `childfirst import police`: an extract of missing incidents, read by a mapping profile.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_exchange::police::{MappingProfile, PoliceExtract};
use cf_exchange::{Account, Limits, ReadError, RowOutcome, Rows, SourceFacts};
use cf_kernel::{ChildId, IncidentId, TeamId, Timestamp};
use cf_store::Store;
use tokio::sync::mpsc;

use super::extract::{Extract, ExtractDryRun};
use super::mapping::{self, From, Said};
use super::pipeline::{CHUNK, Chunk, Pipeline, Ready};
use super::report::{ImportReport, Totals, Watch, account_for};
use super::{imported_id, unreadable};
use crate::{App, Caller, Problem};

/// What the reading thread needs.
struct Reading {
    store: Store,
    profile: Arc<MappingProfile>,
    extract: Extract,
    facts: SourceFacts,
    desk: (TeamId, String),
    /// When it is imported: nothing can have happened later.
    now: Timestamp,
    watch: Arc<dyn Watch>,
}

/// What it tells in the end.
pub(super) struct HasRead {
    account: Account,
    totals: Totals,
    unused_columns: Vec<String>,
}

impl App {
    /// Imports an extract. Of children and incidents that are there, blanks are filled, and nothing is overwritten; a
    /// row that contradicts the record of its incident is quarantined. No extract grades an incident that is there.
    ///
    /// A file that was imported before with this version of the profile changes nothing, and the report says when.
    ///
    /// # Errors
    /// A denial; a file that cannot be read (field `file`); a fault. Chunks written before a fault stay, and the same
    /// file again completes them.
    #[boxed]
    pub async fn import_police(
        &self,
        caller: &Caller,
        profile: &MappingProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
    ) -> Result<ImportReport, Problem> {
        self.authorise(caller, Action::ImportData, &Resource::desk(), &[]).await?;
        self.police(caller, profile, extract, watch, false).await
    }

    /// What [`App::import_police`] would do. Nothing is written but the access log.
    ///
    /// # Errors
    /// As [`App::import_police`].
    #[boxed]
    pub async fn dry_run_police(
        &self,
        caller: &Caller,
        profile: &MappingProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
    ) -> Result<ExtractDryRun, Problem> {
        self.authorise(caller, Action::ImportData, &Resource::desk(), &[]).await?;
        let report = self.police(caller, profile, extract, watch, true).await?;
        Ok(ExtractDryRun { reading: extract.dry_run(profile, self.now()).await?, report })
    }

    async fn police(
        &self,
        caller: &Caller,
        profile: &MappingProfile,
        extract: &Extract,
        watch: Arc<dyn Watch>,
        dry_run: bool,
    ) -> Result<ImportReport, Problem> {
        let mut begun = self.begin_extract("police", profile, extract, dry_run).await?;
        if begun.is_known() {
            return self.tell_again(begun, &*watch).await;
        }
        let name = extract.name();
        let mut pipeline = Pipeline::new(self, caller, &name, Arc::clone(&watch), dry_run);
        let read = self.run(profile, extract, &begun.facts, &mut pipeline).await?;
        let mut totals = read.totals;
        totals.merge(std::mem::take(&mut pipeline.totals));
        let mut account = read.account;
        let (good, repaired) = pipeline.set_aside;
        account.good -= good;
        account.repaired -= repaired;
        account.quarantined += good + repaired;
        begun.has_read(account, read.unused_columns, totals, pipeline.changes);
        self.end_extract(caller, begun, &pipeline.account).await
    }

    pub(super) async fn run(
        &self,
        profile: &MappingProfile,
        extract: &Extract,
        facts: &SourceFacts,
        pipeline: &mut Pipeline<'_>,
    ) -> Result<HasRead, Problem> {
        let reading = Reading {
            store: self.store.clone(),
            profile: Arc::new(profile.clone()),
            extract: extract.clone(),
            facts: facts.clone(),
            desk: (self.desk.team, self.desk.name.clone()),
            now: self.now(),
            watch: Arc::clone(&pipeline.watch),
        };
        let (send, mut receive) = mpsc::channel(2);
        let reader = tokio::task::spawn_blocking(move || reading.read(&send));
        while let Some(chunk) = receive.recv().await {
            pipeline.take(chunk).await?;
        }
        pipeline.settle().await?;
        let read =
            reader.await.map_err(Problem::fault)?.map_err(|error| unreadable(&facts.file_name, &error))?;
        pipeline.complete_children().await?;
        Ok(read)
    }
}

impl Reading {
    fn read(self, send: &mpsc::Sender<Chunk>) -> Result<HasRead, ReadError> {
        let headers: Vec<String> = Rows::new(self.extract.open()?, Limits::default())?
            .next_row()?
            .map(|row| row.cells.iter().map(|header| header.trim().to_owned()).collect())
            .unwrap_or_default();
        let mut rows =
            PoliceExtract::new(&self.profile, self.extract.open()?, Limits::default(), Some(self.now))?;
        let unused_columns = rows.columns().unmatched;
        let file = self.facts.sha256.to_string();
        let about = self.facts.lines.saturating_sub(1);
        let (mut totals, mut chunk) = (Totals::default(), Chunk::default());
        let mut account = Account::default();
        for outcome in &mut rows {
            let outcome = outcome?;
            self.take(&outcome, &headers, &file, &mut chunk, &mut totals, &mut account);
            if chunk.account.len() >= CHUNK {
                self.watch.rows(account.rows, about);
                // The other side has gone: it failed and says why.
                if send.blocking_send(std::mem::take(&mut chunk)).is_err() {
                    break;
                }
            }
        }
        self.watch.rows(account.rows, about);
        let _ = send.blocking_send(chunk);
        account.blank_lines = rows.account().blank_lines;
        Ok(HasRead { account, totals, unused_columns })
    }

    fn take(
        &self,
        outcome: &RowOutcome<cf_exchange::police::PoliceIncident>,
        headers: &[String],
        file: &str,
        chunk: &mut Chunk,
        totals: &mut Totals,
        account: &mut Account,
    ) {
        let mut notes = Vec::new();
        account.add(outcome);
        if let Some(row) = outcome.value() {
            let system = row.source_system.as_str();
            // Without a reference of the child nothing says that two incidents are of the same one.
            let (what, reference) = match &row.person_ref {
                Some(person) => ("import/child", person),
                None => ("import/child-of-incident", &row.incident_ref),
            };
            let child = ChildId::from_uuid(imported_id(&self.store, what, system, reference));
            let from = From { line: outcome.line, file, headers, desk: (self.desk.0, &self.desk.1) };
            let imported = mapping::incident(row, &outcome.source, child, &from, &mut notes);
            match imported {
                Some(imported) => {
                    let incident = imported_id(&self.store, "import/incident", system, &row.incident_ref);
                    chunk.ready.push(Ready {
                        incident: IncidentId::from_uuid(incident),
                        child,
                        source: format!("{system}:{reference}"),
                        said: Said::of(row),
                        imported: Box::new(imported),
                        row: chunk.account.len(),
                    });
                    account.notes += notes.len() as u64;
                }
                None => quarantine(outcome, account),
            }
        }
        let file_name = &self.facts.file_name;
        chunk.account.push(account_for(outcome, &notes, file_name, &*self.watch, totals));
    }
}

/// A row the reader could use and case work cannot counts as quarantined.
fn quarantine<T>(outcome: &RowOutcome<T>, account: &mut Account) {
    let used = if outcome.repairs().is_empty() { &mut account.good } else { &mut account.repaired };
    *used -= 1;
    account.quarantined += 1;
    account.notes -= outcome.findings.len() as u64;
}
