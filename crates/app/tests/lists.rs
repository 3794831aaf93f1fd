//! Lists are scoped in SQL, single records by the policies: for random records and people the two must say the same.
//!
//! A child is named on a list exactly when the policies let that person open the record behind the line. A line without
//! a name says that there is a restricted record, so that its clock is nobody's secret.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::collections::{BTreeMap, BTreeSet};

use cf_app::report::{ReportForm, Who};
use cf_app::{App, Caller};
use cf_casework::Owner;
use cf_casework::child::{Act as ChildAct, CarePlan, Identity};
use cf_casework::missing::command::{Act, HandOver, MissingFrom, Reporter, Return};
use cf_casework::missing::{Harm, HowReturned};
use cf_kernel::{ChildId, CommandId, IncidentId, Private, Role};
use cf_store::{BoardFilter, BoardRow, SearchFor};
use cf_testkit::{Postgres, TestApp, User};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

/// The councils of the world, as records write them: one goes by either of its codes.
const COUNCILS: [&str; 4] = ["306", "E09000008", "301", "202"];
const NAMES: [(&str, &str); 3] = [("Mina", "Harborough"), ("Otis", "Larkfield"), ("Wren", "Silvermere")];

/// One child and the report about it.
#[derive(Debug, Clone)]
struct Life {
    name: usize,
    responsible: Option<usize>,
    borough: Option<usize>,
    restricted: bool,
    operator: usize,
    handed_to: Option<usize>,
    back: bool,
}

fn life() -> impl Strategy<Value = Life> {
    let council = || proptest::option::weighted(0.6, 0..COUNCILS.len());
    (
        0..NAMES.len(),
        council(),
        council(),
        any::<bool>(),
        0_usize..3,
        proptest::option::of(0_usize..3),
        any::<bool>(),
    )
        .prop_map(|(name, responsible, borough, restricted, operator, handed_to, back)| Life {
            name,
            responsible,
            borough,
            restricted,
            operator,
            handed_to,
            back,
        })
}

struct World {
    test: TestApp,
    operators: Vec<User>,
    others: Vec<User>,
    incidents: Vec<(IncidentId, ChildId)>,
}

impl World {
    async fn of(test: TestApp, lives: &[Life]) -> Self {
        let operators = vec![test.operator().await, test.operator().await, test.operator().await];
        let supervisor = test.supervisor().await;
        let mut incidents = Vec::new();
        for life in lives {
            incidents.push(begin(&test.app, life, &operators, &supervisor.caller).await);
        }
        test.app.load_matching().await.unwrap();
        test.app.propose_links().await.unwrap();
        let others = vec![
            supervisor,
            test.inspector().await,
            test.investigator().await,
            test.council_worker("306").await,
            test.council_worker("301").await,
            test.auditor().await,
            test.administrator().await,
        ];
        Self { test, operators, others, incidents }
    }

    /// Whom the policies let open which incident and which child, asked one by one.
    async fn opens(&self, caller: &Caller) -> (BTreeSet<IncidentId>, BTreeSet<ChildId>) {
        let (mut incidents, mut children) = (BTreeSet::new(), BTreeSet::new());
        for (incident, child) in &self.incidents {
            if self.test.app.incident(caller, *incident, None).await.is_ok() {
                incidents.insert(*incident);
            }
            if self.test.app.child(caller, *child, None).await.is_ok() {
                children.insert(*child);
            }
        }
        (incidents, children)
    }

    async fn holds_for(&self, caller: &Caller) {
        let app = &self.test.app;
        let (incidents, children) = self.opens(caller).await;
        let who = caller.role();
        let all: BTreeSet<IncidentId> = self.incidents.iter().map(|(incident, _)| *incident).collect();
        if let Ok((_, rows)) = app.board(caller, &BoardFilter::default(), 1_000, 0).await {
            let listed: BTreeSet<IncidentId> = rows.iter().map(BoardRow::id).collect();
            assert_eq!(listed, all, "the board of {who:?}");
            named_as_opened("the board", who, &rows, &incidents);
        }
        if let Ok(view) = app.queue(caller).await {
            for (_, waiting) in &view.lists {
                let rows: Vec<BoardRow> = waiting.iter().map(|one| one.row.clone()).collect();
                named_as_opened("the queue", who, &rows, &incidents);
            }
        }
        if let Ok(rows) = app.own_children(caller, 1_000, 0).await {
            named_as_opened("own children", who, &rows, &incidents);
            if who == Role::CouncilWorker {
                let named: BTreeSet<IncidentId> =
                    rows.iter().filter(|row| is_named(&row.name)).map(BoardRow::id).collect();
                assert_eq!(named, incidents, "own children of {:?}", caller.authority);
            }
        }
        for (given, family) in NAMES {
            let asked = SearchFor { name: format!("{given} {family}"), ..SearchFor::default() };
            // What is listed is open; what is not is there, and nothing of it is told.
            let found = app.search(caller, &asked, 1_000).await.unwrap_or_default();
            for one in &found.children {
                assert!(children.contains(&one.child.id()) && is_named(&one.child.name), "search of {who:?}");
            }
            for closed in &found.hidden.records {
                assert!(!children.contains(closed), "search of {who:?} hides {closed}");
            }
        }
        for clock in app.my_clocks(caller).await.unwrap_or_default() {
            let open = incidents.contains(&IncidentId::from_uuid(clock.stream))
                || children.contains(&ChildId::from_uuid(clock.child));
            assert!(open || !is_named(&clock.child_name), "own work of {who:?}: {clock:?}");
        }
        if let Ok(view) = app.links_waiting(caller).await {
            let mut shown = 0;
            for card in &view.waiting {
                let sides = [Some(&card.child), card.second.as_ref()];
                assert!(
                    sides.into_iter().flatten().all(|row| children.contains(&row.id())),
                    "links of {who:?}"
                );
                shown += 1;
            }
            assert_eq!(shown + view.hidden, usize::try_from(view.count).unwrap(), "links of {who:?}");
        }
    }
}

fn is_named(name: &str) -> bool {
    !name.starts_with("Restricted record")
}

fn named_as_opened(list: &str, who: Role, rows: &[BoardRow], opens: &BTreeSet<IncidentId>) {
    let named: BTreeMap<IncidentId, bool> = rows.iter().map(|row| (row.id(), is_named(&row.name))).collect();
    for (incident, named) in named {
        assert_eq!(named, opens.contains(&incident), "{list} of {who:?}: {incident}");
    }
    assert!(rows.iter().all(|row| is_named(&row.name) || row.born_on.is_none()), "{list} of {who:?}");
}

async fn begin(app: &App, life: &Life, operators: &[User], supervisor: &Caller) -> (IncidentId, ChildId) {
    let by = &operators[life.operator].caller;
    let (given, family) = NAMES[life.name];
    let identity = Identity {
        given_name: given.into(),
        family_name: family.into(),
        born_on: "2011-03-12".parse().ok(),
        sex: "female".into(),
        postcode: "SE5 8CV".into(),
        ..Identity::default()
    };
    let code = |council: Option<usize>| council.map(|at| COUNCILS[at].to_owned());
    let care = CarePlan {
        looked_after: Some(life.responsible.is_some()),
        responsible_authority: code(life.responsible),
        borough: code(life.borough),
    };
    let form = ReportForm {
        who: Who::New(Box::new(identity), care),
        last_seen_at: app.now().plus_hours(-2),
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
    let incident = app.take_report(by, CommandId::new(), form).await.unwrap();
    let child = app.incident(by, incident, None).await.unwrap().incident.child;
    if life.back {
        let back = Return {
            returned_at: app.now(),
            how: HowReturned::ReturnedSelf,
            by_whom: "".into(),
            place: "".into(),
            harm: Harm::NoneKnown,
            harm_detail: "".into(),
        };
        app.act(by, CommandId::new(), incident, None, Act::Return(back)).await.unwrap();
    }
    if let Some(to) = life.handed_to.filter(|to| *to != life.operator) {
        let to = Owner::from(&operators[to].caller.actor);
        let act = Act::HandOver(HandOver { to, briefing: "Nothing open.".into() });
        app.act(by, CommandId::new(), incident, None, act).await.unwrap();
    }
    if life.restricted {
        let restrict = ChildAct::Restrict(Private::Known("A threat.".to_owned()));
        app.record_about_child(supervisor, CommandId::new(), child, None, restrict).await.unwrap();
    }
    (incident, child)
}

async fn lists_say_what_the_policies_say(test: TestApp, lives: &[Life]) {
    let world = World::of(test, lives).await;
    let broke = {
        let user = &world.operators[2].caller;
        world.test.app.break_glass(user, "A call about this child.".to_owned()).await.unwrap();
        world.test.app.caller(&world.operators[2].token, "tests").await.unwrap().0
    };
    for caller in world.operators.iter().chain(&world.others).map(|user| &user.caller).chain([&broke]) {
        world.holds_for(caller).await;
    }
}

/// Random worlds, the same on every run and both databases.
fn worlds(count: usize) -> Vec<Vec<Life>> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let lives = proptest::collection::vec(life(), 6..14);
    (0..count).map(|_| lives.new_tree(&mut runner).unwrap().current()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_what_the_policies_say_on_sqlite() {
    for lives in worlds(6) {
        lists_say_what_the_policies_say(TestApp::sqlite().await, &lives).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_what_the_policies_say_on_postgresql() {
    let server = Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    for lives in worlds(3) {
        lists_say_what_the_policies_say(TestApp::postgres(&server).await, &lives).await;
    }
}
