//! Typed ids. All are UUIDs; version 7, so that they sort by the time they were made.
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id")]
pub struct InvalidId {
    text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered after those made before it.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a new id is an act, not a default")]
            pub fn new() -> Self { Self(Uuid::now_v7()) }
            /// The id with these bytes; for ids read back from storage or derived from a seed.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// The bytes, for storage.
            #[must_use]
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId { text: text.chars().take(64).collect() })
            }
        }
    )*};
}

ids! {
    /// A child, and the stream of what is known about the child.
    ChildId;
    /// One missing incident, from report to closure, and its stream.
    IncidentId;
    /// One child as one council's record shows them, and its stream.
    CouncilChildId;
    /// One child as one partner agency's records show them, and its stream.
    PartnerRecordId;
    /// A kept finding or a challenge about wording, and its stream.
    WordingId;
    /// Two records and whether they are one child, and its stream.
    LinkId;
    /// An alarm about a flow of work that fell, and its stream.
    FlowAlarmId;
    /// Any stream of events. A child, incident or council record id becomes one.
    StreamId;
    /// A case file: what is sealed with one content key, and destroyed together.
    FileId;
    /// One intent of one person. Sent twice, it happens once.
    CommandId;
    /// A person with an account.
    UserId;
    /// A team or desk that people belong to.
    TeamId;
    /// A signed-in session.
    SessionId;
}

impl From<ChildId> for StreamId {
    fn from(id: ChildId) -> Self {
        Self(id.0)
    }
}
impl From<IncidentId> for StreamId {
    fn from(id: IncidentId) -> Self {
        Self(id.0)
    }
}
impl From<CouncilChildId> for StreamId {
    fn from(id: CouncilChildId) -> Self {
        Self(id.0)
    }
}
impl From<PartnerRecordId> for StreamId {
    fn from(id: PartnerRecordId) -> Self {
        Self(id.0)
    }
}
impl From<PartnerRecordId> for FileId {
    fn from(id: PartnerRecordId) -> Self {
        Self(id.0)
    }
}
impl From<WordingId> for StreamId {
    fn from(id: WordingId) -> Self {
        Self(id.0)
    }
}
impl From<LinkId> for StreamId {
    fn from(id: LinkId) -> Self {
        Self(id.0)
    }
}
impl From<FlowAlarmId> for StreamId {
    fn from(id: FlowAlarmId) -> Self {
        Self(id.0)
    }
}
impl From<FlowAlarmId> for FileId {
    fn from(id: FlowAlarmId) -> Self {
        Self(id.0)
    }
}
impl From<ChildId> for FileId {
    fn from(id: ChildId) -> Self {
        Self(id.0)
    }
}
impl From<CouncilChildId> for FileId {
    fn from(id: CouncilChildId) -> Self {
        Self(id.0)
    }
}
