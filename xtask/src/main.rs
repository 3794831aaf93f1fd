//! The project's own errands: `cargo xtask test`, `graph`, `tidy`, `bench`, `dist`.
//!
//! One file per job. Nothing here is shipped; it needs no more than cargo and git to start, and each job says
//! which tool it lacks and how to get it. Reading order: `test` (the list of checks), `step` (how one runs),
//! `tally` (how results are counted), then the checks themselves.
use std::process::ExitCode;

use anyhow::{Result, bail};

mod bench;
mod code_text;
mod dist;
mod graph;
mod markdown;
mod metadata;
mod needs;
mod project;
mod run;
mod step;
mod tally;
mod test;
mod tidy;

const HELP: &str = "cargo xtask <job>

  test [--only NAME]... [--fail-fast] [--list]   run the checks (all of them unless told otherwise)
  graph [--accept]                               which crate knows which, compared with docs/crate-graph.txt
  tidy                                           small rules on files: length, links, leftovers, machine paths
  bench [NAME] [--list]                          run the registered benches in release, print Markdown
  dist                                           build the binary that is handed out, everything optional in it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let Some((job, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    match job.as_str() {
        "test" => test::run(rest),
        "graph" => graph::run(rest),
        "tidy" => tidy::run(rest),
        "bench" => bench::run(rest),
        "dist" => dist::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no job `{other}`\n\n{HELP}"),
    }
}
