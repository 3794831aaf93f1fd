//! `cargo xtask dist`: the binary that is handed out, optimised, with everything optional in it.
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::project;
use crate::run::shown;

/// What the quick start leaves out because it takes long to build.
const FEATURES: &str = "parquet,openid";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = arguments.first() {
        bail!("`cargo xtask dist` takes nothing, not `{unknown}`");
    }
    let mut command = Command::new("cargo");
    command
        .args(["build", "--locked", "--profile", "dist", "--package", "childfirst", "--features", FEATURES])
        .current_dir(project::root());
    if !shown(&mut command)?.status.success() {
        return Ok(ExitCode::FAILURE);
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| project::root().join("target"), std::path::PathBuf::from);
    let binary = target.join("dist").join(format!("childfirst{}", std::env::consts::EXE_SUFFIX));
    let size = std::fs::metadata(&binary).with_context(|| format!("no {}", binary.display()))?.len();
    println!("{} ({} MB), with {FEATURES}", binary.display(), size / 1_000_000);
    Ok(ExitCode::SUCCESS)
}
