//! Links in Markdown that point at files of the project.

/// Every link target on a page that is neither a web address nor a place on the page itself, with its line number
/// (from 1). Anchors (`#...`) are cut off. Code blocks and code spans are not read.
pub(crate) fn file_links(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in page.lines().enumerate() {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(_)) => fence = mark,
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                let targets = targets(&without_code_spans(line));
                found.extend(targets.into_iter().map(|target| (index + 1, target)));
            }
            _ => {}
        }
    }
    found
}

fn targets(line: &str) -> Vec<String> {
    let mut raw: Vec<&str> = line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    // `[name]: target`
    if let Some((_, target)) = line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
        raw.push(target);
    }
    raw.into_iter()
        .filter_map(|target| target.trim().trim_matches(['<', '>']).split([' ', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
        .map(|target| target.replace("%20", " "))
        .collect()
}

fn without_code_spans(line: &str) -> String {
    // An odd number of backticks leaves an unclosed one: the rest is then text, as Markdown has it.
    let parts: Vec<&str> = line.split('`').collect();
    let last = parts.len() - 1;
    let keep = |index: usize| index.is_multiple_of(2) || index == last;
    parts.iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, part)| *part).collect()
}

#[cfg(test)]
mod tests {
    use super::file_links;

    #[track_caller]
    fn check(page: &str, expected: &[(usize, &str)]) {
        let found = file_links(page);
        let found: Vec<(usize, &str)> = found.iter().map(|(line, target)| (*line, target.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn files_are_found_and_web_addresses_are_not() {
        check(
            "see [a](docs/a.md#part) and\n[b](https://x.example) [c](#here) ![d](d.svg)",
            &[(1, "docs/a.md"), (2, "d.svg")],
        );
        check("[a]: docs/a.md \"title\"", &[(1, "docs/a.md")]);
    }

    #[test]
    fn code_is_not_read() {
        check("`[a](b)`\n```\n[c](d)\n```\n[e](f)", &[(5, "f")]);
    }
}
