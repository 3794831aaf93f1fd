//! Old forms made new, one step at a time. Nothing stored is ever rewritten.
use serde_json::Value;

/// One step: the kind and type it is for, the form it reads, and what it does to make the next form.
struct Step {
    kind: &'static str,
    event_type: &'static str,
    from: i32,
    make: fn(Value) -> Value,
}

/// Every step there has ever been. A step is never removed, because records written before it stay as they are.
const STEPS: &[Step] = &[];

/// The body in the newest form.
pub(super) fn upcast(kind: &str, event_type: &str, form: i32, body: Value) -> Value {
    run(STEPS, kind, event_type, form, body)
}

fn run(steps: &[Step], kind: &str, event_type: &str, mut form: i32, mut body: Value) -> Value {
    while let Some(step) =
        steps.iter().find(|step| step.kind == kind && step.event_type == event_type && step.from == form)
    {
        body = (step.make)(body);
        form += 1;
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_are_chained_and_only_for_their_own_type() {
        let steps = [
            Step { kind: "k", event_type: "t", from: 1, make: |old| json!({"one": old}) },
            Step { kind: "k", event_type: "t", from: 2, make: |old| json!({"two": old}) },
            Step { kind: "k", event_type: "other", from: 1, make: |_| json!("wrong") },
        ];
        assert_eq!(run(&steps, "k", "t", 1, json!(0)), json!({"two": {"one": 0}}));
        assert_eq!(run(&steps, "k", "t", 2, json!(0)), json!({"two": 0}));
        assert_eq!(run(&steps, "k", "t", 3, json!(0)), json!(0));
    }
}
