//! Packs the weights of the learned layer, so that starting a program parses nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a build may stop")]

#[path = "src/learned/pack.rs"]
#[allow(dead_code, missing_docs, reason = "shared with the crate")]
mod pack;

fn main() {
    let rules = "../../rules/wording";
    let read = |name: &str| {
        let path = format!("{rules}/{name}");
        println!("cargo::rerun-if-changed={path}");
        std::fs::read_to_string(&path).expect("the weights and classes of rules/wording")
    };
    println!("cargo::rerun-if-changed=src/learned/pack.rs");
    let block = pack::pack(&read("learned.weights"), &read("classes.txt"));
    let out = std::env::var("OUT_DIR").expect("cargo names a folder");
    std::fs::write(format!("{out}/learned.block"), block).expect("the block can be written");
}
