//! How long one evaluation takes, flips included: `cargo bench -p cf-grading`.
//!
//! Children are drawn with a fixed seed; the slowest matters as much as the middle, because a caller is on the line.
use std::hint::black_box;
use std::time::{Duration, Instant};

use cf_grading::{FactKind, Facts, RuleSet, Value, backtest};

/// A small generator of repeatable numbers (xorshift); quality does not matter here.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n.max(1)
    }
}

/// A child of whom about `known` in 100 facts are known, most answered reassuringly, as in life.
fn child(rules: &RuleSet, seeded: &mut Seeded, known: u64) -> Facts {
    let mut facts = Facts::new();
    for fact in rules.facts() {
        if seeded.below(100) >= known {
            continue;
        }
        let value = match &fact.kind {
            FactKind::YesNo => Value::Bool(seeded.below(8) == 0),
            FactKind::Number { max, .. } => {
                Value::Number(i64::try_from(seeded.below(20)).unwrap_or(0).min(*max))
            }
            FactKind::Code { codes } => {
                let place = seeded.below(codes.len() as u64);
                Value::Code(codes[usize::try_from(place).unwrap_or(0)].code.clone())
            }
        };
        facts.set(&fact.name, value);
    }
    facts
}

fn main() {
    let rules = RuleSet::built_in();
    let mut seeded = Seeded(0x5eed_c41d);
    for known in [0, 30, 60, 100] {
        let children: Vec<Facts> = (0..5_000).map(|_| child(rules, &mut seeded, known)).collect();
        let mut times: Vec<Duration> = children
            .iter()
            .map(|facts| {
                let start = Instant::now();
                black_box(rules.evaluate(black_box(facts)));
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 1000];
        println!("evaluate, {known:3} % known: median {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
    }

    // The two ends, where pairs of facts are searched: nothing to worry about, and everything.
    for (name, alarming) in [("all well", false), ("all alarming", true)] {
        let facts = rules.facts().iter().fold(Facts::new(), |facts, fact| match &fact.kind {
            FactKind::YesNo => facts.with(&fact.name, alarming == fact.only_raises),
            FactKind::Number { min, max, .. } => {
                facts.with(&fact.name, if alarming == fact.only_raises { *max } else { *min })
            }
            FactKind::Code { codes } => {
                facts.with(&fact.name, codes[if alarming { codes.len() - 1 } else { 0 }].code.as_str())
            }
        });
        let start = Instant::now();
        for _ in 0..1_000 {
            black_box(rules.evaluate(black_box(&facts)));
        }
        println!("evaluate, {name}: mean {:?}", start.elapsed() / 1_000);
    }

    let cases: Vec<(usize, Facts)> = (0..50_000).map(|case| (case, child(rules, &mut seeded, 50))).collect();
    let stricter = rules.text().replace("when = \"missing_90_days >= 3\"", "when = \"missing_90_days >= 2\"");
    if let Ok(stricter) = RuleSet::parse(&stricter) {
        let start = Instant::now();
        let report = backtest(rules, &stricter, cases);
        println!("backtest of 50000: {:?}, {} would change", start.elapsed(), report.changes.len());
    }

    let start = Instant::now();
    for _ in 0..20 {
        black_box(RuleSet::parse(black_box(rules.text()))).ok();
    }
    println!("parse the built-in rules: {:?}", start.elapsed() / 20);
}
