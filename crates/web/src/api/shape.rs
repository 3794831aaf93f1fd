//! What an answer of the API looks like: the struct that is sent and the schema that describes it, written once.
//!
//! `shapes!` makes both from one declaration, and what is said of a field is its description in the OpenAPI document.
use cf_kernel::{CalendarDay, Grade, Private, Role, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Something with a schema.
pub(crate) trait Shape {
    /// The schema, or a reference to it.
    fn schema() -> Value;
    /// Puts the schemas that are referred to among those of the document.
    fn define(_: &mut Map<String, Value>) {}
}

/// Declares answers: struct and schema in one.
macro_rules! shapes {
    ($($(#[doc = $about:literal])+ $name:ident {
        $($(#[doc = $told:literal])* $field:ident: $type:ty,)+
    })+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, serde::Serialize)]
        pub(crate) struct $name { $($(#[doc = $told])* pub(crate) $field: $type,)+ }

        impl $crate::api::shape::Shape for $name {
            fn schema() -> serde_json::Value {
                serde_json::json!({"$ref": concat!("#/components/schemas/", stringify!($name))})
            }
            fn define(into: &mut serde_json::Map<String, serde_json::Value>) {
                if into.contains_key(stringify!($name)) {
                    return;
                }
                into.insert(stringify!($name).to_owned(), serde_json::Value::Null);
                let mut properties = serde_json::Map::new();
                $(
                    <$type as $crate::api::shape::Shape>::define(into);
                    let schema = <$type as $crate::api::shape::Shape>::schema();
                    let told = concat!("", $($told),*);
                    properties.insert(stringify!($field).to_owned(), $crate::api::shape::described(schema, told));
                )+
                let schema = serde_json::json!({
                    "type": "object", "description": concat!($($about),+).trim(), "properties": properties,
                    "required": [$(stringify!($field)),+], "additionalProperties": false,
                });
                into.insert(stringify!($name).to_owned(), schema);
            }
        }
    )+};
}
pub(crate) use shapes;

pub(crate) fn described(mut schema: Value, told: &str) -> Value {
    if let (Value::Object(schema), false) = (&mut schema, told.trim().is_empty()) {
        schema.insert("description".to_owned(), told.trim().into());
    }
    schema
}

macro_rules! plain {
    ($($type:ty: $schema:tt;)+) => {$(
        impl Shape for $type {
            fn schema() -> Value { json!($schema) }
        }
    )+};
}

plain! {
    String: {"type": "string"};
    bool: {"type": "boolean"};
    i64: {"type": "integer"};
    u64: {"type": "integer", "minimum": 0};
    f64: {"type": "number"};
    Uuid: {"type": "string", "format": "uuid"};
    At: {"type": "string", "format": "date-time"};
    Day: {"type": "string", "format": "date"};
}

impl<T: Shape> Shape for Option<T> {
    fn schema() -> Value {
        json!({"anyOf": [T::schema(), {"type": "null"}]})
    }
    fn define(into: &mut Map<String, Value>) {
        T::define(into);
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn schema() -> Value {
        json!({"type": "array", "items": T::schema()})
    }
    fn define(into: &mut Map<String, Value>) {
        T::define(into);
    }
}

impl<T: Shape> Shape for Box<T> {
    fn schema() -> Value {
        T::schema()
    }
    fn define(into: &mut Map<String, Value>) {
        T::define(into);
    }
}

/// A moment as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At(pub(crate) Timestamp);

impl At {
    pub(crate) const fn micros(micros: i64) -> Self {
        Self(Timestamp::from_micros(micros))
    }
}

impl From<Timestamp> for At {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339())
    }
}

/// A day as `2026-11-23`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Day(pub(crate) String);

impl From<CalendarDay> for Day {
    fn from(day: CalendarDay) -> Self {
        Self(day.to_string())
    }
}

/// A value with a stable code.
pub(crate) trait Coded: Copy {
    fn code(self) -> &'static str;
    fn every() -> Vec<Self>;
}

/// Sent as its code; the schema lists every code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code<T>(pub(crate) T);

impl<T: Coded> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<T: Coded> Shape for Code<T> {
    fn schema() -> Value {
        let codes: Vec<_> = T::every().into_iter().map(T::code).collect();
        json!({"type": "string", "enum": codes})
    }
}

macro_rules! coded {
    ($($type:ty: $all:expr;)+) => {$(
        impl Coded for $type {
            fn code(self) -> &'static str { <$type>::code(self) }
            fn every() -> Vec<Self> { $all.to_vec() }
        }
    )+};
}

coded! {
    Grade: Grade::ALL;
    Role: [&Role::PEOPLE[..], &[Role::System]].concat();
    cf_casework::missing::command::MissingFrom: cf_casework::missing::command::MissingFrom::ALL;
    cf_casework::missing::System: cf_casework::missing::System::ALL;
    cf_casework::missing::CheckResult: cf_casework::missing::CheckResult::ALL;
    cf_casework::missing::ReviewDecision: cf_casework::missing::ReviewDecision::ALL;
    cf_casework::missing::ActionKind: cf_casework::missing::ActionKind::ALL;
    cf_casework::missing::HowReturned: cf_casework::missing::HowReturned::ALL;
    cf_casework::missing::Harm: cf_casework::missing::Harm::ALL;
    cf_casework::missing::InterviewAnswer: cf_casework::missing::InterviewAnswer::ALL;
    cf_casework::child::ContactKind: cf_casework::child::ContactKind::ALL;
    cf_casework::child::WarningKind: cf_casework::child::WarningKind::ALL;
    cf_casework::link::Standing: [Self::Proposed, Self::Linked, Self::Different, Self::Unlinked];
    cf_casework::partner::AgencyKind: Self::ALL;
    cf_casework::partner::EntryKind: Self::ALL;
    cf_casework::flow::Flow: Self::ALL;
    cf_casework::flow::Period: Self::ALL;
    cf_casework::flow::Because: Self::ALL;
    cf_casework::flow::Finding: Self::ALL;
    cf_casework::wording::RecordKind: Self::ALL;
    cf_casework::wording::Basis: Self::ALL;
    cf_casework::wording::LookDecision: Self::ALL;
    cf_casework::wording::Outcome: Self::ALL;
    cf_casework::wording::Phase: [Self::Look, Self::Answer, Self::Outcome, Self::Settled];
    cf_store::Queue: cf_store::Queue::ALL;
}

/// A text of the record; `null` once it was destroyed under the retention schedule.
pub(crate) fn text(text: &Private<String>) -> Option<String> {
    text.get().cloned()
}

/// Several things as they are sent.
pub(crate) fn each<'a, T: 'a, S: From<&'a T>>(things: impl IntoIterator<Item = &'a T>) -> Vec<S> {
    things.into_iter().map(S::from).collect()
}
