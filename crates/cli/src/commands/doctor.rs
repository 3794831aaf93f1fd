//! `childfirst doctor`: explains an installation, and says what is wrong with it.
use std::process::ExitCode;

use cf_kernel::Role;
use cf_ledger::Checkpoint;
use cf_store::{Log, Store};
use serde::Serialize;

use crate::open::{Place, rules_key};
use crate::output::{self, Format, answer};

/// What `childfirst doctor` takes.
#[derive(clap::Args)]
#[command(after_help = "A quick look, without recomputing the log: `childfirst verify` does that.\n\
    Exit codes: 0 nothing is wrong, 1 something is, 2 could not look.")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    well: bool,
    says: String,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    output::run(async {
        let store = args.place.open_existing().await?;
        let findings = look(&store).await?;
        let well = findings.iter().all(|finding| finding.well);
        match args.format {
            Format::Json => output::json(&serde_json::json!({"well": well, "findings": findings}))?,
            Format::Text => {
                for Finding { what, well, says } in &findings {
                    println!("{} {what:<12} {says}", if *well { "ok   " } else { "WRONG" });
                }
            }
        }
        Ok(answer(well))
    })
}

async fn look(store: &Store) -> anyhow::Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut say = |what, well, says: String| found.push(Finding { what, well, says });
    say("program", true, format!("childfirst {}", env!("CARGO_PKG_VERSION")));
    let damage = store.damage();
    say(
        "database",
        damage.is_none(),
        damage.clone().unwrap_or_else(|| {
            format!("{:?}, open and undamaged as far as a quick look shows", store.database())
        }),
    );
    say(
        "keys",
        true,
        format!("they belong to this database; log {}", store.log_key().public(Log::Record).name()),
    );
    if damage.is_some() {
        return Ok(found);
    }
    for (what, log) in [("record log", Log::Record), ("access log", Log::Access)] {
        let size = store.frontier(log).await?.size();
        let signed = match store.last_checkpoint(log).await? {
            Some(note) => {
                Checkpoint::open(&note, store.log_key().public(log)).map(|checkpoint| checkpoint.size)
            }
            None => Ok(0),
        };
        match signed {
            Ok(signed) => say(what, signed <= size, format!("{size} entries, {signed} of them signed")),
            Err(error) => say(what, false, format!("{size} entries; the newest checkpoint: {error}")),
        }
    }
    let pending = store.needs_rebuild();
    let rows = if pending.is_empty() {
        "up to date".to_owned()
    } else {
        format!("run `childfirst rebuild`: {}", pending.join(", "))
    };
    say("read rows", pending.is_empty(), rows);
    let last = match store.head().await? {
        0 => None,
        head => store.page(head - 1, 1).await?.pop().map(|placed| placed.event.recorded_at),
    };
    let behind = last.map_or(0, |last| last.seconds_since(store.now()));
    let clock = match (last, behind > 0) {
        (None, _) => "nothing recorded yet".to_owned(),
        (Some(_), true) => {
            format!("this machine's clock is {behind} s behind the newest entry: check its time service")
        }
        (Some(last), false) => format!("newest entry of {last}"),
    };
    say("clock", behind <= 0, clock);
    let rules = cf_grading::RuleSet::built_in().id();
    let kept = store.setting(&rules_key(&rules.sha256)).await?.is_some();
    say(
        "rules",
        true,
        format!(
            "{} {}{}",
            rules.name,
            rules.version,
            if kept { ", text kept" } else { ", not yet used here" }
        ),
    );
    let accounts = store.accounts().await?;
    let at_work = accounts.iter().filter(|account| account.disabled_at.is_none());
    let keepers = at_work.clone().filter(|account| account.role == Role::Administrator).count();
    let says = format!("{} in use, {keepers} of them administrators", at_work.count());
    say("accounts", keepers > 0, says);
    let (waiting, failing) = store.jobs_waiting().await?;
    say("jobs", failing == 0, format!("{waiting} waiting, {failing} of them after a failure"));
    Ok(found)
}
