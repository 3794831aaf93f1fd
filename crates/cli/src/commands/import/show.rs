//! What is shown while an import runs, and the table of findings.
use std::fs::{File, OpenOptions};
use std::io::{IsTerminal as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use cf_app::import::{FindingAt, Watch};
use cf_exchange::write_row;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The file the findings go to, opened before anything is imported. What it held stays until they are written.
pub(super) struct Findings {
    path: PathBuf,
    file: File,
    /// Made now: goes again when the import fails.
    new: bool,
}

impl Findings {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let new = !path.exists();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Self { path: path.to_owned(), file, new })
    }

    pub(super) fn write(&mut self, table: &str) -> anyhow::Result<()> {
        let file = &mut self.file;
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(table.as_bytes()));
        written.with_context(|| format!("cannot write `{}`", self.path.display()))
    }

    /// Nothing was imported: an empty file would say that nothing was found.
    pub(super) fn give_up(self) {
        if self.new {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A bar on standard error, and the table of findings.
pub(super) struct Show {
    pub(super) bar: ProgressBar,
    keeps: bool,
    table: Mutex<String>,
}

impl Show {
    pub(super) fn new(keeps: bool) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} rows, {per_sec}, {eta} left")
        {
            bar.set_style(style);
        }
        let mut table = String::new();
        write_row(&mut table, ["file", "line", "disposition", "rule", "level", "fields", "message"]);
        Self { bar, keeps, table: Mutex::new(table) }
    }

    /// The findings so far, as CSV.
    pub(super) fn table(&self) -> String {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Watch for Show {
    fn rows(&self, done: u64, about: u64) {
        self.bar.set_length(about.max(done));
        self.bar.set_position(done);
    }

    fn finding(&self, finding: &FindingAt<'_>) {
        if !self.keeps {
            return;
        }
        let (line, fields) = (finding.line.to_string(), finding.fields.join(" "));
        let cells = [
            finding.file,
            &line,
            finding.disposition,
            finding.rule,
            finding.level.code(),
            &fields,
            finding.message,
        ];
        write_row(&mut self.table.lock().unwrap_or_else(PoisonError::into_inner), cells);
    }
}
