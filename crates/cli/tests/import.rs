//! `childfirst import`, as an administrator runs it: what it refuses before anything is imported, and what the same
//! file gives again.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROFILE: &str = "name = 'desk'\nversion = 1\nsource_system = 'desk'\nrequired = ['reported_at']\n\
    [columns]\nincident_ref = 'ref'\nperson_ref = 'person'\nreported_at = 'reported'\n";
const EXTRACT: &str = "ref,person,reported\n1,p1,2026-03-01T10:00:00\n2,p2,31/02/2026 10:00\n";
const IMPORT: &str = "police --mapping desk.toml extract.csv";

/// A folder with a profile, an extract with one row that cannot be used, and a record.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(desk.path("desk.toml"), PROFILE).unwrap();
        fs::write(desk.path("extract.csv"), EXTRACT).unwrap();
        let add = "user add ash --name Ash --role administrator --no-password --as Tests";
        assert_eq!(desk.run(&add.split(' ').collect::<Vec<_>>()).0, 0);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The exit code, and all that was said.
    fn run(&self, args: &[&str]) -> (i32, String) {
        self.run_on("record.db", args)
    }

    fn run_on(&self, database: &str, args: &[&str]) -> (i32, String) {
        let output = Command::new(Path::new(env!("CARGO_BIN_EXE_childfirst")))
            .args(args)
            .env("CHILDFIRST_DATABASE", format!("sqlite://{database}"))
            .env("USER", "tests")
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code().unwrap(), said)
    }

    fn import(&self, args: &str) -> (i32, String) {
        self.run(&["import"].into_iter().chain(args.split(' ')).collect::<Vec<_>>())
    }

    /// Whether the next import of the extract is its first.
    fn nothing_is_imported(&self) -> bool {
        let (code, said) = self.import(&format!("{IMPORT} --dry-run"));
        assert_eq!(code, 1, "{said}");
        !said.contains("was imported on")
    }
}

#[test]
fn findings_that_cannot_be_written_are_said_before_anything_is_imported() {
    let desk = Desk::new();
    let (code, said) = desk.import(&format!("{IMPORT} --findings no/such/folder/f.csv"));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("cannot write `no/such/folder/f.csv`"), "{said}");
    assert!(desk.nothing_is_imported());
    // Nor does a failed import leave an empty list, which would say that nothing was found.
    let (code, said) = desk.import("police --mapping desk.toml absent.csv --findings f.csv");
    assert!(code == 2 && !desk.path("f.csv").exists(), "{said}");
}

#[test]
fn a_file_that_is_read_is_not_written_over() {
    let desk = Desk::new();
    fs::create_dir(desk.path("sub")).unwrap();
    for findings in ["extract.csv", "./extract.csv", "sub/../extract.csv", "desk.toml"] {
        let (code, said) = desk.import(&format!("{IMPORT} --findings {findings}"));
        assert!(code == 2 && said.contains("which is read"), "{findings}: {said}");
    }
    assert_eq!(fs::read_to_string(desk.path("extract.csv")).unwrap(), EXTRACT);
    assert_eq!(fs::read_to_string(desk.path("desk.toml")).unwrap(), PROFILE);
    assert!(desk.nothing_is_imported());
}

#[test]
fn the_same_file_again_gives_the_same_findings_and_exit_code() {
    let desk = Desk::new();
    let import = format!("{IMPORT} --findings f.csv");
    let (code, said) = desk.import(&import);
    assert_eq!(code, 1, "{said}");
    let first = fs::read_to_string(desk.path("f.csv")).unwrap();
    assert!(first.contains("extract.csv,3,quarantined,CF-REQUIRED,error,reported_at,"), "{first}");
    for args in [import.clone(), format!("{import} --dry-run")] {
        let (code, said) = desk.import(&args);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("the same file was imported on"), "{said}");
        assert!(said.contains("2 rows: 1 good, 0 repaired, 1 quarantined"), "{said}");
        assert_eq!(fs::read_to_string(desk.path("f.csv")).unwrap(), first);
    }
}

#[test]
fn a_record_that_is_not_there_is_begun_by_an_import_that_says_so_and_by_no_dry_run() {
    let desk = Desk::new();
    let run = |more: &str| {
        let args = format!("import {IMPORT}{more}");
        desk.run_on("recrod.db", &args.split(' ').collect::<Vec<_>>())
    };
    let (code, said) = run(" --dry-run");
    assert!(code == 1 && said.contains("1 good") && !said.contains("a new one begins"), "{said}");
    assert!(!desk.path("recrod.db").exists() && !desk.path("recrod.db.keys").exists());
    let (code, said) = run("");
    assert!(
        code == 1 && said.contains("There is no record at `recrod.db`: a new one begins there."),
        "{said}"
    );
    assert!(desk.path("recrod.db").exists() && desk.path("recrod.db.keys").exists());
}

#[test]
fn a_return_is_for_one_council_and_one_that_is_not_londons_is_asked_about() {
    let desk = Desk::new();
    fs::write(desk.path("missing.csv"), "CHILD,DOB,MISSING,MIS_START,MIS_END\n1,,M,01/05/2024,02/05/2024\n")
        .unwrap();
    let (code, said) = desk.import("ssda903 --authority 999 --dry-run missing.csv");
    assert!(
        code == 2 && said.contains("`999`") && said.contains("list of English local authorities"),
        "{said}"
    );
    let (code, said) = desk.import("ssda903 --authority 825 --dry-run missing.csv");
    assert!(code == 0 && said.contains("825 is Buckinghamshire, none of London's councils"), "{said}");
    let (code, said) = desk.import("ssda903 --authority 308 missing.csv");
    assert!(code == 0 && !said.contains("none of London's"), "{said}");
    let (code, said) = desk.import("ssda903 --authority 306 missing.csv");
    assert!(code == 2 && said.contains("authority 308") && said.contains("306"), "{said}");
}
