//! Tools the checks need: found, installed, or named with the one command that installs them.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project;
use crate::run::{answer, shown};

/// A tool or a folder that some check cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// npm, which fetches the page components at build time, and node.
    Node,
    /// PostgreSQL's server programs; tests start their own server from them.
    PostgreSql,
    /// A Chromium that is already installed; nothing downloads a browser.
    Chromium,
    /// The packages in `e2e/package-lock.json`.
    NodeModules,
}

impl Need {
    /// Makes sure it is there. The error names the one command that would help.
    pub(crate) fn meet(self) -> Result<()> {
        match self {
            Self::Node => {
                apt(|| on_path("node").is_some() && on_path("npm").is_some(), "node and npm", "nodejs npm")
            }
            Self::PostgreSql => {
                apt(|| postgres_folder().is_some(), "PostgreSQL's server programs", "postgresql")
            }
            Self::Chromium => apt(|| chromium().is_some(), "chromium", "chromium"),
            Self::NodeModules => node_modules(),
        }
    }
}

/// True when `cargo nextest` answers.
pub(crate) fn has_nextest() -> bool {
    answer("cargo", &["nextest", "--version"]).is_some()
}

fn apt(is_there: impl Fn() -> bool, what: &str, packages: &str) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    let line = format!("apt-get install --yes {packages}");
    if answer("id", &["-u"]).as_deref() != Some("0") || on_path("apt-get").is_none() {
        bail!("{what} not found; run `sudo {line}`");
    }
    println!("{what} not found: installing");
    let apt_get = |arguments: &[&str]| -> Result<bool> {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        Ok(shown(&mut command)?.status.success())
    };
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages.split(' '));
    // A fresh machine has no package lists, or stale ones: fetch them only when the first try fails.
    if !apt_get(&install)? {
        apt_get(&["update"])?;
        apt_get(&install)?;
    }
    if !is_there() {
        bail!("{what} still not found after `{line}`");
    }
    Ok(())
}

fn node_modules() -> Result<()> {
    let folder = project::root().join("e2e");
    let wanted =
        fs::read_to_string(folder.join("package-lock.json")).context("cannot read e2e/package-lock.json")?;
    // A copy of the lock file beside the modules says which lock they came from.
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    if !shown(&mut command)?.status.success() {
        bail!("`npm ci` failed; run `cd e2e && npm ci --ignore-scripts` to see why");
    }
    fs::write(&stamp, wanted).context("cannot write e2e/node_modules/.installed-from")
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("E2E_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| on_path("chromium"))
}

/// Debian keeps the server programs off the path, one folder a version.
fn postgres_folder() -> Option<PathBuf> {
    if let Some(initdb) = on_path("initdb") {
        return initdb.parent().map(Path::to_path_buf);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions.flatten().map(|version| version.path().join("bin")).find(|bin| bin.join("initdb").is_file())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
