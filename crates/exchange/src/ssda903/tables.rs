//! Which table of the return a file holds, told by its set of headers and never by its name.
use std::sync::LazyLock;

use crate::headers::Headers;
use crate::source::ReadError;

/// A table of the return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) imported: bool,
    /// Each column, and whether the table is known by it.
    columns: Vec<(&'static str, bool)>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables: Vec<Table> = Vec::new();
    for line in include_str!("../../data/ssda903_tables.csv").lines().skip(1) {
        let [name, imported, column, identifies] = line.split(',').collect::<Vec<_>>()[..] else { continue };
        let column = (column, identifies == "yes");
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { name, imported: imported == "yes", columns: vec![column] }),
        }
    }
    tables
});

/// Where each column of a table stands in a file.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) table: &'static Table,
    places: Vec<(&'static str, Option<usize>)>,
}

impl Layout {
    /// The table these headers are, if they are one: all columns it is known by must be there; of two, the one with more.
    pub(crate) fn identify(headers: &Headers) -> Result<Option<Self>, ReadError> {
        let mut best: Option<(usize, Self)> = None;
        for table in TABLES.iter() {
            let mut places = Vec::new();
            let mut complete = true;
            for &(column, identifies) in &table.columns {
                let place = headers.find(column);
                complete &= !identifies || !matches!(place, Ok(None));
                places.push((column, place));
            }
            let found = places.iter().filter(|(_, place)| !matches!(place, Ok(None))).count();
            if complete && best.as_ref().is_none_or(|(most, _)| found > *most) {
                let places = places.into_iter().map(|(column, place)| Ok((column, place?)));
                best = Some((found, Self { table, places: places.collect::<Result<_, ReadError>>()? }));
            }
        }
        Ok(best.map(|(_, layout)| layout))
    }

    /// The place of a column.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
        self.places.iter().find(|(name, _)| *name == column).and_then(|(_, place)| *place)
    }

    /// Columns of the table the file does not have.
    pub(crate) fn absent(&self) -> Vec<&'static str> {
        self.places.iter().filter(|(_, place)| place.is_none()).map(|(name, _)| *name).collect()
    }

    /// Headers of the file the table does not have, as written.
    pub(crate) fn unmatched(&self, headers: &Headers) -> Vec<String> {
        let matched = |at: usize| self.places.iter().any(|(_, place)| *place == Some(at));
        (headers.written().enumerate())
            .filter(|(at, header)| !matched(*at) && !header.is_empty())
            .map(|(_, header)| header.to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(headers: &str) -> Option<&'static str> {
        let headers = Headers::new(&headers.split(',').collect());
        Layout::identify(&headers).unwrap().map(|layout| layout.table.name)
    }

    #[test]
    fn every_table_is_told_from_its_own_headers() {
        assert_eq!(TABLES.len(), 12);
        for known in TABLES.iter() {
            let headers: Vec<&str> = known.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(table(&headers.join(",")), Some(known.name));
        }
    }

    #[test]
    fn order_case_and_extra_columns_do_not_matter() {
        assert_eq!(table("mis_end,Mis Start,child,notes,DOB,\"missing\""), Some("Missing"));
        assert_eq!(table("CHILD,DOB"), None);
        assert_eq!(table("name,value"), None);
    }
}
