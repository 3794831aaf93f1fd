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

/// `GET /events`: a `changed` event whenever records change, with the head of the log; and at once, so that a
/// page that was away catches up.
pub(crate) async fn events(_caller: SignedIn, State(web): State<Web>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
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
            let head = match notices.recv().await {
                Ok(notice) => notice.head,
                // Too many to keep: the page fetches anew anyhow.
                Err(RecvError::Lagged(_)) => 0,
                Err(RecvError::Closed) => return,
            };
            tokio::time::sleep(GATHER).await;
            let mut latest = head;
            while let Ok(notice) = notices.try_recv() {
                latest = notice.head;
            }
            let event = Event::default().event("changed").data(latest.to_string());
            if send.send(Ok(event)).await.is_err() {
                return;
            }
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receive)
}
