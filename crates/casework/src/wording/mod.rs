//! Wording that was kept or challenged: what a supervisor looks at, and what came of it.
//!
//! A *kept finding* begins when a writer keeps words the language engine found, with a reason or as the child's own
//! words. A *challenge* begins when anybody says that words in a record blame a child, whoever wrote them. Both then
//! go the same way: somebody other than the writer looks, the writer answers where asked, and there is an outcome.
//!
//! INVARIANT: until it is settled it has an owner, a running clock and a next escalation, like every live incident.
mod codes;
mod command;
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

use cf_kernel::Decider;

pub use codes::{Basis, LookDecision, Outcome, RecordKind};
pub use command::{About, Act, Command, Kept, Look, Raised, Settlement};
pub use event::Event;
pub use refusal::Refusal;
pub use state::{Dated, Matter, Origin, Phase, State};

/// The decider of kept findings and challenges.
#[derive(Debug, Clone, Copy)]
pub struct Wording;

impl Decider for Wording {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "wording";

    fn initial() -> State {
        State::default()
    }
    fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, command)
    }
    fn evolve(state: State, event: &Event) -> State {
        state::evolve(state, event)
    }
}
