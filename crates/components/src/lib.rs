//! Page components in the GOV.UK and MoJ patterns, as typed values.
//!
//! A component is a struct of options. Every option has a chained setter, an empty one means "not said",
//! and text is escaped on its way in. Components print themselves, in an askama template without a filter
//! (`{{ surname }}`) or by [`Component::to_html`].
//!
//! ```
//! use cf_components::{Button, Choice, Html, Input, Layout, Radios};
//!
//! let typed = "O'Neill";
//! let surname = Input::new("surname", "Surname")
//!     .hint("As the caller says it")
//!     .value(typed)
//!     .error_message(None::<&str>)
//!     .spellcheck(false);
//! let grade = Radios::new("grade", "Grade", [
//!     Choice::new("high", "High"),
//!     Choice::new("medium", "Medium").hint("Give the reason on the next page"),
//! ]).value("high");
//! let body = Html::join([surname.into(), grade.into(), Button::submit("Save").into()]);
//! let page = Layout::new("Report a missing child", body).page()?;
//! assert!(page.contains("value=\"O&#39;Neill\""));
//! # Ok::<(), askama::Error>(())
//! ```
//!
//! # Where things are
//!
//! - `form`: what people fill in. `content`: what they read. `navigation`: how they find their way.
//! - `patterns`: the child's identity bar, timeline, badges, filter, wall board; in markup and styles of our own.
//! - `chart`: drawings without script, with title, description and the table behind them.
//! - [`Layout`]: the frame of every page. [`assets()`]: what a server must answer under `/assets/`.
//! - `conformance` (tests only): every component against the fixtures of the npm package.
//!
//! # What is absent
//!
//! No crown, no crest, no licensed typeface: this service is not on gov.uk, and `build.rs` takes them out.
//! No inline script or style: a policy of `default-src 'none'; script-src 'self'; style-src 'self';
//! img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'` suffices.
//! No npm package in the repository: `build.rs` installs it from the lock file.

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
