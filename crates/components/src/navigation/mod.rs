//! How people find their way, and what frames every page.

mod back_link;
mod breadcrumbs;
mod exit_this_page;
mod footer;
mod generic_header;
mod pagination;
mod phase_banner;
mod service_navigation;
mod skip_link;

pub use back_link::BackLink;
pub use breadcrumbs::{Breadcrumb, Breadcrumbs};
pub use exit_this_page::ExitThisPage;
pub use footer::{Footer, FooterLink, FooterMeta, FooterNavigation};
pub use generic_header::GenericHeader;
pub use pagination::{PageItem, PageLink, Pagination};
pub use phase_banner::PhaseBanner;
pub use service_navigation::{EndSlot, NavigationItem, ServiceNavigation, Slots};
pub use skip_link::SkipLink;
