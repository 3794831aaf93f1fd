//! Which crate knows which, and what must stay absent.
//!
//! The arrows are kept in `docs/crate-graph.txt`, so that a new one is a line in a review rather than an accident.
//! The absences are those ARCHITECTURE.md states: some libraries have one home, some crates have no async function.
use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::code_text::code_only;
use crate::metadata::{self, Crate};
use crate::project;

const SNAPSHOT: &str = "docs/crate-graph.txt";

/// Libraries with one home: the crates named are the only ones whose manifest may name the library.
const HOMES: [(&str, &[&str]); 9] = [
    // The tests of `openid` play an identity provider.
    ("axum", &["web", "testkit", "openid"]),
    ("axum-extra", &["web", "testkit"]),
    ("tower-http", &["web", "testkit"]),
    ("utoipa-axum", &["web"]),
    ("sqlx", &["store"]),
    ("rusqlite", &["store"]),
    ("cedar-policy", &["access"]),
    ("openidconnect", &["openid"]),
    ("chacha20poly1305", &["sealing"]),
];

/// Crates that decide or compute and never wait.
const SYNCHRONOUS: [&str; 5] = ["casework", "grading", "timescales", "ledger", "measures"];

/// `cargo xtask graph [--accept]`
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let accept = match arguments {
        [] => false,
        [flag] if flag == "--accept" => true,
        other => bail!("`cargo xtask graph` takes only --accept, not `{}`", other.join(" ")),
    };
    let (crates, _) = metadata::load()?;
    let drawn = draw(&crates);
    print!("{drawn}");
    let path = project::root().join(SNAPSHOT);
    let mut findings = Vec::new();
    if accept {
        fs::create_dir_all(path.parent().unwrap_or(project::root()))?;
        fs::write(&path, &drawn).with_context(|| format!("cannot write {SNAPSHOT}"))?;
        println!("\nwritten to {SNAPSHOT}");
    } else {
        findings.extend(changes(&fs::read_to_string(&path).unwrap_or_default(), &drawn));
    }
    findings.extend(strangers(&crates));
    findings.extend(waiting()?);
    let manifest =
        fs::read_to_string(project::root().join("Cargo.toml")).context("cannot read Cargo.toml")?;
    findings.extend(unexplained(&manifest));
    Ok(crate::tidy::report("graph", &findings))
}

/// One line a crate: `app -> access, casework, ...`, then what only its tests know.
fn draw(crates: &[Crate]) -> String {
    let ours = |package: &str| crates.iter().find(|other| other.package == package).map(Crate::name);
    let mut text =
        String::from("# Which crate knows which. `cargo xtask graph --accept` writes this file.\n");
    for one in crates {
        let arrows = |tests_only: bool| {
            let known: BTreeSet<&str> = one
                .dependencies
                .iter()
                .filter(|dependency| dependency.tests_only == tests_only)
                .filter_map(|dependency| ours(&dependency.package))
                .collect();
            known.into_iter().collect::<Vec<_>>().join(", ")
        };
        let (always, in_tests) = (arrows(false), arrows(true));
        text += &format!("{} ->{}{always}\n", one.name(), if always.is_empty() { "" } else { " " });
        if !in_tests.is_empty() {
            text += &format!("{} (tests) -> {in_tests}\n", one.name());
        }
    }
    text
}

/// Arrows that are new, and arrows the snapshot has that are gone.
fn changes(snapshot: &str, drawn: &str) -> Vec<String> {
    let (before, now) = (arrows(snapshot), arrows(drawn));
    let say = |arrow: &(String, String), what: &str, why: &str| {
        format!(
            "{what} arrow `{} -> {}`: {why}, run `cargo xtask graph --accept` and commit {SNAPSHOT}",
            arrow.0, arrow.1
        )
    };
    let new = now.difference(&before).map(|arrow| say(arrow, "new", "if this crate should know the other"));
    let gone =
        before.difference(&now).map(|arrow| say(arrow, "vanished", "to keep it from coming back unseen"));
    new.chain(gone).collect()
}

fn arrows(text: &str) -> BTreeSet<(String, String)> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once("->"));
    lines
        .flat_map(|(from, to)| {
            let from = from.trim().to_owned();
            to.split(',')
                .map(str::trim)
                .filter(|to| !to.is_empty())
                .map(move |to| (from.clone(), to.to_owned()))
        })
        .collect()
}

/// Libraries named outside their home.
fn strangers(crates: &[Crate]) -> Vec<String> {
    let mut findings = Vec::new();
    for one in crates {
        for (library, homes) in HOMES {
            let named = one.dependencies.iter().any(|dependency| dependency.package == library);
            if named && !homes.contains(&one.name()) {
                let manifest = one.folder.join("Cargo.toml");
                findings.push(format!(
                    "{}: `{library}` is known only in {}",
                    manifest.display(),
                    homes.join(", ")
                ));
            }
        }
    }
    findings
}

/// Async code in crates that never wait.
fn waiting() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in project::files()? {
        let inside = SYNCHRONOUS.iter().find(|name| path.starts_with(format!("crates/{name}/src")));
        if let Some(name) = inside
            && path.extension().is_some_and(|extension| extension == "rs")
        {
            let source = fs::read_to_string(project::root().join(&path))?;
            for line in waiting_lines(&source) {
                findings.push(format!("{}:{line}: `{name}` has no async code", path.display()));
            }
        }
    }
    Ok(findings)
}

fn waiting_lines(source: &str) -> Vec<usize> {
    let waits = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "async" || word == "await")
    };
    code_only(source)
        .lines()
        .enumerate()
        .filter(|(_, line)| waits(line))
        .map(|(index, _)| index + 1)
        .collect()
}

/// Dependencies of the workspace table without a reason beside them. Our own crates (`path = ...`) explain themselves.
fn unexplained(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut findings = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.trim() == "[workspace.dependencies]";
        } else if inside && line.contains('=') && !line.starts_with('#') && !line.contains("path =") {
            let reason = line.rsplit_once(" # ").map_or("", |(_, reason)| reason.trim());
            if reason.is_empty() {
                let name = line.split('=').next().unwrap_or_default().trim();
                findings.push(format!(
                    "Cargo.toml:{}: dependency `{name}` has no reason beside it (` # why`)",
                    index + 1
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn a_crate(folder: &str, knows: &[(&str, bool)]) -> Crate {
        let dependencies = knows
            .iter()
            .map(|(package, tests_only)| Dependency {
                package: (*package).to_owned(),
                tests_only: *tests_only,
            })
            .collect();
        Crate {
            package: format!("cf-{}", folder.trim_start_matches("crates/")),
            folder: folder.into(),
            description: None,
            dependencies,
            runnable: Vec::new(),
        }
    }

    #[test]
    fn drawn_arrows_are_ours_only_and_tests_stand_apart() {
        let crates = [
            a_crate("crates/kernel", &[("serde", false)]),
            a_crate("crates/store", &[("cf-kernel", false), ("sqlx", false), ("cf-testkit", true)]),
            a_crate("crates/testkit", &[]),
        ];
        let drawn = draw(&crates);
        let lines: Vec<&str> = drawn.lines().skip(1).collect();
        assert_eq!(lines, ["kernel ->", "store -> kernel", "store (tests) -> testkit", "testkit ->"]);
        assert_eq!(changes(&drawn, &drawn), Vec::<String>::new());
    }

    #[test]
    fn a_new_arrow_says_how_to_accept_it() {
        let findings = changes("a -> b\n", "a -> b, c\n");
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].contains("new arrow `a -> c`") && findings[0].contains("graph --accept"),
            "{findings:?}"
        );
        assert!(changes("a -> b, c\n", "a -> b\n")[0].contains("vanished arrow `a -> c`"));
    }

    #[test]
    fn a_library_outside_its_home_is_found() {
        let crates = [a_crate("crates/store", &[("sqlx", false)]), a_crate("crates/web", &[("sqlx", true)])];
        assert_eq!(strangers(&crates), ["crates/web/Cargo.toml: `sqlx` is known only in store"]);
    }

    #[test]
    fn async_is_found_in_code_and_not_in_words_about_it() {
        assert_eq!(
            waiting_lines("// no async here\nasync fn f() {}\nlet asynchronous = \"async\";\ng().await"),
            [2, 4]
        );
    }

    #[test]
    fn a_dependency_needs_a_reason() {
        let manifest = "[workspace.dependencies]\ncf-a = { path = \"a\" }\nx = \"1\" # why\ny = \"1\"\n[profile.dev]\nz = 1";
        assert_eq!(
            unexplained(manifest),
            ["Cargo.toml:4: dependency `y` has no reason beside it (` # why`)"]
        );
    }
}
