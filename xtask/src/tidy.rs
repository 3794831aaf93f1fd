//! Small rules on files that no compiler checks: each is a function from a file to findings.
//!
//! Left to clippy: `unwrap`, `expect` and `panic!` outside tests (workspace lints, with warnings denied). What is checked
//! here is that no crate opts out of those lints, and that every exception states its reason.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::code_text::code_only;
use crate::markdown::file_links;
use crate::metadata::{self, Crate};
use crate::project;

const LONGEST: usize = 700;
const ALLOWED_LONG: &str = "xtask/allowed-long-files.txt";
const REQUIRED: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/GLOSSARY.md"];

/// Spelled in halves so that this file passes its own check.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
const REGISTRY_HOSTS: [&str; 5] = [
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
];

/// `cargo xtask tidy`
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = arguments.first() {
        bail!("`cargo xtask tidy` takes no arguments, not `{unknown}`");
    }
    let files = project::files()?;
    let mut findings = Vec::new();
    let allowed_path = project::root().join(ALLOWED_LONG);
    let allowed_text =
        fs::read_to_string(&allowed_path).with_context(|| format!("cannot read {ALLOWED_LONG}"))?;
    let allowed = allowed_long(&allowed_text);
    let mut long = BTreeSet::new();
    for path in &files {
        // Not text: fonts, images. Nothing to check.
        let Ok(text) = fs::read_to_string(project::root().join(path)) else { continue };
        let name = path.to_string_lossy();
        let mut found = whole_text(path, &text);
        if is_source(path) && text.lines().count() > LONGEST {
            long.insert(name.to_string());
            if allowed.get(name.as_ref()).is_none_or(String::is_empty) {
                found.push((
                    1,
                    format!("more than {LONGEST} lines: split it, or give a reason in {ALLOWED_LONG}"),
                ));
            }
        }
        if has_extension(path, &["rs"]) {
            found.extend(rust(&text));
        }
        if has_extension(path, &["md"]) {
            found.extend(broken_links(path, &text, |target| project::root().join(target).exists()));
        }
        findings.extend(found.into_iter().map(|(line, what)| format!("{name}:{line}: {what}")));
    }
    for name in allowed.keys().filter(|name| !long.contains(*name)) {
        findings.push(format!("{ALLOWED_LONG}: `{name}` is not a long file any more, remove its line"));
    }
    for required in REQUIRED {
        if !project::root().join(required).is_file() {
            findings.push(format!("{required}: missing"));
        }
    }
    let (crates, _) = metadata::load()?;
    let map = fs::read_to_string(project::root().join("ARCHITECTURE.md")).ok();
    for one in &crates {
        let manifest = one.folder.join("Cargo.toml");
        let text = fs::read_to_string(project::root().join(&manifest))?;
        findings.extend(
            crate_rules(one, &text, map.as_deref())
                .into_iter()
                .map(|what| format!("{}: {what}", manifest.display())),
        );
    }
    println!("{} files read", files.len());
    Ok(report("tidy", &findings))
}

/// Prints findings and turns them into an exit code.
pub(crate) fn report(job: &str, findings: &[String]) -> ExitCode {
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("{job}: nothing to mend");
            ExitCode::SUCCESS
        }
        count => {
            println!("{job}: {count} to mend");
            ExitCode::FAILURE
        }
    }
}

type Found = Vec<(usize, String)>;

/// Rules for every text file.
fn whole_text(path: &Path, text: &str) -> Found {
    let mut found = Found::new();
    // Recorded output and recorded bytes are kept as they were.
    let recorded = has_extension(path, &["snap"]) || path.starts_with("fixtures") || named(path, "fixtures");
    let lock = path == Path::new("Cargo.lock");
    for (index, line) in text.lines().enumerate() {
        let mut say = |what: String| found.push((index + 1, what));
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            say("conflict marker".to_owned());
        }
        if !recorded && line.ends_with([' ', '\t']) {
            say("trailing whitespace".to_owned());
        }
        if let Some(path) = MACHINE_PATHS.iter().find(|machine| has_path(line, machine)) {
            say(format!("path of one machine, `{path}`: name it relative to the project"));
        }
        let source_of_lock = lock && line.starts_with("source = \"registry+");
        if !source_of_lock && let Some(host) = REGISTRY_HOSTS.iter().find(|host| line.contains(**host)) {
            say(format!("registry host `{host}`: the client's own setting decides where packages come from"));
        }
    }
    if !recorded && !text.is_empty() && !text.ends_with('\n') {
        found.push((text.lines().count(), "no newline at the end".to_owned()));
    }
    found
}

/// `machine` at the start of a path: not the middle of a longer one, nor of a web address.
fn has_path(line: &str, machine: &str) -> bool {
    line.match_indices(machine).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '}' | '*'))
    })
}

/// Rules for Rust, tests included.
fn rust(source: &str) -> Found {
    let mut found = Found::new();
    let code = code_only(source);
    for (index, line) in code.lines().enumerate() {
        for left_over in ["todo!(", "dbg!(", "unimplemented!("] {
            if line.contains(left_over) {
                found.push((index + 1, format!("`{left_over})` left in")));
            }
        }
        if line.contains("#[ignore]") {
            found.push((index + 1, "`#[ignore]` without a reason: `#[ignore = \"why\"]`".to_owned()));
        }
        let attribute =
            line.trim_start().trim_start_matches("#!").trim_start_matches('#').trim_start_matches('[');
        if line.trim_start().starts_with('#')
            && (attribute.starts_with("allow(") || attribute.starts_with("expect("))
        {
            let rest: String = code.lines().skip(index).take(8).collect::<Vec<_>>().join(" ");
            let whole = rest.split(")]").next().unwrap_or(&rest);
            if !whole.contains("reason") {
                found.push((index + 1, "lint exception without `reason = \"...\"`".to_owned()));
            }
        }
    }
    found
}

/// Links to files that are not there. `exists` takes a path relative to the project's top.
fn broken_links(page: &Path, text: &str, exists: impl Fn(&Path) -> bool) -> Found {
    let folder = page.parent().unwrap_or(Path::new(""));
    let mut found = Found::new();
    for (line, target) in file_links(text) {
        let path = match target.strip_prefix('/') {
            Some(from_top) => PathBuf::from(from_top),
            None => folder.join(&target),
        };
        match flat(&path) {
            Some(path) if exists(&path) => {}
            _ => found.push((line, format!("link to `{target}`, which is not there"))),
        }
    }
    found
}

/// `a/../b` as `b`; `None` when the path leaves the project.
fn flat(path: &Path) -> Option<PathBuf> {
    let mut flat = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir && !flat.pop() {
            return None;
        }
        if let Component::Normal(name) = part {
            flat.push(name);
        }
    }
    Some(flat)
}

fn crate_rules(one: &Crate, manifest: &str, map: Option<&str>) -> Vec<String> {
    let mut findings = Vec::new();
    if one.description.as_deref().unwrap_or("").is_empty() {
        findings.push("no description".to_owned());
    }
    if !manifest.contains("[lints]\nworkspace = true") {
        findings.push("does not take the workspace's lints (`[lints]`, `workspace = true`)".to_owned());
    }
    let name = one.name();
    let mentions = |map: &str| {
        map.contains(&format!("crates/{name}"))
            || map.contains(&format!("`{name}`"))
            || map.lines().any(|line| line.trim_start().starts_with(&format!("{name}/")))
    };
    // Without the page, its absence is the finding.
    if map.is_some_and(|map| !mentions(map)) {
        findings.push(format!("crate `{name}` is not mentioned in ARCHITECTURE.md"));
    }
    findings
}

/// `path - reason` a line; `#` starts a comment.
fn allowed_long(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split_once(" - ").unwrap_or((line, "")))
        .map(|(path, reason)| (path.trim().to_owned(), reason.trim().to_owned()))
        .collect()
}

fn is_source(path: &Path) -> bool {
    has_extension(path, &["rs", "mjs", "js", "css", "html", "sh"])
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| wanted.contains(&extension))
}

fn named(path: &Path, folder: &str) -> bool {
    path.components().any(|part| part.as_os_str() == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &Found) -> Vec<usize> {
        found.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn whitespace_ends_and_conflicts_are_found() {
        let text = format!("a \n{} HEAD\nb", "<".repeat(7));
        assert_eq!(lines(&whole_text(Path::new("a.md"), &text)), [1, 2, 3]);
        assert_eq!(whole_text(Path::new("a.snap"), "a \nb"), []);
        assert_eq!(whole_text(Path::new("a.md"), "a\nb\n"), []);
    }

    #[test]
    fn paths_of_this_machine_are_found_and_relative_ones_are_not() {
        let [work, home] = MACHINE_PATHS;
        let text = format!("cd {work}main\n'{home}x'\n../shared{work}x\nhttps://a.example{work}\n");
        assert_eq!(lines(&whole_text(Path::new("a.sh"), &text)), [1, 2]);
    }

    #[test]
    fn registry_hosts_are_found_except_in_the_lock_files_source_lines() {
        let text = format!("source = \"registry+https://x.example/{}-index\"\n", REGISTRY_HOSTS[0]);
        assert_eq!(whole_text(Path::new("Cargo.lock"), &text), []);
        assert_eq!(lines(&whole_text(Path::new("a.md"), &text)), [1]);
        assert_eq!(lines(&whole_text(Path::new("Cargo.lock"), &format!("# {}\n", REGISTRY_HOSTS[1]))), [1]);
    }

    #[test]
    fn left_overs_are_found_in_code_only() {
        let source =
            "fn f() { todo!() } // dbg!(x)\nlet s = \"dbg!(x)\";\ndbg!(x);\n#[ignore]\n#[ignore = \"slow\"]";
        assert_eq!(lines(&rust(source)), [1, 3, 4]);
    }

    #[test]
    fn a_lint_exception_states_its_reason() {
        let source = "#[allow(dead_code)]\n#[expect(clippy::panic, reason = \"x\")]\n#[expect(\n    clippy::panic,\n    reason = \"x\"\n)]\n#![allow(x)]";
        assert_eq!(lines(&rust(source)), [1, 7]);
    }

    #[test]
    fn links_are_resolved_from_their_page() {
        let there = |path: &Path| path == Path::new("docs/a.md") || path == Path::new("README.md");
        let text = "[a](a.md) [r](../README.md) [top](/README.md)\n[gone](b.md)\n[out](../../x)";
        assert_eq!(lines(&broken_links(Path::new("docs/page.md"), text, there)), [2, 3]);
    }

    #[test]
    fn a_crate_has_a_description_the_lints_and_a_place_on_the_map() {
        let one = Crate {
            package: "cf-kernel".into(),
            folder: "crates/kernel".into(),
            description: None,
            dependencies: Vec::new(),
            runnable: Vec::new(),
        };
        assert_eq!(crate_rules(&one, "", Some("")).len(), 3);
        let fine = Crate { description: Some("x".into()), ..one };
        assert_eq!(
            crate_rules(&fine, "[lints]\nworkspace = true\n", Some("kernel/   ids")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn long_files_need_a_reason() {
        let allowed = allowed_long("# why\na.rs - one table\nb.rs\n");
        assert_eq!(allowed["a.rs"], "one table");
        assert_eq!(allowed["b.rs"], "");
    }
}
