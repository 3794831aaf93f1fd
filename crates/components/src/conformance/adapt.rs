//! From the options of the package's macros to the shape of our structs.
//!
//! The two differ in four ways: ours have one option of type `Html` where theirs have a pair of `text` and
//! `html`; names that are words of Rust are others here; ours know no empty entries in lists; and ours are
//! typed, so a number given for a text becomes one.

use serde_json::{Map, Value, json};

/// Pairs such as `titleText` and `titleHtml`, which are one option here.
const PAIRS: &[&str] = &["title", "summary", "heading", "description", "logo"];
/// Names that are words of Rust, or that theirs spell in two ways.
const RENAMED: &[(&str, &str)] =
    &[("type", "kind"), ("for", "forId"), ("beforeInputs", "beforeInput"), ("afterInputs", "afterInput")];
/// Options that are texts here and are given as numbers in some fixtures.
const TEXTS: &[&str] = &["value", "text", "number", "id", "classes", "name"];

pub(super) fn options(component: &str, options: Value) -> Value {
    let mut options = adapt(options);
    let Some(map) = options.as_object_mut() else { return options };
    match component {
        // A date's values are a map of their own names, with numbers for texts.
        "date-input" => {
            if let Some(values) = map.get_mut("values").and_then(Value::as_object_mut) {
                values.values_mut().for_each(|value| *value = text(value));
            }
            // A part that is switched off there is left out of the list here.
            let parts = ["day", "month", "year"];
            if parts.iter().any(|part| map.get(*part) == Some(&Value::Bool(false))) {
                let kept = parts.iter().filter(|part| !map.contains_key(**part));
                let kept: Value = kept.map(|part| json!({ "name": part })).collect();
                parts.iter().for_each(|part| drop(map.remove(*part)));
                map.insert("items".into(), kept);
            }
        }
        // The text of a list's answer is never markup.
        "select" => {
            for item in map.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(content) = item.as_object_mut().and_then(|item| item.remove("content")) {
                    item["text"] = content["text"].clone();
                }
            }
        }
        // We offer no licence and no copyright line.
        "footer" => {
            map.remove("contentLicence");
            map.remove("copyright");
        }
        // Sent by old pages; a file field cannot be given a value.
        "file-upload" => {
            map.remove("value");
        }
        // What goes into a slot is always markup.
        "service-navigation" => {
            let end = map.get_mut("slots").and_then(|slots| slots.get_mut("end"));
            if let Some(end) = end.filter(|end| end.is_string()) {
                *end = json!({ "content": { "html": end.clone() } });
            }
            for slot in ["start", "navigationStart", "navigationEnd"] {
                if let Some(slot) = map.get_mut("slots").and_then(|slots| slots.get_mut(slot)) {
                    *slot = json!({ "html": slot.clone() });
                }
            }
        }
        _ => {}
    }
    options
}

fn adapt(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().filter(|entry| !is_empty(entry)).map(adapt).collect(),
        Value::Object(map) => Value::Object(adapt_object(map)),
        other => other,
    }
}

fn adapt_object(map: Map<String, Value>) -> Map<String, Value> {
    let mut adapted = Map::new();
    for (key, value) in map {
        let key =
            RENAMED.iter().find(|(theirs, _)| *theirs == key).map_or(key, |(_, ours)| (*ours).to_owned());
        let pair =
            |suffix: &str| key.strip_suffix(suffix).filter(|stem| PAIRS.contains(stem)).map(str::to_owned);
        if value.is_null() {
            continue;
        } else if key.to_ascii_lowercase().ends_with("attributes") {
            adapted.insert(key, value);
        } else if key == "text" || key == "html" {
            into_pair(&mut adapted, "content", &key, value);
        } else if let Some(stem) = pair("Text") {
            into_pair(&mut adapted, &stem, "text", value);
        } else if let Some(stem) = pair("Html") {
            into_pair(&mut adapted, &stem, "html", value);
        } else if TEXTS.contains(&key.as_str()) && !value.is_object() {
            adapted.insert(key, text(&value));
        } else {
            adapted.insert(key, adapt(value));
        }
    }
    adapted
}

fn into_pair(map: &mut Map<String, Value>, name: &str, kind: &str, value: Value) {
    let entry = map.entry(name).or_insert_with(|| json!({}));
    entry[kind] = value;
}

fn text(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
        other => other.clone(),
    }
}

/// What JavaScript takes for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(on) => !on,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Object(map) => map.is_empty(),
        Value::Array(_) => false,
    }
}
