//! Scores labelled sets and lists what was missed and what was wrongly found.
//!
//! `cargo run --release -p cf-wording --example score -- [--errors] [--kinds] [--weights=FILE] FILE...`; files are JSON Lines or our corpus lines
//! (`label|note|category|text`, blame between double square brackets). `--notes` reads one note a line and lists every finding;
//! `--explain TEXT...` shows every match in each text with whom it was taken to be about and why it was or was not reported.
#![allow(clippy::unwrap_used, reason = "an example may stop")]
#![allow(missing_docs, reason = "a command, not a library")]
use cf_wording::score::{self, Count, Labelled};
use cf_wording::{Checker, Kind, Scratch};

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let errors = args.iter().any(|a| a == "--errors");
    let kinds = args.iter().any(|a| a == "--kinds");
    let explain = args.iter().any(|a| a == "--explain");
    let notes = args.iter().any(|a| a == "--notes");
    let weights = args.iter().find_map(|a| a.strip_prefix("--weights=")).map(str::to_owned);
    args.retain(|a| !a.starts_with("--"));
    let checker = match weights {
        Some(file) => Checker::with_weights(&[], &std::fs::read_to_string(file).unwrap()).unwrap(),
        None => Checker::new().unwrap(),
    };
    if explain {
        for text in &args {
            println!("{text}");
            for c in checker.explain(text) {
                let f = &c.finding;
                let words: String = text.chars().skip(f.start).take(f.end - f.start).collect();
                println!("  {} `{words}` {:?} {:?} {:?}", f.rule, c.about, c.exemption, c.moved_by);
            }
        }
        return;
    }
    for file in &args {
        let text = std::fs::read_to_string(file).unwrap();
        if notes {
            let mut scratch = Scratch::default();
            for (n, note) in text.lines().enumerate() {
                for f in checker.check_with(&mut scratch, note).iter().filter(|f| f.kind == Kind::Blaming) {
                    let words: String = note.chars().skip(f.start).take(f.end - f.start).collect();
                    println!("{n}\t{}\t{}\t{}\t{words}", f.start, f.end, f.rule);
                }
            }
            continue;
        }
        let set: Vec<Labelled> = if file.ends_with(".jsonl") {
            text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
        } else {
            score::read_marked(&text)
        };
        let scores = score::evaluate(&checker, &set);
        println!("{file}: {} texts", set.len());
        line("texts", &scores.items);
        line("spans", &scores.spans);
        if kinds {
            for (name, count) in scores.by_category.iter().chain(&scores.by_note) {
                line(name, count);
            }
        }
        if errors {
            for o in &scores.outcomes {
                let item = set.iter().find(|i| i.id == o.id).unwrap();
                for (words, category) in &o.missed {
                    println!("  missed {category}: `{words}` in {}: {}", item.id, item.text);
                }
                for (words, rule) in &o.extra {
                    println!(
                        "  {} {rule}: `{words}` in {}: {}",
                        if item.label == "ok" { "FALSE" } else { "extra" },
                        item.id,
                        item.text
                    );
                }
            }
        }
    }
}

fn line(name: &str, c: &Count) {
    let show = |x: Option<f64>| x.map_or("    -".to_owned(), |x| format!("{x:.3}"));
    println!(
        "  {name:<26} precision {} recall {}  (found {} missed {} false {} clear {})",
        show(c.precision()),
        show(c.recall()),
        c.true_positive,
        c.false_negative,
        c.false_positive,
        c.true_negative
    );
}
