//! Turning what a person typed into plain letters that can be compared.
//!
//! The result holds lower-case letters, digits and single spaces. Accents, marks, apostrophes, direction controls
//! and pictures go; hyphens become spaces, so that both halves of a double-barrelled name are words of their own;
//! Cyrillic, Greek and Arabic letters get the Latin letters their owners usually write in England.

/// Longest normalised text kept, in bytes. A ten-kilobyte name is an accident or an attack, never a name.
pub const LONGEST: usize = 96;

/// Words that belong to the name after them: `Mc Donald` is `McDonald`.
const PARTICLES: [&str; 16] =
    ["mc", "mac", "o", "al", "el", "ul", "ur", "de", "la", "le", "di", "van", "von", "bin", "ibn", "st"];

/// Appends the plain form of `raw` to `out`, which is cleared first.
pub fn normalise_into(raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if raw.iter().all(|b| b.is_ascii_alphabetic()) {
        out.extend(raw.iter().take(LONGEST).map(u8::to_ascii_lowercase));
        return;
    }
    for c in String::from_utf8_lossy(&raw[..raw.len().min(4 * LONGEST)]).chars() {
        if out.len() >= LONGEST {
            break;
        }
        fold(c, out);
    }
    while out.last() == Some(&b' ') {
        out.pop();
    }
}

/// The plain form of a name: as [`normalise_into`], with particles joined to the word they belong to.
pub fn normalise_name_into(raw: &[u8], out: &mut Vec<u8>) {
    normalise_into(raw, out);
    if !out.contains(&b' ') {
        return;
    }
    let mut joined: Vec<u8> = Vec::with_capacity(out.len());
    let mut words = out.split(|&b| b == b' ').peekable();
    while let Some(word) = words.next() {
        joined.extend_from_slice(word);
        let particle = PARTICLES.iter().any(|p| p.as_bytes() == word);
        if words.peek().is_some() && !particle {
            joined.push(b' ');
        }
    }
    *out = joined;
}

/// [`normalise_into`] as a new string.
#[must_use]
pub fn normalise(raw: &str) -> String {
    let mut out = Vec::new();
    normalise_into(raw.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn fold(c: char, out: &mut Vec<u8>) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c as u8),
        'A'..='Z' => out.push(c.to_ascii_lowercase() as u8),
        '\'' | '`' | '.' | '\u{2018}' | '\u{2019}' | '\u{02bc}' => {}
        c if c.is_ascii() => {
            if !out.is_empty() && out.last() != Some(&b' ') {
                out.push(b' ');
            }
        }
        c if c.is_whitespace() || matches!(c, '\u{2010}'..='\u{2015}') => {
            if !out.is_empty() && out.last() != Some(&b' ') {
                out.push(b' ');
            }
        }
        c => fold_wide(c, out),
    }
}

fn fold_wide(c: char, out: &mut Vec<u8>) {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let latin: &str = match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ậ' | 'ắ'
        | 'ằ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ế' | 'ề' | 'ệ' => "e",
        'ğ' | 'ģ' | 'ġ' | 'ĝ' => "g",
        'ħ' | 'ĥ' | 'ḥ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' | 'ĩ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ł' | 'ľ' | 'ļ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'ọ' | 'ơ' | 'ố' | 'ồ' | 'ộ' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'ŝ' | 'ṣ' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' | 'ŧ' | 'ṭ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ũ' | 'ư' | 'ụ' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        // Cyrillic, as passports and families write it.
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' | 'ё' => "e",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ы' => "i",
        'ї' => "yi",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        // Greek.
        'α' | 'ά' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' | 'έ' => "e",
        'ζ' => "z",
        'η' | 'ή' | 'ι' | 'ί' | 'υ' | 'ύ' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ό' | 'ω' | 'ώ' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        // Arabic and the letters Persian and Urdu add; short vowels are not written.
        'ا' | 'أ' | 'إ' | 'آ' | 'ع' | 'ى' | 'ة' | 'ہ' => "a",
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' | 'ٹ' => "t",
        'ث' => "th",
        'ج' => "j",
        'چ' => "ch",
        'ح' | 'ه' | 'ھ' => "h",
        'خ' => "kh",
        'د' | 'ڈ' | 'ض' => "d",
        'ذ' | 'ز' | 'ظ' => "z",
        'ر' | 'ڑ' => "r",
        'س' | 'ص' => "s",
        'ش' => "sh",
        'غ' => "gh",
        'گ' => "g",
        'ف' => "f",
        'ق' => "q",
        'ك' | 'ک' => "k",
        'ل' => "l",
        'م' => "m",
        'ن' | 'ں' => "n",
        'و' => "w",
        'ي' | 'ی' | 'ئ' | 'ے' => "i",
        other if other.is_alphabetic() && !('\u{0300}'..='\u{036f}').contains(&other) => {
            let mut bytes = [0_u8; 4];
            out.extend_from_slice(other.encode_utf8(&mut bytes).as_bytes());
            return;
        }
        _ => return,
    };
    out.extend_from_slice(latin.as_bytes());
}

/// A 64-bit hash of bytes, the same on every machine and in every release that reads the same snapshot.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut h = 0x9e37_79b9_7f4a_7c15_u64 ^ (bytes.len() as u64);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0_u8; 8];
        word.copy_from_slice(chunk);
        h = mix(h ^ u64::from_le_bytes(word));
    }
    let mut tail = [0_u8; 8];
    let rest = chunks.remainder();
    tail[..rest.len()].copy_from_slice(rest);
    mix(h ^ u64::from_le_bytes(tail))
}

/// Scrambles a 64-bit value; every bit of the result depends on every bit given.
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let mut x = value;
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(raw: &str) -> String {
        let mut out = Vec::new();
        normalise_name_into(raw.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn accents_marks_and_case_go() {
        assert_eq!(normalise("ZOË"), "zoe");
        assert_eq!(normalise("Zoe\u{0308}"), "zoe");
        assert_eq!(normalise("Łukasz"), "lukasz");
        assert_eq!(normalise("O'Brien-Smith"), "obrien smith");
        assert_eq!(normalise("Anna \u{1f600}"), "anna");
    }

    #[test]
    fn other_scripts_become_the_latin_letters_families_use() {
        assert_eq!(normalise("Иван"), "ivan");
        assert_eq!(normalise("\u{202b}محمد\u{202c}"), "mhmd");
        assert_eq!(normalise("李"), "李");
    }

    #[test]
    fn particles_join_the_next_word() {
        assert_eq!(name("Mc Donald"), "mcdonald");
        assert_eq!(name("Al-Hassan"), "alhassan");
        assert_eq!(name("Van Der Berg"), "vander berg");
        assert_eq!(name("Smith-Jones"), "smith jones");
    }

    #[test]
    fn long_and_broken_text_is_cut_not_fatal() {
        let mut out = Vec::new();
        normalise_into(&[b'x'; 10_240], &mut out);
        assert_eq!(out.len(), LONGEST);
        normalise_into(&[0xff, b'a', 0xfe, b'-', b' '], &mut out);
        assert_eq!(out, b"a");
    }
}
