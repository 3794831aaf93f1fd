//! Who is who, in the product: a child found while the caller speaks, and pairs that people decide.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
use std::sync::Arc;

use cf_app::import::{CouncilReturn, Silent};
use cf_app::matching::{Decision, Heard, LikelyList, SideView};
use cf_app::report::{ReportForm, Who};
use cf_app::{App, Caller, Problem};
use cf_casework::child::{Act, CarePlan, Identity};
use cf_casework::link::Standing;
use cf_casework::missing::command::{MissingFrom, Reporter, Return};
use cf_casework::missing::{self, Harm, HowReturned};
use cf_kernel::{ChildId, CommandId, Private};
use cf_store::Page;
use cf_testkit::{Postgres, TestApp, User};

/// Invented children; the third and fourth are twins.
const CHILDREN: [(&str, &str, &str, &str, &str); 6] = [
    ("Katherine", "Okonkwo-Bright", "2011-03-12", "female", "SE5 8CV"),
    ("Jayden", "Thornbury", "2010-07-04", "male", "N1 9OK"),
    ("Amira", "Vellacott", "2012-11-30", "female", "E8 1KM"),
    ("Safiya", "Vellacott", "2012-11-30", "female", "E8 1KM"),
    ("Wojciech", "Zielinski", "2009-02-28", "male", "W3 7VK"),
    ("Oluwaseun", "Adebayo", "2011-09-01", "male", "CR0 2CI"),
];

fn identity(of: (&str, &str, &str, &str, &str)) -> Identity {
    Identity {
        given_name: of.0.into(),
        family_name: of.1.into(),
        born_on: of.2.parse().ok(),
        sex: of.3.into(),
        postcode: of.4.into(),
        phones: vec![format!("07700 9001{:02}", of.0.len())],
        ..Identity::default()
    }
}

fn form(app: &App, who: Who) -> ReportForm {
    ReportForm {
        who,
        last_seen_at: app.now().plus_hours(-2),
        last_seen_approximate: false,
        last_seen: "outside school".into(),
        circumstances: "did not come home".into(),
        already_tried: String::new(),
        description: String::new(),
        reporter: Reporter::default(),
        borough: None,
        missing_from: MissingFrom::ALL[0],
        answers: Vec::new(),
    }
}

async fn report(app: &App, by: &Caller, identity: Identity, care: CarePlan) -> ChildId {
    let who = Who::New(Box::new(identity), care);
    let incident = app.take_report_as_told(by, CommandId::new(), form(app, who)).await.unwrap();
    app.incident(by, incident, None).await.unwrap().incident.child
}

struct Desk {
    test: TestApp,
    sam: User,
    kit: User,
    children: Vec<ChildId>,
}

impl Desk {
    async fn on(test: TestApp) -> Self {
        let (sam, kit) = (test.operator().await, test.supervisor().await);
        let mut children = Vec::new();
        for child in CHILDREN {
            let care = CarePlan {
                looked_after: Some(child.1 == "Adebayo"),
                responsible_authority: (child.1 == "Adebayo").then(|| "E09000008".to_owned()),
                borough: None,
            };
            children.push(report(&test.app, &sam.caller, identity(child), care).await);
        }
        test.app.load_matching().await.unwrap();
        Self { test, sam, kit, children }
    }

    async fn new() -> Self {
        Self::on(TestApp::sqlite().await).await
    }

    fn app(&self) -> &App {
        &self.test.app
    }

    async fn likely(&self, heard: &Heard) -> LikelyList {
        self.app().likely(&self.sam.caller, heard, 6).await.unwrap()
    }

    /// A return of Croydon's: a child born as Oluwaseun was, missing on the day he was reported; and two others.
    async fn import(&self) {
        let header = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n\
                      901,1,01/09/2011,BAFR,UN3,,\n902,2,05/05/2014,WBRI,UN3,,\n903,1,19/01/2010,WBRI,UN3,,\n";
        let missing = "CHILD,DOB,MISSING,MIS_START,MIS_END\n\
                       901,01/09/2011,M,04/03/2026,05/03/2026\n901,01/09/2011,A,01/01/2026,02/01/2026\n";
        let files = vec![
            ("header.csv".to_owned(), header.as_bytes().to_vec()),
            ("missing.csv".to_owned(), missing.as_bytes().to_vec()),
        ];
        let given = CouncilReturn {
            authority: "306".parse().unwrap(),
            files,
            year: Some("2025-26".parse().unwrap()),
            missing_last_year: None,
        };
        let admin = self.test.administrator().await;
        let report = self.app().import_ssda903(&admin.caller, given, Arc::new(Silent), false).await.unwrap();
        assert_eq!(report.changes.children_new, 3, "{report:?}");
    }
}

fn said(given: &str, family: &str) -> Heard {
    Heard { given: given.into(), family: family.into(), ..Heard::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_is_found_however_the_caller_says_it() {
    let desk = Desk::new().await;
    let born = |heard: Heard, day: &str| Heard { born_on: day.parse().ok(), ..heard };
    let cases = [
        ("typing slips", born(said("Jaydn", "Thornbery"), "2010-07-04"), 1),
        ("exchanged names", born(said("Zielinski", "Wojciech"), "2009-02-28"), 4),
        ("a short form, half a double-barrelled name", born(said("Katie", "Okonkwo"), "2011-03-12"), 0),
        ("day and month exchanged", born(said("Katherine", "Okonkwo-Bright"), "2011-12-03"), 0),
        ("one digit of the date", born(said("Oluwaseun", "Adebayo"), "2011-09-07"), 5),
        (
            "only a phone and a name",
            Heard { phones: vec!["+447700900106".into()], ..said("J", "Thornbury") },
            1,
        ),
        (
            "a name the child is called by",
            Heard { also: vec!["Wojciech Zielinski".into()], ..said("", "") },
            4,
        ),
    ];
    for (what, heard, wanted) in cases {
        let found = desk.likely(&heard).await;
        assert!(found.indexed);
        let first = found.likely.first().unwrap_or_else(|| panic!("{what}: nobody"));
        assert_eq!(first.child.id(), desk.children[wanted], "{what}: {found:?}");
        assert!(first.probability.is_some() && !first.why.is_empty(), "{what}: {found:?}");
        assert!(first.missing_now && first.episodes == 0, "{what}");
    }
    // Twins: both are shown, the one who was named first.
    let twins = desk.likely(&born(said("Safiya", "Vellacott"), "2012-11-30")).await;
    let ids: Vec<_> = twins.likely.iter().map(|one| one.child.id()).collect();
    assert_eq!(&ids[..2], [desk.children[3], desk.children[2]]);
    assert!(twins.likely[1].why.iter().any(|why| !why.speaks_for), "{twins:?}");
    // Nobody like that, and a beginning still being typed.
    assert!(desk.likely(&born(said("Quillon", "Ashgrovewater"), "2001-01-01")).await.likely.is_empty());
    let begun = desk.likely(&said("Oluw", "")).await;
    assert_eq!(begun.likely[0].child.id(), desk.children[5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_neither_fail_nor_find() {
    let desk = Desk::new().await;
    let long = "x".repeat(10_240);
    for name in [
        "\u{202e}nedyaJ",
        "J\u{0301}\u{0301}\u{0301}\u{0301}",
        "\u{1f9d1}\u{200d}\u{1f680}",
        "'; drop table child;--",
        "%%__",
        long.as_str(),
        "\u{0}",
    ] {
        let heard = Heard { phones: vec![name.into()], postcode: name.into(), ..said(name, name) };
        let found = desk.likely(&heard).await;
        assert!(found.likely.iter().all(|one| one.probability.is_none_or(|p| p < 0.9)), "{name}: {found:?}");
    }
    // Direction marks round a name change nothing.
    let marked = Heard { born_on: "2010-07-04".parse().ok(), ..said("\u{202a}Jayden\u{202c}", "Thornbury") };
    assert_eq!(desk.likely(&marked).await.likely[0].child.id(), desk.children[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_the_same_child_is_remembered_for_this_report_and_never_proposed() {
    let desk = Desk::new().await;
    let command = CommandId::new();
    let mut heard = said("Jayden", "Thornbury");
    heard.report = Some(command);
    assert_eq!(desk.likely(&heard).await.likely[0].child.id(), desk.children[1]);
    let say = |why: &str| {
        let (app, caller) = (desk.app().clone(), desk.sam.caller.clone());
        let (heard, why) = (heard.clone(), why.to_owned());
        let child = desk.children[1];
        async move { app.not_this_child(&caller, &heard, child, why).await }
    };
    assert_eq!(say(" ").await.unwrap_err().code(), "blank");
    say("The caller knows both children").await.unwrap();
    // The button pressed twice says it once.
    say("The caller knows both children").await.unwrap();
    let after = desk.likely(&heard).await;
    assert!(after.likely.iter().all(|one| one.child.id() != desk.children[1]));
    assert_eq!(after.set_aside, 1);
    // Another report is another question.
    heard.report = Some(CommandId::new());
    assert_eq!(desk.likely(&heard).await.likely[0].child.id(), desk.children[1]);
    // The child the report registers is never proposed as the other.
    let mut other = identity(CHILDREN[1]);
    other.postcode = "N1 9OK".into();
    let who = Who::New(Box::new(other), CarePlan::default());
    desk.app().take_report(&desk.sam.caller, command, form(desk.app(), who)).await.unwrap();
    desk.app().load_matching().await.unwrap();
    desk.app().propose_links().await.unwrap();
    let waiting = desk.app().links_waiting(&desk.kit.caller).await.unwrap().waiting;
    assert!(
        waiting
            .iter()
            .all(|card| card.link.child != desk.children[1].uuid()
                && card.link.other != desk.children[1].uuid()),
        "{waiting:?}"
    );
    let links = desk.app().store().links_of(desk.children[1].into()).await.unwrap();
    assert_eq!(
        (links[0].standing.as_str(), links[0].decided_by.as_deref()),
        ("different", Some("Sam Operator"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_match_says_whom_to_ask_and_the_ask_is_logged() {
    let desk = Desk::new().await;
    let (app, child) = (desk.app(), desk.children[4]);
    let noor = desk.test.inspector().await;
    let restrict = Act::Restrict(Private::Known("A threat to the family.".to_owned()));
    app.record_about_child(&noor.caller, CommandId::new(), child, None, restrict).await.unwrap();
    let heard = said("Wojciech", "Zielinski");
    let found = desk.likely(&heard).await;
    assert!(found.likely.iter().all(|one| one.child.id() != child));
    assert_eq!((found.hidden.records.as_slice(), found.hidden.asked.len()), (&[child][..], 0));
    assert!(found.hidden.ask[0].starts_with("Noor Inspector"), "{:?}", found.hidden);
    let asked = Heard { report: Some(CommandId::new()), ..heard.clone() };
    let denied = app.not_this_child(&desk.sam.caller, &asked, child, "x".into());
    assert_eq!(denied.await.unwrap_err().code(), "denied");
    app.ask_about_restricted(&desk.sam.caller, child).await.unwrap();
    assert!(desk.likely(&heard).await.hidden.asked.contains(&child));
    let log = app.store().access_of(child.into(), Page::newest(50)).await.unwrap();
    let asked = log.iter().find(|entry| entry.action == "ask_restricted").unwrap();
    assert_eq!((asked.user, asked.permitted), (desk.sam.id, true));
    // Who may open it sees it, and nobody asks about a record that is open.
    let seen = app.likely(&desk.kit.caller, &heard, 6).await.unwrap();
    assert_eq!((seen.likely[0].child.id(), seen.hidden.records.len()), (child, 0));
    let open = app.ask_about_restricted(&desk.sam.caller, desk.children[0]).await;
    assert_eq!(open.unwrap_err().code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_keeps_up_with_the_record() {
    let desk = Desk::new().await;
    let following = desk.app().start_matching();
    let new =
        Identity { given_name: "Perpetua".into(), family_name: "Hollinshead".into(), ..Identity::default() };
    // Said with two slips, which the simple search does not forgive.
    let heard = said("Perpetuwa", "Holinshed");
    let child = report(desk.app(), &desk.sam.caller, new, CarePlan::default()).await;
    for tries in 0.. {
        let found = desk.likely(&heard).await;
        if found.likely.first().is_some_and(|one| one.child.id() == child && one.probability.is_some()) {
            break;
        }
        assert!(tries < 200, "not found: {found:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let renamed =
        Identity { given_name: "Ignatia".into(), family_name: "Quennell".into(), ..Identity::default() };
    let act = Act::AmendIdentity(Private::Known(renamed));
    desk.app().record_about_child(&desk.sam.caller, CommandId::new(), child, None, act).await.unwrap();
    for tries in 0.. {
        if desk.likely(&heard).await.likely.iter().all(|one| one.child.id() != child) {
            break;
        }
        assert!(tries < 200, "the old name still finds");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    following.abort();
}

/// A council's child and a police child: proposed, weighed, linked, undone; and who may not.
async fn a_pair_is_proposed_decided_and_undone(desk: Desk) {
    let app = desk.app();
    desk.import().await;
    app.load_matching().await.unwrap();
    assert!(app.propose_links().await.unwrap() > 0);
    assert_eq!(app.propose_links().await.unwrap(), 0, "nobody is asked twice");
    let view = app.links_waiting(&desk.kit.caller).await.unwrap();
    let olu = desk.children[5];
    let card = view.waiting.iter().find(|card| card.link.child == olu.uuid() && card.council.is_some());
    let card = card.unwrap_or_else(|| panic!("{view:?}"));
    assert_eq!(card.council.as_ref().unwrap().local_id, "901");
    let id = card.link.id();
    // Nobody decides what they may not open.
    let operator = app.links_waiting(&desk.sam.caller).await;
    assert_eq!(operator.unwrap_err().code(), "denied");
    let pair = app.link(&desk.kit.caller, id).await.unwrap();
    assert!(matches!(&pair.sides, [SideView::Child(..), SideView::Council(..)]));
    let weighed = pair.weighed.unwrap();
    assert_eq!(weighed.lines.iter().map(|line| line.weight).sum::<i32>(), weighed.score);
    assert!(weighed.lines.iter().any(|line| line.field == "missing at the same time" && line.weight > 0));
    // It is live work: a clock runs, and it climbs.
    desk.test.clock.advance_seconds(14 * 86_400);
    assert!(app.climb_overdue().await.unwrap() > 0);
    let kit = desk.test.sign_in(desk.kit.id).await.caller;
    let stale =
        app.decide_link(&kit, CommandId::new(), id, pair.version, Decision::Same(String::new())).await;
    assert!(matches!(stale, Err(Problem::Conflict)), "{stale:?}");
    let decide = async |decision| {
        let version = app.link(&kit, id).await.unwrap().version;
        app.decide_link(&kit, CommandId::new(), id, version, decision).await
    };
    decide(Decision::Unsure("Ask the home for the local id.".into())).await.unwrap();
    decide(Decision::Same("Same days, same council.".into())).await.unwrap();
    let linked = app.link(&kit, id).await.unwrap().link;
    assert_eq!((linked.standing, linked.decisions.len()), (Standing::Linked, 2));
    assert_eq!(linked.evidence.unwrap().score, weighed.score);
    assert!(linked.clocks.is_empty());
    assert_eq!(decide(Decision::Undo(String::new())).await.unwrap_err().code(), "blank");
    decide(Decision::Undo("Another child of the same home.".into())).await.unwrap();
    assert_eq!(app.link(&kit, id).await.unwrap().link.standing, Standing::Unlinked);
    assert_eq!(app.propose_links().await.unwrap(), 0, "what was undone is not asked again");
    let rows = app.store().check_rows(cf_store::fold, |_, _| ()).await.unwrap();
    assert!(rows.is_ok(), "{rows:?}");
}

/// Two at the desk take a report of one known child at the same instant.
async fn one_of_two_reports_sent_at_once_is_taken(test: TestApp) {
    let (sam, kit) = (test.operator().await.caller, test.supervisor().await.caller);
    let app = &test.app;
    for known in CHILDREN {
        let who = Who::New(Box::new(identity(known)), CarePlan::default());
        let before = app.take_report_as_told(&sam, CommandId::new(), form(app, who)).await.unwrap();
        let child = app.incident(&sam, before, None).await.unwrap().incident.child;
        let back = Return {
            returned_at: app.now(),
            how: HowReturned::ALL[0],
            by_whom: "police".into(),
            place: "home".into(),
            harm: Harm::ALL[0],
            harm_detail: "".into(),
        };
        app.act(&sam, CommandId::new(), before, None, missing::command::Act::Return(back)).await.unwrap();
        let report =
            async |by: &Caller| app.take_report(by, CommandId::new(), form(app, Who::Known(child))).await;
        let (one, two) = tokio::join!(report(&sam), report(&kit));
        let refused = match (one, two) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            other => panic!("one is taken and one is not: {other:?}"),
        };
        for refused in [refused, report(&sam).await.unwrap_err()] {
            assert!(matches!(refused, Problem::Refused { code: "already_missing", .. }), "{refused:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_reports_sent_at_once_is_taken_on_sqlite() {
    one_of_two_reports_sent_at_once_is_taken(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_reports_sent_at_once_is_taken_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    one_of_two_reports_sent_at_once_is_taken(TestApp::postgres(&server).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_is_proposed_decided_and_undone_on_sqlite() {
    a_pair_is_proposed_decided_and_undone(Desk::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_is_proposed_decided_and_undone_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    a_pair_is_proposed_decided_and_undone(Desk::on(TestApp::postgres(&server).await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_of_a_restricted_child_is_only_counted_for_who_may_not_open_it() {
    let desk = Desk::new().await;
    let app = desk.app();
    let twice = report(app, &desk.sam.caller, identity(CHILDREN[0]), CarePlan::default()).await;
    app.load_matching().await.unwrap();
    app.propose_links().await.unwrap();
    let lee = desk.test.investigator().await;
    let of = |view: &cf_app::matching::LinksView| {
        view.waiting.iter().filter(|card| [card.link.child, card.link.other].contains(&twice.uuid())).count()
    };
    assert_eq!(of(&app.links_waiting(&lee.caller).await.unwrap()), 1);
    let restrict = Act::Restrict(Private::Known("A threat.".to_owned()));
    app.record_about_child(&desk.kit.caller, CommandId::new(), twice, None, restrict).await.unwrap();
    let view = app.links_waiting(&lee.caller).await.unwrap();
    assert_eq!((of(&view), view.hidden, view.closed.records.as_slice()), (0, 1, &[twice][..]));
    let id = app.store().links_of(twice.into()).await.unwrap()[0].id();
    assert_eq!(app.link(&lee.caller, id).await.unwrap_err().code(), "denied");
    let decided = app.decide_link(&lee.caller, CommandId::new(), id, 2, Decision::Same(String::new())).await;
    assert_eq!(decided.unwrap_err().code(), "denied");
    assert_eq!(of(&app.links_waiting(&desk.kit.caller).await.unwrap()), 1);
}
