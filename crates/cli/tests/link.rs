//! `childfirst link`, from file to file, as scripts and analysts use it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Invented people: two records of Kiran, one each of his twin, his brother and his father of the same name; two of
/// Aoife; and forty others, so that there is something to learn chance from.
fn records() -> String {
    let mut text = "id,source,first_name,surname,alias,dob,sex,postcode\n\
        K1,police,Kiran,Venlow,,2012-05-06,M,N1 5AB\n\
        K2,council,Kieran,Venlow,,2012-05-06,M,N1 5AB\n\
        K3,council,Dilip,Venlow,,2012-05-06,F,N1 5AB\n\
        K4,council,Marek,Venlow,,2014-09-16,M,N1 5AB\n\
        K5,police,Kiran,Venlow,,1984-11-23,M,N1 5AB\n\
        A1,police,Aoife,O'Darragh,,2010-11-30,F,E8 4QQ\n\
        A2,health,O'Darragh,Aoife,,2010-11-30,F,E8 4QQ\n"
        .to_owned();
    for i in 0..40 {
        let given = ["Bryn", "Cerys", "Dafydd", "Esme", "Farid", "Grace", "Hugo", "Ines"][i % 8];
        let surname = ["Quarrow", "Oldwick", "Harbury", "Tamwell", "Ferrisby"][i % 5];
        let (year, month, day) = (2006 + i % 13, 1 + i % 12, 1 + (i * 7) % 28);
        text.push_str(&format!(
            "P{i},x,{given},{surname},,{year}-{month:02}-{day:02},,SW{} {}XY\n",
            i % 9 + 1,
            i % 7
        ));
    }
    text
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.write("records.csv", records());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new(Path::new(env!("CARGO_BIN_EXE_childfirst")))
            .arg("link")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Runs, insists on success, and returns what was printed and what was said.
    fn good(&self, arguments: &str) -> (String, String) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments}: {said}");
        (String::from_utf8(output.stdout).unwrap(), said)
    }

    /// Runs, insists on failure without a panic, and returns what was said.
    fn bad(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments} went through");
        assert!(!said.contains("panicked"), "{said}");
        said
    }

    /// The probability of a pair in a pairs file; 0 where it is not written.
    fn probability(&self, file: &str, a: &str, b: &str) -> f64 {
        let line = |x: &str, y: &str| {
            self.read(file)
                .lines()
                .find_map(|l| l.strip_prefix(&format!("{x},{y},")).map(|p| p.parse().unwrap()))
        };
        line(a, b).or_else(|| line(b, a)).unwrap_or(0.0)
    }
}

#[test]
fn dedupe_finds_the_child_and_not_the_relatives() {
    let desk = Desk::new();
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv");
    assert!(said.contains("not compared: source") && said.contains("47 records"), "{said}");
    assert!(desk.read("pairs.csv").starts_with("id_a,id_b,probability\n"));
    assert!(desk.probability("pairs.csv", "K1", "K2") > 0.9);
    assert!(desk.probability("pairs.csv", "A1", "A2") > 0.9);
    for relative in ["K3", "K4", "K5"] {
        assert!(
            desk.probability("pairs.csv", "K1", relative) < 0.5,
            "{relative}: {}",
            desk.read("pairs.csv")
        );
    }
}

#[test]
fn the_same_seed_and_any_order_of_rows_give_the_same_file() {
    let desk = Desk::new();
    let text = records();
    let (header, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    desk.write("turned.csv", format!("{header}\n{}\n", turned.join("\n")));
    desk.good("dedupe --input records.csv --output one.csv --seed 7");
    desk.good("dedupe --input records.csv --output two.csv --seed 7 --threads 1");
    desk.good("dedupe --input turned.csv --output three.csv --seed 7");
    assert_eq!(desk.read("one.csv"), desk.read("two.csv"));
    assert_eq!(desk.read("one.csv"), desk.read("three.csv"));
}

#[test]
fn pair_links_across_two_files_with_columns_of_their_own() {
    let desk = Desk::new();
    let text = records();
    let left: Vec<&str> = text.lines().filter(|l| !l.starts_with("K2,") && !l.starts_with("A2,")).collect();
    desk.write("left.csv", left.join("\n"));
    desk.write(
        "right.csv",
        "ref;last;first;born;home\nR1;Venlow;Kieran;06/05/2012;N1 5AB\nR2;Aoife;O'Darragh;20101130;E8 4QQ\nR3;Nobody;Known;2001-01-09;\n",
    );
    let columns = "--columns id=ref,surname=last,given=first,dob=born,postcode=home";
    desk.good(&format!("pair --left left.csv --right right.csv --output pairs.csv {columns}"));
    assert!(desk.probability("pairs.csv", "K1", "R1") > 0.8, "{}", desk.read("pairs.csv"));
    assert!(desk.probability("pairs.csv", "A1", "R2") > 0.8, "{}", desk.read("pairs.csv"));
    assert!(!desk.read("pairs.csv").contains("R3") && !desk.read("pairs.csv").contains("K1,K"));
}

#[test]
fn query_answers_from_a_file_and_from_a_saved_index_alike() {
    let desk = Desk::new();
    desk.write(
        "asked.csv",
        "id,first_name,surname,dob\nQ1,Keiran,Venlow,2012-05-06\nQ2,Nobody,Atall,1999-09-09\n",
    );
    let (_, said) =
        desk.good("query --index records.csv --queries asked.csv --output one.csv --save-index saved.idx");
    let report: serde_json::Value = serde_json::from_str(said.trim().lines().last().unwrap()).unwrap();
    assert_eq!((&report["records"], &report["queries"]), (&47.into(), &2.into()));
    assert!(report["p99_ms"].is_number() && report["from_snapshot"] == false);
    assert!(desk.probability("one.csv", "Q1", "K1") > 0.8, "{}", desk.read("one.csv"));
    assert!(!desk.read("one.csv").contains("Q2"));
    let (_, said) = desk.good("query --index saved.idx --queries asked.csv --output two.csv");
    assert!(said.contains("\"from_snapshot\":true"));
    assert_eq!(desk.read("one.csv"), desk.read("two.csv"));
    let mut damaged = fs::read(desk.path("saved.idx")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    desk.write("saved.idx", damaged);
    assert!(desk.bad("query --index saved.idx --queries asked.csv --output two.csv").contains("damaged"));
}

#[test]
fn explain_adds_up_and_names_the_relatives() {
    let desk = Desk::new();
    let (drawn, _) = desk.good("explain K1 K3 --input records.csv");
    assert!(drawn.contains("given name") && drawn.contains("twins agree on such things too"), "{drawn}");
    let (drawn, _) = desk.good("explain K1 K5 --input records.csv");
    assert!(drawn.contains("a generation apart") && drawn.contains("a parent of the same name"), "{drawn}");
    let (json, _) = desk.good("explain K2 K1 --input records.csv --json");
    let why: serde_json::Value = serde_json::from_str(&json).unwrap();
    let sum: i64 = why["lines"].as_array().unwrap().iter().map(|l| l["weight"].as_i64().unwrap()).sum();
    assert_eq!(sum, why["score"].as_i64().unwrap());
    assert!(desk.bad("explain K1 K99 --input records.csv").contains("`K99`"));
}

#[test]
fn a_trained_model_is_kept_and_used() {
    let desk = Desk::new();
    desk.good("train --input records.csv --output model.json");
    desk.good("dedupe --input records.csv --output learned.csv");
    desk.good("dedupe --input records.csv --output kept.csv --model model.json");
    assert_eq!(desk.read("learned.csv"), desk.read("kept.csv"));
    desk.write("other.csv", "id,first_name,upn\n1,Ann,A123\n2,Ann,A123\n");
    assert!(desk.bad("dedupe --input other.csv --output x.csv --model model.json").contains("extra columns"));
    desk.write("model.json", "{\"form\": 1}");
    assert!(desk.bad("dedupe --input records.csv --output x.csv --model model.json").contains("model"));
}

#[test]
fn clusters_hold_one_child_each_and_obey_decisions() {
    let desk = Desk::new();
    desk.good("clusters --input records.csv --output people.csv");
    let cluster = |id: &str| {
        let text = desk.read("people.csv");
        text.lines().find_map(|l| l.strip_prefix(&format!("{id},")).map(str::to_owned)).unwrap()
    };
    assert_eq!(cluster("K1"), cluster("K2"));
    assert_eq!(cluster("A1"), cluster("A2"));
    let household: std::collections::BTreeSet<String> =
        ["K1", "K3", "K4", "K5"].into_iter().map(cluster).collect();
    assert_eq!(household.len(), 4);

    desk.write(
        "decided.csv",
        "id_a,id_b,decision\nK1,K2,do_not_link\nK4,K5,link\nA1,A2,do_not_link\nA2,A1,undo\n",
    );
    desk.good(
        "clusters --input records.csv --output people.csv --decisions decided.csv --attention look.csv",
    );
    assert_ne!(cluster("K1"), cluster("K2"));
    assert_eq!(cluster("K4"), cluster("K5"));
    assert_eq!(cluster("A1"), cluster("A2"));
    assert!(desk.read("look.csv").contains("K1,K2,"), "{}", desk.read("look.csv"));
}

#[test]
fn a_review_file_goes_out_and_comes_back() {
    let desk = Desk::new();
    desk.good("review --input records.csv --output review.csv --from 0.01 --to 1");
    let review = desk.read("review.csv");
    let line = review.lines().find(|l| l.starts_with("K1,K2,")).unwrap();
    assert!(line.contains("date of birth: 2012-05-06 / 2012-05-06"), "{line}");
    // A person writes a decision into the file as it is, and hands it back.
    let decided: Vec<String> = review
        .lines()
        .map(|l| if l.starts_with("K1,K2,") { l.replacen(",,", ",do_not_link,", 1) } else { l.to_owned() })
        .collect();
    desk.write("decided.csv", decided.join("\n"));
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv --decisions decided.csv");
    assert!(!said.contains("unknown"), "{said}");
    assert!(desk.probability("pairs.csv", "K1", "K2") == 0.0);
    desk.good("review --input records.csv --output again.csv --from 0.01 --to 1 --decisions decided.csv");
    assert_eq!(desk.read("again.csv").lines().count() + 1, review.lines().count());
    desk.write("decided.csv", "id_a,id_b,decision\nK1,K77,link\nK1,K2,maybe\n");
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv --decisions decided.csv");
    assert!(said.contains("line 2 names an unknown record") && said.contains("line 3"), "{said}");
}

#[test]
fn evaluate_measures_against_known_pairs() {
    let desk = Desk::new();
    desk.write("truth.csv", "id_a,id_b\nK1,K2\nA2,A1\nK1,nobody\n");
    let (table, said) = desk.good("evaluate --input records.csv --truth truth.csv");
    assert!(table.contains("2 true pairs") && table.contains("expected calibration error"), "{table}");
    assert!(said.contains("line 4"), "{said}");
    let (json, _) = desk.good("evaluate --input records.csv --truth truth.csv --json");
    let measured: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(measured["at_half"]["recall"], 1.0);
    assert_eq!(measured["pair_completeness"], 1.0);
}

#[test]
fn bad_rows_are_counted_named_and_put_aside() {
    let desk = Desk::new();
    let mut text = records();
    text.push_str(
        "B1,x,too,few\nK1,x,Again,Venlow,,,M,\n,x,No,Id,,,M,\n\"B2,x,Never,Closed,,2011-02-03,M,N1\n",
    );
    desk.write("records.csv", text);
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv --rejects rejects.csv");
    assert!(said.contains("47 rows read, 4 put aside"), "{said}");
    assert!(said.contains("line 49: 4 fields where the header has 8"), "{said}");
    let rejects = desk.read("rejects.csv");
    assert_eq!(rejects.lines().count(), 5, "{rejects}");
    assert!(rejects.contains("the id was used by an earlier row") && rejects.contains("no id"), "{rejects}");
    assert!(desk.probability("pairs.csv", "K1", "K2") > 0.9);
    // The same for the questions of a query.
    desk.write("asked.csv", "id,first_name,surname,dob\nQ1,Kiran,Venlow,2012-05-06\nQ2,short\n");
    let (_, said) =
        desk.good("query --index records.csv --queries asked.csv --output one.csv --rejects rejects.csv");
    assert!(said.contains("1 rows read, 1 put aside"), "{said}");
    assert!(desk.read("rejects.csv").contains("asked.csv"));
}

#[test]
fn hostile_names_and_empty_files_are_survived() {
    let desk = Desk::new();
    let long = "Ñ\u{301}".repeat(5_000);
    let mut text = records();
    for (id, given) in [
        ("H1", "\u{202e}nnA\u{202c}"),
        ("H2", "Z\u{351}\u{36f}a\u{30b}\u{33f}l\u{346}go"),
        ("H3", "\u{1f469}\u{200d}\u{1f467}"),
        ("H4", "\"Quo\"\"ted, and\nbroken\""),
        ("H5", "محمد"),
        ("H6", long.as_str()),
        ("H7", long.as_str()),
        ("H8", "\u{0}\u{feff}"),
    ] {
        text.push_str(&format!("{id},x,{given},Venlow,,2013-03-04,M,N9 9ZZ\n"));
    }
    desk.write("records.csv", text);
    for command in ["dedupe", "clusters", "review"] {
        desk.good(&format!("{command} --input records.csv --output out.csv"));
    }
    assert!(desk.read("out.csv").len() < 200_000);
    for (name, text) in [("nothing.csv", ""), ("blank.csv", "\n\n"), ("header.csv", "id,first_name,dob\n")] {
        desk.write(name, text);
        for command in ["dedupe", "clusters", "review", "train"] {
            desk.good(&format!("{command} --input {name} --output out.csv"));
        }
        desk.good(&format!("pair --left {name} --right records.csv --output out.csv"));
        desk.good(&format!("pair --left records.csv --right {name} --output out.csv"));
        desk.good(&format!("query --index records.csv --queries {name} --output out.csv"));
    }
    desk.write("bytes.csv", [0xff, 0xfe, 0x00, b'\n', 0x80]);
    assert!(desk.bad("dedupe --input bytes.csv --output out.csv").contains("id"));
    assert!(desk.bad("dedupe --input missing.csv --output out.csv").contains("`missing.csv`"));
    desk.write("noid.csv", "name,dob\nAnn,2010-01-01\n");
    assert!(desk.bad("dedupe --input noid.csv --output out.csv").contains("id"));
    assert!(desk.bad("dedupe --input records.csv --output out.csv --columns colour=x").contains("colour"));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_what_to_do() {
    let desk = Desk::new();
    desk.write("people.parquet", b"PAR1 and the rest");
    assert!(desk.bad("dedupe --input people.parquet --output out.csv").contains("--features parquet"));
}
