//! Reading what the commands take, and saying what was put aside.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use cf_linkage::csv::CsvFile;
use cf_linkage::model::Model;
use cf_linkage::pairs::{Settings, Step, use_threads};
use cf_linkage::records::{Reading, Records};
use cf_linkage::schema::{Mapping, Role, parse_mapping};
use cf_linkage::train::Training;
use indicatif::{ProgressBar, ProgressStyle};

use super::How;

/// Rows put aside that are named on the screen.
const NAMED: usize = 5;

/// Reads a CSV file, or a Parquet file as the CSV it stands for.
pub(super) fn read_file(path: &Path) -> anyhow::Result<CsvFile> {
    table(path, fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?)
}

/// The table in the bytes of a file.
pub(super) fn table(path: &Path, bytes: Vec<u8>) -> anyhow::Result<CsvFile> {
    anyhow::ensure!(
        ![&b"\xff\xfe"[..], b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark)),
        "`{}` is UTF-16: save it as \"CSV UTF-8\"",
        path.display()
    );
    Ok(CsvFile::new(if bytes.starts_with(b"PAR1") { parquet(path)? } else { bytes }))
}

#[cfg(feature = "parquet")]
fn parquet(path: &Path) -> anyhow::Result<Vec<u8>> {
    cf_parquet::as_csv(path).with_context(|| format!("cannot read `{}`", path.display()))
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path) -> anyhow::Result<Vec<u8>> {
    anyhow::bail!(
        "`{}` is a Parquet file, which this build does not read: build with `--features parquet`, or save it as CSV",
        path.display()
    )
}

pub(super) fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

impl How {
    pub(super) fn mapping(&self) -> anyhow::Result<Mapping> {
        let mut mapping = parse_mapping(self.columns.as_deref().unwrap_or(""))?;
        for column in &self.ignore {
            mapping.insert(column.to_lowercase(), Role::Ignore);
        }
        Ok(mapping)
    }

    pub(super) fn settings(&self) -> anyhow::Result<Settings> {
        if let Some(threads) = self.threads {
            use_threads(threads);
        }
        let model = match &self.model {
            Some(path) => {
                let text =
                    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
                Some(Model::from_json(&text)?)
            }
            None => None,
        };
        anyhow::ensure!(
            (0.0..=1.0).contains(&self.min_probability),
            "`--min-probability` lies between 0 and 1"
        );
        let training = Training { seed: self.seed, ..Training::default() };
        Ok(Settings { least: self.min_probability, model, training, ..Settings::default() })
    }

    /// Reads one file or two, and says what was put aside.
    pub(super) fn records(&self, left: &Path, right: Option<&Path>) -> anyhow::Result<Records> {
        let mapping = self.mapping()?;
        let left_file = read_file(left)?;
        let Some(right) = right else {
            let (records, reading) = Records::read(&left_file, &mapping)?;
            self.put_aside(&[(left, &left_file, &reading)])?;
            return Ok(records);
        };
        let right_file = read_file(right)?;
        let (records, [first, second]) = Records::read_two(&left_file, &right_file, &mapping)?;
        self.put_aside(&[(left, &left_file, &first), (right, &right_file, &second)])?;
        Ok(records)
    }

    /// Counts and names the rows that could not be read, and writes them where they were asked for.
    pub(super) fn put_aside(&self, files: &[(&Path, &CsvFile, &Reading)]) -> anyhow::Result<()> {
        let mut rejects = b"file,line,fault,row\n".to_vec();
        for (path, file, reading) in files {
            if !reading.unused.is_empty() {
                eprintln!("{}: not compared: {}", path.display(), reading.unused.join(", "));
            }
            if reading.bad.is_empty() {
                continue;
            }
            eprintln!("{}: {} rows read, {} put aside", path.display(), reading.good, reading.bad.len());
            for bad in reading.bad.iter().take(NAMED) {
                eprintln!("  line {}: {}", bad.line, bad.fault);
            }
            for bad in &reading.bad {
                cf_linkage::csv::write_field(&mut rejects, path.display().to_string().as_bytes());
                write!(rejects, ",{},", bad.line)?;
                cf_linkage::csv::write_field(&mut rejects, bad.fault.to_string().as_bytes());
                rejects.push(b',');
                cf_linkage::csv::write_field(&mut rejects, file.row(bad));
                rejects.push(b'\n');
            }
        }
        match &self.rejects {
            Some(path) => write_file(path, &rejects),
            None => Ok(()),
        }
    }
}

/// A bar on the screen with a step at a time; silent where nobody watches.
pub(super) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(6);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message("reading");
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        Self { bar }
    }

    pub(super) fn at(&self, step: Step) {
        let (place, words) = match step {
            Step::Blocking => (1, "gathering records that share keys"),
            Step::Training => (2, "learning from the file"),
            Step::Scoring => (3, "scoring pairs"),
            Step::Together => (4, "looking at pairs together"),
        };
        self.say(place, words);
    }

    pub(super) fn writing(&self) {
        self.say(5, "writing");
    }

    /// What is being done, and how far along it is, of six.
    pub(super) fn say(&self, place: u64, words: &'static str) {
        self.bar.set_position(place);
        self.bar.set_message(words);
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
