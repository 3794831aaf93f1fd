//! `childfirst wording`.
use std::process::ExitCode;

/// What `childfirst wording` takes.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet")
}
