//! Any bytes as a text: no panic, every finding inside it and in order, the same answer twice, and never more than explained.
#![no_main]
use std::sync::LazyLock;

use cf_wording::{Checker, Scratch};
use libfuzzer_sys::fuzz_target;

static CHECKER: LazyLock<Checker> = LazyLock::new(|| Checker::new().expect("the built-in rules load"));

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let letters = text.chars().count();
    let found = CHECKER.check(&text);
    let mut before = 0;
    for finding in &found {
        assert!(before <= finding.start && finding.start < finding.end && finding.end <= letters);
        before = finding.start;
    }
    let mut scratch = Scratch::default();
    let again = |scratch: &mut Scratch| -> Vec<(usize, usize, String)> {
        let found = CHECKER.check_with(scratch, &text);
        found.iter().map(|it| (it.start, it.end, it.rule.to_string())).collect()
    };
    let first = again(&mut scratch);
    assert_eq!(first, again(&mut scratch));
    assert_eq!(first.len(), found.len());
    let considered = CHECKER.explain(&text);
    assert!(considered.iter().all(|it| it.finding.end <= letters));
});
