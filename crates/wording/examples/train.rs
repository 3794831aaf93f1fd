//! Learns the weights of the learned layer from labelled sentences, or measures what it learns by cross-validation.
//!
//! `cargo run --release -p cf-wording --example train -- OUT THRESHOLD VETO FILE... [--ordinary FILE...]` writes weights. Files hold
//! `label|note|category|text` lines; after `--ordinary`, texts in which nothing blames. The examples of every rule are lessons too.
//!
//! `... --example train -- --cv FOLDS TEST FILE... [--ordinary FILE...]` cuts TEST into FOLDS by line number, learns from the rest of it and
//! all other files, and prints what rules alone and rules with the layer score on the part left out, for several thresholds.
#![allow(clippy::unwrap_used, reason = "an example may stop")]
#![allow(missing_docs, reason = "a command, not a library")]
use cf_wording::learned::{Lesson, sentences, train};
use cf_wording::score::{Count, Labelled, Scores};
use cf_wording::{Category, Checker, Kind, score};

/// Scores above which a sentence without a rule is suspected.
const THRESHOLDS: [f64; 9] = [0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.2, 99.0];
/// Scores below which a rule is doubted.
const VETOES: [f64; 7] = [-99.0, -2.5, -2.0, -1.6, -1.3, -1.0, -0.7];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|a| a == "--cv") {
        return cross_validate(args[1].parse().unwrap(), &args[2], &args[3..]);
    }
    let (threshold, veto) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let lessons = read(&args[3..]);
    let blaming = lessons.iter().filter(|l| l.blames.is_some()).count();
    println!("{} sentences, {blaming} of them blaming", lessons.len());
    std::fs::write(&args[0], train(&lessons, threshold, veto)).unwrap();
}

fn read(files: &[String]) -> Vec<Lesson> {
    let mut lessons: Vec<Lesson> = Vec::new();
    let mut ordinary = false;
    for file in files {
        if file == "--ordinary" {
            ordinary = true;
            continue;
        }
        let text = std::fs::read_to_string(file).unwrap();
        if ordinary {
            for (_, _, text) in text.lines().flat_map(sentences) {
                lessons.push(Lesson { text, blames: None, counts: 1.0 });
            }
        } else {
            add(&mut lessons, &score::read_marked(&text));
        }
    }
    for rule in Checker::new().unwrap().rules().iter().filter(|r| r.kind == Kind::Blaming) {
        let mut add = |list: &[String], blames| {
            lessons.extend(list.iter().map(|text| Lesson { text: text.clone(), blames, counts: 1.0 }));
        };
        add(&rule.flag, Some(rule.category));
        add(&rule.pass, None);
    }
    once(&mut lessons);
    lessons
}

fn add<'a>(lessons: &mut Vec<Lesson>, items: impl IntoIterator<Item = &'a Labelled>) {
    for item in items {
        let category = item.spans.first().and_then(|s| Category::from_name(&s.2));
        for (from, to, text) in sentences(&item.text) {
            let marked = item.spans.iter().any(|s| s.0 < to && from < s.1);
            let blames = category.filter(|_| marked);
            lessons.push(Lesson { text, blames, counts: 1.0 });
        }
    }
}

fn once(lessons: &mut Vec<Lesson>) {
    let mut seen = std::collections::BTreeSet::new();
    lessons.retain(|l| seen.insert(l.text.clone()));
}

fn cross_validate(folds: usize, test: &str, files: &[String]) {
    let items = score::read_marked(&std::fs::read_to_string(test).unwrap());
    let others = read(files);
    let mut grid = vec![vec![Scores::default(); VETOES.len()]; THRESHOLDS.len()];
    for fold in 0..folds {
        let (held, seen): (Vec<_>, Vec<_>) = items.iter().enumerate().partition(|(i, _)| i % folds == fold);
        let held: Vec<&Labelled> = held.into_iter().map(|(_, item)| item).collect();
        let mut lessons = others.clone();
        add(&mut lessons, seen.into_iter().map(|(_, item)| item));
        once(&mut lessons);
        let weights = train(&lessons, 1234.0, -1234.0);
        for (t, threshold) in THRESHOLDS.iter().enumerate() {
            for (v, veto) in VETOES.iter().enumerate() {
                let weights = weights
                    .replace("threshold 1234.00", &format!("threshold {threshold}"))
                    .replace("veto -1234.00", &format!("veto {veto}"));
                let checker = Checker::with_weights(&[], &weights).unwrap();
                let scores = score::evaluate(&checker, held.iter().copied());
                join(&mut grid[t][v], scores);
            }
        }
    }
    for (t, threshold) in THRESHOLDS.iter().enumerate() {
        for (v, veto) in VETOES.iter().enumerate() {
            let c = &grid[t][v].items;
            println!(
                "threshold {threshold:>5} veto {veto:>5}  precision {:.3} recall {:.3} f1 {:.3}",
                c.precision().unwrap_or(0.0),
                c.recall().unwrap_or(0.0),
                c.f1().unwrap_or(0.0)
            );
        }
    }
    let best = grid
        .iter()
        .flatten()
        .max_by(|a, b| a.items.f1().unwrap_or(0.0).total_cmp(&b.items.f1().unwrap_or(0.0)))
        .unwrap();
    let alone = &grid[THRESHOLDS.len() - 1][0];
    for (name, scores) in [("rules alone", alone), ("best of the table", best)] {
        println!("{name}");
        for (kind, c) in scores.by_category.iter().chain(&scores.by_note) {
            let show = |x: Option<f64>| x.map_or("    -".to_owned(), |x| format!("{x:.3}"));
            println!(
                "  {kind:<26} precision {} recall {}  found {} missed {} false {} clear {}",
                show(c.precision()),
                show(c.recall()),
                c.true_positive,
                c.false_negative,
                c.false_positive,
                c.true_negative
            );
        }
    }
}

fn join(all: &mut Scores, more: Scores) {
    plus(&mut all.items, more.items);
    plus(&mut all.spans, more.spans);
    for (name, count) in more.by_category {
        plus(all.by_category.entry(name).or_default(), count);
    }
    for (name, count) in more.by_note {
        plus(all.by_note.entry(name).or_default(), count);
    }
}

fn plus(all: &mut Count, more: Count) {
    all.true_positive += more.true_positive;
    all.false_positive += more.false_positive;
    all.false_negative += more.false_negative;
    all.true_negative += more.true_negative;
}
