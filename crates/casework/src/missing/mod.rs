//! One report of a missing child, from the call to closure.
//!
//! Reading order: [`command`] (what people do), [`event`] (what then stands in the record), [`state`] (what the
//! incident is), [`past`] (what no longer stands), `decide`, `evolve`, `wanted` (which clocks a state wants), `refusal`.
pub mod codes;
pub mod command;
mod decide;
pub mod event;
mod evolve;
mod later;
pub mod past;
mod refusal;
pub mod state;
#[cfg(test)]
mod tests;
mod wanted;

use cf_kernel::Decider;

pub use codes::{
    ActionKind, CheckResult, Harm, HowReturned, InterviewAnswer, ReviewDecision, System, TaskNumber,
};
pub use command::{Act, Command};
pub use event::Event;
pub use later::{Later, later};
pub use refusal::Refusal;
pub use state::{Incident, Phase, State};

/// The decider of missing incidents.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

impl Decider for Missing {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    const KIND: &'static str = "missing";

    fn initial() -> State {
        State::default()
    }
    fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, command)
    }
    fn evolve(state: State, event: &Event) -> State {
        evolve::evolve(state, event)
    }
}
