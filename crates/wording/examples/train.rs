//! Learns the weights of the learned layer from labelled texts, or measures what it learns by leaving one author out at a time.
//!
//! `cargo run --release -p cf-wording --example train -- OUT ALONE LET_THROUGH STANDS LESSONS` writes weights with these three limits (see
//! `Limits`). LESSONS are files, after `--first` those whose texts no rule was written on when `--signs FILE` was made, after `--known` those the
//! rules have learned from, after `--ordinary` plain texts in which nothing blames. The examples of every rule are lessons too. Files hold
//! `label|note|category|text` lines. How far rules can be trusted is learned from the first group alone.
//!
//! `... -- --cv FOLDS LESSONS` leaves out every so-manieth file of the first group in turn, learns from all others, and prints what it scores.
//! `... -- --freeze OUT LESSONS` writes what the rules say of the first group now, before anything is changed for it.
#![allow(clippy::unwrap_used, reason = "an example may stop")]
#![allow(missing_docs, reason = "a command, not a library")]
use std::collections::BTreeMap;

use cf_wording::learned::{Limits, Names, Read, train, vocabulary};
use cf_wording::score::{Count, Labelled, Scores};
use cf_wording::{Category, Checker, Kind, score};

const ALONE: [f64; 8] = [-0.2, 0.0, 0.2, 0.4, 0.6, 0.9, 1.2, 99.0];
const LET_THROUGH: [f64; 3] = [0.4, 1.0, 99.0];
const STANDS: [f64; 6] = [-99.0, -1.6, -1.1, -0.7, -0.3, 0.1];

/// The texts of one file, and how the checker read them.
struct File {
    name: String,
    first: bool,
    items: Vec<Labelled>,
    reads: Vec<Vec<Read>>,
}

/// All files, the features they have, and the words a model made from them may know.
struct All {
    files: Vec<File>,
    names: Names,
    words: Vec<String>,
}

type Signs = BTreeMap<(u64, usize), Vec<(String, f32)>>;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args[0].as_str() {
        "--cv" => cross_validate(args[1].parse().unwrap(), &files(&args[2..])),
        "--freeze" => std::fs::write(&args[1], freeze(&files(&args[2..]))).unwrap(),
        out => {
            let n = |i: usize| args[i].parse().unwrap();
            let limits = Limits { alone: n(1), let_through: n(2), stands: n(3) };
            let all = files(&args[4..]);
            let lessons = lessons(&all.files, |_| true);
            let blaming = lessons.iter().filter(|l| l.blames.is_some()).count();
            println!("{} sentences, {blaming} of them blaming", lessons.len());
            std::fs::write(out, train(&lessons, &all.names, &all.words, limits)).unwrap();
        }
    }
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fn files(args: &[String]) -> All {
    let (mut group, mut signs, mut out) = ("--known", Signs::new(), Vec::new());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--first" | "--known" | "--ordinary" => group = arg,
            "--signs" => signs = read_signs(args.next().unwrap()),
            name => {
                let text = std::fs::read_to_string(name).unwrap();
                let items = if group == "--ordinary" { plain(&text) } else { score::read_marked(&text) };
                out.push(File { name: name.to_owned(), first: group == "--first", items, reads: Vec::new() });
            }
        }
    }
    let rules = Checker::with_weights(&[], "").unwrap();
    let mut examples = Vec::new();
    for rule in rules.rules().iter().filter(|r| r.kind == Kind::Blaming) {
        examples.extend(rule.flag.iter().map(|t| labelled(t, Some(rule.category))));
        examples.extend(rule.pass.iter().map(|t| labelled(t, None)));
    }
    out.push(File { name: "examples".to_owned(), first: false, items: examples, reads: Vec::new() });
    let words = vocabulary(out.iter().flat_map(|f| &f.items).map(|i| i.text.as_str()));
    // A checker that knows the words and reports by rules alone.
    let reader = Checker::with_weights(&[], &format!("w {}\n", words.join(" "))).unwrap();
    let mut names = Names::default();
    for file in &mut out {
        file.reads = file.items.iter().map(|i| marked(&reader, i, file.first, &signs, &mut names)).collect();
    }
    All { files: out, names, words }
}

fn plain(text: &str) -> Vec<Labelled> {
    text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| labelled(l, None)).collect()
}

fn labelled(text: &str, blames: Option<Category>) -> Labelled {
    let spans = blames.map(|c| (0, text.chars().count(), c.name().to_owned()));
    let label = if blames.is_some() { "blaming" } else { "ok" }.to_owned();
    let (id, note, origin) = (String::new(), String::new(), "written".to_owned());
    Labelled { id, text: text.to_owned(), label, spans: spans.into_iter().collect(), note, origin }
}

fn marked(reader: &Checker, item: &Labelled, first: bool, signs: &Signs, names: &mut Names) -> Vec<Read> {
    let mut reads = reader.read(&item.text, names);
    let text = hash(&item.text);
    for (n, read) in reads.iter_mut().enumerate() {
        let mark = item.spans.iter().find(|s| s.0 < read.to && read.from < s.1);
        read.blames = mark.and_then(|s| Category::from_name(&s.2));
        if !first {
            read.signs.clear();
            read.counts = 0.5;
        } else if !signs.is_empty() {
            read.signs.retain(|(s, _)| !is_of_rules(names.name(*s)));
            let then = signs.get(&(text, n)).map_or(&[][..], Vec::as_slice);
            read.signs.extend(then.iter().map(|(s, by)| (names.id(s), *by)));
        }
    }
    reads
}

fn lessons(files: &[File], with: impl Fn(usize) -> bool) -> Vec<&Read> {
    let mut seen = std::collections::HashSet::new();
    let some = files.iter().enumerate().filter(|(i, _)| with(*i));
    some.flat_map(|(_, f)| f.reads.iter().flatten())
        .filter(|r| {
            let ids: Vec<u32> = r.words.iter().map(|f| f.0).collect();
            seen.insert((ids, r.blames.is_some()))
        })
        .collect()
}

fn freeze(all: &All) -> String {
    let mut out = String::from(
        "# What rules said of each sentence when it was first read: hash of the text, number of the sentence, signs.\n",
    );
    for file in all.files.iter().filter(|f| f.first) {
        for (item, reads) in file.items.iter().zip(&file.reads) {
            for (n, read) in reads.iter().enumerate() {
                let signs: Vec<String> =
                    of_rules(read, &all.names).map(|(s, by)| format!("{}={by}", &s[2..])).collect();
                if signs.is_empty() {
                    continue;
                }
                out.push_str(&format!("{:016x}\t{n}\t{}\n", hash(&item.text), signs.join("\t")));
            }
        }
    }
    out
}

/// What rules said of a sentence, by name; what the context alone knows is not of their making.
fn of_rules<'a>(read: &'a Read, names: &'a Names) -> impl Iterator<Item = (&'a str, f32)> {
    read.signs.iter().map(|(s, by)| (names.name(*s), *by)).filter(|(s, _)| is_of_rules(s))
}

fn is_of_rules(sign: &str) -> bool {
    ["s stand ", "s rule ", "s pattern ", "s let ", "s letrule "].iter().any(|p| sign.starts_with(p))
}

fn read_signs(file: &str) -> Signs {
    let text = std::fs::read_to_string(file).unwrap();
    let line = |l: &str| {
        let mut parts = l.split('\t');
        let key = (u64::from_str_radix(parts.next()?, 16).ok()?, parts.next()?.parse().ok()?);
        let signs = parts.filter_map(|p| p.rsplit_once('='));
        Some((key, signs.map(|(s, by)| (format!("s {s}"), by.parse().unwrap())).collect()))
    };
    text.lines().filter(|l| !l.starts_with('#')).filter_map(line).collect()
}

fn cross_validate(folds: usize, all_files: &All) {
    let All { files, names, words } = all_files;
    let size = ALONE.len() * LET_THROUGH.len() * STANDS.len();
    let mut all = vec![Scores::default(); size];
    let mut by_file = Vec::new();
    let first: Vec<usize> = (0..files.len()).filter(|i| files[*i].first).collect();
    for fold in 0..folds {
        let held: Vec<usize> =
            first.iter().copied().enumerate().filter(|(n, _)| n % folds == fold).map(|x| x.1).collect();
        let mark = Limits { alone: 1234.0, let_through: 1234.0, stands: 1234.0 };
        let weights = train(&lessons(files, |i| !held.contains(&i)), names, words, mark);
        let mut here = vec![Vec::new(); held.len()];
        for (n, (a, l, s)) in grid().enumerate() {
            let weights = weights.replace("limits 1234.00 1234.00 1234.00", &format!("limits {a} {l} {s}"));
            let checker = Checker::with_weights(&[], &weights).unwrap();
            for (k, i) in held.iter().enumerate() {
                let scores = score::evaluate(&checker, &files[*i].items);
                here[k].push(scores.clone());
                join(&mut all[n], scores);
            }
        }
        by_file.extend(held.iter().map(|i| files[*i].name.as_str()).zip(here));
    }
    // Every author counts the same, however much they wrote.
    let macro_of = |n: usize| {
        let mean = |f: &dyn Fn(&Count) -> Option<f64>| {
            by_file.iter().map(|(_, s)| f(&s[n].items).unwrap_or(1.0)).sum::<f64>() / by_file.len() as f64
        };
        (mean(&Count::precision), mean(&Count::recall))
    };
    for least in [0.96, 0.95, 0.94, 0.93, 0.92] {
        let best = (0..size)
            .filter(|n| macro_of(*n).0 >= least)
            .max_by(|a, b| macro_of(*a).1.total_cmp(&macro_of(*b).1));
        let Some(n) = best else { continue };
        let (p, r) = macro_of(n);
        println!(
            "mean over authors: precision {p:.3} recall {r:.3} with limits {:?}",
            grid().nth(n).unwrap()
        );
        line("  texts", &all[n].items);
        line("  spans", &all[n].spans);
        if least == 0.94 {
            for (name, scores) in &by_file {
                line(&format!("  {name}"), &scores[n].items);
            }
            for (kind, c) in all[n].by_note.iter().chain(&all[n].by_category) {
                line(&format!("    {kind}"), c);
            }
        }
    }
    line("rules alone, nothing doubted", &all[size - STANDS.len()].items);
}

fn grid() -> impl Iterator<Item = (f64, f64, f64)> {
    ALONE
        .into_iter()
        .flat_map(|a| LET_THROUGH.into_iter().flat_map(move |l| STANDS.into_iter().map(move |s| (a, l, s))))
}

fn line(name: &str, c: &Count) {
    let show = |x: Option<f64>| x.map_or("    -".to_owned(), |x| format!("{x:.3}"));
    println!(
        "{name:<34} precision {} recall {}  (found {} missed {} false {} clear {})",
        show(c.precision()),
        show(c.recall()),
        c.true_positive,
        c.false_negative,
        c.false_positive,
        c.true_negative
    );
}

fn join(all: &mut Scores, more: Scores) {
    plus(&mut all.items, more.items);
    plus(&mut all.spans, more.spans);
    for (name, count) in more.by_category {
        plus(all.by_category.entry(name).or_default(), count);
    }
    for (name, count) in more.by_note {
        plus(all.by_note.entry(name).or_default(), count);
    }
}

fn plus(all: &mut Count, more: Count) {
    all.true_positive += more.true_positive;
    all.false_positive += more.false_positive;
    all.false_negative += more.false_negative;
    all.true_negative += more.true_negative;
}
