//! Which pages are asked for, and how long they take.
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::server::{Server, Wire};

/// Connections that send at once.
const CONNECTIONS: usize = 16;
/// Pages of each kind that are asked for.
const RECORDS: usize = 200;

impl Server {
    /// Asks for pages: one after the other, then at a rate.
    pub(crate) fn page_times(&mut self, seconds: u64, rate: u64) -> Result<()> {
        if self.cookie.is_empty() {
            self.sign_in()?;
        }
        let pages = Pages::collect(self)?;
        println!("\n| Page, one at a time | p50 | p99 |\n|---|---|---|");
        for (kind, paths) in &pages.0 {
            let mut times = Vec::new();
            let mut wire = Wire::open(self.address)?;
            for path in paths.iter().cycle().take(RECORDS) {
                let begin = Instant::now();
                wire.get(path, &self.cookie)?;
                times.push(begin.elapsed());
            }
            println!("| {kind} | {} | {} |", at(&mut times, 0.5), at(&mut times, 0.99));
        }
        let cpu = self.cpu_seconds()?;
        let begin = Instant::now();
        let mut times = load(self, &pages, seconds, rate)?;
        let (wall, cpu) = (begin.elapsed().as_secs_f64(), self.cpu_seconds()? - cpu);
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
            self.memory()?
        );
        Ok(())
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
        let today = Command::new("date").args(["-u", "+%F"]).output().context("the date")?.stdout;
        let today = String::from_utf8(today)?;
        let known = incidents.iter().map(|incident| format!("{incident}?as_at_date={}", today.trim()));
        let known: Vec<String> = known.collect();
        Ok(Self(
            [
                ("board", one("/board")),
                ("queue", one("/queue")),
                ("incident as known at", known),
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

/// The time below which this share of the times lies, in milliseconds.
fn at(times: &mut [Duration], share: f64) -> String {
    times.sort_unstable();
    let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    times.get(place).map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0))
}
