//! Where text comes from: files of several kinds, turned into records one at a time.
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::lines::{Line, Lines};
use super::{docx, show, table};

/// Largest plain text file read as one record: 64 MiB.
const LARGEST_TEXT: u64 = 64 << 20;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// One record a file.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// One record a row and column.
    Csv,
    /// A Word document.
    Docx,
}

/// One text to check.
pub(crate) struct Record<'a> {
    /// The id as JSON text.
    pub(crate) id: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) team: Option<String>,
    pub(crate) date: Option<String>,
    /// File, and line or row where that helps.
    pub(crate) file: &'a str,
    pub(crate) line: u64,
}

/// Something that could not be read, with the rule that says so.
pub(crate) struct Unread<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u64,
    pub(crate) rule: &'static str,
    pub(crate) message: String,
}

/// Names of the fields to read.
#[derive(clap::Args)]
pub(crate) struct Fields {
    /// JSON field or CSV column that holds the text. For CSV, several may be given, separated by commas.
    #[arg(long = "text", value_name = "FIELD", value_delimiter = ',', default_value = "text")]
    pub(crate) text: Vec<String>,
    /// JSON field or CSV column that identifies the record.
    #[arg(long = "id", value_name = "FIELD", default_value = "id")]
    pub(crate) id: String,
    /// Field with the team, for --as-audit.
    #[arg(long = "team", value_name = "FIELD", default_value = "team")]
    pub(crate) team: String,
    /// Field with the date (YYYY-MM-DD, with or without a time, or dd/mm/yyyy), for --as-audit.
    #[arg(long = "date", value_name = "FIELD", default_value = "date")]
    pub(crate) date: String,
}

/// Receives records, and what could not be read.
pub(crate) trait Sink {
    fn record(&mut self, record: &Record<'_>) -> anyhow::Result<()>;
    fn unread(&mut self, unread: &Unread<'_>) -> anyhow::Result<()>;
    fn advance(&mut self, bytes: u64);
    /// `true` when team and date are needed, which the quick path does not read.
    fn wants_groups(&self) -> bool {
        false
    }
}

/// The kind of a file, by the end of its name.
pub(crate) fn kind_of(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "txt" | "md" | "text" => Some(Kind::Text),
        "jsonl" | "ndjson" => Some(Kind::Jsonl),
        "csv" => Some(Kind::Csv),
        "docx" => Some(Kind::Docx),
        _ => None,
    }
}

/// A file or folder that is not read, and why.
pub(crate) struct NotRead {
    path: PathBuf,
    rule: &'static str,
    message: String,
}

impl NotRead {
    /// Tells the sink.
    pub(crate) fn tell(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let file = show(&self.path);
        sink.unread(&Unread { file: &file, line: 0, rule: self.rule, message: self.message.clone() })
    }
}

/// Every readable file below `path`, in order of name, and what is not read. Hidden files and folders, and the files Word locks
/// its documents with, are passed over.
pub(crate) fn walk(
    path: &Path,
    found: &mut Vec<(PathBuf, Kind)>,
    other: &mut Vec<NotRead>,
) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
        .with_context(|| format!("cannot read the folder `{}`", path.display()))?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        // Links are not followed: a folder that holds itself would never end.
        let (rule, message) = match std::fs::symlink_metadata(&entry) {
            Ok(about) if about.is_dir() => match walk(&entry, found, other) {
                Ok(()) => continue,
                Err(e) => ("folder", format!("{e:#}")),
            },
            Ok(about) if about.is_file() => {
                if let Some(kind) = kind_of(&entry) {
                    found.push((entry, kind));
                    continue;
                }
                ("file-kind", "a kind of file that is not read".to_owned())
            }
            Ok(about) if about.is_symlink() => ("link", "a link, and links are not followed".to_owned()),
            Ok(_) => ("file-kind", "neither a file nor a folder".to_owned()),
            Err(e) => ("open", e.to_string()),
        };
        other.push(NotRead { path: entry, rule, message });
    }
    Ok(())
}

/// Reads one file into `sink`.
pub(crate) fn read_file(path: &Path, kind: Kind, fields: &Fields, sink: &mut dyn Sink) -> anyhow::Result<()> {
    let name = show(path);
    if kind == Kind::Docx {
        return match docx::text(path) {
            Ok(text) => sink.record(&whole(&name, Cow::Owned(text))),
            Err(e) => sink.unread(&Unread { file: &name, line: 0, rule: "docx", message: format!("{e:#}") }),
        };
    }
    match File::open(path) {
        Ok(file) => read(BufReader::with_capacity(1 << 17, file), &name, kind, fields, sink),
        Err(e) => sink.unread(&Unread { file: &name, line: 0, rule: "open", message: e.to_string() }),
    }
}

fn whole<'a>(name: &'a str, text: Cow<'a, str>) -> Record<'a> {
    Record { id: Cow::Owned(json(name)), text, team: None, date: None, file: name, line: 0 }
}

/// Text as JSON.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads text, JSON Lines or CSV from anything.
pub(crate) fn read(
    reader: impl BufRead,
    name: &str,
    kind: Kind,
    fields: &Fields,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    match kind {
        Kind::Text => read_text(reader, name, sink),
        Kind::Jsonl => read_jsonl(reader, name, fields, sink),
        Kind::Csv => table::read(reader, name, fields, sink),
        Kind::Docx => anyhow::bail!("a Word document must be a file, not standard input"),
    }
}

fn read_text(reader: impl BufRead, name: &str, sink: &mut dyn Sink) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    if let Err(e) = reader.take(LARGEST_TEXT + 1).read_to_end(&mut bytes) {
        return sink.unread(&Unread { file: name, line: 0, rule: "read", message: e.to_string() });
    }
    sink.advance(bytes.len() as u64);
    if bytes.len() as u64 > LARGEST_TEXT {
        return sink.unread(&Unread {
            file: name,
            line: 0,
            rule: "file-length",
            message: "longer than 64 MiB; use JSON Lines for many records".to_owned(),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => sink.record(&whole(name, Cow::Owned(text))),
        Err(e) => {
            let upto = e.utf8_error().valid_up_to();
            let line = 1 + e.as_bytes()[..upto].iter().filter(|b| **b == b'\n').count() as u64;
            sink.unread(&Unread {
                file: name,
                line,
                rule: "utf8",
                message: format!("not UTF-8 at byte {}", upto + 1),
            })
        }
    }
}

/// The usual shape, read without a copy where the text has no escapes.
#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

fn read_jsonl(reader: impl BufRead, name: &str, fields: &Fields, sink: &mut dyn Sink) -> anyhow::Result<()> {
    let plain = fields.text.len() == 1 && fields.text[0] == "text" && fields.id == "id";
    let mut lines = Lines::new(reader);
    let mut before = 0;
    loop {
        sink.advance(lines.bytes - before);
        before = lines.bytes;
        let number = lines.number + 1;
        let unread = |rule, message| Unread { file: name, line: number, rule, message };
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(e) => return sink.unread(&unread("read", e.to_string())),
        };
        match line {
            Line::TooLong => sink.unread(&unread("line-length", "longer than 8 MiB".to_owned()))?,
            Line::NotUtf8 { byte } => {
                sink.unread(&unread("utf8", format!("not UTF-8 at byte {byte} of the line")))?
            }
            Line::Good(text) if text.trim().is_empty() => {}
            Line::Good(line) if plain && !sink.wants_groups() => {
                match serde_json::from_str::<Plain<'_>>(line) {
                    Ok(Plain { id, text: Some(text) }) => {
                        let id =
                            id.map_or_else(|| Cow::Owned(number.to_string()), |id| Cow::Borrowed(id.get()));
                        sink.record(&Record { id, text, team: None, date: None, file: name, line: number })?;
                    }
                    Ok(_) => sink.unread(&unread("text-field", "has no `text`".to_owned()))?,
                    Err(e) => sink.unread(&unread("json", e.to_string()))?,
                }
            }
            Line::Good(line) => {
                match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line) {
                    Ok(object) => {
                        let get = |key: &str| {
                            object.get(key).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                        };
                        let id =
                            object.get(&fields.id).map_or_else(|| number.to_string(), ToString::to_string);
                        let mut any = false;
                        for field in &fields.text {
                            if let Some(text) = object.get(field).and_then(|v| v.as_str()) {
                                any = true;
                                sink.record(&Record {
                                    id: Cow::Borrowed(&id),
                                    text: Cow::Borrowed(text),
                                    team: get(&fields.team),
                                    date: get(&fields.date),
                                    file: name,
                                    line: number,
                                })?;
                            }
                        }
                        if !any {
                            sink.unread(&unread(
                                "text-field",
                                format!("has no text in `{}`", fields.text.join("`, `")),
                            ))?;
                        }
                    }
                    Err(e) => sink.unread(&unread("json", e.to_string()))?,
                }
            }
        }
    }
}
