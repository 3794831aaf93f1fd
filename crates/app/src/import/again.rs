//! An extract that was imported before: what was found in it then is told again, from the account that was kept.
use std::collections::HashSet;

use cf_exchange::Account;
use cf_store::ImportRow;

use super::extract::Begun;
use super::report::{FindingAt, ImportReport, Totals, Watch, codes, counts, own_rule};
use crate::{App, Problem};

/// Rows read at once.
const ROWS: u32 = 5_000;

impl App {
    /// The report of an extract that is known: its rows and findings as they were. Nothing changes.
    pub(super) async fn tell_again(
        &self,
        mut begun: Begun,
        watch: &dyn Watch,
    ) -> Result<ImportReport, Problem> {
        let Some(earlier) = begun.earlier.take() else { return Ok(begun.told()) };
        let (codes, mut totals, mut after) = (codes(), Totals::default(), 0);
        loop {
            let rows = self.store.import_rows(earlier.id, after, ROWS).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            for row in &rows {
                tell(row, &begun.facts.file_name, &codes, watch, &mut totals);
            }
        }
        begun.was(account(&earlier.counts), totals);
        Ok(begun.told())
    }
}

/// The rows of a file, as they were counted. Absent counts are none.
fn account(stored: &str) -> Account {
    let counts = counts(stored).unwrap_or_default();
    let count = |name: &str| counts.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default();
    Account {
        rows: count("rows"),
        good: count("good"),
        repaired: count("repaired"),
        quarantined: count("quarantined"),
        notes: count("notes"),
        blank_lines: count("blank_lines"),
    }
}

/// Tells of a row as [`super::report::account_for`] wrote it down: `CODE field field: message; CODE field`.
fn tell(row: &ImportRow, file: &str, codes: &HashSet<&'static str>, watch: &dyn Watch, totals: &mut Totals) {
    let line = u64::try_from(row.number).unwrap_or_default();
    let disposition = match row.disposition.as_str() {
        "repaired" => "repaired",
        "quarantined" => "quarantined",
        _ => "good",
    };
    for part in parts(&row.reason, codes) {
        let (head, message) = part.split_once(": ").unwrap_or((part, ""));
        let mut words = head.split(' ');
        let Some(rule) = words.next().and_then(|code| codes.get(code).copied()) else { continue };
        let fields: Vec<&str> = words.collect();
        totals.count(rule, line);
        let (level, _) = own_rule(rule);
        watch.finding(&FindingAt { file, line, disposition, rule, level, fields: &fields, message });
    }
}

/// What was said of a row, one by one. A message may hold a semicolon; what follows it is then no code.
fn parts<'r>(reason: &'r str, codes: &HashSet<&'static str>) -> Vec<&'r str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, between) in reason.match_indices("; ") {
        let next = &reason[at + between.len()..];
        let code = next.split([' ', ':', ';']).next().unwrap_or_default();
        if codes.contains(code) {
            parts.push(&reason[begin..at]);
            begin = at + between.len();
        }
    }
    parts.push(&reason[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_of_a_row_is_taken_apart_where_a_code_begins() {
        let said = "CF-CODE sex: no code; kept as written; CF-SPACE dob; 1004 MIS_START; CF-KNOWN: there";
        let expected =
            ["CF-CODE sex: no code; kept as written", "CF-SPACE dob", "1004 MIS_START", "CF-KNOWN: there"];
        assert_eq!(parts(said, &codes()), expected);
    }

    #[test]
    fn rows_are_counted_from_either_form() {
        let list = "[{\"rows\":3,\"quarantined\":1},{\"events\":2}]";
        assert_eq!((account(list).rows, account(list).quarantined), (3, 1));
        assert_eq!(account("{\"rows\":3,\"events\":2}").rows, 3);
        assert_eq!(account("?"), Account::default());
    }
}
