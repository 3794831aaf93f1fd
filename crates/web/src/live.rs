//! Screens are pushed to. One event says that something changed and what; the page fetches what it shows again.
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use tokio::sync::broadcast::error::RecvError;
use tokio_stream::Stream;

use crate::session::SignedIn;
use crate::state::Web;

/// Changes that come together are told together.
const GATHER: Duration = Duration::from_millis(400);

/// `GET /events`: a `changed` event whenever records change.
pub(crate) async fn events(
    _caller: SignedIn,
    State(web): State<Web>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let notices = web.app.store().subscribe();
    let stream = async_changes(notices);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn async_changes(
    mut notices: tokio::sync::broadcast::Receiver<cf_store::Notice>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let (send, receive) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        loop {
            match notices.recv().await {
                // Too many to keep: the page fetches anew anyhow.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
            tokio::time::sleep(GATHER).await;
            while notices.try_recv().is_ok() {}
            // Every region of the page is fetched again, each under the caller's own rights.
            let event = Event::default().event("changed").data("*");
            if send.send(Ok(event)).await.is_err() {
                return;
            }
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receive)
}
