//! Any row put into an index and asked for again: found or not, the lines add up.
#![no_main]
use cf_linkage::index::{Index, Question};
use cf_linkage::pairs::Settings;
use cf_linkage::records::{Records, Row};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\n').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let row = Row {
        given: next(),
        surname: next(),
        alias: next(),
        dob: next(),
        sex: next(),
        postcode: next(),
        ..Row::default()
    };
    let Ok(index) = Index::build(Records::new(Vec::new()), &Settings::default()) else { return };
    index.insert("one", &row);
    index.insert("two", &Row { given: next(), surname: next(), ..row.clone() });
    for answer in index.query(&row, &Question { least: 0.0, most: 9, explain: true }) {
        let why = answer.explanation.expect("asked for");
        assert_eq!(why.lines.iter().map(|line| line.weight).sum::<i32>(), answer.score);
    }
    assert!(index.remove("one") && !index.remove("one"));
});
