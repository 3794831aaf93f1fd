//! `childfirst link`: which records are of the same child.

mod batch;
mod evaluate;
mod inputs;
mod people;
mod query;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use crate::paths::refuse_input;

/// What `childfirst link` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Nothing is ever merged: every command writes a file for people or programs to decide by.\n\
    Files are CSV (comma, semicolon or tab) with a header, or Parquet where the build reads it; docs/linkage.md has the columns.\n\
    Exit codes: 0 done, rows put aside included, which are counted and named; 2 not done, with the reason."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Box<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Find the pairs of one file that are the same person.
    Dedupe {
        #[command(flatten)]
        file: OneFile,
        /// Where the pairs go: id_a,id_b,probability.
        #[arg(long)]
        output: PathBuf,
        /// People's decisions, id_a,id_b,decision, which win over scores.
        #[arg(long)]
        decisions: Option<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Find the pairs across two files that are the same person.
    Pair {
        /// The first file.
        #[arg(long)]
        left: PathBuf,
        /// The second file.
        #[arg(long)]
        right: PathBuf,
        /// Where the pairs go: id_a,id_b,probability.
        #[arg(long)]
        output: PathBuf,
        /// People's decisions, id_a,id_b,decision, which win over scores; id_a is the left file's.
        #[arg(long)]
        decisions: Option<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Ask, record by record, who it might be.
    Query {
        /// The records to ask: a CSV file, or an index saved before.
        #[arg(long)]
        index: PathBuf,
        /// The records to ask about.
        #[arg(long)]
        queries: PathBuf,
        /// Where the answers go: query id, record id, probability.
        #[arg(long)]
        output: PathBuf,
        /// Save the index, so that it need not be built again.
        #[arg(long)]
        save_index: Option<PathBuf>,
        /// Most answers to one query.
        #[arg(long, default_value_t = 50)]
        most: usize,
        #[command(flatten)]
        how: How,
    },
    /// Show why two records score what they score.
    Explain {
        /// Id of the first record.
        id_a: String,
        /// Id of the second record.
        id_b: String,
        #[command(flatten)]
        file: OneFile,
        /// A second file, in which the second record is.
        #[arg(long)]
        right: Option<PathBuf>,
        /// Print JSON instead of a drawing.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        how: How,
    },
    /// Learn a model from a file and keep it.
    Train {
        #[command(flatten)]
        file: OneFile,
        /// A second file to be linked with the first.
        #[arg(long)]
        right: Option<PathBuf>,
        /// Where the model goes.
        #[arg(long)]
        output: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Group records by person, obeying people's decisions.
    Clusters {
        #[command(flatten)]
        file: OneFile,
        /// Where the groups go: id,cluster.
        #[arg(long)]
        output: PathBuf,
        /// People's decisions, id_a,id_b,decision.
        #[arg(long)]
        decisions: Option<PathBuf>,
        /// Groups of an earlier run, id,cluster: they stay as they are, and new records join them.
        #[arg(long)]
        known: Option<PathBuf>,
        /// Where pairs go that people should look at.
        #[arg(long)]
        attention: Option<PathBuf>,
        /// Least probability that joins.
        #[arg(long, default_value_t = 0.5)]
        threshold: f64,
        #[command(flatten)]
        how: How,
    },
    /// Write the pairs a person should decide; the file comes back as `--decisions`.
    Review {
        #[command(flatten)]
        file: OneFile,
        /// A second file, if records are linked across two.
        #[arg(long)]
        right: Option<PathBuf>,
        /// Where the pairs go.
        #[arg(long)]
        output: PathBuf,
        /// Decisions taken before; those pairs are left out.
        #[arg(long)]
        decisions: Option<PathBuf>,
        /// Least probability worth a look.
        #[arg(long, default_value_t = 0.1)]
        from: f64,
        /// Probability from which no look is needed.
        #[arg(long, default_value_t = 0.95)]
        to: f64,
        #[command(flatten)]
        how: How,
    },
    /// Measure a run against known pairs: precision and recall, calibration, completeness of blocking.
    Evaluate {
        #[command(flatten)]
        file: OneFile,
        /// A second file, if records are linked across two.
        #[arg(long)]
        right: Option<PathBuf>,
        /// The true pairs, id_a,id_b.
        #[arg(long)]
        truth: PathBuf,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        how: How,
    },
}

#[derive(clap::Args)]
struct OneFile {
    /// The file to read.
    #[arg(long)]
    input: PathBuf,
}

/// What every command takes.
#[derive(clap::Args)]
struct How {
    /// Meanings of columns, where headers do not say: given=first,surname=last,dob=born,text=street.
    #[arg(long)]
    columns: Option<String>,
    /// Columns to leave out of the comparison; can be repeated.
    #[arg(long)]
    ignore: Vec<String>,
    /// A model kept by `link train`; without it the file's own statistics are learned.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Least probability that is written.
    #[arg(long, default_value_t = 0.01)]
    min_probability: f64,
    /// Where rows that could not be read go.
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// Threads; as many as the machine has if not given.
    #[arg(long)]
    threads: Option<usize>,
    /// Seed of every sample taken in training.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The files one command writes, each with its option.
type Written<'a> = [Option<(&'static str, &'a PathBuf)>; 2];
/// The files one command reads.
type Read<'a> = [Option<&'a PathBuf>; 3];

impl Command {
    /// The files that are written, each with its option, and those that are read.
    fn files(&self) -> (Vec<(&'static str, &Path)>, Vec<&Path>) {
        let (written, read, how): (Written<'_>, Read<'_>, &How) = match self {
            Self::Dedupe { file, output, decisions, how } => {
                ([Some(("--output", output)), None], [Some(&file.input), decisions.as_ref(), None], how)
            }
            Self::Pair { left, right, output, decisions, how } => {
                ([Some(("--output", output)), None], [Some(left), Some(right), decisions.as_ref()], how)
            }
            Self::Query { index, queries, output, save_index, how, .. } => {
                let saved = save_index.as_ref().map(|path| ("--save-index", path));
                ([Some(("--output", output)), saved], [Some(index), Some(queries), None], how)
            }
            Self::Explain { file, right, how, .. } => {
                ([None, None], [Some(&file.input), right.as_ref(), None], how)
            }
            Self::Train { file, right, output, how } => {
                ([Some(("--output", output)), None], [Some(&file.input), right.as_ref(), None], how)
            }
            Self::Clusters { file, output, decisions, known, attention, how, .. } => {
                let attention = attention.as_ref().map(|path| ("--attention", path));
                let read = [Some(&file.input), decisions.as_ref(), known.as_ref()];
                ([Some(("--output", output)), attention], read, how)
            }
            Self::Review { file, right, output, decisions, how, .. } => {
                let read = [Some(&file.input), right.as_ref(), decisions.as_ref()];
                ([Some(("--output", output)), None], read, how)
            }
            Self::Evaluate { file, right, truth, how, .. } => {
                ([None, None], [Some(&file.input), right.as_ref(), Some(truth)], how)
            }
        };
        let rejects = how.rejects.as_ref().map(|path| ("--rejects", path));
        let written = written.into_iter().flatten().chain(rejects);
        let read = read.into_iter().flatten().chain(&how.model);
        (
            written.map(|(option, path)| (option, path.as_path())).collect(),
            read.map(PathBuf::as_path).collect(),
        )
    }
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (written, read) = args.command.files();
    for (option, path) in written {
        refuse_input(option, path, read.iter().copied())?;
    }
    match *args.command {
        Command::Dedupe { file, output, decisions, how } => {
            batch::dedupe(&file.input, &output, decisions.as_deref(), &how)
        }
        Command::Pair { left, right, output, decisions, how } => {
            batch::pair(&left, &right, &output, decisions.as_deref(), &how)
        }
        Command::Query { index, queries, output, save_index, most, how } => {
            query::run(&index, &queries, &output, save_index.as_deref(), most, &how)
        }
        Command::Explain { id_a, id_b, file, right, json, how } => {
            people::explain(&id_a, &id_b, &file.input, right.as_deref(), json, &how)
        }
        Command::Train { file, right, output, how } => {
            batch::train(&file.input, right.as_deref(), &output, &how)
        }
        Command::Clusters { file, output, decisions, known, attention, threshold, how } => {
            let given = people::Given { decisions: decisions.as_deref(), known: known.as_deref() };
            people::clusters(&file.input, &output, given, attention.as_deref(), threshold, &how)
        }
        Command::Review { file, right, output, decisions, from, to, how } => {
            let files = (file.input.as_path(), right.as_deref());
            people::review(files, &output, decisions.as_deref(), (from, to), &how)
        }
        Command::Evaluate { file, right, truth, json, how } => {
            evaluate::run(&file.input, right.as_deref(), &truth, json, &how)
        }
    }
}
