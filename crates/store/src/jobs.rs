//! What is to be done after a command: mail, webhooks, renderings. Written with it, done later, never replayed.
use async_recursion::async_recursion as boxed;
use cf_kernel::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, args, from_row};
use crate::{Fault, Store};

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// What kind of job: a code that a worker asks for.
    pub kind: String,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// What the worker needs to know: ids, no names.
    pub body: Vec<u8>,
}

/// A job that somebody is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// See [`NewJob::kind`].
    pub kind: String,
    /// See [`NewJob::run_at`].
    pub run_at: Timestamp,
    /// See [`NewJob::body`].
    pub body: Vec<u8>,
    /// How many times it was begun, this time included.
    pub attempts: i64,
    /// What went wrong last time.
    pub last_error: Option<String>,
}

from_row! {
    struct JobRow {
        id: Uuid,
        kind: String,
        run_at: i64,
        body: Vec<u8>,
        attempts: i64,
        last_error: Option<String>,
    }
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        let JobRow { id, kind, run_at, body, attempts, last_error } = row;
        Self { id, kind, run_at: Timestamp::from_micros(run_at), body, attempts, last_error }
    }
}

impl Store {
    /// Takes up to `limit` due jobs of these kinds, oldest first, for `lease_seconds`: if they are neither
    /// [done](Store::job_done) nor [put off](Store::job_retry) by then, somebody else may take them.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn claim_jobs(
        &self,
        kinds: &[&str],
        now: Timestamp,
        lease_seconds: i64,
        limit: u32,
    ) -> Result<Vec<Job>, Fault> {
        self.undamaged()?;
        let mut jobs = Vec::new();
        let mut tx = self.inner.write.begin().await?;
        for kind in kinds {
            let left = i64::from(limit) - jobs.len() as i64;
            if left <= 0 {
                break;
            }
            // The condition stands twice: on PostgreSQL a second node waits for the row and then looks again.
            let rows: Vec<JobRow> = tx
                .rows(
                    "update job set claimed_until = $3, attempts = attempts + 1 where id in \
                     (select id from job where kind = $1 and run_at <= $2 \
                      and (claimed_until is null or claimed_until <= $2) order by run_at, id limit $4) \
                     and (claimed_until is null or claimed_until <= $2) \
                     returning id, kind, run_at, body, attempts, last_error",
                    args![*kind, now.micros(), now.plus_seconds(lease_seconds).micros(), left],
                )
                .await?;
            jobs.extend(rows.into_iter().map(Job::from));
        }
        tx.commit().await?;
        jobs.sort_by_key(|job| (job.run_at, job.id));
        Ok(jobs)
    }

    /// A job is done and forgotten.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn job_done(&self, job: Uuid) -> Result<(), Fault> {
        self.undamaged()?;
        self.inner.write.execute("delete from job where id = $1", args![job]).await?;
        Ok(())
    }

    /// A job did not work out and is to be tried again at `after`. The error is kept; leave names out of it.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn job_retry(&self, job: Uuid, after: Timestamp, error: &str) -> Result<(), Fault> {
        self.undamaged()?;
        let error: String = error.chars().filter(|char| *char != '\0').take(1_000).collect();
        self.inner
            .write
            .execute(
                "update job set run_at = $2, claimed_until = null, last_error = $3 where id = $1",
                args![job, after.micros(), error],
            )
            .await?;
        Ok(())
    }

    /// How many jobs wait, and how many of them failed at least once.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn jobs_waiting(&self) -> Result<(i64, i64), Fault> {
        let counted: Option<(i64, i64)> =
            self.inner.read.row("select count(*), count(last_error) from job", Vec::<Arg>::new()).await?;
        Ok(counted.unwrap_or((0, 0)))
    }
}
