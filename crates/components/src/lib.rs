//! Page components in the GOV.UK and MoJ patterns, as typed values.
mod assets;
mod content;
mod form;
mod html;
mod markup;
mod navigation;
mod options;

pub use assets::{
    Asset, assets, early_script_href, govuk_script_href, icon_href, script_href, stylesheet_href,
};
pub use content::*;
pub use form::*;
pub use html::Html;
pub use markup::{Component, Markup};
pub use navigation::*;
pub use options::Attributes;

#[cfg(test)]
mod conformance;
