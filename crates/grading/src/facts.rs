//! What is known about one missing child, by name. A name that is absent is unknown.
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// One known answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number in the fact's own unit.
    Number(i64),
    /// A code from the fact's own list.
    Code(String),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}
impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}
impl From<String> for Value {
    fn from(code: String) -> Self {
        Self::Code(code)
    }
}
impl From<&str> for Value {
    fn from(code: &str) -> Self {
        Self::Code(code.to_owned())
    }
}

/// Known facts. Facts that are not here are unknown, which is not the same as no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Value>);

/// Why stored facts cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the facts cannot be read: {0}")]
pub struct FactsError(pub(crate) String);

impl Facts {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// These facts and one more.
    #[must_use]
    pub fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.set(fact, value);
        self
    }
    /// Makes a fact known, or changes it.
    pub fn set(&mut self, fact: &str, value: impl Into<Value>) {
        self.0.insert(fact.to_owned(), value.into());
    }
    /// Makes a fact unknown again.
    pub fn forget(&mut self, fact: &str) {
        self.0.remove(fact);
    }
    /// What is known of a fact.
    #[must_use]
    pub fn get(&self, fact: &str) -> Option<&Value> {
        self.0.get(fact)
    }
    /// Everything known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
    /// How many facts are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Canonical JSON: names in order, no spaces. What is stored with a grade.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        #[expect(
            clippy::expect_used,
            reason = "INVARIANT: a map of text to text, numbers and booleans is JSON"
        )]
        serde_json::to_vec(self).expect("facts are JSON")
    }
    /// Reads stored facts.
    ///
    /// # Errors
    /// When the bytes are not one JSON object of booleans, whole numbers and texts, or name a fact twice.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FactsError> {
        serde_json::from_slice(bytes).map_err(|error| FactsError(error.to_string()))
    }
}

impl FromIterator<(String, Value)> for Facts {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(known: I) -> Self {
        Self(known.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Known;
        impl<'de> Visitor<'de> for Known {
            type Value = Facts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of facts")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
                let mut known = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    // Two answers to one question are a fault to be shown, not a choice to be made here.
                    if known.insert(name, value).is_some() {
                        return Err(A::Error::custom("a fact is named twice"));
                    }
                }
                Ok(Facts(known))
            }
        }
        deserializer.deserialize_map(Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_back_from_canonical_bytes() {
        let facts = Facts::new().with("weather", "dangerous").with("age", 12).with("pregnant", false);
        assert_eq!(facts.to_bytes(), br#"{"age":12,"pregnant":false,"weather":"dangerous"}"#);
        assert_eq!(Facts::from_bytes(&facts.to_bytes()), Ok(facts));
    }

    #[test]
    fn unreadable_facts_are_refused() {
        for bad in
            ["", "[]", "{\"age\":1.5}", "{\"age\":null}", "{\"age\":1,\"age\":2}", "{\"age\":{}}", "{}x"]
        {
            assert!(Facts::from_bytes(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Facts::from_bytes(&[0xff, 0xfe]).is_err());
    }
}
