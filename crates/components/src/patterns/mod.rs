//! Patterns of justice services, in markup and styles of our own.
//!
//! The Ministry's package is left out: it carries the licensed typeface and older date code, publishes no
//! fixtures, and these patterns are small.

mod board;
mod filter;
mod identity_bar;
mod side_navigation;
mod ticket_panel;
mod timeline;
mod urgency;

pub use board::{Board, BoardCard};
pub use filter::{Filter, FilterGroup, FilterTag};
pub use identity_bar::IdentityBar;
pub use side_navigation::{SideNavigation, SideSection, SubNavigation};
pub use ticket_panel::TicketPanel;
pub use timeline::{Timeline, TimelineItem};
pub use urgency::{Badge, Banner, NotificationBadge, Urgency};
