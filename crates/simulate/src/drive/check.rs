//! What is there at the end, asked of the record itself.
use std::collections::{BTreeMap, HashMap, HashSet};

use cf_app::{App, Caller, Problem};
use cf_kernel::{CommandId, IncidentId, ManualClock, Role};
use serde::Serialize;

use super::{SimulateError, World, failed};
use crate::figures;
use crate::plan::Scene;

/// What a simulation left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// The seed.
    pub seed: u64,
    /// The first moment, RFC 3339.
    pub from: String,
    /// The present, RFC 3339.
    pub present: String,
    /// Days between the two.
    pub days: u32,
    /// How much of London this is, in thousandths.
    pub thousandths_of_london: u32,
    /// Children with a record.
    pub children: usize,
    /// Incidents reported.
    pub incidents: usize,
    /// Of these, open now.
    pub open: usize,
    /// Of the open ones, with the child still missing.
    pub missing: usize,
    /// Commands of people, pages opened included.
    pub commands: usize,
    /// Events in the record.
    pub events: i64,
    /// Rungs climbed by overdue clocks.
    pub escalations: usize,
    /// Open incidents with something overdue, and running clocks overdue by kind.
    pub overdue: BTreeMap<String, usize>,
    /// The states promised and shown, each with the incident that shows it.
    pub states: Vec<State>,
    /// The accounts a demonstration signs in as.
    pub accounts: Vec<DemoAccount>,
}

/// A promised state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// What it is.
    pub state: &'static str,
    /// Where to see it.
    pub incident: IncidentId,
}

/// An account a demonstration signs in as, without a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoAccount {
    /// Role.
    pub role: &'static str,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
}

/// More episodes than this, with a trigger plan, is what the demonstration promises.
const MANY: usize = 8;
/// Lists are read up to this length: more than all of London has open at once.
const ALL: i64 = 1_000_000;

pub(super) async fn look(
    app: &App,
    clock: &ManualClock,
    world: &World,
    escalations: usize,
) -> Result<Seeded, SimulateError> {
    let plan = &world.plan;
    clock.set(plan.london.present);
    let mut missing = Vec::new();
    let present = Present::read(app).await.map_err(failed("looking at the present"))?;
    let inspector = plan.staff.demo(Role::Inspector).map(|key| world.caller(key));
    for (number, (scene, report)) in plan.scenes.iter().enumerate() {
        let index = plan.children.len() - plan.scenes.len() + number;
        let shown = match (inspector, world.child(index)) {
            (Some(caller), Some(child)) => {
                let asked = Asked { app, present: &present, caller, child };
                asked.shows(*scene, *report).await.map_err(failed("looking for a promised state"))?
            }
            _ => false,
        };
        if !shown {
            missing.push(*scene);
        }
    }
    if !missing.is_empty() {
        return Err(SimulateError::NotThere(missing));
    }
    let london = &plan.london;
    let events = app.store().head().await.map_err(Problem::from).map_err(failed("counting events"))?;
    Ok(Seeded {
        seed: london.seed,
        from: london.starts().to_rfc3339(),
        present: london.present.to_rfc3339(),
        days: london.days,
        thousandths_of_london: london.children * 1000 / figures::CHILDREN_A_YEAR,
        children: world.children.lock().map_or(0, |children| children.len()),
        incidents: plan.incidents(),
        open: present.open.len(),
        missing: present.open.values().filter(|row| row.phase == "missing").count(),
        commands: plan.steps.len(),
        events,
        escalations,
        overdue: present.by_kind,
        states: plan
            .scenes
            .iter()
            .map(|(scene, report)| State { state: scene.label(), incident: incident(*report) })
            .collect(),
        accounts: plan
            .staff
            .people
            .iter()
            .filter(|person| person.demo)
            .map(|person| DemoAccount {
                role: person.role.code(),
                login: person.login.clone(),
                name: person.name.clone(),
            })
            .collect(),
    })
}

const fn incident(report: CommandId) -> IncidentId {
    IncidentId::from_uuid(report.uuid())
}

/// One open incident, as the board shows it.
struct Row {
    phase: String,
    grade: Option<String>,
    senior_look_owed: bool,
    regrade_owed: bool,
    handed_to: Option<uuid::Uuid>,
    next_due: Option<String>,
    restricted: bool,
    trigger_plan: bool,
    talks: String,
}

/// The board and the overdue clocks at the present moment.
struct Present {
    open: HashMap<IncidentId, Row>,
    overdue: HashSet<(uuid::Uuid, String)>,
    by_kind: BTreeMap<String, usize>,
}

impl Present {
    async fn read(app: &App) -> Result<Self, Problem> {
        let rows = app.store().board(&Default::default(), ALL, 0).await?;
        let open = rows
            .into_iter()
            .map(|row| {
                let id = row.id();
                let row = Row {
                    phase: row.phase,
                    grade: row.grade,
                    senior_look_owed: row.senior_look_owed,
                    regrade_owed: row.regrade_owed,
                    handed_to: row.hand_over_user,
                    next_due: row.next_due,
                    restricted: row.restricted,
                    trigger_plan: row.trigger_plan,
                    talks: row.talks,
                };
                (id, row)
            })
            .collect();
        let clocks = app.store().clocks_overdue(app.now(), 0, ALL).await?;
        let mut by_kind = BTreeMap::new();
        let mut overdue = HashSet::new();
        for clock in clocks {
            *by_kind.entry(clock.clock.clone()).or_default() += 1;
            overdue.insert((clock.stream, clock.clock));
        }
        Ok(Self { open, overdue, by_kind })
    }

    fn overdue(&self, stream: uuid::Uuid, clock: &str) -> bool {
        self.overdue.contains(&(stream, clock.to_owned()))
    }
}

/// One promise being looked at.
struct Asked<'a> {
    app: &'a App,
    present: &'a Present,
    caller: &'a Caller,
    child: cf_kernel::ChildId,
}

impl Asked<'_> {
    async fn shows(&self, scene: Scene, report: CommandId) -> Result<bool, Problem> {
        let id = incident(report);
        if scene == Scene::PlanReviewOverdue {
            return Ok(self.present.overdue(self.child.uuid(), "trigger_plan_review"));
        }
        let Some(row) = self.present.open.get(&id) else { return Ok(false) };
        let late = |clock: &str| self.present.overdue(id.uuid(), clock);
        let graded = |grade: &str| row.grade.as_deref() == Some(grade);
        let missing = row.phase == "missing";
        let incident = self.app.incident(self.caller, id, None).await?.incident;
        let (offers, tries) = (incident.interview.offers.len(), incident.interview.tries.len());
        let worked = missing && !late("action_due") && !late("first_grade");
        Ok(match scene {
            Scene::JustReported => worked && row.grade.is_none(),
            Scene::GradeOverdue => missing && row.grade.is_none() && late("first_grade"),
            Scene::High => worked && graded("high") && late("task") && incident.open_tasks().count() == 2,
            Scene::Medium => {
                worked && graded("medium") && !row.regrade_owed && !incident.below_recommendation()
            }
            Scene::Below => missing && row.senior_look_owed && !row.regrade_owed,
            Scene::FactsMoved => missing && row.regrade_owed && incident.facts_have_moved(),
            Scene::RegradeAsked => missing && row.regrade_owed && incident.regrade_asked(),
            Scene::NoAction => missing && graded("high") && late("action_due"),
            Scene::HandOver => missing && row.handed_to.is_some(),
            Scene::BothTalks => row.phase == "back" && row.talks == "both_owed",
            Scene::PreventionOverdue => row.talks == "both_owed" && late("prevention_interview"),
            Scene::Offered => {
                row.talks == "interview_owed" && offers > 0 && tries == 0 && !late("return_interview")
            }
            Scene::Tried => row.talks == "interview_owed" && tries > 1 && !late("return_interview"),
            Scene::InterviewOverdue => row.talks == "interview_owed" && late("return_interview"),
            Scene::ReadyToClose => row.phase == "back" && row.next_due.as_deref() == Some("closure"),
            Scene::ManyEpisodes => {
                let episodes = self.app.store().incidents_of(self.child, ALL).await?.len();
                missing && row.trigger_plan && episodes > MANY
            }
            Scene::Restricted => missing && row.restricted,
            Scene::PlanReviewOverdue => false,
        })
    }
}
