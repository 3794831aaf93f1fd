//! Words that blame a child: caught, kept with a reason, looked at, challenged; over a socket, as pages and as JSON.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use cf_app::report::{ReportForm, Who};
use cf_casework::child::{CarePlan, Identity};
use cf_casework::missing::command::{MissingFrom, Reporter};
use cf_kernel::{ChildId, CommandId, IncidentId};
use cf_store::{WhichEntries, WordingPlace};
use cf_testkit::{Answer, TestApp, TestServer, User};
use cf_web::{Appearance, Web, router};
use serde_json::{Value, json};

#[path = "wording/after.rs"]
mod after;

const BAD: &str = "She is putting herself at risk by going there.";

struct Site {
    app: TestApp,
    server: TestServer,
}

impl Site {
    async fn start() -> Self {
        Self::on(TestApp::sqlite().await).await
    }

    async fn on(app: TestApp) -> Self {
        let appearance = Appearance { secure_cookies: false, ..Appearance::default() };
        let server = TestServer::start(router(Web::new(app.app.clone(), appearance))).await;
        Self { app, server }
    }

    async fn get(&self, user: &User, path: &str) -> Answer {
        let cookie = format!("childfirst={}", user.token);
        self.server.send("GET", path, &[("cookie", &cookie)], b"").await
    }

    async fn post(&self, user: &User, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let cookie = format!("childfirst={}", user.token);
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.server.send("POST", path, &headers, body.join("&").as_bytes()).await
    }

    async fn call(&self, user: &User, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", user.token);
        let key = uuid::Uuid::now_v7().to_string();
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        self.server.send("POST", &format!("/api/v1{path}"), &headers, body.to_string().as_bytes()).await
    }

    /// A girl reported missing; names invented.
    async fn report(&self, by: &User) -> (ChildId, IncidentId) {
        let identity =
            Identity { given_name: "Zuleika".into(), family_name: "Thornbury".into(), ..Identity::default() };
        let form = ReportForm {
            who: Who::New(Box::new(identity), CarePlan::default()),
            last_seen_at: self.app.app.now().plus_hours(-2),
            last_seen_approximate: false,
            last_seen: "outside school".into(),
            circumstances: "did not come home".into(),
            already_tried: String::new(),
            description: String::new(),
            reporter: Reporter::default(),
            borough: None,
            missing_from: MissingFrom::ALL[0],
            answers: Vec::new(),
        };
        let incident = self.app.app.take_report(&by.caller, CommandId::new(), form).await.unwrap();
        let view = self.app.app.incident(&by.caller, incident, None).await.unwrap();
        (view.incident.child, incident)
    }

    /// Sends an action with these words and decisions.
    async fn act(&self, user: &User, incident: IncidentId, what: &str, more: &[(&str, &str)]) -> Answer {
        let mut pairs =
            vec![("kind", "enquiry"), ("what", what), ("done_date", "2026-03-04"), ("done_time", "09:00")];
        pairs.extend(more);
        self.post(user, &format!("/incidents/{incident}/do/action"), &pairs).await
    }
}

/// What a person who puts other words in must not forget.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_the_words_put_in_is_filled_in_before_it_is_recorded() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (_, incident) = site.report(&sam).await;
    let open = site.act(&sam, incident, "The child is at risk from [who or what] tonight.", &[]).await;
    assert_eq!(open.status, 422);
    assert!(open.body.contains("Fill in “[who or what]”") && open.body.contains("tonight."), "{}", open.body);
    let filled =
        site.act(&sam, incident, "The child is at risk from a man in a grey van tonight.", &[]).await;
    assert_eq!(filled.status, 303, "{}", filled.body);
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The name of the first question about words in a page.
fn asked(page: &str) -> String {
    let rest = page.split("name=\"wording-").nth(1).unwrap_or_else(|| panic!("nothing is asked: {page}"));
    format!("wording-{}", rest.split('"').next().unwrap())
}

fn first_matter(page: &str) -> String {
    let rest = page.split("/wording/matters/").nth(1).unwrap_or_else(|| panic!("no matter: {page}"));
    format!("/wording/matters/{}", rest.split('"').next().unwrap())
}

fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn blame_is_caught_and_kept_only_with_a_reason_that_a_supervisor_reads() {
    let site = Site::start().await;
    let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&sam).await;
    let caught = site.act(&sam, incident, BAD, &[]).await;
    assert_eq!(caught.status, 422, "{}", caught.body);
    assert!(caught.body.contains(BAD), "everything typed is there");
    let name = asked(&caught.body);
    let no_reason = site.act(&sam, incident, BAD, &[(&name, "keep")]).await;
    assert_eq!(no_reason.status, 422);
    assert!(no_reason.body.contains("Say why these words stay"));
    let reworded = site.act(&sam, incident, BAD, &[(&name, "reword")]).await;
    assert_eq!(reworded.status, 422, "to say that it is reworded is not to reword it");
    let before = site.get(&sam, &format!("/incidents/{incident}")).await;
    assert!(!before.body.contains("putting herself"), "nothing was recorded");
    let reason = format!("{name}-reason");
    let kept = site.act(&sam, incident, BAD, &[(&name, "keep"), (&reason, "The order’s own words.")]).await;
    assert_eq!(kept.status, 303, "{}", kept.body);
    let page = site.get(&sam, &format!("/incidents/{incident}")).await;
    assert!(page.body.contains(BAD) && page.body.contains("Wording kept or challenged"), "{}", page.body);

    let queue = site.get(&kit, "/queue").await;
    assert!(queue.body.contains("Wording kept or challenged: 1"), "{}", queue.body);
    let matter = first_matter(&queue.body);
    let shown = site.get(&kit, &matter).await;
    assert!(
        shown.body.contains("The order’s own words.") && shown.body.contains("Look at the words"),
        "{}",
        shown.body
    );
    assert!(
        !site.get(&sam, &matter).await.body.contains("Record the look"),
        "nobody looks at their own words"
    );
    let look = |version: &str| {
        vec![
            ("act".to_owned(), "look".to_owned()),
            ("version".to_owned(), version.to_owned()),
            ("decision".to_owned(), "rewording".to_owned()),
            ("words".to_owned(), "The order can be cited.".to_owned()),
        ]
    };
    let pairs = look(value(&shown.body, "version"));
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(site.post(&sam, &matter, &pairs).await.status, 403);
    assert_eq!(site.post(&kit, &matter, &pairs).await.status, 303);
    let mine = site.get(&sam, "/mine").await;
    assert!(mine.body.contains(&matter), "the writer sees what they owe: {}", mine.body);
    let answer = [("act", "answer"), ("words", "Adults are putting her at risk.")];
    assert_eq!(site.post(&sam, &matter, &answer).await.status, 303);
    let settle = [("act", "settle"), ("outcome", "reworded"), ("words", "Recorded beside it.")];
    assert_eq!(site.post(&kit, &matter, &settle).await.status, 303);
    assert!(site.get(&kit, "/queue").await.body.contains("Wording kept or challenged: 0"));
    assert!(site.get(&kit, &matter).await.body.contains("This is settled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_and_a_childs_record_ask_the_same() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (child, _) = site.report(&sam).await;
    let report = [
        ("step", "send"),
        ("circumstances", BAD),
        ("seen_date", "2026-03-04"),
        ("seen_time", "07:30"),
        ("missing_from", "home"),
        ("given_name", "Ada"),
        ("family_name", "Invented"),
    ];
    let caught = site.post(&sam, "/report", &report).await;
    assert_eq!(caught.status, 422, "{}", caught.body);
    let name = asked(&caught.body);
    let mut again = report.to_vec();
    again.push((&name, "own"));
    assert_eq!(site.post(&sam, "/report", &again).await.status, 303);
    let path = format!("/children/{child}/do/trigger-plan");
    let owner = sam.id.to_string();
    let plan = [("actions", BAD), ("owner", owner.as_str()), ("review", "2026-05-04"), ("version", "1")];
    let caught = site.post(&sam, &path, &plan).await;
    assert!(caught.status == 422 && caught.body.contains("name=\"wording-"), "{}", caught.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_names_the_words_and_takes_the_decision() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (_, incident) = site.report(&sam).await;
    let path = format!("/incidents/{incident}/acts/action");
    let mut action = json!({"kind": "enquiry", "what": BAD, "done": "2026-03-04T09:00:00Z"});
    let caught = site.call(&sam, &path, &action).await;
    assert_eq!((caught.status, caught.header("content-type")), (422, Some("application/problem+json")));
    let body: Value = serde_json::from_str(&caught.body).unwrap();
    let found = &body["fields"][0];
    assert_eq!(
        (found["field"].as_str(), found["wording"]["blaming"].as_bool()),
        (Some("what"), Some(true)),
        "{body}"
    );
    action["wording"] =
        json!([{"field": "what", "words": found["wording"]["words"], "keep": "The order’s words."}]);
    let kept = site.call(&sam, &path, &action).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let checked = site.call(&sam, "/wording/check", &json!({"field": "what", "text": BAD})).await;
    let checked: Value = serde_json::from_str(&checked.body).unwrap();
    assert_eq!(checked["findings"][0]["words"], found["wording"]["words"], "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_an_inspector_are_challenged_by_an_operator() {
    let site = Site::start().await;
    let (sam, noor, kit) =
        (site.app.operator().await, site.app.inspector().await, site.app.supervisor().await);
    let (_, incident) = site.report(&sam).await;
    let path = format!("/wording/challenge/incidents/{incident}");
    assert_eq!(site.act(&noor, incident, "Spoke to this boy. Enough said.", &[]).await.status, 303);
    let page = site.get(&sam, &path).await;
    assert!(page.body.contains("Enough said"), "{}", page.body);
    // The newest entry comes first.
    let entry = page.body.split("name=\"entry\"").nth(1).unwrap();
    let version = entry.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let wrong = [("entry", version), ("words", "not there"), ("why", "Unkind.")];
    assert_eq!(site.post(&sam, &path, &wrong).await.status, 422);
    let right = [("entry", version), ("words", "Enough  Said"), ("why", "It puts the difficulty in him.")];
    let sent = site.post(&sam, &path, &right).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let matter = sent.header("location").unwrap().split('?').next().unwrap().to_owned();
    let settle = [("act", "settle"), ("outcome", "learning"), ("words", "Talked about it.")];
    let shown = site.get(&kit, &matter).await.body;
    assert!(!shown.contains("name=\"act\""), "no form for somebody who may not settle it");
    let refused = site.post(&kit, &matter, &settle).await;
    assert!(refused.status == 409 && refused.body.contains("another duty inspector"), "{}", refused.body);
    assert_eq!(site.post(&site.app.inspector().await, &matter, &settle).await.status, 303);
    assert_eq!(site.get(&site.app.administrator().await, &matter).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_checked_and_nothing_is_kept() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let answer = site.post(&sam, "/wording/check", &[("field", "what"), ("text", &format!("é {BAD}"))]).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.contains("data-blaming=\"true\"") && answer.body.contains("data-insert"),
        "{}",
        answer.body
    );
    let quiet =
        site.post(&sam, "/wording/check", &[("field", "what"), ("text", "Seen at nine by her aunt.")]).await;
    assert_eq!((quiet.status, quiet.body.trim()), (200, ""));
    let own = "She said “I am putting myself at risk”.";
    let own = site.post(&sam, "/wording/check", &[("field", "what"), ("text", own)]).await;
    assert!(!own.body.contains("data-blaming=\"true\""), "{}", own.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_learns_with_any_text() {
    let site = Site::start().await;
    let max = site.app.administrator().await;
    let tried = site.post(&max, "/wording/learn", &[("text", &format!("<b>é</b> {BAD}"))]).await;
    assert!(
        tried.status == 200 && tried.body.contains("<mark class=\"cf-mark\">putting herself at risk</mark>"),
        "{}",
        tried.body
    );
    assert!(!tried.body.contains("<b>é"), "what is typed is escaped");
    assert_eq!(site.post(&max, "/wording/learn", &[("text", " ")]).await.status, 422);
    for category in cf_wording::Category::ALL {
        let page = site.get(&max, &format!("/wording/guide/{}", category.name())).await;
        assert!(page.status == 200 && page.body.contains("Rather not"), "{}", category.name());
    }
    assert_eq!(site.get(&max, "/wording/guide/nothing").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_nobody_takes_climbs() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (_, incident) = site.report(&sam).await;
    let name = asked(&site.act(&sam, incident, BAD, &[]).await.body);
    assert_eq!(site.act(&sam, incident, BAD, &[(&name, "own")]).await.status, 303);
    site.app.app.climb_overdue().await.unwrap();
    site.app.clock.advance_seconds(8 * 24 * 3_600);
    site.app.app.climb_overdue().await.unwrap();
    let kit = site.app.supervisor().await;
    let view = site.app.app.queue(&kit.caller).await.unwrap();
    let id = view.wording.first().unwrap().id();
    let matter = site.app.app.wording_matter(&kit.caller, id).await.unwrap().matter;
    assert!(!matter.escalations.is_empty() && matter.clocks.len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_counts_every_entry_and_hides_small_groups() {
    let site = Site::start().await;
    let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&sam).await;
    for number in 0..24 {
        let what = format!("Rang the aunt for the {number}th time, no answer.");
        assert_eq!(site.act(&sam, incident, &what, &[]).await.status, 303);
    }
    let name = asked(&site.act(&sam, incident, BAD, &[]).await.body);
    assert_eq!(site.act(&sam, incident, BAD, &[(&name, "own")]).await.status, 303);
    assert_eq!(site.act(&kit, incident, "Rang the school, who will ask round.", &[]).await.status, 303);
    let month = cf_app::wording::audit::month_of(site.app.app.now());
    let audit = site.app.app.wording_audit(&kit.caller, month, month).await.unwrap();
    // The report, 25 actions, the one with blame, and the supervisor's.
    assert_eq!((audit.written.checked, audit.written.blaming, audit.written.kept), (27, 1, 1));
    assert!(audit.roles.iter().all(|group| group.rate.is_none()), "{:?}", audit.roles);
    assert_eq!(audit.teams.len(), 1);
    let page = site.get(&kit, "/wording/audit").await;
    assert!(
        page.body.contains("too few to show") && page.body.contains("3.7 (0.7 to 18.3)"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("putting herself"), "the audit shows counts");
    assert!(site.get(&kit, "/wording/audit/texts?category=risk_taking").await.body.contains(BAD));
    assert!(!site.get(&kit, "/wording/audit/texts?category=credibility").await.body.contains(BAD));
    assert_eq!(site.get(&sam, "/wording/audit/texts").await.status, 403);
}

/// The same on PostgreSQL: rows, queue, audit and rebuild.
#[tokio::test(flavor = "multi_thread")]
async fn kept_words_on_postgresql() {
    let server = cf_testkit::Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    for app in [TestApp::sqlite().await, TestApp::postgres(&server).await] {
        let site = Site::on(app).await;
        let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
        let (_, incident) = site.report(&sam).await;
        let name = asked(&site.act(&sam, incident, BAD, &[]).await.body);
        assert_eq!(site.act(&sam, incident, BAD, &[(&name, "own")]).await.status, 303);
        assert!(site.get(&kit, "/queue").await.body.contains("Wording kept or challenged: 1"));
        let month = cf_app::wording::audit::month_of(site.app.app.now());
        let audit = site.app.app.wording_audit(&kit.caller, month - 11, month).await.unwrap();
        assert_eq!((audit.written.checked, audit.written.blaming), (2, 1));
        assert_eq!(audit.categories.iter().map(|(_, rate)| rate.blaming).sum::<i64>(), 1);
        let which = WhichEntries { month, category: "risk_taking".to_owned(), after: WordingPlace::START };
        let texts = site.app.app.audited_entries(&kit.caller, which, 9, 0).await.unwrap();
        assert_eq!((texts.entries.len(), texts.after), (1, None));
        let compared = site.app.app.store().check_rows(cf_store::fold, |_, _| ()).await.unwrap();
        assert!(compared.is_ok(), "{compared:?}");
        assert_eq!(site.app.app.store().verify(|_| ()).await.unwrap().damage, None);
    }
}
