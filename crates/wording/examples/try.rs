use cf_wording::*;
fn main() {
    let t = std::time::Instant::now();
    let c = match Checker::new() {
        Ok(c) => c,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(1)
        }
    };
    eprintln!("load {:?} rules {}", t.elapsed(), c.rules().len());
    let mode = std::env::args().nth(1).unwrap();
    if mode == "examples" {
        for e in c.failing_examples() {
            println!("{e}");
        }
        return;
    }
    if mode == "explain" {
        for x in c.explain(&std::env::args().nth(2).unwrap()) {
            println!(
                "{:?} {:?} {} {}..{}",
                x.exemption, x.about, x.finding.rule, x.finding.start, x.finding.end
            );
        }
        return;
    }
    let quiet = std::env::args().nth(2).is_some();
    let txt = std::fs::read_to_string(&mode).unwrap();
    let set: Vec<score::Labelled> = txt.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let s = score::evaluate(&c, &set);
    if !quiet {
        for o in &s.outcomes {
            let t = &set.iter().find(|i| i.id == o.id).unwrap();
            println!(
                "{} {} | {}\n   missed {:?}\n   extra {:?}",
                o.id,
                t.label,
                t.text.chars().take(330).collect::<String>(),
                o.missed,
                o.extra
            );
        }
    }
    println!("items P {:?} R {:?} {:?}", s.items.precision(), s.items.recall(), s.items);
    println!("spans P {:?} R {:?} {:?}", s.spans.precision(), s.spans.recall(), s.spans);
    if quiet {
        for (k, v) in &s.by_note {
            println!("  {k:12} {v:?}")
        }
        for (k, v) in &s.by_category {
            println!("  {k:12} {v:?}")
        }
    }
}
