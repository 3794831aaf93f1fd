//! Use cases: authorise, load, decide, append, rows, jobs. Owns the transaction; knows no page and no SQL.
//!
//! [`App`] is what pages, the API, the command line and the simulator hold. Each module is one area of work:
//! [`report`] takes a call, [`incident`] is everything done to an incident, [`child`] what is kept about a child,
//! [`grading`] asks the rules, [`views`] reads (and logs every read first), [`escalate`] climbs overdue clocks,
//! [`wording`] stands between what is typed and the record, [`matching`] says who may be who, [`flows`] how work flows
//! and when it falls, [`oversight`] shows the record as a record, [`accounts`], [`sessions`] and [`elsewhere`] are who
//! may sign in, [`import`] takes what other systems hold.
pub mod accounts;
mod authorise;
pub mod authority;
mod caller;
pub mod child;
pub mod elsewhere;
pub mod escalate;
pub mod flows;
pub mod glass;
pub mod grading;
pub mod import;
pub mod incident;
mod load;
pub mod matching;
pub mod oversight;
mod pace;
pub mod partners;
mod problem;
pub mod report;
pub mod sessions;
mod setup;
pub mod together;
pub mod views;
pub mod wording;

use std::sync::Arc;

pub use caller::Caller;
pub use cf_exchange::ssda903::{legal_status_name, placement_name};
pub use cf_exchange::{ethnicity_name, self_defined_ethnicities};
pub use problem::{FieldProblem, Problem};
pub use setup::Desk;

use async_recursion::async_recursion as boxed;
use cf_access::Guard;
use cf_grading::RuleSet;
use cf_kernel::{Clock, Timestamp};
use cf_store::Store;
use cf_timescales::Rules;

/// The three digits by which the education department knows this council of London, from any way it is written.
#[must_use]
pub fn council_code(authority: &str) -> Option<&'static str> {
    cf_exchange::borough(authority).map(|borough| borough.dfe)
}

/// The whole application behind every surface. Cheap to clone.
#[derive(Clone)]
pub struct App {
    store: Store,
    guard: Arc<Guard>,
    grading: Arc<RuleSet>,
    timescales: Arc<Rules>,
    clock: Arc<dyn Clock>,
    desk: Arc<Desk>,
    tries: Arc<sessions::Tries>,
    wording: Arc<cf_wording::Checker>,
    matching: Arc<matching::Matching>,
}

impl App {
    /// An application on this store, with the rules that ship and the desk that answers for imported incidents.
    ///
    /// # Errors
    /// When the policies or the desk cannot be set up.
    #[boxed]
    pub async fn new(store: Store, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let guard = Guard::built_in().map_err(Problem::fault)?;
        let desk = setup::desk(&store, clock.now()).await?;
        Ok(Self {
            store,
            guard: Arc::new(guard),
            grading: Arc::new(RuleSet::built_in().clone()),
            timescales: Arc::new(Rules::built_in().clone()),
            clock,
            desk: Arc::new(desk),
            tries: Arc::default(),
            wording: wording::built_in()?,
            matching: Arc::default(),
        })
    }

    /// The record underneath, for `verify`, `rebuild` and the like.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The grading rules in force.
    #[must_use]
    pub fn grading_rules(&self) -> &RuleSet {
        &self.grading
    }

    /// The timescales in force.
    #[must_use]
    pub fn timescales(&self) -> &Rules {
        &self.timescales
    }

    /// The policies in force.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The desk that answers for what nobody has taken yet.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
