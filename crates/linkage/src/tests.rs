//! Laws of the engine, over invented records.

use proptest::prelude::*;

use crate::clusters::{Clusters, Joining};
use crate::csv::CsvFile;
use crate::files::pairs_file;
use crate::index::{Index, Question};
use crate::model::{DOB, EXTRAS, GIVEN, Model, PATH, POSTCODE, SEX, SURNAME, TOGETHER, tiers};
use crate::pairs::{Found, Linked, ScoredPair, Settings, find, prepare};
use crate::records::{Records, Row};
use crate::schema::Mapping;
use crate::score::{Agreement, NameMemory, Weights, both_names, probability};
use crate::snapshot::SnapshotError;
use crate::text::mix;

const HEADER: &str = "id,first_name,surname,alias,dob,sex,postcode\n";
const GIVEN_NAMES: [&str; 14] = [
    "Ann",
    "Anne",
    "Ana",
    "Robert",
    "Bob",
    "Mohammed",
    "Muhammad",
    "J",
    "Józef",
    "Mary Jane",
    "Mary Joan",
    "Mary",
    "Wu",
    "",
];
const SURNAMES: [&str; 10] =
    ["Smith", "Smyth", "Smith-Jones", "Jones", "O'Neill", "Khan", "Kahn", "Ann", "Li", ""];
const ALIASES: [&str; 4] = ["", "", "Bob Jones", "Annie"];
const DATES: [&str; 9] = [
    "2010-02-03",
    "2010-03-02",
    "2010-02-13",
    "2010-01-01",
    "2011-02-03",
    "1985-02-03",
    "2010",
    "",
    "2009-12-30",
];
const POSTCODES: [&str; 8] = ["N1 1AA", "N1 1AB", "N1 2ZZ", "N1", "SW9 8PP", "N11 1AA", "", "E1 0AA"];

pub(crate) fn row() -> impl Strategy<Value = String> {
    (0..GIVEN_NAMES.len(), 0..SURNAMES.len(), 0..4_usize, 0..9_usize, prop_oneof!["M", "F", ""], 0..8_usize)
        .prop_map(|(g, s, a, d, sex, p)| {
            format!("{},{},{},{},{sex},{}", GIVEN_NAMES[g], SURNAMES[s], ALIASES[a], DATES[d], POSTCODES[p])
        })
}

pub(crate) fn text_of(rows: &[String]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text.into_bytes()
}

pub(crate) fn file(rows: &[String]) -> CsvFile {
    CsvFile::new(text_of(rows))
}

fn numbered(rows: &[String]) -> Vec<String> {
    rows.iter().enumerate().map(|(i, row)| format!("R{i:05},{row}")).collect()
}

pub(crate) fn read(rows: &[String]) -> Records {
    Records::read(&file(rows), &Mapping::new()).unwrap().0
}

fn run(rows: &[String]) -> (Linked, Found) {
    find(read(rows), &Settings::default(), &|_| {}).unwrap()
}

/// People with slips in some of their records, the same for a seed on every machine.
pub(crate) fn people(count: u64, seed: u64) -> Vec<String> {
    let mut rows = Vec::new();
    for person in 0..count {
        let draw = |what: u64, of: u64| mix(mix(seed ^ person << 8) ^ what) % of;
        let syllable = |n: u64| {
            ["ba", "ri", "mo", "ken", "sa", "lu", "ter", "wyn", "do", "fa", "gri", "hol"][n as usize % 12]
        };
        let given = format!("{}{}{}", syllable(draw(1, 12)), syllable(draw(2, 12)), syllable(draw(9, 12)));
        let surname = format!("{}{}{}", syllable(draw(3, 12)), syllable(draw(4, 12)), syllable(draw(5, 12)));
        let dob = format!("{}-{:02}-{:02}", 2006 + draw(6, 14), 1 + draw(7, 12), 1 + draw(8, 28));
        let postcode = format!("N{} {}AB", 1 + draw(10, 20), draw(11, 10));
        let sex = ["M", "F"][draw(12, 2) as usize];
        for copy in 0..1 + draw(13, 3) {
            let slip = mix(seed ^ person << 20 ^ copy) % 6;
            let mut name = given.clone();
            if slip == 1 {
                name.remove(1);
            }
            let born = if slip == 2 { "" } else { &dob };
            let home = if slip == 3 { "" } else { &postcode };
            rows.push(format!("P{person:05}-{copy},{name},{surname},,{born},{sex},{home}"));
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_the_same_both_ways_and_its_explanation_adds_up(rows in prop::collection::vec(row(), 2..12)) {
        let linked = prepare(read(&numbered(&rows)), &Settings::default()).unwrap();
        let scorer = linked.scorer();
        let mut memory = NameMemory::default();
        for a in 0..rows.len() as u32 {
            for b in 0..rows.len() as u32 {
                let score = scorer.score(a, b, &mut memory);
                prop_assert_eq!(score, scorer.score(b, a, &mut memory));
                let why = linked.explain(a, b);
                prop_assert_eq!(why.score, score);
                prop_assert_eq!(why.lines.iter().map(|l| l.weight).sum::<i32>(), score);
                prop_assert!((why.probability - probability(score)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_better_field_never_lowers_the_score(
        levels in prop::collection::vec(0..11_u8, EXTRAS), rarity in -3000..3000_i32, field in 0..6_usize, seed in 0..1000_u64,
    ) {
        let trained = if seed % 2 == 0 { Model::defaults(&[]) } else { any_model(seed) };
        let weights = Weights::new(&trained, 10_000, 5e7);
        let records = Records::default();
        let frequencies = crate::frequency::Frequencies::default();
        let scorer = crate::score::Scorer::new(&records, &frequencies, &weights);
        let mut agreement = Agreement::default();
        let most = |f: usize| trained.fields[f].same.len() as u8 - 1;
        for (f, level) in levels.iter().enumerate().take(EXTRAS) {
            agreement.levels[f] = (*level).min(most(f));
            agreement.rarity[f] = if [PATH, SEX, TOGETHER].contains(&f) { 0 } else { rarity };
        }
        agreement.levels[TOGETHER] = both_names(agreement.levels[GIVEN], agreement.levels[SURNAME]);
        prop_assume!(field != PATH && field != SEX && agreement.levels[field] > 0);
        let tier = tiers(field, &[]);
        let total = |a: &Agreement| weights.total(&scorer.sums(a)).0;
        let before = total(&agreement);
        for better in 1..=most(field) {
            if tier[usize::from(better)] > tier[usize::from(agreement.levels[field])] {
                let mut lifted = agreement;
                lifted.levels[field] = better;
                lifted.levels[TOGETHER] = both_names(lifted.levels[GIVEN], lifted.levels[SURNAME]);
                prop_assert!(total(&lifted) >= before, "field {} level {} to {}", field, agreement.levels[field], better);
            }
        }
    }

    #[test]
    fn the_same_value_never_scores_below_another(rows in prop::collection::vec(row(), 2..10)) {
        // Copying a field from the other record makes it agree exactly; that must never hurt.
        let rows = numbered(&rows);
        let cells: Vec<Vec<&str>> = rows.iter().map(|r| r.split(',').collect()).collect();
        for column in [4, 6] {
            if cells[0][column].is_empty() || cells[1][column].is_empty() {
                continue;
            }
            let mut copied: Vec<Vec<&str>> = cells.clone();
            copied[1][column] = cells[0][column];
            let model = Settings { model: Some(Model::defaults(&[])), ..Settings::default() };
            let score = |cells: &[Vec<&str>]| {
                let rows: Vec<String> = cells.iter().map(|c| c.join(",")).collect();
                let linked = prepare(read(&rows), &model).unwrap();
                linked.scorer().score(0, 1, &mut NameMemory::default())
            };
            prop_assert!(score(&copied) >= score(&cells));
        }
    }

    #[test]
    fn whatever_is_in_the_file_it_is_read_and_scored(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut text = HEADER.as_bytes().to_vec();
        text.extend(bytes);
        let records = Records::read(&CsvFile::new(text), &Mapping::new()).unwrap().0;
        let (linked, found) = find(records, &Settings { least: 0.0, ..Settings::default() }, &|_| {}).unwrap();
        let _ = pairs_file(&linked, &found.pairs);
    }
}

/// A model whose shares are any numbers at all.
fn any_model(seed: u64) -> Model {
    let mut model = Model::defaults(&[]);
    for (number, field) in model.fields.iter_mut().enumerate() {
        if number == PATH {
            continue;
        }
        for (what, shares) in [
            &mut field.same,
            &mut field.household,
            &mut field.twins,
            &mut field.namesakes,
            &mut field.strangers,
        ]
        .into_iter()
        .enumerate()
        {
            for (level, share) in shares.iter_mut().enumerate().skip(1) {
                *share = (mix(seed ^ (number * 100 + level * 7 + what) as u64) % 9973 + 1) as f64 / 9974.0;
            }
        }
    }
    [model.twins_per_record, model.namesakes_per_record] =
        [0.001, 1.0].map(|share| share * (seed % 7) as f64);
    model
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let rows = people(500, 3);
    let mut turned = rows.clone();
    turned.sort_by_key(|r| mix(r.len() as u64 ^ r.bytes().fold(0, |h, b| mix(h ^ u64::from(b)))));
    assert_ne!(rows, turned);
    let (one, two) = (run(&rows), run(&turned));
    assert_eq!(one.0.model, two.0.model);
    let (first, second) = (pairs_file(&one.0, &one.1.pairs), pairs_file(&two.0, &two.1.pairs));
    assert_eq!(String::from_utf8(first).unwrap(), String::from_utf8(second).unwrap());
}

#[test]
fn people_are_found_without_labels() {
    let rows = people(800, 5);
    let (linked, found) = run(&rows);
    let person = |record: u32| linked.records.id(record)[..6].to_vec();
    let right = found.pairs.iter().filter(|p| p.score > 0 && person(p.a) == person(p.b)).count();
    let wrong = found.pairs.iter().filter(|p| p.score > 0 && person(p.a) != person(p.b)).count();
    let n = linked.records.len() as u32;
    let all = (0..n)
        .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
        .filter(|(a, b)| person(*a) == person(*b))
        .count();
    assert!(right * 100 >= all * 97, "{right} of {all}");
    assert!(wrong * 100 <= all * 3, "{wrong} wrong of {all}");
}

#[test]
fn the_same_seed_gives_the_same_answer() {
    let rows = people(300, 9);
    let (one, two) = (run(&rows), run(&rows));
    assert_eq!((one.0.model, one.1.pairs), (two.0.model, two.1.pairs));
}

#[test]
fn missing_is_not_disagreement() {
    let rows = people(400, 13);
    let (linked, _) = run(&rows);
    let records = &linked.records;
    let (mut known, mut blank) = (records.recs[0], records.recs[0]);
    blank.postcode = 0;
    known.postcode = records
        .recs
        .iter()
        .map(|r| r.postcode)
        .find(|p| {
            *p != 0 && records.postcodes.compare(*p, records.recs[0].postcode) == crate::postcodes::DIFFERENT
        })
        .unwrap_or(0);
    let scorer = linked.scorer();
    let mut memory = NameMemory::default();
    let mut score = |other| scorer.score_of(&records.recs[0], other, &[], &[], &mut memory);
    if known.postcode != 0 && records.recs[0].postcode != 0 {
        assert!(score(&blank) > score(&known));
    }
    let agreement = scorer.agreement_of(
        &records.recs[0],
        &crate::records::Rec::default(),
        &[],
        &[],
        &mut NameMemory::default(),
    );
    for field in [GIVEN, SURNAME, DOB, POSTCODE, SEX] {
        assert_eq!(agreement.levels[field], 0);
    }
}

#[test]
fn one_giant_household_is_walked_not_squared() {
    let mut rows = people(100, 17);
    for i in 0..6000 {
        rows.push(format!("H{i:05},Ann,Hostel,,2010-01-01,F,N1 1AA"));
    }
    let (_, found) = run(&rows);
    assert!(found.compared < 3_000_000, "{}", found.compared);
}

#[test]
fn a_child_who_moved_and_changed_surname_is_joined_by_the_record_between() {
    let mut rows = people(2000, 19);
    rows.push("A,Zebedee,Quillon,,2011-04-05,M,N3 3AB".into());
    rows.push("B,Zebedee,Quillon,,2011-04-05,M,E9 9ZZ".into());
    rows.push("C,Zebedee,Harbottle,Zebedee Quillon,2011-04-05,M,E9 9ZZ".into());
    let (linked, found) = run(&rows);
    let at = |id: &str| linked.records.find(id).unwrap();
    let pair = found.pairs.iter().find(|p| (p.a, p.b) == (at("A"), at("C"))).expect("found through B");
    assert!(pair.score > 0);
    let why = linked.explain_pair(pair);
    assert_eq!(why.lines.iter().map(|l| l.weight).sum::<i32>(), pair.score);
    insist_drawing(&why.to_string());
}

fn insist_drawing(text: &str) {
    assert!(text.contains("given name") && text.contains("probability"), "{text}");
}

#[test]
fn an_index_answers_as_records_come_and_go() {
    let index = Index::build(read(&people(500, 23)), &Settings::default()).unwrap();
    let row = Row {
        given: "Zebedee".into(),
        surname: "Quillon".into(),
        dob: "2011-04-05".into(),
        postcode: "E9 9ZZ".into(),
        ..Row::default()
    };
    let question = Question { explain: true, ..Question::default() };
    let before = index.len();
    assert!(index.query(&row, &question).is_empty());
    index.insert("new", &row);
    let asked = Row { given: "Zebede".into(), ..row.clone() };
    let answers = index.query(&asked, &question);
    assert_eq!(answers[0].id, "new");
    let why = answers[0].explanation.as_ref().unwrap();
    assert_eq!(why.lines.iter().map(|l| l.weight).sum::<i32>(), answers[0].score);

    let mut saved = Vec::new();
    index.save(&mut saved).unwrap();
    let loaded = Index::load(saved.as_slice()).unwrap();
    assert_eq!(loaded.len(), before + 1);
    assert_eq!(loaded.query(&asked, &question), answers);

    index.insert("new", &Row { surname: "Someone".into(), dob: "1990-01-02".into(), ..Row::default() });
    assert!(index.query(&asked, &question).is_empty());
    assert!(index.remove("new"));
    assert!(!index.remove("new"));
    assert_eq!(index.len(), before);

    let middle = saved.len() / 2;
    saved[middle] ^= 1;
    assert!(matches!(Index::load(saved.as_slice()), Err(SnapshotError::Damaged)));
    assert!(matches!(Index::load(&saved[..middle]), Err(SnapshotError::Damaged)));
    assert!(matches!(Index::load(&b"id,name"[..]), Err(SnapshotError::NotASnapshot)));
}

#[test]
fn an_index_that_began_empty_answers_as_it_grows() {
    let index = Index::build(Records::new(Vec::new()), &Settings::default()).unwrap();
    let row = |i: u64, given: &str| Row {
        given: given.into(),
        surname: format!("Family{i}"),
        dob: format!("20{:02}-{:02}-{:02}", 5 + i % 13, 1 + i % 12, 1 + i % 28),
        postcode: format!("N{} {}AB", 1 + i % 20, i % 10),
        ..Row::default()
    };
    index.insert("0", &row(0, "Kiran"));
    // Without surname and postcode a household explains nothing, and how many people there are matters most.
    let asked = Row { surname: String::new(), postcode: String::new(), ..row(0, "Kiran") };
    let best = |index: &Index| index.query(&asked, &Question::default())[0].clone();
    let alone = best(&index);
    assert!(alone.id == "0" && alone.probability > 0.9);
    for i in 1..5_000 {
        index.insert(&i.to_string(), &row(i, "Esme"));
    }
    let among_many = best(&index);
    assert!(among_many.id == "0" && among_many.score < alone.score, "more records, less certain");
    let mut saved = Vec::new();
    index.save(&mut saved).unwrap();
    assert_eq!(best(&Index::load(saved.as_slice()).unwrap()), among_many);
    for i in 1..5_000 {
        index.remove(&i.to_string());
    }
    assert_eq!(best(&index), alone);
}

#[test]
fn many_ask_while_one_writes() {
    let index = Index::build(read(&people(300, 29)), &Settings::default()).unwrap();
    let row = |i: u32| Row {
        given: format!("Child{i}"),
        surname: "Threadly".into(),
        dob: "2012-03-04".into(),
        ..Row::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for i in 0..200 {
                    let _ = index.query(&row(i), &Question::default());
                }
            });
        }
        for i in 0..200 {
            index.insert(&format!("t{i}"), &row(i));
        }
    });
    for i in 0..200 {
        assert!(index.query(&row(i), &Question::default()).iter().any(|a| a.id == format!("t{i}")));
    }
}

#[test]
fn new_records_join_clusters_that_are_there() {
    let rows = people(300, 31);
    let (linked, found) = run(&rows);
    let scorer = linked.scorer();
    let mut memory = NameMemory::default();
    let mut score = |a: u32, b: u32| scorer.score(a, b, &mut memory);
    let n = linked.records.len();
    let last = n as u32 - 1;
    let without: Vec<ScoredPair> = found.pairs.iter().copied().filter(|p| p.b != last).collect();
    let with: Vec<ScoredPair> = found.pairs.iter().copied().filter(|p| p.b == last).collect();
    let whole = Clusters::build(n, &found.pairs, &[], Joining::default(), &mut score);
    let mut grown = Clusters::build(n - 1, &without, &[], Joining::default(), &mut score);
    assert_eq!(grown.add(&with, &mut score), last);
    for record in 0..n as u32 {
        assert_eq!(whole.group_of(record), grown.group_of(record));
    }
}

#[test]
fn hostile_files_are_survived() {
    for text in [
        "",
        "\n",
        "id,first_name,surname\n",
        "id,first_name,surname\n1,\u{202e}nnA\u{202c},Sm\u{0301}ith\n2,\u{1f469}\u{200d}\u{1f467},\u{1f600}\n3,,\n",
        "id,first_name,surname\n\"1,Ann,Smith\n2,\"Bob\"x,\"Jones\n3,Cy,Day\n",
    ] {
        let (records, _) = Records::read(&CsvFile::new(text.as_bytes().to_vec()), &Mapping::new()).unwrap();
        let (linked, found) = find(records, &Settings::default(), &|_| {}).unwrap();
        assert!(pairs_file(&linked, &found.pairs).starts_with(b"id_a,id_b,probability\n"));
    }
    let long = format!("id,first_name,surname\n1,{0},{0}\n2,{0},{0}\n", "x\u{0301}".repeat(10_000));
    let (records, reading) = Records::read(&CsvFile::new(long.into_bytes()), &Mapping::new()).unwrap();
    assert_eq!((records.len(), reading.bad.len()), (2, 0));
    let (_, found) = find(records, &Settings::default(), &|_| {}).unwrap();
    assert_eq!(found.pairs.len(), 1);
}
