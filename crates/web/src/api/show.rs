//! Views as JSON. Moments are RFC 3339 in UTC; codes are those the pages send.
use cf_app::views::{ChildView, IncidentView};
use cf_casework::child::Dated;
use cf_casework::missing::Phase;
use cf_casework::missing::state::Done;
use cf_kernel::Timestamp;
use cf_store::{AccessRecorded, BoardRow, CouncilRow, DueClock, IncidentRow, Match, Recorded};
use serde::Serialize;
use serde_json::{Value, json};

fn at(micros: i64) -> String {
    Timestamp::from_micros(micros).to_rfc3339()
}

/// A value of the record; private text stands as itself, or `null` once it was destroyed.
fn plain(value: impl Serialize) -> Value {
    fn open(value: Value) -> Value {
        match value {
            Value::Object(mut object) if object.len() == 1 && object.contains_key("§") => {
                open(object.remove("§").unwrap_or_default())
            }
            Value::Object(object) => {
                let one = |(key, value): (String, Value)| {
                    // The record keeps moments as microseconds, under names that end in `_at`.
                    let moment = value.as_i64().filter(|_| key.ends_with("_at")).map(at);
                    (key, moment.map_or_else(|| open(value), Value::from))
                };
                object.into_iter().map(one).collect()
            }
            Value::Array(items) => items.into_iter().map(open).collect(),
            other => other,
        }
    }
    open(serde_json::to_value(value).unwrap_or_default())
}

fn done<T: Serialize>(done: &Done<T>) -> Value {
    json!({"at": done.at.to_rfc3339(), "by": done.by, "what": plain(&done.what)})
}

fn dated<T: Serialize>(dated: &Dated<T>) -> Value {
    json!({"at": dated.at.to_rfc3339(), "what": plain(&dated.what)})
}

pub(super) fn board_row(row: &BoardRow) -> Value {
    json!({
        "incident": row.stream, "child": row.child, "name": row.name, "born_on": row.born_on,
        "restricted": row.restricted, "looked_after": row.looked_after, "trigger_plan": row.trigger_plan,
        "warnings": row.warnings, "phase": row.phase, "grade": row.grade, "recommended": row.recommended,
        "below": row.below, "look_owed": row.look_owed, "senior_look_owed": row.senior_look_owed,
        "regrade_owed": row.regrade_owed, "reported_at": at(row.reported_at),
        "last_seen_at": row.last_seen_at.map(at), "returned_at": row.returned_at.map(at),
        "owner": row.owner_name, "last_action_at": at(row.last_action_at), "next_due": row.next_due,
        "next_due_at": row.next_due_at.map(at), "borough": row.borough,
    })
}

pub(super) fn clock(clock: &DueClock) -> Value {
    json!({
        "record": clock.stream, "kind": clock.kind, "clock": clock.clock, "child": clock.child,
        "owner": clock.owner_name, "started_at": at(clock.started_at), "due_at": at(clock.due_at),
        "climbed": clock.climbed,
    })
}

pub(super) fn found(found: &Match) -> Value {
    let child = &found.child;
    json!({
        "child": child.stream, "name": child.name, "born_on": child.born_on, "borough": child.borough,
        "restricted": child.restricted, "trigger_plan": child.trigger_plan, "warnings": child.warnings,
        "because": found.because,
    })
}

fn episode(row: &IncidentRow) -> Value {
    json!({
        "incident": row.stream, "phase": row.phase, "grade": row.grade, "reported_at": at(row.reported_at),
        "returned_at": row.returned_at.map(at), "closed_at": row.closed_at.map(at), "how": row.how,
    })
}

pub(super) fn child(view: &ChildView) -> Value {
    let child = &view.child;
    json!({
        "id": view.id, "version": view.version, "as_at": view.as_at.map(Timestamp::to_rfc3339),
        "identity": plain(&child.identity), "care": plain(&child.care),
        "contacts": child.contacts.iter().map(dated).collect::<Vec<_>>(),
        "philomena": child.philomena.as_ref().map(dated),
        "trigger_plan": child.trigger_plan.as_ref().map(dated),
        "warnings": child.warnings.iter().map(dated).collect::<Vec<_>>(),
        "learned": child.learned.iter().map(dated).collect::<Vec<_>>(),
        "restricted": child.restricted.as_ref().map(dated),
        "incidents": view.episodes.iter().map(episode).collect::<Vec<_>>(),
        "found": view.found.iter()
            .map(|(when, place)| json!({"at": when.to_rfc3339(), "place": place})).collect::<Vec<_>>(),
    })
}

pub(super) fn incident(view: &IncidentView) -> Value {
    let incident = &view.incident;
    let phase = match incident.phase {
        Phase::Missing => "missing",
        Phase::Back(_) => "back",
        Phase::Closed { .. } => "closed",
    };
    let report = match &incident.origin {
        cf_casework::missing::state::Origin::Report(report) => plain(report),
        cf_casework::missing::state::Origin::Import(imported) => plain(imported),
    };
    let reviews = incident.reviews.iter().map(|review| {
        json!({"at": review.at.to_rfc3339(), "by": review.by, "what": plain(&review.what.0), "senior": review.what.1.senior})
    });
    let tasks = incident.tasks.iter().map(|task| {
        json!({"number": task.number.to_string(), "task": plain(&task.task), "open": task.end.is_none()})
    });
    json!({
        "id": view.id, "version": view.version, "as_at": view.as_at.map(Timestamp::to_rfc3339),
        "child": incident.child, "phase": phase, "owner": plain(&incident.owner),
        "reported_at": incident.reported_at.to_rfc3339(),
        "last_seen_at": incident.last_seen_at.map(Timestamp::to_rfc3339),
        "origin": report, "grade": incident.grade().map(cf_kernel::Grade::code),
        "facts": plain(&incident.answers), "return": incident.back().map(plain),
        "checks": incident.checks.iter().map(done).collect::<Vec<_>>(),
        "gradings": incident.gradings.iter().map(done).collect::<Vec<_>>(),
        "reviews": reviews.collect::<Vec<_>>(),
        "actions": incident.actions.iter().map(done).collect::<Vec<_>>(),
        "tasks": tasks.collect::<Vec<_>>(),
        "hand_over": incident.hand_over.as_ref().map(done),
        "owed": incident.owed().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "advice": view.advice.as_ref().map(|advice| {
            let told = &advice.evaluation;
            json!({
                "recommended": told.recommended.code(), "at_most": told.at_most.code(),
                "reasons": told.fired.iter().map(|fired| fired.reason.clone()).collect::<Vec<_>>(),
                "questions": plain(&told.ask), "fired": plain(&told.fired), "rules": advice.rule_set,
            })
        }),
    })
}

pub(super) fn event(event: &Recorded) -> Value {
    let (user, role, team) = event.actor;
    json!({
        "version": event.version, "event": event.event_type, "occurred_at": event.occurred_at.to_rfc3339(),
        "recorded_at": event.recorded_at.to_rfc3339(), "user": user, "role": role.code(), "team": team,
    })
}

pub(super) fn access(entry: &AccessRecorded) -> Value {
    json!({
        "at": entry.at.to_rfc3339(), "user": entry.user, "role": entry.role.code(), "action": entry.action,
        "purpose": entry.purpose, "reason": entry.reason, "permitted": entry.permitted, "request": entry.request,
    })
}

pub(super) fn council(row: &CouncilRow) -> Value {
    json!({
        "id": row.stream, "authority": row.authority, "local_id": row.local_id, "born_on": row.born_on,
        "first_year": row.first_year, "last_year": row.last_year, "in_care": row.in_care,
        "missing_periods": row.missing_periods, "away_periods": row.away_periods, "open_period": row.open_period,
    })
}
