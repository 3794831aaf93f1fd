//! How many entries a second one core verifies: `cargo run --release -p cf-ledger --example verify_speed`.
use cf_ledger::{TileBuilder, Verifier, leaf_hash, leaf_hashes};
use std::time::Instant;

fn main() {
    for (count, length) in [(4_000_000, 32), (1_000_000, 250), (500_000, 500)] {
        let entries: Vec<Vec<u8>> = (0..count as u64).map(|n| n.to_be_bytes().repeat(length / 8)).collect();
        let report = |what: &str, began: Instant| {
            let seconds = began.elapsed().as_secs_f64();
            println!("{what:<28} {length:>4} bytes  {:>6.2} million/s", f64::from(count) / seconds / 1e6);
        };

        let began = Instant::now();
        let mut one = Verifier::new([]);
        let stored: Vec<_> = entries.iter().map(|entry| one.push(entry)).collect();
        report("verify, one core", began);

        let began = Instant::now();
        let mut two = Verifier::new([]);
        leaf_hashes(&entries, 2).into_iter().for_each(|leaf| two.push_leaf(leaf));
        report("verify, leaves on two cores", began);
        assert_eq!(one.root(), two.root());

        let began = Instant::now();
        let mut builder = TileBuilder::new();
        stored.iter().for_each(|leaf| drop(builder.push(*leaf)));
        report("tiles from leaf hashes", began);
        assert_eq!(builder.root(), one.root());
        assert_eq!(stored.last(), entries.last().map(|entry| leaf_hash(entry)).as_ref());
    }
}
