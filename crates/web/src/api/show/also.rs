//! Other open reports of a child, or of one who may be the same.
use cf_app::matching;
use uuid::Uuid;

use crate::api::shape::shapes;

shapes! {
    /// Another open report of the same child, or of one who may be.
    AlsoMissing {
        incident: Uuid,
        child: Uuid,
        name: String,
        /// The pair of the two records.
        link: Uuid,
        /// Whether people have said that both are one child; otherwise nobody has decided.
        same: bool,
    }
}

impl From<&matching::AlsoMissing> for AlsoMissing {
    fn from(other: &matching::AlsoMissing) -> Self {
        let (incident, child, link) = (other.incident.uuid(), other.child.uuid(), other.link.uuid());
        Self { incident, child, name: other.name.clone(), link, same: other.same }
    }
}
