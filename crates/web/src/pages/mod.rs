//! One file for each page. `routes` is the list of all of them, in the order of the work.
pub(crate) mod as_at;
pub(crate) mod board;
pub(crate) mod child;
pub(crate) mod flows;
pub(crate) mod grade;
pub(crate) mod incident;
pub(crate) mod links;
pub(crate) mod office;
pub(crate) mod own_children;
pub(crate) mod problem_page;
pub(crate) mod questions;
pub(crate) mod report;
pub(crate) mod restricted;
pub(crate) mod sign_in;
pub(crate) mod wording;

use crate::routes::Routes;

/// Every page. Demonstrations also have one-click roles.
pub(crate) fn routes(demo: bool) -> Routes {
    Routes::new()
        .and(sign_in::routes(demo))
        .and(board::routes())
        .and(report::routes())
        .and(incident::routes())
        .and(child::routes())
        .and(links::routes())
        .and(restricted::routes())
        .and(flows::routes())
        .and(office::routes())
        .and(own_children::routes())
        .and(wording::routes())
}
