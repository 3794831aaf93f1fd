//! Findings written out: for people, as JSON Lines, or as SARIF 2.1.0.
use std::io::Write;

use cf_wording::{Checker, Finding, Kind, Severity};
use serde_json::json;

use super::record::{Record, Unread};

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
    first: bool,
}

/// A finding that was kept with a reason.
pub(crate) struct Kept<'c> {
    pub(crate) finding: Finding<'c>,
    pub(crate) reason: String,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(mut out: W, format: Format, advice: bool, checker: &Checker) -> anyhow::Result<Self> {
        if format == Format::Sarif {
            let rules: Vec<_> = checker
                .rules()
                .iter()
                .map(|r| {
                    json!({
                        "id": r.id,
                        "shortDescription": { "text": r.why },
                        "help": { "text": format!("{} Instead: {}", r.why, r.alternatives.join("; ")) },
                        "defaultConfiguration": { "level": level(r.kind, r.severity) },
                        "properties": { "category": r.category.name(), "kind": r.kind.name() },
                    })
                })
                .collect();
            let driver = json!({ "name": "childfirst wording", "version": env!("CARGO_PKG_VERSION"), "semanticVersion": env!("CARGO_PKG_VERSION"), "properties": { "rules": checker.version() }, "rules": rules });
            write!(
                out,
                "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":["
            )?;
        }
        Ok(Self { out, format, advice, first: true })
    }

    pub(crate) fn record(
        &mut self,
        record: &Record<'_>,
        findings: &[Finding<'_>],
        kept: &[Kept<'_>],
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Jsonl => self.jsonl(record, findings, kept),
            Format::Human => self.human(record, findings),
            Format::Sarif => self.sarif(record, findings, kept),
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

    fn sarif(
        &mut self,
        record: &Record<'_>,
        findings: &[Finding<'_>],
        kept: &[Kept<'_>],
    ) -> anyhow::Result<()> {
        let all =
            findings.iter().map(|f| (f, None)).chain(kept.iter().map(|k| (&k.finding, Some(&k.reason))));
        for (f, reason) in all.filter(|(f, _)| self.advice || f.kind == Kind::Blaming) {
            let (line, column) = place(&record.text, f.start);
            let whole_file = record.line == 0;
            let region = json!({ "charOffset": f.start, "charLength": f.end - f.start, "startLine": if whole_file { line } else { record.line }, "startColumn": if whole_file { column } else { 1 } });
            let mut result = json!({
                "ruleId": f.rule,
                "level": level(f.kind, f.severity),
                "message": { "text": format!("{} Instead: {}", f.why, f.alternatives.join("; ")) },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": record.file }, "region": region }, "logicalLocations": [{ "name": record.id.trim_matches('"'), "kind": "record" }] }],
                "properties": { "category": f.category.name(), "kind": f.kind.name(), "severity": f.severity.name() },
            });
            if let Some(reason) = reason {
                result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
            }
            if !self.first {
                self.out.write_all(b",")?;
            }
            self.first = false;
            write!(self.out, "{result}")?;
        }
        Ok(())
    }

    /// What could not be read keeps its place in JSON Lines, so that nothing goes missing.
    pub(crate) fn unread(&mut self, u: &Unread<'_>) -> anyhow::Result<()> {
        if self.format == Format::Jsonl {
            let line = json!({ "id": null, "findings": [], "error": { "file": u.file, "line": u.line, "rule": u.rule, "message": u.message } });
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        if self.format == Format::Sarif {
            self.out.write_all(b"]}]}\n")?;
        }
        self.out.flush()?;
        Ok(())
    }
}

const fn level(kind: Kind, severity: Severity) -> &'static str {
    match (kind, severity) {
        (Kind::Advisory, _) | (_, Severity::Low) => "note",
        (_, Severity::Medium) => "warning",
        (_, Severity::High) => "error",
    }
}

/// Line and column of a character, both from 1.
fn place(text: &str, character: usize) -> (u64, u64) {
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
