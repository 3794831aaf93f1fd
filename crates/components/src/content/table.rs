//! Rows that are compared with one another.

use crate::Html;
use crate::markup::{Component, Markup};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// One cell, or the heading of a column.
    pub struct Cell {
        /// What it says.
        pub content: Html,
        /// `numeric` for figures: set to the right, in digits of one width.
        pub format: String,
        /// Columns it spans.
        pub colspan: Option<u32>,
        /// Rows it spans.
        pub rowspan: Option<u32>,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl Cell {
    /// A figure.
    pub fn number(content: impl ToString) -> Self {
        Self::from(content.to_string()).format("numeric")
    }
}

options! {
    /// Rows that are compared with one another.
    pub struct Table {
        /// What it shows.
        pub caption: String,
        /// More classes of the caption: `govuk-table__caption--m`.
        pub caption_classes: String,
        /// Headings of the columns.
        pub head: Vec<Cell>,
        /// The rows.
        pub rows: Vec<Vec<Cell>>,
        /// Whether each row begins with its heading.
        pub first_cell_is_header: bool,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(Cell);
printable!(Table);

impl Table {
    /// What it shows, and the headings of its columns.
    pub fn new(caption: impl Into<String>, head: impl Into<Vec<Cell>>) -> Self {
        Self::default().caption(caption).head(head)
    }

    /// The same, with one more row.
    #[must_use]
    pub fn row(mut self, cells: impl Into<Vec<Cell>>) -> Self {
        self.rows.push(cells.into());
        self
    }

    /// On a phone, shows each row as a card: every cell says its column's heading.
    ///
    /// The headings are copied into `data-label`, so call this when head and rows are complete.
    #[must_use]
    pub fn stacked(mut self) -> Self {
        // A cell may hold markup; its heading is shown by the stylesheet, which takes only plain text.
        let labels: Vec<String> = self.head.iter().map(|cell| plain_text(cell.content.as_str())).collect();
        for row in &mut self.rows {
            for (cell, label) in row.iter_mut().zip(&labels) {
                let attributes = std::mem::take(&mut cell.attributes);
                cell.attributes = attributes.and("data-label", label);
            }
        }
        let classes = crate::markup::join_words([&self.classes, "cf-table--stacked"]);
        self.classes(classes)
    }
}

/// The text of a heading: tags left out, our own five escapes undone.
fn plain_text(markup: &str) -> String {
    let mut inside_tag = false;
    let text: String = markup
        .chars()
        .filter(|letter| {
            let shown = !inside_tag && *letter != '<';
            inside_tag = if inside_tag { *letter != '>' } else { *letter == '<' };
            shown
        })
        .collect();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

impl Component for Table {
    fn write(&self, out: &mut Markup) {
        out.open("table").class(["govuk-table", &self.classes]).attributes(&self.attributes).end();
        if !self.caption.is_empty() {
            out.open("caption").class(["govuk-table__caption", &self.caption_classes]).end();
            out.text(&self.caption).close("caption");
        }
        if !self.head.is_empty() {
            out.raw("<thead class=\"govuk-table__head\"><tr class=\"govuk-table__row\">\n");
            for cell in &self.head {
                write_cell(cell, "th", "col", out);
            }
            out.close("tr").close("thead");
        }
        out.raw("<tbody class=\"govuk-table__body\">\n");
        for row in &self.rows {
            out.raw("<tr class=\"govuk-table__row\">\n");
            for (index, cell) in row.iter().enumerate() {
                if index == 0 && self.first_cell_is_header {
                    write_cell(&cell.clone().format(""), "th", "row", out);
                } else {
                    write_cell(cell, "td", "", out);
                }
            }
            out.close("tr");
        }
        out.close("tbody").close("table");
    }
}

fn write_cell(cell: &Cell, tag: &str, scope: &str, out: &mut Markup) {
    let block = if tag == "th" { "govuk-table__header" } else { "govuk-table__cell" };
    let format = if cell.format.is_empty() { String::new() } else { format!("{block}--{}", cell.format) };
    out.open(tag).some("scope", scope).class([block, &format, &cell.classes]);
    out.maybe("colspan", cell.colspan).maybe("rowspan", cell.rowspan).attributes(&cell.attributes).end();
    out.html(&cell.content).close(tag);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stacked_table_says_each_columns_heading() {
        let table =
            Table::new("Missing now", [Cell::from("Child & age"), Html::trusted("<b>Grade</b>").into()])
                .row([Cell::from("A, 14"), "High".into()])
                .stacked();
        let html = table.to_html();
        assert!(html.as_str().contains("data-label=\"Child &amp; age\""), "{html}");
        assert!(html.as_str().contains("data-label=\"Grade\""), "{html}");
    }
}
