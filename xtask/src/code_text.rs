//! Rust source with comments and literals blanked out, so that a word in a comment or a string is not
//! taken for code. Lines stay lines: line numbers in the result are those of the source.

/// `source` with every comment, string and character literal replaced by spaces.
pub(crate) fn code_only(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none starts there.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let starts_word = at == 0 || !(chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match chars[at] {
        '/' if next(1) == '/' => position_of(chars, at, '\n'),
        '/' if next(1) == '*' => block_comment_end(chars, at),
        '"' => string_end(chars, at),
        'r' if starts_word && matches!(next(1), '"' | '#') => raw_string_end(chars, at, at + 1),
        'b' | 'c' if starts_word && next(1) == 'r' => raw_string_end(chars, at, at + 2),
        // `'a'` and `'\n'` are characters, `'a` is a lifetime.
        '\'' if next(1) == '\\' => position_of(chars, at + 3, '\'') + 1,
        '\'' if next(2) == '\'' => at + 3,
        _ => at,
    }
    .min(chars.len())
}

fn position_of(chars: &[char], from: usize, wanted: char) -> usize {
    (from..chars.len()).find(|&i| chars[i] == wanted).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (at, depth) = (at + 2, depth + 1),
            ('*', Some('/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_end(chars: &[char], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `start` is the `r`, `b` or `c`; `after` the first place a `#` or the quote may stand. `r#name` is not a string.
fn raw_string_end(chars: &[char], start: usize, after: usize) -> usize {
    let hashes = chars[after..].iter().take_while(|&&c| c == '#').count();
    if chars.get(after + hashes) != Some(&'"') {
        return start;
    }
    let closes =
        |quote: usize| chars[quote] == '"' && (1..=hashes).all(|i| chars.get(quote + i) == Some(&'#'));
    let quote = (after + hashes + 1..chars.len()).find(|&i| closes(i));
    quote.map_or(chars.len(), |quote| quote + hashes + 1)
}

#[cfg(test)]
mod tests {
    use super::code_only;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(code_only(source).split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn comments_go() {
        check("a // todo\nb", "a b");
        check("a /* x /* y */ z */ b", "a b");
        check("a /* never closed", "a");
    }

    #[test]
    fn strings_go() {
        check(r#"a("x \" y", b)"#, "a( , b)");
        check("a(r#\"x \" y\"#, b)", "a( , b)");
        check("a(br\"x\", b\"y\", c)", "a( , b , c)");
        check("let r#type = \"never closed", "let r#type =");
    }

    #[test]
    fn characters_go_and_lifetimes_stay() {
        check("f('\"', '\\'', '\\u{1b}') // x", "f( , , )");
        check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}");
    }

    #[test]
    fn lines_stay_lines() {
        let source = "a\n/* b\nc */\n\"d\ne\"\nf";
        assert_eq!(code_only(source).lines().count(), source.lines().count());
        assert_eq!(code_only(source).lines().last(), Some("f"));
    }
}
