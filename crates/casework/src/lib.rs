//! What may happen to a record about a child, and what the record then is.
//!
//! Seven deciders so far: [`missing`] (one report of a missing child, from the call to closure), [`child`] (what is
//! known about a child, across incidents), [`council`] (what a council's own return says, kept beside police
//! facts and never merged with them), [`partner`] (referrals, services and concerns of other agencies, kept likewise),
//! [`wording`] (words that were kept or challenged,
//! and what came of it), [`link`] (whether two records are one child, as a person decided) and [`flow`] (an alarm
//! because a flow of work fell). Each is [`cf_kernel::Decider`]: `decide` a command into events or a refusal,
//! `evolve` the state. What keeps a matter from being forgotten is in [`clocks`].
//!
//! The life of an incident, as events: `Reported`, `SystemChecked`, `Graded` (a named person's), `Reviewed` (another
//! person's), `TaskSet`, `Returned`, `PreventionInterviewHeld`, `ReturnInterviewHeld`, `Closed`; and `ClocksSet`
//! beside any of them, whenever what is owed changes.
//!
//! Absent on purpose: async, the present time (it travels in the command), the database, randomness, and any look
//! inside sealed text once it is recorded.
//!
//! Events carry serde derives here, and not in a twin type in the store: their JSON shape is pinned by
//! `fixtures/events/`, and a shape that changes gets its old twin and an upcast in `store::stored`.
pub mod child;
pub mod clocks;
mod codes;
pub mod council;
pub mod flow;
pub mod link;
pub mod missing;
pub mod partner;
mod people;
pub mod wording;

pub use people::{Owner, blank};
