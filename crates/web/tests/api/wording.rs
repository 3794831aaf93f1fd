//! Words that were kept or challenged, by program; and the audit of them.
use cf_testkit::User;
use serde_json::Value;

use crate::whole::rows;
use crate::{Api, json, refused};

const BAD: &str = "She is putting herself at risk by going there.";
const NOBODY: &str = "0198a000-0000-7000-8000-00000000dead";

/// Records an action with these words, kept for a reason where words are found.
async fn write(api: &Api, who: &User, incident: &str, what: &str) {
    let path = format!("/incidents/{incident}/acts/action");
    let mut body = json!({"kind": "enquiry", "what": what, "done": "2026-03-04T09:00:00Z"});
    let mut answer = api.send_new(who, &path, &body).await;
    if answer.status == 422 {
        let found = json(&answer)["fields"][0]["wording"]["words"].clone();
        body["wording"] = json!([{"field": "what", "words": found, "keep": "The order's own words."}]);
        answer = api.send_new(who, &path, &body).await;
    }
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_words_are_looked_at_answered_for_and_settled() {
    let api = Api::start().await;
    let (sam, kit, noor) =
        (api.test.operator().await, api.test.supervisor().await, api.test.inspector().await);
    let (ola, max) = (api.test.council_worker("301").await, api.test.administrator().await);
    let incident = api.incident(&sam).await;
    write(&api, &sam, &incident, BAD).await;
    let waiting = rows(&api.get(&kit, "/queue").await, "wording");
    assert_eq!((waiting.len(), &waiting[0]["basis"]), (1, &json!("reason")), "{waiting:#?}");
    assert_eq!((&waiting[0]["writer"], &waiting[0]["phase"]), (&json!("Sam Operator"), &json!("look")));
    let path = format!("/wording/matters/{}", waiting[0]["id"].as_str().unwrap());
    let seen = json(&api.get(&kit, &path).await);
    assert_eq!(seen["kept"]["reason"], "The order's own words.");
    assert!(seen["kept"]["sentence"].as_str().is_some_and(|words| words.contains("putting herself")));
    assert!(seen["kept"]["why"].as_str().is_some_and(|why| !why.is_empty()));
    assert!(seen["clocks"].as_array().is_some_and(|clocks| !clocks.is_empty()), "{seen:#}");
    assert_eq!((&seen["next"], seen["challenge"].is_null()), (&json!("look"), true));
    assert_eq!(json(&api.get(&sam, &path).await)["next"], Value::Null, "nobody looks at their own words");
    let on_record = json(&api.get(&sam, &format!("/incidents/{incident}")).await);
    assert_eq!(on_record["wording"][0]["id"], waiting[0]["id"]);

    let look_at = format!("{path}/look");
    let look =
        json!({"decision": "rewording", "words": "The order can be cited.", "version": seen["version"]});
    for who in [&sam, &max] {
        refused(&api.send_new(who, &look_at, &look).await, 403, "denied");
    }
    for who in [&ola, &max] {
        refused(&api.get(who, &path).await, 403, "denied");
    }
    refused(&api.get(&kit, &format!("/wording/matters/{NOBODY}")).await, 404, "not_found");
    refused(&api.send_new(&kit, &format!("/wording/matters/{NOBODY}/look"), &look).await, 404, "not_found");
    let mut stale = look.clone();
    stale["version"] = 0.into();
    refused(&api.send_new(&kit, &look_at, &stale).await, 409, "conflict");
    for (name, body) in
        [("decision", json!({"decision": "maybe", "words": "x"})), ("words", json!({"decision": "agreed"}))]
    {
        let answer = api.send_new(&kit, &look_at, &body).await;
        refused(&answer, 422, "invalid");
        assert_eq!(json(&answer)["fields"][0]["field"], name, "{}", answer.body);
    }
    let looked = api.send_new(&kit, &look_at, &look).await;
    assert_eq!(looked.status, 200, "{}", looked.body);
    let mut again = look.clone();
    again["version"] = Value::Null;
    refused(&api.send_new(&kit, &look_at, &again).await, 409, "looked_at");
    // The writer answers, and nobody else.
    let answer = json!({"words": "Adults are putting her at risk."});
    refused(&api.send_new(&noor, &format!("{path}/answer"), &answer).await, 409, "somebody_elses_words");
    assert_eq!(json(&api.get(&sam, &path).await)["next"], "answer");
    assert_eq!(api.send_new(&sam, &format!("{path}/answer"), &answer).await.status, 200);
    let settle = json!({"outcome": "reworded", "words": "Recorded beside it."});
    refused(&api.send_new(&sam, &format!("{path}/settle"), &settle).await, 403, "denied");
    assert_eq!(api.send_new(&kit, &format!("{path}/settle"), &settle).await.status, 200);
    let settled = json(&api.get(&kit, &path).await);
    assert_eq!((&settled["phase"], &settled["next"]), (&json!("settled"), &Value::Null));
    assert_eq!(settled["answers"][0]["words"], "Adults are putting her at risk.");
    assert_eq!(settled["outcome"]["outcome"], "reworded");
    assert_eq!(rows(&api.get(&kit, "/queue").await, "wording").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_any_rank_are_challenged() {
    let api = Api::start().await;
    let (sam, noor, kit, ari) = (
        api.test.operator().await,
        api.test.inspector().await,
        api.test.supervisor().await,
        api.test.auditor().await,
    );
    let incident = api.incident(&sam).await;
    write(&api, &noor, &incident, "Spoke to this boy. Enough said.").await;
    let texts = format!("/incidents/{incident}/texts");
    let challenges = format!("/incidents/{incident}/challenges");
    let entries = rows(&api.get(&sam, &texts).await, "entries");
    assert_eq!(entries[0]["writer"]["name"], "Noor Inspector");
    assert!(entries[0]["texts"].to_string().contains("Enough said"), "{entries:#?}");
    let mut body = json!({"entry": entries[0]["entry"], "words": "not there", "why": "It is unkind."});
    let wrong = api.send_new(&sam, &challenges, &body).await;
    refused(&wrong, 422, "invalid");
    assert_eq!(json(&wrong)["fields"][0]["field"], "words");
    body["words"] = "enough  said".into();
    for who in [&ari] {
        refused(&api.send_new(who, &challenges, &body).await, 403, "denied");
        refused(&api.get(who, &texts).await, 403, "denied");
    }
    refused(&api.send_new(&sam, &format!("/incidents/{NOBODY}/challenges"), &body).await, 404, "not_found");
    refused(&api.get(&sam, &format!("/children/{NOBODY}/texts")).await, 404, "not_found");
    let key = crate::KEY;
    let text = body.to_string();
    let first = api.post(&sam, key, &challenges, text.as_bytes()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let second = api.post(&sam, key, &challenges, text.as_bytes()).await;
    assert_eq!(json(&first), json(&second), "the same key challenges once");
    let path = format!("/wording/matters/{}", json(&first)["matter"].as_str().unwrap());
    let seen = json(&api.get(&noor, &path).await);
    assert_eq!((&seen["challenge"], &seen["next"]), (&json!("It is unkind."), &json!("answer")));
    assert_eq!(rows(&api.get(&kit, "/queue").await, "wording").len(), 1);

    // A restricted child's: not to be read, not to be challenged, and counted without a name.
    let child = json(&api.get(&sam, &format!("/incidents/{incident}")).await)["child"].clone();
    let child = child.as_str().unwrap();
    let warning = json!({"kind": "health", "words": "She needs her inhaler. Enough said."});
    assert_eq!(api.send_new(&sam, &format!("/children/{child}/acts/warning"), &warning).await.status, 200);
    let entries = rows(&api.get(&sam, &format!("/children/{child}/texts")).await, "entries");
    let on_child = json!({"entry": entries[0]["entry"], "words": "Enough said", "why": "Says nothing."});
    let of_child = api.send_new(&sam, &format!("/children/{child}/challenges"), &on_child).await;
    assert_eq!(of_child.status, 200, "{}", of_child.body);
    let reason = json!({"reason": "A threat."});
    assert_eq!(api.send_new(&kit, &format!("/children/{child}/acts/restrict"), &reason).await.status, 200);
    let path = format!("/wording/matters/{}", json(&of_child)["matter"].as_str().unwrap());
    refused(&api.get(&sam, &path).await, 403, "denied");
    refused(&api.get(&sam, &format!("/children/{child}/texts")).await, 403, "denied");
    refused(&api.send_new(&sam, &format!("/children/{child}/challenges"), &on_child).await, 403, "denied");
    refused(&api.send_new(&sam, &format!("{path}/answer"), &json!({"words": "x"})).await, 403, "denied");
    assert_eq!(api.get(&kit, &path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_gives_rates_with_intervals_and_its_texts() {
    let api = Api::start().await;
    let (sam, kit, ari) = (api.test.operator().await, api.test.supervisor().await, api.test.auditor().await);
    let incident = api.incident(&sam).await;
    write(&api, &sam, &incident, BAD).await;
    write(&api, &sam, &incident, &format!("Rang the school. {BAD}")).await;
    for number in 0..24 {
        write(&api, &sam, &incident, &format!("Rang the aunt, call {number}.")).await;
    }
    let matter = rows(&api.get(&kit, "/queue").await, "wording")[0]["id"].clone();
    let look = json!({"decision": "false_alarm", "words": "The order says it."});
    let path = format!("/wording/matters/{}/look", matter.as_str().unwrap());
    assert_eq!(api.send_new(&kit, &path, &look).await.status, 200);
    let audit = json(&api.get(&ari, "/wording/audit?months=3").await);
    assert_eq!((&audit["from"], &audit["to"]), (&json!("2026-01"), &json!("2026-03")));
    let written = &audit["written"];
    let (checked, blaming) = (written["checked"].as_f64().unwrap(), written["blaming"].as_f64().unwrap());
    assert_eq!(
        (blaming, written["kept"].as_i64()),
        (1.0, Some(1)),
        "a false alarm does not count: {audit:#}"
    );
    assert_eq!(audit["entries_left_out"], 1);
    let rate = written["per_100"].as_f64().unwrap();
    assert!((rate - 100.0 / checked).abs() < 1e-9, "{written}");
    assert!(written["low"].as_f64().unwrap() < rate && rate < written["high"].as_f64().unwrap(), "{written}");
    assert_eq!(audit["imported"]["per_100"], Value::Null);
    assert_eq!(audit["false_alarms"][0]["matter"], matter);
    assert_eq!(audit["months"].as_array().map(Vec::len), Some(1));
    assert!(!audit.to_string().contains("Sam"), "nobody is named: {audit:#}");
    let category = audit["categories"].as_array().unwrap().iter().find(|one| one["blaming"] == 1).unwrap();
    let which = format!("month=2026-03&category={}", category["category"].as_str().unwrap());
    let texts = json(&api.get(&ari, &format!("/wording/audit/texts?{which}")).await);
    assert_eq!(texts["entries"][0]["path"], format!("/incidents/{incident}"));
    assert!(texts["entries"][0]["found"][0]["sentence"].as_str().unwrap().contains("putting herself"));
    assert_eq!((texts["entries"].as_array().map(Vec::len), &texts["after"]), (Some(1), &Value::Null));
    let none = json(&api.get(&ari, "/wording/audit/texts?month=2026-02").await);
    assert_eq!(none["entries"], json!([]));
    for bad in
        ["/wording/audit?months=7", "/wording/audit/texts?month=march", "/wording/audit/texts?category=x"]
    {
        refused(&api.get(&ari, bad).await, 422, "invalid");
    }
    for path in ["/wording/audit", "/wording/audit/texts"] {
        refused(&api.get(&sam, path).await, 403, "denied");
    }
}
