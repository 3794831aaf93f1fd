//! Words made comparable: what a caller says and what a record holds meet here.

/// Lower case, letters and digits only, common accents folded; words apart by one space.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match fold(letter) {
            Some(folded) => out.push_str(folded),
            None if letter.is_alphanumeric() => out.push(letter),
            // A name with an apostrophe is one word; a hyphen makes two.
            None if matches!(letter, '\'' | '’' | '`') || !letter.is_ascii() && !letter.is_whitespace() => {
            }
            None if out.ends_with(' ') || out.is_empty() => {}
            None => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

const fn fold(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ı' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ț' | 'ţ' => "t",
        'ù'..='ü' | 'ū' | 'ű' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The digits of a phone number, with `0` for `+44` and `0044`.
pub(super) fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international =
        digits.strip_prefix("0044").or_else(|| digits.strip_prefix("44").filter(|rest| rest.len() == 10));
    international.map_or(digits.clone(), |rest| format!("0{rest}"))
}

/// A postcode without spaces, upper case.
pub(super) fn postcode(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// The first three letters.
pub(super) fn start(word: &str) -> String {
    word.chars().take(3).collect()
}

/// Whether one slip (a letter more, less, other, or two exchanged) makes one word the other.
pub(super) fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (ra, rb) = (&a[same_start..], &b[same_start..]);
    match (ra, rb) {
        ([], []) => true,
        ([_, rest @ ..], []) | ([], [_, rest @ ..]) => rest.is_empty(),
        ([x, xs @ ..], [y, ys @ ..]) => {
            xs == ys
                || xs == rb
                || ra == ys
                || matches!((xs, ys), ([x2, xt @ ..], [y2, yt @ ..]) if x == y2 && x2 == y && xt == yt)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_comparable() {
        for (text, want) in [
            ("  O’Connor-Smith ", "oconnor smith"),
            ("ZOË", "zoe"),
            ("Łukasz", "lukasz"),
            ("", ""),
            ("!!", ""),
            ("محمد", "محمد"),
        ] {
            assert_eq!(plain(text), want);
        }
        assert_eq!(phone("+44 7700 900123"), "07700900123");
        assert_eq!(phone("0044 7700 900123"), "07700900123");
        assert_eq!(postcode("e1 6an"), "E16AN");
    }

    #[test]
    fn a_slip_is_one_letter() {
        for (a, b) in [("jayden", "jaydn"), ("jayden", "jaiden"), ("amira", "amria"), ("a", ""), ("x", "x")] {
            assert!(one_slip(a, b) && one_slip(b, a), "{a} {b}");
        }
        for (a, b) in [("jayden", "jordan"), ("amira", "mariaa"), ("ab", "")] {
            assert!(!one_slip(a, b) && !one_slip(b, a), "{a} {b}");
        }
    }
}
