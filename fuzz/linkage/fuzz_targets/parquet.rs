//! Any bytes as a Parquet file: read as a table, or refused.
#![no_main]
use cf_linkage::csv::CsvFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(table) = cf_parquet::whole(bytes::Bytes::copy_from_slice(data)) {
        let _ = CsvFile::new(table);
    }
});
