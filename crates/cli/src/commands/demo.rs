//! `childfirst demo`: a synthetic London to look around in.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context as _, bail};
use cf_app::App;
use cf_simulate::plan::{London, Plan};
use cf_store::Store;
use cf_web::{Appearance, Web};
use tokio::task::JoinHandle;

use crate::open::{Place, audit};
use crate::server::{self, LogFormat};
use crate::{background, output};

/// What `childfirst demo` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Everything in it is invented, and every page says so. Anybody who can reach the address can act in any role.\n\
    Exit codes: 0 stopped when asked, 2 could not start or failed."
)]
pub(crate) struct Args {
    /// How many days the record goes back when it is made; fewer than 21 count as 21, which the states shown need.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_660))]
    days: u32,
    /// The same seed makes the same London.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How much of London, in thousandths.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    thousandths: u32,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder that keeps it; what is there is used again.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Another database instead of a file in --data; it must be empty or made by `demo`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The folder of the keys, with --database.
    #[arg(long, value_name = "DIR", requires = "database")]
    keys: Option<PathBuf>,
}

/// So long the first page may wait for the record to be complete; after that it is served while the rest is made.
const COMPLETE_WITHIN: Duration = Duration::from_secs(15);
/// Says that a database is a demonstration's, and whether it is complete.
const MARK: &str = "demo/state";

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    server::log_to_stderr(LogFormat::Text, "warn");
    output::run(async move {
        let listener = server::listen(args.listen).await?;
        let app = open(&args).await?;
        let made = if mark(app.store()).await?.as_deref() == Some("complete") {
            eprintln!("Using the record that is there.");
            server::rebuild_if_needed(&app).await?;
            None
        } else {
            Some(make(&app, &args).await?)
        };
        println!("childfirst demo is ready at http://{}", listener.local_addr()?);
        let still_making = Arc::new(AtomicBool::new(matches!(made, Some(Making::Going(_)))));
        // The clocks of a record that is still being made stand in its past: nothing else climbs them meanwhile.
        let (running, making) = (app.clone(), Arc::clone(&still_making));
        tokio::spawn(async move {
            match made {
                Some(Making::Going(going)) => match finish(&running, going).await {
                    Ok(()) => {
                        making.store(false, Relaxed);
                        background::start(&running, true);
                    }
                    Err(error) => eprintln!("The record could not be completed: {error:#}"),
                },
                Some(Making::Done) | None => background::start(&running, true),
            }
        });
        let appearance =
            Appearance { demo: true, secure_cookies: false, still_making, ..Appearance::default() };
        server::serve(Web::new(app, appearance), listener).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The database of the demonstration; never one that holds anything else, because anybody may act in it.
async fn open(args: &Args) -> anyhow::Result<App> {
    if args.database.is_some() {
        let app = Place { database: args.database.clone(), keys: args.keys.clone() }.open_app().await?;
        match mark(app.store()).await?.as_deref() {
            Some("complete") => {}
            Some(_) => bail!("making this record was interrupted: empty the database and start again"),
            None => must_be_empty(app.store()).await?,
        }
        return Ok(app);
    }
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot make the folder `{}`", args.data.display()))?;
    let file = args.data.join("demo.db");
    let place = Place::file(&file);
    let app = place.open_app().await?;
    match mark(app.store()).await?.as_deref() {
        Some("complete") => Ok(app),
        Some(_) => {
            eprintln!("Making the record was interrupted last time; beginning again.");
            app.store().close().await;
            drop(app);
            remove(&file)?;
            place.open_app().await
        }
        None => {
            must_be_empty(app.store()).await?;
            Ok(app)
        }
    }
}

async fn must_be_empty(store: &Store) -> anyhow::Result<()> {
    if store.head().await? > 0 || !store.accounts().await?.is_empty() {
        bail!(
            "this database holds a record that `demo` did not make, and a demonstration opens it to everybody: name another"
        );
    }
    Ok(())
}

fn remove(file: &Path) -> anyhow::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{ending}", file.display()));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove `{}`", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

async fn mark(store: &Store) -> anyhow::Result<Option<String>> {
    let Some(setting) = store.setting(MARK).await? else { return Ok(None) };
    Ok(Some(serde_json::from_str(&setting.json)?))
}

async fn set_mark(store: &Store, state: &str) -> anyhow::Result<()> {
    let version = store.setting(MARK).await?.map_or(0, |setting| setting.version);
    let saved = store
        .save_setting(MARK, &serde_json::to_string(state)?, version, &audit(store, "make a demonstration"))
        .await?;
    if saved.is_none() {
        bail!("another process is making this record");
    }
    Ok(())
}

/// A record being made.
enum Making {
    /// It is complete.
    Done,
    /// It can be looked at, and more is to come.
    Going(JoinHandle<anyhow::Result<usize>>),
}

/// Begins to make the record; comes back when it is complete, or when it is worth looking at.
async fn make(app: &App, args: &Args) -> anyhow::Result<Making> {
    set_mark(app.store(), "being made").await?;
    let plan = Plan::new(London::share(args.seed, app.now(), args.days, args.thousandths));
    let incidents = plan.incidents();
    eprintln!(
        "Making {} days of an invented London: {incidents} incidents, {} acts",
        plan.london.days,
        plan.steps.len()
    );
    let played = Arc::new(AtomicUsize::new(0));
    let (driven, seen) = (app.clone(), Arc::clone(&played));
    let mut going = tokio::spawn(async move {
        let bar = output::bar("making");
        cf_simulate::drive(&driven, plan, |progress| {
            bar.set_length(progress.of as u64);
            bar.set_position(progress.done as u64);
            seen.store(progress.done, Relaxed);
        })
        .await?;
        bar.finish_and_clear();
        Ok(incidents)
    });
    if let Ok(ended) = tokio::time::timeout(COMPLETE_WITHIN, &mut going).await {
        complete(app, ended??).await?;
        return Ok(Making::Done);
    }
    // Signing in needs the accounts, which are made first.
    while played.load(Relaxed) == 0 && !going.is_finished() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    eprintln!("Serving already; the days nearest to now are still being made.");
    Ok(Making::Going(going))
}

async fn finish(app: &App, going: JoinHandle<anyhow::Result<usize>>) -> anyhow::Result<()> {
    let incidents = going.await??;
    complete(app, incidents).await
}

async fn complete(app: &App, incidents: usize) -> anyhow::Result<()> {
    set_mark(app.store(), "complete").await?;
    eprintln!("The record is complete: {incidents} incidents.");
    Ok(())
}
