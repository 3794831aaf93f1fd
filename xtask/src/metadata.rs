//! What cargo says about the workspace's crates.
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::project;

/// One crate of the workspace.
pub(crate) struct Crate {
    /// The package name, `cf-kernel`.
    pub(crate) package: String,
    /// Its folder relative to the top, `crates/kernel`.
    pub(crate) folder: PathBuf,
    /// The `description` in its manifest.
    pub(crate) description: Option<String>,
    /// What its manifest names, ours and others'.
    pub(crate) dependencies: Vec<Dependency>,
    /// Names of its examples and benches.
    pub(crate) runnable: Vec<(String, String)>,
}

/// One dependency line.
pub(crate) struct Dependency {
    /// The package depended on.
    pub(crate) package: String,
    /// True for `[dev-dependencies]`.
    pub(crate) tests_only: bool,
}

impl Crate {
    /// How we speak of it: the folder's name, `kernel`, or `xtask`.
    pub(crate) fn name(&self) -> &str {
        self.folder.file_name().and_then(|name| name.to_str()).unwrap_or(&self.package)
    }
}

/// The workspace's crates, sorted by folder, and the folder cargo builds into.
pub(crate) fn load() -> Result<(Vec<Crate>, PathBuf)> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(project::root())
        .output()
        .context("cannot start `cargo metadata`")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    parse(&serde_json::from_slice(&output.stdout)?)
}

fn parse(metadata: &Value) -> Result<(Vec<Crate>, PathBuf)> {
    let root = PathBuf::from(text(metadata, "workspace_root")?);
    let mut crates = Vec::new();
    for package in list(metadata, "packages")? {
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        let folder = manifest.parent().unwrap_or(&root).strip_prefix(&root).unwrap_or(&root).to_path_buf();
        let mut dependencies = Vec::new();
        for dependency in list(package, "dependencies")? {
            dependencies.push(Dependency {
                package: text(dependency, "name")?.to_owned(),
                tests_only: dependency["kind"] == "dev",
            });
        }
        let mut runnable = Vec::new();
        for target in list(package, "targets")? {
            for kind in list(target, "kind")?.iter().filter_map(Value::as_str) {
                if matches!(kind, "example" | "bench") {
                    runnable.push((kind.to_owned(), text(target, "name")?.to_owned()));
                }
            }
        }
        crates.push(Crate {
            package: text(package, "name")?.to_owned(),
            folder,
            description: package["description"].as_str().map(str::to_owned),
            dependencies,
            runnable,
        });
    }
    crates.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok((crates, PathBuf::from(text(metadata, "target_directory")?)))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("`cargo metadata` gives no text `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("`cargo metadata` gives no list `{key}`"))
}
