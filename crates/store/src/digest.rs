//! Digests that only this installation can make: for ids that follow from another system's reference.
use crate::Store;

impl Store {
    /// A digest of a value under this installation's master key. The same value gives the same digest here and another
    /// one elsewhere, and nobody without the key can find the value by trying. `domain` says what the value is.
    ///
    /// With another master key the digests are others: what was derived from them is not found again.
    #[must_use]
    pub fn keyed_digest(&self, domain: &str, value: &str) -> [u8; 16] {
        self.inner.keys.master().search_digest(domain, value.as_bytes())
    }
}
