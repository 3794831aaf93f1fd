//! Any bytes as a force's own rules file: refused with a place, or it loads and checks.
#![no_main]
use cf_wording::{Checker, Source, read_rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let source = Source { file: "force.toml", text: &text };
    match read_rules(&source) {
        Err(error) => assert!(error.to_string().contains("force.toml"), "{error}"),
        // Loading all the rules for each input would be all that is ever measured: only for files that read well.
        Ok(_) => {
            if let Ok(checker) = Checker::with_rules(&[source]) {
                let _ = checker.check("She is putting herself at risk and chose to leave with him.");
                let _ = checker.check(&text);
            }
        }
    }
});
