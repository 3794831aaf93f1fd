//! The keys of one installation, kept in files outside the database.
//!
//! Two files in one folder: `master.key` opens what is sealed, `log.key` signs the checkpoints. Whoever holds the
//! database alone can read no narrative and sign nothing; whoever loses the keys can do neither, ever again.
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cf_ledger::{KeyKind, SigningKey};
use cf_sealing::MasterKey;
use cf_store::LogKey;
use rand::Rng as _;

const MASTER: &str = "master.key";
const LOG: &str = "log.key";
/// A key file is one short line; what is longer is something else.
const LONGEST: u64 = 4_096;

/// The keys, and where they are or will be kept.
pub(crate) struct Keys {
    folder: PathBuf,
    master: MasterKey,
    log: SigningKey,
    /// Made now and not yet written down.
    new: bool,
}

impl Keys {
    /// The keys in this folder, or new ones that [`Keys::keep`] writes there.
    pub(crate) fn load_or_make(folder: &Path) -> anyhow::Result<Self> {
        let (master, log) = (read(&folder.join(MASTER))?, read(&folder.join(LOG))?);
        let folder = folder.to_owned();
        match (master, log) {
            (Some(master), Some(log)) => {
                let master = MasterKey::from_text(&master)
                    .with_context(|| format!("cannot use `{}`", folder.join(MASTER).display()))?;
                let log = SigningKey::from_text(&log)
                    .with_context(|| format!("cannot use `{}`", folder.join(LOG).display()))?;
                Ok(Self { folder, master, log, new: false })
            }
            (None, None) => {
                let mut rng = rand::rng();
                let mut seed = [0; 32];
                rng.fill_bytes(&mut seed);
                // The name tells logs apart; it says nothing about whose they are.
                let origin = format!("childfirst-{:08x}", rng.next_u32());
                let log = SigningKey::from_seed(&origin, KeyKind::Log, &seed)?;
                Ok(Self { folder, master: MasterKey::generate(&mut rng), log, new: true })
            }
            (Some(_), None) => {
                bail!("`{}` holds `{MASTER}` but no `{LOG}`; restore both from escrow", folder.display())
            }
            (None, Some(_)) => {
                bail!("`{}` holds `{LOG}` but no `{MASTER}`; restore both from escrow", folder.display())
            }
        }
    }

    /// Whether they were made now.
    pub(crate) const fn are_new(&self) -> bool {
        self.new
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Names both keys and gives nothing else away; kept in the database, so that another's keys are noticed.
    pub(crate) fn fingerprint(&self) -> String {
        let id: String = self.master.id().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{id} {}", self.log.verifying_key().to_text())
    }

    /// Writes new keys down, readable by their owner only. Never writes over a file.
    pub(crate) fn keep(&mut self) -> anyhow::Result<()> {
        if !self.new {
            return Ok(());
        }
        let shown = self.folder.display().to_string();
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.folder)
            .with_context(|| format!("cannot make the folder `{shown}` for the keys"))?;
        write(&self.folder.join(MASTER), &self.master.to_text())?;
        write(&self.folder.join(LOG), &(self.log.to_text().to_string() + "\n"))?;
        self.new = false;
        eprintln!(
            "\nNew keys were made in {shown}\n\
             - master.key opens everything that is sealed. Without it no narrative can ever be read again.\n\
             - log.key signs the log. Whoever has it can sign a false one.\n\
             Put a copy of both into escrow now, away from this machine, and never back them up with the database.\n"
        );
        Ok(())
    }

    /// What a store is opened with.
    pub(crate) fn for_store(&self) -> anyhow::Result<(MasterKey, LogKey)> {
        let text = self.log.to_text();
        // `PRIVATE+KEY+name+id+base64`, where the base64 is a type byte and the seed.
        let encoded = text.splitn(5, '+').nth(4).context("a log key of another form")?;
        let bytes = STANDARD.decode(encoded)?;
        let seed: &[u8; 32] =
            bytes.get(1..).and_then(|seed| seed.try_into().ok()).context("a log key of another length")?;
        let master = MasterKey::from_text(&self.master.to_text())?;
        Ok((master, LogKey::new(self.log.name(), seed)?))
    }
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    let shown = path.display();
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read the key file `{shown}`")),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().with_context(|| format!("cannot look at `{shown}`"))?.permissions().mode();
        if mode & 0o077 != 0 {
            eprintln!(
                "warning: others on this machine may read `{shown}` (mode {:03o}); make it 600",
                mode & 0o777
            );
        }
    }
    let mut text = String::new();
    file.take(LONGEST)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read the key file `{shown}`"))?;
    Ok(Some(text))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file =
        options.open(path).with_context(|| format!("cannot make the key file `{}`", path.display()))?;
    file.write_all(text.as_bytes())?;
    // The database is of no use without them, so they are on the disk before the first entry is.
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("keys");
        let mut made = Keys::load_or_make(&place).unwrap();
        assert!(made.are_new());
        made.keep().unwrap();
        let again = Keys::load_or_make(&place).unwrap();
        assert!(!again.are_new());
        assert_eq!(made.fingerprint(), again.fingerprint());
        let (_, log) = again.for_store().unwrap();
        let name = log.public(cf_store::Log::Record).name().to_owned();
        assert_eq!(name, format!("{}/record", again.log.name()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |name| std::fs::metadata(place.join(name)).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(MASTER), mode(LOG)), (0o600, 0o600));
        }
    }

    #[test]
    fn a_key_with_a_changed_character_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        Keys::load_or_make(folder.path()).unwrap().keep().unwrap();
        let path = folder.path().join(MASTER);
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text.len() - 20;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        std::fs::write(&path, format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
        let error = format!("{:#}", Keys::load_or_make(folder.path()).err().unwrap());
        assert!(
            error.ends_with("the master key was copied with a mistake: its check does not fit"),
            "{error}"
        );
        assert!(!error.contains(&text[30..50]));
    }

    #[test]
    fn half_a_set_of_keys_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Keys::load_or_make(folder.path()).unwrap().keep().unwrap();
        std::fs::remove_file(folder.path().join(LOG)).unwrap();
        let error = Keys::load_or_make(folder.path()).err().unwrap().to_string();
        assert!(error.contains("no `log.key`"), "{error}");
    }
}
