//! `childfirst rules`: what the grading rules say, said, and would have said.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cf_casework::missing::{Event, Missing, command::Grading};
use cf_grading::{Evaluation, Facts, RuleSet, backtest_recorded};
use cf_kernel::{Decider as _, Private, StreamId};
use cf_store::{Store, decode};

use crate::open::{Place, audit, rules_key};
use crate::output::{self, Format, answer, bar};

/// What `childfirst rules` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// What the rules recommend from these facts, and why. Exit codes: 0 explained, 2 the facts cannot be read.
    Explain {
        /// A JSON object of facts.
        #[arg(long, value_name = "FILE")]
        facts: Option<PathBuf>,
        /// Other rules than those that ship.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// Facts as name=value; they count before those of the file.
        #[arg(value_name = "FACT=VALUE")]
        answers: Vec<String>,
        /// How the result is printed.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Whether the rules of that day, given the facts of that day, say again what stands in the record, byte for byte.
    /// Exit codes: 0 the same, 1 different, 2 could not be replayed.
    Replay {
        #[command(flatten)]
        place: Place,
        /// The incident.
        #[arg(long, value_name = "ID")]
        incident: uuid::Uuid,
        /// Which grading of the incident, from 1; all, if not given.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        grading: Option<u32>,
    },
    /// Whose recommendation would be another under other rules, and why. Exit codes: 0 done, 2 could not be done.
    Backtest {
        #[command(flatten)]
        place: Place,
        /// The other rules.
        #[arg(long, value_name = "FILE")]
        rules: PathBuf,
        /// How the result is printed.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
}

/// So many entries are read at once.
const PAGE: u32 = 2_000;
/// So many changed cases are printed for people; JSON has all.
const SHOWN: usize = 50;

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Explain { facts, rules, answers, format } => explain(facts, rules, &answers, format),
        What::Replay { place, incident, grading } => output::run(replay(place, incident, grading)),
        What::Backtest { place, rules, format } => output::run(try_out(place, rules, format)),
    }
}

fn explain(
    file: Option<PathBuf>,
    rules: Option<PathBuf>,
    answers: &[String],
    format: Format,
) -> anyhow::Result<ExitCode> {
    let rules = match rules {
        Some(path) => read_rules(&path)?,
        None => RuleSet::built_in().clone(),
    };
    let mut facts = match file {
        Some(path) => {
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            Facts::from_bytes(&bytes).with_context(|| format!("cannot use `{}`", path.display()))?
        }
        None => Facts::new(),
    };
    for given in answers {
        let (name, value) = given
            .split_once('=')
            .with_context(|| format!("`{}` is not of the form name=value", given.escape_debug()))?;
        let fact =
            rules.fact(name).with_context(|| format!("the rules know no fact `{}`", name.escape_debug()))?;
        match fact.read(value)? {
            Some(value) => facts.set(name, value),
            None => facts.forget(name),
        }
    }
    let evaluation = rules.evaluate(&facts);
    match format {
        Format::Text => print!("{}", rules.explain(&evaluation)),
        Format::Json => output::json(&evaluation)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read_rules(path: &std::path::Path) -> anyhow::Result<RuleSet> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    RuleSet::parse(&text).with_context(|| format!("cannot use `{shown}`"))
}

/// The text of the rules a grade was given under.
async fn text_of(store: &Store, grading: &Grading) -> anyhow::Result<String> {
    let sha256 = grading.rule_set.rsplit(' ').next().unwrap_or_default();
    if sha256 == RuleSet::built_in().id().sha256 {
        return Ok(RuleSet::built_in().text().to_owned());
    }
    let kept = store.setting(&rules_key(sha256)).await?;
    let kept = kept.with_context(|| format!("the text of the rules `{}` was not kept", grading.rule_set))?;
    Ok(serde_json::from_str(&kept.json)?)
}

async fn replay(place: Place, incident: uuid::Uuid, wanted: Option<u32>) -> anyhow::Result<ExitCode> {
    let store = place.open_existing().await?;
    let stream = StreamId::from_uuid(incident);
    let mut entry = audit(&store, "replay the gradings of an incident");
    entry.action = "replay_grading".to_owned();
    entry.records = vec![stream];
    store.log_access(&entry).await?;
    let events = store.load(stream).await?;
    if events.is_empty() {
        bail!("there is no incident `{incident}`");
    }
    let (mut number, mut replayed, mut same) = (0, 0, true);
    for event in events.iter().filter(|event| event.event_type == "graded") {
        number += 1;
        if wanted.is_some_and(|wanted| wanted != number) {
            continue;
        }
        let graded =
            decode::<Missing>(&event.event_type, event.form, &event.clear, event.private.as_deref())?;
        let Event::Graded { grading, .. } = graded else { bail!("entry {} is no grading", event.position) };
        let (Private::Known(facts), Private::Known(evaluation)) = (&grading.facts, &grading.evaluation)
        else {
            bail!("the facts of grading {number} were destroyed by disposal");
        };
        let again = cf_grading::replay(&text_of(&store, &grading).await?, facts.as_bytes())?;
        let fits = again == evaluation.as_bytes();
        replayed += 1;
        same &= fits;
        println!(
            "grading {number} (entry {}, {}): {}",
            event.position,
            grading.rule_set,
            if fits { "the same, byte for byte" } else { "DIFFERENT" }
        );
    }
    if replayed == 0 {
        bail!("the incident has {number} grading(s), and none with this number");
    }
    Ok(answer(same))
}

async fn try_out(place: Place, rules: PathBuf, format: Format) -> anyhow::Result<ExitCode> {
    let new = read_rules(&rules)?;
    let store = place.open_existing().await?;
    let mut entry = audit(&store, "try other grading rules on every grading in the record");
    entry.action = "backtest_rules".to_owned();
    store.log_access(&entry).await?;
    let Past { cases, gone, rule_sets } = gradings(&store).await?;
    let tried = backtest_recorded(&new, cases);
    if format == Format::Json {
        output::json(&serde_json::json!({
            "changes": tried.changes, "summary": tried.summary, "destroyed": gone,
            "compared_with": rule_sets,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let sum = &tried.summary;
    println!("{} gradings: {} the same, {} higher, {} lower", sum.cases, sum.same, sum.raised, sum.lowered);
    println!("Compared with what was recommended at the time, under {} rule set(s):", rule_sets.len());
    for (rule_set, gradings) in &rule_sets {
        println!("  {rule_set}: {gradings}");
    }
    if gone > 0 {
        println!("{gone} more were destroyed by disposal and cannot be tried");
    }
    for moved in &sum.moved {
        println!("  {} -> {}: {}", moved.from.label(), moved.to.label(), moved.cases);
    }
    for change in tried.changes.iter().take(SHOWN) {
        println!("{}: {} -> {}", change.case, change.old.label(), change.new.label());
        change.because.iter().for_each(|why| println!("  {why}"));
    }
    if tried.changes.len() > SHOWN {
        println!("... and {} more; --format json has them all", tried.changes.len() - SHOWN);
    }
    Ok(ExitCode::SUCCESS)
}

/// Every grading in the record.
#[derive(Default)]
struct Past {
    /// Named by incident and entry: the facts, and what the rules of the time said.
    cases: Vec<(String, Facts, Evaluation)>,
    /// How many were destroyed by disposal.
    gone: usize,
    /// Gradings by the rule set they were given under.
    rule_sets: BTreeMap<String, usize>,
}

async fn gradings(store: &Store) -> anyhow::Result<Past> {
    let (mut past, mut at) = (Past::default(), 0);
    let progress = bar("reading");
    progress.set_length(store.head().await?.unsigned_abs());
    loop {
        let page = store.page(at, PAGE).await?;
        let Some(last) = page.last() else { break };
        at = last.event.position;
        progress.set_position(at.unsigned_abs());
        for placed in page {
            let event = &placed.event;
            if placed.kind != Missing::KIND || event.event_type != "graded" {
                continue;
            }
            let graded = decode::<Missing>("graded", event.form, &event.clear, event.private.as_deref())?;
            let Event::Graded { grading, .. } = graded else { continue };
            match (&grading.facts, &grading.evaluation) {
                (Private::Known(facts), Private::Known(evaluation)) => {
                    let name = format!("{} entry {}", placed.stream, event.position);
                    let evaluation: Evaluation = serde_json::from_str(evaluation)
                        .with_context(|| format!("cannot read the recommendation of {name}"))?;
                    past.cases.push((name, Facts::from_bytes(facts.as_bytes())?, evaluation));
                    *past.rule_sets.entry(grading.rule_set.clone()).or_default() += 1;
                }
                _ => past.gone += 1,
            }
        }
    }
    progress.finish_and_clear();
    Ok(past)
}
