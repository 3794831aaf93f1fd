//! Clocks: working days, bank holidays, limits with sources, escalation ladders.
//!
//! A [`Limit`] and a start give a due time; a [`Rules`] file says which limit each [`ClockKey`] has, why, and who
//! hears when it runs out. The answer is a [`Deadline`]: a moment and a ladder, which is what a record keeps.
//!
//! ```
//! use cf_kernel::Grade;
//! use cf_timescales::{ClockKey, Rules, Rung};
//!
//! let returned = "2026-12-24T21:10:00Z".parse()?;
//! let deadline = Rules::built_in().deadline(ClockKey::ReturnInterview, returned, None);
//! assert_eq!(deadline.due_at, returned.plus_hours(72));
//! assert_eq!(deadline.rungs[0].rung, Rung::Owner);
//!
//! let high = Rules::built_in().deadline(ClockKey::ActionDue, returned, Some(Grade::High));
//! let low = Rules::built_in().deadline(ClockKey::ActionDue, returned, Some(Grade::Low));
//! assert!(high.due_at < low.due_at);
//! # Ok::<(), cf_kernel::InvalidTimestamp>(())
//! ```
//!
//! Absent on purpose: the present moment. A start comes in, a due time goes out.
mod clock_key;
mod deadline;
mod holidays;
mod limit;
mod rule_file;
mod rules;

pub use clock_key::ClockKey;
pub use deadline::{Deadline, Rung, RungAt};
pub use holidays::{BankHoliday, BankHolidays, HolidayFileError};
pub use limit::{InvalidLimit, Limit, due};
pub use rules::{LimitByGrade, Rule, RuleLimit, Rules, RulesError, Status, Step};
