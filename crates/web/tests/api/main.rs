//! The JSON API over a socket, on a database of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use cf_testkit::{Answer, TestApp, TestServer, User};
use cf_web::{Appearance, Web};
use serde_json::{Value, json};

mod document;
mod likely;
mod links;
mod partners;
mod schema;
mod whole;
mod wording;

struct Api {
    test: TestApp,
    server: TestServer,
    /// What the server says of itself; every answer is checked against it.
    document: Value,
}

const KEY: &str = "0198a000-0000-7000-8000-000000000001";

impl Api {
    async fn start() -> Self {
        Self::on(TestApp::sqlite().await).await
    }

    async fn on(test: TestApp) -> Self {
        let web = Web::new(test.app.clone(), Appearance::default());
        let server = TestServer::start(cf_web::router(web)).await;
        let answer = server.send("GET", "/api/v1/openapi.json", &[], b"").await;
        let document = serde_json::from_str(&answer.body).unwrap();
        Self { test, server, document }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let path = format!("/api/v1{path}");
        let answer = self.server.send(method, &path, headers, body).await;
        self.documented(method, &path, &answer);
        answer
    }

    /// The answer is one the document knows, of the kind and shape it says.
    fn documented(&self, method: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap();
        let same = |known: &str| {
            let (mut known, mut parts) = (known.split('/'), path.split('/'));
            loop {
                match (known.next(), parts.next()) {
                    (None, None) => return true,
                    (Some("{id}"), Some(_)) => {}
                    (Some(a), Some(b)) if a == b => {}
                    _ => return false,
                }
            }
        };
        let paths = self.document["paths"].as_object().unwrap();
        let exact = paths.get(path);
        let item = exact.or_else(|| paths.iter().find(|(known, _)| same(known)).map(|(_, item)| item));
        let Some(operation) = item.and_then(|item| item.get(method.to_lowercase())) else {
            assert!(matches!(answer.status, 404 | 405), "{method} {path} is not in the document");
            return;
        };
        let what = format!("{method} {path}: {} {}", answer.status, answer.body);
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "the document knows no such answer: {what}");
        let Some(content) = response["content"].as_object() else {
            return assert!(answer.body.is_empty(), "{what}");
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let schema = content.get(kind).unwrap_or_else(|| panic!("{kind}: {what}"));
        let found = schema::problems(&self.document, &schema["schema"], &json(answer), "answer");
        assert!(found.is_empty(), "{found:#?} in {what}");
    }

    async fn get(&self, who: &User, path: &str) -> Answer {
        let bearer = format!("Bearer {}", who.token);
        self.send("GET", path, &[("authorization", &bearer)], b"").await
    }

    async fn post(&self, who: &User, key: &str, path: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", who.token);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        self.send("POST", path, &headers, body).await
    }

    async fn send_new(&self, who: &User, path: &str, body: &Value) -> Answer {
        let key = uuid::Uuid::now_v7().to_string();
        self.post(who, &key, path, body.to_string().as_bytes()).await
    }

    async fn incident(&self, who: &User) -> String {
        let answer = self.send_new(who, "/reports", &report()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        json(&answer)["incident"].as_str().unwrap().to_owned()
    }
}

fn report() -> Value {
    json!({
        "circumstances": "Did not come home from school; has medication at home.",
        "seen": "2026-03-04T07:30:00Z", "missing_from": "home", "given_name": "Ada", "family_name": "Invented",
        "born_on": "2012-05-01", "reporter_name": "Jo Invented",
    })
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body)
        .unwrap_or_else(|_| panic!("no JSON: {} {}", answer.status, answer.body))
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(json(answer)["code"], code, "{}", answer.body);
}

#[tokio::test]
async fn a_grade_below_needs_a_reason_and_an_inspector() {
    let api = Api::start().await;
    let (sam, noor) = (api.test.operator().await, api.test.inspector().await);
    let incident = api.incident(&sam).await;
    let path = format!("/incidents/{incident}");
    let seen = json(&api.get(&sam, &path).await);
    assert_eq!(seen["report"]["reporter"]["name"], "Jo Invented", "{seen}");
    assert_eq!(seen["report"]["last_seen_at"], "2026-03-04T07:30:00.000000Z", "{seen}");
    let mut grade = json!({
        "grade": "very_low", "rationale": "Known to be with a relative.", "next_review": "2026-03-04T12:00:00Z",
        "seen": seen["advice"]["recommended"],
    });
    let answer = api.send_new(&sam, &format!("{path}/acts/grade"), &grade).await;
    assert_eq!((answer.status, answer.header("content-type")), (409, Some("application/problem+json")));
    assert!(json(&answer)["code"].as_str().is_some_and(|code| !code.is_empty()));
    grade["reason_below"] = "A relative confirmed it by phone.".into();
    assert_eq!(api.send_new(&sam, &format!("{path}/acts/grade"), &grade).await.status, 200);
    let review = json!({
        "decision": "agree", "words": "I looked at the call and the plan.", "next_review": "2026-03-04T12:00:00Z",
    });
    refused(&api.send_new(&sam, &format!("{path}/acts/review"), &review).await, 403, "denied");
    let mut stale = review.clone();
    stale["version"] = seen["version"].clone();
    refused(&api.send_new(&noor, &format!("{path}/acts/review"), &stale).await, 409, "conflict");
    let looked = api.send_new(&noor, &format!("{path}/acts/review"), &review).await;
    assert_eq!(looked.status, 200, "{}", looked.body);
    assert_eq!(json(&api.get(&noor, &path).await)["reviews"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nobody_reviews_their_own_grade() {
    let api = Api::start().await;
    let (sam, noor) = (api.test.operator().await, api.test.inspector().await);
    let path = format!("/incidents/{}", api.incident(&sam).await);
    let grade = json!({"grade": "high", "rationale": "Medication is at home.", "next_review": "2026-03-04T12:00:00Z"});
    let graded = api.send_new(&noor, &format!("{path}/acts/grade"), &grade).await;
    assert_eq!(graded.status, 200, "{}", graded.body);
    let review =
        json!({"decision": "agree", "words": "Looked at it.", "next_review": "2026-03-04T12:00:00Z"});
    let own = api.send_new(&noor, &format!("{path}/acts/review"), &review).await;
    refused(&own, 409, "reviewer_is_grader");
}

#[tokio::test]
async fn the_same_key_makes_one_incident() {
    let api = Api::start().await;
    let sam = api.test.operator().await;
    let body = report().to_string();
    let first = api.post(&sam, KEY, "/reports", body.as_bytes()).await;
    let second = api.post(&sam, KEY, "/reports", body.as_bytes()).await;
    assert_eq!((first.status, json(&first)), (second.status, json(&second)));
    assert_eq!(json(&api.get(&sam, "/board").await)["incidents"].as_array().map(Vec::len), Some(1));
    refused(&api.post(&sam, "no key", "/reports", body.as_bytes()).await, 422, "invalid");
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let api = Api::start().await;
    let (sam, max) = (api.test.operator().await, api.test.administrator().await);
    let mut body = report();
    body["circumstence"] = "misspelt".into();
    let answer = api.send_new(&sam, "/reports", &body).await;
    refused(&answer, 422, "invalid");
    assert_eq!(json(&answer)["fields"][0]["field"], "circumstence");
    refused(&api.get(&max, "/board").await, 403, "denied");
    for path in ["/me", "/board", "/queue", "/mine", "/council", "/rules/questions"] {
        let answer = api.send("GET", path, &[], b"").await;
        refused(&answer, 401, "sign_in_needed");
    }
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie_and_reads_are_logged() {
    let api = Api::start().await;
    let (sam, ari) = (api.test.operator().await, api.test.auditor().await);
    let cookie = format!("__Host-childfirst={}", sam.token);
    let headers =
        [("cookie", cookie.as_str()), ("origin", "https://elsewhere.example"), ("idempotency-key", KEY)];
    let answer = api.send("POST", "/reports", &headers, report().to_string().as_bytes()).await;
    refused(&answer, 403, "another_site");
    let incident = api.incident(&sam).await;
    let log = format!("/records/{incident}/access");
    let views = |answer: &Answer| {
        let entries = json(answer)["entries"].as_array().cloned().unwrap_or_default();
        entries.iter().filter(|entry| entry["action"] == "view_incident").count()
    };
    let before = views(&api.get(&ari, &log).await);
    assert_eq!(api.get(&sam, &format!("/incidents/{incident}")).await.status, 200);
    assert_eq!(views(&api.get(&ari, &log).await), before + 1);
}
