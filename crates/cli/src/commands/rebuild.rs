//! `childfirst rebuild`: makes all read rows again from the entries.
use std::process::ExitCode;

use crate::open::Place;
use crate::output::{self, Format, bar};

/// What `childfirst rebuild` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Writes only rows that are not as they should be, in short transactions: others go on working meanwhile.\n\
    Exit codes: 0 done, 2 could not be done (what was mended so far stays; run it again)."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Throw all read rows away first, and make every one anew. Lists are short until it is done: stop the server before.
    #[arg(long)]
    from_nothing: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    output::run(async {
        let store = args.place.open_existing().await?;
        if args.from_nothing {
            store.empty_rows().await?;
        }
        let progress = bar("rebuilding");
        let folded = store
            .rebuild(cf_store::fold, |done, total| {
                progress.set_length(total);
                progress.set_position(done);
            })
            .await?;
        progress.finish_and_clear();
        match args.format {
            Format::Text => {
                println!(
                    "{} rows made from {} entries of {} records",
                    folded.rows, folded.events, folded.streams
                );
            }
            Format::Json => output::json(&serde_json::json!({
                "rows": folded.rows, "entries": folded.events, "records": folded.streams,
            }))?,
        }
        Ok(ExitCode::SUCCESS)
    })
}
