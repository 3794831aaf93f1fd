//! Text and rule files made by a seeded mutator: nothing panics, offsets hold, and work grows in proportion to the text.
#![allow(clippy::unwrap_used, reason = "a test may stop")]
use super::*;
use crate::tokens::Tokeniser;

const CORPUS: [&str; 4] = [
    include_str!("../../tests/corpus/own.txt"),
    include_str!("../../tests/corpus/voices.txt"),
    include_str!("../../tests/corpus/lessons.txt"),
    include_str!("../../tests/corpus/narratives.txt"),
];

/// Pieces that end, join, quote or hide words.
const ODD: [&str; 22] = [
    "\u{201c}",
    "\u{2019}",
    "'",
    "\"",
    "\u{a0}",
    "\u{200b}",
    "\u{ad}",
    "\u{e9}",
    "\u{1f600}",
    "\u{0}",
    "\r\n",
    "\n\n",
    "...",
    ",",
    ";",
    "(",
    "14",
    "65536",
    "'s",
    "-",
    " herself ",
    "\u{ffff}",
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn lines() -> Vec<&'static str> {
    CORPUS.iter().flat_map(|c| c.lines()).filter(|l| !l.starts_with('#')).collect()
}

/// A line of the corpus with pieces cut out, put in, doubled and joined to others.
fn mutated(lines: &[&str], dice: &mut Dice) -> String {
    let mut text: Vec<char> = lines[dice.below(lines.len())].chars().collect();
    for _ in 0..dice.below(12) {
        let at = dice.below(text.len() + 1);
        match dice.below(5) {
            0 => {
                let to = (at + dice.below(9)).min(text.len());
                text.drain(at..to);
            }
            1 => drop(text.splice(at..at, ODD[dice.below(ODD.len())].chars())),
            2 => drop(text.splice(at..at, char::from_u32(dice.below(0x11_0000) as u32))),
            3 => {
                let piece: Vec<char> = text[at..].iter().copied().take(20).collect();
                drop(text.splice(at..at, piece));
            }
            _ => text.extend(lines[dice.below(lines.len())].chars().take(60)),
        }
    }
    text.into_iter().collect()
}

#[test]
fn mutated_text_never_panics_and_offsets_lie_inside_it() {
    let (checker, lines) = (Checker::new().unwrap(), lines());
    let (mut dice, mut scratch) = (Dice(0x5EED), Scratch::default());
    let mut found = 0;
    for _ in 0..6_000 {
        let text = mutated(&lines, &mut dice);
        let length = text.chars().count();
        for f in checker.check_with(&mut scratch, &text) {
            assert!(f.start < f.end && f.end <= length, "{f:?} in {text:?}");
            found += 1;
        }
        for t in &scratch.tokens {
            let (start, end) = (t.start as usize, t.end as usize);
            assert!(start <= end && text.get(start..end).is_some(), "{t:?} in {text:?}");
        }
        assert!(scratch.tokens.windows(2).all(|w| w[0].end <= w[1].start), "{text:?}");
    }
    assert!(found > 1_000, "the mutations keep enough blame to say something: {found}");
}

#[test]
fn bytes_read_as_text_never_panic_the_tokeniser() {
    let checker = Checker::new().unwrap();
    let (mut dice, mut scratch) = (Dice(0xB17E5), Scratch::default());
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..dice.below(200)).map(|_| dice.below(256) as u8).collect();
        let text = String::from_utf8_lossy(&bytes);
        let Scratch { tokens, quotes, memory, .. } = &mut scratch;
        Tokeniser::new(&text, &checker.pack.ready.lexicon).run(tokens, quotes, memory);
        assert!(tokens.iter().all(|t| text.get(t.start as usize..t.end as usize).is_some()), "{text:?}");
        assert!(quotes.iter().all(|q| q.before as usize <= tokens.len()));
    }
}

#[test]
fn mutated_rule_files_never_panic_the_loader() {
    let files: Vec<&str> = crate::rules::BUILT_IN.iter().map(|s| s.text).collect();
    let mut dice = Dice(0xF11E);
    let mut whole = 0;
    for _ in 0..300 {
        let file = files[dice.below(files.len())];
        // One rule of the file, mutated.
        let tables: Vec<&str> = file.split("[[rule]]").skip(1).collect();
        let table = tables[dice.below(tables.len())].to_owned();
        let text = format!("[[rule]]{}", mutated(&[table.as_str()], &mut dice));
        if let Ok(read) = crate::rules::read_rules(&Source { file: "own.toml", text: &text }) {
            whole += 1;
            let mut lexicon = crate::lexicon::LexiconBuilder::new();
            let phrases = std::collections::BTreeMap::new();
            for pattern in read.rules.iter().flat_map(|r| r.patterns.iter().chain(&r.unless)) {
                let nodes = crate::pattern::Reader { lexicon: &mut lexicon, phrases: &phrases }.read(pattern);
                if let Ok(nodes) = nodes {
                    let _ = crate::pattern::compile(&nodes, pattern, &|_| 1);
                }
            }
        }
    }
    assert!(whole > 20, "enough of them still parse: {whole}");
}

#[test]
fn work_on_hostile_text_is_in_proportion_to_its_length() {
    let checker = Checker::new().unwrap();
    let mut scratch = Scratch::default();
    let units = [
        "she puts herself at risk risk risk and chose to go back \"'(",
        "to be not going to be to be not ",
        "he will be back with her men who ",
        "very very really again she she ",
        "again just regularly constantly ",
    ];
    for unit in units {
        let mut work = |times: usize| {
            checker.check_with(&mut scratch, &unit.repeat(times));
            scratch.steps
        };
        let (small, large) = (work(200), work(1_600));
        assert!(
            large <= small * 8 + small / 2 + 2_000,
            "{unit:?}: {small} steps, then {large} for eight times the text"
        );
        let tokens = scratch.tokens.len() as u64;
        assert!(scratch.steps < tokens * 4_000, "{unit:?}: {} steps for {tokens} tokens", scratch.steps);
    }
}

#[test]
fn what_the_rest_of_a_text_says_takes_no_blame_away() {
    let checker = Checker::new().unwrap();
    let blames = |text: &str| checker.check(text).iter().any(|f| f.kind == Kind::Blaming);
    for sentence in [
        "She is promiscuous.",
        "He is out of control.",
        "She is a child prostitute.",
        "Amina is manipulative.",
        "He is streetwise and refuses to engage.",
        "She failed to disclose what had happened so there is nothing more to do.",
    ] {
        assert!(blames(sentence), "{sentence}");
        for more in
            ["Yes.", "Officers attended at 21:40.", "The form was sent. The carer rang at nine. He had tea."]
        {
            assert!(blames(&format!("{sentence} {more}")), "{sentence} {more}");
            assert!(blames(&format!("{more}\n- {sentence}")), "{more} - {sentence}");
        }
    }
}
