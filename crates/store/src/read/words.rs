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

/// The first full postcode in a text, without its space, upper case.
///
/// SOURCE: a postcode is one or two letters, a digit and perhaps one more of either; then a digit and two letters.
#[must_use]
pub fn postcode_in(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let apart = words.windows(2).find(|pair| is_outward(pair[0]) && is_inward(pair[1])).map(<[&str]>::concat);
    let together = || {
        words.iter().find_map(|word| {
            let (outward, inward) = word.split_at_checked(word.len().checked_sub(3)?)?;
            (is_outward(outward) && is_inward(inward)).then(|| (*word).to_owned())
        })
    };
    apart.or_else(together).map(|code| code.to_ascii_uppercase())
}

fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_alphabetic).count();
    let rest: Vec<char> = word.chars().skip(letters).collect();
    (1..=2).contains(&letters)
        && matches!(rest.as_slice(), [digit] | [digit, _] if digit.is_ascii_digit())
        && word.is_ascii()
}

fn is_inward(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    matches!(letters.as_slice(), [digit, a, b]
        if digit.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

/// How long a registration is, without spaces. Shorter ones name too many vehicles.
const PLATE: std::ops::RangeInclusive<usize> = 4..=8;

/// A vehicle's registration as it can be compared: letters and digits, upper case. Empty where the text names none.
///
/// SOURCE: a plate issued since September 2001 is two letters, two digits, three letters; older and foreign ones are
/// taken as what stands before the first comma, if that is short and has a digit.
pub(super) fn registration(text: &str) -> String {
    let tidy = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
    };
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let current = |plate: &str| {
        let kinds: Vec<bool> = plate.chars().map(|letter| letter.is_ascii_digit()).collect();
        plate.is_ascii() && kinds == [false, false, true, true, false, false, false]
    };
    let whole = words.iter().map(|word| (*word).to_owned());
    let halves = words.windows(2).map(<[&str]>::concat);
    if let Some(plate) = whole.chain(halves).find(|plate| current(plate)) {
        return tidy(&plate);
    }
    let first = tidy(text.split([',', ';', '(', '\n']).next().unwrap_or_default());
    let fits = PLATE.contains(&first.len()) && first.chars().any(|letter| letter.is_ascii_digit());
    if fits { first } else { String::new() }
}

/// Fewer letters than this name nobody in particular.
const SHORTEST_NAME: usize = 4;

/// A person's name as it can be compared: what stands before the first comma or bracket. Empty where it is too short.
pub(super) fn called(text: &str) -> String {
    let name = plain(text.split([',', ';', '(', '\n']).next().unwrap_or_default());
    if name.chars().filter(|letter| letter.is_alphabetic()).count() < SHORTEST_NAME {
        String::new()
    } else {
        name
    }
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
    fn vehicles_people_and_addresses_become_comparable() {
        for (text, want) in [
            ("AB12 CDE", "AB12CDE"),
            ("grey van, ab12cde, seen twice", "AB12CDE"),
            ("Q 123, foreign", "Q123"),
            ("grey van", ""),
            ("a small grey van with a 7 on it", ""),
            ("", ""),
            ("\u{202e}12", ""),
        ] {
            assert_eq!(registration(text), want, "{text}");
        }
        assert_eq!(called("  O’Shea, tall, about thirty"), "oshea");
        assert_eq!(called("Ty"), "");
        for (text, want) in [
            ("Flat 3, 14 Sorrelby Walk, NW10 4VK", Some("NW104VK")),
            ("14 Sorrelby Walk nw104vk", Some("NW104VK")),
            ("Sorrelby Walk", None),
            ("é1 1ab", None),
        ] {
            assert_eq!(postcode_in(text).as_deref(), want, "{text}");
        }
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
