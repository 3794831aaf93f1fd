//! Where the project is, and which files belong to it.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The workspace's top folder, known at compile time from where this crate lies.
pub(crate) fn root() -> &'static Path {
    // INVARIANT: this crate lies in `<root>/xtask`, so its manifest folder has a parent.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Every file git tracks or would track, relative to [`root`], sorted. Ignored files and deleted ones are left out.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("cannot start `git`, which knows the project's files")?;
    if !listed.status.success() {
        bail!("`git ls-files` failed: {}", String::from_utf8_lossy(&listed.stderr).trim());
    }
    let mut files: Vec<PathBuf> = String::from_utf8(listed.stdout)
        .context("a file name is not UTF-8")?
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}
