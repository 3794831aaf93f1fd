//! A PostgreSQL server for tests, started from the installed programs and gone afterwards.
//!
//! It listens on a socket in its own folder only, so tests never meet. `initdb` and `postgres` refuse to run as root;
//! as root they are started with the ids of the user `postgres`.
use std::io::Read;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long the server may take to accept connections. It usually takes under a second.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The programs are not installed.
    #[error("PostgreSQL's programs are not installed; this helps: apt-get install --yes postgresql")]
    NotInstalled,
    /// As root, but nobody to run the server as.
    #[error("there is no user `postgres` to run the server as; this helps: apt-get install --yes postgresql")]
    NoUser,
    /// A program failed.
    #[error("`{program}` failed: {output}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// What it said.
        output: String,
    },
    /// Files or processes could not be had.
    #[error("cannot run a PostgreSQL server: {0}")]
    Io(#[from] std::io::Error),
}

/// A running server with a folder of its own. Stopped and removed when dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    folder: TempDir,
    settings: Vec<String>,
    server: Child,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts a server. Nothing is flushed to disk: it is for tests.
    ///
    /// # Errors
    /// [`PostgresError`], with the command that helps when PostgreSQL is not installed.
    pub fn start() -> Result<Self, PostgresError> {
        Self::start_with(&["fsync=off", "full_page_writes=off"])
    }

    /// Starts a server that waits for the disk, as one in use does: for measuring.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_durable() -> Result<Self, PostgresError> {
        Self::start_with(&[])
    }

    fn start_with(settings: &[&str]) -> Result<Self, PostgresError> {
        let programs = programs().ok_or(PostgresError::NotInstalled)?;
        let owner = owner()?;
        let folder = tempfile::Builder::new().prefix("cf-pg-").tempdir()?;
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let data = folder.path().join("data");
        let mut initdb = command(&programs, "initdb", owner);
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ]);
        run("initdb", initdb.arg(&data))?;
        // Tests open and drop stores faster than their pools hang up.
        let settings = ["listen_addresses=", "max_connections=500"].iter().chain(settings);
        let settings: Vec<String> = settings.map(|setting| (*setting).to_owned()).collect();
        let server = serve(&programs, owner, folder.path(), &settings)?;
        let started = Self { programs, owner, folder, settings, server, databases: AtomicU32::new(0) };
        started.wait()?;
        Ok(started)
    }

    /// Stops the server at once, in the middle of whatever it does, and starts it again: it recovers from its log.
    ///
    /// # Errors
    /// [`PostgresError`] when it does not come back.
    pub fn crash(&mut self) -> Result<(), PostgresError> {
        let mut stop = command(&self.programs, "pg_ctl", self.owner);
        run(
            "pg_ctl",
            stop.args(["stop", "-m", "immediate", "-w", "-D"]).arg(self.folder.path().join("data")),
        )?;
        self.server.wait()?;
        self.server = serve(&self.programs, self.owner, self.folder.path(), &self.settings)?;
        self.wait()
    }

    /// Makes an empty database; gives its address.
    ///
    /// # Errors
    /// [`PostgresError::Failed`] when the server refuses.
    pub fn database(&self) -> Result<String, PostgresError> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = command(&self.programs, "createdb", self.owner);
        run("createdb", createdb.args(["-U", "postgres", "-h"]).arg(self.folder.path()).arg(&name))?;
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        Ok(format!("postgres://postgres@{folder}/{name}"))
    }

    fn wait(&self) -> Result<(), PostgresError> {
        let begin = Instant::now();
        loop {
            let mut ready = command(&self.programs, "pg_isready", self.owner);
            ready.args(["-q", "-h"]).arg(self.folder.path());
            if ready.status()?.success() {
                return Ok(());
            }
            if begin.elapsed() > START_LIMIT {
                let mut output = String::new();
                std::fs::File::open(self.folder.path().join("log"))?.read_to_string(&mut output)?;
                return Err(PostgresError::Failed { program: "postgres", output });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = command(&self.programs, "pg_ctl", self.owner);
        stop.args(["stop", "-m", "immediate", "-w", "-D"]).arg(self.folder.path().join("data"));
        if !stop.stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Starts the server over the data in this folder.
fn serve(
    programs: &Path,
    owner: Option<(u32, u32)>,
    folder: &Path,
    settings: &[String],
) -> Result<Child, PostgresError> {
    let mut postgres = command(programs, "postgres", owner);
    postgres.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    for setting in settings {
        postgres.args(["-c", setting]);
    }
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log"))?;
    Ok(postgres.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?)
}

/// The folder with the newest `initdb`, as `pg_config` names it or where Debian keeps each version.
fn programs() -> Option<PathBuf> {
    let named = Command::new("pg_config").arg("--bindir").output().ok();
    let named = named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    folders.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name);
        version.and_then(|version| version.to_str()?.parse::<u32>().ok())
    });
    folders.into_iter().rev().chain(named).find(|folder| folder.join("initdb").exists())
}

/// Whom to run as: nobody else, unless we are root.
fn owner() -> Result<Option<(u32, u32)>, PostgresError> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find_map(|line| line.strip_prefix("postgres:")).ok_or(PostgresError::NoUser)?;
    let mut fields = line.split(':').skip(1).map(str::parse::<u32>);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(group))) => Ok(Some((user, group))),
        _ => Err(PostgresError::NoUser),
    }
}

fn command(programs: &Path, name: &'static str, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(name));
    command.current_dir("/");
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn run(program: &'static str, command: &mut Command) -> Result<(), PostgresError> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(PostgresError::Failed { program, output })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_starts_makes_databases_and_leaves_nothing() {
        let server = Postgres::start().unwrap();
        let (one, two) = (server.database().unwrap(), server.database().unwrap());
        assert_ne!(one, two);
        let folder = server.folder.path().to_owned();
        drop(server);
        assert!(!folder.exists());
    }
}
