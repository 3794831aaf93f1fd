//! `childfirst wording`: find victim-blaming wording in text, tables, JSON Lines, Word documents and folders.
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use cf_wording::{Checker, Source};

mod audit;
mod check;
mod dates;
mod docx;
mod evaluate;
mod explain;
mod lines;
mod output;
mod record;
mod sarif;
mod suppress;
mod table;

/// What `childfirst wording` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Box<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    // Explained by its arguments, exit codes too.
    Check(check::Args),
    /// Measure the checker against a labelled set: precision, recall and F1 with 95 % intervals.
    Evaluate(evaluate::Args),
    /// Show why a text was flagged, or was not.
    Explain(explain::Args),
}

/// A force's own rules, for every subcommand.
#[derive(clap::Args)]
pub(crate) struct RuleArgs {
    /// A file of your own rules: adds, changes or silences built-in ones. Its examples are run first. May be given more than once.
    #[arg(long = "rules", value_name = "FILE")]
    rules: Vec<PathBuf>,
}

impl RuleArgs {
    /// The checker for the rest of the run. The process ends when the command does, so taking it apart again, 2 ms, is left out.
    fn checker(&self) -> anyhow::Result<ManuallyDrop<Checker>> {
        Ok(ManuallyDrop::new(checker(&self.rules)?))
    }
}

/// The built-in rules with these files over them.
pub(crate) fn checker(files: &[PathBuf]) -> anyhow::Result<Checker> {
    let mut texts = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the rules `{}`", path.display()))?;
        texts.push((show(path), text));
    }
    let sources: Vec<Source<'_>> = texts.iter().map(|(file, text)| Source { file, text }).collect();
    Ok(Checker::with_rules(&sources)?)
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let done = match *args.command {
        Command::Check(args) => check::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Explain(args) => explain::run(&args),
    };
    match done {
        // Whoever reads our output has seen enough (`... | head`).
        Err(e)
            if e.root_cause()
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) =>
        {
            Ok(ExitCode::SUCCESS)
        }
        other => other,
    }
}
