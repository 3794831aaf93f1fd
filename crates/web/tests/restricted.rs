//! A record that matches and is closed to whoever asks: on no page and in no answer is there more of it than that it is
//! there and whom to ask, whatever is typed and however the records are linked; and the ask is in the access log.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use cf_app::App;
use cf_app::matching::Decision;
use cf_app::report::{ReportForm, Who};
use cf_casework::child::{Act, CarePlan, Contact, ContactKind, Identity, LearnedFact, Warning, WarningKind};
use cf_casework::missing::command::{Act as IncidentAct, MissingFrom, Reporter, Return};
use cf_casework::missing::{Harm, HowReturned};
use cf_kernel::{ChildId, CommandId, Private};
use cf_store::Page;
use cf_testkit::{Answer, Postgres, TestApp, TestServer, User};
use cf_web::{Appearance, Web, router};

/// A child who is closed to most, with every word that must not be shown.
struct Closed {
    id: ChildId,
    identity: Identity,
    secret: Vec<String>,
}

/// Chance from a seed: the same run each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A word that stands nowhere else.
    fn word(&mut self) -> String {
        let letter = |at: u64| char::from(b"bcdfghjklmnprstvwz"[at as usize]);
        let sound = |at: u64| char::from(b"aeiou"[at as usize]);
        let mut word = String::from("Q");
        for _ in 0..4 {
            word.push(letter(self.below(18)));
            word.push(sound(self.below(5)));
        }
        word
    }
}

struct Site {
    test: TestApp,
    server: TestServer,
    kit: User,
    chance: Chance,
}

impl Site {
    async fn on(test: TestApp, seed: u64) -> Self {
        let appearance = Appearance { secure_cookies: false, ..Appearance::default() };
        let server = TestServer::start(router(Web::new(test.app.clone(), appearance))).await;
        let kit = test.supervisor().await;
        Self { test, server, kit, chance: Chance(seed) }
    }

    fn app(&self) -> &App {
        &self.test.app
    }

    async fn ask(&self, user: &User, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let cookie = format!("childfirst={}", user.token);
        let encode = |text: &str| {
            let byte = |b: u8| {
                if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
            };
            text.bytes().map(byte).collect::<String>()
        };
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        let headers =
            [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin"), ("content-type", kind)];
        self.server.send(method, path, &headers, pairs.join("&").as_bytes()).await
    }

    async fn ask_api(&self, user: &User, path: &str, body: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", user.token);
        if body.is_empty() {
            return self.server.send("GET", path, &[("authorization", &bearer)], b"").await;
        }
        let body: serde_json::Map<String, serde_json::Value> =
            body.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let text = serde_json::Value::Object(body).to_string();
        self.server.send("POST", path, &[("authorization", &bearer)], text.as_bytes()).await
    }

    async fn report(&self, identity: &Identity) -> ChildId {
        let form = ReportForm {
            who: Who::New(Box::new(identity.clone()), CarePlan::default()),
            last_seen_at: self.app().now().plus_hours(-2),
            last_seen_approximate: false,
            last_seen: String::new(),
            circumstances: "did not come home".into(),
            already_tried: String::new(),
            description: String::new(),
            reporter: Reporter::default(),
            borough: None,
            missing_from: MissingFrom::ALL[0],
            answers: Vec::new(),
        };
        let incident = self.app().take_report(&self.kit.caller, CommandId::new(), form).await.unwrap();
        let back = Return {
            returned_at: self.app().now(),
            how: HowReturned::ALL[0],
            by_whom: "police".into(),
            place: "Bay nine, bus station".into(),
            harm: Harm::ALL[0],
            harm_detail: "".into(),
        };
        let act = IncidentAct::Return(back);
        self.app().act(&self.kit.caller, CommandId::new(), incident, None, act).await.unwrap();
        self.app().incident(&self.kit.caller, incident, None).await.unwrap().incident.child
    }

    async fn record(&self, child: ChildId, act: Act) {
        self.app().record_about_child(&self.kit.caller, CommandId::new(), child, None, act).await.unwrap();
    }

    /// Two records so alike that the service asks about them, sharing a phone, a vehicle and a place; the second is to
    /// be closed.
    async fn twice(&mut self) -> (ChildId, Closed) {
        let (given, family) = (self.chance.word(), self.chance.word());
        let day =
            format!("201{}-0{}-1{}", self.chance.below(6), 1 + self.chance.below(9), self.chance.below(10));
        let open = Identity {
            given_name: given.clone(),
            family_name: family.clone(),
            born_on: day.parse().ok(),
            postcode: "N1 5AB".into(),
            phones: vec![format!("07700 900{}", 100 + self.chance.below(900))],
            ..Identity::default()
        };
        // One letter more, another home, an alias, a school: all its own.
        let mut slip = given.clone();
        slip.insert(3, 'y');
        let closed = Identity {
            given_name: slip.clone(),
            also_known_as: vec![self.chance.word()],
            address: format!("9 {} Road", self.chance.word()),
            school: self.chance.word(),
            communication: self.chance.word(),
            ..open.clone()
        };
        let mut secret =
            vec![slip, closed.also_known_as[0].clone(), closed.school.clone(), closed.communication.clone()];
        secret.push(closed.address.split(' ').nth(1).unwrap().to_owned());
        let (first, second) = (self.report(&open).await, self.report(&closed).await);
        let mut words = || {
            let word = self.chance.word();
            secret.push(word.clone());
            word
        };
        let (warning, learned, note, reason) = (words(), words(), words(), words());
        let plate = Contact { kind: ContactKind::Vehicle, value: "QI12 QIQ".into(), note: String::new() };
        self.record(first, Act::AddContact(Private::Known(plate.clone()))).await;
        self.record(second, Act::AddContact(Private::Known(Contact { note, ..plate }))).await;
        let warning = Warning { kind: WarningKind::Health, words: warning.into() };
        self.record(second, Act::AddWarning(warning)).await;
        let fact = LearnedFact { incident: None, what: learned.into(), exploitation_signs: true };
        self.record(second, Act::Learn(fact)).await;
        secret.push(reason);
        (first, Closed { id: second, identity: closed, secret })
    }

    /// Nothing of the record in the answer but what was typed.
    fn nothing_of(&self, closed: &Closed, typed: &[(&str, &str)], answer: &Answer, what: &str) {
        let said = |secret: &str| typed.iter().any(|(_, value)| value.contains(secret));
        for secret in closed.secret.iter().filter(|secret| !said(secret)) {
            let shown = answer.body.to_lowercase().contains(&secret.to_lowercase());
            assert!(!shown, "{what} with {typed:?} shows `{secret}`: {} {}", answer.status, answer.body);
        }
        // Its warnings, its place, how it agrees: a closed match has none of these in the API's lists.
        if let Ok(json) = serde_json::from_str::<serde_json::Value>(&answer.body) {
            let listed = ["children", "others", "pairs", "linked"].iter().any(|list| {
                json[*list].to_string().contains(&closed.id.to_string())
                    || json["life"][*list].to_string().contains(&closed.id.to_string())
            });
            assert!(!listed, "{what} with {typed:?} lists it: {json:#}");
        }
    }
}

/// The questions of the search and of the report, some of them answered, rightly.
fn typed<'a>(identity: &'a Identity, day: &'a str, mask: u64, report: bool) -> Vec<(&'static str, &'a str)> {
    let mut all = Vec::new();
    let mut say = |bit: u64, search: &'static str, form: &'static str, value: &'a str| {
        if mask & bit != 0 && !value.is_empty() {
            all.push((if report { form } else { search }, value));
        }
    };
    say(1, "name", "given_name", &identity.given_name);
    say(2, "born_on", "born_on", day);
    say(4, "phone", "phones", &identity.phones[0]);
    say(8, "postcode", "postcode", &identity.postcode);
    if report {
        say(16, "", "family_name", &identity.family_name);
        say(32, "", "address", &identity.address);
    }
    all
}

async fn a_closed_record_is_there_and_no_more(test: TestApp, seed: u64) {
    let mut site = Site::on(test, seed).await;
    let (sam, lee, noor) =
        (site.test.operator().await, site.test.investigator().await, site.test.inspector().await);
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(site.twice().await);
    }
    let app = site.app().clone();
    app.load_matching().await.unwrap();
    app.propose_links().await.unwrap();
    let mut links = Vec::new();
    for (number, (open, closed)) in all.iter().enumerate() {
        let rows = app.store().links_of(closed.id.into()).await.unwrap();
        let link = rows.iter().find(|row| [row.child, row.other].contains(&open.uuid()));
        let id = link.unwrap_or_else(|| panic!("nobody asks about pair {number}")).id();
        let decisions: &[Decision] = match number {
            0 => &[Decision::Same(String::new())],
            1 => &[],
            2 => &[Decision::Different("Two children.".into())],
            _ => &[Decision::Unsure("Ask again.".into()), Decision::Same(String::new())],
        };
        for decision in decisions {
            let version = app.link(&site.kit.caller, id).await.unwrap().version;
            app.decide_link(&site.kit.caller, CommandId::new(), id, version, decision.clone()).await.unwrap();
        }
        links.push(id);
    }
    for (_, closed) in &all {
        let reason = closed.secret.last().unwrap().clone();
        site.record(closed.id, Act::Restrict(Private::Known(reason))).await;
    }
    let there = "There is a record you may not see";
    let (mut hinted, mut asked) = (0, 0);
    for (number, ((open, closed), link)) in all.iter().zip(&links).enumerate() {
        // Linked, it is the same child, and nobody goes missing together with themselves; its life says that it is there.
        let linked = number == 0 || number == 3;
        let day = closed.identity.born_on.unwrap().to_string();
        for user in [&sam, &lee] {
            let who = &user.caller.actor.name;
            let looks = [
                "/links".to_owned(),
                format!("/links/{link}"),
                format!("/children/{open}"),
                format!("/children/{open}/together"),
                format!("/children/{}", closed.id),
                format!("/children/{}/together", closed.id),
            ];
            for path in &looks {
                let page = site.ask(user, "GET", path, &[]).await;
                site.nothing_of(closed, &[], &page, &format!("{who} GET {path}"));
                let answer = site.ask_api(user, &format!("/api/v1{path}"), &[]).await;
                site.nothing_of(closed, &[], &answer, &format!("{who} GET /api/v1{path}"));
                let here =
                    if linked { format!("/children/{open}") } else { format!("/children/{open}/together") };
                if *path == here {
                    assert_eq!(page.status, 200);
                    assert!(
                        page.body.contains(there) && page.body.contains("Noor Inspector"),
                        "{}",
                        page.body
                    );
                    let life = serde_json::from_str::<serde_json::Value>(&answer.body).unwrap();
                    let hidden = if linked { &life["life"]["hidden"] } else { &life["hidden"] };
                    assert!(
                        hidden.to_string().contains(&closed.id.to_string()),
                        "whom to ask about: {life:#}"
                    );
                    hinted += 1;
                }
            }
            for mask in 1..64 {
                // What is typed is right, or the day of another.
                let wrong = site.chance.0.wrapping_add(mask) % 5 == 0;
                let day = if wrong { "2009-01-02" } else { day.as_str() };
                let report = typed(&closed.identity, day, mask, true);
                let page = site.ask(user, "POST", "/report/matches", &report).await;
                site.nothing_of(closed, &report, &page, &format!("{who} /report/matches"));
                let answer = site.ask_api(user, "/api/v1/reports/likely", &report).await;
                site.nothing_of(closed, &report, &answer, &format!("{who} /api/v1/reports/likely"));
                hinted += usize::from(page.body.contains(there));
                let search = typed(&closed.identity, day, mask % 16, false);
                if search.is_empty() {
                    continue;
                }
                let page = site.ask(user, "POST", "/children/search", &search).await;
                site.nothing_of(closed, &search, &page, &format!("{who} /children/search"));
                let answer = site.ask_api(user, "/api/v1/children/search", &search).await;
                site.nothing_of(closed, &search, &answer, &format!("{who} /api/v1/children/search"));
                hinted += usize::from(page.body.contains(there));
            }
            let before = log_of(&app, closed.id, user).await;
            let back = format!("together:{open}");
            let noted =
                site.ask(user, "POST", &format!("/restricted/{}/ask", closed.id), &[("back", &back)]).await;
            assert_eq!(
                noted.header("location"),
                Some(&*format!("/children/{open}/together?done=asked")),
                "{}",
                noted.body
            );
            assert_eq!(log_of(&app, closed.id, user).await, before + 1);
            asked += 1;
        }
        // Who may open it sees it everywhere: the test would notice.
        let found = typed(&closed.identity, &day, 1 | 2 | 16, true);
        for user in [&site.kit, &noor] {
            let seen =
                if linked { format!("/children/{open}") } else { format!("/children/{open}/together") };
            let page = site.ask(user, "GET", &seen, &[]).await;
            assert!(
                page.body.contains(&closed.identity.given_name) && !page.body.contains(there),
                "{}",
                page.body
            );
            let page = site.ask(user, "POST", "/report/matches", &found).await;
            assert!(page.body.contains("1 warning") || page.body.contains("Warning"), "{}", page.body);
        }
    }
    assert!(hinted > 200 && asked == 8, "{hinted} hints, {asked} asks");
}

async fn log_of(app: &App, child: ChildId, user: &User) -> usize {
    let log = app.store().access_of(child.into(), Page::newest(200)).await.unwrap();
    log.iter()
        .filter(|entry| entry.action == "ask_restricted" && entry.user == user.id && entry.permitted)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_record_is_there_and_no_more_on_sqlite() {
    for seed in [3, 11] {
        a_closed_record_is_there_and_no_more(TestApp::sqlite().await, seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_record_is_there_and_no_more_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    a_closed_record_is_there_and_no_more(TestApp::postgres(&server).await, 7).await;
}
