//! What people look at: `link explain`, `link clusters`, `link review`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use cf_linkage::clusters::{Clusters, Joining};
use cf_linkage::csv::write_field;
use cf_linkage::files::{Decisions, read_decisions, write_probability};
use cf_linkage::pairs::{Linked, ScoredPair, find};
use cf_linkage::score::{NameMemory, UNIT, probability, score_at};

use super::How;
use super::batch::say_not_understood;
use super::inputs::{Steps, read_file, write_file};

pub(super) fn explain(
    id_a: &str,
    id_b: &str,
    input: &Path,
    right: Option<&Path>,
    json: bool,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let (linked, found) = find(how.records(input, right)?, &settings, &|_| {})?;
    let number = |id: &str| linked.records.find(id).with_context(|| format!("no record has the id `{id}`"));
    let (a, b) = (number(id_a)?, number(id_b)?);
    let found = found.pairs.iter().find(|p| (p.a, p.b) == (a.min(b), a.max(b)));
    let explanation = match found {
        Some(pair) if a < b => linked.explain_pair(pair),
        Some(pair) => linked.explain_pair(&ScoredPair { a, b, ..*pair }),
        None => linked.explain(a, b),
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&explanation)?);
    } else {
        print!("{explanation}");
    }
    Ok(ExitCode::SUCCESS)
}

fn decisions(path: Option<&Path>, linked: &Linked) -> anyhow::Result<Decisions> {
    let Some(path) = path else { return Ok(Decisions::default()) };
    let taken = read_decisions(&read_file(path)?, &linked.records);
    say_not_understood(path, &taken.not_understood);
    Ok(taken)
}

pub(super) fn clusters(
    input: &Path,
    output: &Path,
    taken: Option<&Path>,
    attention: Option<&Path>,
    threshold: f64,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, None)?, &settings, &|step| steps.at(step))?;
    let taken = decisions(taken, &linked)?;
    let scorer = linked.scorer();
    let mut memory = NameMemory::default();
    let joining = Joining { least: score_at(threshold), ..Joining::default() };
    let records = linked.records.len();
    let all = Clusters::build(records, &found.pairs, &taken.decided, joining, &mut |a, b| {
        scorer.score(a, b, &mut memory)
    });
    steps.writing();
    let mut out = b"id,cluster\n".to_vec();
    let mut groups = 0;
    for (_, members) in all.groups() {
        let Some(name) = members.iter().map(|m| linked.records.id(*m)).min() else { continue };
        groups += 1;
        for member in members {
            write_field(&mut out, linked.records.id(*member));
            out.push(b',');
            write_field(&mut out, name);
            out.push(b'\n');
        }
    }
    write_file(output, &out)?;
    let mut look = b"id_a,id_b,why\n".to_vec();
    let mut looks = 0;
    for item in all.attention() {
        looks += 1;
        let (a, b) = item.records();
        write_field(&mut look, linked.records.id(a));
        look.push(b',');
        write_field(&mut look, linked.records.id(b));
        look.push(b',');
        write_field(&mut look, item.why().as_bytes());
        look.push(b'\n');
    }
    if let Some(path) = attention {
        write_file(path, &look)?;
    }
    steps.done();
    eprintln!("{records} records, {groups} people, {looks} pairs for attention");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn review(
    input: &Path,
    output: &Path,
    taken: Option<&Path>,
    (from, to): (f64, f64),
    how: &How,
) -> anyhow::Result<ExitCode> {
    let mut settings = how.settings()?;
    settings.least = from;
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, None)?, &settings, &|step| steps.at(step))?;
    let taken = decisions(taken, &linked)?;
    let decided: BTreeSet<(u32, u32)> = taken.decided.iter().map(|d| (d.0, d.1)).collect();
    let mut open: Vec<_> = found
        .pairs
        .into_iter()
        .filter(|p| probability(p.score) < to && !decided.contains(&(p.a, p.b)))
        .collect();
    // The least certain first: that is where a person's look is worth most.
    open.sort_unstable_by_key(|p| (p.score.abs(), p.a, p.b));
    steps.writing();
    let mut out = b"id_a,id_b,probability,decision,why\n".to_vec();
    for pair in &open {
        write_field(&mut out, linked.records.id(pair.a));
        out.push(b',');
        write_field(&mut out, linked.records.id(pair.b));
        out.push(b',');
        write_probability(&mut out, probability(pair.score));
        out.extend_from_slice(b",,");
        let mut why = Vec::new();
        for line in linked.explain_pair(pair).lines.iter().filter(|l| !l.a.is_empty() || !l.b.is_empty()) {
            let bits = f64::from(line.weight) / f64::from(UNIT);
            write!(why, "{}: {} / {} ({}, {bits:+.1}); ", line.field, line.a, line.b, line.level)?;
        }
        write_field(&mut out, why.trim_ascii_end());
        out.push(b'\n');
    }
    write_file(output, &out)?;
    steps.done();
    eprintln!(
        "{} pairs to decide: fill in `link` or `do_not_link`, and hand the file back as `--decisions`",
        open.len()
    );
    Ok(ExitCode::SUCCESS)
}
