//! How fast a text is checked, beside an Aho-Corasick pass over the flagged wording of the rules' own examples.
//!
//! `cargo bench -p cf-wording` on our corpora; `-- FILE` reads one text a line from a file instead (the notes of `generate_notes.py --text`).
#![allow(clippy::unwrap_used, reason = "a bench may stop")]
use std::time::{Duration, Instant};

use cf_wording::{Checker, Scratch};

fn main() {
    let file = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    let text = file.map_or_else(
        || include_str!("../tests/corpus/narratives.txt").repeat(200),
        |f| std::fs::read_to_string(f).unwrap(),
    );
    let notes: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
    let bytes: usize = notes.iter().map(|n| n.len()).sum();

    let started = Instant::now();
    let checker = Checker::new().unwrap();
    println!("load: {:?}, {} rules", started.elapsed(), checker.rules().len());

    let mut scratch = Scratch::default();
    let mut each: Vec<Duration> = Vec::with_capacity(notes.len());
    let mut found = 0;
    let started = Instant::now();
    for note in &notes {
        let one = Instant::now();
        found += checker.check_with(&mut scratch, note).len();
        each.push(one.elapsed());
    }
    report("childfirst, every rule and all context", started.elapsed(), notes.len(), bytes, found);
    each.sort_unstable();
    println!(
        "    whole note p50 {:?}, p99 {:?}, p99.9 {:?}",
        each[each.len() / 2],
        each[each.len() * 99 / 100],
        each[each.len() * 999 / 1000]
    );

    let mut phrases: Vec<String> = Vec::new();
    for rule in checker.rules() {
        for example in &rule.flag {
            phrases.extend(
                checker
                    .check(example)
                    .iter()
                    .map(|f| example.chars().skip(f.start).take(f.end - f.start).collect::<String>()),
            );
        }
    }
    let plain = aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(&phrases).unwrap();
    let started = Instant::now();
    let found = notes.iter().map(|n| plain.find_iter(n).count()).sum();
    report(
        &format!("Aho-Corasick, {} fixed phrases, no context", phrases.len()),
        started.elapsed(),
        notes.len(),
        bytes,
        found,
    );
}

fn report(what: &str, took: Duration, notes: usize, bytes: usize, found: usize) {
    let s = took.as_secs_f64();
    println!("{what}: {:.0} notes/s, {:.0} MB/s, {found} found", notes as f64 / s, bytes as f64 / s / 1e6);
}
