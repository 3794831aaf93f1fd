//! Taking what other systems hold.
//!
//! A police extract becomes children and incidents; a council's return becomes council records beside them, and a
//! partner's extract partner records. Nothing is merged with anything. Ids follow from the other system's references, so
//! that the same file again, or the same file after a crash, adds only what is missing. Every row of every file is
//! accounted for in the store's import tables.
mod again;
mod council;
mod extract;
mod learn;
mod mapping;
mod partner;
mod pipeline;
mod police;
mod report;
#[cfg(test)]
mod tests;

use cf_access::Action;
use cf_store::{AccessEntry, Import, ImportRow, Store};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use cf_exchange::partner::PartnerProfile;
pub use cf_exchange::police::MappingProfile;
pub use council::CouncilReturn;
pub use extract::{Extract, ExtractDryRun};
pub use report::{Changes, FileImport, FindingAt, ImportReport, RuleTotal, Silent, Watch, counts};

use crate::{App, Caller, FieldProblem, Problem};

/// A stable id for what this program calls by this key. The key must not be something that can be guessed of a person.
#[must_use]
pub fn derived_id(what: &str, key: &str) -> Uuid {
    let digest = Sha256::digest(format!("childfirst derived id\n{what}\n{key}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The id of what another system calls by this reference. Keyed, because references of people can be tried one by one.
fn imported_id(store: &Store, what: &str, system: &str, reference: &str) -> Uuid {
    // The length keeps two pairs apart that would read the same one after the other.
    let key = format!("{}:{system}:{reference}", system.len());
    uuid::Builder::from_custom_bytes(store.keyed_digest(what, &key)).into_uuid()
}

/// A file that cannot be read, as a problem with the field `file`.
fn unreadable(file: &str, why: &impl std::fmt::Display) -> Problem {
    Problem::Invalid(vec![FieldProblem::new("file", format!("{file}: {why}"))])
}

impl App {
    /// Keeps the account of a file. `false` when it had been kept before.
    async fn keep_account(
        &self,
        caller: &Caller,
        import: &Import,
        rows: &[ImportRow],
    ) -> Result<bool, Problem> {
        let audit = AccessEntry {
            at: self.now(),
            actor: caller.actor.clone(),
            session: caller.session,
            action: Action::ImportData.code().to_owned(),
            records: Vec::new(),
            purpose: Action::ImportData.purpose().to_owned(),
            reason: caller.glass.clone(),
            permitted: true,
            policies: String::new(),
            request: caller.request.clone(),
        };
        match self.store.save_import(import, rows, &audit).await {
            Ok(()) => Ok(true),
            Err(cf_store::Fault::Exists { .. }) => Ok(false),
            Err(fault) => Err(fault.into()),
        }
    }
}
