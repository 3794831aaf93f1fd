//! Kills a process that records incidents, at random moments: everything it confirmed is there afterwards, and whole.
//!
//! The process is this test binary again, running only `writer`: eight tasks take reports and record actions through
//! [`App`] on a SQLite file or in PostgreSQL, and print the id of each command once its await has returned. In a third test
//! the PostgreSQL server is stopped in the middle instead, and recovers. Five rounds each in the suite,
//! `CHILDFIRST_KILL_ROUNDS` for more; `CHILDFIRST_KILL_SEED` for the moments of an earlier run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what cannot be set up has failed"
)]
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use cf_app::report::{ReportForm, Who};
use cf_app::{App, Caller};
use cf_casework::child::{CarePlan, Identity};
use cf_casework::missing::ActionKind;
use cf_casework::missing::command::{Act, Action, MissingFrom, Reporter};
use cf_kernel::{Actor, CommandId, Role, SystemClock, TeamId, UserId};
use cf_sealing::MasterKey;
use cf_store::{LogKey, Options, Store, TABLES};
use cf_testkit::Postgres;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const DATABASE: &str = "CHILDFIRST_KILL_DATABASE";
const ROUND: &str = "CHILDFIRST_KILL_ROUND";
const TASKS: u128 = 8;

async fn open(database: &str) -> Store {
    let key = LogKey::new("childfirst.example", &[9; 32]).unwrap();
    let mut options = Options::new(MasterKey::from_bytes(&[7; 32]), key);
    options.tables = TABLES.to_vec();
    Store::open(database, options).await.unwrap()
}

fn id(round: u128, task: u128, number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(round << 96 | task << 64 | number)
}

/// The process that is killed. It never ends by itself.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that the other test starts and kills"]
async fn writer() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let round: u128 = std::env::var(ROUND).unwrap().parse().unwrap();
    let app = App::new(open(&database).await, std::sync::Arc::new(SystemClock)).await.unwrap();
    let tasks: Vec<_> = (1..=TASKS).map(|task| tokio::spawn(record(app.clone(), round, task))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// One operator: a report, four actions on it, the next report.
async fn record(app: App, round: u128, task: u128) {
    let actor = Actor {
        user: UserId::from_uuid(id(0, task, 0)),
        name: format!("Operator {task}"),
        role: Role::Operator,
        team: TeamId::from_uuid(id(0, 0, 1)),
    };
    let caller = Caller { actor, ..Caller::system("kill") };
    for number in (0..).step_by(5) {
        let command = CommandId::from_uuid(id(round, task, number));
        let incident = app.take_report(&caller, command, report(&app, command)).await.unwrap();
        confirm(command);
        for action in 1..5 {
            let command = CommandId::from_uuid(id(round, task, number + action));
            let act = Act::Record(Action {
                kind: ActionKind::Enquiry,
                done_at: app.now(),
                what: format!("Enquiry {action}: rang the school, no news.").into(),
            });
            app.act(&caller, command, incident, None, act).await.unwrap();
            confirm(command);
        }
    }
}

fn report(app: &App, command: CommandId) -> ReportForm {
    let identity = Identity {
        given_name: "Ada".into(),
        family_name: format!("Example {command}"),
        ..Identity::default()
    };
    ReportForm {
        who: Who::New(Box::new(identity), CarePlan::default()),
        last_seen_at: app.now().plus_hours(-3),
        last_seen_approximate: false,
        last_seen: "By the school gate.".into(),
        circumstances: "Did not come home from school.".into(),
        already_tried: "Rang two friends.".into(),
        description: "Grey coat.".into(),
        reporter: Reporter { name: "Rosa Example".into(), ..Reporter::default() },
        borough: None,
        missing_from: MissingFrom::Home,
        answers: Vec::new(),
    }
}

/// Tells the parent that this command was promised. A whole line in one write; the test harness's own words may stand before it.
fn confirm(command: CommandId) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\nconfirmed {command}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// What is killed while the writer writes.
enum Victim<'a> {
    Writer,
    /// The writer's commands fail then, and it with them.
    Server(&'a mut Postgres),
}

/// Runs the writer until SIGKILL, this long after its first confirmation. Gives the commands it confirmed.
fn run_and_kill(database: &str, round: u128, load: Duration, victim: &mut Victim<'_>) -> Vec<CommandId> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(DATABASE, database)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(writer.stdout.take().unwrap()).split(b'\n');
    let (first, begun) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut confirmed = Vec::new();
        for line in lines {
            let line = String::from_utf8(line.unwrap()).unwrap();
            // The last line may be torn by the kill; then nobody was promised anything.
            let Some(Ok(command)) = line.strip_prefix("confirmed ").map(str::parse::<CommandId>) else {
                continue;
            };
            if confirmed.is_empty() {
                first.send(()).unwrap();
            }
            confirmed.push(command);
        }
        confirmed
    });
    let load_began = begun.recv_timeout(Duration::from_secs(120));
    if load_began.is_ok() {
        std::thread::sleep(load);
    }
    let ended_early = writer.try_wait().unwrap();
    if let Victim::Server(server) = victim {
        server.crash().unwrap();
    }
    writer.kill().unwrap();
    let status = writer.wait().unwrap();
    let confirmed = reader.join().unwrap();
    assert_eq!(ended_early, None, "the writer ended before anything was killed");
    load_began.expect("the writer confirms something");
    if let Victim::Writer = victim {
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
    }
    confirmed
}

#[tokio::test]
async fn what_was_confirmed_survives_kill_nine() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.db");
    let confirmed = rounds(&format!("sqlite://{}", file.display()), Victim::Writer).await;
    a_flipped_byte_is_named(&file, *confirmed.last().unwrap()).await;
}

#[tokio::test]
async fn what_was_confirmed_on_postgres_survives_kill_nine() {
    let server = Postgres::start_durable().unwrap();
    rounds(&server.database().unwrap(), Victim::Writer).await;
}

#[tokio::test]
async fn what_was_confirmed_survives_the_end_of_the_postgres_server() {
    let mut server = Postgres::start_durable().unwrap();
    rounds(&server.database().unwrap(), Victim::Server(&mut server)).await;
}

/// Gives all commands confirmed in all rounds.
async fn rounds(database: &str, mut victim: Victim<'_>) -> Vec<CommandId> {
    let number = |name, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let rounds = number("CHILDFIRST_KILL_ROUNDS", 5);
    let seed = number("CHILDFIRST_KILL_SEED", rand::random());
    eprintln!("CHILDFIRST_KILL_SEED={seed}");
    let mut moments = StdRng::seed_from_u64(seed);
    let mut confirmed = Vec::new();
    for round in 1..=rounds {
        let load = Duration::from_millis(moments.random_range(50..=400));
        confirmed.extend(run_and_kill(database, u128::from(round), load, &mut victim));

        let store = open(database).await;
        let report = store.verify(|_| ()).await.unwrap();
        assert_eq!(report.damage, None, "round {round}, killed after {load:?}");
        store.check_rows(cf_store::fold, |_, _| ()).await.unwrap().expect("read rows are as the entries say");
        // Those of earlier rounds too: coming back after a kill must not lose what was there before it.
        for command in &confirmed {
            assert!(store.command_done(*command).await.unwrap(), "round {round}: {command} is lost");
        }
        store.close().await;
    }
    eprintln!("{rounds} rounds, {} confirmed commands, none lost", confirmed.len());
    confirmed
}

/// Changes one byte of an entry in a copy of the file.
async fn a_flipped_byte_is_named(database: &Path, command: CommandId) {
    let copy = database.with_file_name("copy.db");
    // Closing brought everything into the one file.
    let mut bytes = std::fs::read(database).unwrap();
    let entry = format!("\ncommand {command}\nordinal 0\n").into_bytes();
    let at = bytes.windows(entry.len()).position(|window| window == entry).expect("the entry's text");
    bytes[at + "\ncommand ".len()] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let store = open(&format!("sqlite://{}", copy.display())).await;
    let damage = store.verify(|_| ()).await.unwrap().damage.expect("the flipped byte is found");
    eprintln!("one byte flipped: {damage}");
    assert!(damage.position.is_some(), "{damage}");
}
