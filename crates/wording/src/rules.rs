//! Rule files: what they may say, how they are checked, and how they become one structure.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::{Category, Kind, Severity};
use crate::learned::{Block, Kinds, Model};
use crate::lexicon::{Lexicon, LexiconBuilder, Mask, QuickMap};
use crate::matcher::Index;
use crate::pattern::{Compiled, Elem, Node, PatternError, Reader, compile};

/// One concept: the wording, why it matters, what to write instead, and examples both ways.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name, such as `choice.lifestyle`.
    pub id: String,
    /// What is wrong with it.
    pub category: Category,
    /// How heavy it is.
    pub severity: Severity,
    /// Blame or jargon; blame unless said.
    #[serde(default = "blaming")]
    pub kind: Kind,
    /// The reason, for the writer.
    pub why: String,
    /// Other ways to say it that assert nothing the record may not show.
    pub alternatives: Vec<String>,
    /// Further ones, offered only where the text itself speaks of abuse or exploitation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives_if_shown: Vec<String>,
    /// The wording, as patterns.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// Patterns that make the wording harmless when they stand in the same sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// Whom the words must be about.
    #[serde(default)]
    pub about: Subject,
    /// What the sentence (or its neighbours) must also show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// `true` when denying the wording does not make it harmless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub even_if_denied: bool,
    /// `true` for the rule that speaks for the learned layer in its category; it has no patterns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub learned: bool,
    /// Sentences the rule must flag.
    pub flag: Vec<String>,
    /// Sentences the rule must let pass.
    pub pass: Vec<String>,
}

const fn blaming() -> Kind {
    Kind::Blaming
}

/// Whom a rule's words must be about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A child, or nobody named.
    #[default]
    Child,
    /// A child named as one or by pronoun: words too common to count alone.
    NamedChild,
    /// A child or the child's family, or nobody named.
    Family,
    /// Anyone: the pattern itself says who.
    Anyone,
}

/// What a rule may ask of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// An adult other than family and workers: an age of 18 or more, or a word such as `man` or `older`.
    Adult,
    /// A child: an age under 18, or a word such as `girl`.
    Child,
    /// A child under 13.
    Under13,
    /// Something that shows exploitation, abuse or crime.
    Harm,
}

/// A file of rules as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Version of the file, shown with results.
    #[serde(default)]
    pub version: Option<String>,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Rules a force does not want, each with its reason.
    #[serde(default)]
    pub silence: Vec<Silence>,
}

/// A rule switched off, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The rule's id.
    pub rule: String,
    /// Why it is off here.
    pub reason: String,
}

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

/// What a context pattern tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    Rebuttal,
    RebuttalOfPrevious,
    Guidance,
    GuidanceDocument,
    SuspectsAccount,
    ChildsWords,
    AdultRecord,
    AboutAdult,
    Allowed,
    Unless(u16),
}

/// What a pattern of a rule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    /// The rule, by its place.
    pub(crate) rule: u16,
    /// The pattern, by its place in [`Pack::patterns`].
    pub(crate) pattern: u16,
    /// Whether the pattern itself holds a denial.
    pub(crate) denies: bool,
}

/// Why a rule file does not load.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Not TOML, or not of the right shape.
    #[error("{file}: {message}")]
    Shape {
        /// The file.
        file: String,
        /// What is wrong and where.
        message: String,
    },
    /// A pattern cannot be read.
    #[error("{file}: rule `{rule}`: {source}")]
    Pattern {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// What is wrong.
        source: PatternError,
    },
    /// Something the rule must have is missing.
    #[error("{file}: rule `{rule}` has no {missing}; a rule without it does not load")]
    Missing {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// What is missing.
        missing: &'static str,
    },
    /// Two rules of one file share an id.
    #[error("{file}: rule `{rule}` is there twice")]
    Twice {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
    },
    /// `silence` names no rule, or gives no reason.
    #[error("{file}: cannot silence `{rule}`: {because}")]
    Silence {
        /// The file.
        file: String,
        /// The rule.
        rule: String,
        /// Why not.
        because: &'static str,
    },
    /// An example of a rule does not do what it says.
    #[error("rule `{rule}` should {should} `{example}`")]
    Example {
        /// The rule.
        rule: String,
        /// `flag` or `let pass`.
        should: &'static str,
        /// The sentence.
        example: String,
    },
    /// Several things are wrong at once.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<RuleError>),
    /// More words than there are ids.
    #[error("{file}: the rules use more than 60,000 different words")]
    TooManyWords {
        /// The file.
        file: String,
    },
}

/// A file of rules: the built-in ones, or a force's own.
pub struct Source<'a> {
    /// Its name, for messages.
    pub file: &'a str,
    /// Its TOML text.
    pub text: &'a str,
}

/// Everything loaded, as one structure.
pub(crate) struct Pack {
    pub(crate) rules: Vec<Rule>,
    pub(crate) hits: Index<Role>,
    /// The hash of each pattern's text, by which the learned layer knows it.
    pub(crate) patterns: Vec<u32>,
    pub(crate) cues: Index<Cue>,
    pub(crate) lexicon: Lexicon,
    pub(crate) model: Model,
    /// For each category, the rule that speaks for the learned layer; none when it has been silenced.
    pub(crate) learned: [Option<u16>; 12],
    pub(crate) version: String,
    /// Rules that came from a force's file and must pass their examples on load.
    pub(crate) own: Vec<u16>,
}

pub(crate) const WORDS: &str = include_str!("../../../rules/wording/words.toml");
pub(crate) const SCOPES: &str = include_str!("../../../rules/wording/scopes.toml");

/// Reads one file of rules and checks that every rule is whole.
///
/// # Errors
/// When the text is not TOML, a key is unknown, a rule lacks its reason, alternatives or examples, or an id comes twice.
pub fn read_rules(source: &Source<'_>) -> Result<RuleFile, RuleError> {
    let file: RuleFile = toml::from_str(source.text)
        .map_err(|e| RuleError::Shape { file: source.file.to_owned(), message: e.to_string() })?;
    let mut seen = BTreeSet::new();
    for rule in &file.rules {
        let missing = [
            (rule.patterns.is_empty() && !rule.learned, "wording to match"),
            (rule.why.trim().is_empty(), "reason"),
            (rule.alternatives.is_empty(), "alternative"),
            (rule.flag.is_empty(), "must-flag example"),
            (rule.pass.is_empty(), "must-not-flag example"),
        ];
        if let Some((_, missing)) = missing.into_iter().find(|(is, _)| *is) {
            return Err(RuleError::Missing { file: source.file.to_owned(), rule: rule.id.clone(), missing });
        }
        if !seen.insert(rule.id.as_str()) {
            return Err(RuleError::Twice { file: source.file.to_owned(), rule: rule.id.clone() });
        }
    }
    Ok(file)
}

/// The built-in rules, then each force's file over them.
pub(crate) fn load(built_in: &[Source<'_>], own: &[Source<'_>], weights: Block) -> Result<Pack, RuleError> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut origin: Vec<(String, bool)> = Vec::new();
    let mut version = Vec::new();
    for (source, is_own) in built_in.iter().map(|s| (s, false)).chain(own.iter().map(|s| (s, true))) {
        let file = read_rules(source)?;
        version.extend(file.version.clone());
        for rule in file.rules {
            match rules.iter().position(|r| r.id == rule.id) {
                Some(i) if is_own => {
                    rules[i] = rule;
                    origin[i] = (source.file.to_owned(), true);
                }
                Some(_) => return Err(RuleError::Twice { file: source.file.to_owned(), rule: rule.id }),
                None => {
                    rules.push(rule);
                    origin.push((source.file.to_owned(), is_own));
                }
            }
        }
        for silence in file.silence {
            let wrong = |because| RuleError::Silence {
                file: source.file.to_owned(),
                rule: silence.rule.clone(),
                because,
            };
            if silence.reason.trim().is_empty() {
                return Err(wrong("no reason is given"));
            }
            let i = rules
                .iter()
                .position(|r| r.id == silence.rule)
                .ok_or_else(|| wrong("there is no such rule"))?;
            rules.remove(i);
            origin.remove(i);
        }
    }
    assemble(rules, &origin, version.join("+"), weights)
}

fn assemble(
    rules: Vec<Rule>,
    origin: &[(String, bool)],
    version: String,
    weights: Block,
) -> Result<Pack, RuleError> {
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
        let nodes = Reader { lexicon: &mut lexicon, phrases: &phrases }.read(pattern).map_err(|source| {
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
    for (word, _) in weights.lists().0 {
        lexicon.word(word);
    }
    for word in Kinds::read().words() {
        lexicon.word(word);
    }
    // `finish` adds a word or two of its own, so room is left for them.
    let lexicon = lexicon.finish();
    let ids: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    let model = Model::new(weights, &lexicon, &ids, &patterns);
    let hits = Index::new(hits, lexicon.len(), |w| lexicon.mask_of(w), filler);
    let cues = Index::new(cues, lexicon.len(), |w| lexicon.mask_of(w), filler);
    let learned =
        Category::ALL.map(|c| rules.iter().position(|r| r.learned && r.category == c).map(|i| i as u16));
    let own = origin.iter().enumerate().filter(|(_, o)| o.1).map(|(i, _)| i as u16).collect();
    Ok(Pack { rules, hits, patterns, cues, lexicon, version, own, model, learned })
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
