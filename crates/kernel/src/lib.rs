//! The few words every other crate speaks: ids, times, people who act, private text, and [`Decider`].
//!
//! Absent on purpose: no async, no database, no randomness except new ids, and no clock but the [`Clock`] trait.
mod actor;
mod decider;
mod grade;
mod ids;
mod private;
mod time;

pub use actor::{Actor, Role};
pub use decider::{Decider, RefusalCode};
pub use grade::Grade;
pub use ids::{
    ChildId, CommandId, CouncilChildId, FileId, FlowAlarmId, IncidentId, InvalidId, LinkId, PartnerRecordId,
    SessionId, StreamId, TeamId, UserId, WordingId,
};
pub use private::Private;
pub use time::{
    CalendarDay, Clock, InvalidDay, InvalidTimestamp, Local, LocalTimeProblem, ManualClock, SystemClock,
    Timestamp, local_to_timestamp,
};
