//! The table against the server: every route, nobody and every role.
use std::collections::BTreeSet;

use cf_testkit::{Answer, TestApp, TestServer, User};
use serde_json::Value;

use super::*;
use crate::{Appearance, Web};

#[test]
fn the_document_is_the_table() {
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/routes.md"));
    assert!(
        kept.unwrap_or_default() == crate::routes_document(),
        "docs/routes.md is out of date; read the difference, then make it again with \
         `cargo run -p cf-web --example routes > docs/routes.md`"
    );
}

#[test]
fn every_route_is_there_once_and_every_call_of_the_api_is_described() {
    let routes = crate::all_routes(true);
    let mut seen = BTreeSet::new();
    for route in routes.table() {
        assert!(seen.insert((route.method, route.path.clone())), "{} {} twice", route.method, route.path);
        let api = route.path.starts_with("/api/v1/");
        assert_eq!(api, route.doc.is_some(), "{} {}", route.method, route.path);
        let acts = matches!(route.may, May::Acts(_));
        assert_eq!(acts, route.path.contains("{slug}"), "{}", route.path);
    }
}

struct House {
    /// Holds the database's folder.
    _test: TestApp,
    server: TestServer,
    people: Vec<User>,
    incident: String,
    child: String,
    lines: Vec<Line>,
}

impl House {
    async fn open() -> Self {
        let test = TestApp::sqlite().await;
        let web = Web::new(test.app.clone(), Appearance::default());
        let server = TestServer::start(crate::router(web)).await;
        let people = vec![
            test.operator().await,
            test.supervisor().await,
            test.inspector().await,
            test.investigator().await,
            test.council_worker("301").await,
            test.auditor().await,
            test.administrator().await,
        ];
        assert_eq!(
            people.iter().map(|user| user.caller.role()).collect::<Vec<_>>(),
            Role::PEOPLE,
            "a person for every role"
        );
        let lines = lines(crate::all_routes(false).table());
        let mut house =
            Self { _test: test, server, people, incident: String::new(), child: String::new(), lines };
        let report = r#"{"circumstances": "Did not come home.", "seen": "2026-03-04T07:30:00Z",
            "missing_from": "home", "given_name": "Ada", "family_name": "Invented",
            "borough": "E09000002"}"#;
        let taken = house.send(Some(&house.people[0]), "POST", "/api/v1/reports", report).await;
        house.incident = field(&taken, "incident");
        let path = format!("/api/v1/incidents/{}", house.incident);
        house.child = field(&house.send(Some(&house.people[0]), "GET", &path, "").await, "child");
        house
    }

    async fn send(&self, who: Option<&User>, method: &str, path: &str, body: &str) -> Answer {
        let key = uuid::Uuid::now_v7().to_string();
        let kind =
            if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
        let cookie = who.map(|user| format!("__Host-childfirst={}", user.token));
        let mut headers = vec![
            ("sec-fetch-site", "same-origin"),
            ("idempotency-key", key.as_str()),
            ("content-type", kind),
        ];
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        self.server.send(method, path, &headers, body.as_bytes()).await
    }

    async fn call(&self, who: Option<&User>, line: &Line) -> Answer {
        let incident = line.path.contains("/incidents/")
            || line.path.contains("{place}")
            || line.path.contains("/records/");
        let id = if incident { &self.incident } else { &self.child };
        let path = line.path.replace("{id}", id).replace("{place}", "incidents");
        // A form about care that says nothing of the borough would leave the child without a council.
        let body = match (line.path.starts_with("/api/"), line.method) {
            (true, "POST") if line.path.ends_with("/care") => r#"{"borough": "E09000002"}"#,
            (true, "POST") => "{}",
            (false, "POST") => "borough=E09000002",
            _ => "",
        };
        self.send(who, line.method, &path, body).await
    }
}

fn field(answer: &Answer, name: &str) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body[name].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[tokio::test]
async fn without_a_session_only_what_is_public_answers() {
    let house = House::open().await;
    for line in house.lines.iter().filter(|line| !matches!(line.may, May::Public)) {
        let answer = house.call(None, line).await;
        let what = format!("{} {}: {} {}", line.method, line.path, answer.status, answer.body);
        if line.path.starts_with("/api/") {
            assert_eq!(answer.status, 401, "{what}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
            assert_eq!(field(&answer, "code"), "sign_in_needed");
        } else if line.method == "GET" {
            assert_eq!(answer.status, 303, "{what}");
            assert!(answer.header("location").is_some_and(|to| to.starts_with("/sign-in")), "{what}");
        } else {
            // A form that came too late is carried over the sign-in.
            assert!(matches!(answer.status, 303 | 401), "{what}");
        }
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_the_policies_let_in_and_nobody_else() {
    let house = House::open().await;
    let guard = Guard::built_in().unwrap();
    let (mut let_in, mut refused, mut wrong) = (0, 0, Vec::new());
    for line in &house.lines {
        // These end the session, or never end.
        if matches!(line.may, May::Public) || line.path.ends_with("/sign-out") || line.path == "/events" {
            continue;
        }
        for user in &house.people {
            let role = user.caller.role();
            let answer = house.call(Some(user), line).await;
            let what = format!("{} {} as {role:?}: {}", line.method, line.path, answer.status);
            // Whether there is such a record is said before whose it is where its id is made up.
            let made_up =
                ["/council/{id}", "/imports/{id}", "/links/{id}"].iter().any(|end| line.path.ends_with(end))
                    || line.path.contains("/wording/matters/{id}");
            if lets_in(&guard, line, role) {
                let_in += 1;
                if matches!(answer.status, 401 | 403 | 405 | 500) {
                    wrong.push(what);
                }
            } else {
                refused += 1;
                if answer.status != 403 && !(made_up && answer.status == 404) {
                    wrong.push(format!("{what}, to be refused"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(let_in > 200 && refused > 100, "{let_in} let in, {refused} refused");
}

#[tokio::test]
async fn a_form_opened_by_its_address_leads_to_a_page() {
    let house = House::open().await;
    let pages: Vec<_> =
        house.lines.iter().filter(|line| line.method == "GET").map(|line| &line.path).collect();
    let only = house.lines.iter().filter(|line| {
        line.method == "POST" && !line.path.starts_with("/api/") && !pages.contains(&&line.path)
    });
    let mut walked = 0;
    for line in only {
        let opened = Line { method: "GET", path: line.path.clone(), may: line.may };
        let answer = house.call(None, &opened).await;
        assert_eq!(answer.status, 303, "{}", line.path);
        let to = answer.header("location").unwrap();
        let there = house.send(None, "GET", to, "").await;
        assert!(matches!(there.status, 200 | 303), "{} to {to}: {}", line.path, there.status);
        walked += 1;
    }
    assert!(walked > 10, "{walked}");
}
