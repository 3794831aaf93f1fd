//! `childfirst simulate`: a synthetic London in an empty database.
use std::process::ExitCode;

use anyhow::bail;
use cf_simulate::figures::CHILDREN_A_YEAR;
use cf_simulate::plan::{London, Plan};
use cf_simulate::{Seeded, drive};

use crate::open::Place;
use crate::output::{self, Format, bar};

/// What `childfirst simulate` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Everybody in it is invented. Shares follow published counts where there are any; the rest is made up and must not be quoted.\n\
    Exit codes: 0 done, 2 could not be done."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// How many days the record goes back.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(21..=3_660))]
    days: u32,
    /// The same seed makes the same London.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How much of London: 1 is all of it. About 14,000 acts, and 40 seconds of processor time, for each 0.05 over 60 days.
    #[arg(long, value_name = "F", default_value_t = 0.03)]
    scale: f64,
    /// So many children who go missing in a year, instead of --scale.
    #[arg(long, value_name = "N", conflicts_with = "scale", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    children: Option<u32>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let children = match args.children {
        Some(children) => children,
        None if (0.0001..=100.0).contains(&args.scale) => {
            (f64::from(CHILDREN_A_YEAR) * args.scale).round().max(1.0) as u32
        }
        None => {
            bail!("`{}` is no scale: give a number from 0.0001 to 100, where 1 is all of London", args.scale)
        }
    };
    output::run(async {
        let app = args.place.open_app().await?;
        let london = London { seed: args.seed, present: app.now(), days: args.days, children };
        let plan = Plan::new(london);
        let progress = bar("simulating");
        progress.set_length(plan.steps.len() as u64);
        let seeded = drive(&app, plan, |played| progress.set_position(played.done as u64)).await?;
        progress.finish_and_clear();
        match args.format {
            Format::Text => print(&seeded),
            Format::Json => output::json(&seeded)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn print(seeded: &Seeded) {
    println!(
        "A synthetic London, {}.{}% of its size, seed {}: {} days to {}",
        seeded.thousandths_of_london / 10,
        seeded.thousandths_of_london % 10,
        seeded.seed,
        seeded.days,
        seeded.present
    );
    println!(
        "{} children, {} incidents, of which {} open and {} still missing",
        seeded.children, seeded.incidents, seeded.open, seeded.missing
    );
    println!("{} acts, {} escalations, {} entries", seeded.commands, seeded.escalations, seeded.events);
    println!("\nShown at this moment:");
    for state in &seeded.states {
        println!("  {}  {}", state.incident, state.state);
    }
    println!("\nAccounts of the demonstration, without a password:");
    for account in &seeded.accounts {
        println!("  {:<16} {}", account.login, account.name);
    }
}
