//! Signing in at a force's own identity provider by OpenID Connect: the code flow, with PKCE, state and nonce.
//!
//! [`Provider`] is what the pages of `cf-web` hold as [`cf_web::elsewhere::Elsewhere`]. It answers one question: who does
//! the provider say came back? Which account that is here, and whether it may come in, is said by `cf-app`.
//!
//! A crate of its own because the protocol's library takes long to build: only builds that sign in elsewhere wait for it.
//!
//! Absent on purpose: the implicit flow, tokens kept for later, the provider's user information, registration, and
//! signing out there. Tokens signed with a shared secret are refused: only who holds the provider's private key speaks
//! for it.
mod config;
mod provider;

pub use config::ConfigError;
pub use provider::Provider;
