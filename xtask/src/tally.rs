//! Counts results: reads the closing lines of each test runner and adds them up.
use std::fmt;
use std::ops::AddAssign;

/// How many checks passed, failed, and were skipped. Displays as `N passed, N failed, N skipped`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Which runner wrote some output, and so how its closing lines read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `Summary [ 1.2s] 12 tests run: 11 passed, 1 failed, 3 skipped`
    Nextest,
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, one line per test binary or crate
    Libtest,
    /// `# pass 3`, `# fail 0`, `# skipped 0`, ... at the end of node's TAP output
    Node,
}

impl Runner {
    /// The runner's own closing lines, word for word.
    pub(crate) fn closing_lines(self, lines: &[String]) -> Vec<String> {
        let is_closing = |line: &&String| match self {
            Self::Nextest => line.trim_start().starts_with("Summary ["),
            Self::Libtest => line.starts_with("test result:"),
            Self::Node => NODE_LABELS.iter().any(|label| node_count(line, label).is_some()),
        };
        lines.iter().filter(is_closing).cloned().collect()
    }

    /// Adds up closing lines.
    pub(crate) fn tally(self, closing: &[String]) -> Tally {
        let mut sum = Tally::default();
        for line in closing {
            match self {
                Self::Nextest => {
                    let counts = line.split_once("run:").map_or("", |(_, counts)| counts);
                    sum += Tally {
                        passed: count_before(counts, &["passed"]),
                        failed: count_before(counts, &["failed", "exec failed", "timed out"]),
                        skipped: count_before(counts, &["skipped"]),
                    };
                }
                Self::Libtest => {
                    sum += Tally {
                        passed: count_before(line, &["passed"]),
                        failed: count_before(line, &["failed"]),
                        skipped: count_before(line, &["ignored"]),
                    };
                }
                Self::Node => {
                    let count = |label| node_count(line, label).unwrap_or(0);
                    sum += Tally {
                        passed: count("pass"),
                        failed: count("fail") + count("cancelled"),
                        skipped: count("skipped") + count("todo"),
                    };
                }
            }
        }
        sum
    }
}

const NODE_LABELS: [&str; 6] = ["tests", "pass", "fail", "cancelled", "skipped", "todo"];

/// `# pass 12` with label `pass` gives 12. Indented lines belong to a nested test and do not count.
fn node_count(line: &str, label: &str) -> Option<u64> {
    line.strip_prefix("# ")?.strip_prefix(label)?.strip_prefix(' ')?.parse().ok()
}

/// Adds the numbers that stand directly before any of `words` in a list split by commas, semicolons or dots.
/// `11 passed (2 slow, 1 flaky), 1 exec failed` counts 11 for `passed`: what is in brackets is part of it.
fn count_before(line: &str, words: &[&str]) -> u64 {
    let mut depth = 0_u32;
    let outside: String = line
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    outside
        .split([',', ';', '.'])
        .filter_map(|part| part.trim().split_once(' '))
        .filter(|(_, word)| words.contains(&word.trim()))
        .filter_map(|(number, _)| number.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(runner: Runner, output: &str) -> String {
        let lines: Vec<String> = output.lines().map(str::to_owned).collect();
        runner.tally(&runner.closing_lines(&lines)).to_string()
    }

    #[test]
    fn nextest_summary() {
        let ok = "    PASS [ 0.1s] a\n     Summary [   0.523s] 12 tests run: 12 passed (1 slow), 3 skipped";
        assert_eq!(counted(Runner::Nextest, ok), "12 passed, 0 failed, 3 skipped");
        let bad = "Summary [ 9.1s] 9/12 tests run: 5 passed, 2 failed, 1 exec failed, 1 timed out, 0 skipped";
        assert_eq!(counted(Runner::Nextest, bad), "5 passed, 4 failed, 0 skipped");
        let one = "Summary [ 9.1s] 1 test run: 1 passed (1 flaky), 0 skipped";
        assert_eq!(counted(Runner::Nextest, one), "1 passed, 0 failed, 0 skipped");
    }

    #[test]
    fn libtest_adds_every_crate() {
        let two = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.25s\n\
                   test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s";
        assert_eq!(counted(Runner::Libtest, two), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn node_counts_only_the_outermost_lines() {
        let tap =
            "    # pass 99\n# tests 5\n# suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0";
        assert_eq!(counted(Runner::Node, tap), "2 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn no_closing_line_counts_nothing() {
        assert_eq!(counted(Runner::Nextest, "error: could not compile"), "0 passed, 0 failed, 0 skipped");
    }
}
