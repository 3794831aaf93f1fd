//! One check of `cargo xtask test`: what it needs, what it runs, what came of it.
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::needs::Need;
use crate::project;
use crate::run::{Finished, shown, spoken};
use crate::tally::{Runner, Tally};

/// A check before it runs.
pub(crate) struct Step {
    /// The word for `--only`.
    pub(crate) name: &'static str,
    /// What it makes sure of, in a few words.
    pub(crate) about: &'static str,
    /// Tools it cannot do without.
    pub(crate) needs: &'static [Need],
    /// Commands, run in order until one fails.
    pub(crate) commands: Vec<Command>,
    /// The test runner whose closing lines count; `None` when the step itself is the one check.
    pub(crate) runner: Option<Runner>,
}

/// What came of a step.
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// The runner's own closing lines.
    pub(crate) closing: Vec<String>,
    pub(crate) took: Duration,
    /// Why it failed, when it did.
    pub(crate) trouble: Option<String>,
}

impl Step {
    /// Runs it; whatever goes wrong is part of the outcome.
    pub(crate) fn run(&mut self) -> Outcome {
        let started = Instant::now();
        let mut lines = Vec::new();
        let trouble = match self.run_commands(&mut lines) {
            Ok(trouble) => trouble,
            Err(error) => Some(format!("{error:#}")),
        };
        outcome(self.runner, &lines, trouble, started.elapsed())
    }

    fn run_commands(&mut self, lines: &mut Vec<String>) -> Result<Option<String>> {
        for need in self.needs {
            need.meet()?;
        }
        for command in &mut self.commands {
            if command.get_current_dir().is_none() {
                command.current_dir(project::root());
            }
            let Finished { status, lines: printed } = shown(command)?;
            lines.extend(printed);
            if !status.success() {
                return Ok(Some(format!("`{}` ended with {status}", spoken(command))));
            }
        }
        Ok(None)
    }
}

/// Counts. A step that fails without a failed test (it did not compile, a tool is missing) is one failed check, and a
/// runner that says it succeeded without a closing line has not been understood, which is a failure too.
fn outcome(runner: Option<Runner>, lines: &[String], trouble: Option<String>, took: Duration) -> Outcome {
    let Some(runner) = runner else {
        let tally = match trouble {
            None => Tally { passed: 1, ..Tally::default() },
            Some(_) => Tally { failed: 1, ..Tally::default() },
        };
        return Outcome { tally, closing: Vec::new(), took, trouble };
    };
    let closing = runner.closing_lines(lines);
    let mut tally = runner.tally(&closing);
    let trouble =
        trouble.or_else(|| closing.is_empty().then(|| "the test runner printed no closing line".to_owned()));
    if trouble.is_some() && tally.failed == 0 {
        tally.failed = 1;
    }
    Outcome { tally, closing, took, trouble }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(runner: Option<Runner>, output: &str, trouble: Option<&str>) -> String {
        let lines: Vec<String> = output.lines().map(str::to_owned).collect();
        outcome(runner, &lines, trouble.map(str::to_owned), Duration::ZERO).tally.to_string()
    }

    #[test]
    fn a_check_without_a_runner_counts_as_one() {
        assert_eq!(counted(None, "", None), "1 passed, 0 failed, 0 skipped");
        assert_eq!(counted(None, "", Some("exit 1")), "0 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_runner_that_never_ran_is_a_failure() {
        let nextest = Some(Runner::Nextest);
        assert_eq!(
            counted(nextest, "error: could not compile", Some("exit 101")),
            "0 passed, 1 failed, 0 skipped"
        );
        assert_eq!(counted(nextest, "all fine, honestly", None), "0 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn failed_tests_are_not_counted_twice() {
        let summary = "Summary [ 1.0s] 3 tests run: 1 passed, 2 failed, 0 skipped";
        assert_eq!(
            counted(Some(Runner::Nextest), summary, Some("exit 100")),
            "1 passed, 2 failed, 0 skipped"
        );
    }

    #[test]
    fn a_failing_command_stops_its_step() {
        let shell = |line: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            command
        };
        let commands = vec![shell("exit 0"), shell("exit 7"), shell("echo never")];
        let mut step = Step { name: "x", about: "", needs: &[], commands, runner: None };
        let trouble = step.run().trouble.unwrap();
        assert!(trouble.contains("exit 7") && trouble.contains("exit status: 7"), "{trouble}");
    }
}
