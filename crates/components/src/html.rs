//! Markup that may be sent to a browser, and the one place where text is escaped.

use std::fmt;

/// Markup that is safe to print as it is.
///
/// Text becomes `Html` by `From`, which escapes it; only [`Html::trusted`] takes markup as it stands.
/// Most options of most components are `Html`, so `"a < b".into()` is always right and never dangerous.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html {
    markup: String,
    from_text: bool,
}

impl Html {
    /// Takes markup as it stands. Only for markup that our own code made: never for anything a person typed.
    pub fn trusted(markup: impl Into<String>) -> Self {
        Self { markup: markup.into(), from_text: false }
    }

    /// The markup, ready to be sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.markup
    }

    /// Whether there is nothing to show. Components leave out an option that is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.markup.is_empty()
    }

    /// Whether this was made from plain text, which some components then wrap in a paragraph.
    pub(crate) fn is_text(&self) -> bool {
        self.from_text
    }

    /// Puts pieces after one another, for a body made of several components.
    pub fn join(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self::trusted(pieces.into_iter().map(|piece| piece.markup).collect::<String>())
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.markup)
    }
}

impl askama::filters::HtmlSafe for Html {}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        let mut markup = String::with_capacity(text.len());
        escape(text, &mut markup);
        Self { markup, from_text: true }
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

/// Appends text so that it stays text, in an element's content and in a quoted attribute alike.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Reads a fixture's pair of `text` and `html`, of which `html` wins.
#[cfg(test)]
impl<'de> serde::Deserialize<'de> for Html {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        use serde_json::Value;

        fn read(value: &Value) -> Result<Html, String> {
            match value {
                Value::String(text) => Ok(Html::from(text)),
                Value::Number(_) => Ok(Html::from(value.to_string())),
                Value::Bool(false) => Ok(Html::default()),
                Value::Object(map) => match (map.get("content"), map.get("html"), map.get("text")) {
                    (Some(content), None, None) if map.len() == 1 => read(content),
                    (None, Some(Value::String(html)), _) if !html.is_empty() => Ok(Html::trusted(html)),
                    (None, _, Some(text)) => read(text),
                    (None, Some(_), None) => Ok(Html::default()),
                    _ => Err(format!("not content: {value}")),
                },
                _ => Err(format!("not content: {value}")),
            }
        }
        read(&Value::deserialize(source)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_escaped_once() {
        let html = Html::from("<b> & \"'");
        assert_eq!(html.as_str(), "&lt;b&gt; &amp; &quot;&#39;");
        assert_eq!(Html::join([html.clone(), Html::trusted("<br>")]).as_str(), format!("{html}<br>"));
    }

    proptest! {
        #[test]
        fn escaped_text_can_end_neither_an_element_nor_an_attribute(text in ".*") {
            let html = Html::from(&text);
            prop_assert!(!html.as_str().contains(['<', '>', '"', '\'']));
            let back = html.as_str().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}
