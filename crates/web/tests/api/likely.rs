//! While a report is taken: who it may be about. And what asks about no child: the rules' try-out, one's own password.
use serde_json::Value;

use crate::whole::rows;
use crate::{Api, KEY, json, refused, report};

const NOBODY: &str = "0198a000-0000-7000-8000-00000000dead";

#[tokio::test(flavor = "multi_thread")]
async fn children_who_may_be_the_one_are_named_with_reasons_and_set_aside() {
    let api = Api::start().await;
    let (sam, max) = (api.test.operator().await, api.test.administrator().await);
    let incident = api.incident(&sam).await;
    let child = json(&api.get(&sam, &format!("/incidents/{incident}")).await)["child"].clone();
    api.test.app.load_matching().await.unwrap();
    let typed =
        json!({"given_name": "Ada", "family_name": "Invented", "born_on": "2012-05-01", "report": KEY});
    let found = api.send_new(&sam, "/reports/likely", &typed).await;
    let likely = rows(&found, "children");
    assert_eq!((&likely[0]["child"], &likely[0]["incidents"]), (&child, &json!(1)), "{}", found.body);
    assert_eq!(likely[0]["born_on"], "2012-05-01");
    let why = likely[0]["why"].as_array().unwrap();
    assert!(why.iter().any(|reason| reason["words"] == "same date of birth" && reason["speaks_for"] == true));
    assert!(likely[0]["chance"].as_str().is_some_and(|words| words.contains("ikely")), "{}", found.body);
    refused(&api.send_new(&max, "/reports/likely", &typed).await, 403, "denied");
    for (name, body) in [
        ("given_name", json!({})),
        ("given_name", json!({"report": KEY})),
        ("born_on", json!({"born_on": "2012-13-01"})),
        ("report", json!({"given_name": "Ada", "report": "mine"})),
        ("colour", json!({"colour": "red"})),
    ] {
        let answer = api.send_new(&sam, "/reports/likely", &body).await;
        refused(&answer, 422, "invalid");
        assert_eq!(json(&answer)["fields"][0]["field"], name, "{}", answer.body);
    }

    let mut not = typed.clone();
    not["child"] = child.clone();
    let blank = api.send_new(&sam, "/reports/likely/not", &not).await;
    refused(&blank, 422, "invalid");
    not["why"] = "The caller knows both children.".into();
    refused(&api.send_new(&max, "/reports/likely/not", &not).await, 403, "denied");
    let mut nobody = not.clone();
    nobody["child"] = NOBODY.into();
    refused(&api.send_new(&sam, "/reports/likely/not", &nobody).await, 404, "not_found");
    for _ in 0..2 {
        assert_eq!(api.send_new(&sam, "/reports/likely/not", &not).await.status, 204);
    }
    let found = json(&api.send_new(&sam, "/reports/likely", &typed).await);
    assert_eq!((&found["children"], &found["set_aside"]), (&json!([]), &json!(1)), "{found:#}");
    // The report itself then registers another child, who stays another child.
    let taken = api.post(&sam, KEY, "/reports", report().to_string().as_bytes()).await;
    let other = json(&taken)["incident"].as_str().unwrap().to_owned();
    let other = json(&api.get(&sam, &format!("/incidents/{other}")).await)["child"].clone();
    assert_ne!(other, child);
    let links = api.test.app.store().links_of(other.as_str().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(links[0].standing, "different");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_child_who_fits_is_there_and_no_more() {
    let api = Api::start().await;
    let (sam, kit) = (api.test.operator().await, api.test.supervisor().await);
    let ola = api.test.council_worker("301").await;
    let incident = api.incident(&sam).await;
    let child = json(&api.get(&sam, &format!("/incidents/{incident}")).await)["child"].clone();
    api.test.app.load_matching().await.unwrap();
    let ask = json!({"child": child});
    refused(&api.send_new(&sam, "/reports/likely/ask", &ask).await, 404, "not_found");
    let reason = json!({"reason": "A threat."});
    let restrict = format!("/children/{}/acts/restrict", child.as_str().unwrap());
    assert_eq!(api.send_new(&kit, &restrict, &reason).await.status, 200);
    let typed = json!({"given_name": "Ada", "family_name": "Invented", "born_on": "2012-05-01"});
    let found = api.send_new(&sam, "/reports/likely", &typed).await;
    assert_eq!(rows(&found, "children").len(), 0);
    assert_eq!(json(&found)["hidden"], json!([{"child": child, "asked": false}]), "{}", found.body);
    assert_eq!(json(&found)["ask"], json!(["Kit Supervisor, duty supervisor"]));
    assert!(!found.body.contains("Ada") && !found.body.contains("2012"), "{}", found.body);
    refused(&api.send_new(&ola, "/reports/likely/ask", &ask).await, 403, "denied");
    refused(&api.send_new(&sam, "/reports/likely/ask", &json!({})).await, 422, "invalid");
    assert_eq!(api.send_new(&sam, "/reports/likely/ask", &ask).await.status, 204);
    let found = json(&api.send_new(&sam, "/reports/likely", &typed).await);
    assert_eq!(found["hidden"][0]["asked"], true);
    // Who may open it sees the child.
    let found = api.send_new(&kit, "/reports/likely", &typed).await;
    assert_eq!((&rows(&found, "children")[0]["child"], &json(&found)["hidden"]), (&child, &json!([])));
    // What may not be seen is not set aside either.
    let not = json!({"child": child, "report": KEY, "why": "Another child."});
    refused(&api.send_new(&sam, "/reports/likely/not", &not).await, 403, "denied");
}

#[tokio::test]
async fn the_rules_are_tried_about_no_child() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    let told = api.send_new(&sam, "/rules/try", &json!({})).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let told = json(&told);
    assert_eq!((&told["floor"], &told["advice"]["recommended"]), (&json!("medium"), &json!("medium")));
    assert!(told["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{told:#}");
    // What could raise it does, answered with yes.
    let unknown = told["advice"]["unknown"].as_array().unwrap();
    let could = unknown.iter().filter(|one| one["could_become"] == "high");
    let mut raised = 0;
    for one in could {
        let mut facts = serde_json::Map::new();
        facts.insert(one["fact"].as_str().unwrap().to_owned(), "yes".into());
        let answer = api.send_new(&sam, "/rules/try", &Value::Object(facts)).await;
        let high = answer.status == 200 && json(&answer)["advice"]["recommended"] == "high";
        raised += i32::from(high);
    }
    assert!(raised > 3, "{told:#}");
    for body in [json!({"age": 900}), json!({"colour": "red"})] {
        refused(&api.send_new(&sam, "/rules/try", &body).await, 422, "invalid");
    }
    assert_eq!(rows(&api.get(&sam, "/board").await, "incidents").len(), 0, "nothing is kept");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_every_session() {
    const OLD: &str = "a long sentence nobody guesses";
    const NEW: &str = "another sentence nobody guesses";
    let api = Api::start().await;
    let (sam, max) = (api.test.operator().await, api.test.administrator().await);
    let new = json!({
        "login": "pat@force.example", "name": "Pat Invented", "role": "operator", "password": OLD,
    });
    assert_eq!(api.send_new(&max, "/accounts", &new).await.status, 200);
    let sign_in = async |password: &str| {
        let body = json!({"login": "pat@force.example", "password": password}).to_string();
        let answer = api.send("POST", "/sign-in", &[], body.as_bytes()).await;
        (answer.status, json(&answer)["token"].as_str().unwrap_or_default().to_owned())
    };
    let ((_, here), (_, there)) = (sign_in(OLD).await, sign_in(OLD).await);
    let change = async |token: &str, body: Value| {
        let bearer = format!("Bearer {token}");
        api.send("POST", "/sessions/password", &[("authorization", &bearer)], body.to_string().as_bytes())
            .await
    };
    for (name, body) in [
        ("current", json!({"current": "something else entirely", "password": NEW})),
        ("current", json!({"password": NEW})),
        ("password", json!({"current": OLD, "password": "short"})),
        ("password", json!({"current": OLD})),
    ] {
        let answer = change(&here, body).await;
        refused(&answer, 422, "invalid");
        assert_eq!(json(&answer)["fields"][0]["field"], name, "{}", answer.body);
    }
    // Somebody without a password here, as in a demonstration, has none to give.
    refused(&change(&sam.token, json!({"current": "", "password": NEW})).await, 422, "invalid");
    refused(&change("nobody's", json!({"current": OLD, "password": NEW})).await, 401, "sign_in_needed");
    assert_eq!(change(&here, json!({"current": OLD, "password": NEW})).await.status, 204);
    for token in [&here, &there] {
        let bearer = format!("Bearer {token}");
        let me = api.send("GET", "/me", &[("authorization", &bearer)], b"").await;
        refused(&me, 401, "sign_in_needed");
    }
    assert_eq!(api.get(&sam, "/me").await.status, 200, "nobody else's session ended");
    assert_eq!((sign_in(OLD).await.0, sign_in(NEW).await.0), (422, 200));
    // Guessing is counted, as at the sign-in.
    let (_, token) = sign_in(NEW).await;
    for _ in 0..10 {
        let guess = json!({"current": "guess upon guess", "password": OLD});
        refused(&change(&token, guess).await, 422, "invalid");
    }
    let right = change(&token, json!({"current": NEW, "password": OLD})).await;
    refused(&right, 429, "too_many_tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_child_who_very_likely_is_known_waits_for_a_person_to_say() {
    let api = Api::start().await;
    let (sam, kit) = (api.test.operator().await, api.test.supervisor().await);
    api.test.app.load_matching().await.unwrap();
    // Two reports of one child right after each other: the index has not heard of the first by itself.
    let incident = api.incident(&sam).await;
    let child = json(&api.get(&sam, &format!("/incidents/{incident}")).await)["child"].clone();
    let send = async |who, body: &Value| api.post(who, KEY, "/reports", body.to_string().as_bytes()).await;
    let asked = send(&sam, &report()).await;
    refused(&asked, 409, "may_be_known");
    let fields = &json(&asked)["fields"];
    assert_eq!((&fields[0]["field"], &fields[0]["child"]), (&json!("child"), &child), "{}", asked.body);
    assert_eq!(fields[0]["message"], "Is this Ada Invented, born 1 May 2012, missing now?");
    assert_eq!(rows(&api.get(&sam, "/board").await, "incidents").len(), 1, "nothing is registered");
    // Chosen, the report is about that child, who is missing already.
    let mut known = report();
    known["child"] = child.clone();
    refused(&send(&sam, &known).await, 409, "already_missing");
    // Another child of the same house is asked about as well, only when it is likely enough.
    let mut other = report();
    other["given_name"] = "Zebedee".into();
    other["born_on"] = "2009-11-30".into();
    assert_eq!(api.send_new(&sam, "/reports", &other).await.status, 200);
    // Restricted: to ask would reveal the record, so nothing is asked of whoever may not open it.
    let restrict = format!("/children/{}/acts/restrict", child.as_str().unwrap());
    assert_eq!(api.send_new(&kit, &restrict, &json!({"reason": "A threat."})).await.status, 200);
    refused(&send(&kit, &report()).await, 409, "may_be_known");
    assert_eq!(send(&sam, &report()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_match_is_asked_about_as_the_records_stand_when_the_report_is_sent() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    api.test.app.load_matching().await.unwrap();
    let incident = api.incident(&sam).await;
    let child = json(&api.get(&sam, &format!("/incidents/{incident}")).await)["child"].clone();
    let send = async || api.post(&sam, KEY, "/reports", report().to_string().as_bytes()).await;
    refused(&send().await, 409, "may_be_known");
    // The known child's name and birthday were another's: corrected, it is not the one any more.
    let corrected = json!({"given_name": "Wilhelmina", "family_name": "Otherwise", "born_on": "2008-02-03"});
    let identity = format!("/children/{}/acts/identity", child.as_str().unwrap());
    assert_eq!(api.send_new(&sam, &identity, &corrected).await.status, 200);
    assert_eq!(send().await.status, 200);
}

#[tokio::test]
async fn everything_wrong_with_a_report_is_said_at_once_each_with_its_field_and_rule() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    let wrong = json!({
        "seen": "2016-03-04T07:30:00Z", "given_name": "Ada", "born_on": "1991-05-01", "age": "19", "colour": "red",
    });
    let answer = api.send_new(&sam, "/reports", &wrong).await;
    refused(&answer, 422, "invalid");
    let said: Vec<(String, String)> = json(&answer)["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["field"].as_str().unwrap().to_owned(), one["message"].as_str().unwrap().to_owned()))
        .collect();
    for (field, words) in [
        ("colour", "no such field"),
        ("circumstances", "Say what has happened"),
        ("missing_from", "Choose where"),
        ("seen_long_ago", "Was the child last seen on 4 March 2016?"),
        ("born_on", "makes this person 24 when last seen, and a child is under 18"),
        ("age", "0 to 17"),
    ] {
        assert!(
            said.iter().any(|(name, message)| name == field && message.contains(words)),
            "{field}: {said:?}"
        );
    }
    // Confirmed for its day, an old last sighting is taken; for another day it is not.
    let mut old = report();
    old["seen"] = "2016-03-04T07:30:00Z".into();
    old["seen_long_ago"] = "2016-03-05".into();
    refused(&api.send_new(&sam, "/reports", &old).await, 422, "invalid");
    old["seen_long_ago"] = "2016-03-04".into();
    assert_eq!(api.send_new(&sam, "/reports", &old).await.status, 200);
}
