//! The read tables of case work: what they hold, how a state becomes rows, and the questions pages ask them.
//!
//! Rows are pure functions of one stream's state, so that `childfirst rebuild` makes them again exactly. They hold
//! codes, times and ids, and of identity only what a desk must find a child by; narrative stays sealed in the record.
mod board;
mod children;
mod clocks;
mod council;
mod flows;
mod fold;
mod incidents;
mod links;
mod partners;
mod tables;
mod together;
mod wording;
mod words;

pub use board::{BoardFilter, BoardPlace, BoardRow, Counts, Queue, Waiting};
pub use children::{ChildRow, Match, SearchFor};
pub use children::{child_rows, contact_key};
pub use clocks::DueClock;
pub use council::council_rows;
pub use council::{AbsenceRow, CouncilRow};
pub use flows::{FlowAlarmRow, FlowMoments, flow_rows};
pub use fold::{Rowed, fold, state_of};
pub use incidents::{IncidentRow, incident_rows, not_missing, talks};
pub use links::{LinkRow, link_rows};
pub use partners::{PartnerRow, partner_rows};
pub use tables::TABLES;
pub use wording::{WordingRow, wording_rows};
pub use words::postcode_in;

use async_recursion::async_recursion as boxed;
use cf_kernel::CommandId;

use crate::db::{Db, args};
use crate::{Fault, Store};

impl Store {
    pub(crate) fn reads(&self) -> &Db {
        &self.inner.read
    }

    /// Whether this command has been recorded.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn command_done(&self, command: CommandId) -> Result<bool, Fault> {
        let sql = "select position from event where command = $1 order by ordinal limit 1";
        let row: Option<(i64,)> = self.reads().row(sql, args![command.uuid()]).await?;
        Ok(row.is_some())
    }
}
