//! What was imported, and what became of each row.
use axum::extract::{Path, Query, State};
use axum::response::Response;
use cf_app::Problem;
use cf_components::{Cell, Html, SummaryList, SummaryRow, Table};
use serde::Deserialize;
use uuid::Uuid;

use crate::markup::{h1, link, p};
use crate::pages::problem_page::PageProblem;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

const ON_A_PAGE: usize = 500;
/// What became of rows comes first, then what changed by them.
const FIRST: [&str; 5] = ["rows", "good", "repaired", "quarantined", "notes"];

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    only: String,
}

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    let found = web.app.imports(&who.caller, 200).await;
    let imports = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut table = Table::new("Imports, newest first", ["When", "Kind", "Mapping", "Rows"].map(Cell::from));
    for import in &imports {
        table = table.row([
            Cell::from(link(&format!("/imports/{}", import.id), import.at.to_string())),
            Cell::from(&import.kind),
            Cell::from(format!("{} {}", import.mapping, import.mapping_version)),
            Cell::from(counts(&import.counts)),
        ]);
    }
    let list = if imports.is_empty() {
        p("Nothing was imported yet. Files are imported with `childfirst import`.")
    } else {
        table.stacked().into()
    };
    Ok(Shell::new(&web, &who, "", "Imports").show(Html::join([h1("Imports"), list])))
}

/// `{"good":12,"quarantined":1}` as words. What did not happen at all is left out.
fn counts(stored: &str) -> String {
    let Some(counts) = cf_app::import::counts(stored) else { return "not known".to_owned() };
    let rest = counts.keys().map(String::as_str).filter(|name| !FIRST.contains(name));
    let words: Vec<String> = FIRST
        .into_iter()
        .chain(rest)
        .filter_map(|name| counts.get(name).map(|count| (name, count)))
        .filter(|(name, count)| *name == "rows" || count.as_u64() != Some(0))
        .map(|(name, count)| match name {
            "notes" => format!("findings on rows that were used {count}"),
            _ => format!("{} {count}", name.replace('_', " ")),
        })
        .collect();
    words.join(", ")
}

pub(super) async fn one(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let only = asked.only == "quarantined";
    let limit = ON_A_PAGE as u32 + 1;
    let found = match id.parse::<Uuid>() {
        Ok(id) => web.app.import_account(&who.caller, id, only, asked.after.max(0), limit).await,
        Err(_) => Err(Problem::NotFound),
    };
    let (import, rows) = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    // Place and rule only: a row's own values are about a child, and administrators see no case.
    let caption = if only { "Rows in quarantine, in the file's order" } else { "Rows in the file's order" };
    let mut table = Table::new(caption, ["Row", "What became of it", "Rule"].map(Cell::from));
    for row in rows.iter().take(ON_A_PAGE) {
        let cells = [Cell::number(row.number), Cell::from(&row.disposition), Cell::from(&row.reason)];
        table = table.row(cells);
    }
    let facts = SummaryList::new(vec![
        SummaryRow::new("Imported", import.at.to_string().as_str()),
        SummaryRow::new("Kind", import.kind.as_str()),
        SummaryRow::new("Mapping", format!("{} {}", import.mapping, import.mapping_version).as_str()),
        SummaryRow::new("Rows", counts(&import.counts).as_str()),
    ]);
    let here = format!("/imports/{id}");
    let mut parts = vec![
        h1("Import"),
        facts.into(),
        if only {
            p(link(&here, "Show all rows"))
        } else {
            p(link(&format!("{here}?only=quarantined"), "Show only rows in quarantine"))
        },
    ];
    let none = if only { "No further row in quarantine." } else { "No further row." };
    parts.push(if rows.is_empty() { p(none) } else { table.stacked().into() });
    if let Some(last) = rows.get(ON_A_PAGE - 1).filter(|_| rows.len() > ON_A_PAGE) {
        let filter = if only { "&only=quarantined" } else { "" };
        parts.push(p(link(&format!("{here}?after={}{filter}", last.number), "Later rows")));
    }
    let shell = Shell::new(&web, &who, "", "Import").back("/imports", "Imports");
    Ok(shell.show(Html::join(parts)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_are_words_in_either_form_and_bad_text_is_not_known() {
        assert_eq!(super::counts("{\"set_aside\":1,\"good\":12,\"notes\":0}"), "good 12, set aside 1");
        assert_eq!(super::counts("{\"notes\":3}"), "findings on rows that were used 3");
        let list = "[{\"rows\":3,\"good\":2,\"quarantined\":1},{\"children_new\":2,\"events\":0}]";
        assert_eq!(super::counts(list), "rows 3, good 2, quarantined 1, children new 2");
        for bad in ["[", "[1]", "7"] {
            assert_eq!(super::counts(bad), "not known");
        }
    }
}
