//! Two records that may be one child, the life they tell together, and whom a child goes missing with.
use std::sync::Arc;

use cf_app::import::{CouncilReturn, Silent};
use cf_testkit::User;
use serde_json::Value;

use crate::whole::rows;
use crate::{Api, KEY, json, refused};

const NOBODY: &str = "0198a000-0000-7000-8000-00000000dead";

/// Reports an invented child; gives the incident and the child.
async fn reported(api: &Api, by: &User, of: Value) -> (String, String) {
    let mut body = json!({
        "circumstances": "Did not come home from school.", "seen": "2026-03-04T07:30:00Z", "missing_from": "home",
    });
    body.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
    let answer = api.send_new(by, "/reports", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let incident = json(&answer)["incident"].as_str().unwrap().to_owned();
    let seen = json(&api.get(by, &format!("/incidents/{incident}")).await);
    (incident, seen["child"].as_str().unwrap().to_owned())
}

/// A child reported under a name twice, and a return of Croydon's with a child born that day and away when he was.
async fn same_child_three_times(api: &Api, sam: &User) -> [String; 2] {
    let of = json!({
        "given_name": "Oluwaseun", "family_name": "Adebayo", "born_on": "2011-09-01", "sex": "male",
        "postcode": "CR0 2CI", "phones": "07700 900109", "looked_after": "yes", "responsible_authority": "E09000008",
    });
    let (_, first) = reported(api, sam, of.clone()).await;
    let (_, second) = reported(api, sam, of).await;
    let header = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n901,1,01/09/2011,BAFR,UN3,,\n";
    let missing = "CHILD,DOB,MISSING,MIS_START,MIS_END\n901,01/09/2011,M,04/03/2026,05/03/2026\n";
    let given = CouncilReturn {
        authority: "306".parse().unwrap(),
        files: [("header.csv", header), ("missing.csv", missing)]
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
            .to_vec(),
        year: Some("2025-26".parse().unwrap()),
        missing_last_year: None,
    };
    let admin = api.test.administrator().await;
    api.test.app.import_ssda903(&admin.caller, given, Arc::new(Silent), false).await.unwrap();
    api.test.app.load_matching().await.unwrap();
    assert!(api.test.app.propose_links().await.unwrap() > 1);
    [first, second]
}

/// The pair that waits with a council's record, or with another record of police.
fn pair_with(waiting: &[Value], council: bool) -> Value {
    let found = waiting.iter().find(|pair| pair["council"].is_object() == council);
    found.unwrap_or_else(|| panic!("{waiting:#?}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_is_weighed_decided_and_undone() {
    let api = Api::start().await;
    let (sam, kit, ari) = (api.test.operator().await, api.test.supervisor().await, api.test.auditor().await);
    let children = same_child_three_times(&api, &sam).await;
    let waiting = rows(&api.get(&kit, "/links").await, "pairs");
    let card = pair_with(&waiting, true);
    assert_eq!(card["council"]["local_id"], "901", "{card}");
    assert!(card["probability"].as_f64().is_some_and(|p| (0.5..=1.0).contains(&p)), "{card}");
    let path = format!("/links/{}", card["id"].as_str().unwrap());
    let pair = json(&api.get(&kit, &path).await);
    assert_eq!(
        (pair["standing"].as_str(), pair["records"].as_array().map(Vec::len)),
        (Some("proposed"), Some(2))
    );
    assert_eq!(pair["records"][0]["child"]["identity"]["given_name"], "Oluwaseun");
    assert_eq!(pair["records"][1]["council"]["absences"][0]["kind"], "M");
    // The waterfall adds up, and says what was compared.
    let lines = pair["weighed"]["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| line["weight"].as_i64().unwrap()).sum();
    assert_eq!(Some(sum), pair["weighed"]["score"].as_i64(), "{pair:#}");
    assert!(lines.iter().any(|line| line["field"] == "date of birth" && line["first"] != ""), "{lines:#?}");
    assert!(pair["evidence"]["lines"][0]["first"].is_null(), "no value is kept with a decision");

    let decide = format!("{path}/decide");
    let same = json!({"decision": "same", "note": "One boy.", "version": pair["version"]});
    // An operator and an auditor decide nothing; an auditor looks.
    for who in [&sam, &ari] {
        refused(&api.send_new(who, &decide, &same).await, 403, "denied");
    }
    refused(&api.get(&sam, "/links").await, 403, "denied");
    refused(&api.get(&sam, &path).await, 403, "denied");
    assert_eq!(json(&api.get(&ari, &path).await)["version"], pair["version"]);
    let mut stale = same.clone();
    stale["version"] = 0.into();
    refused(&api.send_new(&kit, &decide, &stale).await, 409, "conflict");
    for (name, body) in [
        ("version", json!({"decision": "same"})),
        ("decision", json!({"version": 1})),
        ("decision", json!({"version": 1, "decision": "perhaps"})),
        ("colour", json!({"version": 1, "decision": "same", "colour": "red"})),
    ] {
        let answer = api.send_new(&kit, &decide, &body).await;
        refused(&answer, 422, "invalid");
        assert_eq!(json(&answer)["fields"][0]["field"], name, "{}", answer.body);
    }
    let undo = json!({"decision": "undo", "note": "Not yet.", "version": pair["version"]});
    refused(&api.send_new(&kit, &decide, &undo).await, 409, "not_linked");
    let blank = json!({"decision": "different", "version": pair["version"]});
    refused(&api.send_new(&kit, &decide, &blank).await, 409, "blank");
    for missing in [NOBODY, "not-an-id"] {
        refused(&api.get(&kit, &format!("/links/{missing}")).await, 404, "not_found");
        refused(&api.send_new(&kit, &format!("/links/{missing}/decide"), &same).await, 404, "not_found");
    }
    // Sent twice with one key it is decided once.
    for _ in 0..2 {
        let answer = api.post(&kit, KEY, &decide, same.to_string().as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let linked = json(&api.get(&kit, &path).await);
    assert_eq!(linked["standing"], "linked");
    assert_eq!(linked["decisions"].as_array().map(Vec::len), Some(1), "{linked:#}");
    assert_eq!(linked["decisions"][0]["words"], "One boy.");

    // One life, told by whose record it is; a person without the council's record hears of it and no more.
    let child = card["child"]["child"].as_str().unwrap();
    assert!(children.contains(&child.to_owned()));
    let life = json(&api.get(&kit, &format!("/children/{child}")).await)["life"].clone();
    let from_council = |life: &Value| {
        let all = life["happened"].as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|event| event["what"] == "council_missing").collect::<Vec<_>>()
    };
    assert_eq!(from_council(&life)[0]["from"], "2026-03-04", "{life:#}");
    assert_eq!(from_council(&life)[0]["link"], linked["id"]);
    assert_eq!((&life["linked"][0]["local_id"], &life["unseen"]), (&json!("901"), &json!(0)));
    assert_eq!(life["linked"][0]["version"], linked["version"]);
    let life = json(&api.get(&sam, &format!("/children/{child}")).await)["life"].clone();
    assert_eq!((from_council(&life).len(), &life["unseen"]), (0, &json!(1)), "{life:#}");
    assert!(!life.to_string().contains("901"), "{life}");

    let undo = json!({"decision": "undo", "note": "His brother's return.", "version": linked["version"]});
    assert_eq!(api.send_new(&kit, &decide, &undo).await.status, 200);
    assert_eq!(json(&api.get(&kit, &path).await)["standing"], "unlinked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_record_is_counted_and_not_shown() {
    let api = Api::start().await;
    let (sam, kit, lee) =
        (api.test.operator().await, api.test.supervisor().await, api.test.investigator().await);
    let children = same_child_three_times(&api, &sam).await;
    let waiting = rows(&api.get(&lee, "/links").await, "pairs");
    let pair = pair_with(&waiting, false);
    let path = format!("/links/{}", pair["id"].as_str().unwrap());
    let [shown, hidden] = children;
    let same = json!({"decision": "same", "version": pair_version(&api, &lee, &path).await});
    assert_eq!(api.send_new(&lee, &format!("{path}/decide"), &same).await.status, 200);
    let reason = json!({"reason": "A threat."});
    let restricted = api.send_new(&kit, &format!("/children/{hidden}/acts/restrict"), &reason).await;
    assert_eq!(restricted.status, 200, "{}", restricted.body);
    let list = json(&api.get(&lee, "/links").await);
    assert!(list["pairs"].as_array().unwrap().iter().all(|pair| pair["child"]["child"] != hidden.as_str()));
    assert!(list["hidden"].as_u64().is_some_and(|hidden| hidden > 0), "{list:#}");
    refused(&api.get(&lee, &path).await, 403, "denied");
    let undo = json!({"decision": "undo", "note": "No.", "version": 99});
    refused(&api.send_new(&lee, &format!("{path}/decide"), &undo).await, 403, "denied");
    let life = json(&api.get(&lee, &format!("/children/{shown}")).await)["life"].clone();
    assert_eq!(life["hidden"], json!([{"child": hidden, "asked": false}]), "{life:#}");
    assert!(life["ask"][0].as_str().is_some_and(|person| person.starts_with("Kit Supervisor")), "{life:#}");
    let mut rest = life.clone();
    rest["hidden"].take();
    assert!(!rest.to_string().contains(&hidden) && !life.to_string().contains("Oluwaseun"), "{life}");
    let whole = json(&api.get(&kit, &format!("/children/{shown}")).await)["life"].clone();
    assert_eq!((&whole["hidden"], &whole["linked"][0]["child"]), (&json!([]), &json!(hidden)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_reported_twice_is_known_in_both_reports() {
    let api = Api::start().await;
    let (sam, kit) = (api.test.operator().await, api.test.supervisor().await);
    let [first, second] = same_child_three_times(&api, &sam).await;
    let waiting = rows(&api.get(&kit, "/links").await, "pairs");
    let path = format!("/links/{}", pair_with(&waiting, false)["id"].as_str().unwrap());
    let whole = async |path: String| json(&api.get(&sam, &path).await);
    let incident =
        whole(format!("/children/{first}")).await["incidents"][0]["incident"].as_str().unwrap().to_owned();
    let here = format!("/incidents/{incident}");

    // Nobody has decided: the question is asked, and nothing counts.
    let seen = whole(here.clone()).await;
    let other = &seen["also_missing"][0];
    assert_eq!((&other["child"], &other["same"]), (&json!(second), &json!(false)), "{seen:#}");
    assert_eq!(seen["incidents"].as_array().map(Vec::len), Some(1));
    let cookie = format!("__Host-childfirst={}", sam.token);
    let page =
        api.server.send("GET", &format!("/incidents/{incident}"), &[("cookie", &cookie)], b"").await.body;
    assert!(page.contains("Perhaps reported twice") && page.contains("tell the supervisor now"), "{page}");

    let same = json!({"decision": "same", "version": pair_version(&api, &kit, &path).await});
    assert_eq!(api.send_new(&kit, &format!("{path}/decide"), &same).await.status, 200);
    let seen = whole(here.clone()).await;
    assert_eq!(seen["also_missing"][0]["same"], true, "{seen:#}");
    assert_eq!(seen["incidents"].as_array().map(Vec::len), Some(2));
    // Back on one record and still missing on the other: no third report, under either.
    let back = json!({
        "returned": "2026-03-04T08:30:00Z", "how": "returned_self", "harm": "none_known",
    });
    let answer = api.send_new(&sam, &format!("{here}/acts/return"), &back).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let again = json!({
        "child": first, "circumstances": "Gone again.", "seen": "2026-03-04T08:50:00Z", "missing_from": "home",
    });
    refused(&api.send_new(&sam, "/reports", &again).await, 409, "already_missing");
}

async fn pair_version(api: &Api, who: &User, path: &str) -> Value {
    json(&api.get(who, path).await)["version"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn children_found_together_are_told_with_the_evidence() {
    let api = Api::start().await;
    let (sam, kit, max) =
        (api.test.operator().await, api.test.supervisor().await, api.test.administrator().await);
    let mut all = Vec::new();
    for (name, phone) in [("Ada", "07700 900123"), ("Bea", ""), ("Cy", "+447700900123")] {
        let of = json!({"given_name": name, "family_name": "Invented", "phones": phone});
        all.push(reported(&api, &sam, of).await);
    }
    for (incident, _) in &all[..2] {
        let back = json!({
            "returned": "2026-03-04T09:00:00Z", "how": "police_found", "harm": "none_known",
            "place": "Bay nine, bus station",
        });
        let offered = rows(&api.get(&sam, &format!("/incidents/{incident}/acts")).await, "acts");
        let form = offered.iter().find(|form| form["slug"] == "return").unwrap();
        let mut body = back.clone();
        for field in ["how", "harm"] {
            let questions = form["questions"].as_array().unwrap();
            let question = questions.iter().find(|question| question["field"] == field).unwrap();
            body[field] = question["codes"][0]["code"].clone();
        }
        let answer = api.send_new(&sam, &format!("/incidents/{incident}/acts/return"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let [(ada_missing, ada), (bea_missing, bea), (_, cy)] = &all[..] else { panic!("three") };
    let path = format!("/children/{ada}/together");
    let view = json(&api.get(&sam, &path).await);
    let others: Vec<_> = view["others"].as_array().unwrap().iter().map(|other| &other["child"]).collect();
    assert_eq!(others, [bea, cy], "{view:#}");
    let found = &view["ties"][0]["shared"][0];
    assert_eq!((&found["what"], &found["value"]), (&json!("found"), &json!("Bay nine, bus station")));
    assert_eq!(found["incidents"], json!([ada_missing, bea_missing]));
    assert_eq!(view["ties"][1]["shared"][0]["what"], "phone");
    // What an administrator may not open they hear nothing of; a restricted child is counted.
    refused(&api.get(&max, &path).await, 403, "denied");
    refused(&api.get(&sam, &format!("/children/{NOBODY}/together")).await, 404, "not_found");
    let reason = json!({"reason": "A threat."});
    assert_eq!(api.send_new(&kit, &format!("/children/{bea}/acts/restrict"), &reason).await.status, 200);
    let view = api.get(&sam, &path).await;
    assert!(!view.body.contains("Bea"), "{}", view.body);
    let closed = json!([{"child": bea, "asked": false}]);
    assert_eq!((&json(&view)["hidden"], rows(&view, "others").len()), (&closed, 1));
    refused(&api.get(&sam, &format!("/children/{bea}/together")).await, 403, "denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_council_lists_its_own_children_and_goes_on() {
    let api = Api::start().await;
    let (sam, kit) = (api.test.operator().await, api.test.supervisor().await);
    let (ola, elsewhere) = (api.test.council_worker("301").await, api.test.council_worker("306").await);
    let mut mine = Vec::new();
    for number in 0..102 {
        let of =
            json!({"given_name": format!("Ada{number}"), "family_name": "Invented", "borough": "E09000002"});
        mine.push(reported(&api, &sam, of).await);
    }
    let (first_incident, first_child) = mine[0].clone();
    let reason = json!({"reason": "A threat."});
    assert_eq!(
        api.send_new(&kit, &format!("/children/{first_child}/acts/restrict"), &reason).await.status,
        200
    );
    let page = json(&api.get(&ola, "/our-children").await);
    let mut seen = page["incidents"].as_array().unwrap().clone();
    assert_eq!(seen.len(), 100);
    let next = api.get(&ola, &format!("/our-children?after={}", page["after"].as_str().unwrap())).await;
    assert!(json(&next)["after"].is_null(), "{}", next.body);
    seen.extend(rows(&next, "incidents"));
    assert_eq!(seen.len(), 102);
    let hidden: Vec<_> = seen.iter().filter(|row| row["restricted"] == true).collect();
    assert_eq!(hidden.len(), 1);
    assert_eq!((&hidden[0]["name"], &hidden[0]["incident"]), (&json!("Restricted record"), &Value::Null));
    for (incident, _) in &mine[1..] {
        assert!(seen.iter().any(|row| row["incident"] == incident.as_str()), "{incident} was never listed");
    }
    assert!(!seen.iter().any(|row| row["incident"] == first_incident.as_str()));
    assert_eq!(seen[0]["return_interview"], "not_owed_yet");
    assert_eq!(rows(&api.get(&elsewhere, "/our-children").await, "incidents").len(), 0);
    refused(&api.get(&sam, "/our-children").await, 403, "denied");
    refused(&api.get(&ola, "/our-children?after=zzz").await, 422, "invalid");
}

/// Brings the child back and closes the incident, with both talks held.
async fn closed(api: &Api, by: &User, incident: &str) {
    let path = format!("/incidents/{incident}");
    let now = api.test.app.now().to_rfc3339();
    let first = async |slug: &str, field: &str| {
        let acts = rows(&api.get(by, &format!("{path}/acts")).await, "acts");
        let form = acts.iter().find(|form| form["slug"] == slug).unwrap().clone();
        let questions = form["questions"].as_array().unwrap();
        questions.iter().find(|question| question["field"] == field).unwrap()["codes"][0]["code"].clone()
    };
    let (how, harm) = (first("return", "how").await, first("return", "harm").await);
    for (slug, body) in [
        ("grade", json!({"grade": "high", "rationale": "Known.", "next_review": "2026-03-04T12:00:00Z"})),
        ("return", json!({"returned": now, "how": how, "harm": harm, "place": "The park"})),
        (
            "prevention-interview",
            json!({"held": now, "in_person": true, "account": "Safe.", "child_words": "Cold."}),
        ),
        ("offer-interview", json!({"offered": now, "by": "The council's team", "answer": "accepted"})),
        (
            "interview",
            json!({
                "held": now, "by": "Jo of the service", "independent": "yes", "child_words": "I missed my gran.",
                "learned": "Goes to the park.", "exploitation_signs": false,
            }),
        ),
        ("close", json!({"summary": "Found safe."})),
    ] {
        let answer = api.send_new(by, &format!("{path}/acts/{slug}"), &body).await;
        assert_eq!(answer.status, 200, "{slug}: {}", answer.body);
    }
}

/// Taken one by one, a council's list is the list taken at once: what is open first, then what is closed, newest first.
async fn a_councils_list_goes_on_row_by_row(api: Api) {
    let (sam, ola) = (api.test.operator().await, api.test.council_worker("301").await);
    let mut all = Vec::new();
    for number in 0..5 {
        let of =
            json!({"given_name": format!("Ada{number}"), "family_name": "Invented", "borough": "E09000002"});
        all.push(reported(&api, &sam, of).await.0);
        api.test.clock.advance_seconds(60);
    }
    for incident in &all[1..4] {
        closed(&api, &sam, incident).await;
    }
    let whole = rows(&api.get(&ola, "/our-children").await, "incidents");
    let phases: Vec<_> = whole.iter().map(|row| row["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["missing", "missing", "closed", "closed", "closed"], "{whole:#?}");
    assert_eq!(whole[2]["incident"], all[3].as_str(), "of the closed the newest first");
    assert_eq!(whole[2]["return_interview"], "held");
    let (mut after, mut seen) = (None, Vec::new());
    while let Some(row) = api.test.app.own_children_after(&ola.caller, after, 1).await.unwrap().first() {
        seen.push(row.stream.to_string());
        after = row.place_for_council();
        assert!(seen.len() <= all.len(), "{seen:?}");
    }
    let at_once: Vec<_> = whole.iter().map(|row| row["incident"].as_str().unwrap().to_owned()).collect();
    assert_eq!(seen, at_once);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_councils_list_goes_on_row_by_row_on_sqlite() {
    a_councils_list_goes_on_row_by_row(Api::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_councils_list_goes_on_row_by_row_on_postgresql() {
    let server = cf_testkit::Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    a_councils_list_goes_on_row_by_row(Api::on(cf_testkit::TestApp::postgres(&server).await).await).await;
}
