//! Tells screens that something was recorded, on this node or another.
use cf_kernel::StreamId;
use tokio::sync::{broadcast, watch};

use crate::db::{Db, args};
use crate::{Fault, Store};

/// How many notices a slow listener may be behind before it misses some and has to look for itself.
const KEPT: usize = 1024;

/// Something was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The position of the last event.
    pub head: i64,
    /// The streams that grew.
    pub streams: Vec<StreamId>,
}

/// Where commits are announced.
#[derive(Debug, Clone)]
pub(crate) struct Notices {
    send: broadcast::Sender<Notice>,
    /// On PostgreSQL the poll announces, so that each position is announced once and in order; a commit here wakes it.
    wake: Option<watch::Sender<i64>>,
}

impl Notices {
    pub(crate) fn new(polled: bool) -> Self {
        Self { send: broadcast::channel(KEPT).0, wake: polled.then(|| watch::channel(0).0) }
    }

    pub(crate) fn committed(&self, notice: Notice) {
        match &self.wake {
            Some(wake) => drop(wake.send_replace(notice.head)),
            // Nobody listening is no fault.
            None => drop(self.send.send(notice)),
        }
    }

    /// Starts the poll. It ends when the store is dropped or closed.
    pub(crate) fn poll(&self, db: Db, every: std::time::Duration, head: i64) {
        let Some(mut woken) = self.wake.as_ref().map(watch::Sender::subscribe) else { return };
        let send = self.send.clone();
        tokio::spawn(async move {
            let mut seen = head;
            loop {
                // Woken by a commit here, or by the interval; closed when the store is gone.
                if let Ok(Err(_)) = tokio::time::timeout(every, woken.changed()).await {
                    return;
                }
                match news(&db, seen).await {
                    Ok(Some(notice)) => {
                        seen = notice.head;
                        let _ = send.send(notice);
                    }
                    Ok(None) => {}
                    Err(Fault::Closed) => return,
                    Err(fault) => tracing::warn!(%fault, "cannot look for news"),
                }
            }
        });
    }
}

async fn news(db: &Db, seen: i64) -> Result<Option<Notice>, Fault> {
    let head: Option<(i64,)> = db.row(crate::log::RECORD_HEAD, vec![]).await?;
    let head = head.map_or(seen, |(size,)| size);
    if head <= seen {
        return Ok(None);
    }
    let streams: Vec<(uuid::Uuid,)> = db
        .rows(
            "select distinct stream from event where position > $1 and position <= $2 order by stream",
            args![seen, head],
        )
        .await?;
    Ok(Some(Notice { head, streams: streams.into_iter().map(|(id,)| StreamId::from_uuid(id)).collect() }))
}

impl Store {
    /// Hears of everything recorded from now on. On PostgreSQL also of what other nodes record, within the poll
    /// interval of [`Options::poll_every`](crate::Options::poll_every) (a quarter of a second by default).
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.send.subscribe()
    }
}
