//! An identity provider on this machine. Its tokens are signed with the library's own keys, and broken on request.
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cf_testkit::TestServer;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::url::{Url, form_urlencoded};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const CLIENT: &str = "childfirst";
pub(crate) const SECRET: &str = "three odd words";
pub(crate) const CODE: &str = "the code";

/// How tokens are signed.
#[derive(Clone, Copy)]
pub(crate) enum Signed {
    Well,
    /// By another key that calls itself by the same name.
    ByAnother,
    /// By a key that is not among the published ones.
    ByAnUnknownKey,
    WithTheSecret,
    Unsigned,
}

/// What is wrong with what it says of itself.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Down,
    PointsElsewhere,
    AnotherIssuer,
    WithoutTls,
}

struct Inner {
    key: (CoreEdDsaPrivateSigningKey, String),
    signed: Signed,
    fault: Option<Fault>,
    discoveries: usize,
    challenge: String,
    token: Value,
    stopped: bool,
}

type Shared = Arc<Mutex<Inner>>;

pub(crate) struct Fake {
    inner: Shared,
    server: TestServer,
}

/// A parameter of an address; empty when it has none of this name.
pub(crate) fn asked(address: &str, name: &str) -> String {
    let address = Url::parse(address).unwrap();
    let found = address.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn key(name: &str) -> CoreEdDsaPrivateSigningKey {
    // SOURCE: RFC 8410 section 7: a private key of Ed25519 is these bytes and 32 of its own.
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let own: [u8; 32] = rand::random();
    let text = STANDARD.encode([head.as_slice(), &own].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name.to_owned()))).unwrap()
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            key: (key("first"), "first".to_owned()),
            signed: Signed::Well,
            fault: None,
            discoveries: 0,
            challenge: String::new(),
            token: Value::Null,
            stopped: false,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(inner.clone());
        Self { inner, server: TestServer::start(router).await }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.server.address)
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Somebody arrived with this address and signed in: the next token is theirs.
    pub(crate) fn asked(&self, address: &str) {
        let made = 1_772_614_800;
        let mut inner = self.inner();
        inner.challenge = asked(address, "code_challenge");
        inner.token = json!({
            "iss": self.issuer(), "sub": "subject-1", "aud": CLIENT, "iat": made, "exp": made + 300,
            "nonce": asked(address, "nonce"),
            "preferred_username": "Sam@Force.example", "email": "sam@force.example",
        });
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.inner().token);
    }

    pub(crate) fn signed(&self, signed: Signed) {
        self.inner().signed = signed;
    }

    pub(crate) fn fault(&self, fault: Option<Fault>) {
        self.inner().fault = fault;
    }

    /// From now on a new key signs, and only it is published.
    pub(crate) fn new_key(&self) {
        self.inner().key = (key("second"), "second".to_owned());
    }

    pub(crate) fn discoveries(&self) -> usize {
        self.inner().discoveries
    }

    /// From now on it breaks off when it is asked for a token.
    pub(crate) fn stop(&self) {
        self.inner().stopped = true;
    }
}

fn as_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn discovery(State(inner): State<Shared>, headers: HeaderMap) -> Response {
    let mut inner = inner.lock().unwrap();
    inner.discoveries += 1;
    let us = format!("http://{}", headers[header::HOST].to_str().unwrap());
    let mut said = json!({
        "issuer": us, "authorization_endpoint": format!("{us}/authorize"),
        "token_endpoint": format!("{us}/token"), "jwks_uri": format!("{us}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256"],
    });
    match inner.fault {
        None => {}
        Some(Fault::Down) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::PointsElsewhere) => {
            return (StatusCode::FOUND, [(header::LOCATION, "/keys")]).into_response();
        }
        Some(Fault::AnotherIssuer) => said["issuer"] = json!("https://another.example"),
        Some(Fault::WithoutTls) => {
            said["authorization_endpoint"] = json!("http://id.force.example/authorize")
        }
    }
    as_json(&said)
}

async fn keys(State(inner): State<Shared>) -> Response {
    let inner = inner.lock().unwrap();
    let set = CoreJsonWebKeySet::new(vec![inner.key.0.as_verification_key()]);
    as_json(&serde_json::to_value(set).unwrap())
}

async fn token(State(inner): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let inner = inner.lock().unwrap();
    if inner.stopped {
        drop(inner);
        panic!("it breaks off in the middle of an answer, as this test asked");
    }
    let sent = |name: &str| {
        let found = form_urlencoded::parse(body.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let us = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:three+odd+words")));
    assert_eq!(headers[header::AUTHORIZATION], us.as_str());
    assert_eq!(sent("grant_type"), "authorization_code");
    assert_eq!(sent("redirect_uri"), "https://childfirst.force.example/sign-in/elsewhere/return");
    let proved = URL_SAFE_NO_PAD.encode(Sha256::digest(sent("code_verifier"))) == inner.challenge;
    if sent("code") != CODE || !proved {
        let refused = json!({"error": "invalid_grant"});
        return (StatusCode::BAD_REQUEST, as_json(&refused)).into_response();
    }
    as_json(&json!({"access_token": "a", "token_type": "Bearer", "id_token": sign(&inner)}))
}

/// A token with the head providers write.
fn signed(inner: &Inner, key: &impl Key, alg: CoreJwsSigningAlgorithm, name: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = json!({"typ": "JWT", "alg": alg, "kid": name});
    let text = format!("{}.{}", part(&head), part(&inner.token));
    let signature = key.sign(&alg, text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

trait Key: PrivateSigningKey<VerificationKey = CoreJsonWebKey> {}
impl<K: PrivateSigningKey<VerificationKey = CoreJsonWebKey>> Key for K {}

fn sign(inner: &Inner) -> String {
    let (own, name) = &inner.key;
    let eddsa = CoreJwsSigningAlgorithm::EdDsa;
    match inner.signed {
        Signed::Well => signed(inner, own, eddsa, name),
        Signed::ByAnother => signed(inner, &key(name), eddsa, name),
        Signed::ByAnUnknownKey => signed(inner, &key("unknown"), eddsa, "unknown"),
        Signed::WithTheSecret => {
            signed(inner, &CoreHmacKey::new(SECRET), CoreJwsSigningAlgorithm::HmacSha256, name)
        }
        Signed::Unsigned => {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(&json!({"typ": "JWT", "alg": "none"})), part(&inner.token))
        }
    }
}
