//! Page components in the GOV.UK and MoJ patterns, as typed values.
mod assets;
mod chart;
mod content;
mod form;
mod html;
mod layout;
mod markup;
mod navigation;
mod options;
mod patterns;

pub use assets::{
    Asset, assets, early_script_href, govuk_script_href, icon_href, script_href, stylesheet_href,
};
pub use chart::{BarChart, HourGrid, LineChart, Point};
pub use content::*;
pub use form::*;
pub use html::Html;
pub use layout::{Layout, SessionExpiry, SignedIn};
pub use markup::{Component, Markup};
pub use navigation::*;
pub use options::Attributes;
pub use patterns::*;

#[cfg(test)]
mod conformance;
