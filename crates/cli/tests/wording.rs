//! `childfirst wording check`, from file to report, as scripts and auditors use it: what was not read is never passed over.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::process::Command;

use serde_json::Value;

const BLAME: &str = "She is promiscuous and refuses to engage.";

struct Desk {
    folder: tempfile::TempDir,
}

/// What a run printed, said, and ended with.
struct Ran {
    code: i32,
    out: String,
    said: String,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_childfirst"))
            .args(["wording", "check"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), said: text(output.stderr) }
    }

    /// The only run of a SARIF report, and the exit code.
    fn sarif(&self, arguments: &[&str]) -> (Value, i32) {
        let ran = self.check(&[&["--format", "sarif"], arguments].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["runs"].as_array().unwrap().len(), 1);
        (report["runs"][0].clone(), ran.code)
    }
}

/// Where a finding or a notification is.
fn place(of: &Value) -> &Value {
    &of["locations"][0]["physicalLocation"]
}

#[test]
fn a_row_with_more_cells_than_the_header_is_refused_like_one_with_fewer() {
    let desk = Desk::new();
    desk.write(
        "x.csv",
        format!("id,text\n1,Late again, she is promiscuous and refuses to engage.\n2\n3,{BLAME}\n"),
    );
    let ran = desk.check(&["x.csv"]);
    assert_eq!(ran.code, 3, "{}", ran.said);
    assert!(ran.said.contains("x.csv:2: not checked: the row has 3 cells and the header 2"), "{}", ran.said);
    assert!(ran.said.contains("x.csv:3: not checked: the row has no column `text`"), "{}", ran.said);
    assert_eq!(ran.said.matches("(rule `csv-width`)").count(), 2, "{}", ran.said);
    assert!(ran.said.contains("1 records") && ran.said.contains("2 not read"), "{}", ran.said);
    assert!(ran.out.contains("x.csv:4:") && !ran.out.contains("x.csv:2:"), "{}", ran.out);

    let ran = desk.check(&["--format", "jsonl", "x.csv"]);
    let first: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!((&first["error"]["line"], &first["error"]["rule"]), (&2.into(), &"csv-width".into()));
}

#[test]
fn an_audit_puts_iso_and_uk_dates_in_their_periods_and_names_the_others() {
    let desk = Desk::new();
    desk.write(
        "x.csv",
        "id,text,team,date\n1,a,T,05/01/2023\n2,b,T,2023-01-31\n3,c,T,2024-01-05T09:30:00Z\n4,d,T,05/01/2024\n5,e,T,bad date\n6,f,T,12/25/2023\n7,g,T,\n",
    );
    let ran = desk.check(&["--as-audit", "--format", "jsonl", "--period", "month", "x.csv"]);
    let lines: Vec<Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let groups: Vec<_> =
        lines.iter().map(|l| (l["period"].as_str().unwrap(), l["records"].as_u64().unwrap())).collect();
    assert_eq!(groups, [("(no date)", 1), ("2023-01", 2), ("2024-01", 2)]);
    assert!(ran.said.contains("x.csv:6: not checked: `bad date` is not a date"), "{}", ran.said);
    assert!(ran.said.contains("x.csv:7: not checked: `12/25/2023` is not a date"), "{}", ran.said);
    assert_eq!(ran.said.matches("(rule `date`)").count(), 2, "{}", ran.said);
    assert!(ran.said.contains("5 records") && ran.said.contains("2 not read"), "{}", ran.said);
    assert_eq!(ran.code, 3);

    let ran = desk.check(&["--as-audit", "--format", "jsonl", "--period", "year", "x.csv"]);
    assert!(
        ran.out.contains("\"period\":\"2023\"") && ran.out.contains("\"period\":\"2024\""),
        "{}",
        ran.out
    );
    // Without periods no date is needed.
    let ran = desk.check(&["--as-audit", "--format", "jsonl", "--period", "all", "x.csv"]);
    assert!(ran.code == 0 && ran.out.contains("\"records\":7"), "{} {}", ran.out, ran.said);
}

#[test]
fn an_audit_refuses_sarif_and_a_sample_of_nothing() {
    let desk = Desk::new();
    desk.write("x.csv", "id,text\n1,a\n");
    for (arguments, said) in [
        (["--as-audit", "--format", "sarif", "x.csv"], "SARIF"),
        (["--as-audit", "--sample", "0", "x.csv"], "--sample 0"),
    ] {
        let ran = desk.check(&arguments);
        assert_eq!(ran.code, 2, "{}", ran.said);
        assert!(ran.out.is_empty(), "{}", ran.out);
        assert!(ran.said.contains(said), "{}", ran.said);
    }
}

#[test]
fn rows_of_csv_are_named_by_their_own_line_and_no_column_is_made_up() {
    let desk = Desk::new();
    let text = format!("id,text\n1,Calm.\n2,\"Two\nlines.\"\n\n3,{BLAME}\n");
    desk.write("lf.csv", &text);
    desk.write("crlf.csv", text.replace('\n', "\r\n"));
    for file in ["lf.csv", "crlf.csv"] {
        let ran = desk.check(&[file]);
        assert!(ran.out.starts_with(&format!("{file}:6:")), "{}", ran.out);
        let (run, code) = desk.sarif(&[file]);
        assert_eq!(code, 0);
        let finding = &run["results"][0];
        assert_eq!(place(finding)["region"], serde_json::json!({ "startLine": 6 }), "{file}");
        let within = &finding["properties"]["withinText"];
        assert!(within["end"].as_u64().unwrap() <= BLAME.len() as u64, "{within}");
    }
    // In a plain text the place is known.
    desk.write("a.txt", format!("Calm.\n{BLAME}"));
    let (run, _) = desk.sarif(&["a.txt"]);
    let region = &place(&run["results"][0])["region"];
    assert_eq!(region["startLine"], 2);
    assert_eq!(region["charOffset"].as_u64().unwrap(), 6 + region["startColumn"].as_u64().unwrap() - 1);
}

#[test]
fn sarif_names_files_by_relative_references_and_what_was_not_read() {
    let desk = Desk::new();
    desk.write("sp dir/a%b c.txt", BLAME);
    let (run, code) = desk.sarif(&["sp dir"]);
    assert_eq!(place(&run["results"][0])["artifactLocation"]["uri"], "sp%20dir/a%25b%20c.txt");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"], serde_json::json!([]));
    assert_eq!(code, 0);

    desk.write("sp dir/d e.docx", "no archive");
    desk.write("sp dir/f.csv", "id,text\n1,a,b\n");
    let (run, code) = desk.sarif(&["sp dir"]);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let named = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(named.len(), 2);
    assert_eq!(named[0]["descriptor"]["id"], "docx");
    assert_eq!(place(&named[0])["artifactLocation"]["uri"], "sp%20dir/d%20e.docx");
    assert_eq!(named[1]["descriptor"]["id"], "csv-width");
    assert_eq!(place(&named[1])["region"]["startLine"], 2);
    assert_eq!((run["results"].as_array().unwrap().len(), code), (1, 3));
}

#[test]
fn files_of_other_kinds_in_a_folder_are_counted_as_not_read_and_hidden_ones_are_not() {
    let desk = Desk::new();
    desk.write("notes/a.txt", "Calm.");
    desk.write("notes/.DS_Store", "x");
    desk.write("notes/.git/config", "x");
    desk.write("notes/~$d.docx", "x");
    let ran = desk.check(&["notes"]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert!(ran.said.contains("1 records") && ran.said.contains(" 0 not read"), "{}", ran.said);

    desk.write("notes/b.pdf", "x");
    desk.write("notes/below/c.doc", "x");
    let ran = desk.check(&["notes"]);
    assert_eq!(ran.code, 3, "{}", ran.said);
    for name in ["notes/b.pdf", "notes/below/c.doc"] {
        assert!(ran.said.contains(&format!("{name}: not checked: a kind of file")), "{}", ran.said);
    }
    assert!(ran.said.contains(" 2 not read"), "{}", ran.said);
    let (run, _) = desk.sarif(&["notes"]);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);

    // Named outright, it could not run, and nothing half written is left.
    let ran = desk.check(&["--format", "sarif", "notes/a.txt", "notes/b.pdf"]);
    assert!(ran.code == 2 && ran.out.is_empty(), "{} {}", ran.out, ran.said);
}
