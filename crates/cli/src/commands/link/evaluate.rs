//! `link evaluate`: how right a run is, where the truth is known.

use std::path::Path;
use std::process::ExitCode;

use cf_linkage::evaluate::{At, Evaluation, evaluate, read_truth};
use cf_linkage::pairs::find;

use super::How;
use super::batch::say_not_understood;
use super::inputs::{Steps, read_file};

pub(super) fn run(
    input: &Path,
    right: Option<&Path>,
    truth: &Path,
    json: bool,
    how: &How,
) -> anyhow::Result<ExitCode> {
    let settings = how.settings()?;
    let steps = Steps::new();
    let (linked, found) = find(how.records(input, right)?, &settings, &|step| steps.at(step))?;
    let known = read_truth(&read_file(truth)?, &linked.records);
    steps.done();
    say_not_understood(truth, "id_a, id_b", &known.not_understood);
    let measured = evaluate(&linked, &found, &known);
    if json {
        println!("{}", serde_json::to_string_pretty(&measured)?);
    } else {
        print(&measured);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(measured: &Evaluation) {
    let line = |name: &str, at: &At| {
        println!(
            "{name:<9} precision {:.4}  recall {:.4}  F1 {:.4}  at probability {:.3}",
            at.precision, at.recall, at.f1, at.threshold
        );
    };
    println!("{} true pairs", measured.true_pairs);
    line("at 0.5", &measured.at_half);
    line("at best", &measured.best);
    println!(
        "blocking  proposed {:.4} of the true pairs in {} comparisons; {:.6} of all pairs were never compared",
        measured.pair_completeness, measured.proposed, measured.reduction
    );
    println!("\nprobability      pairs  predicted  observed");
    for bin in &measured.bins {
        println!(
            "{:.2} to {:.2} {:>10} {:>10.3} {:>9.3}",
            bin.from, bin.to, bin.pairs, bin.predicted, bin.observed
        );
    }
    println!("expected calibration error {:.4}", measured.expected_calibration_error);
}
