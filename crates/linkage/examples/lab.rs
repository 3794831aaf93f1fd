use cf_linkage::{csv::CsvFile, pairs::*, records::Records, schema::Mapping, score::probability};
use std::io::Write;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let read = |p: &String| CsvFile::new(std::fs::read(p).unwrap());
    let mapping: Mapping =
        std::env::var("COLS").map(|c| cf_linkage::schema::parse_mapping(&c).unwrap()).unwrap_or_default();
    let records = if args.len() > 3 {
        Records::read_two(&read(&args[1]), &read(&args[2]), &mapping).unwrap().0
    } else {
        Records::read(&read(&args[1]), &mapping).unwrap().0
    };
    eprintln!("read {:?} {}", t.elapsed(), records.len());
    let mut settings = Settings { together: std::env::var("ALONE").is_err(), ..Settings::default() };
    if let Ok(r) = std::env::var("ROUNDS") {
        settings.training.rounds = r.parse().unwrap();
    }
    let (linked, found) = find(records, &settings, &|s| eprintln!("{:?} {:?}", t.elapsed(), s)).unwrap();
    eprintln!("found {:?} {} of {}", t.elapsed(), found.pairs.len(), found.compared);
    let mut out = b"id_a,id_b,probability\n".to_vec();
    for p in &found.pairs {
        out.extend_from_slice(linked.records.id(p.a));
        out.push(b',');
        out.extend_from_slice(linked.records.id(p.b));
        writeln!(out, ",{:.6}", probability(p.score)).unwrap();
    }
    std::fs::write(args.last().unwrap(), out).unwrap();
    eprintln!("written {:?}", t.elapsed());
    if std::env::var("MODEL").is_ok() {
        for f in &linked.model.fields {
            eprintln!(
                "{}\n s {:.4?}\n h {:.4?}\n u {:.6?}\n q {:.1?}",
                f.name, f.same, f.household, f.strangers, f.usual_frequency
            );
        }
        eprintln!("{} {}", linked.model.matches_per_record, linked.model.households_per_record);
    }
}
