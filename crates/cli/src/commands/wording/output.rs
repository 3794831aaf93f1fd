//! Findings written out: for people, as JSON Lines, or as SARIF.
use std::io::Write;

use cf_wording::{Checker, Finding, Kind};
use serde_json::json;

use super::record::{Record, Unread};
use super::sarif::Sarif;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    Human,
    /// One JSON object a record, in the order read.
    Jsonl,
    /// SARIF 2.1.0, for tools that collect findings.
    Sarif,
}

/// Writes findings in one format.
pub(crate) struct Output<W: Write> {
    out: W,
    format: Format,
    advice: bool,
    sarif: Option<Sarif>,
}

/// A finding that was kept with a reason.
pub(crate) struct Kept<'c> {
    pub(crate) finding: Finding<'c>,
    pub(crate) reason: String,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(mut out: W, format: Format, advice: bool, checker: &Checker) -> anyhow::Result<Self> {
        let sarif = match format {
            Format::Sarif => Some(Sarif::begin(&mut out, advice, checker)?),
            Format::Human | Format::Jsonl => None,
        };
        Ok(Self { out, format, advice, sarif })
    }

    pub(crate) fn record(
        &mut self,
        record: &Record<'_>,
        findings: &[Finding<'_>],
        kept: &[Kept<'_>],
    ) -> anyhow::Result<()> {
        match &mut self.sarif {
            Some(sarif) => sarif.record(&mut self.out, record, findings, kept),
            None if self.format == Format::Jsonl => self.jsonl(record, findings, kept),
            None => self.human(record, findings),
        }
    }

    fn jsonl(
        &mut self,
        record: &Record<'_>,
        findings: &[Finding<'_>],
        kept: &[Kept<'_>],
    ) -> anyhow::Result<()> {
        self.out.write_all(b"{\"id\":")?;
        self.out.write_all(record.id.as_bytes())?;
        if findings.is_empty() {
            self.out.write_all(b",\"findings\":[]")?;
        } else {
            self.out.write_all(b",\"findings\":")?;
            serde_json::to_writer(&mut self.out, findings)?;
        }
        if !kept.is_empty() {
            let list: Vec<_> = kept.iter().map(|k| json!({ "start": k.finding.start, "end": k.finding.end, "rule": k.finding.rule, "reason": k.reason })).collect();
            write!(self.out, ",\"suppressed\":{}", serde_json::Value::from(list))?;
        }
        self.out.write_all(b"}\n")?;
        Ok(())
    }

    fn human(&mut self, record: &Record<'_>, findings: &[Finding<'_>]) -> anyhow::Result<()> {
        for f in findings.iter().filter(|f| self.advice || f.kind == Kind::Blaming) {
            let (line, column) = place(&record.text, f.start);
            let line = if record.line > 0 { record.line } else { line };
            let words: String = record.text.chars().skip(f.start).take(f.end - f.start).collect();
            let id = record.id.trim_matches('"');
            let what = if f.kind == Kind::Advisory { "advice" } else { f.severity.name() };
            writeln!(
                self.out,
                "{}:{line}:{column}: {what}: {} \u{201c}{}\u{201d}",
                record.file,
                f.category.name(),
                words.replace('\n', " ")
            )?;
            if record.line > 0 {
                writeln!(self.out, "    record {id}, rule {}", f.rule)?;
            } else {
                writeln!(self.out, "    rule {}", f.rule)?;
            }
            writeln!(self.out, "    {}", f.why)?;
            for alternative in &f.alternatives {
                writeln!(self.out, "    instead: {alternative}")?;
            }
        }
        Ok(())
    }

    /// What could not be read keeps its place in JSON Lines and is named at the end of SARIF, so that nothing goes missing.
    pub(crate) fn unread(&mut self, u: &Unread<'_>) -> anyhow::Result<()> {
        if self.format == Format::Jsonl {
            let line = json!({ "id": null, "findings": [], "error": { "file": u.file, "line": u.line, "rule": u.rule, "message": u.message } });
            writeln!(self.out, "{line}")?;
        }
        if let Some(sarif) = &mut self.sarif {
            sarif.unread(u);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        if let Some(sarif) = self.sarif {
            sarif.finish(&mut self.out)?;
        }
        self.out.flush()?;
        Ok(())
    }
}

/// Line and column of a character, both from 1.
pub(super) fn place(text: &str, character: usize) -> (u64, u64) {
    let (mut line, mut column) = (1, 1);
    for c in text.chars().take(character) {
        if c == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}
