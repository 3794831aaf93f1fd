//! How fast commands are recorded, on a SQLite file at `synchronous=FULL`: sealed, with rows, in the log.
//!
//! `cargo run --release -p cf-store --example append_bench -- [rounds] [--postgres]` prints JSON; medians over
//! rounds. With `--postgres` on a server started from the installed programs, with its own settings: it waits for
//! the disk. The CPU seconds are then those of this side only.
//! CPU seconds are those of the whole process; on a busy machine they say more than the clock does.
use std::time::{Duration, Instant};

use cf_kernel::{Actor, Clock, CommandId, FileId, StreamId, SystemClock, Timestamp};
use cf_sealing::MasterKey;
use cf_store::{
    AccessEntry, Append, Column, Fault, Index, Kind, LogKey, NewEvent, Options, Recorded, Row, RowChanges,
    Store, StreamAppend, Table,
};

const WAITING: usize = 64;
const COMMANDS: usize = 20_000;
const ALONE: usize = 2_000;
const IMPORTED: usize = 100_000;
const PER_STREAM: usize = 10;

static INCIDENT: Table = Table {
    name: "incident",
    of: &["incident"],
    version: 1,
    columns: &[
        Column::new("child", Kind::Id),
        Column::new("grade", Kind::Text),
        Column::new("reported_at", Kind::Int),
        Column::new("next_review_at", Kind::Int),
        Column::new("owner", Kind::Id),
        Column::new("open", Kind::Bool),
    ],
    indexes: &[Index { columns: &["next_review_at"], only: Some("open = true") }],
};

static CLOCK: Table = Table {
    name: "running_clock",
    of: &["incident"],
    version: 1,
    columns: &[Column::new("due_at", Kind::Int), Column::new("owner", Kind::Id)],
    indexes: &[Index { columns: &["due_at"], only: None }],
};

static ENTRY: Table = Table {
    name: "timeline",
    of: &["incident"],
    version: 1,
    columns: &[Column::new("at", Kind::Int), Column::new("what", Kind::Text)],
    indexes: &[],
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (postgres, rounds): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word == "--postgres");
    let rounds = rounds.first().map_or(Ok(3), |text| text.parse())?;
    let server = if postgres.is_empty() { None } else { Some(cf_testkit::Postgres::start_durable()?) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(bench(rounds, server.as_ref()))
}

async fn bench(
    rounds: usize,
    server: Option<&cf_testkit::Postgres>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut lines: Vec<(&str, Vec<f64>)> = [
        "commands_per_second_64_waiting",
        "commands_per_cpu_second_64_waiting",
        "commands_per_second_one_flush_each",
        "times_faster",
        "accesses_logged_per_second_64_waiting",
        "imported_events_per_second",
        "imported_events_per_cpu_second",
        "verified_entries_per_second",
        "verified_entries_per_cpu_second",
        "rebuilt_events_per_second",
        "rebuilt_events_per_cpu_second",
        "reopened_in_milliseconds",
    ]
    .map(|name| (name, Vec::new()))
    .into();
    for _ in 0..rounds {
        let measured = round(server).await?;
        lines.iter_mut().zip(measured).for_each(|((_, values), value)| values.push(value));
    }
    let mut medians = serde_json::Map::new();
    for (name, mut values) in lines {
        values.sort_by(f64::total_cmp);
        let median = values[values.len() / 2];
        medians.insert(name.into(), serde_json::json!((median * 10.0).round() / 10.0));
    }
    println!("{}", serde_json::to_string_pretty(&medians)?);
    Ok(())
}

async fn open(url: &str, batch: usize) -> Result<Store, Fault> {
    let mut options = Options::new(MasterKey::from_bytes(&[7; 32]), LogKey::new("bench.example", &[9; 32])?);
    options.tables = vec![&INCIDENT, &CLOCK, &ENTRY];
    options.batch = batch;
    Store::open(url, options).await
}

async fn round(server: Option<&cf_testkit::Postgres>) -> Result<[f64; 12], Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let address = |name: &str| match server {
        Some(server) => server.database().map_err(|error| error.to_string()),
        None => Ok(format!("sqlite://{}", folder.path().join(name).display())),
    };
    let grouped = open(&address("grouped.db")?, 256).await?;
    let (together, cpu) = timed(commands(&grouped, COMMANDS)).await;
    let (logged, _) = timed(accesses(&grouped, COMMANDS)).await;
    let single = open(&address("single.db")?, 1).await?;
    let (alone, _) = timed(commands(&single, ALONE)).await;
    let place = address("bulk.db")?;
    let bulk = open(&place, 256).await?;
    let (imported, import_cpu) = timed(import(&bulk)).await;
    bulk.checkpoint_now().await?;
    let (verified, verify_cpu) = timed(async {
        let report = bulk.verify(|_| ()).await.map_err(|fault| fault.to_string());
        assert!(
            report.is_ok_and(|report| report.damage.is_none() && report.record.entries == IMPORTED as u64)
        );
    })
    .await;
    let (rebuilt, rebuild_cpu) = timed(async {
        let folded = bulk.rebuild(fold, |_, _| ()).await.map_err(|fault| fault.to_string());
        assert!(folded.is_ok_and(|folded| folded.events == IMPORTED as u64));
    })
    .await;
    bulk.close().await;
    let begin = Instant::now();
    let again = open(&place, 256).await?;
    assert_eq!(again.damage(), None);
    let reopened = begin.elapsed().as_secs_f64() * 1_000.0;
    let rate = |count: usize, seconds: f64| count as f64 / seconds;
    let (together_rate, alone_rate) = (rate(COMMANDS, together), rate(ALONE, alone));
    Ok([
        together_rate,
        rate(COMMANDS, cpu),
        alone_rate,
        together_rate / alone_rate,
        rate(COMMANDS, logged),
        rate(IMPORTED, imported),
        rate(IMPORTED, import_cpu),
        rate(IMPORTED, verified),
        rate(IMPORTED, verify_cpu),
        rate(IMPORTED, rebuilt),
        rate(IMPORTED, rebuild_cpu),
        reopened,
    ])
}

/// Wall and CPU seconds.
async fn timed(work: impl Future<Output = ()>) -> (f64, f64) {
    let (begin, cpu) = (Instant::now(), cpu_time());
    work.await;
    (begin.elapsed().as_secs_f64(), (cpu_time() - cpu).as_secs_f64().max(0.001))
}

/// User and system time of this process: fields 14 and 15, in hundredths of a second.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

async fn commands(store: &Store, count: usize) {
    let tasks: Vec<_> = (0..WAITING)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut stream, mut version) = (StreamId::new(), 0);
                for _ in 0..count.div_ceil(WAITING) {
                    if version == PER_STREAM as i64 {
                        (stream, version) = (StreamId::new(), 0);
                    }
                    let append = command(vec![growth(stream, version, 1)]);
                    assert!(store.append(append).await.is_ok());
                    version += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok());
    }
}

async fn accesses(store: &Store, count: usize) {
    let tasks: Vec<_> = (0..WAITING)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let entry = AccessEntry {
                    at: SystemClock.now(),
                    actor: Actor::system(),
                    session: None,
                    action: "incident.read".into(),
                    records: vec![StreamId::new(), StreamId::new()],
                    purpose: "safeguarding".into(),
                    reason: None,
                    permitted: true,
                    policies: "operator-reads-open-incidents".into(),
                    request: "0190a0f0".into(),
                };
                for _ in 0..count / WAITING {
                    assert!(store.log_access(&entry).await.is_ok());
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok());
    }
}

/// Commands of a thousand events, two of them at a time, as an import sends them.
async fn import(store: &Store) {
    let chunk = || {
        let streams = (0..1_000 / PER_STREAM).map(|_| growth(StreamId::new(), 0, PER_STREAM)).collect();
        command(streams)
    };
    for _ in 0..IMPORTED / 2_000 {
        let (one, two) = tokio::join!(store.append(chunk()), store.append(chunk()));
        assert!(one.is_ok() && two.is_ok());
    }
}

fn command(streams: Vec<StreamAppend>) -> Append {
    Append {
        command: CommandId::new(),
        actor: Actor::system(),
        at: SystemClock.now(),
        streams,
        guards: Vec::new(),
        absent: Vec::new(),
        jobs: Vec::new(),
        checks: Vec::new(),
    }
}

fn growth(stream: StreamId, version: i64, events: usize) -> StreamAppend {
    let events: Vec<_> = (0..events).map(|_| event()).collect();
    let last = version + events.len() as i64;
    let mut upserts = state_rows(stream, last, event().occurred_at);
    upserts.extend(
        (version + 1..=last)
            .zip(&events)
            .map(|(version, event)| entry_row(stream, version, event.occurred_at)),
    );
    StreamAppend {
        stream,
        kind: "incident",
        file: FileId::from_uuid(stream.uuid()),
        expected: version,
        events,
        rows: RowChanges { upserts, deletes: Vec::new() },
    }
}

fn event() -> NewEvent {
    NewEvent {
        event_type: "action_recorded",
        form: 1,
        occurred_at: Timestamp::from_micros(1_790_000_000_000_000),
        clear: br#"{"action":"called_hospital","outcome":"no_trace","task":"0190a0f0-0000-7000-8000-000000000000"}"#.to_vec(),
        private: "{\"text\":\"Rang the ward; nobody of this name was brought in tonight. \
                  The sister on duty will ring the desk if that changes. Carer told, and asked to keep the phone \
                  near. Next call at two o'clock, by the night desk, or earlier if the search team reports in.\"}"
            .as_bytes()
            .to_vec(),
    }
}

fn state_rows(stream: StreamId, version: i64, at: Timestamp) -> Vec<Row> {
    let owner = stream.uuid();
    let incident = vec![
        stream.into(),
        "high".into(),
        at.into(),
        at.plus_minutes(version * 15).into(),
        owner.into(),
        (version < PER_STREAM as i64).into(),
    ];
    let clock = vec![at.plus_minutes(version * 5).into(), owner.into()];
    vec![
        Row { table: &INCIDENT, stream, part: String::new(), values: incident },
        Row { table: &CLOCK, stream, part: "review".into(), values: clock },
    ]
}

fn entry_row(stream: StreamId, version: i64, at: Timestamp) -> Row {
    let values = vec![at.into(), "Called the hospital: no trace".into()];
    Row { table: &ENTRY, stream, part: format!("{version:06}"), values }
}

fn fold(_kind: &str, stream: StreamId, events: &[Recorded]) -> Result<Vec<Row>, Fault> {
    let Some(last) = events.last() else { return Ok(Vec::new()) };
    let mut rows = state_rows(stream, last.version, last.occurred_at);
    rows.extend(events.iter().map(|event| entry_row(stream, event.version, event.occurred_at)));
    Ok(rows)
}
