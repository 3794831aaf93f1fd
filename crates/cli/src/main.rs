//! The `childfirst` binary: one command, one file below `commands/`.
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod commands;

#[derive(Parser)]
#[command(name = "childfirst", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find victim-blaming wording, and say why and what to write instead.
    Wording(commands::wording::Args),
    /// Find records of the same child.
    Link(commands::link::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Wording(args) => commands::wording::run(args),
        Command::Link(args) => commands::link::run(args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("childfirst: {error:#}");
            ExitCode::from(2)
        }
    }
}
