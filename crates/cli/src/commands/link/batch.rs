//! Whole files: `link dedupe`, `link pair`, `link train`.

use std::path::Path;
use std::process::ExitCode;

use cf_linkage::files::{apply_decisions, pairs_file, read_decisions};
use cf_linkage::pairs::{Step, find, learn};

use super::How;
use super::inputs::{Steps, read_file, write_file};

pub(super) fn dedupe(
    input: &Path,
    output: &Path,
    decisions: Option<&Path>,
    how: &How,
) -> anyhow::Result<ExitCode> {
    run(input, None, output, decisions, how)
}

pub(super) fn pair(
    left: &Path,
    right: &Path,
    output: &Path,
    decisions: Option<&Path>,
    how: &How,
) -> anyhow::Result<ExitCode> {
    run(left, Some(right), output, decisions, how)
}

/// The columns of a decisions file.
pub(super) const DECISIONS: &str = "id_a, id_b, decision";

fn run(
    left: &Path,
    right: Option<&Path>,
    output: &Path,
    decisions: Option<&Path>,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let steps = Steps::new();
    let records = how.records(left, right)?;
    let (linked, mut found) = find(records, &settings, &|step| steps.at(step))?;
    if let Some(path) = decisions {
        let taken = read_decisions(&read_file(path)?, &linked.records);
        say_not_understood(path, DECISIONS, &taken.not_understood);
        found.pairs = apply_decisions(&found.pairs, &taken.decided, &linked.records);
    }
    steps.writing();
    write_file(output, &pairs_file(&linked, &found.pairs))?;
    steps.done();
    eprintln!(
        "{} records, {} pairs compared, {} written",
        linked.records.len(),
        found.compared,
        found.pairs.len()
    );
    // The process ends here; giving every page back one by one would only take time.
    std::mem::forget(linked);
    Ok(ExitCode::SUCCESS)
}

/// Names lines that say nothing of these records. The header is line 1: where that is meant, its columns are missing.
pub(super) fn say_not_understood(path: &Path, columns: &str, lines: &[usize]) {
    if lines == [1] {
        eprintln!("{}: nothing is read, because the columns {columns} are not all there", path.display());
        return;
    }
    for line in lines.iter().take(5) {
        eprintln!("{}: line {line} names an unknown record or decision", path.display());
    }
    if lines.len() > 5 {
        eprintln!("{}: {} such lines in all", path.display(), lines.len());
    }
}

pub(super) fn train(
    input: &Path,
    right: Option<&Path>,
    output: &Path,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let steps = Steps::new();
    let records = how.records(input, right)?;
    steps.at(Step::Training);
    let model = learn(records, &settings.training);
    steps.done();
    write_file(output, model.to_json()?.as_bytes())?;
    eprintln!("learned from {} records", model.trained_on);
    Ok(ExitCode::SUCCESS)
}
