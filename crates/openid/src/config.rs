//! The file that says which provider, read once at start: a bad value stops the start and is named with its rule.
use std::path::{Path, PathBuf};

use openidconnect::url::{Host, Url};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};
use serde::Deserialize;

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It, or the file of the secret, cannot be read.
    #[error("cannot read `{file}`")]
    Read {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no TOML, or has a key too many or too few; the parser names line and key.
    #[error("cannot use `{file}`")]
    Keys {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// A value breaks its rule.
    #[error("cannot use `{file}`: `{key}` {rule}")]
    Value {
        /// Which file.
        file: String,
        /// Which key.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// This machine can make no TLS connections.
    #[error("cannot set up connections to the identity provider")]
    Connections(#[source] openidconnect::reqwest::Error),
}

/// What the provider calls what people type here as their login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginClaim {
    /// A name the provider lets nobody choose who should not.
    PreferredUsername,
    /// An e-mail address, where the provider says that it verified it.
    Email,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    redirect: String,
    label: String,
    login_claim: LoginClaim,
    #[serde(default)]
    acr_values: Vec<String>,
}

/// Everything in the file, checked.
pub(crate) struct Config {
    pub(crate) issuer: IssuerUrl,
    /// Whether the provider is on this machine and speaks without TLS: for trying things out.
    pub(crate) plain: bool,
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(crate) redirect: RedirectUrl,
    pub(crate) label: String,
    pub(crate) login_claim: LoginClaim,
    pub(crate) acr_values: Vec<String>,
}

type Broken = (&'static str, &'static str);

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let text = read(path)?;
        let written: Written =
            toml::from_str(&text).map_err(|source| ConfigError::Keys { file: file.clone(), source })?;
        let secret = match &written.client_secret_file {
            // Relative to the file that names it, wherever the service is started.
            Some(secret) => Some(read(&path.parent().unwrap_or(Path::new("")).join(secret))?),
            None => None,
        };
        Self::check(written, secret).map_err(|(key, rule)| ConfigError::Value { file, key, rule })
    }

    fn check(written: Written, secret: Option<String>) -> Result<Self, Broken> {
        let issuer = address(&written.issuer).map_err(|rule| ("issuer", rule))?;
        if issuer.query().is_some() {
            return Err(("issuer", "must have no `?` in it"));
        }
        let ours = address(&written.redirect).map_err(|rule| ("redirect", rule))?;
        if ours.path() != "/" || ours.query().is_some() {
            return Err(("redirect", "must be the address people know us by, without a path"));
        }
        let line = |text: &str, most: usize| {
            !text.trim().is_empty() && text.chars().count() <= most && !text.contains(char::is_control)
        };
        if !line(&written.client_id, 500) {
            return Err(("client_id", "must be the name this service has at the provider"));
        }
        if !line(&written.label, 60) {
            return Err(("label", "must be at most 60 letters, to stand after \"Sign in with\""));
        }
        if !written.acr_values.iter().all(|value| line(value, 500) && !value.contains(' ')) {
            return Err(("acr_values", "must each be one word or address without a space"));
        }
        let secret = secret.map(|text| text.trim().to_owned());
        if secret.as_deref().is_some_and(|secret| !line(secret, 5_000)) {
            return Err(("client_secret_file", "must name a file with the secret in one line"));
        }
        let back = format!("{}{}", ours.as_str().trim_end_matches('/'), cf_web::elsewhere::RETURN);
        Ok(Self {
            plain: issuer.scheme() == "http",
            // As written: it must be what the provider calls itself, to the letter.
            issuer: IssuerUrl::new(written.issuer).map_err(|_| ("issuer", NO_ADDRESS))?,
            client_id: ClientId::new(written.client_id),
            client_secret: secret.map(ClientSecret::new),
            redirect: RedirectUrl::new(back).map_err(|_| ("redirect", NO_ADDRESS))?,
            label: written.label.trim().to_owned(),
            login_claim: written.login_claim,
            acr_values: written.acr_values,
        })
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { file: path.display().to_string(), source })
}

const NO_ADDRESS: &str = "must be an address such as https://id.force.example";

fn address(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| NO_ADDRESS)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must hold no name, password or `#`");
    }
    if is_safe(&url) {
        Ok(url)
    } else {
        Err("must begin with https://, or with http:// on this machine only")
    }
}

/// Whether what is sent there can be read by nobody on the way.
pub(crate) fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || url.scheme() == "http" && here
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 6] = [
        ("issuer", "\"https://id.force.example/realm\""),
        ("client_id", "\"childfirst\""),
        ("client_secret_file", "\"secret\""),
        ("redirect", "\"https://childfirst.force.example\""),
        ("label", "\"your force account\""),
        ("login_claim", "\"email\""),
    ];

    /// The file with this key as this.
    fn with(key: &str, value: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "three odd words\n").unwrap();
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        let mut lines: Vec<(&str, &str)> = GOOD.into_iter().filter(|(name, _)| *name != key).collect();
        lines.extend((!value.is_empty()).then_some((key, value)));
        let text: String = lines.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
        let file = folder.path().join("openid.toml");
        std::fs::write(&file, text).unwrap();
        Config::read(&file).map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("{error}: {source}")
        })
    }

    #[test]
    fn a_good_file_is_read_and_its_secret_is_found_beside_it() {
        let config = with("acr_values", "[\"urn:mfa\"]").unwrap();
        assert_eq!(config.issuer.as_str(), "https://id.force.example/realm");
        assert_eq!(config.redirect.as_str(), "https://childfirst.force.example/sign-in/elsewhere/return");
        assert_eq!(config.client_secret.unwrap().secret(), "three odd words");
        assert!(!config.plain && config.acr_values == ["urn:mfa"]);
        for (key, value) in [
            ("issuer", "\"http://127.0.0.1:8443\""),
            ("issuer", "\"http://[::1]:8443/\""),
            ("redirect", "\"http://localhost:8080/\""),
            ("client_secret_file", ""),
        ] {
            assert!(with(key, value).is_ok(), "{key} {value}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_named_with_file_key_and_rule() {
        for (key, value, rule) in [
            ("issuer", "\"http://id.force.example\"", "https://"),
            ("issuer", "\"id.force.example\"", "address"),
            ("issuer", "\"https://id.force.example?a=b\"", "`?`"),
            ("issuer", "\"https://me:pass@id.force.example\"", "password"),
            ("redirect", "\"https://childfirst.force.example/app\"", "without a path"),
            ("redirect", "\"ftp://childfirst.force.example\"", "https://"),
            ("client_id", "\" \"", "name"),
            ("label", "\"\"", "60"),
            ("acr_values", "[\"a b\"]", "space"),
            ("client_secret_file", "\"empty\"", "one line"),
            ("login_claim", "\"sub\"", "preferred_username"),
            ("colour", "\"blue\"", "unknown field"),
            ("label", "", "missing field"),
        ] {
            let Err(said) = with(key, value) else { panic!("{key} = {value} is taken") };
            assert!(said.contains("openid.toml") && said.contains(key) && said.contains(rule), "{said}");
        }
        let missing = with("client_secret_file", "\"nowhere\"").map(drop).unwrap_err();
        assert!(missing.contains("nowhere"), "{missing}");
    }
}
