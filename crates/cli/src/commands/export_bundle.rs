//! `childfirst export-bundle`: one record's entries, each with the proof that it stands in the signed log.
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cf_kernel::StreamId;
use cf_ledger::{Bundle, BundleEntry, Checkpoint, inclusion_proof, tiles_for_inclusion};
use cf_store::{Log, Store};

use crate::open::{Place, audit};
use crate::output;

/// What `childfirst export-bundle` takes.
#[derive(clap::Args)]
#[command(
    after_help = "The bundle holds who did what and when, in codes; narrative stays sealed. An overseer checks it\n\
    with `childfirst verify BUNDLE --public-key KEY`, without the database.\n\
    Exit codes: 0 written, 2 could not be written."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The id of the record: an incident, a child or a council record.
    #[arg(long, value_name = "ID")]
    record: uuid::Uuid,
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    output::run(async {
        let store = args.place.open_existing().await?;
        let stream = StreamId::from_uuid(args.record);
        // Handing entries to somebody is a disclosure; it is written down first.
        let mut entry = audit(&store, "export a bundle for an overseer");
        entry.action = "export_bundle".to_owned();
        entry.purpose = "oversight".to_owned();
        entry.records = vec![stream];
        store.log_access(&entry).await?;
        let bundle = collect(&store, stream).await?;
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .open(&args.to)
            .with_context(|| format!("cannot make `{}`", args.to.display()))?;
        std::io::Write::write_all(&mut file, bundle.to_text().as_bytes())?;
        println!("{} entries written to {}", bundle.entries.len(), args.to.display());
        println!("Public key: {}", store.log_key().public(Log::Record).to_text());
        Ok(ExitCode::SUCCESS)
    })
}

async fn collect(store: &Store, stream: StreamId) -> anyhow::Result<Bundle> {
    let events = store.load(stream).await?;
    if events.is_empty() {
        bail!("there is no record `{stream}`");
    }
    // Signed now, so that the newest entry is covered too.
    store.checkpoint_now().await?;
    let checkpoint = store.last_checkpoint(Log::Record).await?.context("the log has no checkpoint")?;
    let size = Checkpoint::open(&checkpoint, store.log_key().public(Log::Record))?.size;
    let mut entries = Vec::with_capacity(events.len());
    for event in events {
        let before = event.position - 1;
        let index = u64::try_from(before)?;
        let mut bytes = store.log_entries(Log::Record, before, 1).await?;
        let tiles = store.tiles(Log::Record, &tiles_for_inclusion(index, size)?).await?;
        let proof = inclusion_proof(&tiles, index, size)
            .context("a proof cannot be made: run `childfirst verify`")?;
        entries.push(BundleEntry { index, entry: bytes.pop().context("an entry is missing")?, proof });
    }
    Ok(Bundle { checkpoint, entries })
}
