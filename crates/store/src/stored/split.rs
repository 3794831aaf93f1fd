//! Moves private values out of a JSON body, and back in.
//!
//! In the text, without a tree of values: an import and a rebuild do it a hundred thousand times. Back in through a tree
//! as well, because an old form has to be made new there.
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::Value;

const MARK: &str = "§";
/// Finds the mark as a string of its own. Within another string its quotation marks would be escaped.
static MARKED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&OPENING[1..OPENING.len() - 1]));
/// How a mark begins in the text that `serde_json` writes.
const OPENING: &[u8] = "{\"§\":".as_bytes();

/// Takes every `{"§":value}` out of a body, in document order, and leaves `{"§":position}` in its place. A value already
/// gone stays `{"§":null}`. Gives the body without them and a JSON list of them, which is empty when there are none.
///
/// `body` is compact JSON as `serde_json` writes it.
pub(super) fn take_private(body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut clear, mut private) = (Vec::with_capacity(body.len()), Vec::new());
    let (mut at, mut copied, mut taken) = (0, 0, 0_usize);
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => at = after_string(body, at),
            b'{' if body[at..].starts_with(OPENING) => {
                let from = at + OPENING.len();
                let to = after_value(body, from);
                at = from;
                // Beside another key it is no mark.
                if body.get(to) != Some(&b'}') {
                    continue;
                }
                at = to;
                let value = &body[from..to];
                if value != b"null" {
                    clear.extend_from_slice(&body[copied..from]);
                    clear.extend_from_slice(taken.to_string().as_bytes());
                    copied = to;
                    taken += 1;
                    private.push(if taken == 1 { b'[' } else { b',' });
                    private.extend_from_slice(value);
                }
            }
            _ => at += 1,
        }
    }
    clear.extend_from_slice(&body[copied..]);
    if taken > 0 {
        private.push(b']');
    }
    (clear, private)
}

/// Where the string that begins here has ended.
fn after_string(text: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the value that begins here has ended.
fn after_value(text: &[u8], begin: usize) -> usize {
    let (mut at, mut depth) = (begin, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = after_string(text, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Appends the body with the values put back, as [`put_private`] does. Gives up on text that [`take_private`] did not
/// write; whether it means anything, the tree says.
pub(super) fn put_private_text(out: &mut Vec<u8>, clear: &[u8], private: &[u8]) -> Option<()> {
    let mut values = match private {
        [] => private,
        [b'[', values @ .., b']'] => values,
        _ => return None,
    };
    let (mut copied, mut put) = (0, 0_usize);
    for at in MARKED.find_iter(clear) {
        let from = at + OPENING.len() - 1;
        if at == 0 || clear[at - 1] != b'{' || clear.get(from - 1) != Some(&b':') {
            return None;
        }
        let to = from + clear.get(from..)?.iter().position(|byte| *byte == b'}')?;
        let inside = &clear[from..to];
        if inside != b"null" {
            // Positions count up, so that the values are wanted in the order in which they stand.
            if std::str::from_utf8(inside).ok()?.parse() != Ok(put) {
                return None;
            }
            put += 1;
            let value = &values[..after_value(values, 0)];
            out.extend_from_slice(&clear[copied..from]);
            out.extend_from_slice(if value.is_empty() { b"null" } else { value });
            copied = to;
            values = values.get(value.len() + 1..).unwrap_or_default();
        }
    }
    out.extend_from_slice(&clear[copied..]);
    Some(())
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// What [`take_private`] does, on a tree of values.
    fn take_from_tree(body: &mut Value) -> Vec<Value> {
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

    fn take(whole: &Value) -> (Value, Vec<Value>) {
        let (clear, private) = take_private(&serde_json::to_vec(whole).unwrap());
        let private = if private.is_empty() { Vec::new() } else { serde_json::from_slice(&private).unwrap() };
        (serde_json::from_slice(&clear).unwrap(), private)
    }

    #[test]
    fn private_values_leave_and_come_back() {
        let whole = json!({"a": {"§": "one"}, "b": [{"§": {"x": [1]}}, 3], "c": {"§": null}});
        let (mut body, private) = take(&whole);
        assert_eq!(body, json!({"a": {"§": 0}, "b": [{"§": 1}, 3], "c": {"§": null}}));
        assert_eq!(private, [json!("one"), json!({"x": [1]})]);
        put_private(&mut body, private);
        assert_eq!(body, whole);
    }

    #[test]
    fn what_was_taken_is_put_back_in_the_text() {
        let whole = r#"{"a":{"§":"one"},"b":[{"§":{"x":[1,"}"]}},3],"c":{"§":null},"d":"§"}"#;
        let (clear, private) = take_private(whole.as_bytes());
        let mut back = Vec::new();
        // A text that is the sign itself is looked at by the tree.
        assert_eq!(put_private_text(&mut back, &clear, &private), None);
        let whole = whole.replace("\"d\":\"§\"", "\"d\":\"x\"");
        let (clear, private) = take_private(whole.as_bytes());
        back.clear();
        put_private_text(&mut back, &clear, &private).unwrap();
        assert_eq!(String::from_utf8(back).unwrap(), whole);
    }

    #[test]
    fn without_the_private_part_every_private_value_is_gone() {
        let mut body = json!({"a": {"§": 0}, "b": {"§": 7}});
        put_private(&mut body, Vec::new());
        assert_eq!(body, json!({"a": {"§": null}, "b": {"§": null}}));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[§\"\\\\{}\\[\\]:, a-c]{0,6}", Just("{\"§\":1}".to_owned())];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            let key = prop_oneof![3 => Just("§".to_owned()), 1 => "[§\"\\\\{}a]{0,3}"];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                inner.clone().prop_map(|value| json!({"§": value})),
                proptest::collection::btree_map(key, inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Quotes, braces and marks inside strings included.
        #[test]
        fn text_and_tree_agree(whole in any_json()) {
            let mut tree = whole.clone();
            let taken = take_from_tree(&mut tree);
            let (clear, private) = take(&whole);
            prop_assert_eq!((clear, private), (tree, taken));
        }

        /// Also when the private part is gone, or not all there.
        #[test]
        fn text_and_tree_put_back_the_same(whole in any_json(), keep in 0_usize..4) {
            let (clear, private) = take_private(&serde_json::to_vec(&whole).unwrap());
            let values = |private: &[u8]| -> Vec<Value> {
                if private.is_empty() { Vec::new() } else { serde_json::from_slice(private).unwrap() }
            };
            let mut some = values(&private);
            some.truncate(keep);
            for private in [private, Vec::new(), serde_json::to_vec(&some).unwrap()] {
                let mut tree: Value = serde_json::from_slice(&clear).unwrap();
                put_private(&mut tree, values(&private));
                let mut text = Vec::new();
                if put_private_text(&mut text, &clear, &private).is_some() {
                    prop_assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), tree);
                }
            }
        }
    }
}
