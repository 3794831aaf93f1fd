//! How events are stored: a type, a form, a clear part and a private part, both exact JSON bytes.
//!
//! Form 1 of an event is the JSON of its type in `casework`, with every [`cf_kernel::Private`] value moved to the
//! private part and its position left behind. Forms are append-only: when a shape changes, `FORMS` below gets the
//! next number for that type and [`upcast`] a step from the old one. `fixtures/events/` keeps one example of every
//! form ever released, and a test opens all of them.
mod split;
mod upcast;

use cf_casework::{child, council, flow, link, missing, partner, wording};
use cf_kernel::Decider;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An event as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Its type, `graded`.
    pub event_type: &'static str,
    /// The form of its shape, from 1.
    pub form: i32,
    /// Codes, dates and ids.
    pub clear: Vec<u8>,
    /// What is to be sealed; empty when there is nothing.
    pub private: Vec<u8>,
}

/// Bytes that are no event this program knows.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A type this program does not know.
    #[error("`{kind}` has no event `{event_type}`")]
    UnknownType {
        /// The kind of stream.
        kind: &'static str,
        /// The stored type.
        event_type: String,
    },
    /// A form newer than this program.
    #[error("`{event_type}` has form {form}, and this program knows forms up to {known}")]
    UnknownForm {
        /// The stored type.
        event_type: String,
        /// The stored form.
        form: i32,
        /// The newest known form.
        known: i32,
    },
    /// Not JSON, or not the shape of its form.
    #[error("`{event_type}` form {form} cannot be read: {source}")]
    Shape {
        /// The stored type.
        event_type: String,
        /// The stored form.
        form: i32,
        /// What was wrong.
        source: serde_json::Error,
    },
}

/// A decider whose events can be stored.
pub trait Stored: Decider<Event: Serialize + DeserializeOwned> {
    /// Every event type and the newest form of its shape.
    const FORMS: &'static [(&'static str, i32)];
}

impl Stored for missing::Missing {
    const FORMS: &'static [(&'static str, i32)] = &[
        ("reported", 1),
        ("imported", 1),
        ("import_learned", 1),
        ("system_checked", 1),
        ("facts_learned", 1),
        ("graded", 1),
        ("reviewed", 1),
        ("action_recorded", 1),
        ("task_set", 1),
        ("task_finished", 1),
        ("task_cancelled", 1),
        ("handed_over", 1),
        ("hand_over_acknowledged", 1),
        ("taken_over", 1),
        ("returned", 1),
        ("return_withdrawn", 1),
        ("prevention_interview_held", 1),
        ("prevention_interview_forgone", 1),
        ("return_interview_offered", 1),
        ("return_interview_tried", 1),
        ("return_interview_held", 1),
        ("return_interview_ended", 1),
        ("closed", 1),
        ("reopened", 1),
        ("clocks_set", 1),
        ("escalated", 1),
    ];
}

impl Stored for child::Children {
    const FORMS: &'static [(&'static str, i32)] = &[
        ("registered", 1),
        ("identity_amended", 1),
        ("care_set", 1),
        ("contact_added", 1),
        ("philomena_set", 1),
        ("trigger_plan_set", 1),
        ("trigger_plan_ended", 1),
        ("warning_added", 1),
        ("learned", 1),
        ("restricted", 1),
        ("restriction_lifted", 1),
        ("clocks_set", 1),
        ("escalated", 1),
    ];
}

impl Stored for council::Council {
    const FORMS: &'static [(&'static str, i32)] = &[("stated", 1)];
}

impl Stored for partner::Partners {
    const FORMS: &'static [(&'static str, i32)] = &[("stated", 1)];
}

impl Stored for wording::Wording {
    const FORMS: &'static [(&'static str, i32)] = &[
        ("kept", 1),
        ("raised", 1),
        ("looked_at", 1),
        ("answered", 1),
        ("settled", 1),
        ("clocks_set", 1),
        ("escalated", 1),
    ];
}

impl Stored for link::Links {
    const FORMS: &'static [(&'static str, i32)] = &[
        ("proposed", 1),
        ("linked", 1),
        ("declared_different", 1),
        ("left_unsure", 1),
        ("unlinked", 1),
        ("clocks_set", 1),
        ("escalated", 1),
    ];
}

impl Stored for flow::Flows {
    const FORMS: &'static [(&'static str, i32)] = &[
        ("alarm_raised", 1),
        ("alarm_taken", 1),
        ("alarm_answered", 1),
        ("clocks_set", 1),
        ("escalated", 1),
    ];
}

/// The bytes of an event, in its newest form.
///
/// # Errors
/// When the type is missing from [`Stored::FORMS`] or the event cannot be written as JSON; both are bugs.
pub fn encode<D: Stored>(event: &D::Event) -> Result<Encoded, DecodeError> {
    let unreadable = |source| DecodeError::Shape { event_type: "event".into(), form: 0, source };
    let whole = serde_json::to_string(event).map_err(unreadable)?;
    // `{"tag":body}`; a tag is a plain word.
    let Some((tag, body)) = whole.strip_prefix("{\"").and_then(|rest| rest.split_once("\":")) else {
        return Err(unknown::<D>(""));
    };
    let Some(&(event_type, form)) = D::FORMS.iter().find(|(name, _)| *name == tag) else {
        return Err(unknown::<D>(tag));
    };
    let body = body.strip_suffix('}').ok_or_else(|| unknown::<D>(tag))?;
    let (clear, private) = split::take_private(body.as_bytes());
    Ok(Encoded { event_type, form, clear, private })
}

/// The event in these bytes. Without the private part its private values are gone.
///
/// # Errors
/// Names the type and form that cannot be read. Unreadable values are faults, never a default.
pub fn decode<D: Stored>(
    event_type: &str,
    form: i32,
    clear: &[u8],
    private: Option<&[u8]>,
) -> Result<D::Event, DecodeError> {
    let Some(&(_, known)) = D::FORMS.iter().find(|(name, _)| *name == event_type) else {
        return Err(unknown::<D>(event_type));
    };
    if form > known || form < 1 {
        return Err(DecodeError::UnknownForm { event_type: event_type.into(), form, known });
    }
    let shape = |source| DecodeError::Shape { event_type: event_type.into(), form, source };
    // The newest form needs no step, and so no tree of values: half the time of a rebuild went into making them.
    let text = if form == known { tagged(event_type, clear, private) } else { None };
    if let Some(event) = text.and_then(|text| serde_json::from_slice(&text).ok()) {
        return Ok(event);
    }
    let mut body: Value = serde_json::from_slice(clear).map_err(shape)?;
    let private: Vec<Value> = match private {
        Some(bytes) if !bytes.is_empty() => serde_json::from_slice(bytes).map_err(shape)?,
        _ => Vec::new(),
    };
    split::put_private(&mut body, private);
    let body = upcast::upcast(D::KIND, event_type, form, body);
    let mut tagged = serde_json::Map::new();
    tagged.insert(event_type.to_owned(), body);
    serde_json::from_value(Value::Object(tagged)).map_err(shape)
}

/// `{"event_type":body}` with the private values put back, when that can be done in the text.
fn tagged(event_type: &str, clear: &[u8], private: Option<&[u8]>) -> Option<Vec<u8>> {
    let private = private.unwrap_or_default();
    let mut text = Vec::with_capacity(clear.len() + private.len() + event_type.len() + 5);
    text.extend_from_slice(b"{\"");
    text.extend_from_slice(event_type.as_bytes());
    text.extend_from_slice(b"\":");
    split::put_private_text(&mut text, clear, private)?;
    text.push(b'}');
    Some(text)
}

fn unknown<D: Decider>(event_type: &str) -> DecodeError {
    DecodeError::UnknownType { kind: D::KIND, event_type: event_type.into() }
}
