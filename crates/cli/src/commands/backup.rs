//! `childfirst backup`: a consistent copy in one file, while the service goes on.
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cf_store::{Log, Store};
use serde::Serialize;

use crate::open::{Place, audit};
use crate::output::{self, Format, bar};

/// What `childfirst backup` takes.
#[derive(clap::Args)]
#[command(
    after_help = "The file is a record of its own, whichever database it comes from: `childfirst verify` reads it, and\n\
    `childfirst restore` makes a SQLite or PostgreSQL database from it. Both logs are signed first, so that the newest\n\
    entry is under a checkpoint. The keys are not in it: keep them in escrow, and never beside the backup.\n\
    A backup that is interrupted leaves FILE.part, never FILE.\n\
    Exit codes: 0 written, 2 could not be written."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Written {
    file: String,
    bytes: u64,
    logs: Vec<Head>,
}

/// One log as it stands in the copy.
#[derive(Serialize)]
struct Head {
    log: &'static str,
    entries: u64,
    root: String,
    /// The newest signed checkpoint, a note as text.
    checkpoint: Option<String>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    output::run(async {
        if args.to.exists() {
            bail!("`{}` is there already; a backup never replaces one", args.to.display());
        }
        let store = args.place.open_existing().await?;
        // A copy of everything leaves the service: that is written down first.
        let mut entry = audit(&store, "back up the whole record");
        entry.action = "backup".to_owned();
        store.log_access(&entry).await?;
        store.checkpoint_now().await?;
        let part = with_ending(&args.to, ".part");
        remove_with_journals(&part)?;
        let progress = bar("backing up");
        store
            .backup_into(&part, |done, all| {
                progress.set_length(all);
                progress.set_position(done);
            })
            .await?;
        progress.finish_and_clear();
        store.close().await;
        // What was written is opened again with the keys: a copy nobody looked into is a hope, not a backup.
        let copy = args.place.open_copy(&part).await?;
        if let Some(why) = copy.damage() {
            bail!("the copy is damaged: {why}. Run `childfirst verify` on the database");
        }
        let logs = heads(&copy).await?;
        copy.close().await;
        let bytes = settle(&part, &args.to)?;
        let written = Written { file: args.to.display().to_string(), bytes, logs };
        show(&written, args.format)?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn heads(store: &Store) -> anyhow::Result<Vec<Head>> {
    let mut heads = Vec::new();
    for log in Log::ALL {
        let frontier = store.frontier(log).await?;
        heads.push(Head {
            log: log.name(),
            entries: frontier.size(),
            root: frontier.root().to_base64(),
            checkpoint: store.last_checkpoint(log).await?,
        });
    }
    Ok(heads)
}

/// The same path with something after its name.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a SQLite file and what stands beside it, if any of it is there.
pub(crate) fn remove_with_journals(path: &Path) -> anyhow::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let path = with_ending(path, ending);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove `{}`", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Brings a complete file to the disk and gives it its name. Gives its size.
pub(crate) fn settle(part: &Path, to: &Path) -> anyhow::Result<u64> {
    let file = std::fs::File::open(part).with_context(|| format!("cannot open `{}`", part.display()))?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    drop(file);
    // A hard link refuses to take the place of another file; a rename would not.
    std::fs::hard_link(part, to).with_context(|| format!("cannot name the file `{}`", to.display()))?;
    std::fs::remove_file(part)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(bytes)
}

fn show(written: &Written, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(written);
    }
    println!("{} bytes written to {}", written.bytes, written.file);
    for log in &written.logs {
        println!("{} log: {} entries, root {}", log.log, log.entries, log.root);
    }
    println!(
        "The keys are not in it. Try it now and then: childfirst restore --drill --from {}",
        written.file
    );
    Ok(())
}
