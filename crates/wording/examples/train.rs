//! Learns the weights of the learned layer from labelled sentences and writes them.
//!
//! `cargo run --release -p cf-wording --example train -- OUT THRESHOLD FILE... [--ordinary FILE]`: files of `label|note|category|text` lines,
//! and texts in which nothing blames. The examples of every rule are lessons too.
#![allow(clippy::unwrap_used, reason = "an example may stop")]
#![allow(missing_docs, reason = "a command, not a library")]
use cf_wording::learned::{Lesson, sentences, train};
use cf_wording::{Category, Checker, Kind, score};

fn main() {
    let mut args = std::env::args().skip(1);
    let (out, threshold) = (args.next().unwrap(), args.next().unwrap().parse().unwrap());
    let mut lessons: Vec<Lesson> = Vec::new();
    let mut ordinary = false;
    for file in args {
        if file == "--ordinary" {
            ordinary = true;
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        if ordinary {
            for (_, _, text) in text.lines().flat_map(sentences) {
                lessons.push(Lesson { text, blames: None, counts: 0.6 });
            }
            continue;
        }
        for item in score::read_marked(&text) {
            let category = item.spans.first().and_then(|s| Category::from_name(&s.2));
            for (from, to, text) in sentences(&item.text) {
                let marked = item.spans.iter().any(|s| s.0 < to && from < s.1);
                let blames = category.filter(|_| marked);
                lessons.push(Lesson { text, blames, counts: 1.0 });
            }
        }
    }
    for rule in Checker::new().unwrap().rules().iter().filter(|r| r.kind == Kind::Blaming) {
        let mut add = |list: &[String], blames| {
            lessons.extend(list.iter().map(|text| Lesson { text: text.clone(), blames, counts: 1.0 }));
        };
        add(&rule.flag, Some(rule.category));
        add(&rule.pass, None);
    }
    let mut seen = std::collections::BTreeSet::new();
    lessons.retain(|l| seen.insert(l.text.clone()));
    let blaming = lessons.iter().filter(|l| l.blames.is_some()).count();
    println!("{} sentences, {blaming} of them blaming", lessons.len());
    std::fs::write(out, train(&lessons, threshold)).unwrap();
}
