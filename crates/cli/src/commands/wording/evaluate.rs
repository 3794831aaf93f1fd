//! `childfirst wording evaluate`.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use cf_wording::score::{self, Count, Labelled, Scores, wilson};

use super::RuleArgs;

/// Measure the checker against a labelled set.
///
/// A line is {"id", "text", "label": "blaming" or "ok", "spans": [[start, end, category]], "note", "origin"}. A text counts as found when
/// anything blaming is found in it; a marked span when any finding overlaps it. Advice never counts.
///
/// Exit codes: 0 measured; 2 could not run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The labelled set, JSON Lines.
    #[arg(long, value_name = "FILE")]
    set: PathBuf,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// List every span missed and every false finding.
    #[arg(long)]
    errors: bool,
    #[command(flatten)]
    rules: RuleArgs,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let checker = args.rules.checker()?;
    let file = args.set.display();
    let text = std::fs::read_to_string(&args.set).with_context(|| format!("cannot read `{file}`"))?;
    let mut set: Vec<Labelled> = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        set.push(
            serde_json::from_str(line).with_context(|| format!("{file}:{}: not a labelled text", i + 1))?,
        );
    }
    let scores = score::evaluate(&checker, &set);
    if args.json {
        println!("{}", as_json(&scores, set.len()));
    } else {
        print_table(&scores, set.len());
    }
    if args.errors {
        for o in &scores.outcomes {
            for (words, category) in &o.missed {
                println!("{}: missed {category} \u{201c}{words}\u{201d}", o.id);
            }
            for (words, rule) in &o.extra {
                println!("{}: false {rule} \u{201c}{words}\u{201d}", o.id);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(name: &str, c: &Count) {
    let cell = |part: u64, whole: u64| {
        if whole == 0 {
            return format!("{:>6} {:<15}", "-", "");
        }
        let (low, high) = wilson(part, whole);
        format!("{:>6.3} {:<15}", part as f64 / whole as f64, format!("({low:.3}-{high:.3})"))
    };
    let p = cell(c.true_positive, c.true_positive + c.false_positive);
    let r = cell(c.true_positive, c.true_positive + c.false_negative);
    let f = c.f1().map_or_else(|| "-".to_owned(), |f| format!("{f:.3}"));
    println!(
        "{name:<26} {p} {r} {f:>6} {:>5} {:>5} {:>5} {:>5}",
        c.true_positive, c.false_positive, c.false_negative, c.true_negative
    );
}

fn print_table(s: &Scores, items: usize) {
    println!("{items} texts; 95 % Wilson intervals");
    println!(
        "{:<26} {:<22} {:<22} {:>6} {:>5} {:>5} {:>5} {:>5}",
        "", "precision", "recall", "F1", "tp", "fp", "fn", "tn"
    );
    row("texts", &s.items);
    row("spans (any overlap)", &s.spans);
    println!(
        "of {} spans found, {} had the category as marked and {} the exact ends",
        s.spans.true_positive, s.right_category, s.exact
    );
    let group = |title: &str, by: &BTreeMap<String, Count>| {
        println!("\n{title}");
        for (name, count) in by {
            row(name, count);
        }
    };
    group("spans by category", &s.by_category);
    group("texts by origin", &s.by_origin);
    group("texts by note", &s.by_note);
}

fn as_json(s: &Scores, items: usize) -> serde_json::Value {
    let one = |c: &Count| {
        let (pl, ph) = wilson(c.true_positive, c.true_positive + c.false_positive);
        let (rl, rh) = wilson(c.true_positive, c.true_positive + c.false_negative);
        serde_json::json!({ "precision": c.precision(), "precision_95": [pl, ph], "recall": c.recall(), "recall_95": [rl, rh], "f1": c.f1(),
            "tp": c.true_positive, "fp": c.false_positive, "fn": c.false_negative, "tn": c.true_negative })
    };
    let many = |by: &BTreeMap<String, Count>| {
        by.iter().map(|(k, c)| (k.clone(), one(c))).collect::<serde_json::Map<_, _>>()
    };
    serde_json::json!({ "texts": items, "items": one(&s.items), "spans": one(&s.spans), "spans_right_category": s.right_category, "spans_exact": s.exact,
        "by_category": many(&s.by_category), "by_origin": many(&s.by_origin), "by_note": many(&s.by_note) })
}
