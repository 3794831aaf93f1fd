//! Moves private values out of a JSON body, and back in.
use serde_json::Value;

const MARK: &str = "§";

/// Takes every `{"§": value}` out of the body, in document order, and leaves `{"§": position}` in its place.
/// A value already gone stays `{"§": null}`.
pub(super) fn take_private(body: &mut Value) -> Vec<Value> {
    let mut taken = Vec::new();
    walk(body, &mut |marked| {
        let value = std::mem::replace(marked, Value::Null);
        if !value.is_null() {
            *marked = Value::from(taken.len());
            taken.push(value);
        }
    });
    taken
}

/// Puts the values back. A position without a value becomes `null`: the value is gone.
pub(super) fn put_private(body: &mut Value, mut values: Vec<Value>) {
    walk(body, &mut |marked| {
        let position = marked.as_u64().and_then(|position| usize::try_from(position).ok());
        *marked = position.and_then(|at| values.get_mut(at)).map_or(Value::Null, Value::take);
    });
}

/// Visits the inside of every mark, outermost first, and does not look inside a mark.
fn walk(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key(MARK) => {
            if let Some(marked) = map.get_mut(MARK) {
                visit(marked);
            }
        }
        Value::Object(map) => map.values_mut().for_each(|value| walk(value, visit)),
        Value::Array(items) => items.iter_mut().for_each(|value| walk(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn private_values_leave_and_come_back() {
        let whole = json!({"a": {"§": "one"}, "b": [{"§": {"x": [1]}}, 3], "c": {"§": null}});
        let mut body = whole.clone();
        let private = take_private(&mut body);
        assert_eq!(body, json!({"a": {"§": 0}, "b": [{"§": 1}, 3], "c": {"§": null}}));
        assert_eq!(private, [json!("one"), json!({"x": [1]})]);
        put_private(&mut body, private);
        assert_eq!(body, whole);
    }

    #[test]
    fn without_the_private_part_every_private_value_is_gone() {
        let mut body = json!({"a": {"§": 0}, "b": {"§": 7}});
        put_private(&mut body, Vec::new());
        assert_eq!(body, json!({"a": {"§": null}, "b": {"§": null}}));
    }
}
