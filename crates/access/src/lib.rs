//! Who may do what. Policies are Cedar text in `policies/`, checked strictly against a schema when the program starts.
//!
//! Reading order: [`Action`] is what can be asked for, [`Subject`] who asks, [`Resource`] what for; [`Guard`] answers
//! with a [`Decision`]. Nothing is permitted unless a policy says so, and anything that fails is a denial.
//!
//! Policies never see who a person is. `standing` turns ids into how the person stands to the record (mine, somebody
//! else's; my team's, another's), which leaves some forty thousand cases in all. Each is decided by Cedar once, in
//! `engine`, and kept in `guard`; the matrix in `docs/access-matrix.md` is made by listing them.
//!
//! ```
//! use cf_access::{Action, Guard, Resource, Subject};
//! use cf_kernel::{Role, TeamId, UserId};
//!
//! let guard = Guard::built_in()?;
//! let operator = Subject { user: UserId::new(), role: Role::Operator, team: TeamId::new(), glass: false };
//! assert!(guard.decide(&operator, Action::TakeReport, &Resource::desk()).permitted);
//!
//! // A restricted record stays closed to an operator, until they break the glass with a reason.
//! let restricted = Resource::child(true);
//! let denied = guard.decide(&operator, Action::ViewChild, &restricted);
//! assert_eq!((denied.permitted, denied.policies), (false, vec!["limit-restricted-records".to_owned()]));
//! let with_glass = Subject { glass: true, ..operator };
//! assert!(guard.decide(&with_glass, Action::ViewChild, &restricted).permitted);
//! # Ok::<(), cf_access::GuardError>(())
//! ```
mod action;
mod engine;
mod guard;
mod matrix;
mod request;
mod standing;

pub use action::{Action, Effect};
pub use guard::{Decision, Guard, GuardError};
pub use request::{Resource, Subject};
