//! Opening a database with its keys, as every command does.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cf_app::App;
use cf_kernel::{Actor, Clock, SystemClock};
use cf_store::{AccessEntry, Options, Store, TABLES};

use crate::keys::Keys;

/// Where the record is and where its keys are.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// sqlite://path, or postgres://user@host/name.
    #[arg(long, value_name = "URL", env = "CHILDFIRST_DATABASE", hide_env_values = true, global = true)]
    pub(crate) database: Option<String>,
    /// The folder of the keys. Beside a SQLite file it is FILE.keys, unless you say otherwise.
    #[arg(long, value_name = "DIR", env = "CHILDFIRST_KEYS", global = true)]
    pub(crate) keys: Option<PathBuf>,
}

/// The keys this database is used with, as a setting.
const FINGERPRINT: &str = "installation/keys";

impl Place {
    /// A SQLite file with its keys beside it.
    pub(crate) fn file(path: &Path) -> Self {
        Self { database: Some(format!("sqlite://{}", path.display())), keys: None }
    }

    pub(crate) fn url(&self) -> anyhow::Result<&str> {
        self.database.as_deref().context(
            "no database is named: give --database sqlite://path or postgres://..., or set CHILDFIRST_DATABASE",
        )
    }

    fn keys_folder(&self) -> anyhow::Result<PathBuf> {
        match (&self.keys, self.sqlite_file()) {
            (Some(folder), _) => Ok(folder.clone()),
            (None, Some(file)) => Ok(PathBuf::from(format!("{}.keys", file.display()))),
            (None, None) => {
                bail!(
                    "no folder of keys is named: give --keys DIR or set CHILDFIRST_KEYS (a PostgreSQL database has none beside it)"
                )
            }
        }
    }

    /// The file of a SQLite database.
    pub(crate) fn sqlite_file(&self) -> Option<PathBuf> {
        self.database.as_deref()?.strip_prefix("sqlite://").map(PathBuf::from)
    }

    /// Opens the record, on the machine's clock.
    pub(crate) async fn open_store(&self) -> anyhow::Result<Store> {
        self.open_store_on(Arc::new(SystemClock)).await
    }

    /// Opens a record that must be there already: looking at one never makes one.
    pub(crate) async fn open_existing(&self) -> anyhow::Result<Store> {
        self.url()?;
        if let Some(file) = self.sqlite_file().filter(|file| !file.exists()) {
            bail!("there is no database at `{}`", file.display());
        }
        self.open_store().await
    }

    /// Opens a copy of this place's record, such as a backup, with the same keys.
    pub(crate) async fn open_copy(&self, file: &Path) -> anyhow::Result<Store> {
        let mut copy = Self::file(file);
        copy.keys = Some(self.keys_folder()?);
        copy.open_existing().await
    }

    /// Opens the record on this clock, making keys for a database that has none yet.
    pub(crate) async fn open_store_on(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Store> {
        let (url, folder) = (self.url()?, self.keys_folder()?);
        let mut keys = Keys::load_or_make(&folder)?;
        let (master, log) = keys.for_store()?;
        let mut options = Options::new(master, log);
        options.tables = TABLES.to_vec();
        options.clock = clock;
        let store = Store::open(url, options).await?;
        belongs(&store, &mut keys).await?;
        Ok(store)
    }

    /// Opens the application on the record.
    pub(crate) async fn open_app(&self) -> anyhow::Result<App> {
        app_on(self.open_store().await?, Arc::new(SystemClock)).await
    }

    /// The application on a record that must be there already.
    pub(crate) async fn open_existing_app(&self) -> anyhow::Result<App> {
        app_on(self.open_existing().await?, Arc::new(SystemClock)).await
    }
}

/// The application on this store, with the text of its rules kept so that every grade can be replayed later.
pub(crate) async fn app_on(store: Store, clock: Arc<dyn Clock>) -> anyhow::Result<App> {
    if let Some(why) = store.damage() {
        bail!("the database is damaged: {why}. Run `childfirst verify` and restore a backup");
    }
    let app = App::new(store, clock).await?;
    keep_rules(&app).await?;
    Ok(app)
}

/// The setting under which the text of a rule set is kept.
pub(crate) fn rules_key(sha256: &str) -> String {
    format!("grading-rules/{sha256}")
}

async fn keep_rules(app: &App) -> anyhow::Result<()> {
    let rules = app.grading_rules();
    let key = rules_key(&rules.id().sha256);
    if app.store().setting(&key).await?.is_none() {
        let json = serde_json::to_string(rules.text())?;
        // Somebody else may have kept the same text meanwhile, which is as good.
        app.store()
            .save_setting(&key, &json, 0, &audit(app.store(), "keep the grading rules in force"))
            .await?;
    }
    Ok(())
}

/// Makes sure that these are the keys of this database, or makes them so for a new one.
async fn belongs(store: &Store, keys: &mut Keys) -> anyhow::Result<()> {
    let known = match (store.setting(FINGERPRINT).await, store.damage()) {
        (Ok(known), _) => known,
        // What is damaged may not even say whose it is; `verify` looks further.
        (Err(_), Some(_)) => return Ok(()),
        (Err(fault), None) => return Err(fault.into()),
    };
    let folder = keys.folder().display().to_string();
    if let Some(known) = known {
        return match serde_json::from_str::<String>(&known.json)? {
            theirs if theirs == keys.fingerprint() => Ok(()),
            _ if keys.are_new() => bail!(
                "there are no keys in `{folder}`, and this database has been used with some: give --keys DIR"
            ),
            _ => bail!("the keys in `{folder}` belong to another database"),
        };
    }
    if let Some(why) = store.damage() {
        bail!("the database is damaged: {why}");
    }
    let entries = store.head().await?;
    if keys.are_new() && entries > 0 {
        bail!("there are no keys in `{folder}`, and this database holds {entries} entries: give --keys DIR");
    }
    keys.keep()?;
    let json = serde_json::to_string(&keys.fingerprint())?;
    if store.save_setting(FINGERPRINT, &json, 0, &audit(store, "note the keys in use")).await?.is_none() {
        bail!("another process is setting this database up; start again");
    }
    Ok(())
}

/// The audit entry of something the software does on its own.
pub(crate) fn audit(store: &Store, what: &str) -> AccessEntry {
    AccessEntry {
        at: store.now(),
        actor: Actor::system(),
        session: None,
        action: "setup".to_owned(),
        records: Vec::new(),
        purpose: "running the service".to_owned(),
        reason: Some(what.to_owned()),
        permitted: true,
        policies: String::new(),
        request: "command line".to_owned(),
    }
}
