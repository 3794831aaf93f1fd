//! Who is who, in the product: an index of every child known to police, in a council's returns or in a partner's
//! records, kept in memory and kept up with the record.
//!
//! [`App::likely`](crate::App::likely) asks it while the caller speaks, [`App::propose_links`](crate::App::propose_links) asks it which records may be one child. It
//! suggests; a person decides (`cf_casework::link`). Until it is loaded a report falls back to the simple search.
//!
//! The index is no part of the record and holds nothing the record does not: it is made at each start, and a record
//! that changes is put in again. It never leaves the process.
mod also;
mod answered;
mod days;
mod follow;
mod heard;
mod life;
mod likely;
mod links;
mod rows;
mod settings;
mod view;
mod weigh;

use std::sync::{Arc, PoisonError, RwLock};

use cf_linkage::index::Index;

pub use also::AlsoMissing;
pub(crate) use also::among;
pub use answered::{MayBeKnown, SHOWN};
pub use heard::Heard;
pub use life::{Happened, Linked, LinkedRecord, OneLife, What, When};
pub use likely::{Hidden, Likely, LikelyList, LikelyPartner, Reason};
pub use links::Decision;
pub(crate) use links::child_begun_by;
pub use settings::Thresholds;
pub use view::{LinkCard, LinkView, LinksView, SideView};
pub use weigh::{Weighed, WeighedLine};

/// The probability a score means, 0 to 1; the score is in units of 1/1024 bit.
#[must_use]
pub fn probability(score: i32) -> f64 {
    cf_linkage::score::probability(score)
}

/// The index, once loaded.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    loaded: RwLock<Option<Arc<Loaded>>>,
}

/// An index that can be asked, and the name of its model.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) index: Index,
    pub(crate) model: String,
}

impl Matching {
    pub(crate) fn loaded(&self) -> Option<Arc<Loaded>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, loaded: Loaded) {
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(loaded));
    }
}
