//! `childfirst wording check`.
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use cf_wording::{Checker, Kind, Scratch};
use indicatif::{ProgressBar, ProgressStyle};

use super::RuleArgs;
use super::audit::Audit;
use super::dates::Period;
use super::output::{Format, Kept, Output};
use super::record::{self, Fields, Kind as FileKind, Record, Sink, Unread};
use super::suppress::Suppressions;

/// Exit codes, also in --help.
const EXIT_FOUND: u8 = 1;
const EXIT_UNREAD: u8 = 3;

/// Check text and list what was found, with reasons and alternatives.
///
/// Text (.txt .md), JSON Lines (.jsonl .ndjson), CSV (.csv) and Word documents (.docx) are known by their names; a folder is read with
/// everything below it, except hidden files and folders (those that start with a dot). Without files, standard input is read.
///
/// Exit codes: 0 everything was read; 1 something was found and --fail-on asked for it; 2 could not run; 3 something was not read,
/// such as files of other kinds in a folder, or rows of CSV that do not fit their header (each place is named on standard error,
/// in JSON Lines also in its own line, in SARIF as a notification).
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files and folders.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A file to check; the same as naming it without --input.
    #[arg(long, value_name = "FILE")]
    input: Vec<PathBuf>,
    /// How to write findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Read every input as this kind, whatever its name.
    #[arg(long = "as", value_name = "KIND", value_enum)]
    kind: Option<FileKind>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    rules: RuleArgs,
    /// Findings kept with a reason: a TOML list of `[[suppress]]` with record, rule, words, reason, by.
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,
    /// In human and SARIF output, show gentle suggestions about jargon too. (JSON Lines always has them.)
    #[arg(long)]
    advice: bool,
    /// Exit with 1 when something of this kind is found.
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    fail_on: FailOn,
    /// Instead of findings, a sampled summary by team and period with intervals. A record whose date cannot be read is not in it.
    #[arg(long)]
    as_audit: bool,
    /// Records sampled in each team and period.
    #[arg(long, default_value_t = 200, requires = "as_audit")]
    sample: usize,
    /// Length of a period.
    #[arg(long, value_enum, default_value_t = Period::Month, requires = "as_audit")]
    period: Period,
    /// Seed of the sample: the same seed and input give the same sample.
    #[arg(long, default_value_t = 1, requires = "as_audit")]
    seed: u64,
    /// List the ids of the sampled records, so that people can read them.
    #[arg(long, requires = "as_audit")]
    list_sample: bool,
    /// No progress bar and no closing line.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Never,
    Blaming,
    Any,
}

struct Run<'c, W: Write> {
    checker: &'c Checker,
    scratch: Scratch,
    output: Output<W>,
    audit: Option<Audit>,
    suppressions: Suppressions,
    bar: Option<ProgressBar>,
    records: u64,
    blaming: u64,
    advisory: u64,
    unread: u64,
}

impl<W: Write> Run<'_, W> {
    /// A record that no period can be told for.
    fn no_date(&mut self, record: &Record<'_>) -> anyhow::Result<()> {
        let written: String = record.date.as_deref().unwrap_or_default().chars().take(20).collect();
        let message =
            format!("`{}` is not a date: YYYY-MM-DD or dd/mm/yyyy is needed", written.escape_debug());
        self.unread(&Unread { file: record.file, line: record.line, rule: "date", message })
    }
}

impl<W: Write> Sink for Run<'_, W> {
    fn record(&mut self, record: &Record<'_>) -> anyhow::Result<()> {
        let period = match &self.audit {
            Some(audit) => match audit.period(record) {
                Some(period) => Some(period),
                None => return self.no_date(record),
            },
            None => None,
        };
        self.records += 1;
        let mut findings = self.checker.check_with(&mut self.scratch, &record.text);
        let mut kept = Vec::new();
        if !self.suppressions.is_empty() && !findings.is_empty() {
            let mut left = Vec::new();
            for finding in findings {
                let words: String =
                    record.text.chars().skip(finding.start).take(finding.end - finding.start).collect();
                match self.suppressions.reason(&record.id, finding.rule, &words).map(str::to_owned) {
                    Some(reason) => kept.push(Kept { finding, reason }),
                    None => left.push(finding),
                }
            }
            findings = left;
        }
        let blaming = findings.iter().filter(|f| f.kind == Kind::Blaming).count() as u64;
        self.blaming += blaming;
        self.advisory += findings.len() as u64 - blaming;
        match (&mut self.audit, period) {
            (Some(audit), Some(period)) => {
                audit.record(record, period, &findings);
                Ok(())
            }
            _ => self.output.record(record, &findings, &kept),
        }
    }

    fn unread(&mut self, u: &Unread<'_>) -> anyhow::Result<()> {
        self.unread += 1;
        // The first hundred are named one by one; all are counted, and JSON Lines names them all.
        if self.unread <= 100 {
            let place = if u.line > 0 { format!("{}:{}", u.file, u.line) } else { u.file.to_owned() };
            eprintln!("childfirst: {place}: not checked: {} (rule `{}`)", u.message, u.rule);
        }
        if self.audit.is_none() { self.output.unread(u) } else { Ok(()) }
    }

    fn advance(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    fn wants_groups(&self) -> bool {
        self.audit.is_some()
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(args.sample > 0, "--sample 0 would sample nothing: give 1 or more");
    anyhow::ensure!(
        !(args.as_audit && args.format == Format::Sarif),
        "--as-audit is a summary, which SARIF has no place for: use --format human or --format jsonl"
    );
    let checker = args.rules.checker()?;
    let suppressions =
        args.suppressions.as_deref().map_or_else(|| Ok(Suppressions::default()), Suppressions::load)?;
    let (mut files, mut other) = (Vec::new(), Vec::new());
    for path in args.input.iter().chain(&args.paths) {
        let about = std::fs::metadata(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        if about.is_dir() {
            record::walk(path, &mut files, &mut other)?;
        } else {
            let Some(kind) = args.kind.or_else(|| record::kind_of(path)) else {
                anyhow::bail!(
                    "`{}`: cannot tell the kind of file from its name; say it with --as",
                    path.display()
                );
            };
            files.push((path.clone(), kind));
        }
    }
    let total: u64 = files.iter().filter_map(|(f, _)| std::fs::metadata(f).ok()).map(|m| m.len()).sum();
    let bar = (!args.quiet && std::io::stderr().is_terminal() && total > 50_000_000).then(|| {
        let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(total).with_style(style)
    });
    let out = std::io::BufWriter::with_capacity(1 << 17, std::io::stdout().lock());
    let output = Output::new(out, args.format, args.advice, &checker)?;
    let audit = args.as_audit.then(|| Audit::new(args.sample, args.period, args.seed));
    let mut run = Run {
        checker: &checker,
        scratch: Scratch::default(),
        output,
        audit,
        suppressions,
        bar,
        records: 0,
        blaming: 0,
        advisory: 0,
        unread: 0,
    };

    if args.paths.is_empty() && args.input.is_empty() {
        let kind =
            args.kind.unwrap_or(if args.format == Format::Jsonl { FileKind::Jsonl } else { FileKind::Text });
        record::read(std::io::stdin().lock(), "(standard input)", kind, &args.fields, &mut run)?;
    }
    for (file, kind) in &files {
        record::read_file(file, args.kind.unwrap_or(*kind), &args.fields, &mut run)?;
    }
    for unread in &other {
        unread.tell(&mut run)?;
    }
    finish(run, args)
}

fn finish<W: Write>(run: Run<'_, W>, args: &Args) -> anyhow::Result<ExitCode> {
    let Run { output, audit, suppressions, bar, records, blaming, advisory, unread, .. } = run;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    match audit {
        Some(audit) => {
            drop(output);
            audit.write(&mut std::io::stdout().lock(), args.format != Format::Human, args.list_sample)?;
        }
        None => output.finish()?,
    }
    for lapsed in suppressions.unused() {
        eprintln!("childfirst: suppression of {lapsed} matched nothing: the text or the rule has changed");
    }
    if !args.quiet {
        eprintln!("childfirst: {records} records, {blaming} blaming, {advisory} advisory, {unread} not read");
    }
    let found = match args.fail_on {
        FailOn::Never => false,
        FailOn::Blaming => blaming > 0,
        FailOn::Any => blaming + advisory > 0,
    };
    Ok(if unread > 0 {
        ExitCode::from(EXIT_UNREAD)
    } else if found {
        ExitCode::from(EXIT_FOUND)
    } else {
        ExitCode::SUCCESS
    })
}
