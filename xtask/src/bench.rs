//! `cargo xtask bench [NAME] [--list]`: runs the registered benches in release, and prints Markdown that says on what
//! machine, at which commit and with which command, so that a figure in `docs/performance.md` can be had again.
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::metadata;
use crate::project;
use crate::run::{answer, shown};

/// A program that measures something and prints what it found.
struct Bench {
    name: &'static str,
    package: &'static str,
    /// An example of that package: a plain program, so that it can take arguments and measure the whole process.
    example: &'static str,
    arguments: &'static [&'static str],
    about: &'static str,
    /// Runs only when it is named.
    long: bool,
    /// What else has to be built first: arguments of `cargo build --release`.
    needs: &'static [&'static [&'static str]],
}

/// The binary itself, and what makes it an extract to import.
const WHOLE: &[&[&str]] = &[
    &["--package", "childfirst", "--bin", "childfirst"],
    &["--package", "cf-exchange", "--example", "make_police_extract"],
];

/// Registered benches. Add a line for a new one; `cargo xtask bench --list` shows which are there.
const BENCHES: [Bench; 6] = [
    Bench {
        name: "append",
        package: "cf-store",
        example: "append_bench",
        arguments: &[],
        about: "commands a second through the writer, alone and in groups; bulk append, verify, rebuild; on SQLite",
        long: false,
        needs: &[],
    },
    Bench {
        name: "postgres",
        package: "cf-store",
        example: "append_bench",
        arguments: &["3", "--postgres"],
        about: "the same on a PostgreSQL server started for it",
        long: false,
        needs: &[],
    },
    Bench {
        name: "matching",
        package: "cf-app",
        example: "matching_speed",
        arguments: &["100000"],
        about: "the product's index of 100,000 children: loading, asking, following, memory",
        needs: &[],
    },
    Bench {
        name: "london",
        package: "childfirst",
        example: "whole_process",
        arguments: &["300000", "30", "200"],
        about: "ten years of London: import, verify, rebuild, cold start, memory, pages at 200 a second; half an hour",
        long: false,
        needs: WHOLE,
    },
    Bench {
        name: "tenth",
        package: "childfirst",
        example: "whole_process",
        arguments: &["30000", "30", "200"],
        about: "the same with a tenth of the incidents, to compare the pages",
        long: false,
        needs: WHOLE,
    },
    Bench {
        name: "million",
        package: "childfirst",
        example: "whole_process",
        arguments: &["1000000", "10", "200"],
        about: "the same with a million incidents; only when it is named",
        long: true,
        needs: WHOLE,
    },
];

/// `cargo xtask bench [NAME] [--list]`
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (crates, target) = metadata::load()?;
    let is_there = |bench: &Bench| {
        let example = ("example".to_owned(), bench.example.to_owned());
        crates.iter().any(|one| one.package == bench.package && one.runnable.contains(&example))
    };
    let wanted: Vec<&Bench> = match arguments {
        [flag] if flag == "--list" => {
            for bench in &BENCHES {
                let note = if is_there(bench) { "" } else { " (its example is not there)" };
                println!("{:<10} {}{note}", bench.name, bench.about);
            }
            return Ok(ExitCode::SUCCESS);
        }
        [] => BENCHES.iter().filter(|bench| !bench.long).collect(),
        [name] => {
            let found = BENCHES.iter().find(|bench| bench.name == name);
            vec![
                found
                    .with_context(|| format!("there is no bench `{name}`, see `cargo xtask bench --list`"))?,
            ]
        }
        _ => bail!("`cargo xtask bench` takes one name"),
    };
    println!("{}", circumstances());
    for bench in wanted {
        if !is_there(bench) {
            bail!(
                "bench `{}` needs the example `{}` of {}, which is not there",
                bench.name,
                bench.example,
                bench.package
            );
        }
        let example = ["--package", bench.package, "--example", bench.example];
        for part in bench.needs.iter().copied().chain([&example[..]]) {
            let mut build = Command::new("cargo");
            build.args(["build", "--release"]).args(part);
            if !shown(build.current_dir(project::root()))?.status.success() {
                bail!("bench `{}` does not build", bench.name);
            }
        }
        println!("\n### {}: {}\n\n```", bench.name, bench.about);
        let mut command = Command::new(target.join("release/examples").join(bench.example));
        let (before, started) = (children_cpu_seconds(), Instant::now());
        let finished = shown(command.args(bench.arguments).current_dir(project::root()))?;
        let wall = started.elapsed().as_secs_f64();
        println!("```");
        if let (Some(before), Some(after)) = (before, children_cpu_seconds()) {
            println!("\n{wall:.2} s wall, {:.2} s CPU, load {}.", after - before, load());
        }
        let line = format!("cargo run --release -p {} --example {}", bench.package, bench.example);
        println!("Again: `cargo xtask bench {}`, or `{line} -- {}`.", bench.name, bench.arguments.join(" "));
        if !finished.status.success() {
            bail!("bench `{}` ended with {}", bench.name, finished.status);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn circumstances() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory =
        field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let memory = memory.map_or_else(|| "unknown".to_owned(), |kib| format!("{} GiB", kib / 1024 / 1024));
    let rustc = answer("rustc", &["--version"]).unwrap_or_default();
    let commit = answer("git", &["describe", "--always", "--dirty", "--abbrev=12"]).unwrap_or_default();
    let day = answer("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default();
    format!(
        "| what | value |\n|---|---|\n| machine | {cpu}, {cores} cores, {memory} memory |\n| load at start | {} |\n\
         | compiler | {rustc}, release profile |\n| commit | {commit} |\n| day | {day} |",
        load()
    )
}

fn field(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let value = text.lines().find(|line| line.starts_with(key))?.split_once(':')?.1;
    Some(value.trim().to_owned())
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

/// User and system time of all children that have ended, from Linux's own account; `None` elsewhere.
fn children_cpu_seconds() -> Option<f64> {
    // Fields 16 and 17 of proc_pid_stat(5), in ticks of a hundredth of a second; the name in brackets may hold spaces.
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_counted() {
        let before = children_cpu_seconds().unwrap();
        let burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", burn]).status().unwrap().success());
        assert!(children_cpu_seconds().unwrap() > before);
    }

    #[test]
    fn the_circumstances_name_commit_and_machine() {
        let text = circumstances();
        assert!(text.contains("| commit | ") && text.contains("cores") && text.contains("rustc"), "{text}");
    }
}
