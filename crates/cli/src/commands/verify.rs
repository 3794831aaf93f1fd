//! `childfirst verify`: is the record what was written?
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use cf_ledger::{Bundle, VerifyingKey};
use cf_store::{Log, LogReport, Store};
use serde::Serialize;

use crate::open::Place;
use crate::output::{self, Format, answer, bar};

/// What `childfirst verify` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Exit codes: 0 whole, 1 damaged (the first damaged entry is named), 2 could not be checked."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// A bundle that somebody handed over, instead of a database. Needs --public-key.
    bundle: Option<PathBuf>,
    /// The public key of the log a bundle is from: its text, or a file that holds it.
    #[arg(long, value_name = "KEY", requires = "bundle")]
    public_key: Option<String>,
    /// Also compare every read row with what the entries say.
    #[arg(long, conflicts_with = "bundle")]
    rows: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What was found.
#[derive(Serialize)]
pub(crate) struct Found {
    pub(crate) whole: bool,
    damage: Option<String>,
    logs: Vec<LogFound>,
    sealed: u64,
    destroyed: u64,
    rows: Option<u64>,
}

impl Found {
    /// Nothing could be read, and this is why.
    pub(crate) fn damaged(why: String) -> Self {
        Self { whole: false, damage: Some(why), logs: Vec::new(), sealed: 0, destroyed: 0, rows: None }
    }
}

#[derive(Serialize)]
struct LogFound {
    log: &'static str,
    entries: u64,
    signed: u64,
    checkpoints: u64,
    root: String,
    public_key: String,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.bundle {
        Some(path) => bundle(&path, args.public_key.as_deref(), args.format),
        None => output::run(async {
            let store = args.place.open_existing().await?;
            let found = check(&store, args.rows).await?;
            show(&found, args.format)?;
            store.close().await;
            Ok(answer(found.whole))
        }),
    }
}

pub(crate) async fn check(store: &Store, rows: bool) -> anyhow::Result<Found> {
    let (record, access) = (bar("record"), bar("access"));
    let report = store
        .verify(|progress| {
            let bar = if progress.log == Log::Record { &record } else { &access };
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        })
        .await?;
    record.finish_and_clear();
    access.finish_and_clear();
    let mut damage = report.damage.map(|damage| damage.to_string()).or_else(|| store.damage());
    let mut compared = None;
    if rows && damage.is_none() {
        let progress = bar("rows");
        let found = store
            .check_rows(cf_store::fold, |done, total| {
                progress.set_length(total);
                progress.set_position(done);
            })
            .await?;
        progress.finish_and_clear();
        match found {
            Ok(folded) => compared = Some(folded.rows),
            Err(row) => {
                damage = Some(format!(
                    "read table {}, stream {}, part `{}`: {}",
                    row.table, row.stream, row.part, row.what
                ));
            }
        }
    }
    let log = |log: Log, found: &LogReport| LogFound {
        log: log.name(),
        entries: found.entries,
        signed: found.signed,
        checkpoints: found.checkpoints,
        root: found.root.to_base64(),
        public_key: store.log_key().public(log).to_text(),
    };
    Ok(Found {
        whole: damage.is_none(),
        damage,
        logs: vec![log(Log::Record, &report.record), log(Log::Access, &report.access)],
        sealed: report.sealed,
        destroyed: report.destroyed,
        rows: compared,
    })
}

pub(crate) fn show(found: &Found, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(found);
    }
    match &found.damage {
        Some(damage) => println!("DAMAGED: {damage}"),
        None => println!("Whole."),
    }
    for log in &found.logs {
        println!(
            "{} log: {} entries, {} of them under {} right checkpoint(s), root {}",
            log.log, log.entries, log.signed, log.checkpoints, log.root
        );
        println!("  public key {}", log.public_key);
    }
    println!("Sealed bodies: {} as written, {} destroyed under an entry", found.sealed, found.destroyed);
    if let Some(rows) = found.rows {
        println!("Read rows: {rows}, all as the entries say");
    }
    Ok(())
}

fn bundle(path: &std::path::Path, key: Option<&str>, format: Format) -> anyhow::Result<ExitCode> {
    let key = key.context("a bundle is checked with the public key of its log: give --public-key")?;
    let key = match VerifyingKey::from_text(key) {
        Ok(key) => key,
        Err(reason) => {
            let text = std::fs::read_to_string(key)
                .map_err(|_| reason)
                .context("--public-key is neither a public key nor a file")?;
            VerifyingKey::from_text(&text).context("the file of --public-key holds no public key")?
        }
    };
    let shown = path.display();
    let text = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    let checked = String::from_utf8(text)
        .map_err(|_| "it is not UTF-8 text".to_owned())
        .and_then(|text| Bundle::from_text(&text).map_err(|error| error.to_string()))
        .and_then(|bundle| {
            let checkpoint = bundle.verify(&key).map_err(|error| error.to_string())?;
            Ok((bundle, checkpoint))
        });
    let damage = checked.as_ref().err().cloned();
    if format == Format::Json {
        let (entries, size) =
            checked.as_ref().map_or((0, 0), |(bundle, head)| (bundle.entries.len(), head.size));
        output::json(&serde_json::json!({
            "whole": damage.is_none(), "damage": damage, "entries": entries, "log_size": size, "log": key.name(),
        }))?;
    } else {
        match &checked {
            Ok((bundle, head)) => println!(
                "Whole. {} entries stand in the log `{}`, as it was signed at {} entries.",
                bundle.entries.len(),
                head.origin,
                head.size
            ),
            Err(damage) => println!("DAMAGED: {damage}"),
        }
    }
    Ok(answer(damage.is_none()))
}
