//! Any text as a model: refused, or every pair's lines add up to its score.
#![no_main]
use cf_linkage::csv::CsvFile;
use cf_linkage::model::Model;
use cf_linkage::pairs::{Settings, prepare};
use cf_linkage::records::Records;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(model) = Model::from_json(&String::from_utf8_lossy(data)) else { return };
    let people = CsvFile::new(b"id,first_name,surname,dob\na,Ann,Venlow,2010-01-02\nb,Anne,Venlow,2010-02-01\n".to_vec());
    let Ok((records, _)) = Records::read(&people, &Default::default()) else { return };
    if let Ok(linked) = prepare(records, &Settings { model: Some(model), ..Settings::default() }) {
        let why = linked.explain(0, 1);
        assert_eq!(why.lines.iter().map(|line| i64::from(line.weight)).sum::<i64>(), i64::from(why.score));
    }
});
