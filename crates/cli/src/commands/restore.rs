//! `childfirst restore`: a database from a backup, or a drill that shows it could be done.
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::backup::{remove_with_journals, settle, with_ending};
use super::verify::{self, Found};
use crate::open::Place;
use crate::output::{self, Format, NO, bar};

/// What `childfirst restore` takes.
#[derive(clap::Args)]
#[command(
    after_help = "The backup is copied, verified whole with its keys, and only then given the database's name. Nothing is\n\
    restored over a database that holds anything. --drill does the same in a temporary folder, says what it found,\n\
    and removes it; the backup itself is never changed.\n\
    The keys come from --keys, or from beside the SQLite file of --database.\n\
    Exit codes: 0 restored (or the drill went well), 1 the backup is damaged, 2 could not be done."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The file that `childfirst backup` wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Restore to a temporary place, verify, report, remove.
    #[arg(long)]
    drill: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Restored {
    drill: bool,
    restored: bool,
    seconds: f64,
    found: Found,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    output::run(async {
        if !args.from.is_file() {
            bail!("there is no backup at `{}`", args.from.display());
        }
        let begun = Instant::now();
        let found = if args.drill { drill(&args).await } else { restore(&args).await }?;
        let seconds = begun.elapsed().as_secs_f64();
        let whole = found.whole;
        show(&Restored { drill: args.drill, restored: whole && !args.drill, seconds, found }, args.format)?;
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(NO) })
    })
}

/// The backup in a private folder, verified, and gone again whatever came of it.
async fn drill(args: &Args) -> anyhow::Result<Found> {
    let folder = Temporary::new()?;
    copied_and_verified(args, &folder.0.join("record.db")).await
}

async fn restore(args: &Args) -> anyhow::Result<Found> {
    args.place.url()?;
    if let Some(file) = args.place.sqlite_file() {
        if file.exists() {
            bail!("`{}` is there already; restore under another name, and look at both", file.display());
        }
        let part = with_ending(&file, ".part");
        remove_with_journals(&part)?;
        let found = copied_and_verified(args, &part).await;
        match &found {
            Ok(found) if found.whole => drop(settle(&part, &file)?),
            _ => remove_with_journals(&part)?,
        }
        return found;
    }
    let folder = Temporary::new()?;
    let copy = folder.0.join("record.db");
    let found = copied_and_verified(args, &copy).await?;
    if !found.whole {
        return Ok(found);
    }
    let progress = bar("restoring");
    let filled = cf_store::Store::restore_into_postgres(&copy, args.place.url()?, |done, all| {
        progress.set_length(all);
        progress.set_position(done);
    })
    .await;
    match filled {
        Err(cf_store::Fault::Exists { .. }) => {
            bail!("this database holds something already: restore into an empty one")
        }
        filled => filled?,
    }
    progress.finish_and_clear();
    let store = args.place.open_existing().await?;
    rebuild(&store).await?;
    let found = verify::check(&store, true).await?;
    store.close().await;
    Ok(found)
}

/// A copy of the backup, with its read rows made where they are missing, and everything in it looked at.
async fn copied_and_verified(args: &Args, copy: &Path) -> anyhow::Result<Found> {
    private_copy(&args.from, copy)?;
    match looked_into(args, copy).await {
        // Damage that stops the look itself is an answer about the backup, not a failure to look.
        Err(error) if error.chain().any(says_damage) => Ok(Found::damaged(format!("{error:#}"))),
        found => found,
    }
}

async fn looked_into(args: &Args, copy: &Path) -> anyhow::Result<Found> {
    let store = args.place.open_copy(copy).await?;
    let found = match store.damage() {
        Some(_) => verify::check(&store, false).await,
        None => match rebuild(&store).await {
            Ok(()) => verify::check(&store, true).await,
            Err(error) => Err(error),
        },
    };
    store.close().await;
    found
}

fn says_damage(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<cf_store::Fault>().is_some_and(cf_store::Fault::is_damage)
}

async fn rebuild(store: &cf_store::Store) -> anyhow::Result<()> {
    if store.needs_rebuild().is_empty() {
        return Ok(());
    }
    let progress = bar("rows");
    store
        .rebuild(cf_store::fold, |done, total| {
            progress.set_length(total);
            progress.set_position(done);
        })
        .await?;
    progress.finish_and_clear();
    Ok(())
}

fn private_copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.open(to).with_context(|| format!("cannot make `{}`", to.display()))?;
    let mut original =
        std::fs::File::open(from).with_context(|| format!("cannot read `{}`", from.display()))?;
    std::io::copy(&mut original, &mut copy)?;
    Ok(())
}

/// A private folder that is gone when this is.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("childfirst-restore-{}", uuid::Uuid::now_v7().simple()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).with_context(|| format!("cannot make the folder `{}`", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("warning: cannot remove `{}`: {error}", self.0.display());
        }
    }
}

fn show(restored: &Restored, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(restored);
    }
    verify::show(&restored.found, Format::Text)?;
    match (restored.found.whole, restored.drill) {
        (false, _) => println!("Nothing was restored: this backup is damaged. Try an older one."),
        (true, true) => println!("The drill went well in {:.1} s; its copy is removed.", restored.seconds),
        (true, false) => println!("Restored and verified in {:.1} s.", restored.seconds),
    }
    Ok(())
}
