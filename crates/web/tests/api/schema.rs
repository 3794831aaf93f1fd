//! The part of JSON Schema that the OpenAPI document uses, checked strictly: a word it does not know is a failure.
use serde_json::Value;

/// What is wrong with `value`, as paths and rules; empty when it fits.
pub(crate) fn problems(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(rules) = schema.as_object() else { return vec![format!("{at}: no schema")] };
    for (word, rule) in rules {
        let fits = match word.as_str() {
            "$ref" => {
                let target = resolve(document, rule.as_str().unwrap_or_default());
                found.extend(target.map_or_else(
                    || vec![format!("{at}: {rule} leads nowhere")],
                    |target| problems(document, target, value, at),
                ));
                true
            }
            "anyOf" => {
                let any = rule.as_array().is_some_and(|rules| {
                    rules.iter().any(|rule| problems(document, rule, value, at).is_empty())
                });
                if !any {
                    let all = rule.as_array().into_iter().flatten();
                    found.extend(all.flat_map(|rule| problems(document, rule, value, at)));
                }
                any
            }
            "allOf" => rule
                .as_array()
                .is_some_and(|rules| rules.iter().all(|rule| problems(document, rule, value, at).is_empty())),
            "type" => match rule {
                Value::Array(names) => names.iter().any(|name| is(value, name)),
                name => is(value, name),
            },
            "enum" => rule.as_array().is_some_and(|values| values.contains(value)),
            "required" => match value {
                Value::Object(object) => rule.as_array().is_some_and(|names| {
                    names.iter().all(|name| object.contains_key(name.as_str().unwrap()))
                }),
                _ => true,
            },
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(name) {
                        found.extend(problems(document, schema, inner, &format!("{at}.{name}")));
                    } else if schema["additionalProperties"] == false {
                        found.push(format!("{at}.{name}: not in the document"));
                    }
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(problems(document, rule, item, &format!("{at}[{index}]")));
                }
                true
            }
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= rule.as_u64().unwrap()),
            "maxLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap())
            }
            "format" => value.as_str().is_none_or(|text| has_format(rule.as_str().unwrap(), text)),
            "description" | "example" | "additionalProperties" => true,
            other => panic!("the checker does not know `{other}`"),
        };
        if !fits {
            found.push(format!("{at}: {word} {rule} does not hold for {value}"));
        }
    }
    found
}

/// What a reference within the document leads to.
pub(crate) fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

fn is(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the checker does not know type `{other}`"),
    }
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => uuid::Uuid::parse_str(text).is_ok(),
        "date-time" => text.parse::<cf_kernel::Timestamp>().is_ok() && text.ends_with('Z'),
        "date" => text.len() == 10 && text.parse::<cf_kernel::CalendarDay>().is_ok(),
        "password" => true,
        other => panic!("the checker does not know format `{other}`"),
    }
}
