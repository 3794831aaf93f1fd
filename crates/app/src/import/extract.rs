//! An extract read by a mapping profile: the file, and what is the same whatever its rows are.
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::PathBuf;
use std::sync::Arc;

use cf_exchange::mapping::{DryRun, Layout, Profile, dry_run};
use cf_exchange::{Account, Limits, ReadError, SourceFacts, look};
use cf_kernel::Timestamp;
use cf_store::{Import, ImportRow};

use super::report::{Changes, Counts, FileImport, ImportReport, Totals};
use super::unreadable;
use crate::{App, Caller, Problem};

/// An extract: read twice, once to see that it is text and to recognise it, once for its rows.
#[derive(Debug, Clone)]
pub enum Extract {
    /// A file on this machine.
    Path(PathBuf),
    /// A name, and what was handed over under it.
    Bytes(String, Arc<[u8]>),
}

/// What a dry run tells of one file.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ExtractDryRun {
    /// Columns, codes and findings.
    pub reading: DryRun,
    /// What would change in the record.
    pub report: ImportReport,
}

impl Extract {
    /// The name, without folders.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Bytes(name, _) => name.clone(),
        }
    }

    pub(super) fn open(&self) -> Result<Box<dyn BufRead + Send>, ReadError> {
        Ok(match self {
            Self::Path(path) => Box::new(BufReader::with_capacity(1 << 17, File::open(path)?)),
            Self::Bytes(_, bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// Whether it is text, and by what it is recognised.
    async fn facts(&self) -> Result<SourceFacts, Problem> {
        let (read, name) = (self.clone(), self.name());
        let facts = tokio::task::spawn_blocking(move || look(read.name(), read.open()?, &Limits::default()));
        facts.await.map_err(Problem::fault)?.map_err(|error| unreadable(&name, &error))
    }

    /// What reading it by a profile gives, at this moment.
    pub(super) async fn dry_run<F: Layout>(
        &self,
        profile: &Profile<F>,
        now: Timestamp,
    ) -> Result<DryRun, Problem> {
        let (read, name, profile) = (self.clone(), self.name(), profile.clone());
        let reading = tokio::task::spawn_blocking(move || {
            dry_run(&profile, read.open()?, Limits::default(), Some(now), |_| {})
        });
        reading.await.map_err(Problem::fault)?.map_err(|error| unreadable(&name, &error))
    }
}

/// An extract recognised, and its report so far.
pub(super) struct Begun {
    pub(super) facts: SourceFacts,
    /// The same file in the same way.
    pub(super) earlier: Option<Import>,
    file: FileImport,
    report: ImportReport,
    mapping: String,
    version: i64,
}

impl Begun {
    /// Whether the same file was imported before with this version of the profile.
    pub(super) fn is_known(&self) -> bool {
        self.file.imported_before.is_some()
    }

    /// Notes what its rows were, and what changes by them.
    pub(super) fn has_read(
        &mut self,
        account: Account,
        unused_columns: Vec<String>,
        totals: Totals,
        changes: Changes,
    ) {
        (self.file.used, self.file.account, self.file.unused_columns) = (true, account, unused_columns);
        self.file.rules = totals.finish();
        (self.report.account, self.report.changes) = (account, changes);
    }

    /// Notes what its rows were when it was imported.
    pub(super) fn was(&mut self, account: Account, totals: Totals) {
        (self.file.account, self.file.rules) = (account, totals.finish());
        self.report.account = account;
    }

    /// The report, with its file.
    pub(super) fn told(mut self) -> ImportReport {
        self.report.files.push(self.file);
        self.report
    }
}

impl App {
    /// Recognises an extract, and looks whether it was imported before.
    pub(super) async fn begin_extract<F: Layout>(
        &self,
        kind: &'static str,
        profile: &Profile<F>,
        extract: &Extract,
        dry_run: bool,
    ) -> Result<Begun, Problem> {
        let facts = extract.facts().await?;
        let (mapping, version) = (format!("{kind}/{}", profile.name), i64::from(profile.version));
        let earlier = self.store.import_of(facts.sha256.bytes(), &mapping, version).await?;
        let file = FileImport {
            file_name: extract.name(),
            sha256: facts.sha256.to_string(),
            what: format!("{kind} extract"),
            used: false,
            imported_before: earlier.as_ref().map(|earlier| earlier.at.to_string()),
            unused_columns: Vec::new(),
            account: Account::default(),
            rules: Vec::new(),
        };
        let report = ImportReport {
            kind,
            dry_run,
            files: Vec::new(),
            account: Account::default(),
            changes: Changes::default(),
            year: None,
            year_inferred: false,
        };
        Ok(Begun { facts, earlier, file, report, mapping, version })
    }

    /// Keeps the account of an extract whose rows were read, unless it was a dry run; gives the report.
    pub(super) async fn end_extract(
        &self,
        caller: &Caller,
        begun: Begun,
        rows: &[ImportRow],
    ) -> Result<ImportReport, Problem> {
        if !begun.report.dry_run {
            let counts = Counts { account: &begun.file.account, changes: &begun.report.changes };
            let import = Import {
                id: uuid::Uuid::now_v7(),
                file_hash: *begun.facts.sha256.bytes(),
                kind: begun.report.kind.to_owned(),
                mapping: begun.mapping.clone(),
                mapping_version: begun.version,
                counts: serde_json::to_string(&counts).map_err(Problem::fault)?,
                at: self.now(),
                by: caller.actor.user,
            };
            self.keep_account(caller, &import, rows).await?;
        }
        Ok(begun.told())
    }
}
