//! A provider: what it says of itself, where people go, and who it says came back.
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cf_kernel::Timestamp;
use cf_web::elsewhere::{Elsewhere, Failed, Identity, Kept, Leaving, Soon, Why};
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::reqwest;
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RequestTokenError, Scope, SignatureVerificationError, TokenResponse as _,
};

use crate::config::{Config, ConfigError, LoginClaim, is_safe};

/// What a provider says of itself is asked again after this long.
const KNOWN_SECONDS: i64 = 10 * 60;
/// The longest an answer may take: somebody is waiting.
const PATIENCE: Duration = Duration::from_secs(10);
/// Signatures that only the provider can make. `none`, and those with a secret we share, are not among them.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A force's own identity provider. It is asked for the first time when somebody wants to sign in, so that the service
/// starts whether or not it answers.
pub struct Provider {
    config: Config,
    http: reqwest::Client,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
}

impl Provider {
    /// The provider that this file describes. Nothing is asked of it yet.
    ///
    /// # Errors
    /// A file that cannot be read, a key too many or too few, or a value that breaks its rule.
    pub fn open(file: &Path) -> Result<Self, ConfigError> {
        let config = Config::read(file)?;
        let http = reqwest::Client::builder()
            // An answer that points elsewhere could have us ask whatever stands behind our own fire wall.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!config.plain)
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .build()
            .map_err(ConfigError::Connections)?;
        Ok(Self { config, http, known: Mutex::default() })
    }

    async fn known(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, Failed> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((at, known)) if (0..KNOWN_SECONDS).contains(&now.seconds_since(at)) => Ok(known),
            _ => self.ask(now).await,
        }
    }

    /// What the provider says of itself now, and its keys. No lock is held meanwhile: where it does not answer, people
    /// wait side by side and not in a queue.
    async fn ask(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, Failed> {
        let issuer = self.config.issuer.clone();
        let asked = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let asked = Arc::new(asked.map_err(|error| failed(Why::Unreachable, &error))?);
        if !is_safe(asked.authorization_endpoint().url()) {
            return Err(said(Why::Unreachable, "it would send people on without TLS"));
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, asked.clone()));
        Ok(asked)
    }

    fn client(&self, known: &CoreProviderMetadata) -> Client {
        let config = &self.config;
        let client = CoreClient::from_provider_metadata(
            known.clone(),
            config.client_id.clone(),
            config.client_secret.clone(),
        )
        .set_redirect_uri(config.redirect.clone());
        // The header is what the protocol takes where the provider says nothing.
        let ways = known.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
        let in_body = ways.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic);
        client.set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    /// What a token says, once everything about it holds: signature, issuer, audience, time, nonce and, where this
    /// installation requires one, how they signed in there.
    fn claims<'t>(
        &self,
        known: &CoreProviderMetadata,
        token: &'t CoreIdToken,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
        let config = &self.config;
        // A moment that cannot be said is after every token's end.
        let now = DateTime::<Utc>::from_timestamp_micros(now.micros()).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let enough = |acr: Option<&AuthenticationContextClass>| {
            let one_of = |acr: &&AuthenticationContextClass| config.acr_values.contains(&***acr);
            if config.acr_values.is_empty() || acr.filter(one_of).is_some() {
                Ok(())
            } else {
                Err("none of those required".to_owned())
            }
        };
        // As for a client without a secret: one with a secret would also take signatures made with it.
        let verifier = CoreIdTokenVerifier::new_public_client(
            config.client_id.clone(),
            config.issuer.clone(),
            known.jwks().clone(),
        )
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || now)
        .set_auth_context_verifier_fn(enough);
        let claims = token.claims(&verifier, nonce)?;
        match claims.authorized_party() {
            Some(party) if *party != config.client_id => {
                Err(ClaimsVerificationError::InvalidAudience("made for another party".to_owned()))
            }
            _ => Ok(claims),
        }
    }

    async fn identity(&self, kept: Kept, code: String, now: Timestamp) -> Result<Identity, Failed> {
        let known = self.known(now).await?;
        let client = self.client(&known);
        let asked = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| failed(Why::Unreachable, &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier))
            .request_async(&self.http)
            .await;
        let answer = asked.map_err(|error| match &error {
            RequestTokenError::Request(_) => failed(Why::Unreachable, &error),
            _ => failed(Why::NotProved, &error),
        })?;
        let token = answer.id_token().ok_or_else(|| said(Why::NotProved, "there is no ID token"))?;
        let nonce = Nonce::new(kept.nonce);
        let mut claims = self.claims(&known, token, &nonce, now);
        if let Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) = &claims
        {
            // It may have a new key since we last asked.
            let asked_again = self.ask(now).await?;
            claims = self.claims(&asked_again, token, &nonce, now);
        }
        let claims = claims.map_err(|error| match &error {
            ClaimsVerificationError::InvalidAuthContext(_) => failed(Why::TooWeak, &error),
            _ => failed(Why::NotProved, &error),
        })?;
        let login = match self.config.login_claim {
            LoginClaim::PreferredUsername => claims.preferred_username().map(|name| name.to_string()),
            LoginClaim::Email if claims.email_verified() == Some(true) => {
                claims.email().map(|email| email.to_string())
            }
            LoginClaim::Email => None,
        };
        Ok(Identity { issuer: self.config.issuer.to_string(), subject: claims.subject().to_string(), login })
    }
}

impl Elsewhere for Provider {
    fn label(&self) -> &str {
        &self.config.label
    }

    fn begin(&self, now: Timestamp) -> Soon<'_, Leaving> {
        Box::pin(async move {
            let known = self.known(now).await?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let scope = match self.config.login_claim {
                LoginClaim::PreferredUsername => "profile",
                LoginClaim::Email => "email",
            };
            let client = self.client(&known);
            let mut asked = client
                .authorize_url(
                    CoreAuthenticationFlow::AuthorizationCode,
                    || CsrfToken::new_random_len(32),
                    || Nonce::new_random_len(32),
                )
                .add_scope(Scope::new(scope.to_owned()))
                .set_pkce_challenge(challenge);
            for value in &self.config.acr_values {
                asked = asked.add_auth_context_value(AuthenticationContextClass::new(value.clone()));
            }
            let (address, state, nonce) = asked.url();
            let kept = Kept {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.secret().clone(),
            };
            Ok(Leaving { address: address.into(), kept })
        })
    }

    fn end(&self, kept: Kept, code: String, now: Timestamp) -> Soon<'_, Identity> {
        Box::pin(self.identity(kept, code, now))
    }
}

fn said(why: Why, detail: &str) -> Failed {
    Failed { why, detail: detail.to_owned() }
}

/// The error with everything below it.
fn failed(why: Why, error: &dyn Error) -> Failed {
    let mut detail = error.to_string();
    let mut below = error.source();
    while let Some(inner) = below {
        detail = format!("{detail}: {inner}");
        below = inner.source();
    }
    Failed { why, detail }
}
