//! Any bytes as a saved index, with a right checksum as well: refused, or it can be asked.
#![no_main]
use cf_linkage::index::{Index, Question};
use cf_linkage::records::Row;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(index) = Index::from_bytes(data) {
        let row = Row { given: "Ann".into(), surname: "Venlow".into(), ..Row::default() };
        let _ = index.query(&row, &Question { explain: true, ..Question::default() });
    }
});
