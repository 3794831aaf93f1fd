//! Signing in at an identity provider, as a browser meets it: the way there and back, and everything that can go wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use cf_app::accounts::NewAccount;
use cf_kernel::{Role, Timestamp, UserId};
use cf_store::{Account, Page};
use cf_testkit::{Answer, TestApp, TestServer, User};
use cf_web::elsewhere::{Elsewhere, Failed, Identity, Kept, Leaving, Soon, Why};
use cf_web::{Appearance, Web, router};

const ISSUER: &str = "https://id.example";

/// Says of everybody who comes back what a test told it to.
struct Says {
    leavings: AtomicUsize,
    down: Mutex<bool>,
    answer: Mutex<Result<Identity, Failed>>,
}

impl Elsewhere for Says {
    fn label(&self) -> &str {
        "the force's <id>"
    }

    fn begin(&self, _: Timestamp) -> Soon<'_, Leaving> {
        let number = self.leavings.fetch_add(1, Relaxed);
        let down = *self.down.lock().unwrap();
        Box::pin(async move {
            if down {
                return Err(failed(Why::Unreachable));
            }
            let state = format!("state{number}");
            let kept =
                Kept { state: state.clone(), nonce: format!("nonce of {state}"), verifier: state.clone() };
            Ok(Leaving { address: format!("{ISSUER}/authorize?a=b&state={state}"), kept })
        })
    }

    fn end(&self, kept: Kept, code: String, _: Timestamp) -> Soon<'_, Identity> {
        assert_eq!((code.as_str(), kept.nonce), ("good code", format!("nonce of {}", kept.state)));
        Box::pin(async move { self.answer.lock().unwrap().clone() })
    }
}

fn failed(why: Why) -> Failed {
    Failed { why, detail: "a zebra nobody is shown".to_owned() }
}

fn identity(subject: &str, login: &str) -> Identity {
    Identity { issuer: ISSUER.into(), subject: subject.into(), login: Some(login.into()) }
}

struct Site {
    app: TestApp,
    server: TestServer,
    says: Arc<Says>,
}

impl Site {
    async fn start() -> Self {
        let app = TestApp::sqlite().await;
        let says = Says {
            leavings: AtomicUsize::default(),
            down: Mutex::default(),
            answer: Mutex::new(Err(failed(Why::NotProved))),
        };
        let says = Arc::new(says);
        let appearance = Appearance { secure_cookies: false, ..Appearance::default() };
        let web = Web::new(app.app.clone(), appearance).with_elsewhere(says.clone());
        Self { app, server: TestServer::start(router(web)).await, says }
    }

    /// An account without a password.
    async fn account(&self, login: &str) -> UserId {
        let new = NewAccount {
            login: login.to_owned(),
            name: "Sam Operator".to_owned(),
            role: Role::Operator,
            team: String::new(),
            authority: None,
            password: None,
        };
        self.app.app.add_account(&self.app.administrator().await.caller, new).await.unwrap()
    }

    async fn stored(&self, user: UserId) -> Account {
        self.app.app.store().account(user).await.unwrap().unwrap()
    }

    fn say(&self, answer: Result<Identity, Failed>) {
        *self.says.answer.lock().unwrap() = answer;
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.server.send("GET", path, &[("cookie", cookie)], b"").await
    }

    async fn post(&self, path: &str, cookie: &str, body: &str) -> Answer {
        let headers = [
            ("cookie", cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.server.send("POST", path, &headers, body.as_bytes()).await
    }

    /// Leaves; gives the state and the cookie of the browser.
    async fn leave(&self, then: &str) -> (String, String) {
        let answer = self.get(&format!("/sign-in/elsewhere?then={then}"), "").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let state = answer.header("location").unwrap().split("state=").nth(1).unwrap().to_owned();
        (state, cookie(&answer))
    }

    async fn back(&self, (state, cookie): &(String, String)) -> Answer {
        self.get(&format!("/sign-in/elsewhere/return?code=good+code&state={state}"), cookie).await
    }

    /// Leaves and comes back.
    async fn round(&self) -> Answer {
        self.back(&self.leave("/board").await).await
    }

    /// Sign-ins that were refused, in the words of the access log.
    async fn refusals(&self) -> Vec<String> {
        let entries = self.app.app.store().access_recent(Page { before: None, limit: 200 }).await.unwrap();
        let refused = entries.into_iter().filter(|entry| entry.action == "sign_in" && !entry.permitted);
        refused.filter_map(|entry| entry.reason).collect()
    }
}

/// What a browser sends back of the first cookie in an answer.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn session(user: &User) -> String {
    format!("childfirst={}", user.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_there_and_is_here_where_they_were_going() {
    let site = Site::start().await;
    let sam = site.account("sam@force.example").await;
    let page = site.get("/sign-in?then=/board%3Fgrade%3Dhigh", "").await.body;
    assert!(
        page.contains("Sign in with the force&#39;s &lt;id&gt;") || page.contains("&lt;id&gt;"),
        "{page}"
    );
    assert!(page.contains("href=\"/sign-in/elsewhere?then=/board%3Fgrade%3Dhigh\""), "{page}");
    assert!(page.contains("name=\"password\""), "the form for a password stays");

    let left = site.get("/sign-in/elsewhere?then=/board%3Fgrade%3Dhigh", "").await;
    let set = left.header("set-cookie").unwrap();
    for part in ["childfirst-elsewhere=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    site.say(Ok(identity("s-1", "Sam@Force.example")));
    let back = site.back(&("state0".to_owned(), cookie(&left))).await;
    assert_eq!((back.status, back.header("location")), (303, Some("/board?grade=high")), "{}", back.body);
    assert_eq!(site.get("/board", &cookie(&back)).await.status, 200);
    assert_eq!(site.stored(sam).await.identity.as_deref(), Some("https://id.example s-1"));

    // From now on the identity counts, whatever login comes with it.
    site.say(Ok(identity("s-1", "sam.newname@force.example")));
    assert_eq!(site.round().await.status, 303);
    site.say(Ok(Identity { login: None, ..identity("s-1", "") }));
    assert_eq!(site.round().await.status, 303);
    assert_eq!(site.app.app.store().sessions_of(sam).await.unwrap().len(), 3);
    assert!(site.refusals().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_an_account_of_their_own() {
    let site = Site::start().await;
    let sam = site.account("sam@force.example").await;
    let turned_away = async |who: Identity, words: &str| {
        site.say(Ok(who));
        let answer = site.round().await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
        assert!(answer.body.contains("href=\"#elsewhere\"") && answer.body.contains("id=\"elsewhere\""));
        assert!(answer.body.contains("name=\"password\""), "the form for a password is still there");
        assert!(answer.header("set-cookie").is_none(), "nobody is signed in");
    };
    turned_away(identity("s-2", "eve@force.example"), "There is no account for you here").await;
    turned_away(identity("s\0", "sam@force.example"), "There is no account for you here").await;
    let nameless = Identity { login: None, ..identity("s-3", "") };
    turned_away(nameless, "did not say which login is yours").await;

    site.say(Ok(identity("s-1", "sam@force.example")));
    assert_eq!(site.round().await.status, 303);
    turned_away(identity("s-4", "sam@force.example"), "belongs to another identity").await;
    turned_away(
        Identity { issuer: "https://new.example".into(), ..identity("s-1", "sam@force.example") },
        "belongs to another identity",
    )
    .await;

    let administrator = site.app.administrator().await;
    site.app.app.disable_account(&administrator.caller, sam).await.unwrap();
    turned_away(identity("s-1", "sam@force.example"), "Your account here has ended").await;
    let kit = site.account("kit@force.example").await;
    site.app.app.disable_account(&administrator.caller, kit).await.unwrap();
    turned_away(identity("s-5", "kit@force.example"), "Your account here has ended").await;
    assert_eq!(site.stored(kit).await.identity, None, "and is not bound");

    let refused = site.refusals().await;
    assert_eq!(refused.len(), 7, "{refused:?}");
    for words in ["without an account: eve@force.example", "another than sam@force.example", "ended: kit@"] {
        assert!(refused.iter().any(|line| line.contains(words)), "{words}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_on_the_way_is_said_and_logged() {
    let site = Site::start().await;
    site.account("sam@force.example").await;
    site.say(Ok(identity("s-1", "sam@force.example")));
    let said = |answer: &Answer, status: u16, words: &str| {
        assert_eq!(answer.status, status, "{words}: {}", answer.body);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
        assert!(answer.body.contains("name=\"password\"") && !answer.body.contains("zebra"));
    };
    let nobody = ("guessed".to_owned(), String::new());
    said(&site.back(&nobody).await, 422, "used already, or is too old");
    said(&site.get("/sign-in/elsewhere/return", "").await, 422, "used already, or is too old");

    let left = site.leave("/board").await;
    assert_eq!(site.back(&left).await.status, 303);
    said(&site.back(&left).await, 422, "used already, or is too old");

    let (state, _) = site.leave("/board").await;
    let (_, other) = site.leave("/board").await;
    said(&site.back(&(state.clone(), other)).await, 422, "another browser");
    let (state, _) = site.leave("/board").await;
    said(&site.back(&(state, String::new())).await, 422, "another browser");

    let (state, cookie) = site.leave("/board").await;
    let denied =
        format!("/sign-in/elsewhere/return?state={state}&error=access_denied&error_description=zebra");
    said(&site.get(&denied, &cookie).await, 422, "You were not signed in there");

    for (why, status, words) in [
        (Why::Unreachable, 503, "does not work just now"),
        (Why::NotProved, 422, "could not be checked"),
        (Why::TooWeak, 422, "not enough here"),
    ] {
        site.say(Err(failed(why)));
        said(&site.round().await, status, words);
    }
    let left = site.leave("/board").await;
    site.app.clock.advance_seconds(600);
    said(&site.back(&left).await, 422, "longer than ten minutes");
    *site.says.down.lock().unwrap() = true;
    said(&site.get("/sign-in/elsewhere?then=/board", "").await, 503, "does not work just now");

    let refused = site.refusals().await;
    assert_eq!(refused.len(), 11, "{refused:?}");
    assert!(refused.iter().all(|line| line.starts_with("a sign-in elsewhere")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_of_one_browser_may_be_away_at_once() {
    let site = Site::start().await;
    site.account("sam@force.example").await;
    site.say(Ok(identity("s-1", "sam@force.example")));
    let (first, browser) = site.leave("/board").await;
    let second = site.get("/sign-in/elsewhere?then=/mine", &browser).await;
    assert_eq!(cookie(&second), browser);
    let odd = site.get("/sign-in/elsewhere", "childfirst-elsewhere=<odd>").await;
    assert!(!cookie(&odd).contains("odd"), "what we did not make is not taken over");
    assert_eq!(site.back(&("state1".to_owned(), browser.clone())).await.header("location"), Some("/mine"));
    assert_eq!(site.back(&(first, browser)).await.header("location"), Some("/board"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_before_the_session_ended_comes_back_too() {
    let site = Site::start().await;
    site.account("sam@force.example").await;
    site.say(Ok(identity("s-1", "sam@force.example")));
    let first = site.back(&site.leave("/board").await).await;
    site.app.clock.advance_seconds(31 * 60);
    let session = cookie(&first);
    let late = site.post("/report", &session, "circumstances=rang+from+school&missing_from=care").await;
    assert_eq!(late.status, 401);
    assert!(late.body.contains("action=\"/sign-in/elsewhere\""), "{}", late.body);

    let rescued = late.body.split("name=\"typed.rescued\" value=\"").nth(1).unwrap();
    let rescued = rescued.split('"').next().unwrap().to_owned();
    let carried = format!("then=/report&typed.rescued={rescued}");
    let carried = carried.as_str();
    let leave = async || {
        let page = site.post("/sign-in/elsewhere", "", carried).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let link = page.body.split("href=\"https://id.example/").nth(1).unwrap();
        let state = link.split("state=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (state, cookie(&page))
    };
    let back = site.back(&leave().await).await;
    assert_eq!(back.status, 200);
    for words in ["What you typed is still here", "rang from school", "action=\"/report\""] {
        assert!(back.body.contains(words), "{words}: {}", back.body);
    }
    assert_eq!(site.get("/report", &cookie(&back)).await.status, 200, "and they are signed in");

    let kept = |answer: &Answer| {
        assert!(answer.body.contains(&format!("name=\"typed.rescued\" value=\"{rescued}\"")));
        assert!(answer.body.contains("name=\"then\" value=\"/report\""), "{}", answer.body);
    };
    let (state, browser) = leave().await;
    kept(&site.get(&format!("/sign-in/elsewhere/return?state={state}&error=access_denied"), &browser).await);
    let left = leave().await;
    site.app.clock.advance_seconds(20 * 60);
    kept(&site.back(&left).await);
    site.say(Ok(identity("s-9", "nobody@force.example")));
    kept(&site.back(&leave().await).await);
    *site.says.down.lock().unwrap() = true;
    let down = site.post("/sign-in/elsewhere", "", carried).await;
    assert_eq!(down.status, 503);
    kept(&down);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_site_afterwards() {
    let site = Site::start().await;
    site.account("sam@force.example").await;
    site.say(Ok(identity("s-1", "sam@force.example")));
    for then in ["//evil.example", "https://evil.example", "/sign-out", ""] {
        let back = site.back(&site.leave(then).await).await;
        assert_eq!(back.header("location"), Some("/"), "{then}");
    }
    let headers = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(site.server.send("POST", "/sign-in/elsewhere", &headers, b"then=/board").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_such_page() {
    let app = TestApp::sqlite().await;
    let server = TestServer::start(router(Web::new(app.app.clone(), Appearance::default()))).await;
    for path in ["/sign-in/elsewhere", "/sign-in/elsewhere/return?state=a&code=b"] {
        let answer = server.send("GET", path, &[], b"").await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("There is no such page"));
    }
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", "/sign-in/elsewhere", &headers, b"then=/").await.status, 404);
    assert!(!server.send("GET", "/sign-in", &[], b"").await.body.contains("elsewhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_how_each_signs_in_and_can_forget_an_identity() {
    let site = Site::start().await;
    let administrator = site.app.administrator().await;
    let typed = "login=sam&name=Sam+Operator&role=operator&team=&authority=&password=";
    assert_eq!(site.post("/accounts", &session(&administrator), typed).await.status, 303);
    let sam = site.app.app.store().account_by_login("sam").await.unwrap().unwrap();
    assert_eq!(sam.password_hash, None);
    site.say(Ok(identity("s-1", "sam")));
    let signed_in = cookie(&site.round().await);
    let page = site.get("/accounts", &session(&administrator)).await.body;
    assert!(page.contains("identity provider") && page.contains("Forget Sam Operator"), "{page}");

    let forget = format!("user={}", sam.id);
    let operator = site.app.operator().await;
    assert_eq!(site.post("/accounts/forget-identity", &session(&operator), &forget).await.status, 403);
    let forgotten = site.post("/accounts/forget-identity", &session(&administrator), &forget).await;
    assert_eq!(forgotten.status, 303, "{}", forgotten.body);
    assert_eq!(site.stored(sam.id).await.identity, None);
    assert_eq!(site.get("/board", &signed_in).await.status, 303, "and is signed out");
    let again = site.post("/accounts/forget-identity", &session(&administrator), &forget).await;
    assert!(again.status == 422 && again.body.contains("bound to no identity"), "{}", again.body);
    site.say(Ok(identity("s-2", "sam")));
    assert_eq!(site.round().await.status, 303, "another may be bound now");

    let bearer = format!("Bearer {}", administrator.token);
    let api = async |method: &str, path: &str, body: &str| {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        site.server.send(method, &format!("/api/v1{path}"), &headers, body.as_bytes()).await
    };
    let all = api("GET", "/accounts", "").await.body;
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    let line = all["accounts"].as_array().unwrap().iter().find(|line| line["login"] == "sam").unwrap();
    assert_eq!((&line["password"], &line["elsewhere"]), (&false.into(), &true.into()), "{line}");
    let path = format!("/accounts/{}/forget-identity", sam.id);
    assert_eq!(api("POST", &path, "{}").await.status, 204);
    assert_eq!(site.stored(sam.id).await.identity, None);
    let new = r#"{"login": "kit", "name": "Kit", "role": "operator"}"#;
    assert_eq!(api("POST", "/accounts", new).await.status, 200);
}
