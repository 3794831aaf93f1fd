//! `childfirst import`: a council's return, a police extract or a partner's extract into the record.
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use crate::open::Place;
use anyhow::{Context as _, bail};
use cf_app::import::{CouncilReturn, Extract, FindingAt, ImportReport, Watch};
use cf_app::{App, Caller, Problem};
use cf_exchange::partner::PartnerProfile;
use cf_exchange::police::MappingProfile;
use cf_exchange::ssda903::{AuthorityCode, CollectionYear};
use cf_exchange::write_row;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What `childfirst import` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 all rows are good; 1 imported, with rows in quarantine or findings; 2 an error \
stopped it. What was written before an error stays, and the same file again completes it."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
    /// The database: `sqlite://path` or `postgres://...`.
    #[arg(long, global = true, env = "CHILDFIRST_DATABASE", default_value = "sqlite://childfirst.db")]
    database: String,
    /// The folder of the keys. Beside a SQLite file it is FILE.keys, unless you say otherwise.
    #[arg(long, global = true, value_name = "DIR", env = "CHILDFIRST_KEYS")]
    keys: Option<PathBuf>,
    /// Tell what would happen, and write nothing.
    #[arg(long, global = true)]
    dry_run: bool,
    /// How to print the report.
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// Write every finding to this CSV file.
    #[arg(long, global = true, value_name = "FILE.csv")]
    findings: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum What {
    /// A council's return on looked-after children: Missing, Header and Episodes as CSV.
    Ssda903 {
        /// The council: three digits, such as 308, or the ONS code of a London borough.
        #[arg(long)]
        authority: AuthorityCode,
        /// The collection year, such as 2024-25. Without it, the year most dates fall in.
        #[arg(long)]
        year: Option<CollectionYear>,
        /// Last year's Missing file, for rule 576.
        #[arg(long, value_name = "FILE")]
        last_year: Option<PathBuf>,
        /// The files, or a folder of them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// A police extract of missing incidents as CSV, read by a mapping profile.
    Police {
        /// The mapping profile.
        #[arg(long, value_name = "FILE")]
        mapping: PathBuf,
        /// The extracts.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// What a partner agency holds as CSV: a council's referrals, a support service's places, health's or a school's
    /// concerns, read by a mapping profile.
    Partner {
        /// The mapping profile, which names the agency.
        #[arg(long, value_name = "FILE")]
        mapping: PathBuf,
        /// The extracts.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let place = Place { database: Some(args.database.clone()), keys: args.keys.clone() };
    crate::output::run(async { import(&place.open_app().await?, args).await })
}

/// Imports into an opened application.
async fn import(app: &App, args: Args) -> anyhow::Result<ExitCode> {
    let caller = Caller::system("command line");
    let show = Arc::new(Show::new(args.findings.is_some()));
    let mut reports = Vec::new();
    match args.what {
        What::Ssda903 { authority, year, last_year, files } => {
            let missing_last_year = last_year.as_deref().map(read).transpose()?;
            let files = expand(&files)?.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
            let given = CouncilReturn { authority, files, year, missing_last_year };
            let done = app.import_ssda903(&caller, given, show.clone(), args.dry_run).await;
            reports.push(done.map_err(in_words)?);
        }
        What::Police { mapping, files } => {
            let text = std::fs::read_to_string(&mapping).with_context(|| mapping.display().to_string())?;
            let profile = MappingProfile::from_toml(&text)?;
            for file in files {
                let extract = Extract::Path(file);
                if args.dry_run {
                    let done = app
                        .dry_run_police(&caller, &profile, &extract, show.clone())
                        .await
                        .map_err(in_words)?;
                    if args.format == Format::Text {
                        println!("{}", done.reading);
                    }
                    reports.push(done.report);
                } else {
                    let done = app.import_police(&caller, &profile, &extract, show.clone()).await;
                    reports.push(done.map_err(in_words)?);
                }
            }
        }
        What::Partner { mapping, files } => {
            let text = std::fs::read_to_string(&mapping).with_context(|| mapping.display().to_string())?;
            let profile = PartnerProfile::from_toml(&text)?;
            for file in files {
                let extract = Extract::Path(file);
                if args.dry_run {
                    let done = app.dry_run_partner(&caller, &profile, &extract, show.clone()).await;
                    let done = done.map_err(in_words)?;
                    if args.format == Format::Text {
                        println!("{}", done.reading);
                    }
                    reports.push(done.report);
                } else {
                    let done = app.import_partner(&caller, &profile, &extract, show.clone()).await;
                    reports.push(done.map_err(in_words)?);
                }
            }
        }
    }
    show.bar.finish_and_clear();
    if let Some(path) = &args.findings {
        let table = show.table.lock().unwrap_or_else(PoisonError::into_inner);
        std::fs::write(path, table.as_bytes()).with_context(|| path.display().to_string())?;
    }
    match args.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&reports)?),
        Format::Text => reports.iter().try_for_each(|report| print(report, &mut std::io::stdout().lock()))?,
    }
    let flawed = reports.iter().any(|report| report.account.quarantined > 0 || report.account.notes > 0);
    Ok(if flawed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn in_words(problem: Problem) -> anyhow::Error {
    match problem {
        Problem::Invalid(fields) => {
            let messages: Vec<String> = fields.into_iter().map(|field| field.message).collect();
            anyhow::anyhow!("{}", messages.join("; "))
        }
        Problem::Refused { message, next_step, .. } => anyhow::anyhow!("{message}. {next_step}"),
        other => other.into(),
    }
}

fn read(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((name, std::fs::read(path).with_context(|| path.display().to_string())?))
}

/// The files, and for a folder its CSV files by name.
fn expand(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside: Vec<PathBuf> =
            std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        inside.retain(|file| file.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("csv")));
        inside.sort();
        if inside.is_empty() {
            bail!("{}: no CSV file in this folder", path.display());
        }
        files.extend(inside);
    }
    Ok(files)
}

fn print(report: &ImportReport, out: &mut impl std::io::Write) -> std::io::Result<()> {
    for file in &report.files {
        writeln!(out, "{}: {}", file.file_name, file.what)?;
        if let Some(at) = &file.imported_before {
            writeln!(out, "  the same file was imported on {at}")?;
        }
        if file.used {
            writeln!(out, "  {}", file.account)?;
        }
        for rule in &file.rules {
            let lines: Vec<String> = rule.first_lines.iter().map(u64::to_string).collect();
            let (code, level) = (rule.rule, rule.level.code());
            writeln!(
                out,
                "  {code} ({level}), {} times, first on line {}: {}",
                rule.times,
                lines.join(", "),
                rule.meaning
            )?;
        }
    }
    if let Some(year) = &report.year {
        writeln!(
            out,
            "collection year {year}{}",
            if report.year_inferred { ", inferred from the dates" } else { "" }
        )?;
    }
    let changes = &report.changes;
    let would = if report.dry_run { "nothing was written; it would be: " } else { "" };
    writeln!(
        out,
        "{would}children: {} new, {} changed, {} the same; incidents: {} new, {} there already, \
         of which {} learned more and {} contradict the record; {} events",
        changes.children_new,
        changes.children_changed,
        changes.children_same,
        changes.incidents_new,
        changes.incidents_known,
        changes.incidents_learned,
        changes.incidents_contradicted,
        changes.events
    )?;
    out.flush()
}

/// A bar on standard error, and the table of findings.
struct Show {
    bar: ProgressBar,
    keeps: bool,
    table: Mutex<String>,
}

impl Show {
    fn new(keeps: bool) -> Self {
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
