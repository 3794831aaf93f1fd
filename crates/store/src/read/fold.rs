//! From stored events to rows, for any kind of stream: what `rebuild` runs.
use cf_casework::{child, council, missing};
use cf_kernel::{Decider, StreamId};

use super::{child_rows, council_rows, incident_rows};
use crate::record::Recorded;
use crate::rows::Row;
use crate::stored::{DecodeError, Stored, decode};

/// The rows of a stream of this kind. A kind without read tables has none.
///
/// # Errors
/// Names the first event that cannot be read.
pub fn fold(kind: &str, stream: StreamId, events: &[Recorded]) -> Result<Vec<Row>, DecodeError> {
    Ok(match kind {
        missing::Missing::KIND => incident_rows(stream, &state::<missing::Missing>(events)?),
        child::Children::KIND => child_rows(stream, &state::<child::Children>(events)?),
        council::Council::KIND => council_rows(stream, &state::<council::Council>(events)?),
        _ => Vec::new(),
    })
}

fn state<D: Stored>(events: &[Recorded]) -> Result<D::State, DecodeError> {
    let mut state = D::initial();
    for event in events {
        let event = decode::<D>(&event.event_type, event.form, &event.clear, event.private.as_deref())?;
        state = D::evolve(state, &event);
    }
    Ok(state)
}
