//! What people look at: `link explain`, `link clusters`, `link review`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use cf_linkage::clusters::{Clusters, Joining};
use cf_linkage::csv::write_field;
use cf_linkage::files::{Decisions, read_decisions, read_known_groups, write_probability};
use cf_linkage::pairs::{Linked, ScoredPair, find};
use cf_linkage::score::{NameMemory, UNIT, probability, score_at};

use super::How;
use super::batch::{DECISIONS, say_not_understood};
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
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, right)?, &settings, &|step| steps.at(step))?;
    steps.done();
    let none = |id: &str, file: &Path| format!("no record of `{}` has the id `{id}`", file.display());
    let a = linked.records.find(id_a).with_context(|| none(id_a, input))?;
    let b = linked.records.find_in_second(id_b).with_context(|| none(id_b, right.unwrap_or(input)))?;
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
    say_not_understood(path, DECISIONS, &taken.not_understood);
    Ok(taken)
}

/// What people and an earlier run said.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// People's decisions.
    pub(super) decisions: Option<&'a Path>,
    /// Groups of an earlier run.
    pub(super) known: Option<&'a Path>,
}

pub(super) fn clusters(
    input: &Path,
    output: &Path,
    given: Given<'_>,
    attention: Option<&Path>,
    threshold: f64,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    anyhow::ensure!((0.0..=1.0).contains(&threshold), "`--threshold` lies between 0 and 1");
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, None)?, &settings, &|step| steps.at(step))?;
    let taken = decisions(given.decisions, &linked)?;
    let scorer = linked.scorer();
    let mut memory = NameMemory::default();
    let mut score = |a, b| scorer.score(a, b, &mut memory);
    let joining = Joining { least: score_at(threshold), ..Joining::default() };
    let records = linked.records.len();
    let known = match given.known {
        Some(path) => {
            let known = read_known_groups(&read_file(path)?, &linked.records);
            say_not_understood(path, "id, cluster", &known.not_understood);
            Some(known)
        }
        None => None,
    };
    let all = match &known {
        Some(known) => Clusters::grow(&known.group_of, &found.pairs, &taken.decided, joining, &mut score),
        None => Clusters::build(records, &found.pairs, &taken.decided, joining, &mut score),
    };
    steps.writing();
    let mut out = b"id,cluster\n".to_vec();
    let mut groups = 0;
    for (_, members) in all.groups() {
        // A group known before keeps its name, so that whoever noted it still finds it.
        let kept = known.as_ref().and_then(|known| members.iter().find_map(|m| known.names.get(m)));
        let first = members.iter().map(|m| linked.records.id(*m)).min();
        let Some(name) = kept.map(Vec::as_slice).or(first) else { continue };
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
    (input, right): (&Path, Option<&Path>),
    output: &Path,
    taken: Option<&Path>,
    (from, to): (f64, f64),
    how: &How,
) -> anyhow::Result<ExitCode> {
    let mut settings = how.settings()?;
    let within = |p: f64| (0.0..=1.0).contains(&p);
    anyhow::ensure!(
        within(from) && within(to) && from <= to,
        "`--from` and `--to` lie between 0 and 1, in this order"
    );
    settings.least = from;
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, right)?, &settings, &|step| steps.at(step))?;
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
