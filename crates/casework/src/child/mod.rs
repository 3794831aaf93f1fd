//! What is known about one child, across incidents: identity, what carers prepared, what to do at once next time.
mod command;
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

use cf_kernel::Decider;

pub use command::{
    Act, CarePlan, Command, Contact, ContactKind, Identity, LearnedFact, Philomena, TriggerPlan, Warning,
    WarningKind,
};
pub use event::Event;
pub use refusal::Refusal;
pub use state::{Child, Dated, State};

/// The decider of children.
#[derive(Debug, Clone, Copy)]
pub struct Children;

impl Decider for Children {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "child";

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
