//! Text and identity that are sealed before they are stored, and may later be gone.
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A narrative or identifying value. Stored sealed under the key of its case file; [`Private::Gone`] once
/// that key was destroyed. Deciders never look inside. `Debug` shows nothing of it, so it cannot reach a log.
///
/// In JSON it is `{"§": value}`; the store moves each value into the sealed part of the body and leaves
/// `{"§": position}` behind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Private<T> {
    /// The value.
    Known(T),
    /// Destroyed with its key.
    Gone,
}

impl<T> Private<T> {
    /// The value, unless it is gone.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Gone => None,
        }
    }
}

impl Private<String> {
    /// The text, or the words a page shows in its place.
    #[must_use]
    pub fn or_gone(&self) -> &str {
        self.get().map_or("[destroyed under the retention schedule]", String::as_str)
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}

impl<T> std::fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Private(…)",
            Self::Gone => "Private(gone)",
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Marked<T> {
    #[serde(rename = "§")]
    value: T,
}

impl<T: Serialize> Serialize for Private<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Marked { value: self.get() }.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let marked: Marked<Option<T>> = Marked::deserialize(deserializer)?;
        Ok(marked.value.map_or(Self::Gone, Self::Known))
    }
}
