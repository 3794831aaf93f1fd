//! `childfirst import`: a council's return, a police extract or a partner's extract into the record.
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use self::show::{Findings, Show};
use crate::open::Place;
use crate::paths::refuse_input;
use anyhow::{Context as _, bail};
use cf_app::import::{CouncilReturn, Extract, ImportReport};
use cf_app::{App, Caller, Problem};
use cf_exchange::partner::PartnerProfile;
use cf_exchange::police::MappingProfile;
use cf_exchange::ssda903::{AuthorityCode, CollectionYear};
use cf_kernel::CommandId;

mod show;

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

pub(crate) fn run(mut args: Args) -> anyhow::Result<ExitCode> {
    let place = Place { database: Some(args.database.clone()), keys: args.keys.clone() };
    // Before the file of findings is made, which may be in the same folder.
    if let What::Ssda903 { files, .. } = &mut args.what {
        *files = expand(files)?;
    }
    let mut findings = None;
    if let Some(path) = &args.findings {
        refuse_input("--findings", path, args.what.inputs())?;
        findings = Some(Findings::open(path)?);
    }
    let begins = place.sqlite_file().filter(|file| !file.exists());
    let scratch = begins.as_ref().filter(|_| args.dry_run).map(|_| Scratch::new()).transpose()?;
    let place = match (&scratch, &begins) {
        (Some(scratch), _) => scratch.place(),
        (None, Some(file)) => {
            // A typing error in its path would begin one as well.
            eprintln!("There is no record at `{}`: a new one begins there.", file.display());
            place
        }
        (None, None) => place,
    };
    let done = crate::output::run(async { import(&place.open_app().await?, args, &mut findings).await });
    drop(scratch);
    if let (Err(_), Some(findings)) = (&done, findings) {
        findings.give_up();
    }
    done
}

/// A folder for the record of a dry run where there is none, gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("childfirst-dry-run-{}", CommandId::new()));
        std::fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self(folder))
    }

    fn place(&self) -> Place {
        Place::file(&self.0.join("record.db"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind holds no rows of the extract: a dry run writes none.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl What {
    /// Every file that is read.
    fn inputs(&self) -> Vec<&Path> {
        let (files, beside) = match self {
            Self::Ssda903 { files, last_year, .. } => (files, last_year.as_ref()),
            Self::Police { files, mapping } | Self::Partner { files, mapping } => (files, Some(mapping)),
        };
        files.iter().chain(beside).map(PathBuf::as_path).collect()
    }
}

/// Imports into an opened application.
async fn import(app: &App, args: Args, findings: &mut Option<Findings>) -> anyhow::Result<ExitCode> {
    let caller = Caller::system("command line");
    let show = Arc::new(Show::new(args.findings.is_some()));
    let mut reports = Vec::new();
    match args.what {
        What::Ssda903 { authority, year, last_year, files } => {
            let missing_last_year = last_year.as_deref().map(read).transpose()?;
            if cf_app::council_code(authority.as_str()).is_none() {
                eprintln!("{authority} is {}, none of London's councils: is it right?", authority.name());
            }
            let files = files.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
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
    if let Some(findings) = findings {
        findings.write(&show.table())?;
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
        if file.used || file.imported_before.is_some() {
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
