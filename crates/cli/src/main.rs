//! The `childfirst` binary: one command, one file below `commands/`.
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[cfg(feature = "server")]
mod background;
mod commands;
#[cfg(feature = "server")]
mod keys;
#[cfg(feature = "server")]
mod open;
#[cfg(feature = "server")]
mod output;
mod paths;
#[cfg(feature = "server")]
mod server;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "childfirst", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API on a record.
    #[cfg(feature = "server")]
    Serve(commands::serve::Args),
    /// Look around in an invented London.
    #[cfg(feature = "server")]
    Demo(commands::demo::Args),
    /// Check that the record, or a bundle of it, is what was written.
    #[cfg(feature = "server")]
    Verify(commands::verify::Args),
    /// Write one record's entries down with the proof that they stand in the signed log.
    #[cfg(feature = "server")]
    ExportBundle(commands::export_bundle::Args),
    /// Take in what councils and other police systems hold, with every row accounted for.
    #[cfg(feature = "server")]
    Import(commands::import::Args),
    /// Drive an invented London through the same commands as people use.
    #[cfg(feature = "server")]
    Simulate(commands::simulate::Args),
    /// Make all read rows again from the entries.
    #[cfg(feature = "server")]
    Rebuild(commands::rebuild::Args),
    /// Explain, replay and try out the grading rules.
    #[cfg(feature = "server")]
    Rules(commands::rules::Args),
    /// Copy everything into one file while the service goes on.
    #[cfg(feature = "server")]
    Backup(commands::backup::Args),
    /// Make a database from a backup, or try whether it could be done.
    #[cfg(feature = "server")]
    Restore(commands::restore::Args),
    /// Watch a log from outside: sign that it only grew, and refuse a fork.
    #[cfg(feature = "server")]
    Witness(commands::witness::Args),
    /// Keep the accounts of people who sign in.
    #[cfg(feature = "server")]
    User(commands::user::Args),
    /// Explain an installation and what is wrong with it.
    #[cfg(feature = "server")]
    Doctor(commands::doctor::Args),
    /// Find victim-blaming wording, and say why and what to write instead.
    Wording(commands::wording::Args),
    /// Find records of the same child.
    Link(commands::link::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        #[cfg(feature = "server")]
        Command::Serve(args) => commands::serve::run(args),
        #[cfg(feature = "server")]
        Command::Demo(args) => commands::demo::run(args),
        #[cfg(feature = "server")]
        Command::Verify(args) => commands::verify::run(args),
        #[cfg(feature = "server")]
        Command::ExportBundle(args) => commands::export_bundle::run(args),
        #[cfg(feature = "server")]
        Command::Import(args) => commands::import::run(args),
        #[cfg(feature = "server")]
        Command::Simulate(args) => commands::simulate::run(args),
        #[cfg(feature = "server")]
        Command::Rebuild(args) => commands::rebuild::run(args),
        #[cfg(feature = "server")]
        Command::Rules(args) => commands::rules::run(args),
        #[cfg(feature = "server")]
        Command::Backup(args) => commands::backup::run(args),
        #[cfg(feature = "server")]
        Command::Restore(args) => commands::restore::run(args),
        #[cfg(feature = "server")]
        Command::Witness(args) => commands::witness::run(args),
        #[cfg(feature = "server")]
        Command::User(args) => commands::user::run(args),
        #[cfg(feature = "server")]
        Command::Doctor(args) => commands::doctor::run(args),
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
