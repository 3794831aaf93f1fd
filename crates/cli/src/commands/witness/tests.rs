use cf_ledger::{Frontier, SignedNote, TileBuilder, Tiles};

use super::*;

/// A log of so many entries, the last `changed` of them others than in a log of the same name.
struct Log {
    key: SigningKey,
    tiles: Tiles,
    root: Hash,
    size: u64,
}

fn grown(size: u64, changed: u64) -> Log {
    let key = SigningKey::from_seed("records.example/record", KeyKind::Log, &[1; 32]).unwrap();
    let (mut frontier, mut builder, mut tiles) = (Frontier::new(), TileBuilder::new(), Tiles::new());
    for number in 0..size {
        let other = if number >= size - changed { "other" } else { "" };
        let leaf = leaf_hash(format!("entry {number}{other}").as_bytes());
        frontier.push(leaf);
        builder.push(leaf).into_iter().for_each(|full| tiles.insert(full));
    }
    builder.partials().into_iter().for_each(|partial| tiles.insert(partial));
    Log { key, tiles, root: frontier.root(), size }
}

impl Log {
    fn request(&self, old: u64) -> String {
        let checkpoint = Checkpoint { origin: self.key.name().to_owned(), size: self.size, root: self.root };
        let proof = consistency_proof(&self.tiles, old, self.size).unwrap();
        let proof: String = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
        format!("old {old}\n{proof}\n{}", checkpoint.sign(&self.key).unwrap())
    }
}

struct Witness(tempfile::TempDir);

impl Witness {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        new(&folder.path().join("w"), "auditor.example").unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("w")
    }

    fn sign(&self, log: &Log, request: &str) -> bool {
        let code = sign(&self.path(), log.key.verifying_key(), request, 1_772_614_800, Format::Json).unwrap();
        code == ExitCode::SUCCESS
    }

    fn last(&self) -> String {
        std::fs::read_to_string(seen_file(&self.path(), "records.example/record")).unwrap_or_default()
    }
}

#[test]
fn a_log_that_only_grows_is_signed_and_remembered() {
    let witness = Witness::begin();
    assert!(witness.sign(&grown(3, 0), &grown(3, 0).request(0)));
    assert!(witness.sign(&grown(700, 0), &grown(700, 0).request(3)));
    assert!(witness.sign(&grown(700, 0), &grown(700, 0).request(700)), "the same again");
    let key = std::fs::read_to_string(witness.path().join(KEY)).unwrap();
    let key = SigningKey::from_text(key.trim_end()).unwrap();
    let note = SignedNote::parse(&witness.last()).unwrap();
    assert_eq!(note.cosigned_at(key.verifying_key()).unwrap(), 1_772_614_800);
    assert_eq!(Checkpoint::peek(&witness.last()).unwrap().size, 700);
}

#[test]
fn a_fork_is_refused_kept_as_evidence_and_changes_nothing() {
    for (size, changed, old) in [(700, 698, 700), (900, 300, 700), (600, 0, 600), (701, 2, 700)] {
        let witness = Witness::begin();
        let seen = grown(700, 0);
        assert!(witness.sign(&seen, &seen.request(0)));
        let before = witness.last();
        let forked = grown(size, changed);
        let request = forked.request(old.min(size));
        assert!(!witness.sign(&forked, &request), "{size} {changed}");
        assert_eq!(witness.last(), before, "{size} {changed}");
        assert_eq!(std::fs::read_dir(witness.path().join(FORKS)).unwrap().count(), 1, "{size} {changed}");
        assert!(witness.sign(&grown(701, 0), &grown(701, 0).request(700)), "the true log goes on");
    }
}

#[test]
fn what_is_out_of_date_or_of_another_key_is_no_fork() {
    let witness = Witness::begin();
    let log = grown(700, 0);
    assert!(witness.sign(&log, &log.request(0)));
    let longer = grown(900, 0);
    let request = Request::parse(&longer.request(3)).unwrap();
    let refused = check(&witness.path(), longer.key.verifying_key(), &request).unwrap_err().unwrap();
    assert!(matches!(refused, Refusal::OutOfDate { seen: 700 }), "{refused}");
    let other = SigningKey::from_seed("records.example/record", KeyKind::Log, &[9; 32]).unwrap();
    let refused = check(&witness.path(), other.verifying_key(), &request).unwrap_err().unwrap();
    assert!(matches!(refused, Refusal::Signature(_)), "{refused}");
    assert_eq!(std::fs::read_dir(witness.path().join(FORKS)).unwrap().count(), 0);
}

#[test]
fn a_request_of_another_form_is_not_guessed() {
    let good = grown(700, 0).request(3);
    let parsed = Request::parse(&good).unwrap();
    assert_eq!(parsed.old, 3);
    for bad in [
        good.replacen("old 3", "old 03", 1),
        good.replacen("old 3", "old +3", 1),
        good.replacen("old 3", "new 3", 1),
        good.replacen("old 3\n", "old 3\nno hash\n", 1),
        "old 3\n".to_owned(),
        String::new(),
    ] {
        assert!(Request::parse(&bad).is_err(), "{bad}");
    }
}
