//! Measures the built binary from outside, as an operator of the service would: import, verify, rebuild, cold start, memory,
//! and pages under load, on a record made from an invented police extract.
//!
//! `whole_process INCIDENTS [SECONDS [RATE]]`, for instance `300000 30 200`. Needs the release builds of `childfirst` and
//! of the example `make_police_extract`; `cargo xtask bench london` makes both. Prints Markdown.
//!
//! The load is open: a request is due every 1/RATE seconds whether or not earlier ones were answered, and its time counts
//! from when it was due, so that a stall is not hidden by the requests it held up.
mod pages;
mod server;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::server::Server;

/// The longest wait for the server to have nothing to do.
const LONGEST_CALM: Duration = Duration::from_secs(300);
const PASSWORD: &str = "a long pass phrase for the bench";

fn main() -> Result<()> {
    let numbers: Vec<u64> =
        std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>().context("numbers")?;
    let incidents = *numbers.first().context("give the number of incidents")?;
    let (seconds, rate) = (numbers.get(1).copied().unwrap_or(30), numbers.get(2).copied().unwrap_or(200));
    let folder = tempfile::tempdir()?;
    let bench = Bench::new(folder.path())?;
    println!("| What ({incidents} incidents) | Wall | CPU | Peak memory | |\n|---|---|---|---|---|");
    bench.fill(incidents)?;
    bench.pages(seconds, rate)
}

/// Where the programs are, and the record they work on.
struct Bench {
    folder: PathBuf,
    release: PathBuf,
    database: String,
}

impl Bench {
    fn new(folder: &Path) -> Result<Self> {
        let examples = std::env::current_exe()?.parent().context("no folder")?.to_owned();
        let release = examples.parent().context("no folder")?.to_owned();
        let database = format!("sqlite://{}", folder.join("bench.db").display());
        Ok(Self { folder: folder.to_owned(), release, database })
    }

    fn childfirst(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.release.join("childfirst"));
        command.args(words).env("CHILDFIRST_DATABASE", &self.database);
        command.env("CHILDFIRST_KEYS", self.folder.join("keys"));
        command
    }

    /// Generates an extract, imports it, imports it again, verifies, rebuilds.
    fn fill(&self, incidents: u64) -> Result<()> {
        let extract = self.folder.join("extract.csv");
        let mut generate = Command::new(self.release.join("examples/make_police_extract"));
        generate.args(["--incidents", &incidents.to_string(), "--seed", "7"]);
        if !generate.stdout(std::fs::File::create(&extract)?).status()?.success() {
            bail!("the extract was not made");
        }
        let mut again = false;
        for what in ["import", "import of the same file"] {
            let mut import = self.childfirst(&["import", "--format", "json", "police", "--mapping"]);
            let ran = Ran::of(import.arg("rules/mappings/generic.toml").arg(&extract))?;
            let report: serde_json::Value = serde_json::from_str(&ran.said)?;
            let events = report[0]["changes"]["events"].as_u64().context("no count of events")?;
            if again && events > 0 {
                bail!("the second import of the same file recorded {events} events");
            }
            again = true;
            ran.row(what, events, "events");
        }
        let verify = Ran::of(&mut self.childfirst(&["verify", "--format", "json"]))?;
        let found: serde_json::Value = serde_json::from_str(&verify.said)?;
        if found["whole"] != true {
            bail!("the record is not whole: {found}");
        }
        let logs = found["logs"].as_array().context("no logs")?;
        verify.row("verify", logs.iter().filter_map(|log| log["entries"].as_u64()).sum(), "entries");
        for (what, words) in [
            ("rebuild, nothing to mend", &["rebuild", "--format", "json"][..]),
            ("rebuild of every row", &["rebuild", "--format", "json", "--from-nothing"]),
        ] {
            let rebuild = Ran::of(&mut self.childfirst(words))?;
            let made: serde_json::Value = serde_json::from_str(&rebuild.said)?;
            rebuild.row(what, made["entries"].as_u64().context("no entries")?, "events");
        }
        Ok(())
    }

    /// Starts the server, signs in, and asks for pages: one after the other, then at a rate.
    fn pages(&self, seconds: u64, rate: u64) -> Result<()> {
        let mut add = self
            .childfirst(&["user", "add", "--role", "supervisor", "--as", "bench", "bench"])
            .stdin(Stdio::piped())
            .spawn()?;
        writeln!(add.stdin.take().context("no input")?, "{PASSWORD}")?;
        if !add.wait()?.success() {
            bail!("no account was made");
        }
        // Without the index first, so that what it takes can be told apart.
        let server = Server::start(self, &["--without-matching"])?;
        let calm = server.calm(LONGEST_CALM)?;
        println!(
            "\nWithout the index of children: first page {:.2} s after the start, {} MB when calm ({:.0} s).",
            server.started.as_secs_f64(),
            server.memory()?,
            calm.as_secs_f64()
        );
        drop(server);
        let mut server = Server::start(self, &[])?;
        println!("\nWith it: first page {:.2} s after the start.", server.started.as_secs_f64());
        println!("\nPages while the index is made and pairs are looked for beside them, as after any start:");
        server.page_times(seconds, rate)?;
        let calm = server.calm(LONGEST_CALM)?;
        let still =
            if calm < LONGEST_CALM { "all of that is done" } else { "and pairs are still looked for" };
        println!("\nThe same {:.0} s later, {} MB, {still}:", calm.as_secs_f64(), server.memory()?);
        server.page_times(seconds, rate)
    }
}

/// A program that has ended.
struct Ran {
    said: String,
    wall: Duration,
    cpu: f64,
    peak_mb: u64,
}

impl Ran {
    fn of(command: &mut Command) -> Result<Self> {
        let (before, begin) = (children_cpu_seconds()?, Instant::now());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut out = child.stdout.take().context("no output")?;
        let reader = std::thread::spawn(move || {
            let mut said = String::new();
            out.read_to_string(&mut said).map(|_| said)
        });
        let mut peak = 0;
        let status = loop {
            peak = memory_kb(child.id(), "VmHWM").unwrap_or(peak);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let wall = begin.elapsed();
        // 1 says that there are findings.
        if !matches!(status.code(), Some(0 | 1)) {
            bail!("{command:?} ended with {status}");
        }
        let said = reader.join().map_err(|_| anyhow::anyhow!("its output could not be read"))??;
        Ok(Self { said, wall, cpu: children_cpu_seconds()? - before, peak_mb: peak / 1024 })
    }

    fn row(&self, what: &str, count: u64, of: &str) {
        let wall = self.wall.as_secs_f64();
        println!(
            "| {what} | {wall:.2} s | {:.2} s | {} MB | {count} {of}, {:.0} a second, {:.0} per CPU second |",
            self.cpu,
            self.peak_mb,
            count as f64 / wall,
            count as f64 / self.cpu
        );
    }
}

fn memory_kb(process: u32, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn children_cpu_seconds() -> Result<f64> {
    cpu_seconds("/proc/self/stat", 13)
}

/// User and system time from proc_pid_stat(5), in seconds; `first` is the place of the first of the two after the name.
fn cpu_seconds(file: &str, first: usize) -> Result<f64> {
    let stat = std::fs::read_to_string(file)?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks =
        after_name.split_whitespace().skip(first).take(2).filter_map(|field| field.parse::<u64>().ok());
    Ok(ticks.sum::<u64>() as f64 / 100.0)
}
