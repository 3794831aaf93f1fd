//! Operating commands, as an administrator runs them: the built program on databases of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be set up has failed"
)]
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use cf_testkit::Postgres;

const PROGRAM: &str = env!("CARGO_BIN_EXE_childfirst");

fn childfirst(args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).env_remove("CHILDFIRST_DATABASE").env("USER", "tests").output().unwrap()
}

fn done(args: &[&str]) -> String {
    let output = childfirst(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(args: &[&str], code: i32) -> String {
    let output = childfirst(args);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn sqlite(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// A small invented London.
fn fill(url: &str, keys: &str) {
    done(&["simulate", "--database", url, "--keys", keys, "--days", "21", "--children", "12"]);
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// Size and root of the record's log, by `verify`.
fn head(url: &str, keys: &str) -> (serde_json::Value, serde_json::Value) {
    let found = json(&done(&["verify", "--database", url, "--keys", keys, "--rows", "--format", "json"]));
    (found["logs"][0]["entries"].clone(), found["logs"][0]["root"].clone())
}

#[test]
fn a_backup_of_either_database_is_restored_into_either() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, server) = (folder.path().join("keys"), Postgres::start().unwrap());
    let keys = text(&keys);
    for source in [sqlite(&folder.path().join("source.db")), server.database().unwrap()] {
        let name = if source.starts_with("sqlite") { "lite" } else { "pg" };
        let keys = &format!("{keys}-{name}");
        fill(&source, keys);
        let before = head(&source, keys);
        let file = folder.path().join(format!("{name}.backup"));
        let written = json(&done(&[
            "backup",
            "--database",
            &source,
            "--keys",
            keys,
            "--to",
            text(&file),
            "--format",
            "json",
        ]));
        assert_eq!((written["logs"][0]["entries"].clone(), written["logs"][0]["root"].clone()), before);
        assert!(written["logs"][0]["checkpoint"].as_str().unwrap().contains('\u{2014}'), "{written}");
        let again = refused(&["backup", "--database", &source, "--keys", keys, "--to", text(&file)], 2);
        assert!(again.contains("is there already"), "{again}");

        let bytes = std::fs::read(&file).unwrap();
        let drill = done(&["restore", "--drill", "--keys", keys, "--from", text(&file), "--format", "json"]);
        assert_eq!(json(&drill)["found"]["whole"], true);
        assert!(json(&drill)["found"]["rows"].as_u64().unwrap() > 100, "{drill}");
        assert_eq!(std::fs::read(&file).unwrap(), bytes, "a drill leaves the backup as it is");

        for target in [sqlite(&folder.path().join(format!("from-{name}.db"))), server.database().unwrap()] {
            let args = ["restore", "--from", text(&file), "--database", &target, "--keys", keys];
            done(&args);
            assert_eq!(head(&target, keys), before, "{name} to {target}");
            let again = refused(&args, 2);
            assert!(again.contains("already"), "{again}");
            let people = |url: &str| done(&["user", "list", "--database", url, "--keys", keys]);
            assert_eq!(people(&target), people(&source));
        }
    }
}

#[test]
fn a_damaged_backup_is_said_and_nothing_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (source, keys) = (sqlite(&folder.path().join("source.db")), folder.path().join("keys"));
    let keys = text(&keys);
    fill(&source, keys);
    let file = folder.path().join("good.backup");
    done(&["backup", "--database", &source, "--keys", keys, "--to", text(&file)]);
    let good = std::fs::read(&file).unwrap();
    let entry = good.windows(8).position(|window| window == b"\ncommand").expect("an entry's text");
    let damages: [(&str, Vec<u8>); 4] = [
        ("one bit of an entry", {
            let mut bytes = good.clone();
            bytes[entry + 12] ^= 1;
            bytes
        }),
        ("cut short", good[..good.len() / 2].to_vec()),
        ("no database", b"not a database at all".repeat(300)),
        ("empty pages", {
            let mut bytes = good.clone();
            let half = bytes.len() / 2;
            bytes[half..half + 40_000].fill(0);
            bytes
        }),
    ];
    for (what, bytes) in damages {
        let bad = folder.path().join("bad.backup");
        std::fs::write(&bad, bytes).unwrap();
        let target = folder.path().join("target.db");
        for args in [
            vec!["restore", "--from", text(&bad), "--keys", keys, "--drill"],
            vec!["restore", "--from", text(&bad), "--keys", keys, "--database", &sqlite(&target)],
        ] {
            let said = refused(&args, 1);
            assert!(said.contains("DAMAGED"), "{what}: {said}");
        }
        assert!(!target.exists() && !folder.path().join("target.db.part").exists(), "{what}");
    }
    let others = folder.path().join("others");
    fill(&sqlite(&folder.path().join("other.db")), text(&others));
    let said = refused(&["restore", "--drill", "--from", text(&file), "--keys", text(&others)], 2);
    assert!(said.contains("belong to another database"), "{said}");
}

fn backup_begun(source: &str, keys: &str, to: &Path) -> Child {
    Command::new(PROGRAM)
        .args(["backup", "--database", source, "--keys", keys, "--to", text(to)])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_backup_that_is_killed_is_never_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let (source, keys) = (sqlite(&folder.path().join("source.db")), folder.path().join("keys"));
    let keys = text(&keys);
    fill(&source, keys);
    let (mut cut, mut whole) = (0, 0);
    for round in 0..14_u64 {
        let file = folder.path().join(format!("{round}.backup"));
        let mut process = backup_begun(&source, keys, &file);
        std::thread::sleep(Duration::from_millis(round * round * 3));
        process.kill().unwrap();
        process.wait().unwrap();
        if file.exists() {
            whole += 1;
            done(&["restore", "--drill", "--keys", keys, "--from", text(&file)]);
        } else {
            cut += 1;
            // The next try goes through what the killed one left.
            done(&["backup", "--database", &source, "--keys", keys, "--to", text(&file)]);
        }
    }
    assert!(cut > 0, "no backup was killed in time: {whole} whole");
    done(&["verify", "--database", &source, "--keys", keys, "--rows"]);
}

#[test]
fn a_backup_is_taken_while_the_service_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (source, keys) = (sqlite(&folder.path().join("source.db")), folder.path().join("keys"));
    let keys = text(&keys);
    let mut writing = Command::new(PROGRAM)
        .args(["simulate", "--database", &source, "--keys", keys, "--days", "60", "--children", "400"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut sizes = Vec::new();
    for number in 0..40 {
        std::thread::sleep(Duration::from_millis(300));
        let file = folder.path().join(format!("{number}.backup"));
        // Before the first entry there is nothing to back up.
        if !childfirst(&["backup", "--database", &source, "--keys", keys, "--to", text(&file)])
            .status
            .success()
        {
            continue;
        }
        let drill = done(&["restore", "--drill", "--keys", keys, "--from", text(&file), "--format", "json"]);
        sizes.push(json(&drill)["found"]["logs"][0]["entries"].as_u64().unwrap());
        if sizes.iter().filter(|size| **size > 0).count() >= 3 || writing.try_wait().unwrap().is_some() {
            break;
        }
    }
    let still_writing = writing.try_wait().unwrap().is_none();
    writing.kill().unwrap();
    writing.wait().unwrap();
    assert!(still_writing, "the writer ended before a backup was taken: {sizes:?}");
    assert!(sizes.windows(2).all(|two| two[0] <= two[1]) && sizes.last() > sizes.first(), "{sizes:?}");
}

#[test]
fn a_witness_follows_a_log_and_refuses_one_that_was_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (source, keys, witness) = (sqlite(&folder.path().join("source.db")), path("keys"), path("witness"));
    fill(&source, &keys);
    let found = json(&done(&["verify", "--database", &source, "--keys", &keys, "--format", "json"]));
    let key = found["logs"][1]["public_key"].as_str().unwrap().to_owned();
    done(&["witness", "new", "--folder", &witness, "--name", "auditor.example"]);
    let request = |old: &str, to: &str| {
        let to = path(to);
        done(&[
            "witness",
            "request",
            "--database",
            &source,
            "--keys",
            &keys,
            "--log",
            "access",
            "--old",
            old,
            "--to",
            &to,
        ]);
        to
    };
    let sign =
        |request: &str| childfirst(&["witness", "sign", "--folder", &witness, "--public-key", &key, request]);
    let first = request("0", "first");
    // A copy from which a false log will grow.
    let old = path("old.backup");
    done(&["backup", "--database", &source, "--keys", &keys, "--to", &old]);
    let answer = sign(&first);
    assert!(answer.status.success());
    assert!(String::from_utf8_lossy(&answer.stdout).starts_with("\u{2014} auditor.example "));
    let seen = json(&done(&["witness", "seen", "--folder", &witness, "--format", "json"]));
    let size = seen[0]["entries"].to_string();
    let stale = request("1", "stale");
    let answer = sign(&stale);
    assert_eq!(answer.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&answer.stderr).contains(&format!("--old {size}")));
    let second = request(&size, "second");
    assert!(sign(&second).status.success());
    let seen = json(&done(&["witness", "seen", "--folder", &witness, "--format", "json"]));
    let size = seen[0]["entries"].to_string();

    let forked = sqlite(&folder.path().join("forked.db"));
    done(&["restore", "--from", &old, "--database", &forked, "--keys", &keys]);
    for _ in 0..9 {
        done(&["user", "list", "--database", &forked, "--keys", &keys]);
    }
    let to = path("forked");
    done(&[
        "witness",
        "request",
        "--database",
        &forked,
        "--keys",
        &keys,
        "--log",
        "access",
        "--old",
        &size,
        "--to",
        &to,
    ]);
    let answer = sign(&to);
    assert_eq!(answer.status.code(), Some(1));
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert!(said.contains("FORK") && said.contains("evidence"), "{said}");
}

#[test]
fn a_file_for_openid_is_read_where_it_is_built_in_and_an_identity_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (url, file) = (sqlite(&folder.path().join("force.db")), folder.path().join("openid.toml"));
    std::fs::write(
        &file,
        "issuer = \"http://id.force.example\"\nclient_id = \"us\"\nlabel = \"it\"\n\
        redirect = \"https://childfirst.force.example\"\nlogin_claim = \"email\"\n",
    )
    .unwrap();
    let said = refused(&["serve", "--database", &url, "--listen", "127.0.0.1:0", "--openid", text(&file)], 2);
    if cfg!(feature = "openid") {
        assert!(said.contains("openid.toml") && said.contains("`issuer` must begin with https://"), "{said}");
    } else {
        assert!(said.contains("--features openid"), "{said}");
    }
    done(&["user", "--database", &url, "add", "jo", "--role", "operator", "--no-password"]);
    let jo = &json(&done(&["user", "--database", &url, "list", "--format", "json"]))[0];
    assert_eq!((&jo["password"], &jo["elsewhere"]), (&false.into(), &false.into()), "{jo}");
    let nothing = refused(&["user", "--database", &url, "forget-identity", "jo"], 2);
    assert!(nothing.contains("bound to no identity"), "{nothing}");
}

#[test]
fn the_last_administrator_stays_and_a_role_is_changed_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(&folder.path().join("record.db"));
    fn asked<'a>(url: &'a str, args: &[&'a str]) -> Vec<&'a str> {
        [&["user", "--database", url, "--as", "Jo March"], args].concat()
    }
    let url = url.as_str();
    done(&asked(url, &["add", "jo", "--role", "administrator", "--no-password"]));
    for last in [&["disable", "jo"][..], &["role", "jo", "operator", "--reason", "moves"]] {
        let said = refused(&asked(url, last), 2);
        assert!(said.contains("one administrator must be left to keep accounts"), "{said}");
    }
    done(&asked(url, &["add", "max", "--role", "operator", "--no-password"]));
    refused(&asked(url, &["role", "max", "administrator", "--reason", " "]), 2);
    let said = done(&asked(url, &["role", "max", "administrator", "--reason", "keeps accounts now"]));
    assert!(said.contains("max has the role administrator now"), "{said}");
    done(&asked(url, &["disable", "jo"]));
    let said = done(&asked(url, &["reopen", "jo", "--reason", "back"]));
    assert!(said.contains("jo can sign in again as administrator"), "{said}");
}
