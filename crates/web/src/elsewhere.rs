//! What pages know of a force's own identity provider: where to send somebody's browser, and who came back.
//!
//! The protocol is not known here. `cf-openid` speaks it, in builds that have it; tests have a provider that says what
//! they want to hear.
use std::pin::Pin;

pub use cf_app::elsewhere::Identity;
use cf_kernel::Timestamp;

/// The path a provider sends people back to, below the address people know us by.
pub const RETURN: &str = "/sign-in/elsewhere/return";

/// An answer that takes a while: the provider may have to be asked.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failed>> + Send + 'a>>;

/// Another place that knows who somebody is.
pub trait Elsewhere: Send + Sync {
    /// The words after "Sign in with" on the button.
    fn label(&self) -> &str;

    /// Where to send a browser, and what to keep for when it comes back. Each call makes its own.
    fn begin(&self, now: Timestamp) -> Soon<'_, Leaving>;

    /// Who came back with this code: asked of the provider, and checked against what was kept.
    fn end(&self, kept: Kept, code: String, now: Timestamp) -> Soon<'_, Identity>;
}

/// Somebody about to leave for the provider.
pub struct Leaving {
    /// Where to.
    pub address: String,
    /// What to keep meanwhile.
    pub kept: Kept,
}

/// What ties a return to its leaving. Never shown and never logged, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Comes back in the address: which leaving this is.
    pub state: String,
    /// Comes back in the token: that it was made for this leaving.
    pub nonce: String,
    /// Goes with the code: that who fetches the token is who left.
    pub verifier: String,
}

/// Why nobody could be sent, or is known to have come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// For the person.
    pub why: Why,
    /// For whoever runs the service; in the log only.
    pub detail: String,
}

/// The kinds of failing that a person can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The provider does not answer, or not as one does.
    Unreachable,
    /// What it says does not hold.
    NotProved,
    /// It holds, but they were asked for less there than this installation requires.
    TooWeak,
}
