//! `link query`: one record after another, as a missing desk would ask.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use cf_linkage::csv::write_field;
use cf_linkage::files::write_probability;
use cf_linkage::index::{Index, Question};
use cf_linkage::records::Records;

use super::How;
use super::inputs::{Steps, read_file, table, write_file};

pub(super) fn run(
    index: &Path,
    queries: &Path,
    output: &Path,
    save: Option<&Path>,
    most: usize,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let steps = Steps::new();
    let begin = Instant::now();
    let bytes = fs::read(index).with_context(|| format!("cannot read `{}`", index.display()))?;
    let snapshot = Index::is_snapshot(&bytes);
    let mut kept = None;
    let (path, index) = if snapshot {
        (index, Index::from_bytes(&bytes)?)
    } else {
        let file = table(index, bytes)?;
        let (records, reading) = Records::read(&file, &how.mapping()?)?;
        steps.say(1, "building the index");
        let built = Index::build(records, &settings)?;
        if !reading.bad.is_empty() {
            kept = Some((file, reading));
        }
        (index, built)
    };
    let ready = begin.elapsed();
    if let Some(path) = save {
        let file = fs::File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
        index.save(std::io::BufWriter::new(file))?;
    }
    steps.say(3, "asking");
    let mut out = b"id_a,id_b,probability\n".to_vec();
    let mut times: Vec<Duration> = Vec::new();
    let question = Question { least: settings.least, most, explain: false };
    let asked = read_file(queries)?;
    let reading = index.query_file(
        &asked,
        &how.mapping()?,
        &question,
        || begin.elapsed(),
        |id, answers, took| {
            times.push(took);
            for answer in answers {
                write_field(&mut out, id);
                out.push(b',');
                write_field(&mut out, answer.id.as_bytes());
                out.push(b',');
                write_probability(&mut out, answer.probability);
                out.push(b'\n');
            }
        },
    )?;
    steps.done();
    let mut put_aside = vec![(queries, &asked, &reading)];
    put_aside.extend(kept.as_ref().map(|(file, reading)| (path, file, reading)));
    how.put_aside(&put_aside)?;
    write_file(output, &out)?;
    times.sort_unstable();
    let at = |share: f64| {
        let place = (times.len() as f64 * share).ceil() as usize;
        times.get(place.saturating_sub(1)).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    let report = serde_json::json!({
        "records": index.len(),
        "queries": times.len(),
        "index_s": ready.as_secs_f64(),
        "from_snapshot": snapshot,
        "p50_ms": at(0.50),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "max_ms": at(1.0),
    });
    eprintln!("{report}");
    std::mem::forget(index);
    Ok(ExitCode::SUCCESS)
}
