//! `childfirst wording explain`.
use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use cf_wording::About;

use super::RuleArgs;

/// Show every piece of wording the rules matched in a text, whether it was flagged, and why or why not.
///
/// Exit codes: 0 explained; 2 could not run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The text; without it, standard input.
    text: Option<String>,
    /// Print JSON Lines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    rules: RuleArgs,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let checker = args.rules.checker()?;
    let text = match &args.text {
        Some(text) => text.clone(),
        None => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            text
        }
    };
    let mut out = std::io::stdout().lock();
    let considered = checker.explain(&text);
    if considered.is_empty() && !args.json {
        writeln!(out, "No rule matched anything in this text.")?;
    }
    for c in &considered {
        if args.json {
            writeln!(out, "{}", serde_json::to_string(c)?)?;
            continue;
        }
        let words: String =
            text.chars().skip(c.finding.start).take(c.finding.end - c.finding.start).collect();
        let about = match c.about {
            About::Child => "a child",
            About::Adult => "an adult",
            About::Family => "family or a carer",
            About::Professional => "a worker or service",
            About::Unstated => "nobody named, so the child of the record",
        };
        writeln!(
            out,
            "\u{201c}{words}\u{201d} ({}-{}) matched {} [{}]",
            c.finding.start,
            c.finding.end,
            c.finding.rule,
            c.finding.category.name()
        )?;
        writeln!(out, "    about: {about}")?;
        if !c.moved_by.is_empty() {
            writeln!(out, "    moved by: {}", c.moved_by.join(", "))?;
        }
        match c.exemption {
            Some(why) => writeln!(out, "    not flagged: {}", why.because())?,
            None => {
                writeln!(
                    out,
                    "    flagged as {}, {}: {}",
                    c.finding.kind.name(),
                    c.finding.severity.name(),
                    c.finding.why
                )?;
                for alternative in &c.finding.alternatives {
                    writeln!(out, "    instead: {alternative}")?;
                }
            }
        }
    }
    if !args.json {
        writeln!(out, "rules {}", checker.version())?;
    }
    Ok(ExitCode::SUCCESS)
}
