//! `childfirst witness`: somebody outside who remembers what a log said, and signs only what continues it.
//!
//! Two machines: where the record is, `request` writes the newest checkpoint with the proof that it continues what the
//! witness saw; at the witness, `sign` checks that and answers with a cosignature. Nothing but these two texts goes
//! between them, so they can travel by mail or a memory stick.
// SOURCE: c2sp.org/tlog-witness for the request (the body of add-checkpoint), c2sp.org/tlog-cosignature for the answer.
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cf_kernel::{Clock as _, SystemClock};
use cf_ledger::{
    Checkpoint, Hash, KeyKind, SigningKey, VerifyingKey, consistency_proof, cosign_note, leaf_hash,
    tiles_for_consistency, verify_consistency,
};
use cf_store::Log;
use rand::Rng as _;
use serde::Serialize;

use crate::open::{Place, audit};
use crate::output::{self, Format, NO};

/// What `childfirst witness` takes.
#[derive(clap::Args)]
#[command(
    after_help = "A witness remembers the last checkpoint it saw of each log, in its folder, and never goes back.\n\
    A checkpoint that does not continue it means that the log was rewritten: the witness signs nothing, keeps the\n\
    request as evidence, and says so.\n\
    Exit codes: 0 signed or written, 1 refused (a fork, a wrong signature, a request that is out of date),\n\
    2 could not be done."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make a witness: its folder and its key. Prints the public key.
    New {
        /// The folder to make.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// The witness's name, such as auditor.example/london.
        #[arg(long)]
        name: String,
    },
    /// At the record: write the newest checkpoint and the proof that it continues an older one.
    Request {
        #[command(flatten)]
        place: Place,
        /// Which log: record or access.
        #[arg(long, value_parser = log, default_value = "record")]
        log: Log,
        /// The size the witness saw last; 0 if it saw none. `sign` says it when it differs.
        #[arg(long, value_name = "ENTRIES", default_value_t = 0)]
        old: u64,
        /// The file to write; standard output, if not given.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// At the witness: check a request and answer with a cosignature.
    Sign {
        /// The witness's folder.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// The public key of the log: its text, or a file that holds it.
        #[arg(long, value_name = "KEY")]
        public_key: String,
        /// The request; standard input, if not given.
        request: Option<PathBuf>,
        /// How the result is printed. Text is the cosignature alone, ready to be appended to the checkpoint.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// What this witness saw last of each log.
    Seen {
        /// The witness's folder.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// How the result is printed.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
}

fn log(name: &str) -> Result<Log, String> {
    Log::ALL.into_iter().find(|log| log.name() == name).ok_or_else(|| "a log is record or access".to_owned())
}

const KEY: &str = "witness.key";
const SEEN: &str = "seen";
const FORKS: &str = "forks";
/// A request is a note and at most some sixty hashes.
const LONGEST: u64 = 2 << 20;

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::New { folder, name } => new(&folder, &name),
        What::Request { place, log, old, to } => output::run(request(place, log, old, to)),
        What::Sign { folder, public_key, request, format } => {
            let text = read(request.as_deref())?;
            let now = u64::try_from(SystemClock.now().micros() / 1_000_000).unwrap_or_default();
            sign(&folder, &key(&public_key)?, &text, now, format)
        }
        What::Seen { folder, format } => seen(&folder, format),
    }
}

fn new(folder: &Path, name: &str) -> anyhow::Result<ExitCode> {
    let mut seed = [0; 32];
    rand::rng().fill_bytes(&mut seed);
    let key = SigningKey::from_seed(name, KeyKind::Witness, &seed)?;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for inner in [SEEN, FORKS] {
        builder
            .create(folder.join(inner))
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let path = folder.join(KEY);
    let mut file = options.open(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
    file.write_all((key.to_text().to_string() + "\n").as_bytes())?;
    file.sync_all()?;
    println!("{}", key.verifying_key().to_text());
    Ok(ExitCode::SUCCESS)
}

async fn request(place: Place, log: Log, old: u64, to: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let store = place.open_existing().await?;
    let mut entry = audit(&store, "hand a checkpoint to a witness");
    entry.action = "witness_request".to_owned();
    store.log_access(&entry).await?;
    store.checkpoint_now().await?;
    let note = store.last_checkpoint(log).await?.context("the log holds nothing yet")?;
    let size = Checkpoint::open(&note, store.log_key().public(log))?.size;
    if old > size {
        bail!(
            "the witness saw {old} entries and this log has {size}: it was cut back, or this is another log"
        );
    }
    let tiles = store.tiles(log, &tiles_for_consistency(old, size)?).await?;
    let proof =
        consistency_proof(&tiles, old, size).context("a proof cannot be made: run `childfirst verify`")?;
    let mut text = format!("old {old}\n");
    for hash in &proof {
        text.push_str(&hash.to_base64());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&note);
    store.close().await;
    match to {
        Some(path) => {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)
                .with_context(|| format!("cannot make `{}`", path.display()))?;
            file.write_all(text.as_bytes())?;
            println!("{size} entries, from {old}, written to {}", path.display());
        }
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// What goes to a witness.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    old: u64,
    proof: Vec<Hash>,
    note: String,
}

impl Request {
    fn parse(text: &str) -> anyhow::Result<Self> {
        const FORM: &str = "a request is `old SIZE`, a proof hash a line, an empty line and a checkpoint";
        let (head, note) = text.split_once("\n\n").context(FORM)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).context(FORM)?;
        let plain = old == "0" || old.starts_with(|first: char| ('1'..='9').contains(&first));
        let old = old.parse().ok().filter(|_| plain).context(FORM)?;
        let proof = lines.map(Hash::from_base64).collect::<Result<Vec<_>, _>>().context(FORM)?;
        // SOURCE: c2sp.org/tlog-witness: no more than 63 hashes.
        if proof.len() > 63 {
            bail!("a proof has at most 63 hashes");
        }
        Ok(Self { old, proof, note: note.to_owned() })
    }
}

/// Why a witness does not sign.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the checkpoint is not signed with the log's key: {0}")]
    Signature(cf_ledger::NoteError),
    #[error("this witness saw {seen} entries of the log: ask again with --old {seen}")]
    OutOfDate { seen: u64 },
    #[error(
        "FORK: at {seen} entries this log had root {seen_root}, and the checkpoint of {size} entries does not continue it ({why}). \
         Somebody rewrote the log, or shows two. The request is kept as evidence: {evidence}"
    )]
    Fork { seen: u64, seen_root: String, size: u64, why: String, evidence: String },
}

#[derive(Serialize)]
struct Signed<'a> {
    signed: bool,
    log: Option<&'a str>,
    entries: Option<u64>,
    cosignature: Option<&'a str>,
    refused: Option<String>,
    fork: bool,
}

fn sign(
    folder: &Path,
    log_key: &VerifyingKey,
    text: &str,
    now: u64,
    format: Format,
) -> anyhow::Result<ExitCode> {
    let key = std::fs::read_to_string(folder.join(KEY))
        .with_context(|| format!("no witness in `{}`: make one with `witness new`", folder.display()))?;
    let key = SigningKey::from_text(key.trim_end())?;
    let request = Request::parse(text)?;
    // One at a time: two requests checked side by side could both continue the same checkpoint, apart.
    let lock = File::create(folder.join("lock")).context("cannot lock the witness's folder")?;
    lock.lock()?;
    match check(folder, log_key, &request) {
        Ok(checkpoint) => {
            let cosigned = cosign_note(&request.note, &key, now)?;
            // Remembered before it is said: a cosignature that was forgotten could be given twice.
            remember(&seen_file(folder, &checkpoint.origin), &cosigned)?;
            let name = format!("— {} ", key.name());
            let line = cosigned.lines().rev().find(|line| line.starts_with(&name)).unwrap_or_default();
            match format {
                Format::Text => println!("{line}"),
                Format::Json => output::json(&Signed {
                    signed: true,
                    log: Some(&checkpoint.origin),
                    entries: Some(checkpoint.size),
                    cosignature: Some(line),
                    refused: None,
                    fork: false,
                })?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            let refusal = refusal?;
            match format {
                Format::Text => eprintln!("childfirst: not signed: {refusal}"),
                Format::Json => output::json(&Signed {
                    signed: false,
                    log: None,
                    entries: None,
                    cosignature: None,
                    refused: Some(refusal.to_string()),
                    fork: matches!(refusal, Refusal::Fork { .. }),
                })?,
            }
            Ok(ExitCode::from(NO))
        }
    }
}

/// The checkpoint of a request, if it continues what this witness saw. The inner error is a refusal, the outer one of
/// them a failure to look.
fn check(
    folder: &Path,
    log_key: &VerifyingKey,
    request: &Request,
) -> Result<Checkpoint, anyhow::Result<Refusal>> {
    let checkpoint =
        Checkpoint::open(&request.note, log_key).map_err(|error| Ok(Refusal::Signature(error)))?;
    let path = seen_file(folder, &checkpoint.origin);
    let (seen, seen_root) = match std::fs::read_to_string(&path) {
        Ok(note) => {
            let known = Checkpoint::peek(&note)
                .with_context(|| format!("cannot read `{}`", path.display()))
                .map_err(Err)?;
            (known.size, known.root)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (0, cf_ledger::EMPTY_ROOT),
        Err(error) => return Err(Err(error.into())),
    };
    let fork = |why: String| {
        let evidence = keep_evidence(folder, &checkpoint, request);
        let shown = |path: PathBuf| path.display().to_string();
        Ok(Refusal::Fork {
            seen,
            seen_root: seen_root.to_base64(),
            size: checkpoint.size,
            why,
            evidence: evidence.map_or_else(|error| format!("NOT KEPT, {error:#}"), shown),
        })
    };
    if checkpoint.size < seen || checkpoint.size == seen && seen > 0 && checkpoint.root != seen_root {
        return Err(fork("it is no longer, and differs".to_owned()));
    }
    if request.old != seen {
        return Err(Ok(Refusal::OutOfDate { seen }));
    }
    verify_consistency(seen, &seen_root, checkpoint.size, &checkpoint.root, &request.proof)
        .map_err(|error| fork(error.to_string()))?;
    Ok(checkpoint)
}

/// Where the last checkpoint of this log is remembered. The name of a log may hold a slash.
fn seen_file(folder: &Path, origin: &str) -> PathBuf {
    folder.join(SEEN).join(format!("{}.checkpoint", file_name(origin)))
}

fn file_name(origin: &str) -> String {
    let plain: String =
        origin.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    let tail: String =
        leaf_hash(origin.as_bytes()).as_bytes().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{plain}-{tail}")
}

/// In the place of what was there, or not at all.
fn remember(path: &Path, note: &str) -> anyhow::Result<()> {
    let next = path.with_extension("next");
    let mut file = File::create(&next).with_context(|| format!("cannot make `{}`", next.display()))?;
    file.write_all(note.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&next, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn keep_evidence(folder: &Path, checkpoint: &Checkpoint, request: &Request) -> anyhow::Result<PathBuf> {
    let root: String = checkpoint.root.as_bytes().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{}-{}-{root}.checkpoint", file_name(&checkpoint.origin), checkpoint.size);
    let path = folder.join(FORKS).join(name);
    remember(&path, &request.note)?;
    Ok(path)
}

fn seen(folder: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let place = folder.join(SEEN);
    let mut all = Vec::new();
    for file in std::fs::read_dir(&place).with_context(|| format!("no witness in `{}`", folder.display()))? {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "checkpoint") {
            let note = std::fs::read_to_string(&path)?;
            let known =
                Checkpoint::peek(&note).with_context(|| format!("cannot read `{}`", path.display()))?;
            all.push((known.origin, known.size, known.root.to_base64()));
        }
    }
    all.sort();
    if format == Format::Json {
        let all: Vec<_> = all
            .iter()
            .map(|(log, entries, root)| serde_json::json!({"log": log, "entries": entries, "root": root}))
            .collect();
        output::json(&all)?;
    } else {
        for (log, entries, root) in &all {
            println!("{log}: {entries} entries, root {root}");
        }
        if all.is_empty() {
            println!("Nothing seen yet.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn key(given: &str) -> anyhow::Result<VerifyingKey> {
    if let Ok(key) = VerifyingKey::from_text(given) {
        return Ok(key);
    }
    let text = std::fs::read_to_string(given).context("--public-key is neither a public key nor a file")?;
    VerifyingKey::from_text(text.trim_end()).context("the file of --public-key holds no public key")
}

fn read(path: Option<&Path>) -> anyhow::Result<String> {
    let mut text = String::new();
    match path {
        Some(path) => File::open(path)
            .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
            .with_context(|| format!("cannot read `{}`", path.display()))?,
        None => std::io::stdin()
            .lock()
            .take(LONGEST)
            .read_to_string(&mut text)
            .context("cannot read a request")?,
    };
    Ok(text)
}

#[cfg(test)]
mod tests;
