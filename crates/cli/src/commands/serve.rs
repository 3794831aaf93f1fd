//! `childfirst serve`.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cf_web::elsewhere::Elsewhere;
use cf_web::{Appearance, Web};

use super::wording;
use crate::open::Place;
use crate::server::{self, LogFormat};
use crate::{background, output};

/// What `childfirst serve` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Runs until it gets SIGINT or SIGTERM. RUST_LOG chooses what is logged (default: info).\n\
    Exit codes: 0 stopped when asked, 2 could not start or failed."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Where to listen. Put a TLS proxy in front of anything but this machine.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Send session cookies over plain HTTP too. Needed to sign in at http://127.0.0.1 without a TLS proxy; never use
    /// it across a network.
    #[arg(long)]
    insecure_cookies: bool,
    /// The marking on every page.
    #[arg(long, value_name = "TEXT", default_value = "OFFICIAL-SENSITIVE")]
    marking: String,
    /// A file of your force's own wording rules: adds, changes or silences built-in ones. Its examples are run first, and
    /// the service does not start until they hold. May be given more than once.
    #[arg(long, value_name = "FILE")]
    wording_rules: Vec<PathBuf>,
    /// A file about your force's own identity provider: people then sign in there too, by OpenID Connect.
    /// docs/access.md says what stands in it.
    #[arg(long, value_name = "FILE")]
    openid: Option<PathBuf>,
    /// Keep no index of children in memory (a few hundred megabytes for a large force). Reports then look for children
    /// by name and birthday only, and nobody is asked about pairs of records that may be one child.
    #[arg(long)]
    without_matching: bool,
    /// How log lines look.
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    server::log_to_stderr(args.log_format, "info");
    let elsewhere = args.openid.as_deref().map(openid).transpose()?;
    output::run(async {
        let mut app = args.place.open_app().await?;
        if !args.wording_rules.is_empty() {
            app = app.with_wording_rules(wording::checker(&args.wording_rules)?);
        }
        let listener = server::listen(args.listen).await?;
        server::rebuild_if_needed(&app).await?;
        if args.insecure_cookies && !args.listen.ip().is_loopback() {
            eprintln!(
                "warning: --insecure-cookies on an address others can reach: sessions can be taken over"
            );
        }
        if app.store().accounts().await?.is_empty() {
            eprintln!(
                "There are no accounts yet. Make the first: childfirst user add --role administrator LOGIN"
            );
        }
        background::start(&app, !args.without_matching);
        println!("childfirst is ready at http://{}", listener.local_addr()?);
        let appearance = Appearance {
            demo: false,
            secure_cookies: !args.insecure_cookies,
            marking: args.marking,
            ..Appearance::default()
        };
        let mut web = Web::new(app, appearance);
        if let Some(provider) = elsewhere {
            web = web.with_elsewhere(provider);
        }
        server::serve(web, listener).await?;
        Ok(ExitCode::SUCCESS)
    })
}

#[cfg(feature = "openid")]
fn openid(file: &Path) -> anyhow::Result<Arc<dyn Elsewhere>> {
    Ok(Arc::new(cf_openid::Provider::open(file)?))
}

#[cfg(not(feature = "openid"))]
fn openid(_: &Path) -> anyhow::Result<Arc<dyn Elsewhere>> {
    anyhow::bail!("this build knows no identity providers: build with `--features openid` to use `--openid`")
}
