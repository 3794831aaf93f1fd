//! What a parameter or field can hold: checked when a call comes, and described in the OpenAPI document, by one table.
use cf_app::FieldProblem;
use cf_app::report::{LONGEST_TEXT, check_text};
use cf_kernel::{CalendarDay, Timestamp};
use serde_json::{Value, json};

use crate::acts::Field;
use crate::acts::field::Kind;

/// A parameter of an address, or a field beside the questions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) holds: Holds,
    pub(crate) needed: bool,
}

/// What it can hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holds {
    /// One of these.
    Code(&'static [&'static str]),
    /// A moment as RFC 3339.
    Moment,
    /// A day.
    Day,
    /// A text.
    Text,
    /// A text that stands in an address.
    Short,
    /// A password: shown nowhere.
    Password,
    /// A whole number from 0.
    Whole,
    /// An id.
    Id,
    /// Yes or no.
    YesNo,
}

impl Param {
    pub(crate) const fn new(name: &'static str, holds: Holds, about: &'static str) -> Self {
        Self { name, about, holds, needed: false }
    }

    pub(crate) const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }

    /// Why this text is none of it, naming the rule.
    pub(crate) fn problem(&self, text: &str) -> Option<FieldProblem> {
        let (fits, rule) = match self.holds {
            Holds::Code(codes) => (codes.contains(&text), format!("Give one of: {}.", codes.join(", "))),
            Holds::Moment => (
                text.parse::<Timestamp>().is_ok(),
                "Give a moment as RFC 3339, like 2026-11-23T19:52:00Z.".into(),
            ),
            Holds::Day => (text.parse::<CalendarDay>().is_ok(), "Give a real date, like 2026-11-23.".into()),
            Holds::Whole => (
                text.parse::<i64>().is_ok_and(|number| number >= 0),
                "Give a whole number from 0.".to_owned(),
            ),
            Holds::Id => (uuid::Uuid::parse_str(text).is_ok(), "Give an id, a UUID.".to_owned()),
            Holds::YesNo => (matches!(text, "yes" | "no"), "Give yes or no.".to_owned()),
            Holds::Short => (text.chars().count() <= SHORT, format!("Give {SHORT} characters at most.")),
            Holds::Text | Holds::Password => return check_text(self.name, text),
        };
        (!fits).then(|| FieldProblem::new(self.name, rule))
    }

    /// The schema.
    pub(crate) fn schema(&self) -> Value {
        match self.holds {
            Holds::Code(codes) => json!({"type": "string", "enum": codes}),
            Holds::Moment => json!({"type": "string", "format": "date-time"}),
            Holds::Day => json!({"type": "string", "format": "date"}),
            Holds::Text => json!({"type": "string", "maxLength": LONGEST_TEXT}),
            Holds::Short => json!({"type": "string", "maxLength": SHORT}),
            Holds::Password => json!({"type": "string", "format": "password", "maxLength": LONGEST_TEXT}),
            Holds::Whole => json!({"type": "integer", "minimum": 0}),
            Holds::Id => json!({"type": "string", "format": "uuid"}),
            Holds::YesNo => json!({"enum": ["yes", "no", true, false]}),
        }
    }

    /// A value that fits.
    pub(crate) fn example(&self) -> Value {
        match self.holds {
            Holds::Code(codes) => codes.first().copied().unwrap_or_default().into(),
            Holds::Moment => EXAMPLE_MOMENT.into(),
            Holds::Day => EXAMPLE_DAY.into(),
            Holds::Text | Holds::Short => "Invented".into(),
            Holds::Password => "a long sentence nobody guesses".into(),
            Holds::Whole => 1.into(),
            Holds::Id => EXAMPLE_ID.into(),
            Holds::YesNo => "yes".into(),
        }
    }
}

/// The longest text in an address, in characters.
const SHORT: usize = 200;
const EXAMPLE_MOMENT: &str = "2026-11-23T19:52:00Z";
const EXAMPLE_DAY: &str = "2026-11-23";
const EXAMPLE_ID: &str = "0198a000-0000-7000-8000-000000000001";

/// One name in a JSON object that answers a question, or half of it.
pub(crate) enum Part<'a> {
    Whole(&'a Field),
    /// The date or the time of a moment.
    HalfMoment,
}

/// Which part of this question the name answers.
pub(crate) fn part_of<'a>(field: &'a Field, name: &str) -> Option<Part<'a>> {
    match (name.strip_prefix(field.name.as_str())?, &field.kind) {
        ("", _) => Some(Part::Whole(field)),
        ("_date" | "_time", Kind::Moment(_)) => Some(Part::HalfMoment),
        _ => None,
    }
}

/// A question answered with yes or no also takes true and false.
fn is_yes_no(items: &[(String, String)]) -> bool {
    items.iter().any(|(code, _)| code == "yes")
        && items.iter().all(|(code, _)| matches!(code.as_str(), "yes" | "no" | ""))
}

impl Part<'_> {
    /// Why this value is no answer. What only the reader of an act can tell is left to it.
    pub(crate) fn problem(&self, name: &str, value: &Value) -> Option<FieldProblem> {
        let Self::Whole(field) = self else {
            return (!value.is_string() && !value.is_null()).then(|| FieldProblem::new(name, "Give text."));
        };
        let wrong = |rule: &str| Some(FieldProblem::new(name, rule));
        match (&field.kind, value) {
            (_, Value::Null) => None,
            (Kind::Number { min, max }, Value::Number(_) | Value::String(_)) => {
                let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
                let empty = value.as_str().is_some_and(str::is_empty);
                let fits = empty || number.is_some_and(|number| (*min..=*max).contains(&number));
                if fits { None } else { wrong(&format!("Give a whole number from {min} to {max}.")) }
            }
            (Kind::Tick, Value::Bool(_)) => None,
            (Kind::Tick, Value::String(text)) if matches!(text.as_str(), "yes" | "no" | "") => None,
            (Kind::Tick, _) => wrong("Give true or false."),
            (Kind::One(items) | Kind::Pick(items), Value::Bool(_)) if is_yes_no(items) => None,
            (Kind::One(items) | Kind::Pick(items), Value::String(text)) => {
                let offered = items.iter().any(|(code, _)| code == text);
                if offered || text.is_empty() && !field.needed {
                    return None;
                }
                let codes: Vec<_> =
                    items.iter().map(|(code, _)| code.as_str()).filter(|code| !code.is_empty()).collect();
                if codes.is_empty() {
                    return wrong("There is nothing to choose now.");
                }
                wrong(&format!("Give one of: {}.", codes.join(", ")))
            }
            (Kind::Number { .. }, _) => wrong("Give a whole number."),
            (_, Value::String(_)) => None,
            _ => wrong("Give text."),
        }
    }
}

/// The schema of an object that answers these questions.
pub(crate) fn request_schema(fields: &[Field], more: &[Param]) -> Value {
    let mut properties = serde_json::Map::new();
    let (mut required, mut either) = (Vec::new(), Vec::new());
    for field in fields {
        let needed = field.needed && !field.asked;
        let about = if field.hint.is_empty() {
            field.label.clone()
        } else {
            format!("{} {}", field.label, field.hint)
        };
        let schema = super::shape::described(field_schema(field, needed), &about);
        properties.insert(field.name.clone(), schema);
        if let Kind::Moment(_) = field.kind {
            let (date, time) = (format!("{}_date", field.name), format!("{}_time", field.name));
            properties.insert(date.clone(), json!({"type": ["string", "null"], "description": "The day in London, with the time, in place of the moment."}));
            properties.insert(
                time.clone(),
                json!({"type": ["string", "null"], "description": "The time in London, on a 24-hour clock."}),
            );
            if needed {
                either.push(json!({"anyOf": [{"required": [field.name]}, {"required": [date, time]}]}));
            }
        } else if needed {
            required.push(field.name.clone());
        }
    }
    for param in more {
        let mut schema = param.schema();
        if !param.needed {
            schema = json!({"anyOf": [schema, {"type": "null"}]});
        } else {
            required.push(param.name.to_owned());
        }
        properties.insert(param.name.to_owned(), super::shape::described(schema, param.about));
    }
    let mut schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        "example": example(fields, more),
    });
    if !either.is_empty() {
        schema["allOf"] = either.into();
    }
    schema
}

fn field_schema(field: &Field, needed: bool) -> Value {
    let null = if needed { json!(null) } else { json!("null") };
    let kind = |name: &str| if null.is_null() { json!(name) } else { json!([name, "null"]) };
    match &field.kind {
        Kind::Line(_) | Kind::Words(_) | Kind::Listed(_) => {
            let mut schema = json!({"type": kind("string"), "maxLength": LONGEST_TEXT});
            if needed {
                schema["minLength"] = 1.into();
            }
            schema
        }
        Kind::Moment(_) => json!({"type": ["string", "null"], "format": "date-time"}),
        Kind::Day if needed => json!({"type": "string", "format": "date"}),
        Kind::Day => json!({"anyOf": [{"type": "string", "format": "date"}, {"enum": ["", null]}]}),
        Kind::Number { min, max } => {
            json!({"anyOf": [{"type": "integer", "minimum": min, "maximum": max}, {"type": ["string", "null"]}]})
        }
        Kind::Tick => json!({"enum": [true, false, "yes", "no", "", null]}),
        // What can be chosen depends on the record: its acts are listed, with their codes, at `…/acts`.
        Kind::One(items) | Kind::Pick(items) if items.is_empty() => json!({"type": kind("string")}),
        Kind::One(items) | Kind::Pick(items) => {
            let mut codes: Vec<Value> = items.iter().map(|(code, _)| code.as_str().into()).collect();
            if is_yes_no(items) {
                codes.extend([json!(true), json!(false)]);
            }
            if !needed {
                codes.extend((!items.iter().any(|(code, _)| code.is_empty())).then(|| json!("")));
                codes.push(Value::Null);
            }
            json!({"enum": codes})
        }
    }
}

/// An object that fits.
fn example(fields: &[Field], more: &[Param]) -> Value {
    let one = |field: &Field| {
        let value: Value = match &field.kind {
            Kind::Line(_) => "Invented".into(),
            Kind::Words(_) => "In somebody's own words.".into(),
            Kind::Moment(_) => EXAMPLE_MOMENT.into(),
            Kind::Day => EXAMPLE_DAY.into(),
            Kind::Number { min, .. } => (*min).into(),
            Kind::Tick => true.into(),
            Kind::Listed(list) => list.codes().first().map(|coded| coded.code.as_str()).into(),
            Kind::One(items) | Kind::Pick(items) => {
                items.first().map_or_else(|| EXAMPLE_ID.into(), |(code, _)| code.as_str().into())
            }
        };
        (field.name.clone(), value)
    };
    let needed = fields.iter().filter(|field| field.needed && !field.asked).map(one);
    let more = more.iter().filter(|param| param.needed).map(|param| (param.name.to_owned(), param.example()));
    Value::Object(needed.chain(more).collect())
}
