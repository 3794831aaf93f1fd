//! What will happen, before anything does: every act with its moment, its person and its command id.
mod child;
mod life;
mod pen;
mod scenes;

use cf_casework::child as child_record;
use cf_casework::missing::command::{Act, Answer, MissingFrom, Reporter};
use cf_kernel::{CommandId, Timestamp, local_to_timestamp};

use crate::dice::Dice;
use crate::figures;
use crate::population::{self, Child};
use crate::staff::{PersonKey, Staff};

pub use scenes::Scene;

/// What kind of London to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct London {
    /// The seed: the same gives the same London.
    pub seed: u64,
    /// The moment at which the simulation stops: the present.
    pub present: Timestamp,
    /// Days before the present: at least [`London::FEWEST_DAYS`].
    pub days: u32,
    /// Children who go missing in a year; all of London has [`figures::CHILDREN_A_YEAR`].
    pub children: u32,
}

impl London {
    /// Fewer days cannot hold what the present must show.
    pub const FEWEST_DAYS: u32 = 21;
    /// Fewer days than this have no fall of a flow: eight weeks, so that at least six are whole.
    pub const FEWEST_DAYS_WITH_A_FALL: u32 = 56;

    /// A share of London, in thousandths.
    #[must_use]
    pub fn share(seed: u64, present: Timestamp, days: u32, thousandths: u32) -> Self {
        let children = (figures::CHILDREN_A_YEAR.saturating_mul(thousandths) / 1000).max(1);
        Self { seed, present, days: days.max(Self::FEWEST_DAYS), children }
    }

    /// For the last sixteen days nobody stands in for the officer who holds the prevention interviews, and colleagues
    /// record that none will be held: a flow falls while no list shows anything. Only in a record long enough to have
    /// had a usual before.
    #[must_use]
    pub fn nobody_visits_from(&self) -> Option<Timestamp> {
        (self.days >= Self::FEWEST_DAYS_WITH_A_FALL).then(|| self.present.plus_hours(-24 * 16))
    }

    /// When the simulation begins.
    #[must_use]
    pub fn starts(&self) -> Timestamp {
        self.present.plus_hours(-24 * i64::from(self.days))
    }
}

/// Everything that will happen, in order of time.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is a plan of.
    pub london: London,
    /// The people.
    pub staff: Staff,
    /// Every child a report is about.
    pub children: Vec<Child>,
    /// Every act, by time; what one child needs in order is in order.
    pub steps: Vec<Step>,
    /// What the present must show, and the incident that shows it.
    pub scenes: Vec<(Scene, CommandId)>,
}

/// One act of one person.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonKey,
    /// About which child, as an index into [`Plan::children`].
    pub child: usize,
    /// The command's id.
    pub command: CommandId,
    /// What.
    pub intent: Intent,
}

/// What somebody does. An incident is named by the command that reported it.
#[derive(Debug, Clone)]
pub enum Intent {
    /// Take a report.
    Report(Box<Call>),
    /// Open the incident's page and read it.
    Open(CommandId),
    /// Grade on what the rules recommend at that moment.
    Grade {
        /// The incident.
        incident: CommandId,
        /// How the grade stands to the recommendation.
        choice: Choice,
        /// Why.
        rationale: String,
        /// What may have happened.
        hypothesis: String,
        /// Said only where the grade is below.
        reason_below: String,
    },
    /// Record facts about risk.
    Learn {
        /// The incident.
        incident: CommandId,
        /// The facts.
        answers: Vec<Answer>,
    },
    /// Hand the incident over.
    HandOver {
        /// The incident.
        incident: CommandId,
        /// To whom.
        to: PersonKey,
        /// The briefing.
        briefing: String,
    },
    /// Give somebody a task.
    SetTask {
        /// The incident.
        incident: CommandId,
        /// To whom.
        owner: PersonKey,
        /// What.
        what: String,
        /// By when.
        due_at: Timestamp,
    },
    /// Any other act on the incident.
    Act(CommandId, Box<Act>),
    /// Set the trigger plan.
    TriggerPlan {
        /// Who keeps it.
        owner: PersonKey,
        /// What to do.
        actions: Vec<String>,
        /// Looked at again by then.
        review_at: Timestamp,
    },
    /// Record what carers prepared.
    Philomena {
        /// Who keeps it.
        owner: PersonKey,
        /// About the child, places, a trusted adult.
        texts: [String; 3],
        /// Looked at again by then.
        review_at: Timestamp,
    },
    /// Any other act on the child's record.
    AboutChild(Box<child_record::Act>),
}

/// How a person grades, beside the recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// As recommended.
    AsRecommended,
    /// One level below, with a reason, where that is still medium; otherwise as recommended.
    Below,
    /// High, whatever is recommended.
    High,
}

/// What a caller tells.
#[derive(Debug, Clone)]
pub struct Call {
    /// Last seen.
    pub last_seen_at: Timestamp,
    /// Whether that is a guess.
    pub last_seen_approximate: bool,
    /// Where and by whom.
    pub last_seen: String,
    /// What happened.
    pub circumstances: String,
    /// What was tried.
    pub already_tried: String,
    /// What the child looks like.
    pub description: String,
    /// Who calls.
    pub reporter: Reporter,
    /// From where.
    pub missing_from: MissingFrom,
    /// Answers to the risk questions.
    pub answers: Vec<Answer>,
}

/// Of so many children missing more than once, one has two records of police. **Synthetic**: that it happens is known,
/// how often is not.
const SECOND_RECORD_EVERY: usize = 8;

impl Plan {
    /// Plans a London.
    #[must_use]
    pub fn new(london: London) -> Self {
        let staff = Staff::new(london.seed, london.present);
        let day = london.present.day();
        let mut plan = Self { staff, children: Vec::new(), steps: Vec::new(), scenes: Vec::new(), london };
        let mut repeated = 0_usize;
        for child in population::children(plan.london.seed, plan.london.children, day) {
            let reports = reports(&plan.london, &child);
            if reports.len() > 1 {
                repeated += 1;
            }
            if reports.len() > 1 && repeated % SECOND_RECORD_EVERY == 1 {
                let (first, later) = reports.split_at(reports.len() / 2);
                let mut dice = Dice::fork(plan.london.seed, "second record", u64::from(child.number));
                let again = child.written_again(&mut dice);
                child::story(&mut plan, child, first);
                child::story(&mut plan, again, later);
            } else if !reports.is_empty() {
                child::story(&mut plan, child, &reports);
            }
        }
        scenes::stage(&mut plan);
        plan.steps.sort_by_key(|step| step.at);
        plan
    }

    /// How many incidents are reported.
    #[must_use]
    pub fn incidents(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.intent, Intent::Report(_))).count()
    }

    /// A number that two plans share only if they are the same plan.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut take = |bytes: &[u8]| {
            for byte in bytes {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for step in &self.steps {
            take(&step.at.micros().to_le_bytes());
            take(step.command.uuid().as_bytes());
            take(&(step.by.0 as u64).to_le_bytes());
            take(&(step.child as u64).to_le_bytes());
            for text in step.intent.texts() {
                take(text.as_bytes());
            }
        }
        for child in &self.children {
            take(child.identity.name().as_bytes());
            take(child.identity.address.as_bytes());
        }
        hash
    }
}

/// When a child is reported missing within the days of the simulation: the incidents of a year, of which those count
/// that fall into it. A child who is missing often has a favourite hour, as children in practice do.
fn reports(london: &London, child: &Child) -> Vec<Timestamp> {
    let mut dice = Dice::fork(london.seed, "reports", u64::from(child.number));
    let favourite = i8::try_from(hour(&mut dice)).unwrap_or(20);
    let (today, starts) = (london.present.day(), london.starts());
    let span = i64::from(london.days.max(365));
    let wanted = i64::from(child.incidents_a_year) * span / 365;
    let mut reports: Vec<Timestamp> = (0..wanted)
        .map(|_| {
            let mut day = today.plus_days(-dice.between(0, span - 1));
            for _ in 0..6 {
                let weekday = day.date().weekday().to_monday_zero_offset();
                if dice.below(122) < u64::from(figures::WEEKDAY[usize::try_from(weekday).unwrap_or(0) % 7]) {
                    break;
                }
                day = today.plus_days(-dice.between(0, span - 1));
            }
            let of_habit = child.incidents_a_year >= 4 && dice.chance(500);
            let hour = if of_habit { favourite } else { i8::try_from(hour(&mut dice)).unwrap_or(20) };
            let minute = i8::try_from(dice.between(0, 59)).unwrap_or(0);
            let second = i8::try_from(dice.between(0, 59)).unwrap_or(0);
            let local = day.date().at(hour, minute, second, 0);
            Timestamp::from_micros(local_to_timestamp(local).at.micros() + dice.between(0, 999_999))
        })
        .filter(|at| *at >= starts && *at < london.present)
        .collect();
    reports.sort_unstable();
    reports
}

fn hour(dice: &mut Dice) -> usize {
    let total: u32 = figures::HOUR_OF_DAY.iter().sum();
    let mut left = dice.below(u64::from(total));
    for (hour, weight) in figures::HOUR_OF_DAY.iter().enumerate() {
        if left < u64::from(*weight) {
            return hour;
        }
        left -= u64::from(*weight);
    }
    20
}

impl Intent {
    /// Every narrative in it, for the tests on language and for the fingerprint.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Report(call) => {
                vec![&call.last_seen, &call.circumstances, &call.already_tried, &call.description]
            }
            Self::Open(_) | Self::Learn { .. } => Vec::new(),
            Self::Grade { rationale, hypothesis, reason_below, .. } => {
                vec![rationale, hypothesis, reason_below]
            }
            Self::HandOver { briefing, .. } => vec![briefing],
            Self::SetTask { what, .. } => vec![what],
            Self::Act(_, act) => act_texts(act),
            Self::TriggerPlan { actions, .. } => actions.iter().map(String::as_str).collect(),
            Self::Philomena { texts, .. } => texts.iter().map(String::as_str).collect(),
            Self::AboutChild(act) => child_texts(act),
        }
    }
}

fn act_texts(act: &Act) -> Vec<&str> {
    let texts = match act {
        Act::CheckSystem(check) => vec![&check.found],
        Act::Review(review) => vec![&review.words],
        Act::Record(action) => vec![&action.what],
        Act::FinishTask(_, text) | Act::CancelTask(_, text) | Act::Close(text) => vec![text],
        Act::ForgoPreventionInterview(text) | Act::WithdrawReturn(text) | Act::Reopen(text) => vec![text],
        Act::Return(back) => vec![&back.by_whom, &back.place, &back.harm_detail],
        Act::HoldPreventionInterview(talk) => {
            vec![&talk.account, &talk.child_words, &talk.not_in_person_reason]
        }
        Act::OfferReturnInterview(offer) => vec![&offer.by],
        Act::TryReturnInterview(attempt) => vec![&attempt.what],
        Act::HoldReturnInterview(talk) => vec![
            &talk.by,
            &talk.before,
            &talk.during,
            &talk.after,
            &talk.child_words,
            &talk.child_wants,
            &talk.explained,
            &talk.learned,
        ],
        Act::EndReturnInterview(end) => vec![&end.reason],
        _ => Vec::new(),
    };
    texts.into_iter().filter_map(|text| text.get().map(String::as_str)).collect()
}

fn child_texts(act: &child_record::Act) -> Vec<&str> {
    use child_record::Act;
    match act {
        Act::AddContact(contact) => {
            contact.get().map_or(Vec::new(), |contact| vec![&contact.value, &contact.note])
        }
        Act::AddWarning(warning) => warning.words.get().map(String::as_str).into_iter().collect(),
        Act::Learn(fact) => fact.what.get().map(String::as_str).into_iter().collect(),
        Act::Restrict(text) | Act::LiftRestriction(text) => {
            text.get().map(String::as_str).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
