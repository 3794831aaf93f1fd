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
fn a_file_that_is_read_is_not_written_over() {
    let desk = Desk::new();
    desk.write("decided.csv", "id_a,id_b,decision\nK1,K2,link\n");
    fs::create_dir(desk.path("sub")).unwrap();
    for arguments in [
        "dedupe --input records.csv --output records.csv",
        "dedupe --input records.csv --output sub/../records.csv",
        "dedupe --input records.csv --output pairs.csv --rejects ./records.csv",
        "dedupe --input records.csv --decisions decided.csv --output decided.csv",
        "pair --left decided.csv --right records.csv --output records.csv",
        "review --input records.csv --decisions decided.csv --output decided.csv",
        "clusters --input records.csv --output groups.csv --attention records.csv",
    ] {
        let said = desk.bad(arguments);
        assert!(said.contains("which is read: name another file"), "{arguments}: {said}");
    }
    assert_eq!(desk.read("records.csv"), records());
    assert!(!desk.path("pairs.csv").exists() && !desk.path("groups.csv").exists());
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
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv --decisions records.csv");
    assert!(said.contains("the columns id_a, id_b, decision are not all there"), "{said}");
    for (refused, words) in [
        ("review --input records.csv --output x.csv --from 0.9 --to 0.1", "in this order"),
        ("clusters --input records.csv --output x.csv --threshold 3", "between 0 and 1"),
        ("dedupe --input records.csv --output x.csv --min-probability nan", "between 0 and 1"),
    ] {
        assert!(desk.bad(refused).contains(words), "{refused}");
    }
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
fn a_name_that_is_not_utf_8_is_put_aside_and_never_read_with_letters_lost() {
    let desk = Desk::new();
    desk.write(
        "council.csv",
        b"id,first_name,surname,dob\nC1,Ana,Garc\xeda,2011-02-03\nC2,Bea,Venlow,2012-05-06\n",
    );
    let (_, said) = desk.good("dedupe --input council.csv --output pairs.csv --rejects rejects.csv");
    assert!(said.contains("1 rows read, 1 put aside"), "{said}");
    assert!(said.contains("line 2: field 3 is not UTF-8: save the file as \"CSV UTF-8\""), "{said}");
    let rejects = fs::read(desk.path("rejects.csv")).unwrap();
    assert!(rejects.windows(6).any(|bytes| bytes == b"Garc\xeda"), "the row is kept as it came");
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
    desk.write("bytes.csv", [0x00, b'\n', 0x80]);
    assert!(desk.bad("dedupe --input bytes.csv --output out.csv").contains("id"));
    desk.write("wide.csv", [0xff, 0xfe, b'i', 0x00, b'd', 0x00]);
    assert!(desk.bad("dedupe --input wide.csv --output out.csv").contains("`wide.csv` is UTF-16"));
    assert!(desk.bad("dedupe --input missing.csv --output out.csv").contains("`missing.csv`"));
    desk.write("noid.csv", "name,dob\nAnn,2010-01-01\n");
    assert!(desk.bad("dedupe --input noid.csv --output out.csv").contains("id"));
    assert!(desk.bad("dedupe --input records.csv --output out.csv --columns colour=x").contains("colour"));
}

#[test]
fn decisions_hold_between_two_files_and_come_back_from_review() {
    let desk = Desk::new();
    // Both files number from 1, so that an id alone says nothing.
    desk.write(
        "left.csv",
        "id,first_name,surname,dob,postcode\n1,Kiran,Venlow,2012-05-06,N1 5AB\n2,Aoife,O'Darragh,2010-11-30,E8 4QQ\n3,Esme,Quarrow,2009-02-03,SW1 2XY\n",
    );
    desk.write(
        "right.csv",
        "id,first_name,surname,dob,postcode\n1,Aoife,O'Darragh,2010-11-30,E8 4QQ\n2,Kieran,Venlow,2012-05-06,N1 5AB\n3,Marek,Venlow,2014-09-16,N1 5AB\n",
    );
    let pair = "pair --left left.csv --right right.csv --output pairs.csv";
    desk.good(pair);
    let lines = |name: &str| desk.read(name).lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert!(lines("pairs.csv").iter().any(|line| line.starts_with("1,2,0.9")), "{:?}", lines("pairs.csv"));
    assert!(lines("pairs.csv").iter().any(|line| line.starts_with("2,1,0.9")), "{:?}", lines("pairs.csv"));

    desk.good("review --input left.csv --right right.csv --output review.csv --from 0.001 --to 1");
    let decided: Vec<String> =
        desk.read("review.csv")
            .lines()
            .map(|line| {
                if line.starts_with("1,2,") {
                    line.replacen(",,", ",do_not_link,", 1)
                } else {
                    line.to_owned()
                }
            })
            .chain(["3,3,,link,".to_owned(), "9,1,,link,".to_owned()])
            .collect();
    desk.write("decided.csv", decided.join("\n"));
    let (_, said) = desk.good(&format!("{pair} --decisions decided.csv"));
    assert_eq!(said.matches("names an unknown record").count(), 1, "{said}");
    let held = lines("pairs.csv");
    assert!(held.iter().all(|line| !line.starts_with("1,2,")), "{held:?}");
    assert!(held.contains(&"3,3,1.000000".to_owned()) && held.iter().any(|line| line.starts_with("2,1,0.9")));
    desk.good("review --input left.csv --right right.csv --output again.csv --from 0.001 --to 1 --decisions decided.csv");
    assert!(lines("again.csv").iter().all(|line| !line.starts_with("1,2,")));

    // An id of both files is the left one's first and the right one's second.
    let (drawn, _) = desk.good("explain 1 2 --input left.csv --right right.csv");
    assert!(drawn.contains("Kiran / Kieran") || drawn.contains("kiran / kieran"), "{drawn}");
    assert!(
        desk.bad("explain 1 9 --input left.csv --right right.csv").contains("`right.csv` has the id `9`")
    );
}

#[test]
fn new_records_join_the_people_known_before() {
    let desk = Desk::new();
    let all = records();
    let without: Vec<&str> = all.lines().filter(|line| !line.starts_with("K2,")).collect();
    desk.write("yesterday.csv", without.join("\n"));
    desk.good("clusters --input yesterday.csv --output known.csv");
    // A name of its own, as somebody keeps it elsewhere; and a record that is gone since.
    let known = desk.read("known.csv").replace("K1,K1\n", "K1,child-7\n") + "GONE,child-9\n";
    desk.write("known.csv", known);
    let (_, said) = desk.good("clusters --input records.csv --output people.csv --known known.csv");
    assert!(said.contains("known.csv: line") && said.contains("45 people"), "{said}");
    let people = desk.read("people.csv");
    assert!(people.contains("K1,child-7\n") && people.contains("K2,child-7\n"), "{people}");
    // A decision is stronger than what was known.
    desk.write("decided.csv", "id_a,id_b,decision\nK1,K2,do_not_link\nA1,A2,do_not_link\n");
    let command = "clusters --input records.csv --output people.csv --known known.csv --decisions decided.csv --attention look.csv";
    desk.good(command);
    let people = desk.read("people.csv");
    assert!(people.contains("K1,child-7\n") && people.contains("K2,K2\n"), "{people}");
    let of = |id: &str| people.lines().find(|line| line.starts_with(&format!("{id},"))).unwrap().to_owned();
    assert_ne!(of("A1").split(',').next_back(), of("A2").split(',').next_back());
    assert!(desk.read("look.csv").contains("a decision keeps them apart"));
}

#[test]
fn files_of_every_shape_give_the_same_answer() {
    let desk = Desk::new();
    desk.good("dedupe --input records.csv --output plain.csv");
    let text = records();
    let quoted: Vec<String> = text
        .lines()
        .map(|line| line.split(',').map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(","))
        .collect();
    let noted =
        text.replacen("id,", "note,id,", 1).replace("\nK1,", "\n\"first\nsecond, \"\"third\"\"\",K1,");
    let noted: Vec<String> = noted
        .lines()
        .map(|line| {
            let begun =
                line.starts_with("note,") || line.starts_with("\"first") || line.starts_with("second");
            if begun { line.to_owned() } else { format!(",{line}") }
        })
        .collect();
    for (name, bytes) in [
        ("bom.csv", format!("\u{feff}{text}")),
        ("crlf.csv", text.replace('\n', "\r\n")),
        ("no_end.csv", text.trim_end().to_owned()),
        ("semicolons.csv", text.replace(',', ";")),
        ("tabs.csv", text.replace(',', "\t")),
        ("quoted.csv", quoted.join("\r\n")),
        ("quoted_newlines.csv", noted.join("\n")),
        ("blank_lines.csv", text.replace('\n', "\n\n\r\n")),
    ] {
        desk.write(name, bytes);
        let (_, said) = desk.good(&format!("dedupe --input {name} --output out.csv"));
        assert!(said.contains("47 records") && !said.contains("put aside"), "{name}: {said}");
        assert_eq!(desk.read("out.csv"), desk.read("plain.csv"), "{name}");
    }
}

#[test]
fn a_field_of_ten_million_letters_costs_its_row_at_most() {
    let desk = Desk::new();
    let long = "Ann ".repeat(2_600_000);
    let text = format!(
        "{}F1,x,{long},Venlow,,2013-03-04,M,N9 9ZZ\nF2,x,\"{long}\",Venlow,,2013-03-04,M,N9 9ZZ\nF3,x,\"{}\nnot closed\n",
        records(),
        long
    );
    desk.write("records.csv", text);
    let begin = std::time::Instant::now();
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv --rejects rejects.csv");
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
    // The unclosed quote opens a row of one field and a half: it is put aside, and so is the line after it.
    assert!(said.contains("put aside") && said.contains("line 51"), "{said}");
    assert!(desk.probability("pairs.csv", "K1", "K2") > 0.9);
    assert!(desk.probability("pairs.csv", "F1", "F2") > 0.9, "{}", desk.read("pairs.csv"));
}

#[test]
fn one_giant_household_is_no_giant_run() {
    let desk = Desk::new();
    let mut text = records();
    for i in 0..20_000 {
        text.push_str(&format!("H{i},x,Ann,Hostel,,2010-01-{:02},F,N1 1AA\n", 1 + i % 28));
    }
    desk.write("records.csv", text);
    let begin = std::time::Instant::now();
    let (_, said) = desk.good("dedupe --input records.csv --output pairs.csv");
    assert!(begin.elapsed().as_secs() < 120, "{:?}", begin.elapsed());
    let compared: u64 =
        said.split(" records, ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap();
    // Two hundred million pairs could be compared.
    assert!(compared < 20_000_000, "{said}");
    assert!(desk.probability("pairs.csv", "K1", "K2") > 0.9);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_as_the_table_it_holds() {
    let desk = Desk::new();
    // Written by another program (pyarrow, zstd, several row groups, dates as dates).
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/link");
    for name in ["people.parquet", "nested.parquet"] {
        fs::copy(fixtures.join(name), desk.path(name)).unwrap();
    }
    let (_, said) = desk.good("dedupe --input people.parquet --output pairs.csv --rejects rejects.csv");
    assert!(said.contains("46 rows read, 2 put aside"), "{said}");
    assert!(said.contains("no id") && said.contains("the id was used by an earlier row"), "{said}");
    assert!(desk.probability("pairs.csv", "K1", "K2") > 0.8, "{}", desk.read("pairs.csv"));
    assert!(desk.probability("pairs.csv", "A1", "A2") > 0.8, "{}", desk.read("pairs.csv"));
    let (_, said) = desk.good("query --index people.parquet --queries people.parquet --output out.csv");
    assert!(said.contains("\"queries\":46"), "{said}");
    assert!(desk.bad("dedupe --input nested.parquet --output x.csv").contains("more than one value a row"));
    let whole = fs::read(desk.path("people.parquet")).unwrap();
    desk.write("cut.parquet", &whole[..whole.len() / 2]);
    assert!(desk.bad("dedupe --input cut.parquet --output x.csv").contains("`cut.parquet`"));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_what_to_do() {
    let desk = Desk::new();
    desk.write("people.parquet", b"PAR1 and the rest");
    assert!(desk.bad("dedupe --input people.parquet --output out.csv").contains("--features parquet"));
}
