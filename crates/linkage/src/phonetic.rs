//! How a name sounds, as a short code that different spellings share.
//!
//! The codes of Soundex and its children were made for English surnames in America. This one keeps a vowel only
//! at the front and folds the spellings met in British casework: `ph` and `f`, `ck` and `k`, `sz` and `sh`, `gh`
//! after a vowel, silent starts, doubled letters, and the usual Latin spellings of Arabic, Urdu, Punjabi and Polish.

/// Code of one word, up to six sounds in 32 bits; 0 for a word without letters.
#[must_use]
pub fn code(word: &[u8]) -> u32 {
    let mut sounds = Sounds { code: 0, count: 0, last: 0 };
    let w = word;
    let mut i = silent_start(w);
    let first = i;
    while i < w.len() && sounds.count < 6 {
        let next = w.get(i + 1).copied().unwrap_or(0);
        let after = w.get(i + 2).copied().unwrap_or(0);
        let front_vowel = matches!(next, b'e' | b'i' | b'y');
        let mut step = 1;
        let sound = match w[i] {
            b'a' | b'e' | b'i' | b'o' | b'u' => {
                if i == first {
                    1
                } else {
                    sounds.last = 0;
                    0
                }
            }
            b'y' | b'j' if i == first => 2,
            b'y' => {
                sounds.last = 0;
                0
            }
            b'h' | b'w' => {
                if i == first {
                    if w[i] == b'h' { 3 } else { 4 }
                } else {
                    0
                }
            }
            b'b' => 5,
            b'p' if next == b'h' => {
                step = 2;
                6
            }
            b'p' => 7,
            b'f' => 6,
            b'v' => 6,
            b't' if next == b'c' && after == b'h' => {
                step = 3;
                8
            }
            b't' if next == b'h' => {
                step = 2;
                9
            }
            b't' => 9,
            b'd' if next == b'g' && matches!(after, b'e' | b'i') => {
                step = 2;
                2
            }
            b'd' if next == b'h' => {
                step = 2;
                10
            }
            b'd' => 10,
            b's' if next == b'c' && after == b'h' => {
                step = 3;
                8
            }
            b's' if matches!(next, b'h' | b'z') => {
                step = 2;
                8
            }
            b's' | b'z' => 11,
            b'c' if matches!(next, b'h' | b'z') => {
                step = 2;
                8
            }
            b'c' if next == b'k' => {
                step = 2;
                12
            }
            b'c' if front_vowel => 11,
            b'c' | b'q' => 12,
            b'k' if next == b'h' => {
                step = 2;
                12
            }
            b'k' => 12,
            b'x' => {
                sounds.push(12);
                11
            }
            b'g' if next == b'h' => {
                step = 2;
                if i == first { 13 } else { 0 }
            }
            b'g' if front_vowel && i != first => 2,
            b'g' => 13,
            b'j' => 2,
            b'l' => 14,
            b'm' => 15,
            b'n' => 16,
            b'r' => 17,
            b'0'..=b'9' => 18 + (w[i] - b'0') % 8,
            b' ' => {
                sounds.last = 0;
                0
            }
            other => 26 + u32::from(other) as u8 % 6,
        };
        if sound != 0 {
            sounds.push(sound);
        }
        i += step;
    }
    sounds.code
}

struct Sounds {
    code: u32,
    count: u8,
    last: u8,
}

impl Sounds {
    fn push(&mut self, sound: u8) {
        if sound != self.last && self.count < 6 {
            self.code = self.code << 5 | u32::from(sound);
            self.count += 1;
        }
        self.last = sound;
    }
}

fn silent_start(w: &[u8]) -> usize {
    match (w.first(), w.get(1)) {
        (Some(b'k' | b'g' | b'p'), Some(b'n')) | (Some(b'w'), Some(b'r')) | (Some(b'p'), Some(b's')) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn spellings_of_one_sound_share_a_code() {
        for (a, b) in [
            ("smith", "smyth"),
            ("stephen", "stefan"),
            ("clarke", "clark"),
            ("knight", "nite"),
            ("catherine", "katharine"),
            ("mohammed", "muhamad"),
            ("hussain", "hussein"),
            ("wright", "rite"),
            ("philip", "filip"),
        ] {
            assert_eq!(code(a.as_bytes()), code(b.as_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn different_names_keep_different_codes() {
        for (a, b) in [("smith", "jones"), ("khan", "ahmed"), ("oliver", "olivia"), ("emma", "emily")] {
            assert_ne!(code(a.as_bytes()), code(b.as_bytes()), "{a} {b}");
        }
        assert_eq!(code(b""), 0);
    }
}
