//! Any bytes as a labelled corpus file: what is read can be scored, and every span lies inside its text.
#![no_main]
use cf_wording::score::read_marked;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for item in read_marked(&String::from_utf8_lossy(data)) {
        let letters = item.text.chars().count();
        assert!(item.spans.iter().all(|(start, end, _)| start <= end && *end <= letters));
    }
});
