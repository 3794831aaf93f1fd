//! Extracts of what a partner holds of a child, read by a mapping profile: a council's referrals, a support service's
//! places, a health service's or school's concerns. One row is one entry, with the child's particulars beside it.
//!
//! ```
//! use cf_exchange::Limits;
//! use cf_exchange::partner::{PartnerExtract, PartnerProfile};
//!
//! let profile = PartnerProfile::from_toml(
//!     "name = 'example'\n version = 1\n source_system = 'example'\n\
//!      agency = { kind = 'service', code = 'harbour', name = 'Harbour' }\n\
//!      [columns]\n entry_ref = 'Ref'\n person_ref = 'Client'\n date = 'Referred'\n given_name = 'First name'\n\
//!      [constants]\n kind = 'referral'",
//! )?;
//! let file = "Ref,Client,Referred,First name\n1,77,01/07/2026,Ada\n2,78,,Bo\n";
//! let mut extract = PartnerExtract::new(&profile, file.as_bytes(), Limits::default(), None)?;
//! for outcome in &mut extract {
//!     let _row = outcome?;
//! }
//! assert_eq!(extract.account().to_string(), "2 rows: 1 good, 0 repaired, 1 quarantined; 0 findings on rows that were used");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod entry;
mod fields;
mod read;

pub use entry::PartnerEntry;
pub use fields::Field;

/// How one partner's extract is read.
pub type PartnerProfile = crate::mapping::Profile<Field>;
/// A partner's extract being read.
pub type PartnerExtract<'p, R> = crate::mapping::MappedRows<'p, Field, R>;
