//! Runs a program, shows its output as it comes, and keeps it for counting.
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};

/// What a program printed (both streams, in the order they arrived, colours removed) and how it ended.
pub(crate) struct Finished {
    /// The exit status.
    pub(crate) status: ExitStatus,
    /// Its lines, without line ends.
    pub(crate) lines: Vec<String>,
}

/// Runs `command` in the project's top folder with no input. Each line is passed on to standard output at once,
/// so that a slow step shows life, and `.ci/run` leaves one ordered log.
pub(crate) fn shown(command: &mut Command) -> Result<Finished> {
    let name = spoken(command);
    println!("$ {name}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{name}`"))?;
    let (send, receive) = mpsc::channel();
    let readers: Vec<_> = [
        child.stdout.take().map(|stream| forward(stream, send.clone())),
        child.stderr.take().map(|stream| forward(stream, send.clone())),
    ]
    .into_iter()
    .flatten()
    .collect();
    drop(send);
    let mut lines = Vec::new();
    for line in receive {
        // A closed standard output (`| head`) must not stop the checks themselves.
        let _ = writeln!(std::io::stdout(), "{line}");
        lines.push(without_colour(&line));
    }
    for reader in readers {
        let _ = reader.join();
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{name}`"))?;
    Ok(Finished { status, lines })
}

/// The output of a small program as trimmed text, or `None` when it is missing or fails.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(crate::project::root())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as a person would type it.
pub(crate) fn spoken(command: &Command) -> String {
    let set = command.get_envs().filter_map(|(key, value)| {
        value.map(|value| format!("{}={}", key.to_string_lossy(), quoted(&value.to_string_lossy())))
    });
    let program = std::iter::once(command.get_program().to_string_lossy().into_owned());
    let arguments = command.get_args().map(|argument| quoted(&argument.to_string_lossy()));
    set.chain(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    if word.contains(' ') { format!("'{word}'") } else { word.to_owned() }
}

fn forward(stream: impl Read + Send + 'static, to: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        // Bytes, not `lines()`: one stray byte in a test's output must not silence the rest.
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
            if to.send(line).is_err() {
                break;
            }
            bytes.clear();
        }
    })
}

/// Removes terminal colour sequences (`ESC [ ... letter`).
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            if rest.next() == Some('[') {
                for c in rest.by_ref() {
                    if c.is_ascii_alphabetic() {
                        break;
                    }
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_and_the_status_is_reported() {
        let finished = shown(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"])).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        let mut lines = finished.lines;
        lines.sort();
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn colours_are_removed() {
        assert_eq!(without_colour("\u{1b}[32;1m     Summary\u{1b}[0m [ 1s]"), "     Summary [ 1s]");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = shown(&mut Command::new("no-such-program-here")).err().unwrap();
        assert!(error.to_string().contains("no-such-program-here"), "{error}");
    }
}
