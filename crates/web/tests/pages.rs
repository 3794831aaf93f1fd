//! The pages of children, supervision and the record, asked over a real socket.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::sync::Arc;

use cf_app::import::{Extract, PartnerProfile, Silent};
use cf_app::report::{ReportForm, Who};
use cf_casework::child::{CarePlan, Identity};
use cf_casework::missing::command::{MissingFrom, Reporter};
use cf_kernel::{ChildId, CommandId, IncidentId};
use cf_testkit::{Answer, TestApp, TestServer, User};
use cf_web::{Appearance, Web, router};

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

    /// A girl reported missing for two hours; names invented.
    async fn report(&self, by: &User) -> (ChildId, IncidentId) {
        let identity = Identity {
            given_name: "Zuleika".into(),
            family_name: "Thornbury".into(),
            born_on: "2011-05-06".parse().ok(),
            ..Identity::default()
        };
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
}

fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_for_those_it_is_for_and_no_others() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, incident) = site.report(&operator).await;
    let people = [
        ("operator", operator),
        ("inspector", site.app.inspector().await),
        ("auditor", site.app.auditor().await),
        ("administrator", site.app.administrator().await),
    ];
    let everybody = ["operator", "inspector", "auditor", "administrator"].as_slice();
    let (case, lead) = (["operator", "inspector", "auditor"].as_slice(), ["inspector", "auditor"].as_slice());
    for (path, allowed) in [
        ("/children".to_owned(), case),
        (format!("/children/{child}"), case),
        (format!("/children/{child}?as_at_date=2026-03-04"), case),
        (format!("/children/{child}/for-the-child"), case),
        (format!("/children/{child}/history"), case),
        (format!("/incidents/{incident}/history"), case),
        (format!("/children/{child}/access"), lead),
        (format!("/incidents/{incident}/access"), lead),
        ("/queue".to_owned(), lead),
        ("/queue/part".to_owned(), lead),
        ("/council".to_owned(), lead),
        ("/record".to_owned(), ["auditor", "administrator"].as_slice()),
        ("/imports".to_owned(), ["auditor", "administrator"].as_slice()),
        ("/record/access".to_owned(), lead),
        ("/record/access?denied=yes".to_owned(), lead),
        ("/accounts".to_owned(), ["administrator"].as_slice()),
        ("/sessions".to_owned(), everybody),
        ("/glass".to_owned(), ["operator", "inspector"].as_slice()),
        ("/rules".to_owned(), everybody),
        ("/rules/try".to_owned(), everybody),
        ("/help".to_owned(), everybody),
        ("/wording/learn".to_owned(), everybody),
        ("/wording/audit".to_owned(), lead),
        ("/wording/audit/texts".to_owned(), lead),
        ("/wording/guide/risk_taking".to_owned(), everybody),
    ] {
        for (role, user) in &people {
            let answer = site.get(user, &path).await;
            let want = if allowed.contains(role) { 200 } else { 403 };
            assert_eq!(answer.status, want, "{role} at {path}");
            assert!(want == 200 || !answer.body.contains("Zuleika"), "{role} at {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_is_found_without_the_name_in_an_address() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, _) = site.report(&operator).await;
    let found = site.post(&operator, "/children/search", "name=zuleika+thornbery").await;
    assert_eq!(found.status, 200);
    assert!(found.body.contains(&format!("/children/{child}")), "{}", found.body);
    assert!(found.body.contains("a name is spelt much the same"));
    let nothing = site.post(&operator, "/children/search", "name=&born_on=31-31").await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("31-31"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_a_record_that_moved_on_keeps_what_was_typed() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, _) = site.report(&operator).await;
    let path = format!("/children/{child}/do/care");
    let form = site.get(&operator, &path).await.body;
    let send = |page: &str, authority: &str| {
        format!(
            "command={}&version={}&looked_after=yes&responsible_authority={authority}&borough=",
            value(page, "command"),
            value(page, "version")
        )
    };
    let second = send(&site.get(&operator, &path).await.body, "205");
    assert_eq!(site.post(&operator, &path, &send(&form, "204")).await.status, 303);
    let refused = site.post(&operator, &path, &second).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("value=\"205\"") && refused.body.contains("What you typed is kept"));
    assert_eq!(site.post(&operator, &path, &send(&refused.body, "205")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_shows_no_later_warning_and_no_act() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let (child, _) = site.report(&operator).await;
    site.app.clock.advance_seconds(600);
    let operator = site.app.sign_in(operator.id).await;
    let path = format!("/children/{child}/do/warning");
    let form = site.get(&operator, &path).await.body;
    let body = format!("command={}&version=1&kind=health&words=needs+an+inhaler", value(&form, "command"));
    assert_eq!(site.post(&operator, &path, &body).await.status, 303);
    let now = site.get(&operator, &format!("/children/{child}")).await.body;
    assert!(now.contains("needs an inhaler") && now.contains("/do/warning"));
    let then =
        site.get(&operator, &format!("/children/{child}?as_at_date=2026-03-04&as_at_time=09:05")).await;
    assert!(then.body.contains("as it was known at"));
    assert!(!then.body.contains("needs an inhaler") && !then.body.contains("/do/"), "{}", then.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_verified_from_its_page() {
    let site = Site::start().await;
    let auditor = site.app.auditor().await;
    let answer = site.post(&auditor, "/record/verify", "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Whole"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_glass_is_reviewed_by_another() {
    let site = Site::start().await;
    let (operator, inspector) = (site.app.operator().await, site.app.inspector().await);
    assert_eq!(site.post(&operator, "/glass", "reason=no").await.status, 422);
    assert_eq!(site.post(&operator, "/glass", "reason=the+carer+is+on+the+line").await.status, 303);
    assert!(site.get(&operator, "/glass").await.body.contains("the carer is on the line"));
    let page = site.get(&inspector, "/glass").await.body;
    let place = format!("session={}&at={}", value(&page, "session"), value(&page, "at"));
    let at = value(&page, "at");
    let said = |justified: &str| format!("{place}&justified-{at}={justified}&words-{at}=rang+the+desk");
    let blank = site.post(&inspector, "/glass/review", &said("")).await;
    assert_eq!(blank.status, 422);
    assert!(blank.body.contains("rang the desk"));
    let done = site.post(&inspector, "/glass/review", &said("yes")).await;
    assert_eq!(done.status, 303);
    assert!(site.get(&inspector, "/glass").await.body.contains("justified"));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_added_and_a_weak_password_is_named() {
    let site = Site::start().await;
    let administrator = site.app.administrator().await;
    let typed = "login=new.person&name=New+Person&role=operator&team=&authority=";
    let weak = site.post(&administrator, "/accounts", &format!("{typed}&password=short")).await;
    assert_eq!(weak.status, 422);
    assert!(weak.body.contains("value=\"new.person\"") && !weak.body.contains("value=\"short\""));
    let good = site.post(&administrator, "/accounts", &format!("{typed}&password=three+odd+words")).await;
    assert_eq!(good.status, 303);
    assert!(site.get(&administrator, "/accounts").await.body.contains("New Person"));
    // A council worker with a code that is no council's would see no child.
    let worker = |authority: &str| {
        format!("login=ola&name=Ola&role=council_worker&team=&authority={authority}&password=three+odd+words")
    };
    for none in ["", "Barnet", "E09000099", "30"] {
        assert_eq!(site.post(&administrator, "/accounts", &worker(none)).await.status, 422, "{none}");
    }
    let unknown = site.post(&administrator, "/accounts", &worker("E09000099")).await;
    assert!(unknown.body.contains("ONS code of a London borough"), "{}", unknown.body);
    assert_eq!(site.post(&administrator, "/accounts", &worker("E09000008")).await.status, 303);
}

/// A change of role, an ending and an opening again: by page, with reasons in the access log.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_changed_with_a_reason_and_an_ended_account_is_opened_again() {
    let site = Site::start().await;
    let (max, sam) = (site.app.administrator().await, site.app.operator().await);
    let user = sam.caller.actor.user;
    let at = |act: &str| format!("/accounts/{user}{act}");
    let page = site.get(&max, &at("")).await.body;
    assert!(page.contains("Change the role") && !page.contains("Open the account again"), "{page}");
    let silent = site.post(&max, &at("/role"), "role=supervisor&authority=&reason=").await;
    assert!(silent.status == 422 && silent.body.contains("Say why."), "{}", silent.body);
    let no_council = site.post(&max, &at("/role"), "role=council_worker&authority=999&reason=moves").await;
    assert!(no_council.status == 422 && no_council.body.contains("moves"), "{}", no_council.body);
    assert_eq!(site.post(&max, &at("/role"), "role=operator&authority=&reason=same").await.status, 422);
    assert_eq!(site.get(&sam, "/board").await.status, 200);
    let changed = site.post(&max, &at("/role"), "role=auditor&authority=&reason=Moves+to+audit.").await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert_ne!(site.get(&sam, "/board").await.status, 200, "their sessions ended");
    let account = site.app.app.store().account(user).await.unwrap().unwrap();
    assert_eq!(account.role, cf_kernel::Role::Auditor);

    assert_eq!(site.post(&max, &at("/reopen"), "reason=mistake").await.status, 422, "it is open");
    assert_eq!(site.post(&max, "/accounts/disable", &format!("user={user}")).await.status, 303);
    let late = site.post(&max, &at("/role"), "role=operator&authority=&reason=late").await;
    assert!(late.status == 422 && late.body.contains("Open it again first"), "{}", late.body);
    let silent = site.post(&max, &at("/reopen"), "reason=+").await;
    assert!(silent.status == 422 && silent.body.contains("Open the account again"), "{}", silent.body);
    assert_eq!(site.post(&max, &at("/reopen"), "reason=Back+from+leave.").await.status, 303);
    assert_eq!(site.app.app.store().account(user).await.unwrap().unwrap().disabled_at, None);

    let log = site.app.app.store().access_recent(cf_store::Page::newest(50)).await.unwrap();
    let said: Vec<&str> = log.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    for reason in ["from operator to auditor: Moves to audit.", "as auditor: Back from leave."] {
        assert!(said.iter().any(|one| one.ends_with(reason)), "{reason}: {said:?}");
    }
    // Nobody changes their own, and no other role changes any.
    let own = format!("/accounts/{}/role", max.caller.actor.user);
    assert_eq!(site.post(&max, &own, "role=operator&authority=&reason=tired").await.status, 422);
    let kit = site.app.supervisor().await;
    assert_eq!(site.post(&kit, &at("/role"), "role=operator&authority=&reason=x").await.status, 403);
    assert_eq!(site.get(&kit, &at("")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_can_be_tried_and_unknown_is_not_no() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let told = site.post(&operator, "/rules/try", "age=16").await;
    assert_eq!(told.status, 200);
    assert!(told.body.contains("Recommended:") && told.body.contains("Not known, and it matters"));
    // A nine-year-old is high already: nothing unknown could raise it.
    let young = site.post(&operator, "/rules/try", "age=9").await;
    assert!(!young.body.contains("Not known, and it matters"));
    assert_eq!(site.post(&operator, "/rules/try", "age=nine").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_when_it_was_what_came_of_its_rows_and_which_are_set_aside() {
    let site = Site::start().await;
    let admin = site.app.administrator().await;
    let profile = "name = 'lantern'\nversion = 1\nsource_system = 'lantern'\n\
        agency = { kind = 'service', code = 'lantern', name = 'Lantern Row' }\n\
        [columns]\nentry_ref = 'ref'\nperson_ref = 'client'\ndate = 'on'\n[constants]\nkind = 'referral'\n";
    let file = "ref,client,on\n1,c1,2026-03-01\n2,c2,31/02/2026\n3,c3,2026-03-02\n";
    let extract = Extract::Bytes("x.csv".into(), file.as_bytes().to_vec().into());
    let profile = PartnerProfile::from_toml(profile).unwrap();
    site.app.app.import_partner(&admin.caller, &profile, &extract, Arc::new(Silent)).await.unwrap();

    let list = site.get(&admin, "/imports").await.body;
    assert!(list.contains("rows 3, good 2, quarantined 1, children new 2, events 2"), "{list}");
    let import = list.split("href=\"/imports/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let all = site.get(&admin, &format!("/imports/{import}")).await.body;
    assert!(all.contains("2026-03-04T") && all.contains("partner/lantern 1"), "{all}");
    assert!(all.contains("rows 3, good 2, quarantined 1") && all.contains(">good<"), "{all}");
    let only = site.get(&admin, &format!("/imports/{import}?only=quarantined")).await.body;
    assert!(only.contains("CF-DATE") && !only.contains(">good<"), "{only}");
    let none = site.get(&admin, &format!("/imports/{import}?only=quarantined&after=3")).await.body;
    assert!(none.contains("No further row in quarantine."), "{none}");
    let unknown = site.get(&admin, "/imports/0198a000-0000-7000-8000-00000000dead").await;
    assert_eq!(unknown.status, 404);
}
