//! Plays a plan through the same use cases as people use, with clocks of its own.
//!
//! Simulated time passes in windows of [`WINDOW_MINUTES`]. Within a window the acts about one child happen in order;
//! different children are worked at once, each on a lane with its own clock, so that one disk flush serves many. The
//! log is therefore in order of time between windows, and within one only for each child, as it would be with several
//! desks at once. After each window overdue clocks climb.
mod agencies;
mod check;
mod flows;
mod lane;
mod wording;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use cf_app::accounts::NewAccount;
use cf_app::{App, Caller, Problem};
use cf_kernel::{Actor, ChildId, Role, TeamId, Timestamp, UserId};
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::plan::{Plan, Scene};
use crate::staff::{PersonKey, Team};
use lane::Lane;

pub use check::Seeded;

/// Simulated time between two looks at overdue clocks.
const WINDOW_MINUTES: i64 = 30;
/// Children worked at once. More than this gains nothing on two cores.
const LANES: usize = 24;
/// A clock left alone climbs four rungs; more rounds than this at one moment mean that something is wrong.
const MOST_ROUNDS: usize = 12;

/// Why a simulation stopped.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// There is something in the record already.
    #[error("the database already holds a record; simulate into an empty one")]
    NotEmpty,
    /// An act of the plan was not accepted: the plan or the application is wrong.
    #[error("step {number} of the plan ({what}, {at}) was not accepted ({code})")]
    Step {
        /// Which, from 0.
        number: usize,
        /// What kind.
        what: &'static str,
        /// When.
        at: Timestamp,
        /// The problem's code.
        code: &'static str,
        /// Why.
        source: Problem,
    },
    /// The application failed outside any step.
    #[error("the application failed while {doing}")]
    App {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: Problem,
    },
    /// States that the present must show are not there.
    #[error("the present does not show: {}", .0.iter().map(|scene| scene.label()).collect::<Vec<_>>().join("; "))]
    NotThere(Vec<Scene>),
    /// A task ended before its work did.
    #[error("the simulation was interrupted")]
    Interrupted,
}

/// How far a simulation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub of: usize,
    /// The simulated moment.
    pub at: Timestamp,
}

/// What all lanes share.
struct World {
    plan: Plan,
    callers: Vec<Caller>,
    children: Mutex<HashMap<usize, ChildId>>,
}

impl World {
    fn child(&self, index: usize) -> Option<ChildId> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner).get(&index).copied()
    }

    fn met(&self, index: usize, child: ChildId) {
        self.children.lock().unwrap_or_else(PoisonError::into_inner).insert(index, child);
    }

    fn caller(&self, key: PersonKey) -> &Caller {
        &self.callers[key.0]
    }
}

/// Makes the accounts, plays the plan and looks at what is then there.
///
/// `app` may have any clock; the simulation brings its own on the same store.
///
/// # Errors
/// [`SimulateError`], naming the step; and when a promised state is not there at the end.
pub async fn drive(
    app: &App,
    plan: Plan,
    mut progress: impl FnMut(Progress),
) -> Result<Seeded, SimulateError> {
    let empty =
        app.store().head().await.map_err(Problem::from).map_err(failed("looking at the database"))? == 0;
    if !empty {
        return Err(SimulateError::NotEmpty);
    }
    let starts = plan.london.starts();
    let mut lanes = Vec::with_capacity(LANES);
    for _ in 0..LANES {
        lanes.push(Lane::new(app, starts).await.map_err(failed("setting up"))?);
    }
    let (conductor, clock) = (lanes[0].app.clone(), lanes[0].clock.clone());
    let callers = enrol(&conductor, &plan).await.map_err(failed("making the accounts"))?;
    let world = Arc::new(World { plan, callers, children: Mutex::default() });
    let lanes = Arc::new(lanes);
    let (present, of) = (world.plan.london.present, world.plan.steps.len());
    let (mut done, mut escalations, mut at) = (0, 0, starts);
    while at < present {
        let until = at.plus_minutes(WINDOW_MINUTES).min(present);
        let end = done + world.plan.steps[done..].partition_point(|step| step.at < until);
        if end > done {
            window(&lanes, &world, done..end).await?;
            done = end;
        }
        clock.set(until);
        if until.day() != at.day() {
            flows::watch(&conductor, &world).await.map_err(failed("watching the flows of work"))?;
        }
        escalations += climb(&conductor).await.map_err(failed("climbing overdue clocks"))?;
        at = until;
        progress(Progress { done, of, at });
    }
    let imported = agencies::import(&conductor, &clock, &world).await;
    imported.map_err(failed("importing what councils and partners hold"))?;
    check::look(&conductor, &clock, &world, escalations).await
}

/// The steps of one window: those about one child in order, different children at once.
async fn window(
    lanes: &Arc<Vec<Lane>>,
    world: &Arc<World>,
    steps: std::ops::Range<usize>,
) -> Result<(), SimulateError> {
    let mut by_child: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in steps {
        by_child.entry(world.plan.steps[number].child).or_default().push(number);
    }
    let mut shares: Vec<Vec<usize>> = vec![Vec::new(); lanes.len().min(by_child.len())];
    for numbers in by_child.into_values() {
        if let Some(share) = shares.iter_mut().min_by_key(|share| share.len()) {
            share.extend(numbers);
        }
    }
    let mut set = JoinSet::new();
    for (number, share) in shares.into_iter().enumerate() {
        let (lanes, world) = (Arc::clone(lanes), Arc::clone(world));
        set.spawn(async move { lanes[number].work(&world, &share).await });
    }
    while let Some(ended) = set.join_next().await {
        ended.map_err(|_| SimulateError::Interrupted)??;
    }
    Ok(())
}

/// Climbs until nothing more is due at this moment.
async fn climb(app: &App) -> Result<usize, Problem> {
    let mut climbed = 0;
    for _ in 0..MOST_ROUNDS {
        match app.climb_overdue().await? {
            0 => break,
            more => climbed += more,
        }
    }
    Ok(climbed)
}

/// Accounts without a password: a demonstration signs in with one click, and `serve` never offers that.
async fn enrol(app: &App, plan: &Plan) -> Result<Vec<Caller>, Problem> {
    let mut dice = Dice::fork(plan.london.seed, "setup", 0);
    let setup = Caller {
        actor: Actor {
            user: UserId::from_uuid(dice.id(plan.london.starts())),
            name: "Demonstration set-up".to_owned(),
            role: Role::Administrator,
            team: TeamId::from_uuid(dice.id(plan.london.starts())),
        },
        request: "simulate".to_owned(),
        ..Caller::system("simulate")
    };
    let mut callers = Vec::with_capacity(plan.staff.people.len());
    for person in &plan.staff.people {
        let new = NewAccount {
            login: person.login.clone(),
            name: person.name.clone(),
            role: person.role,
            team: if person.team == Team::Desk { String::new() } else { person.team.name().to_owned() },
            authority: person.authority.map(str::to_owned),
            password: None,
        };
        let user = app.add_account(&setup, new).await?;
        let account = app.store().account(user).await?.ok_or(Problem::NotFound)?;
        let actor = Actor { user, name: account.name, role: account.role, team: account.team };
        callers.push(Caller { actor, authority: account.authority, ..Caller::system("simulate") });
    }
    Ok(callers)
}

fn failed(doing: &'static str) -> impl Fn(Problem) -> SimulateError {
    move |source| SimulateError::App { doing, source }
}
