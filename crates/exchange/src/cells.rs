//! The exact cells of one row.

/// The cells of a row as the file had them, quotation marks resolved. One piece of text and where each cell ends,
/// so that keeping a million of them is cheap. `Debug` shows no content, so that it cannot reach a log.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Cells {
    text: String,
    ends: Vec<u32>,
}

impl Cells {
    pub(crate) fn from_parts(text: String, ends: Vec<u32>) -> Self {
        Self { text, ends }
    }

    /// How many cells there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether no cell holds anything but spaces.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The cell in this place, from 0.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }

    /// All cells, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.get(place).unwrap_or_default())
    }

    /// The same cells with one of them changed.
    #[must_use]
    pub fn with(&self, place: usize, value: &str) -> Self {
        self.iter().enumerate().map(|(at, cell)| if at == place { value } else { cell }).collect()
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut made = Self::default();
        for cell in cells {
            made.text.push_str(cell);
            made.ends.push(u32::try_from(made.text.len()).unwrap_or(u32::MAX));
        }
        made
    }
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cells({} cells)", self.len())
    }
}

impl serde::Serialize for Cells {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_place() {
        let cells: Cells = ["a", "", "çé"].into_iter().collect();
        assert_eq!((cells.get(0), cells.get(1), cells.get(2)), (Some("a"), Some(""), Some("çé")));
        assert_eq!(cells.get(3), None);
        assert_eq!(cells.with(1, "x").iter().collect::<Vec<_>>(), ["a", "x", "çé"]);
        assert_eq!(format!("{cells:?}"), "Cells(3 cells)");
    }
}
