//! Rules made ready to be looked for: their words in one lexicon, their patterns in one index, those of the context in another.
//!
//! `build.rs` makes the built-in ones ready and a program reads the result; a force's own rules are made ready when they load.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cue, Role, RuleError, Together};
use crate::lexicon::{Lexicon, LexiconBuilder, Mask, QuickMap};
use crate::matcher::Index;
use crate::pattern::{Compiled, Elem, Node, Reader, compile};

const WORDS: &str = include_str!("../../../../rules/wording/words.toml");
const SCOPES: &str = include_str!("../../../../rules/wording/scopes.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    classes: BTreeMap<String, Vec<String>>,
    /// Read in order of name, so a phrase may use those before it in the alphabet.
    phrases: BTreeMap<String, String>,
    common: Vec<String>,
    very_common: Vec<String>,
    ordinary: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopesFile {
    rebuttal: Vec<String>,
    rebuttal_of_previous: Vec<String>,
    guidance: Vec<String>,
    guidance_document: Vec<String>,
    suspects_account: Vec<String>,
    childs_words: Vec<String>,
    adult_record: Vec<String>,
    about_adult: Vec<String>,
    allowed: Vec<String>,
}

/// What text is searched with.
#[derive(Deserialize, Serialize)]
pub(crate) struct Ready {
    pub(crate) hits: Index<Role>,
    /// The hash of each pattern's text, by which the learned layer knows it.
    pub(crate) patterns: Vec<u32>,
    pub(crate) cues: Index<Cue>,
    pub(crate) lexicon: Lexicon,
}

impl Ready {
    /// What [`read`](Self::read) reads.
    #[allow(dead_code, reason = "what `build.rs` calls")]
    pub(crate) fn written(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(&(self.lexicon.tables(), self))
    }

    /// Reads what was [`written`](Self::written).
    pub(crate) fn read(bytes: &'static [u8]) -> Result<Self, postcard::Error> {
        let (tables, mut ready): ([&'static [u8]; 2], Self) = postcard::from_bytes(bytes)?;
        ready.lexicon.set_tables(tables);
        Ok(ready)
    }

    /// Makes rules ready. `known` are words that patterns need not use, for the learned layer.
    pub(crate) fn new<'w>(
        Together { rules, origin, .. }: &Together,
        known: impl Iterator<Item = &'w str>,
    ) -> Result<Self, RuleError> {
        let words: WordsFile = toml::from_str(WORDS)
            .map_err(|e| RuleError::Shape { file: "words.toml".to_owned(), message: e.to_string() })?;
        let scopes: ScopesFile = toml::from_str(SCOPES)
            .map_err(|e| RuleError::Shape { file: "scopes.toml".to_owned(), message: e.to_string() })?;
        let mut lexicon = LexiconBuilder::new();
        for (class, list) in &words.classes {
            for word in list {
                lexicon.add_to_class(class, word);
            }
        }
        for word in &words.ordinary {
            lexicon.ordinary(word);
        }
        let mut phrases = BTreeMap::new();
        for (name, pattern) in &words.phrases {
            let nodes =
                Reader { lexicon: &mut lexicon, phrases: &phrases }.read(pattern).map_err(|source| {
                    RuleError::Pattern { file: "words.toml".to_owned(), rule: name.clone(), source }
                })?;
            phrases.insert(name.clone(), nodes);
        }
        let mut read = |file: &str, rule: &str, pattern: &str| -> Result<Vec<Node>, RuleError> {
            Reader { lexicon: &mut lexicon, phrases: &phrases }
                .read(pattern)
                .map_err(|source| RuleError::Pattern { file: file.to_owned(), rule: rule.to_owned(), source })
        };
        let mut wrong: Vec<RuleError> = Vec::new();
        let mut hit_nodes = Vec::new();
        let mut patterns = Vec::new();
        let mut cue_nodes = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            let file = &origin[i].0;
            for p in &rule.patterns {
                match read(file, &rule.id, p) {
                    Ok(nodes) => {
                        hit_nodes.push((i as u16, patterns.len() as u16, p.as_str(), nodes));
                        patterns.push(crate::tokens::hash_word(p.as_bytes()) as u32);
                    }
                    Err(e) => wrong.push(e),
                }
            }
            for p in &rule.unless {
                match read(file, &rule.id, p) {
                    Ok(nodes) => cue_nodes.push((Cue::Unless(i as u16), rule.id.as_str(), p.as_str(), nodes)),
                    Err(e) => wrong.push(e),
                }
            }
        }
        let lists = [
            (Cue::Rebuttal, "rebuttal", &scopes.rebuttal),
            (Cue::RebuttalOfPrevious, "rebuttal_of_previous", &scopes.rebuttal_of_previous),
            (Cue::Guidance, "guidance", &scopes.guidance),
            (Cue::GuidanceDocument, "guidance_document", &scopes.guidance_document),
            (Cue::SuspectsAccount, "suspects_account", &scopes.suspects_account),
            (Cue::ChildsWords, "childs_words", &scopes.childs_words),
            (Cue::AdultRecord, "adult_record", &scopes.adult_record),
            (Cue::AboutAdult, "about_adult", &scopes.about_adult),
            (Cue::Allowed, "allowed", &scopes.allowed),
        ];
        for (cue, name, list) in lists {
            for p in list {
                match read("scopes.toml", name, p) {
                    Ok(nodes) => cue_nodes.push((cue, name, p.as_str(), nodes)),
                    Err(e) => wrong.push(e),
                }
            }
        }

        let price = price_list(&mut lexicon, &words);
        let negative = lexicon.find_class("neg").unwrap_or(0);
        let numbers =
            crate::lexicon::NUMBER_CLASSES.iter().filter_map(|n| lexicon.find_class(n)).fold(0, |a, b| a | b);
        let prices = Prices { lexicon: &lexicon, words: &price, numbers };
        let compile_hits = |some: &[(u16, u16, &str, Vec<Node>)]| {
            let cost = prices.cost();
            let (mut hits, mut wrong) = (Vec::new(), Vec::new());
            for (rule, number, pattern, nodes) in some {
                let denies = rules[*rule as usize].even_if_denied || holds(nodes, negative, &lexicon);
                match compile(nodes, pattern, &cost) {
                    Ok(compiled) => {
                        let role = Role { rule: *rule, pattern: *number, denies };
                        hits.extend(compiled.into_iter().map(|c| (c, role)));
                    }
                    Err(source) => wrong.push(RuleError::Pattern {
                        file: origin[*rule as usize].0.clone(),
                        rule: rules[*rule as usize].id.clone(),
                        source,
                    }),
                }
            }
            (hits, wrong)
        };
        // Half of the patterns are compiled beside the other half; the order is that of the files.
        let (first, second) = hit_nodes.split_at(hit_nodes.len() / 2);
        let ((mut hits, wrong_first), (more, wrong_second)) = std::thread::scope(|scope| {
            let beside = scope.spawn(|| compile_hits(second));
            let here = compile_hits(first);
            (here, beside.join().unwrap_or_else(|_| compile_hits(second)))
        });
        hits.extend(more);
        wrong.extend(wrong_first.into_iter().chain(wrong_second));
        let mut cues: Vec<(Compiled, Cue)> = Vec::new();
        let cue_cost = prices.cost();
        for (cue, name, pattern, nodes) in &cue_nodes {
            match compile(nodes, pattern, &cue_cost) {
                Ok(compiled) => cues.extend(compiled.into_iter().map(|c| (c, *cue))),
                Err(source) => wrong.push(RuleError::Pattern {
                    file: "scopes.toml".to_owned(),
                    rule: (*name).to_owned(),
                    source,
                }),
            }
        }
        drop(cue_cost);
        if wrong.len() > 1 {
            return Err(RuleError::Several(wrong));
        }
        if let Some(only) = wrong.pop() {
            return Err(only);
        }
        if lexicon.is_full() {
            return Err(RuleError::TooManyWords { file: "rules".to_owned() });
        }
        let filler = lexicon.find_class("filler").unwrap_or(0);
        lexicon.only_known_from_here();
        for word in known {
            lexicon.word(word);
        }
        // `finish` adds a word or two of its own, so room is left for them.
        let lexicon = lexicon.finish();
        let hits = Index::new(hits, lexicon.len(), |w| lexicon.mask_of(w), filler);
        let cues = Index::new(cues, lexicon.len(), |w| lexicon.mask_of(w), filler);
        Ok(Self { hits, patterns, cues, lexicon })
    }
}

/// What a word costs as an anchor: how often it comes in ordinary records.
fn price_list(lexicon: &mut LexiconBuilder, words: &WordsFile) -> Vec<u32> {
    let mut price = Vec::new();
    for (list, cost) in [(&words.common, 40_u32), (&words.very_common, 400)] {
        for word in list {
            for id in lexicon.forms(word).iter() {
                let at = *id as usize;
                if price.len() <= at {
                    price.resize(at + 1, RARE);
                }
                price[at] = cost;
            }
        }
    }
    price
}

/// What each word and class costs as an anchor.
struct Prices<'a> {
    lexicon: &'a LexiconBuilder,
    words: &'a [u32],
    /// Classes of numbers, which have no word to wait at.
    numbers: Mask,
}

impl Prices<'_> {
    /// The cost of an element. A class is priced once, not at each of the thousands of places it stands.
    fn cost(&self) -> impl Fn(&Elem) -> u32 {
        let by_class = std::cell::RefCell::new(QuickMap::<Mask, u32>::default());
        move |e: &Elem| {
            // Numbers, and commas, have no word to wait at.
            if e.mask & self.numbers != 0 || e.words.iter().any(|w| *w < crate::tokens::FIRST_WORD) {
                return u32::MAX;
            }
            let price = |w: u16| word_cost(w, self.words);
            let from_class = if e.mask == 0 {
                0
            } else {
                *by_class
                    .borrow_mut()
                    .entry(e.mask)
                    .or_insert_with(|| self.lexicon.words_of(e.mask).into_iter().map(price).sum())
            };
            e.words.iter().map(|w| price(*w)).sum::<u32>() + from_class
        }
    }
}

/// What a word on neither list costs.
const RARE: u32 = 2;

fn word_cost(word: u16, price: &[u32]) -> u32 {
    price.get(word as usize).copied().unwrap_or(RARE)
}

/// Whether a pattern must contain a word of these classes.
fn holds(nodes: &[Node], mask: Mask, lexicon: &LexiconBuilder) -> bool {
    nodes.iter().any(|n| match n {
        Node::Elem(e) => {
            e.mask & mask != 0
                || (!e.words.is_empty() && e.words.iter().all(|w| lexicon.mask(*w) & mask != 0))
        }
        Node::Alt(alts) => alts.iter().all(|a| holds(a, mask, lexicon)),
        _ => false,
    })
}
