//! Measures the built binary from outside, as an operator of the service would: import, verify, rebuild, cold start, memory,
//! and pages under load, on a record made from an invented police extract.
//!
//! `whole_process INCIDENTS [SECONDS [RATE]]`, for instance `300000 30 200`. Needs the release builds of `childfirst` and
//! of the example `make_police_extract`; `cargo xtask bench london` makes both. Prints Markdown.
//!
//! The load is open: a request is due every 1/RATE seconds whether or not earlier ones were answered, and its time counts
//! from when it was due, so that a stall is not hidden by the requests it held up.
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Connections that send at once.
const CONNECTIONS: usize = 16;
/// Pages of each kind that are asked for.
const RECORDS: usize = 200;
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
        let rebuild = Ran::of(&mut self.childfirst(&["rebuild", "--format", "json"]))?;
        let made: serde_json::Value = serde_json::from_str(&rebuild.said)?;
        rebuild.row("rebuild", made["entries"].as_u64().context("no entries")?, "events");
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
        let mut server = Server::start(self)?;
        println!("\nCold start to the first page: {:.2} s.", server.started.as_secs_f64());
        std::thread::sleep(Duration::from_secs(2));
        println!("Memory of an idle server: {} MB.", server.memory()?);
        server.sign_in()?;
        let pages = Pages::collect(&mut server)?;
        println!("\n| Page, one at a time | p50 | p99 |\n|---|---|---|");
        for (kind, paths) in &pages.0 {
            let mut times = Vec::new();
            let mut wire = Wire::open(server.address)?;
            for path in paths.iter().cycle().take(RECORDS) {
                let begin = Instant::now();
                wire.get(path, &server.cookie)?;
                times.push(begin.elapsed());
            }
            println!("| {kind} | {} | {} |", at(&mut times, 0.5), at(&mut times, 0.99));
        }
        let cpu = server.cpu_seconds()?;
        let begin = Instant::now();
        let mut times = load(&server, &pages, seconds, rate)?;
        let (wall, cpu) = (begin.elapsed().as_secs_f64(), server.cpu_seconds()? - cpu);
        println!(
            "\n| Page, {rate} a second for {seconds} s | requests | p50 | p99 | longest |\n|---|---|---|---|---|"
        );
        let mut all: Vec<Duration> = times.values().flatten().copied().collect();
        for (kind, times) in times.iter_mut().chain([(&"all", &mut all)]) {
            let count = times.len();
            let (p50, p99) = (at(times, 0.5), at(times, 0.99));
            println!("| {kind} | {count} | {p50} | {p99} | {} |", at(times, 1.0));
        }
        println!(
            "\n{:.0} requests a second; the server took {:.2} of the cores; {} MB after it.",
            all.len() as f64 / wall,
            cpu / wall,
            server.memory()?
        );
        Ok(())
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

struct Server {
    child: Child,
    address: SocketAddr,
    started: Duration,
    cookie: String,
}

impl Server {
    fn start(bench: &Bench) -> Result<Self> {
        let begin = Instant::now();
        let mut child = bench
            .childfirst(&["serve", "--listen", "127.0.0.1:0", "--insecure-cookies"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse().context(line.clone())?;
        let mut server = Self { child, address, started: Duration::ZERO, cookie: String::new() };
        let mut wire = Wire::open(address)?;
        wire.get("/sign-in", "")?;
        server.started = begin.elapsed();
        Ok(server)
    }

    fn sign_in(&mut self) -> Result<()> {
        let address = self.address;
        let mut wire = Wire::open(address)?;
        let form = format!("login=bench&password={}&then=/board", PASSWORD.replace(' ', "+"));
        let answer = wire.send(&format!(
            "POST /sign-in HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        ))?;
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.with_context(|| format!("no session: {}", answer.head))?;
        cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        Ok(())
    }

    fn memory(&self) -> Result<u64> {
        Ok(memory_kb(self.child.id(), "VmRSS").context("no memory")? / 1024)
    }

    fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(&format!("/proc/{}/stat", self.child.id()), 11)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Paths to ask for, by kind.
struct Pages(BTreeMap<&'static str, Vec<String>>);

impl Pages {
    /// Incidents from the first pages of the board, children from these incidents.
    fn collect(server: &mut Server) -> Result<Self> {
        let mut wire = Wire::open(server.address)?;
        let mut incidents = Vec::new();
        for page in 0..4 {
            let text = wire.get(&format!("/board?page={page}"), &server.cookie)?;
            incidents.extend(links(&text, "/incidents/"));
        }
        incidents.sort();
        incidents.dedup();
        incidents.truncate(RECORDS);
        let mut children = Vec::new();
        for incident in &incidents {
            children.extend(links(&wire.get(incident, &server.cookie)?, "/children/"));
        }
        children.sort();
        children.dedup();
        children.truncate(RECORDS);
        if incidents.is_empty() || children.is_empty() {
            bail!("the board shows no incident, or no incident its child");
        }
        let one = |path: &str| vec![path.to_owned()];
        Ok(Self(
            [
                ("board", one("/board")),
                ("queue", one("/queue")),
                ("incident", incidents),
                ("child", children),
            ]
            .into(),
        ))
    }
}

/// Links to records of one kind: its path and an id, nothing after it.
fn links(page: &str, kind: &str) -> Vec<String> {
    let marker = format!("href=\"{kind}");
    let after = page.split(&marker).skip(1).filter_map(|rest| rest.split('"').next());
    after.filter(|id| id.len() == 36).map(|id| format!("{kind}{id}")).collect()
}

/// Of ten requests four are for the board, one for the queue, three for an incident, two for a child.
const MIX: [&str; 10] =
    ["board", "incident", "child", "board", "incident", "board", "queue", "child", "board", "incident"];

fn load(
    server: &Server,
    pages: &Pages,
    seconds: u64,
    rate: u64,
) -> Result<BTreeMap<&'static str, Vec<Duration>>> {
    let total = usize::try_from(seconds * rate)?;
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    let work = || -> Result<Vec<(&'static str, Duration)>> {
        let mut wire = Wire::open(server.address)?;
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return Ok(times);
            }
            let kind = MIX[number % MIX.len()];
            let paths = pages.0.get(kind).context("no pages")?;
            let due = begin + Duration::from_secs_f64(number as f64 / rate as f64);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            wire.get(&paths[number / MIX.len() % paths.len()], &server.cookie)?;
            times.push((kind, due.elapsed()));
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        let mut all: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
        for thread in threads {
            let times = thread.join().map_err(|_| anyhow::anyhow!("a connection failed"))??;
            times.into_iter().for_each(|(kind, time)| all.entry(kind).or_default().push(time));
        }
        Ok(all)
    })
}

/// One connection that stays open.
struct Wire(BufReader<TcpStream>, SocketAddr);

struct Answer {
    head: String,
    body: String,
}

impl Wire {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream), address))
    }

    fn get(&mut self, path: &str, cookie: &str) -> Result<String> {
        let host = self.1;
        let answer =
            self.send(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n"))?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            bail!("{path}: {}", answer.head);
        }
        Ok(answer.body)
    }

    fn send(&mut self, request: &str) -> Result<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                bail!("the connection was closed");
            }
        }
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut body = Vec::new();
        if let Some(length) = header("content-length:") {
            body.resize(length.parse()?, 0);
            self.0.read_exact(&mut body)?;
        } else if header("transfer-encoding:") == Some("chunked") {
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line)?;
                let length = usize::from_str_radix(line.trim(), 16)?;
                let before = body.len();
                body.resize(before + length + 2, 0);
                self.0.read_exact(&mut body[before..])?;
                body.truncate(before + length);
                if length == 0 {
                    break;
                }
            }
        }
        Ok(Answer { head, body: String::from_utf8(body)? })
    }
}

/// The time below which this share of the times lies, in milliseconds.
fn at(times: &mut [Duration], share: f64) -> String {
    times.sort_unstable();
    let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    times.get(place).map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0))
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
