//! What a word counts as: its stem, the kind of person it names, and the kind of word it is.
use crate::lexicon::QuickMap;

/// Kinds of words, by which a word no lesson had still counts.
pub(super) const CLASSES: &str = include_str!("../../../../rules/wording/classes.txt");

/// What a word counts as: its stem, or the kind of person it names.
#[must_use]
pub fn unit(word: &str) -> &str {
    match word {
        "she" | "he" => return "SHE",
        "her" | "his" | "him" => return "HER",
        "herself" | "himself" | "themselves" => return "SELF",
        "child" | "girl" | "boy" | "lad" | "yp" | "pupil" | "teenager" | "victim" | "complainant"
        | "youth" | "kid" | "daughter" | "son" | "ip" | "viw" | "misper" => return "KID",
        "man" | "men" | "male" | "males" | "adult" | "adults" | "suspect" | "dealer" | "driver" | "bloke"
        | "guys" | "guy" | "blokes" | "suspects" | "dealers" | "drivers" | "offender" | "defendant"
        | "elders" => {
            return "MAN";
        }
        "mum" | "mother" | "dad" | "father" | "parents" | "parent" | "gran" | "nan" | "grandmother"
        | "aunt" | "family" | "uncle" | "grandad" => return "FAM",
        "officer" | "officers" | "police" | "staff" | "worker" | "workers" | "teacher" | "nurse"
        | "carer" | "carers" | "social" | "pc" | "doctor" | "team" => return "PRO",
        "boys" | "girls" | "children" | "lads" | "pupils" | "kids" | "teenagers" | "youths" => return "KIDS",
        _ => {}
    }
    for tail in ["ings", "ing", "edly", "ed", "ies", "es", "s", "ly"] {
        if let Some(stem) = word.strip_suffix(tail)
            && stem.len() >= 3
        {
            return stem;
        }
    }
    word
}

/// The kind of word each listed word is, from `rules/wording/classes.txt`.
pub(crate) struct Kinds(QuickMap<&'static str, &'static str>);

impl Kinds {
    pub(crate) fn read() -> Self {
        let mut out = QuickMap::default();
        for line in CLASSES.lines().filter(|l| !l.starts_with('#')) {
            let mut words = line.split_whitespace();
            if let Some(name) = words.next() {
                words.for_each(|w| {
                    out.entry(w).or_insert(name);
                });
            }
        }
        Self(out)
    }

    /// The listed words, in order.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        let mut out: Vec<&str> = self.0.keys().copied().collect();
        out.sort_unstable();
        out
    }

    /// The kind of a word, as it is listed or in its plain form.
    pub(crate) fn of(&self, word: &str) -> Option<&'static str> {
        if let Some(c) = self.0.get(word) {
            return Some(c);
        }
        for tail in ["s", "es", "ed", "d", "ing", "ly"] {
            let Some(stem) = word.strip_suffix(tail).filter(|s| s.len() >= 3) else { continue };
            if let Some(c) = self.0.get(stem) {
                return Some(c);
            }
            if tail == "ing"
                && let Some(c) = self.0.get(format!("{stem}e").as_str())
            {
                return Some(c);
            }
            if matches!(tail, "ing" | "ed") {
                let b = stem.as_bytes();
                if b[b.len() - 1] == b[b.len() - 2]
                    && let Some(c) = self.0.get(&stem[..stem.len() - 1])
                {
                    return Some(c);
                }
            }
        }
        None
    }
}
