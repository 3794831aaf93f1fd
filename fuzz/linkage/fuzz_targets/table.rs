//! Any bytes as a table of records, under any mapping: read or refused, every row counted, the rest linked.
#![no_main]
use cf_linkage::csv::CsvFile;
use cf_linkage::files::pairs_file;
use cf_linkage::pairs::{Settings, find};
use cf_linkage::records::Records;
use cf_linkage::schema::parse_mapping;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first line is a mapping, the rest the file.
    let cut = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (first, rest) = data.split_at(cut);
    let mapping = parse_mapping(&String::from_utf8_lossy(first)).unwrap_or_default();
    let file = CsvFile::new(rest.strip_prefix(b"\n").unwrap_or(rest).to_vec());
    let Ok((records, reading)) = Records::read(&file, &mapping) else { return };
    assert_eq!(records.len(), reading.good);
    assert!(reading.bad.iter().all(|bad| bad.line >= 1 && bad.at < file.bytes.len()));
    // Few records: what is looked for here is a panic, not speed.
    if records.len() < 200 {
        let settings = Settings { least: 0.0, ..Settings::default() };
        if let Ok((linked, found)) = find(records, &settings, &|_| {}) {
            let _ = pairs_file(&linked, &found.pairs);
        }
    }
});
