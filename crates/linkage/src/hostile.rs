//! Hostile input to every reader, and the laws that hold for any rows whatever.

use proptest::prelude::*;

use crate::csv::{CsvFile, RowFault, Rows, write_field};
use crate::evaluate::read_truth;
use crate::files::{pairs_file, read_decisions, read_known_groups};
use crate::index::{Index, Question};
use crate::model::Model;
use crate::pairs::{Settings, find, prepare};
use crate::records::{Records, Row};
use crate::schema::{Mapping, parse_mapping, read_header, read_second_header};
use crate::score::NameMemory;
use crate::tests::{file, people, read, row};

fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        Just(b'"'),
        Just(b','),
        Just(b';'),
        Just(b'\t'),
        Just(b'\n'),
        Just(b'\r'),
        Just(b'1'),
        any::<u8>()
    ];
    prop::collection::vec(byte, 0..300)
}

fn header() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "id",
        "first_name",
        "surname",
        "name",
        "alias",
        "dob",
        "sex",
        "postcode",
        "upn",
        "nhs",
        "phone",
        "address",
        "authority",
        "other",
        "",
    ]);
    prop::collection::vec(name, 0..12).prop_map(|names| names.join(","))
}

/// Rows of hostile text, each with an id of its own.
fn hostile_row() -> impl Strategy<Value = Row> {
    let text =
        prop_oneof!["\\PC{0,24}", "[\\u{202a}-\\u{202e}\\u{300}-\\u{36f}a-e]{0,40}", Just("é".repeat(6_000))];
    (text.clone(), text.clone(), text.clone(), text.clone(), text.clone(), text).prop_map(
        |(given, surname, alias, dob, sex, postcode)| Row {
            given,
            surname,
            alias,
            dob,
            sex,
            postcode,
            ..Row::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_header_over_any_rows_is_read_or_refused(header in header(), bytes in hostile_bytes()) {
        let mut text = header.into_bytes();
        text.push(b'\n');
        text.extend(bytes);
        let file = CsvFile::new(text);
        if let Ok((records, reading)) = Records::read(&file, &Mapping::new()) {
            prop_assert_eq!(records.len(), reading.good);
            prop_assert!(reading.bad.iter().all(|b| b.line > 1 && b.at < file.bytes.len()));
            let (linked, found) = find(records, &Settings { least: 0.0, ..Settings::default() }, &|_| {}).unwrap();
            let _ = pairs_file(&linked, &found.pairs);
            let _ = (read_decisions(&file, &linked.records), read_truth(&file, &linked.records));
        }
    }

    #[test]
    fn a_file_cut_into_pieces_holds_the_same_rows(
        fields in prop::collection::vec(("[a-z]{1,6}", "[a-z,\"\r\n é]{0,20}"), 0..60), parts in 1..9_usize,
    ) {
        let mut text = b"id,name\n".to_vec();
        for (id, name) in &fields {
            write_field(&mut text, id.as_bytes());
            text.push(b',');
            write_field(&mut text, name.as_bytes());
            text.push(b'\n');
        }
        let file = CsvFile::new(text);
        let rows = |parts: usize| {
            let mut all = Vec::new();
            for piece in file.pieces(parts) {
                let mut rows = Rows::new(&file.bytes, piece, file.delimiter);
                while let Some(row) = rows.next() {
                    assert_eq!(row, Ok(()));
                    all.push((rows.field(0).to_vec(), rows.field(1).to_vec()));
                }
            }
            all
        };
        let whole = rows(1);
        prop_assert_eq!(whole.len(), fields.len());
        prop_assert_eq!(rows(parts), whole);
    }

    #[test]
    fn every_row_is_read_or_named_and_put_aside(
        rows in prop::collection::vec((0..6_u8, "[a-z]{1,6}"), 0..60), seed in any::<u64>(),
    ) {
        // What is wrong with each row is known; the reader must say the same, of the right line.
        let mut text = b"id,first_name,surname,dob\n".to_vec();
        let (mut ids, mut good, mut wanted, mut line) = (std::collections::HashSet::new(), 0, Vec::new(), 2);
        for (n, (kind, name)) in rows.iter().enumerate() {
            let id = format!("{name}{}", crate::text::mix(seed ^ n as u64) % 5);
            let repeated = ids.contains(&id);
            let (row, lines, fault) = match kind {
                0 => (format!("{id},{name}\n"), 1, Some(RowFault::FieldCount { found: 2, expected: 4 })),
                1 => (format!(",{name},x,2010-01-01\n"), 1, Some(RowFault::NoId)),
                2 => (format!("{id},\"{name}\nand more\",x,2010-01-01\n"), 2, repeated.then_some(RowFault::RepeatedId)),
                3 => (format!("{id},\"{name}, \"\"x\"\"\",,\r\n"), 1, repeated.then_some(RowFault::RepeatedId)),
                _ => (format!("{id},{name},x,not a date\n"), 1, repeated.then_some(RowFault::RepeatedId)),
            };
            text.extend(row.as_bytes());
            match fault {
                Some(fault) => wanted.push((line, fault)),
                None => {
                    good += 1;
                    ids.insert(id);
                }
            }
            line += lines;
        }
        let (records, reading) = Records::read(&CsvFile::new(text), &Mapping::new()).unwrap();
        let found: Vec<(usize, RowFault)> = reading.bad.iter().map(|bad| (bad.line, bad.fault)).collect();
        prop_assert_eq!((records.len(), reading.good), (good, good));
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn any_mapping_is_understood_or_refused(text in "[a-z_=, ]{0,40}|\\PC{0,40}", header in header()) {
        if let Ok(mapping) = parse_mapping(&text) {
            let names: Vec<String> = header.split(',').map(str::to_owned).collect();
            if let Ok((extras, columns)) = read_header(&names, &mapping) {
                let second = read_second_header(&names, &mapping, &extras).unwrap();
                prop_assert_eq!(second.count, columns.count);
            }
        }
    }

    #[test]
    fn any_decisions_truth_and_known_groups_are_read(bytes in hostile_bytes(), head in 0..4_usize) {
        let records = read(&people(20, 61));
        let head = ["id_a,id_b,decision", "id,cluster", "id_a,id_b", ""][head];
        let file = CsvFile::new([head.as_bytes(), b"\nP00001-0,P00002-0,link\n", &bytes].concat());
        let decided = read_decisions(&file, &records);
        prop_assert!(decided.decided.iter().all(|d| d.0 < d.1 && (d.1 as usize) < records.len()));
        let pairs = crate::files::apply_decisions(&[], &decided.decided, &records);
        prop_assert!(pairs.iter().all(|p| p.a < p.b));
        let known = read_known_groups(&file, &records);
        prop_assert_eq!(known.group_of.len(), records.len());
        let of = |group: u32| known.group_of[group as usize];
        prop_assert!(known.group_of.iter().flatten().all(|group| of(*group) == Some(*group)));
        let _ = read_truth(&file, &records);
    }

    #[test]
    fn any_names_go_into_the_index_and_come_out_explained(rows in prop::collection::vec(hostile_row(), 1..8)) {
        let index = Index::build(read(&people(20, 47)), &Settings::default()).unwrap();
        for (i, row) in rows.iter().enumerate() {
            index.insert(&format!("h{i}"), row);
        }
        for row in &rows {
            for answer in index.query(row, &Question { least: 0.0, most: 50, explain: true }) {
                let why = answer.explanation.unwrap();
                prop_assert_eq!(why.lines.iter().map(|l| l.weight).sum::<i32>(), answer.score);
                prop_assert!(why.to_string().contains("probability"));
            }
        }
        let mut saved = Vec::new();
        index.save(&mut saved).unwrap();
        let loaded = Index::load(saved.as_slice()).unwrap();
        for row in &rows {
            prop_assert_eq!(loaded.query(row, &Question::default()), index.query(row, &Question::default()));
        }
    }

    #[test]
    fn a_damaged_snapshot_is_refused(at in any::<prop::sample::Index>(), flip in 1..=255_u8, cut in any::<bool>()) {
        let index = Index::build(read(&people(30, 53)), &Settings::default()).unwrap();
        let mut saved = Vec::new();
        index.save(&mut saved).unwrap();
        let place = at.index(saved.len());
        if cut {
            saved.truncate(place);
        } else {
            saved[place] ^= flip;
        }
        prop_assert!(Index::from_bytes(&saved).is_err());
    }

    #[test]
    fn any_bytes_are_no_snapshot_and_no_model(bytes in hostile_bytes()) {
        let mut saved = b"cflink02".to_vec();
        saved.extend(&bytes);
        prop_assert!(Index::from_bytes(&saved).is_err() && Index::from_bytes(&bytes).is_err());
        prop_assert!(Model::from_json(&String::from_utf8_lossy(&bytes)).is_err());
    }

    #[test]
    fn a_model_with_any_share_changed_is_refused_or_scores(share in prop::num::f64::ANY, at in 0..60_usize) {
        let mut json: serde_json::Value = serde_json::from_str(&Model::defaults(&[]).to_json().unwrap()).unwrap();
        let field = &mut json["fields"][at % 7];
        let shares = field[["same", "household", "strangers"][at % 3]].as_array_mut().unwrap();
        let place = at % shares.len();
        shares[place] = serde_json::json!(share);
        if let Ok(model) = Model::from_json(&json.to_string()) {
            let settings = Settings { model: Some(model), ..Settings::default() };
            let linked = prepare(read(&people(5, 59)), &settings).unwrap();
            let why = linked.explain(0, 1);
            prop_assert_eq!(why.lines.iter().map(|l| l.weight).sum::<i32>(), why.score);
        }
    }

    #[test]
    fn order_of_rows_and_a_second_run_change_nothing(
        rows in prop::collection::vec(row(), 2..40), turn in any::<u64>(), seed in 0..9_u64,
    ) {
        let rows: Vec<String> = rows.iter().enumerate().map(|(i, row)| format!("R{i:05},{row}")).collect();
        let mut turned = rows.clone();
        turned.sort_by_key(|r| crate::text::mix(turn ^ r.bytes().fold(0, |h, b| crate::text::mix(h ^ u64::from(b)))));
        let training = crate::train::Training { seed, ..Default::default() };
        let settings = Settings { least: 0.001, training, ..Settings::default() };
        let run = |rows: &[String]| {
            let (linked, found) = find(read(rows), &settings, &|_| {}).unwrap();
            (linked.model.to_json().unwrap(), pairs_file(&linked, &found.pairs))
        };
        let first = run(&rows);
        prop_assert_eq!(&first, &run(&rows));
        prop_assert_eq!(&first, &run(&turned));
    }

    #[test]
    fn linking_left_to_right_is_linking_right_to_left(
        left in prop::collection::vec(row(), 1..25), right in prop::collection::vec(row(), 1..25),
    ) {
        let named = |name: &str, rows: &[String]| -> Vec<String> {
            rows.iter().enumerate().map(|(i, row)| format!("{name}{i:04},{row}")).collect()
        };
        let (left, right) = (file(&named("L", &left)), file(&named("R", &right)));
        let run = |a: &CsvFile, b: &CsvFile| {
            let (records, _) = Records::read_two(a, b, &Mapping::new()).unwrap();
            let (linked, found) = find(records, &Settings::default(), &|_| {}).unwrap();
            let mut pairs: Vec<(Vec<u8>, Vec<u8>, i32)> = found
                .pairs
                .iter()
                .map(|p| {
                    let (x, y) = (linked.records.id(p.a).to_vec(), linked.records.id(p.b).to_vec());
                    (x.clone().min(y.clone()), x.max(y), p.score)
                })
                .collect();
            pairs.sort();
            pairs
        };
        prop_assert_eq!(run(&left, &right), run(&right, &left));
    }
}

/// A file large enough to be cut, with quotes that are not closed where a cut would go through a field.
#[test]
fn broken_quotes_cost_the_same_rows_however_many_threads_there_are() {
    let mut text = String::from("id,first_name,surname,dob\n");
    // After the quote that is never closed, every line end inside a field looks like one between rows.
    text.push_str("B,\"never closed,x,\n");
    for i in 0..60_000 {
        text.push_str(&format!("T{i},\"two\nlines\",x,2010-01-01\n"));
    }
    assert!(text.len() > 1 << 20);
    let file = CsvFile::new(text.into_bytes());
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (records, reading) = pool.install(|| Records::read(&file, &Mapping::new()).unwrap());
        let ids: Vec<Vec<u8>> = (0..records.len() as u32).map(|n| records.id(n).to_vec()).collect();
        (ids, reading.bad)
    };
    let alone = with(1);
    assert!(alone.1.iter().any(|bad| bad.fault == RowFault::Quote));
    for threads in [2, 3, 7] {
        assert!(with(threads) == alone, "{threads} threads read other rows");
    }
}

#[test]
fn ten_thousand_letters_compare_as_quickly_as_ten() {
    let long = "ab".repeat(5_000);
    let rows: Vec<String> =
        (0..300).map(|i| format!("L{i},{long}{i},{long},,2010-01-0{},F,N1 1AA", 1 + i % 9)).collect();
    let linked = prepare(read(&rows), &Settings::default()).unwrap();
    let mut memory = NameMemory::default();
    let begin = std::time::Instant::now();
    for a in 0..300 {
        for b in 0..300 {
            let _ = linked.scorer().score(a, b, &mut memory);
        }
    }
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
