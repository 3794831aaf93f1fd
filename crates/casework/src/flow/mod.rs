//! An alarm because a flow of work fell: what was found when somebody looked, and what is done.
//!
//! A *flow* is what should go on happening at a desk: reports come in, grades are given, talks are held. When one falls
//! below what is usual the service raises an alarm, once for each fall, on the numbers it saw. A person then says what
//! they found and what is done. Nothing here grades, closes or decides anything about a child.
//!
//! INVARIANT: until it is answered it has an owner, a running clock and a next escalation, like every live incident.
mod codes;
mod command;
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

use cf_kernel::Decider;

pub use codes::{Because, Finding, Flow, Period};
pub use command::{Act, Answer, Command, Raised};
pub use event::Event;
pub use refusal::Refusal;
pub use state::{Alarm, Answered, State};

/// The decider of alarms about flows.
#[derive(Debug, Clone, Copy)]
pub struct Flows;

impl Decider for Flows {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "flow";

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
