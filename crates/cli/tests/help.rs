//! What every command says of itself, kept as snapshots: a changed option, word or exit code is read before it is kept.
//!
//! The commands are found by asking the program, so that a new one cannot be left out. `cargo insta review` shows what
//! changed; a new snapshot is read and accepted there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn run(words: &[String]) -> Output {
    // Nothing of this machine: neither its settings nor the width of its terminal.
    Command::new(env!("CARGO_BIN_EXE_childfirst")).args(words).env_clear().output().unwrap()
}

/// Text of the program with its exit code.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let trimmed =
        |text: String| text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>();
    format!(
        "exit code {}\n{}{}",
        output.status.code().unwrap(),
        trimmed(text(&output.stdout)),
        trimmed(text(&output.stderr))
    )
}

/// The commands below one, as its help lists them.
fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| line.starts_with("  "));
    let named = listed.filter(|line| !line.starts_with("   "));
    named
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Every command, as the words that call it, with its help.
fn commands() -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(words) = open.pop() {
        let help = said(&run(&[words.clone(), vec!["--help".to_owned()]].concat()));
        for name in below(&help) {
            open.push([words.clone(), vec![name]].concat());
        }
        found.push((words, help));
    }
    found
}

fn name(words: &[String]) -> String {
    if words.is_empty() { "childfirst".to_owned() } else { words.join("-") }
}

#[test]
fn every_command_explains_itself_as_it_did() {
    let commands = commands();
    assert!(commands.len() > 25, "the commands are not found: {}", commands.len());
    for (words, help) in &commands {
        assert!(help.starts_with("exit code 0\n"), "{}: {help}", name(words));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name(words), help);
        });
    }
    // What is no command any more has no snapshot left.
    let kept: BTreeSet<String> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots"))
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".snap").map(str::to_owned))
            .collect();
    let known: BTreeSet<String> = commands.iter().map(|(words, _)| name(words)).collect();
    assert_eq!(kept, known);
}

#[test]
fn what_cannot_be_understood_is_exit_code_2_and_says_where_help_is() {
    for (words, _) in commands() {
        let output = run(&[words.clone(), vec!["--no-such-option".to_owned()]].concat());
        let said = said(&output);
        assert!(said.starts_with("exit code 2\n"), "{}: {said}", name(&words));
        assert!(said.contains("--no-such-option") && said.contains("--help"), "{}: {said}", name(&words));
        assert!(output.stdout.is_empty(), "{}: an error belongs on standard error", name(&words));
    }
}
