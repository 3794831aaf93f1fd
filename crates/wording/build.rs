//! Packs the weights of the learned layer and makes the built-in rules ready, so that starting a program parses neither.
#![allow(clippy::expect_used, clippy::panic, reason = "a build may stop")]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "these modules are shared with the crate, which uses the rest of them"
)]

#[path = "src/finding.rs"]
mod finding;
#[path = "src/inflect.rs"]
mod inflect;
#[path = "src/learned/kinds.rs"]
mod kinds;
#[path = "src/lexicon.rs"]
mod lexicon;
#[path = "src/matcher.rs"]
mod matcher;
#[path = "src/learned/pack.rs"]
mod pack;
#[path = "src/pattern.rs"]
mod pattern;
#[path = "src/rules.rs"]
mod rules;
#[path = "src/tokens.rs"]
mod tokens;
#[path = "src/walk.rs"]
mod walk;

fn main() {
    let rules = "../../rules/wording";
    let read =
        |name: &str| std::fs::read_to_string(format!("{rules}/{name}")).expect("a file of rules/wording");
    println!("cargo::rerun-if-changed={rules}");
    println!("cargo::rerun-if-changed=src");
    let out = std::env::var("OUT_DIR").expect("cargo names a folder");
    let weights = read("learned.weights");
    std::fs::write(format!("{out}/learned.block"), pack::pack(&weights, &read("classes.txt")))
        .expect("the block can be written");
    let together = rules::together(&rules::BUILT_IN, &[]).expect("the built-in rules");
    let kinds = kinds::Kinds::read();
    let known = pack::vocabulary(&weights).chain(kinds.words());
    let ready = rules::Ready::new(&together, known).unwrap_or_else(|wrong| panic!("{wrong}"));
    std::fs::write(format!("{out}/rules.ready"), ready.written().expect("what is made ready is plain data"))
        .expect("the rules can be written");
}
