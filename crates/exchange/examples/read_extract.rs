//! Reads a police extract the way an import does, in small memory: a first look, then row by row. Nothing is stored.
//!
//! `cargo run -p cf-exchange --release --example read_extract -- rules/mappings/generic.toml extract.csv [--dry-run]`
use std::fs::File;
use std::io::BufReader;

use cf_exchange::mapping::dry_run;
use cf_exchange::police::{MappingProfile, PoliceExtract};
use cf_exchange::{Limits, look};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (profile, extract, dry) = match &arguments[..] {
        [profile, extract] => (profile, extract, false),
        [profile, extract, option] if option == "--dry-run" => (profile, extract, true),
        _ => return Err("give a mapping profile and an extract, and --dry-run for the whole report".into()),
    };
    let profile = MappingProfile::from_toml(&std::fs::read_to_string(profile)?)?;
    let open = || File::open(extract).map(|file| BufReader::with_capacity(256 * 1024, file));
    let facts = look(extract.as_str(), open()?, &Limits::default())?;
    println!("sha256 {} ({} bytes)", facts.sha256, facts.bytes);
    if dry {
        println!("{}", dry_run(&profile, open()?, Limits::default(), None, |_| {})?);
        return Ok(());
    }
    let mut rows = PoliceExtract::new(&profile, open()?, Limits::default(), None)?;
    for row in &mut rows {
        row?;
    }
    println!("{}", rows.account());
    Ok(())
}
