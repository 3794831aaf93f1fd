//! What every handler holds.
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use cf_app::App;

use crate::elsewhere::Elsewhere;
use crate::pending::Pending;

/// How this installation shows itself.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// One-click roles, and a line on every page that the data is invented. Never set by `serve`.
    pub demo: bool,
    /// Whether cookies are sent over TLS only. Off only for a demonstration on this machine.
    pub secure_cookies: bool,
    /// The marking on every page, a force's own setting.
    pub marking: String,
    /// True while a demonstration's newest days are still being made: every page says so, because clocks look overdue.
    pub still_making: Arc<AtomicBool>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            demo: false,
            secure_cookies: true,
            marking: "OFFICIAL-SENSITIVE".to_owned(),
            still_making: Arc::default(),
        }
    }
}

/// The application and its appearance. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub app: App,
    /// How it shows itself.
    pub appearance: Arc<Appearance>,
    /// The force's own identity provider, where one is set up.
    pub(crate) elsewhere: Option<Arc<dyn Elsewhere>>,
    pub(crate) pending: Arc<Pending>,
}

impl Web {
    /// Pages and API over this application.
    #[must_use]
    pub fn new(app: App, appearance: Appearance) -> Self {
        Self { app, appearance: Arc::new(appearance), elsewhere: None, pending: Arc::default() }
    }

    /// The same, where people also sign in at this provider.
    #[must_use]
    pub fn with_elsewhere(self, provider: Arc<dyn Elsewhere>) -> Self {
        Self { elsewhere: Some(provider), ..self }
    }
}
