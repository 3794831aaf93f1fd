//! Times the index of children that the product keeps: `matching_speed CHILDREN [QUESTIONS]`.
//!
//! Registers so many invented children in a new SQLite database, then loads the index from the record as a start does,
//! asks it as the report form does (two slips in each question), and measures how soon a new child is found. Prints one
//! line of JSON: seconds of loading, milliseconds of asking and of following, megabytes before and after.
use std::sync::Arc;
use std::time::{Duration, Instant};

use cf_app::matching::Heard;
use cf_app::report::{ReportForm, Who};
use cf_app::{App, Caller};
use cf_casework::child::{self, CarePlan, Children, Identity};
use cf_casework::missing::command::{MissingFrom, Reporter};
use cf_kernel::{ChildId, CommandId, Decider as _, Private, Role, SystemClock};
use cf_sealing::MasterKey;
use cf_store::{
    Append, LogKey, NewEvent, Options, RowChanges, Rowed as _, Store, StreamAppend, TABLES, encode,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Children recorded at once.
const AT_ONCE: usize = 500;

/// SplitMix64: small, quick, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    /// A name of two or three sounds; small numbers of the first come often, as names do.
    fn name(&mut self, often: u64) -> String {
        const SOUNDS: [&str; 20] = [
            "ba", "ke", "lo", "mi", "ru", "sha", "te", "no", "da", "fi", "jo", "li", "ma", "ne", "pa", "ri",
            "sa", "vi", "wo", "ya",
        ];
        let kind = self.below(often).min(self.below(often));
        let sounds = [kind % 20, kind / 20 % 20, kind / 400 % 20];
        let mut name: String =
            sounds.iter().take(2 + (kind / 400 > 0) as usize).map(|at| SOUNDS[*at as usize]).collect();
        name[..1].make_ascii_uppercase();
        name
    }

    fn child(&mut self) -> Identity {
        let day = format!("{}-{:02}-{:02}", 2008 + self.below(11), 1 + self.below(12), 1 + self.below(28));
        let digits = 100_000 + self.below(900_000);
        Identity {
            given_name: self.name(900),
            family_name: self.name(8_000),
            born_on: day.parse().ok(),
            sex: ["female", "male"][self.below(2) as usize].to_owned(),
            address: format!("{} {} Road", 1 + self.below(200), self.name(2_000)),
            postcode: format!("E{} {}QQ", 1 + self.below(20), self.below(10)),
            phones: vec![format!("07700 {digits}")],
            ..Identity::default()
        }
    }
}

/// As a caller says it who has heard it once: a letter of the name left out, day and month perhaps the wrong way round.
fn said(of: &Identity, chance: &mut Chance) -> Heard {
    let mut given = of.given_name.clone();
    given.remove(1 + chance.below(given.len() as u64 - 1) as usize);
    let born_on = of.born_on.filter(|_| chance.below(3) > 0);
    Heard { given, family: of.family_name.clone(), born_on, ..Heard::default() }
}

async fn register(app: &App, by: &Caller, identities: &[Identity]) -> Outcome<()> {
    let now = app.now();
    let mut streams = Vec::with_capacity(identities.len());
    for identity in identities {
        let stream = ChildId::new().into();
        let event = child::Event::Registered {
            identity: Private::Known(identity.clone()),
            care: CarePlan::default(),
            source: None,
            at: now,
            by: by.actor.clone(),
        };
        let next = Children::evolve(Children::initial(), &event);
        let encoded = encode::<Children>(&event)?;
        let new = NewEvent {
            event_type: encoded.event_type,
            form: encoded.form,
            occurred_at: now,
            clear: encoded.clear,
            private: encoded.private,
        };
        let rows = RowChanges::between(&[], &Children::rows(stream, &next));
        let file = ChildId::from_uuid(stream.uuid()).into();
        streams.push(StreamAppend {
            stream,
            kind: Children::KIND,
            file,
            expected: 0,
            events: vec![new],
            rows,
        });
    }
    let append = Append {
        command: CommandId::new(),
        actor: by.actor.clone(),
        at: now,
        streams,
        guards: Vec::new(),
        absent: Vec::new(),
        jobs: Vec::new(),
        checks: Vec::new(),
    };
    app.store().append(append).await?;
    Ok(())
}

/// Resident memory in megabytes, where the system says.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn at(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1;
    times[place].as_secs_f64() * 1e3
}

async fn open(path: &std::path::Path) -> Outcome<App> {
    let mut options =
        Options::new(MasterKey::from_bytes(&[7; 32]), LogKey::new("childfirst.example", &[9; 32])?);
    options.tables = TABLES.to_vec();
    let store = Store::open(&format!("sqlite://{}", path.display()), options).await?;
    Ok(App::new(store, Arc::new(SystemClock)).await?)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let children: usize = arguments.next().ok_or("give a number of children")?.parse()?;
    let questions: usize = arguments.next().map_or(Ok(2_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("children.db");
    let app = open(&file).await?;
    let caller = Caller::system("matching_speed");
    let mut chance = Chance(7);
    let mut asked = Vec::new();
    let begin = Instant::now();
    for done in (0..children).step_by(AT_ONCE) {
        let some: Vec<Identity> = (done..(done + AT_ONCE).min(children)).map(|_| chance.child()).collect();
        asked.push(some[0].clone());
        register(&app, &caller, &some).await?;
    }
    let made = begin.elapsed();
    // A start of its own: what making the record took is not counted.
    app.store().close().await;
    drop(app);
    let app = open(&file).await?;
    let before = memory();
    let begin = Instant::now();
    app.load_matching().await?;
    let load = begin.elapsed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = memory();

    let mut operator = Caller::system("matching_speed");
    operator.actor.role = Role::Operator;
    let (mut times, mut found) = (Vec::with_capacity(questions), 0);
    for number in 0..questions {
        let child = &asked[number % asked.len()];
        let heard = said(child, &mut chance);
        let begin = Instant::now();
        let answer = app.likely(&operator, &heard, 6).await?;
        times.push(begin.elapsed());
        let name = format!("{} {}", child.given_name, child.family_name);
        found += usize::from(answer.likely.iter().any(|one| one.child.name == name));
    }
    let following = app.start_matching();
    tokio::time::sleep(load * 2 + Duration::from_secs(2)).await;
    let mut follow = Vec::new();
    for _ in 0..50 {
        let identity = chance.child();
        let heard = Heard {
            given: identity.given_name.clone(),
            family: identity.family_name.clone(),
            born_on: identity.born_on,
            ..Heard::default()
        };
        let form = ReportForm {
            who: Who::New(Box::new(identity), CarePlan::default()),
            last_seen_at: app.now().plus_hours(-1),
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
        let incident = app.take_report_as_told(&operator, CommandId::new(), form).await?;
        let begin = Instant::now();
        let child = app.incident(&operator, incident, None).await?.incident.child;
        while !app
            .likely(&operator, &heard, 6)
            .await?
            .likely
            .iter()
            .any(|one| one.child.id() == child && one.probability.is_some())
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        follow.push(begin.elapsed());
    }
    following.abort();
    println!(
        "{{\"children\":{children},\"made_s\":{:.1},\"load_s\":{:.2},\"before_mb\":{before:.0},\"after_mb\":{after:.0},\"questions\":{questions},\"found\":{found},\"ask_p50_ms\":{:.2},\"ask_p99_ms\":{:.2},\"follow_p50_ms\":{:.1},\"follow_max_ms\":{:.1}}}",
        made.as_secs_f64(),
        load.as_secs_f64(),
        at(&mut times, 0.5),
        at(&mut times, 0.99),
        at(&mut follow, 0.5),
        at(&mut follow, 1.0),
    );
    Ok(())
}
