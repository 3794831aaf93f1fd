//! Learning the weights from labelled texts.
use std::collections::BTreeMap;

use super::kinds::{Kinds, unit};
use super::model::{LENGTH, LETTERS, WIDEST, WORDS, each_run};
use super::solve::{Row, solve};
use crate::finding::Category;
use crate::lexicon::{Lexicon, LexiconBuilder, QuickMap};
use crate::tokens::{BREAK, CLOSE, COMMA, FIRST_WORD, NAME, NUMBER, OPEN, STOP, Token, UNKNOWN};

/// One sentence as the checker read it, to learn from.
#[derive(Clone, Debug)]
pub struct Read {
    /// First character, counted in Unicode scalar values.
    pub from: usize,
    /// One past the last character.
    pub to: usize,
    /// Its words, as features with their strength; empty for a sentence the layer does not read.
    pub words: Vec<(u32, f32)>,
    /// Its length in words and marks.
    pub length: usize,
    /// What else is known of it, with its strength.
    pub signs: Vec<(u32, f32)>,
    /// The category it blames under, if it does; set by whoever knows.
    pub blames: Option<Category>,
    /// How much it counts; 1 for a sentence written for the purpose.
    pub counts: f64,
}

/// Scores from which a sentence is reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// One no rule spoke of.
    pub alone: f64,
    /// One whose matches were all let through.
    pub let_through: f64,
    /// One in which a rule's match stands.
    pub stands: f64,
}

/// Features seen in fewer sentences than this are not learned from.
const RAREST: u32 = 2;
/// Runs of letters seen in fewer sentences than this are not.
const RAREST_RUN: u32 = 4;
/// Words in fewer texts than this, or one more for long ones, are not known by name.
const RAREST_WORD: usize = 2;
/// Rounds of the solver.
const ROUNDS: usize = 300;
/// How much the losses count against large weights.
const PENALTY: f64 = 5.0;
/// Weights below this many hundredths are left out of the file.
const SMALLEST: f64 = 18.0;
/// Runs of letters below this many hundredths are left out of the file.
const SMALLEST_RUN: f64 = 8.0;

/// Cuts a text into sentences as the checker does, each with the characters it covers.
#[must_use]
pub fn sentences(text: &str) -> Vec<(usize, usize, String)> {
    let lexicon = LexiconBuilder::new().finish();
    let (mut tokens, mut quotes) = (Vec::new(), Vec::new());
    crate::tokens::Tokeniser::new(text, &lexicon).run(
        &mut tokens,
        &mut quotes,
        &mut crate::lexicon::TypoMemory::new(),
    );
    let mut out = Vec::new();
    let mut first = 0;
    for i in 0..=tokens.len() {
        if i < tokens.len() && tokens[i].word != STOP {
            continue;
        }
        if let (Some(a), true) = (tokens.get(first), i > first) {
            let (from, to) = (a.start as usize, tokens[i - 1].end as usize);
            let chars = |byte: usize| text[..byte].chars().count();
            out.push((chars(from), chars(to), text[from..to].to_owned()));
        }
        first = i + 1;
    }
    out
}

/// Features by number.
#[derive(Debug, Default)]
pub struct Names {
    ids: QuickMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// The number of a feature, made if new.
    pub fn id(&mut self, name: &str) -> u32 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.names.len() as u32;
        self.ids.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        id
    }

    /// The name of a feature.
    #[must_use]
    pub fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", String::as_str)
    }
}

/// The features the words of a sentence have, with their strength.
pub(crate) fn features(
    tokens: &[Token],
    text: &str,
    lexicon: &Lexicon,
    kinds_of: &Kinds,
    names: &mut Names,
) -> Vec<(u32, f32)> {
    if !LENGTH.contains(&tokens.len()) {
        return Vec::new();
    }
    let child_age = lexicon.class("childage");
    let mut units = vec!["^"];
    let mut kinds: Vec<Option<&'static str>> = vec![None];
    let mut out = Vec::new();
    for token in tokens {
        let (own, kind) = match token.word {
            UNKNOWN | STOP | OPEN | CLOSE => ("", None),
            COMMA => (",", None),
            BREAK => (":", None),
            NUMBER if token.mask & child_age != 0 => ("#c", None),
            NUMBER => ("#n", None),
            word => (unit(lexicon.text(word)), kinds_of.of(lexicon.text(word))),
        };
        units.push(own);
        kinds.push(kind);
        let letters = match token.word {
            UNKNOWN if token.value != NAME => {
                text.get(token.start as usize..token.end as usize).unwrap_or("")
            }
            word if word >= FIRST_WORD => lexicon.text(word),
            _ => "",
        };
        each_run(letters, |run| {
            if let Ok(run) = std::str::from_utf8(run) {
                out.push((names.id(&format!("~ {run}")), LETTERS));
            }
        });
    }
    units.push("$");
    kinds.push(None);
    let mut add = |name: String| out.push((names.id(&name), 1.0));
    let wide = |i: usize| kinds[i].unwrap_or(units[i]);
    for i in 0..units.len() {
        if i > 0 && i + 1 < units.len() && !units[i].is_empty() {
            add(format!("1 {}", units[i]));
            if let Some(k) = kinds[i] {
                add(format!("1 {k}"));
            }
        }
        for gap in 1..=WIDEST.min(units.len() - 1 - i) {
            let (a, b) = (units[i], units[i + gap]);
            if !a.is_empty() && !b.is_empty() {
                add(format!("{} {a} {b}", gap + 1));
            }
            let (a, b) = (wide(i), wide(i + gap));
            if !a.is_empty() && !b.is_empty() && (kinds[i].is_some() || kinds[i + gap].is_some()) {
                add(format!("{} {a} {b}", gap + 1));
            }
        }
    }
    let mut seen: Vec<&str> = kinds.into_iter().flatten().collect();
    seen.sort_unstable();
    seen.dedup();
    for (i, a) in seen.iter().enumerate() {
        seen[i + 1..].iter().for_each(|b| add(format!("b {a} {b}")));
    }
    out
}

/// Words that are written with a capital and are not names.
const NEVER_NAMES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mondays",
    "tuesdays",
    "wednesdays",
    "thursdays",
    "fridays",
    "saturdays",
    "sundays",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "christmas",
    "easter",
    "eid",
    "english",
    "whatsapp",
    "snapchat",
    "instagram",
    "facebook",
    "tiktok",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "houdini",
    "lolita",
    "gillick",
];
/// A word that stands with a capital inside sentences so many times as often as without one is a name.
const NAMES_CAPITALS: usize = 8;

/// How often a word was met.
#[derive(Default)]
struct Met {
    /// In so many texts.
    texts: usize,
    /// Without a capital.
    small: usize,
    /// With one inside a sentence.
    capital: usize,
}

/// The words of texts, in order, that a model made from them may know. Names are not among them: whose name stands more
/// often in blaming lessons says nothing about the next child of that name.
#[must_use]
pub fn vocabulary<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut counts: BTreeMap<String, Met> = BTreeMap::new();
    for text in texts {
        let mut words: Vec<(String, bool, bool)> = Vec::new();
        let mut begins = true;
        for piece in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}') {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}');
            let plain = word.replace('\u{2019}', "'").trim_matches('\'').to_lowercase();
            if !plain.is_empty() && plain.chars().all(|c| c.is_ascii_lowercase() || c == '\'') {
                let mut letters = word.chars().filter(|c| c.is_alphabetic());
                let small = letters.next().is_some_and(char::is_lowercase);
                let capital = !small && letters.next().is_some_and(char::is_lowercase);
                words.push((plain, small, capital && !begins));
            }
            let ends = |c: char| matches!(c, '.' | '!' | '?' | ':' | ';' | '"' | '\u{201c}' | '\n');
            begins = piece.ends_with(ends) || begins && word.is_empty();
        }
        words.sort();
        words.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 |= later.1;
                first.2 |= later.2;
            }
            same
        });
        for (word, small, capital) in words {
            let met = counts.entry(word).or_default();
            met.texts += 1;
            met.small += usize::from(small);
            met.capital += usize::from(capital);
        }
    }
    let name = |word: &str, met: &Met| {
        let plain = word.strip_suffix("'s").unwrap_or(word);
        met.capital > met.small * NAMES_CAPITALS && !NEVER_NAMES.contains(&plain)
    };
    counts
        .into_iter()
        .filter(|(w, met)| met.texts >= RAREST_WORD + usize::from(w.len() >= 8) && !name(w, met))
        .map(|(w, _)| w)
        .collect()
}

/// Learns weights from sentences and returns them as the text of a weights file.
///
/// Signs are learned only from sentences that bring them: texts the rules were written on say nothing of how far rules can be trusted, so
/// whoever reads them leaves their signs out.
#[must_use]
pub fn train(lessons: &[&Read], names: &Names, vocabulary: &[String], limits: Limits) -> String {
    let most = names.names.len();
    let mut seen = vec![0_u32; most];
    for lesson in lessons {
        let mut here: Vec<u32> = lesson.words.iter().chain(&lesson.signs).map(|f| f.0).collect();
        here.sort_unstable();
        here.dedup();
        here.iter().for_each(|f| seen[*f as usize] += 1);
    }
    // Features that come often enough, in order of their numbers.
    let mut dense = vec![u32::MAX; most];
    let mut kept: Vec<u32> = Vec::new();
    for (id, n) in seen.iter().enumerate() {
        let least = if names.names[id].starts_with('~') { RAREST_RUN } else { RAREST };
        if *n >= least {
            dense[id] = kept.len() as u32;
            kept.push(id as u32);
        }
    }
    let mut by_category = vec![[0_u32; 12]; kept.len()];
    let rows: Vec<Row> = lessons
        .iter()
        .filter(|l| !l.words.is_empty())
        .map(|lesson| {
            let scale = WORDS / ((lesson.length + 1) as f32).sqrt();
            let known = |f: &&(u32, f32)| dense[f.0 as usize] != u32::MAX;
            let mut features: Vec<(u32, f32)> =
                lesson.words.iter().filter(known).map(|(f, by)| (dense[*f as usize], by * scale)).collect();
            if let Some(at) = lesson.blames.and_then(|c| Category::ALL.iter().position(|k| *k == c)) {
                for (id, _) in &features {
                    by_category[*id as usize][at] += 1;
                }
            }
            features.extend(lesson.signs.iter().filter(known).map(|(f, by)| (dense[*f as usize], *by)));
            Row { features, blames: lesson.blames.is_some(), counts: lesson.counts }
        })
        .collect();
    let (weights, bias) = solve(&rows, kept.len(), PENALTY, ROUNDS);
    let mut lines: Vec<String> = Vec::new();
    let mut grouped: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut runs: QuickMap<&str, f64> = QuickMap::default();
    for (n, id) in kept.iter().enumerate() {
        let name = names.name(*id);
        let hundredths = (weights[n] * 100.0).round();
        if let Some(run) = name.strip_prefix("~ ") {
            runs.insert(run, hundredths);
        } else if name.starts_with("s ") {
            if hundredths != 0.0 {
                lines.push(format!("{name} {hundredths}\n"));
            }
        } else if hundredths.abs() >= SMALLEST {
            let votes = &by_category[n];
            let category = (0..12).max_by_key(|c| (votes[*c], std::cmp::Reverse(*c))).unwrap_or(0);
            if let Some((first, last)) = name.rsplit_once(' ') {
                grouped.entry(first).or_default().push(format!("{last}={hundredths}={category}"));
            }
        }
    }
    lines.sort();
    for (first, mut list) in grouped {
        list.sort();
        lines.extend(list.chunks(24).map(|some| format!("{first} {}\n", some.join(" "))));
    }
    let mut out = format!(
        "# Made by `cargo run --release -p cf-wording --example train`; not to be edited by hand.\nbias {bias:.4}\nlimits {:.2} {:.2} {:.2}\n",
        limits.alone, limits.let_through, limits.stands
    );
    let spelt: Vec<String> = vocabulary
        .iter()
        .map(|word| {
            let mut sum = 0.0;
            each_run(word, |run| {
                sum += std::str::from_utf8(run).ok().and_then(|r| runs.get(r)).copied().unwrap_or(0.0);
            });
            format!("{word}={:.0}", sum * f64::from(LETTERS))
        })
        .collect();
    let mut heavy: Vec<(&str, f64)> = runs.into_iter().filter(|(_, w)| w.abs() >= SMALLEST_RUN).collect();
    heavy.sort_by_key(|(run, _)| *run);
    let heavy: Vec<String> = heavy.iter().map(|(run, w)| format!("{run}={w}")).collect();
    for (mark, list) in [("w", &spelt), ("~", &heavy)] {
        for chunk in list.chunks(16) {
            out.push_str(&format!("{mark} {}\n", chunk.join(" ")));
        }
    }
    out.extend(lines);
    out
}
