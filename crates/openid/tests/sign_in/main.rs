//! Signing in at a provider that does as this test says: everything a token must hold, each broken once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
mod fake;

use cf_kernel::Timestamp;
use cf_openid::Provider;
use cf_web::elsewhere::{Elsewhere as _, Failed, Identity, Kept, Why};
use serde_json::{Value, json};

use crate::fake::{Fake, Signed, asked};

/// Wednesday 4 March 2026, 09:00 in London: the provider's tokens are made now and end in five minutes.
const NOW: Timestamp = Timestamp::from_micros(1_772_614_800_000_000);

/// A provider and the file that describes it.
struct Scene {
    fake: Fake,
    provider: Provider,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set(more: &str) -> Self {
        let fake = Fake::start().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), format!("{}\n", fake::SECRET)).unwrap();
        let file = folder.path().join("openid.toml");
        let text = format!(
            "issuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"secret\"\n\
             redirect = \"https://childfirst.force.example\"\nlabel = \"the force\"\n{more}\n",
            fake.issuer(),
            fake::CLIENT
        );
        std::fs::write(&file, text).unwrap();
        let provider = Provider::open(&file).unwrap_or_else(|error| panic!("{error}"));
        Self { fake, provider, _folder: folder }
    }

    async fn plain() -> Self {
        Self::set("login_claim = \"preferred_username\"").await
    }

    /// Somebody leaves; the provider takes note of what it was asked.
    async fn leave(&self) -> Kept {
        let leaving = self.provider.begin(NOW).await.unwrap();
        self.fake.asked(&leaving.address);
        leaving.kept
    }

    /// Somebody leaves and comes back, with a token changed like this.
    async fn come_back(&self, change: impl FnOnce(&mut Value)) -> Result<Identity, Failed> {
        let kept = self.leave().await;
        self.fake.change(change);
        self.provider.end(kept, fake::CODE.to_owned(), NOW).await
    }
}

fn refused(answer: Result<Identity, Failed>, why: Why, words: &str) {
    match answer {
        Ok(who) => panic!("{who:?} is let in, although: {words}"),
        Err(failed) => {
            assert_eq!(failed.why, why, "{failed:?}");
            assert!(failed.detail.to_lowercase().contains(words), "{words}: {failed:?}");
        }
    }
}

#[tokio::test]
async fn who_signs_in_there_is_known_here() {
    let scene = Scene::plain().await;
    assert_eq!(scene.provider.label(), "the force");
    let leaving = scene.provider.begin(NOW).await.unwrap();
    let (address, kept) = (&leaving.address, &leaving.kept);
    assert!(address.starts_with(&format!("{}/authorize?", scene.fake.issuer())), "{address}");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", fake::CLIENT),
        ("redirect_uri", "https://childfirst.force.example/sign-in/elsewhere/return"),
        ("code_challenge_method", "S256"),
        ("scope", "openid profile"),
        ("state", &kept.state),
        ("nonce", &kept.nonce),
        ("acr_values", ""),
    ] {
        assert_eq!(asked(address, name), value, "{name}");
    }
    let other = scene.provider.begin(NOW).await.unwrap().kept;
    assert!(other.state != kept.state && other.nonce != kept.nonce && other.verifier != kept.verifier);

    let who = scene.come_back(|_| {}).await.unwrap();
    let login = Some("Sam@Force.example".to_owned());
    assert_eq!(who, Identity { issuer: scene.fake.issuer(), subject: "subject-1".into(), login });
}

#[tokio::test]
async fn a_token_that_does_not_hold_lets_nobody_in() {
    let scene = Scene::plain().await;
    let seconds = NOW.micros() / 1_000_000;
    refused(scene.come_back(|token| token["nonce"] = json!("another")).await, Why::NotProved, "nonce");
    refused(scene.come_back(|token| token["nonce"] = Value::Null).await, Why::NotProved, "nonce");
    refused(scene.come_back(|token| token["aud"] = json!("another")).await, Why::NotProved, "audience");
    let both = json!([fake::CLIENT, "another"]);
    refused(scene.come_back(|token| token["aud"] = both).await, Why::NotProved, "audience");
    refused(scene.come_back(|token| token["azp"] = json!("another")).await, Why::NotProved, "party");
    refused(scene.come_back(|token| token["exp"] = json!(seconds)).await, Why::NotProved, "expired");
    let iss = json!("https://another.example");
    refused(scene.come_back(|token| token["iss"] = iss).await, Why::NotProved, "issuer");
}

#[tokio::test]
async fn only_the_providers_own_key_signs() {
    let scene = Scene::plain().await;
    for (signed, words) in [
        (Signed::ByAnother, "signature"),
        (Signed::Unsigned, "signature"),
        (Signed::WithTheSecret, "disallowed"),
        (Signed::ByAnUnknownKey, "no matching key"),
    ] {
        scene.fake.signed(signed);
        refused(scene.come_back(|_| {}).await, Why::NotProved, words);
    }
    scene.fake.signed(Signed::Well);
    assert!(scene.come_back(|_| {}).await.is_ok());
}

#[tokio::test]
async fn a_code_is_good_for_who_left_only() {
    let scene = Scene::plain().await;
    let mut kept = scene.leave().await;
    kept.verifier = scene.provider.begin(NOW).await.unwrap().kept.verifier;
    refused(scene.provider.end(kept, fake::CODE.into(), NOW).await, Why::NotProved, "invalid_grant");
    let kept = scene.leave().await;
    refused(scene.provider.end(kept, "guessed".into(), NOW).await, Why::NotProved, "invalid_grant");
}

#[tokio::test]
async fn what_an_installation_requires_must_be_in_the_token() {
    let scene = Scene::set("login_claim = \"preferred_username\"\nacr_values = [\"urn:mfa\", \"phr\"]").await;
    let leaving = scene.provider.begin(NOW).await.unwrap();
    assert_eq!(asked(&leaving.address, "acr_values"), "urn:mfa phr");
    refused(scene.come_back(|_| {}).await, Why::TooWeak, "none of those required");
    refused(scene.come_back(|token| token["acr"] = json!("0")).await, Why::TooWeak, "required");
    assert!(scene.come_back(|token| token["acr"] = json!("phr")).await.is_ok());
}

#[tokio::test]
async fn an_e_mail_address_counts_when_the_provider_verified_it() {
    let scene = Scene::set("login_claim = \"email\"").await;
    let login = async |verified: Value| {
        let who = scene.come_back(|token| token["email_verified"] = verified).await;
        who.unwrap_or_else(|error| panic!("{error:?}")).login
    };
    assert_eq!(login(json!(true)).await.as_deref(), Some("sam@force.example"));
    assert_eq!(login(json!(false)).await, None);
    assert_eq!(login(Value::Null).await, None);
}

#[tokio::test]
async fn the_provider_is_asked_when_needed_and_again_when_it_has_a_new_key() {
    let scene = Scene::plain().await;
    assert_eq!(scene.fake.discoveries(), 0, "the service starts without it");
    scene.come_back(|_| {}).await.unwrap();
    scene.provider.begin(NOW.plus_minutes(9)).await.unwrap();
    assert_eq!(scene.fake.discoveries(), 1);
    scene.fake.new_key();
    assert!(scene.come_back(|_| {}).await.is_ok());
    assert_eq!(scene.fake.discoveries(), 2, "once, for the new key");
    scene.provider.begin(NOW.plus_minutes(10)).await.unwrap();
    assert_eq!(scene.fake.discoveries(), 3);
}

#[tokio::test]
async fn a_provider_that_is_down_or_says_something_else_is_not_reached() {
    let scene = Scene::plain().await;
    let away = async || match scene.provider.begin(NOW).await {
        Err(failed) => failed,
        Ok(_) => panic!("there is nowhere to go"),
    };
    for (fault, words) in [
        (fake::Fault::Down, "503"),
        (fake::Fault::PointsElsewhere, "302"),
        (fake::Fault::AnotherIssuer, "issuer"),
        (fake::Fault::WithoutTls, "without tls"),
    ] {
        scene.fake.fault(Some(fault));
        let failed = away().await;
        assert_eq!(failed.why, Why::Unreachable, "{failed:?}");
        assert!(failed.detail.to_lowercase().contains(words), "{words}: {failed:?}");
    }
    scene.fake.fault(None);
    assert!(scene.come_back(|_| {}).await.is_ok(), "and when it is back, so are people");
    scene.fake.stop();
    let kept = scene.leave().await;
    refused(scene.provider.end(kept, fake::CODE.into(), NOW).await, Why::Unreachable, "request failed");
}
