//! How many bodies of 500 bytes one core seals and opens: `cargo run --release -p cf-sealing --example seal_speed`.
use cf_sealing::{ContentKey, MasterKey, commitment};
use std::time::Instant;

const COUNT: u32 = 500_000;

fn main() {
    let mut rng = rand::rng();
    let (master, key, body) = (MasterKey::generate(&mut rng), ContentKey::generate(&mut rng), [7_u8; 500]);
    let report = |what: &str, began: Instant| {
        println!("{what:<14} {:>8.0} a second", f64::from(COUNT) / began.elapsed().as_secs_f64());
    };

    let began = Instant::now();
    let sealed: Vec<Vec<u8>> = (0..COUNT).map(|n| key.seal(&n.to_be_bytes(), &body, &mut rng)).collect();
    report("seal", began);

    let began = Instant::now();
    let opened =
        (0..COUNT).zip(&sealed).filter(|(n, sealed)| key.unseal(&n.to_be_bytes(), sealed).is_ok()).count();
    report("unseal", began);
    assert_eq!(opened, COUNT as usize);

    let began = Instant::now();
    let mixed = sealed.iter().fold(0, |mix, sealed| mix ^ commitment(&[1; 32], sealed)[0]);
    report("commitment", began);

    let began = Instant::now();
    let mixed = (0..COUNT).fold(mixed, |mix, n| mix ^ master.search_digest("surname", &n.to_be_bytes())[0]);
    report("search digest", began);
    std::hint::black_box(mixed);
}
