//! Tells screens that something was recorded, or kept as a setting, on this node or another.
use cf_kernel::StreamId;
use tokio::sync::{broadcast, watch};

use crate::db::{Db, args};
use crate::{Fault, Store};

/// How many notices a slow listener may be behind before it misses some and has to look for itself.
const KEPT: usize = 1024;

/// Something was recorded, or a setting was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The position of the last event.
    pub head: i64,
    /// The streams that grew; none when a setting was saved.
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

    /// Starts the poll, for what comes after `seen`. It ends when the store is dropped or closed.
    pub(crate) fn poll(&self, db: Db, every: std::time::Duration, mut seen: Mark) {
        let Some(mut woken) = self.wake.as_ref().map(watch::Sender::subscribe) else { return };
        let send = self.send.clone();
        tokio::spawn(async move {
            loop {
                // Woken by a commit here, or by the interval; closed when the store is gone.
                if let Ok(Err(_)) = tokio::time::timeout(every, woken.changed()).await {
                    return;
                }
                match news(&db, seen).await {
                    Ok(Some((mark, notice))) => {
                        seen = mark;
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

/// How far everything is that notices tell of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The position of the last event.
    head: i64,
    /// How often settings were saved.
    saved: i64,
}

impl Mark {
    pub(crate) async fn of(db: &Db) -> Result<Self, Fault> {
        let sql = "select size, (select cast(coalesce(sum(version), 0) as bigint) from setting) from head where log = 1";
        let found: Option<(i64, i64)> = db.row(sql, vec![]).await?;
        Ok(found.map_or_else(Self::default, |(head, saved)| Self { head, saved }))
    }
}

async fn news(db: &Db, seen: Mark) -> Result<Option<(Mark, Notice)>, Fault> {
    let mark = Mark::of(db).await?;
    if mark.head <= seen.head && mark.saved <= seen.saved {
        return Ok(None);
    }
    let streams: Vec<(uuid::Uuid,)> = db
        .rows(
            "select distinct stream from event where position > $1 and position <= $2 order by stream",
            args![seen.head, mark.head],
        )
        .await?;
    let streams = streams.into_iter().map(|(id,)| StreamId::from_uuid(id)).collect();
    Ok(Some((mark, Notice { head: mark.head, streams })))
}

impl Store {
    /// Hears of everything recorded, and of every setting saved, from now on. On PostgreSQL also of what other nodes record, within the poll
    /// interval of [`Options::poll_every`](crate::Options::poll_every) (a quarter of a second by default).
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.send.subscribe()
    }
}
