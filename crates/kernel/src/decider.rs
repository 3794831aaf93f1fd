//! The shape of every record with a life.

/// Decides what may happen to one kind of record, and what it then is. Pure and synchronous.
///
/// Facts from elsewhere (the calendar, another stream, who acts) travel in the command.
pub trait Decider {
    /// What the record is, folded from its events.
    type State;
    /// What somebody wants to do.
    type Command;
    /// What happened.
    type Event;
    /// Why not.
    type Refusal: RefusalCode;

    /// The kind, as stored with each stream: lower case, never changed.
    const KIND: &'static str;

    /// The state before the first event.
    fn initial() -> Self::State;
    /// The events that follow from a command, or why there are none.
    ///
    /// # Errors
    /// The refusal, which changes nothing.
    fn decide(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;
    /// The state after an event. Total: every event has an answer in every state.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// The state after all of these events.
    fn fold<'a>(events: impl IntoIterator<Item = &'a Self::Event>) -> Self::State
    where
        Self::Event: 'a,
    {
        events.into_iter().fold(Self::initial(), Self::evolve)
    }
}

/// A refusal that can be shown to a person and recognised by a machine.
pub trait RefusalCode: std::error::Error {
    /// The stable code, for instance `grade_below_needs_reason`.
    fn code(&self) -> &'static str;
    /// What the person can do next: one sentence.
    fn next_step(&self) -> &'static str;
}
