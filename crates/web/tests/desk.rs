//! What each person at and around the desk may see, send and get back when something is wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use cf_app::report::{ReportForm, Who};
use cf_casework::child::{Act, CarePlan, Identity};
use cf_casework::missing::command::{MissingFrom, Reporter};
use cf_kernel::{ChildId, CommandId, IncidentId};
use cf_store::Page;
use cf_testkit::{Answer, TestApp, TestServer, User};
use cf_web::{Appearance, Web, router};

#[path = "desk/supervise.rs"]
mod supervise;

#[path = "desk/order.rs"]
mod order;

#[path = "desk/report.rs"]
mod report;

struct Site {
    app: TestApp,
    server: TestServer,
}

impl Site {
    async fn start() -> Self {
        let app = TestApp::sqlite().await;
        let appearance = Appearance { secure_cookies: false, ..Appearance::default() };
        let server = TestServer::start(router(Web::new(app.app.clone(), appearance))).await;
        Self { app, server }
    }

    async fn get(&self, user: &User, path: &str) -> Answer {
        let cookie = format!("childfirst={}", user.token);
        self.server.send("GET", path, &[("cookie", &cookie)], b"").await
    }

    async fn post(&self, user: &User, path: &str, body: &str) -> Answer {
        let cookie = format!("childfirst={}", user.token);
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.server.send("POST", path, &headers, body.as_bytes()).await
    }

    /// A boy whose care one council plans while he lives in another borough; names invented.
    async fn report(&self, by: &User, name: &str, care: CarePlan) -> (ChildId, IncidentId) {
        let identity = Identity {
            given_name: name.into(),
            family_name: "Marlowe-Finch".into(),
            born_on: "2011-05-06".parse().ok(),
            ..Identity::default()
        };
        let form = ReportForm {
            who: Who::New(Box::new(identity), care),
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

    async fn restrict(&self, by: &User, child: ChildId) {
        let act = Act::Restrict("a parent works at the desk".to_owned().into());
        self.app.app.record_about_child(&by.caller, CommandId::new(), child, None, act).await.unwrap();
    }

    /// The newest entries of the access log by this person.
    async fn log(&self, user: &User, action: &str) -> usize {
        let page = Page { before: None, limit: 200 };
        let entries = self.app.app.store().access_by(user.id, page).await.unwrap();
        entries.iter().filter(|entry| entry.action == action).count()
    }
}

fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_shown_to_those_who_may_send_it_and_others_are_told_who_may() {
    let site = Site::start().await;
    let (operator, supervisor) = (site.app.operator().await, site.app.supervisor().await);
    let (child, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let grade = site.get(&operator, &format!("/incidents/{incident}/do/grade")).await.body;
    let body = format!(
        "command={}&version={}&seen=medium&grade=high&rationale=alone+and+cold&next_review_date=2026-03-04&next_review_time=12:00",
        value(&grade, "command"),
        value(&grade, "version")
    );
    assert_eq!(site.post(&operator, &format!("/incidents/{incident}/do/grade"), &body).await.status, 303);

    let review = format!("/incidents/{incident}/do/review");
    let refused = site.get(&operator, &review).await;
    assert_eq!(refused.status, 403);
    assert!(!refused.body.contains("<textarea"), "{}", refused.body);
    assert!(refused.body.contains("Duty supervisor") && refused.body.contains("Duty inspector"));
    assert_eq!(site.get(&supervisor, &review).await.status, 200);

    let auditor = site.app.auditor().await;
    for path in [
        review.clone(),
        format!("/incidents/{incident}/do/close"),
        format!("/incidents/{incident}/facts"),
        format!("/children/{child}/do/warning"),
    ] {
        let answer = site.get(&auditor, &path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains("as auditor") && answer.body.contains("Duty supervisor"), "{path}");
    }
    let (theirs, looked_on) =
        (site.get(&supervisor, "/queue").await.body, site.get(&auditor, "/queue").await.body);
    assert!(theirs.contains(&review), "{theirs}");
    assert!(looked_on.contains(&format!("/incidents/{incident}")) && !looked_on.contains("/do/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_council_worker_sees_the_children_their_council_answers_for_and_no_others() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let worker = site.app.council_worker("306").await;
    let plan = |responsible: Option<&str>, borough: Option<&str>| CarePlan {
        looked_after: Some(responsible.is_some()),
        responsible_authority: responsible.map(str::to_owned),
        borough: borough.map(str::to_owned),
    };
    let (_, planned) = site.report(&operator, "Planned", plan(Some("E09000008"), Some("E09000007"))).await;
    let (_, lives) = site.report(&operator, "Livesthere", plan(None, Some("E09000008"))).await;
    let (_, by_dfe) = site.report(&operator, "Bydfe", plan(Some("306"), None)).await;
    let (_, placed) = site.report(&operator, "Placedhere", plan(Some("202"), Some("E09000008"))).await;
    let (_, nobodys) = site.report(&operator, "Nobodys", plan(None, None)).await;
    let (closed, restricted) = site.report(&operator, "Closedto", plan(Some("306"), None)).await;
    site.restrict(&site.app.supervisor().await, closed).await;

    let list = site.get(&worker, "/our-children").await;
    assert_eq!(list.status, 200);
    for (name, incident) in [("Planned", planned), ("Livesthere", lives), ("Bydfe", by_dfe)] {
        assert!(list.body.contains(name) && list.body.contains(&incident.to_string()), "{name}");
        assert_eq!(site.get(&worker, &format!("/incidents/{incident}")).await.status, 200, "{name}");
    }
    for (name, incident) in [("Placedhere", placed), ("Nobodys", nobodys), ("Closedto", restricted)] {
        assert!(!list.body.contains(name), "{name}");
        let answer = site.get(&worker, &format!("/incidents/{incident}")).await;
        assert_eq!(answer.status, 403, "{name}");
        assert!(!answer.body.contains(name));
    }
    assert!(list.body.contains("Restricted record: ask the missing desk"));
    assert_eq!(site.get(&operator, "/our-children").await.status, 403);
    assert_eq!(site.get(&worker, "/").await.header("location"), Some("/our-children"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reports_a_restricted_child_can_finish_it_and_sees_no_more() {
    let site = Site::start().await;
    let (operator, other) = (site.app.operator().await, site.app.operator().await);
    let supervisor = site.app.supervisor().await;
    let (child, first) = site.report(&supervisor, "Ambrose", CarePlan::default()).await;
    site.restrict(&supervisor, child).await;
    // The child is back before the next report.
    use cf_casework::missing::command as c;
    let returned = c::Act::Return(c::Return {
        returned_at: site.app.app.now(),
        how: cf_casework::missing::HowReturned::ALL[0],
        by_whom: "patrol".to_owned().into(),
        place: "the bus station".to_owned().into(),
        harm: cf_casework::missing::Harm::ALL[0],
        harm_detail: String::new().into(),
    });
    site.app.app.act(&supervisor.caller, CommandId::new(), first, None, returned).await.unwrap();

    let form = site.get(&operator, &format!("/report?child={child}")).await;
    assert_eq!(form.status, 200, "{}", form.body);
    assert!(form.body.contains("Restricted record") && form.body.contains("duty inspector"));
    assert!(!form.body.contains("Ambrose"));
    let body = format!(
        "step=send&command={}&child={child}&circumstances=not+back+from+school&seen_date=2026-03-04&seen_time=08:00&missing_from=home",
        value(&form.body, "command")
    );
    let sent = site.post(&operator, "/report", &body).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let incident = sent.header("location").unwrap().split('?').next().unwrap().to_owned();

    let page = site.get(&operator, &incident).await;
    assert_eq!(page.status, 200);
    let number = incident.rsplit('-').next().unwrap().to_uppercase();
    assert!(page.body.contains(&format!("say incident {number}")), "{}", page.body);
    assert!(page.body.contains("not back from school"));
    assert!(!page.body.contains("Ambrose") && !page.body.contains(&format!("/children/{child}\"")));
    assert_eq!(site.get(&operator, &format!("{incident}/do/grade")).await.status, 200);
    assert_eq!(site.get(&operator, &format!("/children/{child}")).await.status, 403);
    assert_eq!(site.get(&operator, &format!("/incidents/{first}")).await.status, 403, "another incident");
    assert_eq!(site.get(&other, &incident).await.status, 403, "somebody else's report");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_last_seen_is_what_somebody_said() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let form = site.get(&operator, "/report").await.body;
    let choices: Vec<&str> = form.split("name=\"seen_around\"").skip(1).collect();
    assert_eq!(choices.len(), 5, "quick choices");
    assert!(choices.iter().all(|choice| !choice.split('>').next().unwrap().contains("checked")));
    assert_eq!(value(&form, "command").len(), 36);
    let hour =
        form.split("name=\"seen_around\"").find(|part| part.contains("An hour ago, about 08:00")).unwrap();
    assert!(hour.contains("An hour ago, about 08:00"));

    let rest =
        "step=send&given_name=Odile&family_name=Varga&circumstances=did+not+come+home&missing_from=home";
    let report = |extra: &str| format!("{rest}&command={}&{extra}", CommandId::new());
    let nothing = site.post(&operator, "/report", &report("seen_about=yes")).await;
    assert_eq!(nothing.status, 422, "no time was said");
    // The choice stands for a moment: sent half an hour later it is still the same.
    site.app.clock.advance_seconds(1_500);
    let chosen = report("seen_around=2026-03-04T08:00:00Z&seen_date=&seen_time=");
    let kept = site.post(&operator, "/report", &chosen.replace("step=send", "step=save")).await;
    assert!(kept.body.contains("as chosen before"), "{}", kept.body);
    let sent = site.post(&operator, "/report", &chosen).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let page = site.get(&operator, sent.header("location").unwrap()).await.body;
    assert!(page.contains("08:00 (a guess)"), "{page}");
    let typed = report("seen_around=2026-03-04T08:00:00Z&seen_date=2026-03-04&seen_time=07:10")
        .replace("Odile", "Second");
    let sent = site.post(&operator, "/report", &typed).await;
    let page = site.get(&operator, sent.header("location").unwrap()).await.body;
    assert!(page.contains("07:10") && !page.contains("(a guess)"), "what was typed counts before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_cannot_be_read_is_said_in_the_form() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    for page in [format!("/incidents/{incident}"), format!("/children/{child}")] {
        for (asked, words) in [
            ("as_at_date=2026-02-31", "Give a real date"),
            ("as_at_date=2026-03-04&as_at_time=noon", "Give a time like 19:52"),
            ("as_at_date=2019-01-01", "Nothing was known of this"),
            ("as_at_date=2030-01-01", "has not come yet"),
        ] {
            let answer = site.get(&operator, &format!("{page}?{asked}")).await;
            assert_eq!(answer.status, 422, "{page} {asked}");
            assert!(answer.body.contains(words), "{page} {asked}");
            assert!(
                answer.body.contains("govuk-error-summary") && answer.body.contains("govuk-error-message")
            );
            assert!(!answer.body.contains("as it was known at"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_knows_the_talks_and_the_episodes_of_then() {
    use cf_casework::missing::command as c;
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let now = site.app.app.now();
    site.app.clock.advance_seconds(600);
    let returned = c::Act::Return(c::Return {
        returned_at: now.plus_minutes(5),
        how: cf_casework::missing::HowReturned::ALL[0],
        by_whom: "patrol".to_owned().into(),
        place: "the bus station".to_owned().into(),
        harm: cf_casework::missing::Harm::ALL[0],
        harm_detail: String::new().into(),
    });
    site.app.app.act(&operator.caller, CommandId::new(), incident, None, returned).await.unwrap();
    let returned_at = site.app.app.now();
    site.app.clock.advance_seconds(600);
    let then = site.app.app.child(&operator.caller, child, Some(returned_at)).await.unwrap();
    let today = site.app.app.child(&operator.caller, child, None).await.unwrap();
    assert_eq!(then.episodes[0].talks, today.episodes[0].talks);
    assert_eq!(then.episodes[0].talks, "both_owed");
    let before = site.app.app.incident(&operator.caller, incident, Some(now.plus_minutes(1))).await.unwrap();
    assert_eq!(before.episodes[0].phase, "missing", "not yet back then");
    let today = site.app.app.incident(&operator.caller, incident, None).await.unwrap();
    assert_eq!(today.episodes[0].phase, "back");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_typed_before_the_session_ended_are_shown_as_questions_and_words() {
    let site = Site::start().await;
    let administrator = site.app.administrator().await;
    let typed = "login=sam&name=Sam&role=operator&team=&authority=&password=three+odd+words";
    assert_eq!(site.post(&administrator, "/accounts", typed).await.status, 303);
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
    let sign_in = async |rescued: &str, login: &str| {
        let form = format!(
            "login={login}&password=three+odd+words&then=/report&typed.rescued={rescued}&typed.circumstances=forged"
        );
        site.server.send("POST", "/sign-in", &headers, form.as_bytes()).await
    };
    let eve = "login=eve&name=Eve&role=operator&team=&authority=&password=three+odd+words";
    assert_eq!(site.post(&administrator, "/accounts", eve).await.status, 303);
    let first = site.server.send("POST", "/sign-in", &headers, b"login=sam&password=three+odd+words").await;
    let cookie = first.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    site.app.clock.advance_seconds(31 * 60);
    let late = [("cookie", cookie.as_str()), headers[0], headers[1]];
    let typed = "circumstances=rang+from+school&missing_from=care&seen_date=2026-03-04&seen_time=08:15&command=abc123";
    let page = site.server.send("POST", "/report", &late, typed.as_bytes()).await;
    assert_eq!(page.status, 401);
    assert!(page.body.contains("Sign in with the same account") && !page.body.contains("rang from school"));
    let rescued = value(&page.body, "typed.rescued");

    let other = sign_in(rescued, "eve").await;
    assert!(other.body.contains("What was typed belongs to somebody else"), "{}", other.body);
    for words in ["rang from school", "forged", "Send it now"] {
        assert!(!other.body.contains(words), "{words}");
    }
    let script = [late[0], late[1], late[2], ("sec-fetch-mode", "cors")];
    assert_eq!(site.server.send("POST", "/report/draft", &script, typed.as_bytes()).await.body, "");
    let nobody = site.server.send("POST", "/report", &headers, typed.as_bytes()).await;
    assert!(nobody.body.contains("cannot be known") && !nobody.body.contains("rang from school"));

    let answer = sign_in(rescued, "sam").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("forged"), "words come from what was kept alone");
    let whose = format!("whose={}&circumstances=x", value(&answer.body, "whose"));
    let eve = other.header("set-cookie").unwrap().split(';').next().unwrap();
    let eve = [("cookie", eve), headers[0], headers[1]];
    let sent = site.server.send("POST", "/report", &eve, whose.as_bytes()).await;
    assert_eq!(sent.status, 409, "nor is the page sent under another account");
    for words in [
        "What you typed is still here",
        "What has happened, and why is the caller worried?",
        "rang from school",
        "Missing from where?",
        "Care placement",
        "4 March 2026 at 08:15",
    ] {
        assert!(answer.body.contains(words), "{words}");
    }
    let shown = answer.body.split("<form").next().unwrap();
    assert!(!shown.contains("abc123"), "what is no answer is not shown");
    assert_eq!(value(&answer.body, "missing_from"), "care", "and the form still sends the code");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_of_a_draft_do_not_overwrite_each_other() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let command = CommandId::new();
    let base = "&base=[[%22description%22,%22tall%22]]";
    let first = format!("command={command}&description=tall");
    assert_eq!(site.post(&operator, "/report/draft", &first).await.status, 204);
    let page = site.get(&operator, "/report").await.body;
    assert!(
        page.contains("when you press a button below") && !page.contains("as you go"),
        "true without script"
    );
    let place = format!("command={command}&description=tall&last_seen=the+park{base}");
    assert_eq!(site.post(&operator, "/report/draft", &place).await.status, 204);
    let behind = format!("command={command}&description=short&last_seen={base}");
    let merged = site.post(&operator, "/report/draft", &behind).await;
    assert_eq!(merged.status, 200);
    assert!(merged.body.contains("the park"), "{}", merged.body);
    let page = site.get(&operator, "/report").await.body;
    assert!(page.contains("the park") && page.contains("short"));
    let both = format!("command={command}&description=tall&last_seen=the+station{base}&step=send");
    let asked = site.post(&operator, "/report", &both).await;
    assert_eq!(asked.status, 409);
    for words in ["the station", "the park", "short", "Another window"] {
        assert!(asked.body.contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_said_once_to_whom_did_it() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let said = "The draft is discarded.";
    let here = "/report?done=discarded";
    assert!(!site.get(&operator, here).await.body.contains(said), "a bookmark");
    let page = site.get(&operator, "/report").await.body;
    let form = format!("command={}", value(&page, "command"));
    let sent = site.post(&operator, "/report/discard", &form).await;
    assert_eq!(sent.header("location"), Some(here));
    let mark = sent.header("set-cookie").unwrap().split(';').next().unwrap();
    let cookies = format!("childfirst={}; {mark}", operator.token);
    let shown = site.server.send("GET", here, &[("cookie", &cookies)], b"").await;
    assert!(shown.body.contains(said));
    assert!(
        shown.header("set-cookie").is_some_and(|gone| gone.contains("Max-Age=0")),
        "a reload says nothing"
    );
    let elsewhere = site.server.send("GET", "/report?done=saved", &[("cookie", &cookies)], b"").await;
    assert!(!elsewhere.body.contains("Saved."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_when_a_draft_was_discarded_does_not_bring_it_back() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let page = site.get(&operator, "/report").await.body;
    let typed = format!("command={}&given_name=Odile", value(&page, "command"));
    assert_eq!(site.post(&operator, "/report/draft", &typed).await.status, 204);
    assert!(site.get(&operator, "/report").await.body.contains("value=\"Odile\""));
    assert_eq!(site.post(&operator, "/report/discard", &typed).await.status, 303);
    assert_eq!(site.post(&operator, "/report/draft", &typed).await.status, 410, "the late one");
    let next = site.get(&operator, "/report").await.body;
    assert!(!next.contains("Odile"));
    assert_ne!(value(&next, "command"), value(&page, "command"), "the next report is another");

    // A person who goes on in another window keeps what they typed, as another report.
    let saved = site.post(&operator, "/report", &format!("step=save&{typed}")).await.body;
    assert!(saved.contains("value=\"Odile\""));
    assert_ne!(value(&saved, "command"), value(&page, "command"));
    assert!(site.get(&operator, "/report").await.body.contains("value=\"Odile\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_report_sent_from_the_form_of_one_that_was_taken_is_kept_and_the_same_one_is_taken_once() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let page = site.get(&operator, "/report").await.body;
    let form = |name: &str| {
        format!(
            "step=send&command={}&given_name={name}&family_name=Varga&circumstances=did+not+come+home\
             &seen_date=2026-03-04&seen_time=08:00&missing_from=home",
            value(&page, "command")
        )
    };
    let first = site.post(&operator, "/report", &form("Hana")).await;
    assert_eq!(first.status, 303, "{}", first.body);
    let twice = site.post(&operator, "/report", &form("Hana")).await;
    assert_eq!(twice.header("location"), first.header("location"), "one report, however often it is sent");

    let second = site.post(&operator, "/report", &form("Ivor")).await;
    assert_eq!(second.status, 409);
    assert!(second.body.contains("The report of this form was taken already"));
    assert!(second.body.contains("value=\"Ivor\""), "and what was typed is still there");
    let kept = site.get(&operator, "/report").await.body;
    assert!(kept.contains("value=\"Ivor\""));
    assert_ne!(value(&kept, "command"), value(&page, "command"));

    // A third is begun while the second waits, and both are found again.
    let third = site.get(&operator, "/report?another=yes").await.body;
    assert!(!third.contains("value=\"Ivor\"") && third.contains("Ivor Varga, last typed in"));
    let draft = format!("/report?draft={}", value(&kept, "command"));
    assert!(third.contains(&draft));
    assert!(site.get(&operator, &draft).await.body.contains("value=\"Ivor\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_handed_to_somebody_who_can_work_on_it() {
    let site = Site::start().await;
    let (operator, supervisor) = (site.app.operator().await, site.app.supervisor().await);
    let worker = site.app.council_worker("301").await;
    let (_, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let path = format!("/incidents/{incident}/do/hand-over");
    let form = site.get(&operator, &path).await.body;
    assert!(form.contains(&supervisor.id.to_string()) && !form.contains(&worker.id.to_string()));
    let to = |user: &User| format!("to={}&briefing=Read+the+trigger+plan", user.id);
    assert_eq!(site.post(&operator, &path, &to(&worker)).await.status, 422);
    assert_eq!(site.post(&operator, &path, &to(&supervisor)).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_who_is_missing_now_is_said_to_be_before_the_report_is_taken() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let heard = "given_name=Ambrose&family_name=Marlowe-Finch";
    let found = site.post(&operator, "/report/matches", heard).await.body;
    assert!(found.contains("Missing now") && found.contains("not missing before"), "{found}");
    let chosen = site.get(&operator, &format!("/report?child={child}")).await.body;
    assert!(chosen.contains("Missing before: 0") && chosen.contains(&format!("/incidents/{incident}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_ten_megabytes_is_refused_in_words_and_the_rest_is_kept() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let long = "a".repeat(10 * 1024 * 1024);
    let body = format!("step=send&circumstances={long}&given_name=Odile&last_seen=at+the+bus+stop");
    let answer = site.post(&operator, "/report", &body).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("What has happened, and why is the caller worried?: 10485760 characters"));
    assert!(answer.body.contains("kept as a draft"));
    let draft = site.get(&operator, "/report").await.body;
    assert!(draft.contains("value=\"Odile\"") && draft.contains("value=\"at the bus stop\""));
    assert!(draft.contains(&"a".repeat(20_000)) && !draft.contains(&"a".repeat(20_001)));

    let (_, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let path = format!("/incidents/{incident}/do/grade");
    let answer = site.post(&operator, &path, &format!("rationale={long}")).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("Go back with your browser") && answer.body.contains("10485760 characters"));
    let huge = site.post(&operator, &path, &format!("rationale={}", long.repeat(3))).await;
    assert_eq!(huge.status, 413, "beyond what is read to keep it");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_act_is_one_entry_of_the_access_log() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (_, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let grade = site.get(&operator, &format!("/incidents/{incident}/do/grade")).await.body;
    let body = format!(
        "command={}&version={}&seen=medium&grade=high&rationale=alone+and+cold&next_review_date=2026-03-04&next_review_time=12:00",
        value(&grade, "command"),
        value(&grade, "version")
    );
    assert_eq!(site.post(&operator, &format!("/incidents/{incident}/do/grade"), &body).await.status, 303);
    assert_eq!(site.log(&operator, "grade_incident").await, 1);
    let facts = format!("command={}&told_by=mother&age=13", CommandId::new());
    assert_eq!(site.post(&operator, &format!("/incidents/{incident}/facts"), &facts).await.status, 303);
    assert_eq!(site.log(&operator, "record_on_incident").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_restricted_record_was_opened_is_sealed_at_rest() {
    let site = Site::start().await;
    let (operator, inspector) = (site.app.operator().await, site.app.inspector().await);
    let supervisor = site.app.supervisor().await;
    let (child, _) = site.report(&supervisor, "Ambrose", CarePlan::default()).await;
    site.restrict(&supervisor, child).await;
    let words = "the grandmother rang from the harbour";
    assert_eq!(site.post(&operator, "/glass", &format!("reason={words}")).await.status, 303);
    assert_eq!(site.get(&operator, &format!("/children/{child}")).await.status, 200);
    assert!(site.get(&operator, "/glass").await.body.contains(words));
    assert!(site.get(&inspector, "/glass").await.body.contains(words));
    assert!(site.get(&inspector, "/record/access").await.body.contains(words));
    assert!(site.get(&inspector, &format!("/children/{child}/access")).await.body.contains(words));

    let store = site.app.app.store();
    assert_eq!(store.verify(|_| {}).await.unwrap().damage, None);
    let file = site.app.url.strip_prefix("sqlite://").unwrap();
    for ending in ["", "-wal"] {
        let bytes = std::fs::read(format!("{file}{ending}")).unwrap_or_default();
        assert!(!bytes.windows(11).any(|part| part == b"grandmother"), "{ending}");
    }
    let page = Page { before: None, limit: 200 };
    let raw = store.access_by(operator.id, page).await.unwrap();
    assert!(
        raw.iter()
            .filter(|entry| entry.reason.as_deref().is_some_and(|r| r.starts_with("sealed:1:")))
            .count()
            >= 2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_code_opens_once() {
    let site = Site::start().await;
    let administrator = site.app.administrator().await;
    let typed = "login=sam&name=Sam&role=operator&team=&authority=&password=three+odd+words";
    assert_eq!(site.post(&administrator, "/accounts", typed).await.status, 303);
    let app = &site.app.app;
    let sam = app.store().account_by_login("sam").await.unwrap().unwrap();
    app.set_one_time_secret(&administrator.caller, sam.id, Some(b"12345678901234567890")).await.unwrap();
    // SOURCE: RFC 6238 appendix B: at this moment the code of this secret ends in 353130.
    site.app.clock.set("2603-10-11T11:33:20Z".parse().unwrap());
    let given = || cf_app::sessions::SignIn {
        login: "sam".into(),
        password: "three odd words".into(),
        code: "353130".into(),
        user_agent: String::new(),
    };
    assert!(app.sign_in(given(), "first").await.is_ok());
    assert!(app.sign_in(given(), "second").await.is_err(), "read over a shoulder");
    site.app.clock.advance_seconds(30);
    assert!(app.sign_in(given(), "later").await.is_err(), "and within its tolerance");
}
