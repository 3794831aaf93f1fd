//! What an overseer or administrator asks of the record as a record: whether it is whole, who read, what was imported.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_kernel::UserId;
use cf_store::{AccessRecorded, Import, ImportRow, Log, Page, Report};
use uuid::Uuid;

use crate::{App, Caller, Problem};

/// One log as it stands.
#[derive(Debug, Clone)]
pub struct Head {
    /// Which log.
    pub log: Log,
    /// Entries.
    pub size: u64,
    /// The root of the tree over them, in base64.
    pub root: String,
    /// The newest signed checkpoint, a note as text.
    pub checkpoint: Option<String>,
    /// The public key that checks it, as text.
    pub key: String,
}

impl App {
    /// Both logs as they stand.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn heads(&self, caller: &Caller) -> Result<Vec<Head>, Problem> {
        self.authorise(caller, Action::VerifyRecord, &Resource::system(), &[]).await?;
        let mut heads = Vec::new();
        for log in Log::ALL {
            let frontier = self.store.frontier(log).await?;
            heads.push(Head {
                log,
                size: frontier.size(),
                root: frontier.root().to_base64(),
                checkpoint: self.store.last_checkpoint(log).await?,
                key: self.store.log_key().public(log).to_text(),
            });
        }
        Ok(heads)
    }

    /// Recomputes both logs. May take long on a large record; dropping the future stops it.
    ///
    /// # Errors
    /// A denial or a fault. Damage is not an error but the answer.
    #[boxed]
    pub async fn verify_record(&self, caller: &Caller) -> Result<Report, Problem> {
        self.authorise(caller, Action::VerifyRecord, &Resource::system(), &[]).await?;
        Ok(self.store.verify(|_| {}).await?)
    }

    /// The access log, newest first, of anybody or of one person.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn access_log(
        &self,
        caller: &Caller,
        by: Option<UserId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AccessRecorded>, Problem> {
        self.authorise(caller, Action::ViewAccessLog, &Resource::desk(), &[]).await?;
        let page = Page { before, limit };
        let entries = match by {
            Some(user) => self.store.access_by(user, page).await?,
            None => self.store.access_recent(page).await?,
        };
        Ok(self.with_reasons(entries).await)
    }

    /// What was imported, newest first.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn imports(&self, caller: &Caller, limit: u32) -> Result<Vec<Import>, Problem> {
        self.authorise(caller, Action::ViewImports, &Resource::system(), &[]).await?;
        Ok(self.store.imports(limit).await?)
    }

    /// What became of the rows of an import, after row `after`.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn import_rows(
        &self,
        caller: &Caller,
        import: Uuid,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ImportRow>, Problem> {
        self.authorise(caller, Action::ViewImports, &Resource::system(), &[]).await?;
        Ok(self.store.import_rows(import, after, limit).await?)
    }

    /// One import with its rows after row `after`: all of them, or those in quarantine only.
    ///
    /// # Errors
    /// A denial, not found, or a fault.
    #[boxed]
    pub async fn import_account(
        &self,
        caller: &Caller,
        import: Uuid,
        only_quarantined: bool,
        after: i64,
        limit: u32,
    ) -> Result<(Import, Vec<ImportRow>), Problem> {
        self.authorise(caller, Action::ViewImports, &Resource::system(), &[]).await?;
        let found = self.store.import(import).await?.ok_or(Problem::NotFound)?;
        let rows = if only_quarantined {
            self.store.import_rows_that_are(import, "quarantined", after, limit).await?
        } else {
            self.store.import_rows(import, after, limit).await?
        };
        Ok((found, rows))
    }
}
