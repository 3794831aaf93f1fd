//! What the options of all components have in common.

/// Declares a component's options as a struct with public fields and one chained setter each.
///
/// An empty string, list or [`Html`](crate::Html) means "not said". `Input::default().name("surname")` and
/// `Input { name: "surname".into(), ..Input::default() }` are the same value.
macro_rules! options {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default)]
        #[cfg_attr(test, derive(serde::Deserialize), serde(default, rename_all = "camelCase", deny_unknown_fields))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $name {
            $(
                $(#[$field_meta])*
                #[must_use]
                pub fn $field(mut self, value: impl Into<$type>) -> Self {
                    self.$field = value.into();
                    self
                }
            )*
        }
    };
}

/// Lets components print themselves, in templates without being escaped again.
macro_rules! printable {
    ($($name:ty),* $(,)?) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::markup::Component::to_html(self).as_str())
            }
        }

        impl askama::filters::HtmlSafe for $name {}

        impl From<$name> for $crate::Html {
            fn from(component: $name) -> Self {
                $crate::markup::Component::to_html(&component)
            }
        }
    )*};
}

/// Lets a part that is mostly its content be made from that content.
macro_rules! from_content {
    ($name:ident: $($source:ty),*) => {$(
        impl From<$source> for $name {
            fn from(content: $source) -> Self {
                Self { content: content.into(), ..Self::default() }
            }
        }
    )*};
    ($($name:ident),* $(,)?) => {
        $(from_content!($name: &str, String, &String, $crate::Html);)*
    };
}

pub(crate) use {from_content, options, printable};

/// Attributes a page adds to a component's outermost element, in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds one more.
    #[must_use]
    pub fn and(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }
}

/// Names are literals of the caller's: they are written as they are, while values are escaped.
impl<V: Into<String>, const N: usize> From<[(&'static str, V); N]> for Attributes {
    fn from(pairs: [(&'static str, V); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }
}

#[cfg(test)]
impl<'de> serde::Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let map = serde_json::Map::<String, serde_json::Value>::deserialize(source)?;
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(Self(map.into_iter().map(|(name, value)| (name, text(value))).collect()))
    }
}
