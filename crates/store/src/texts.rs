//! Free text outside the record, such as why somebody opened a restricted record: sealed like narrative, so that who
//! holds the database without the key reads none of it. The logs hold the sealed form, and verify as they are.
use async_recursion::async_recursion as boxed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Fault, Store};

/// Begins a sealed text. The number is the form.
const SEALED: &str = "sealed:1:";

impl Store {
    /// Seals a text for this use. Two seals of one text differ.
    ///
    /// # Errors
    /// [`Fault::Sealing`] when the store's own key cannot be opened.
    #[boxed]
    pub async fn seal_text(&self, usage: &str, text: &str) -> Result<String, Fault> {
        let own = self.own_key(Store::OWN_FILE).await?;
        let sealed = own.key.seal(&place(usage), text.as_bytes(), &mut rand::rng());
        Ok(format!("{SEALED}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The text that was sealed for this use. What is not sealed, as texts of earlier versions, is given as it is.
    ///
    /// # Errors
    /// [`Fault::Sealing`] when it cannot be opened, or was sealed for another use.
    #[boxed]
    pub async fn unseal_text(&self, usage: &str, stored: &str) -> Result<String, Fault> {
        let Some(sealed) = stored.strip_prefix(SEALED) else { return Ok(stored.to_owned()) };
        let cannot = || Fault::sealing(format!("a text of `{usage}`"));
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| cannot())?;
        let own = self.own_key(Store::OWN_FILE).await?;
        let text = own.key.unseal(&place(usage), &sealed).map_err(|_| cannot())?;
        String::from_utf8(text).map_err(|_| cannot())
    }
}

fn place(usage: &str) -> Vec<u8> {
    [b"cf-store/text/1/".as_slice(), usage.as_bytes()].concat()
}
