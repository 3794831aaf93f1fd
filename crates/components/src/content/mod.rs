//! What people read.

mod accordion;
mod details;
mod feedback;
mod inset_text;
mod notification_banner;
mod panel;
mod summary_list;
mod table;
mod tabs;
mod tag;
mod task_list;
mod warning_text;

pub use accordion::{Accordion, AccordionSection};
pub use details::Details;
pub use feedback::Feedback;
pub use inset_text::InsetText;
pub use notification_banner::NotificationBanner;
pub use panel::{Panel, PanelAction, PanelActions};
pub use summary_list::{CardTitle, RowAction, RowActions, RowPart, SummaryCard, SummaryList, SummaryRow};
pub use table::{Cell, Table};
pub use tabs::{Tab, TabPanel, Tabs};
pub use tag::Tag;
pub use task_list::{Task, TaskHint, TaskList, TaskStatus, TaskTitle};
pub use warning_text::WarningText;
