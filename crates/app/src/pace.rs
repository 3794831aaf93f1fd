//! How hard the server works at what nobody waits for.
use std::time::Instant;

/// A pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As fast as it goes.
    Quick,
    /// A quarter of a core at most: pages come first.
    Gentle,
}

impl Pace {
    /// Between two pieces of work, of which one took since `begin`.
    pub(crate) async fn rest(self, begin: Instant) {
        match self {
            Self::Quick => tokio::task::yield_now().await,
            Self::Gentle => tokio::time::sleep(begin.elapsed() * 3).await,
        }
    }
}
