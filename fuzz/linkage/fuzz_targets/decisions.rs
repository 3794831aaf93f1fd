//! Any bytes as decisions, as known groups and as truth, over records that are there.
#![no_main]
use cf_linkage::clusters::{Clusters, Joining};
use cf_linkage::csv::CsvFile;
use cf_linkage::evaluate::read_truth;
use cf_linkage::files::{apply_decisions, read_decisions, read_known_groups};
use cf_linkage::pairs::ScoredPair;
use cf_linkage::records::Records;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let people = CsvFile::new(b"id,surname\na,x\nb,x\nc,y\nd,y\ne,z\n".to_vec());
    let Ok((records, _)) = Records::read(&people, &Default::default()) else { return };
    let file = CsvFile::new(data.to_vec());
    let decided = read_decisions(&file, &records).decided;
    let pairs = [ScoredPair { a: 0, b: 1, score: 5000 }, ScoredPair { a: 2, b: 4, score: 900 }];
    let held = apply_decisions(&pairs, &decided, &records);
    assert!(held.iter().all(|pair| pair.a < pair.b && (pair.b as usize) < records.len()));
    let known = read_known_groups(&file, &records);
    let mut score = |_: u32, _: u32| 0;
    let all = Clusters::grow(&known.group_of, &pairs, &decided, Joining::default(), &mut score);
    assert_eq!(all.groups().map(|(_, members)| members.len()).sum::<usize>(), records.len());
    let _ = read_truth(&file, &records);
});
