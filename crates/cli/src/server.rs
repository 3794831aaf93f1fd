//! Serving pages and API until asked to stop.
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use cf_app::App;
use cf_web::Web;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::output::bar;

/// So long may a request take to finish once the server is asked to stop. Pages that listen for changes never end by
/// themselves.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Sends log lines to stderr; which of them, `RUST_LOG` says.
pub(crate) fn log_to_stderr(format: LogFormat, default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    // A second start in one process keeps the first subscriber.
    drop(set);
}

/// Takes the address, so that nothing is begun on one that is in use.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Fills read tables that this version declares differently.
pub(crate) async fn rebuild_if_needed(app: &App) -> anyhow::Result<()> {
    let tables = app.store().needs_rebuild();
    if tables.is_empty() {
        return Ok(());
    }
    let head = app.store().head().await?;
    if head > 0 {
        eprintln!("Making read tables again from {head} entries: {}", tables.join(", "));
    }
    let progress = bar("rebuilding");
    app.store()
        .rebuild(cf_store::fold, |done, total| {
            progress.set_length(total);
            progress.set_position(done);
        })
        .await?;
    progress.finish_and_clear();
    Ok(())
}

/// Serves until `SIGINT` or `SIGTERM`; then lets requests finish, signs the logs and closes the record.
pub(crate) async fn serve(web: Web, listener: TcpListener) -> anyhow::Result<()> {
    let app = web.app.clone();
    let (stop, stopped) = watch::channel(false);
    let mut asked = stopped.clone();
    let serving = tokio::spawn(cf_web::serve(listener, web, async move {
        // An error means that nobody can ask any more, which is a reason to stop too.
        drop(asked.wait_for(|stop| *stop).await);
    }));
    asked_to_stop().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    match tokio::time::timeout(LAST_REQUESTS, serving).await {
        Ok(done) => done??,
        Err(_) => tracing::info!("connections that listen for changes were closed"),
    }
    app.store().checkpoint_now().await?;
    app.store().close().await;
    Ok(())
}

#[cfg(unix)]
async fn asked_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_stop() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
