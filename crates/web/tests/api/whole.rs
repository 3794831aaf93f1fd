//! Everything a program does in a day, and everything it can get wrong.
use cf_kernel::Role;
use cf_testkit::User;
use serde_json::Value;

use crate::{Api, KEY, json, refused, report};

/// The rows under this name.
pub(crate) fn rows(answer: &cf_testkit::Answer, name: &str) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    json(answer)[name].as_array().unwrap().clone()
}

async fn acts(api: &Api, who: &User, incident: &str, all: &[(&str, Value)]) {
    for (slug, body) in all {
        let answer = api.send_new(who, &format!("/incidents/{incident}/acts/{slug}"), body).await;
        assert_eq!(answer.status, 200, "{slug}: {}", answer.body);
        api.test.clock.advance_seconds(60);
    }
}

#[tokio::test]
async fn an_incident_from_report_to_closure() {
    let api = Api::start().await;
    let (sam, noor) = (api.test.operator().await, api.test.inspector().await);
    let incident = api.incident(&sam).await;
    let path = format!("/incidents/{incident}");
    let me = sam.id.to_string();
    let soon = "2026-03-04T12:00:00Z";
    acts(
        &api,
        &sam,
        &incident,
        &[
            (
                "check",
                json!({"system": first(&api, &sam, &path, "check", "system").await, "result": "nothing_held"}),
            ),
            ("grade", json!({"grade": "high", "rationale": "Medication is at home.", "next_review": soon})),
            ("task", json!({"what": "Ring the aunt.", "owner": me, "due": soon})),
            ("task-done", json!({"number": "1", "outcome": "She has not seen the child."})),
            ("hand-over", json!({"to": noor.id.to_string(), "briefing": "Aunt rung; school next."})),
        ],
    )
    .await;
    acts(
        &api,
        &noor,
        &incident,
        &[
            ("acknowledge", json!({})),
            ("review", json!({"decision": "agree", "words": "Looked at the call.", "next_review": soon})),
        ],
    )
    .await;
    let now = api.test.app.now().to_rfc3339();
    let how = first(&api, &sam, &path, "return", "how").await;
    let harm = first(&api, &sam, &path, "return", "harm").await;
    let kind = first(&api, &sam, &path, "action", "kind").await;
    acts(
        &api,
        &sam,
        &incident,
        &[
            ("action", json!({"kind": kind, "what": "Looked round the park.", "done": now})),
            ("return", json!({"returned": now, "how": how, "harm": harm, "place": "The park"})),
            ("prevention-interview", json!({"held": now, "in_person": true, "account": "Safe.", "child_words": "I was cold."})),
            ("offer-interview", json!({"offered": now, "by": "The council's team", "answer": "accepted"})),
            ("interview-try", json!({"tried": now, "what": "Rang; no answer."})),
            ("interview", json!({
                "held": now, "by": "Jo of the service", "independent": "yes", "child_words": "I missed my gran.",
                "learned": "Goes to the park.", "exploitation_signs": false,
            })),
        ],
    )
    .await;
    let seen = json(&api.get(&sam, &path).await);
    assert_eq!(seen["phase"], "back");
    assert_eq!(seen["owed"], json!([]), "{seen}");
    assert_eq!(seen["prevention_interview"]["child_words"], "I was cold.");
    assert_eq!(seen["return_interview"]["held"]["child_words"], "I missed my gran.");
    assert_eq!(seen["tasks"][0]["state"], "finished");
    assert_eq!(seen["owner"]["user"], noor.id.to_string());
    assert!(seen["clocks"].as_array().is_some_and(|clocks| !clocks.is_empty()), "{seen}");
    let version = &seen["version"];
    acts(&api, &sam, &incident, &[("close", json!({"summary": "Found safe.", "version": version}))]).await;
    assert_eq!(json(&api.get(&sam, &path).await)["closed"]["summary"], "Found safe.");
    let child = seen["child"].as_str().unwrap();
    let record = json(&api.get(&sam, &format!("/children/{child}")).await);
    assert_eq!(record["learned"][0]["what"], "Goes to the park.");
    assert_eq!(record["found"][0]["place"], "The park");
    assert_eq!(record["incidents"][0]["phase"], "closed");
    let history = rows(&api.get(&sam, &format!("/records/{incident}/history")).await, "events");
    assert!(history.len() > 12, "{history:?}");
    assert_eq!(history[0]["version"], 1);
    // As it was known before it was graded.
    let before =
        json(&api.get(&sam, &format!("{path}?as_at={}", history[1]["recorded_at"].as_str().unwrap())).await);
    assert_eq!((before["grade"].is_null(), before["phase"].as_str()), (true, Some("missing")), "{before}");
}

/// The first code a question offers now, as the list of acts gives it.
async fn first(api: &Api, who: &User, path: &str, slug: &str, field: &str) -> String {
    let acts = rows(&api.get(who, &format!("{path}/acts")).await, "acts");
    let form = acts.iter().find(|form| form["slug"] == slug).unwrap();
    let questions = form["questions"].as_array().unwrap();
    let question = questions.iter().find(|question| question["field"] == field).unwrap();
    question["codes"][0]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_child_s_record_is_kept_over_http() {
    let api = Api::start().await;
    let (sam, noor) = (api.test.operator().await, api.test.inspector().await);
    let incident = api.incident(&sam).await;
    let seen = json(&api.get(&sam, &format!("/incidents/{incident}")).await);
    let child = seen["child"].as_str().unwrap();
    let path = format!("/children/{child}");
    for (who, slug, body) in [
        (
            &sam,
            "trigger-plan",
            json!({"actions": "Ring gran\nGo to the park", "owner": sam.id.to_string(), "review": "2026-06-01"}),
        ),
        (
            &sam,
            "philomena",
            json!({"about": "Calm voice.", "owner": sam.id.to_string(), "review": "2026-06-01"}),
        ),
        (&sam, "warning", json!({"kind": "health", "words": "Inhaler."})),
        (&sam, "contact", json!({"kind": "phone", "value": "020 7946 0000", "note": "Gran"})),
        (&sam, "care", json!({"looked_after": "yes", "responsible_authority": "301"})),
        (&noor, "restrict", json!({"reason": "A relative works here."})),
    ] {
        let answer = api.send_new(who, &format!("{path}/acts/{slug}"), &body).await;
        assert_eq!(answer.status, 200, "{slug}: {}", answer.body);
    }
    refused(&api.get(&sam, &path).await, 403, "denied");
    let record = json(&api.get(&noor, &path).await);
    assert_eq!(record["trigger_plan"]["actions"], json!(["Ring gran", "Go to the park"]));
    assert_eq!(record["contacts"][0]["value"], "020 7946 0000");
    assert_eq!(record["restricted"]["reason"], "A relative works here.");
    assert_eq!(record["clocks"].as_array().map(Vec::len), Some(2));
    let glass = api.send_new(&sam, "/glass", &json!({"reason": "The child's safety needs it now."})).await;
    assert_eq!((glass.status, glass.body.as_str()), (204, ""));
    assert_eq!(api.get(&sam, &path).await.status, 200);
    let found = api.send_new(&noor, "/children/search", &json!({"name": "Ada Invented"})).await;
    assert_eq!(rows(&found, "children")[0]["child"], child);
    let breaks = rows(&api.get(&noor, "/glass").await, "breaks");
    let review = json!({
        "session": breaks[0]["session"], "at": breaks[0]["at"], "justified": true, "words": "Needed.",
    });
    assert_eq!(api.send_new(&noor, "/glass/review", &review).await.status, 204);
    assert_eq!(rows(&api.get(&noor, "/glass").await, "breaks")[0]["review"]["justified"], true);
}

#[tokio::test]
async fn lists_sessions_and_the_office() {
    let api = Api::start().await;
    let (sam, noor, ola, max) = (
        api.test.operator().await,
        api.test.inspector().await,
        api.test.council_worker("301").await,
        api.test.administrator().await,
    );
    let ari = api.test.auditor().await;
    let incident = api.incident(&sam).await;
    assert_eq!(json(&api.get(&sam, "/me").await)["role"], Role::Operator.code());
    let learned = json!({"told_by": "The school", "age": 13});
    let facts = format!("/incidents/{incident}/facts");
    let questions = rows(&api.get(&sam, "/rules/questions").await, "questions");
    let known = |field: &str| questions.iter().any(|question| question["field"] == field);
    assert!(known("age"), "{questions:?}");
    let answer = api.send_new(&sam, &facts, &learned).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let held = rows(&api.get(&sam, "/board?owner=me&phase=missing").await, "incidents");
    assert_eq!(held[0]["incident"], incident);
    let clocks = rows(&api.get(&sam, "/mine").await, "clocks");
    assert_eq!(clocks[0]["record"], incident);
    let grade = json!({"grade": "high", "rationale": "Known.", "next_review": "2026-03-04T12:00:00Z"});
    assert_eq!(api.send_new(&sam, &format!("/incidents/{incident}/acts/grade"), &grade).await.status, 200);
    let lists = rows(&api.get(&noor, "/queue").await, "lists");
    let look = lists.iter().find(|list| list["list"] == "to_look_at").unwrap();
    assert_eq!(look["incidents"][0]["incident"], incident);
    assert_eq!(rows(&api.get(&ola, "/council").await, "records").len(), 0);
    assert_eq!(rows(&api.get(&max, "/record").await, "logs").len(), 2);
    let verified = api.send_new(&max, "/record/verify", &json!({})).await;
    assert_eq!(json(&verified)["whole"], true, "{}", verified.body);
    assert_eq!(rows(&api.get(&max, "/imports").await, "imports").len(), 0);
    assert!(rows(&api.get(&ari, "/access").await, "entries").len() > 10);
    let ola = json!({
        "login": "ola@force.example", "name": "Ola Invented", "role": "council_worker", "authority": "E09000099",
        "password": "a long sentence nobody guesses",
    });
    let refused_code = api.send_new(&max, "/accounts", &ola).await;
    assert_eq!(refused_code.status, 422, "{}", refused_code.body);
    assert!(refused_code.body.contains("\"authority\""), "{}", refused_code.body);
    let new = json!({
        "login": "pat@force.example", "name": "Pat Invented", "role": "operator",
        "password": "a long sentence nobody guesses",
    });
    let made = api.send_new(&max, "/accounts", &new).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(rows(&api.get(&max, "/accounts").await, "accounts").len(), 6);
    let pat = json(&made)["user"].as_str().unwrap().to_owned();
    let change =
        async |act: &str, body: Value| api.send_new(&max, &format!("/accounts/{pat}/{act}"), &body).await;
    refused(&change("role", json!({"role": "supervisor"})).await, 422, "invalid");
    let promoted = change("role", json!({"role": "supervisor", "reason": "Passed the board."})).await;
    assert_eq!(promoted.status, 204, "{}", promoted.body);
    refused(&change("reopen", json!({"reason": "Not ended."})).await, 422, "invalid");
    assert_eq!(change("disable", json!({})).await.status, 204);
    assert_eq!(change("reopen", json!({"reason": "Ended by mistake."})).await.status, 204);
    let in_ = json!({"login": "pat@force.example", "password": "a long sentence nobody guesses"});
    let begun = api
        .send("POST", "/sign-in", &[("content-type", "application/json")], in_.to_string().as_bytes())
        .await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let bearer = format!("Bearer {}", json(&begun)["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(rows(&api.send("GET", "/sessions", &headers, b"").await, "sessions").len(), 1);
    assert_eq!(api.send("POST", "/sign-out", &headers, b"").await.status, 204);
    refused(&api.send("GET", "/me", &headers, b"").await, 401, "sign_in_needed");
    let wrong = json!({"login": "pat@force.example", "password": "no"}).to_string();
    for _ in 0..10 {
        refused(&api.send("POST", "/sign-in", &[], wrong.as_bytes()).await, 422, "invalid");
    }
    let many = api.send("POST", "/sign-in", &[], wrong.as_bytes()).await;
    refused(&many, 429, "too_many_tries");
    assert_eq!(many.header("retry-after"), Some("900"));
}

#[tokio::test]
async fn the_board_goes_on_where_it_stood() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    let mut made = Vec::new();
    for number in 0..103 {
        let mut body = report();
        body["given_name"] = format!("Ada{number}").into();
        let answer = api.send_new(&sam, "/reports", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        made.push(json(&answer)["incident"].clone());
        api.test.clock.advance_seconds(1);
    }
    let first = json(&api.get(&sam, "/board").await);
    let mut seen: Vec<Value> =
        first["incidents"].as_array().unwrap().iter().map(|row| row["incident"].clone()).collect();
    assert_eq!(seen.len(), 100);
    // What leaves the first page meanwhile does not hide a row of the next, as it would with a count of rows.
    let gone = first["incidents"][0]["incident"].as_str().unwrap();
    let high = json!({"grade": "high", "rationale": "Known.", "next_review": "2026-03-05T12:00:00Z"});
    let graded = api.send_new(&sam, &format!("/incidents/{gone}/acts/grade"), &high).await;
    assert_eq!(graded.status, 200, "{}", graded.body);
    let next = json(&api.get(&sam, &format!("/board?after={}", first["after"].as_str().unwrap())).await);
    seen.extend(next["incidents"].as_array().unwrap().iter().map(|row| row["incident"].clone()));
    assert!(next["after"].is_null());
    for incident in &made {
        assert!(seen.contains(incident), "{incident} was never listed");
    }
    for bad in ["after=zzz", "after=100"] {
        refused(&api.get(&sam, &format!("/board?{bad}")).await, 422, "invalid");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_named() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    let field =
        |answer: &cf_testkit::Answer| json(answer)["fields"][0]["field"].as_str().unwrap_or("").to_owned();
    for (path, name) in [
        ("/board?colour=red", "colour"),
        ("/board?grade=purple", "grade"),
        ("/board?grade=high&grade=low", "grade"),
        ("/me?x=1", "x"),
    ] {
        let answer = api.get(&sam, path).await;
        refused(&answer, 422, "invalid");
        assert_eq!(field(&answer), name, "{path}");
    }
    refused(&api.get(&sam, "/board?grade=%FF").await, 400, "malformed");
    refused(&api.get(&sam, "/nowhere").await, 404, "no_such_path");
    refused(&api.get(&sam, "/incidents/not-an-id").await, 404, "not_found");
    let bearer = format!("Bearer {}", sam.token);
    let wrong = api.send("DELETE", "/board", &[("authorization", &bearer)], b"").await;
    refused(&wrong, 405, "method_not_allowed");
    assert!(wrong.header("allow").is_some_and(|allow| allow.contains("GET")), "{wrong:?}");
    for (body, place) in [
        (&b"{\"a\":"[..], "line 1"),
        (b"[]", "one JSON object"),
        (b"{\"a\":1,\"a\":2}", "twice"),
        (b"{\"a\":\"\xff\"}", "byte 6"),
        (b"{} {}", "line 1 column 4"),
    ] {
        let answer = api.post(&sam, KEY, "/reports", body).await;
        refused(&answer, 400, "malformed");
        assert!(json(&answer)["title"].as_str().unwrap().contains(place), "{}", answer.body);
    }
    let form = [("authorization", bearer.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    refused(&api.send("POST", "/reports", &form, b"a=b").await, 415, "wrong_content_type");
    let large = json!({"circumstances": "x".repeat(3 << 20)}).to_string();
    refused(&api.post(&sam, KEY, "/reports", large.as_bytes()).await, 413, "too_large");
    for (name, value) in [
        ("missing_from", json!("the moon")),
        ("circumstances", json!(["a", "b"])),
        ("sex", json!("x")),
        ("age", json!(900)),
        ("seen_about", json!(3)),
        ("child", json!("not an id")),
        ("given_name", json!(5)),
    ] {
        let mut body = report();
        body[name] = value;
        let answer = api.send_new(&sam, "/reports", &body).await;
        refused(&answer, 422, "invalid");
        assert_eq!(field(&answer), name, "{}", answer.body);
    }
    assert_eq!(rows(&api.get(&sam, "/board").await, "incidents").len(), 0);
}

#[tokio::test]
async fn a_key_belongs_to_one_call() {
    let api = Api::start().await;
    let (sam, noor) = (api.test.operator().await, api.test.inspector().await);
    let body = report().to_string();
    let first = api.post(&sam, KEY, "/reports", body.as_bytes()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let mut other = report();
    other["given_name"] = "Bea".into();
    let again = api.post(&sam, KEY, "/reports", other.to_string().as_bytes()).await;
    refused(&again, 422, "idempotency_key_reused");
    refused(&api.post(&noor, KEY, "/reports", body.as_bytes()).await, 422, "idempotency_key_reused");
    let incident = json(&first)["incident"].as_str().unwrap().to_owned();
    let path = format!("/incidents/{incident}/acts/take-over");
    refused(&api.post(&sam, KEY, &path, b"{}").await, 422, "idempotency_key_reused");
    assert_eq!(rows(&api.get(&sam, "/board").await, "incidents").len(), 1);
    // A call that was refused leaves its key free, so that it can be corrected and sent again.
    let key = "0198a000-0000-7000-8000-000000000002";
    let close = format!("/incidents/{incident}/acts/close");
    let early = api.post(&sam, key, &close, b"{\"summary\": \"Too early.\"}").await;
    assert_eq!(early.status, 409, "{}", early.body);
    assert_eq!(api.post(&sam, key, &path, b"{}").await.status, 200);
}
