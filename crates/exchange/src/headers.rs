//! Finds columns by their headers, as loosely as real files need and no looser.
use crate::cells::Cells;
use crate::source::ReadError;

/// The header line: each header as written, and what loose matching makes of it.
#[derive(Debug, Clone)]
pub struct Headers {
    written: Vec<String>,
    folded: Vec<Folded>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Folded {
    full: String,
    without_brackets: String,
}

impl Headers {
    pub(crate) fn new(cells: &Cells) -> Self {
        let written: Vec<String> = cells.iter().map(|header| header.trim().to_owned()).collect();
        let folded = written.iter().map(|header| Folded::new(header)).collect();
        Self { written, folded }
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// The headers as written, in order.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// The column that answers to this name. Case, spaces, underscores, hyphens and quotation marks do not count;
    /// a bracket at the end counts only when two headers differ in nothing else.
    ///
    /// # Errors
    /// When more than one column would do.
    pub fn find(&self, name: &str) -> Result<Option<usize>, ReadError> {
        let wanted = Folded::new(name);
        let one = |matches: &dyn Fn(&Folded) -> bool| {
            let mut places = self.folded.iter().enumerate().filter(|(_, header)| matches(header));
            match (places.next(), places.next()) {
                (Some(_), Some(_)) => Err(ReadError::AmbiguousColumn { name: name.to_owned() }),
                (found, _) => Ok(found.map(|(place, _)| place)),
            }
        };
        match one(&|header| header.full == wanted.full)? {
            Some(place) => Ok(Some(place)),
            None => one(&|header| {
                !wanted.without_brackets.is_empty() && header.without_brackets == wanted.without_brackets
            }),
        }
    }
}

impl Folded {
    fn new(header: &str) -> Self {
        Self { full: fold(header), without_brackets: fold(without_trailing_brackets(header)) }
    }
}

/// Lower case, with runs of spaces, underscores and hyphens as one space and quotation marks gone.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '\'' | '"' | '`' | '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}' | '\u{FEFF}' => {}
            '_' | '-' => push_space(&mut folded),
            space if space.is_whitespace() => push_space(&mut folded),
            letter => folded.push(letter),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn push_space(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// `Offered (Y/N)?` and `Offered (Y/N))` give `Offered`.
fn without_trailing_brackets(header: &str) -> &str {
    let trimmed = header.trim_end_matches(|c: char| c.is_whitespace() || c == '?' || c == ':' || c == '.');
    match trimmed.rfind('(') {
        Some(open) if trimmed.ends_with(')') => trimmed[..open].trim_end(),
        _ => trimmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&str]) -> Headers {
        Headers::new(&names.iter().copied().collect())
    }

    #[test]
    fn headers_are_matched_loosely() {
        let found =
            headers(&["Age", "mis start", "Number of \u{2018}Missing\u{2019} Episodes", "Offered (Y/N))"]);
        assert_eq!(found.find("Age of Child (Years)").unwrap(), None);
        assert_eq!(found.find("AGE (Years)").unwrap(), Some(0));
        assert_eq!(found.find("MIS_START").unwrap(), Some(1));
        assert_eq!(found.find("number of  'missing' episodes").unwrap(), Some(2));
        assert_eq!(found.find("Offered (Y/N)?").unwrap(), Some(3));
    }

    #[test]
    fn a_bracket_counts_when_two_headers_differ_in_nothing_else() {
        let found = headers(&["Date (start)", "Date (end)"]);
        assert_eq!(found.find("date (end)").unwrap(), Some(1));
        assert!(matches!(found.find("date"), Err(ReadError::AmbiguousColumn { .. })));
        assert!(headers(&["DOB", "dob"]).find("DOB").is_err());
    }
}
