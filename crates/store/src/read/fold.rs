//! From stored events to rows, for any kind of stream: what `rebuild` runs.
use cf_casework::{child, council, flow, link, missing, partner, wording};
use cf_kernel::{Decider, StreamId};

use super::{child_rows, council_rows, flow_rows, incident_rows, link_rows, partner_rows, wording_rows};
use crate::rows::Row;
use crate::stored::{DecodeError, Stored, decode};
use crate::{Fault, Recorded};

/// A decider whose state has rows in the read tables.
pub trait Rowed: Stored {
    /// The rows of this state: a pure function.
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row>;
}

impl Rowed for missing::Missing {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        incident_rows(stream, state)
    }
}

impl Rowed for child::Children {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        child_rows(stream, state)
    }
}

impl Rowed for council::Council {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        council_rows(stream, state)
    }
}

impl Rowed for partner::Partners {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        partner_rows(stream, state)
    }
}

impl Rowed for wording::Wording {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        wording_rows(stream, state)
    }
}

impl Rowed for link::Links {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        link_rows(stream, state)
    }
}

impl Rowed for flow::Flows {
    fn rows(stream: StreamId, state: &Self::State) -> Vec<Row> {
        flow_rows(stream, state)
    }
}

/// The state after these stored events.
///
/// # Errors
/// Names the first event that cannot be read.
pub fn state_of<D: Stored>(events: &[Recorded]) -> Result<D::State, DecodeError> {
    let mut state = D::initial();
    for event in events {
        let event = decode::<D>(&event.event_type, event.form, &event.clear, event.private.as_deref())?;
        state = D::evolve(state, &event);
    }
    Ok(state)
}

/// The rows of a stream of this kind. A kind without read tables has none.
///
/// # Errors
/// Names the first event that cannot be read.
pub fn fold(kind: &str, stream: StreamId, events: &[Recorded]) -> Result<Vec<Row>, Fault> {
    rows(kind, stream, events)
        .map_err(|error| Fault::Unreadable { what: format!("stream {stream}: {error}") })
}

fn rows(kind: &str, stream: StreamId, events: &[Recorded]) -> Result<Vec<Row>, DecodeError> {
    Ok(match kind {
        missing::Missing::KIND => missing::Missing::rows(stream, &state_of::<missing::Missing>(events)?),
        child::Children::KIND => child::Children::rows(stream, &state_of::<child::Children>(events)?),
        council::Council::KIND => council::Council::rows(stream, &state_of::<council::Council>(events)?),
        partner::Partners::KIND => partner::Partners::rows(stream, &state_of::<partner::Partners>(events)?),
        wording::Wording::KIND => wording::Wording::rows(stream, &state_of::<wording::Wording>(events)?),
        link::Links::KIND => link::Links::rows(stream, &state_of::<link::Links>(events)?),
        flow::Flows::KIND => flow::Flows::rows(stream, &state_of::<flow::Flows>(events)?),
        _ => Vec::new(),
    })
}
