//! Findings as SARIF 2.1.0: one run, written as the findings come, closed by what could not be read.
use std::fmt::Write as _;
use std::io::Write;

use cf_wording::{Checker, Finding, Kind, Severity};
use serde_json::{Value, json};

use super::output::{Kept, place};
use super::record::{Record, Unread};

/// Places that could not be read, named one by one. They are held until the end; further ones are counted.
const MOST_NAMED: usize = 10_000;

/// What is known of the run so far.
pub(super) struct Sarif {
    advice: bool,
    first: bool,
    unread: Vec<Value>,
    /// Those not named.
    more: u64,
}

impl Sarif {
    /// Opens the run with the rules in force.
    pub(super) fn begin(out: &mut dyn Write, advice: bool, checker: &Checker) -> anyhow::Result<Self> {
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
        Ok(Self { advice, first: true, unread: Vec::new(), more: 0 })
    }

    /// Writes the findings of one record. Those kept with a reason are there too, as suppressed.
    pub(super) fn record(
        &mut self,
        out: &mut dyn Write,
        record: &Record<'_>,
        findings: &[Finding<'_>],
        kept: &[Kept<'_>],
    ) -> anyhow::Result<()> {
        let all =
            findings.iter().map(|f| (f, None)).chain(kept.iter().map(|k| (&k.finding, Some(&k.reason))));
        for (f, reason) in all.filter(|(f, _)| self.advice || f.kind == Kind::Blaming) {
            // Of a row or a line of JSON only the line is known: where in it the text stands depends on quotation marks and
            // escapes. The place within the text is then a property.
            let (region, within) = if record.line > 0 {
                (json!({ "startLine": record.line }), json!({ "start": f.start, "end": f.end }))
            } else {
                let (line, column) = place(&record.text, f.start);
                let region = json!({ "charOffset": f.start, "charLength": f.end - f.start, "startLine": line, "startColumn": column });
                (region, Value::Null)
            };
            let mut result = json!({
                "ruleId": f.rule,
                "level": level(f.kind, f.severity),
                "message": { "text": format!("{} Instead: {}", f.why, f.alternatives.join("; ")) },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(record.file) }, "region": region }, "logicalLocations": [{ "name": record.id.trim_matches('"'), "kind": "record" }] }],
                "properties": { "category": f.category.name(), "kind": f.kind.name(), "severity": f.severity.name() },
            });
            if !within.is_null() {
                result["properties"]["withinText"] = within;
            }
            if let Some(reason) = reason {
                result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
            }
            if !self.first {
                out.write_all(b",")?;
            }
            self.first = false;
            write!(out, "{result}")?;
        }
        Ok(())
    }

    /// Keeps what could not be read for the end of the run.
    pub(super) fn unread(&mut self, u: &Unread<'_>) {
        if self.unread.len() >= MOST_NAMED {
            self.more += 1;
            return;
        }
        let mut location = json!({ "artifactLocation": { "uri": uri(u.file) } });
        if u.line > 0 {
            location["region"] = json!({ "startLine": u.line });
        }
        self.unread.push(json!({
            "level": "error",
            "descriptor": { "id": u.rule },
            "message": { "text": format!("not checked: {}", u.message) },
            "locations": [{ "physicalLocation": location }],
        }));
    }

    /// Closes the run. It was successful when everything was read.
    pub(super) fn finish(mut self, out: &mut dyn Write) -> anyhow::Result<()> {
        let successful = self.unread.is_empty();
        if self.more > 0 {
            let text = format!("not checked: {} more places that are not named here", self.more);
            self.unread.push(json!({ "level": "error", "message": { "text": text } }));
        }
        let invocation =
            json!({ "executionSuccessful": successful, "toolExecutionNotifications": self.unread });
        writeln!(out, "],\"invocations\":[{invocation}]}}]}}")?;
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

/// A path as a relative URI reference (RFC 3986): what is not plain is written as `%` and two digits, a colon too, since
/// what stands before it would be read as a scheme.
fn uri(path: &str) -> String {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    // Two slashes in front would name a host.
    while path.starts_with("//") {
        path = &path[1..];
    }
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            // Writing to a string does not fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_reference_and_only_that() {
        for (path, expected) in [
            ("sp dir/a%b c.txt", "sp%20dir/a%25b%20c.txt"),
            ("./notes/a.txt", "notes/a.txt"),
            (".//notes/a.txt", "notes/a.txt"),
            ("../a.txt", "../a.txt"),
            ("http:a#b?c.txt", "http%3Aa%23b%3Fc.txt"),
            ("//host/a.txt", "/host/a.txt"),
            ("Zo\u{eb}.txt", "Zo%C3%AB.txt"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn of_very_many_places_the_rest_is_counted() {
        let mut sarif = Sarif { advice: false, first: true, unread: Vec::new(), more: 0 };
        for line in 0..=MOST_NAMED as u64 + 1 {
            sarif.unread(&Unread { file: "a.csv", line, rule: "csv-width", message: "x".to_owned() });
        }
        let mut out = b"{\"runs\":[{\"results\":[".to_vec();
        sarif.finish(&mut out).unwrap();
        let read: Value = serde_json::from_slice(&out).unwrap();
        let invocation = &read["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let named = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(named.len(), MOST_NAMED + 1);
        assert!(named[MOST_NAMED]["message"]["text"].as_str().unwrap().contains(" 2 more"));
    }
}
