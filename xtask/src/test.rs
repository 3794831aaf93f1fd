//! `cargo xtask test`: every check there is, in an order that finds cheap faults first.
//!
//! All of them use the dev profile and the workspace's default features, so that each crate is built twice and no more:
//! once to check (clippy, rustdoc) and once to run (tests, doc tests, the binary the browser drives).
//! Building the binary with `--workspace --bins --tests` rather than `-p childfirst` matters: a smaller selection has
//! other features switched on in shared dependencies, and cargo would build most of the tree again.
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::needs::{Need, has_nextest};
use crate::project;
use crate::step::{Outcome, Step};
use crate::tally::{Runner, Tally};

/// `cargo xtask test [--only NAME]... [--fail-fast] [--list]`
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let mut steps = steps()?;
    let (mut only, mut fail_fast) = (Vec::new(), false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--list" => {
                for step in &steps {
                    println!("{:<10} {}", step.name, step.about);
                }
                return Ok(ExitCode::SUCCESS);
            }
            "--fail-fast" => fail_fast = true,
            "--only" => {
                only.push(rest.next().context("--only needs the name of a check, see --list")?.as_str())
            }
            other => bail!("`cargo xtask test` does not know `{other}`"),
        }
    }
    if let Some(unknown) = only.iter().find(|name| steps.iter().all(|step| step.name != **name)) {
        bail!("there is no check `{unknown}`, see `cargo xtask test --list`");
    }
    let all = steps.len();
    steps.retain(|step| only.is_empty() || only.contains(&step.name));
    if steps.len() < all {
        println!("running {} of {all} checks, as --only says", steps.len());
    }

    let started = Instant::now();
    let mut outcomes: Vec<(&str, Option<Outcome>)> = Vec::new();
    let mut failed = false;
    for step in &mut steps {
        if failed && fail_fast {
            outcomes.push((step.name, None));
            continue;
        }
        println!("\n=== {}: {} ===", step.name, step.about);
        let outcome = step.run();
        if let Some(trouble) = &outcome.trouble {
            println!("=== {} FAILED: {trouble} ===", step.name);
            failed = true;
        }
        outcomes.push((step.name, Some(outcome)));
    }
    close(&outcomes, started.elapsed().as_secs_f64());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The table, each runner's own closing lines, what went wrong, and the sum as the last line.
fn close(outcomes: &[(&str, Option<Outcome>)], seconds: f64) {
    println!("\n{:<10} {:>8}  {:>7} {:>7} {:>7}", "check", "seconds", "passed", "failed", "skipped");
    let mut sum = Tally::default();
    for (name, outcome) in outcomes {
        let Some(Outcome { tally, took, .. }) = outcome else {
            println!("{name:<10} not run: --fail-fast, after a failure above");
            sum.skipped += 1;
            continue;
        };
        let took = took.as_secs_f64();
        println!("{name:<10} {took:>8.1}  {:>7} {:>7} {:>7}", tally.passed, tally.failed, tally.skipped);
        sum += *tally;
    }
    println!("{:<10} {seconds:>8.1}  {:>7} {:>7} {:>7}\n", "all", sum.passed, sum.failed, sum.skipped);
    for (name, outcome) in outcomes {
        // Crates without doc tests each close with a line of zeros, which is left out.
        let empty = |line: &&String| line.starts_with("test result: ok. 0 passed; 0 failed; 0 ignored");
        for line in outcome.iter().flat_map(|outcome| &outcome.closing).filter(|line| !empty(line)) {
            println!("{}", line.trim_start());
        }
        if let Some(trouble) = outcome.as_ref().and_then(|outcome| outcome.trouble.as_ref()) {
            println!("FAILED {name}: {trouble}; again with `cargo xtask test --only {name}`");
        }
    }
    println!("{sum}");
}

/// What packaged builds of the binary have besides.
const FEATURES: &str = "childfirst/parquet,childfirst/openid";

fn steps() -> Result<Vec<Step>> {
    const BUILD: &[Need] = &[Need::Node];
    const BROWSER: &[Need] = &[Need::Node, Need::NodeModules, Need::Chromium];
    const BROWSER_AND_SERVER: &[Need] = &[Need::Node, Need::NodeModules, Need::Chromium, Need::PostgreSql];
    let check =
        |name, about, needs, command| Step { name, about, needs, commands: vec![command], runner: None };
    let mut rustdoc = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    rustdoc.env("RUSTDOCFLAGS", "-D warnings");
    let mut steps = vec![
        check("format", "rustfmt leaves every file as it is", &[], cargo(&["fmt", "--all", "--check"])),
        check("tidy", "length, links, leftovers, machine paths", &[], ourselves("tidy")?),
        check("graph", "which crate knows which, and what is absent", &[], ourselves("graph")?),
        check(
            "clippy",
            "no warning in any target",
            BUILD,
            cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        ),
        check("rustdoc", "the documentation builds without a warning", BUILD, rustdoc),
        Step {
            name: "tests",
            about: "every Rust test, on SQLite and PostgreSQL",
            needs: &[Need::Node, Need::PostgreSql],
            ..tests()
        },
        Step {
            name: "doctests",
            about: "the examples in the documentation run",
            needs: BUILD,
            commands: vec![cargo(&["test", "--doc", "--workspace"])],
            runner: Some(Runner::Libtest),
        },
        // The other steps build the binary without these features, as most people do; with `--workspace` the libraries are the same.
        Step {
            name: "features",
            about: "`link` reads Parquet and `serve` an identity provider's file where they are built to",
            needs: BUILD,
            commands: vec![cargo(&[
                "test",
                "--workspace",
                "--features",
                FEATURES,
                "--test",
                "link",
                "--test",
                "operate",
                "--",
                "parquet",
                "openid",
            ])],
            runner: Some(Runner::Libtest),
        },
        // Right after the step above, which has just built what this drives.
        Step {
            name: "elsewhere",
            about: "a browser signs in at an identity provider",
            needs: BROWSER,
            commands: vec![
                cargo(&["build", "--workspace", "--bins", "--tests", "--features", FEATURES]),
                node("elsewhere", &[""], &[])?,
            ],
            runner: Some(Runner::Node),
        },
        Step {
            name: "harness",
            about: "the browser harness finds the faults planted for it",
            needs: BROWSER_AND_SERVER,
            commands: vec![node("harness", &[""], &[])?],
            runner: Some(Runner::Node),
        },
    ];
    // On PostgreSQL the journeys that change records: what the others look at is the same page from the same rows.
    for (name, about, database, only, needs) in [
        ("e2e", "browser journeys on SQLite", "sqlite", [""].as_slice(), BROWSER),
        ("e2e-pg", "browser journeys on PostgreSQL", "postgres", &["1-", "2-"], BROWSER_AND_SERVER),
    ] {
        let build = cargo(&["build", "--workspace", "--bins", "--tests"]);
        let drive = node("journeys", only, &[("E2E_DATABASE", database)])?;
        steps.push(Step { name, about, needs, commands: vec![build, drive], runner: Some(Runner::Node) });
    }
    Ok(steps)
}

/// Nextest when it is there; else cargo's own runner, said aloud: same tests, without the slow-test limit.
fn tests() -> Step {
    let (command, runner) = if has_nextest() {
        let profile = if std::env::var_os("CI").is_some() { "ci" } else { "default" };
        let arguments = ["nextest", "run", "--workspace", "--no-fail-fast", "--profile", profile];
        (cargo(&arguments), Runner::Nextest)
    } else {
        println!(
            "cargo-nextest is not installed (`cargo install cargo-nextest --locked`): using `cargo test`"
        );
        let targets = ["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"];
        (cargo(&targets), Runner::Libtest)
    };
    Step { name: "tests", about: "", needs: &[], commands: vec![command], runner: Some(runner) }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    if std::env::var_os("CARGO_TERM_COLOR").is_none() && std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// This very program with another job: no second build, and the step's output is the job's.
fn ourselves(job: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("cannot find this program's own file")?);
    command.arg(job);
    Ok(command)
}

/// Node's own test runner over every `*.test.mjs` in `e2e/<folder>` that begins as `only` says, one file at a time: two cores, one browser each.
fn node(folder: &str, only: &[&str], settings: &[(&str, &str)]) -> Result<Command> {
    let e2e = project::root().join("e2e");
    let mut files: Vec<PathBuf> = std::fs::read_dir(e2e.join(folder))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| only.iter().any(|start| name.starts_with(start)) && name.ends_with(".test.mjs"))
        .map(|name| PathBuf::from(folder).join(name))
        .collect();
    files.sort();
    if files.is_empty() {
        // `node --test` without files would look for tests of its own choosing.
        let mut command = Command::new("sh");
        command.args(["-c", &format!("echo 'no *.test.mjs in e2e/{folder}'; exit 1")]);
        return Ok(command);
    }
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter=tap", "--test-concurrency=1"]).args(files).current_dir(e2e);
    command.envs(settings.iter().copied());
    Ok(command)
}
