//! `childfirst user`: accounts, from the machine the service runs on.
use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cf_app::accounts::{NewAccount, NewRole};
use cf_app::{App, Caller, Problem};
use cf_kernel::{Actor, Role, TeamId, UserId};
use cf_store::Account;
use rand::Rng as _;

use crate::open::Place;
use crate::output::{self, Format};

/// What `childfirst user` takes.
#[derive(clap::Args)]
#[command(
    after_help = "A password is read from standard input, never from an argument: other people on this machine can see arguments.\n\
    Every change is entered in the access log, with who made it. Exit codes: 0 done, 2 could not be done."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Who does this, for the audit. Your sign-in name on this machine, if not given.
    #[arg(long = "as", value_name = "NAME", env = "CHILDFIRST_AS", global = true)]
    by: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make an account.
    Add {
        /// What the person types to sign in.
        login: String,
        /// The name colleagues know them by; the login, if not given.
        #[arg(long)]
        name: Option<String>,
        /// operator, supervisor, inspector, investigator, council_worker, auditor or administrator.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Their team, by name; made if new.
        #[arg(long, default_value = "")]
        team: String,
        /// A council worker's council: DfE three-digit code.
        #[arg(long, value_name = "CODE")]
        authority: Option<String>,
        /// Make the account without a password, for people who sign in elsewhere.
        #[arg(long)]
        no_password: bool,
    },
    /// List all accounts.
    List {
        /// How the result is printed.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// End an account and its sessions.
    Disable {
        /// The login.
        login: String,
    },
    /// Open an ended account again, in the role it had.
    Reopen {
        /// The login.
        login: String,
        /// Why; it stands in the access log.
        #[arg(long)]
        reason: String,
    },
    /// Give somebody another role and end their sessions.
    Role {
        /// The login.
        login: String,
        /// operator, supervisor, inspector, investigator, council_worker, auditor or administrator.
        #[arg(value_parser = role)]
        role: Role,
        /// A council worker's council: DfE three-digit code.
        #[arg(long, value_name = "CODE")]
        authority: Option<String>,
        /// Why; it stands in the access log.
        #[arg(long)]
        reason: String,
    },
    /// Set a password and end the person's sessions.
    Password {
        /// The login.
        login: String,
    },
    /// Forget who somebody is at the identity provider, and end their sessions: who next signs in there with this login
    /// is taken for them.
    ForgetIdentity {
        /// The login.
        login: String,
    },
    /// Make a new secret for one-time codes, and print it once.
    OneTimeCode {
        /// The login.
        login: String,
        /// Remove the secret instead.
        #[arg(long)]
        remove: bool,
    },
}

fn role(code: &str) -> Result<Role, String> {
    Role::from_code(code).filter(|role| *role != Role::System).ok_or_else(|| {
        let codes: Vec<_> = Role::PEOPLE.iter().map(|role| role.code()).collect();
        format!("a role is one of {}", codes.join(", "))
    })
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let by = keeper(args.by.as_deref())?;
    output::run(async {
        let app = match args.what {
            // The first account is often made before the first start.
            What::Add { .. } => args.place.open_app().await?,
            _ => args.place.open_existing_app().await?,
        };
        act(&app, &by, args.what).await?;
        app.store().close().await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn act(app: &App, by: &Caller, what: What) -> anyhow::Result<()> {
    match what {
        What::Add { login, name, role, team, authority, no_password } => {
            let password = if no_password { None } else { Some(password()?) };
            let name = name.unwrap_or_else(|| login.clone());
            let new = NewAccount { login: login.clone(), name, role, team, authority, password };
            app.add_account(by, new).await.map_err(plain)?;
            println!("{login} can sign in as {}", role.label().to_lowercase());
        }
        What::List { format } => list(&app.accounts(by).await.map_err(plain)?, format)?,
        What::Disable { login } => {
            app.disable_account(by, find(app, &login).await?.id).await.map_err(plain)?;
            println!("{login} can no longer sign in");
        }
        What::Reopen { login, reason } => {
            let account = find(app, &login).await?;
            app.reopen_account(by, account.id, reason).await.map_err(plain)?;
            println!("{login} can sign in again as {}", account.role.label().to_lowercase());
        }
        What::Role { login, role, authority, reason } => {
            let new = NewRole { role: Some(role), authority, reason };
            app.change_role(by, find(app, &login).await?.id, new).await.map_err(plain)?;
            println!(
                "{login} has the role {} now, and all their sessions have ended",
                role.label().to_lowercase()
            );
        }
        What::Password { login } => {
            let user = find(app, &login).await?.id;
            app.set_password(by, user, password()?).await.map_err(plain)?;
            println!("The password of {login} is set, and all their sessions have ended");
        }
        What::ForgetIdentity { login } => {
            app.forget_identity(by, find(app, &login).await?.id).await.map_err(plain)?;
            println!("{login} is bound to no identity any more, and all their sessions have ended");
        }
        What::OneTimeCode { login, remove } => {
            let user = find(app, &login).await?.id;
            if remove {
                app.set_one_time_secret(by, user, None).await.map_err(plain)?;
                println!("{login} signs in without a one-time code");
            } else {
                // SOURCE: RFC 4226 section 4 R6 asks for at least 128 bits and recommends 160.
                let mut secret = [0; 20];
                rand::rng().fill_bytes(&mut secret);
                app.set_one_time_secret(by, user, Some(&secret)).await.map_err(plain)?;
                println!("Secret of {login}, shown once: {}", base32(&secret));
            }
        }
    }
    Ok(())
}

async fn find(app: &App, login: &str) -> anyhow::Result<Account> {
    let found = app.store().account_by_login(&login.trim().to_lowercase()).await?;
    found.with_context(|| format!("there is no account `{}`", login.escape_debug()))
}

fn list(accounts: &[Account], format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        let all: Vec<_> = accounts
            .iter()
            .map(|account| {
                serde_json::json!({
                    "id": account.id.to_string(), "login": account.login, "name": account.name,
                    "role": account.role.code(), "authority": account.authority,
                    "password": account.password_hash.is_some(), "one_time_code": account.has_totp,
                    "elsewhere": account.identity.is_some(), "disabled": account.disabled_at.is_some(),
                })
            })
            .collect();
        return output::json(&all);
    }
    for account in accounts {
        let ended = if account.disabled_at.is_some() { "  (ended)" } else { "" };
        println!("{:<24} {:<16} {}{ended}", account.login, account.role.code(), account.name);
    }
    Ok(())
}

/// Whoever has the database and its keys on this machine may keep its accounts; the log says who and how.
fn keeper(named: Option<&str>) -> anyhow::Result<Caller> {
    // Under sudo, the person and not root.
    let machine = || ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let name = named.map(str::to_owned).or_else(machine).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        bail!("the audit must say who does this: give --as NAME, at most 100 characters");
    }
    let system = Actor::system();
    Ok(Caller {
        actor: Actor {
            user: UserId::from_uuid(system.user.uuid()),
            name: "command line".to_owned(),
            role: Role::Administrator,
            team: TeamId::from_uuid(system.team.uuid()),
        },
        // What was done stands in the audit with this beside it.
        ..Caller::system(&format!("command line, by {name}"))
    })
}

/// One line of standard input.
fn password() -> anyhow::Result<String> {
    let line = if std::io::stdin().is_terminal() {
        rpassword::prompt_password("Password (not shown as you type): ").context("cannot read a password")?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("cannot read a password from standard input")?;
        line
    };
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("standard input held no password: pipe it in, or type it");
    }
    Ok(password.to_owned())
}

/// A problem with its fields spelled out.
fn plain(problem: Problem) -> anyhow::Error {
    match problem {
        Problem::Invalid(fields) => {
            let said: Vec<_> =
                fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
            anyhow::anyhow!("{}", said.join(" "))
        }
        other => other.into(),
    }
}

/// SOURCE: RFC 4648 section 6, without padding, as authenticator apps take it.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn base32_is_that_of_the_rfc() {
        // SOURCE: RFC 4648 section 10, without padding.
        for (plain, coded) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(super::base32(plain.as_bytes()), coded);
        }
    }
}
