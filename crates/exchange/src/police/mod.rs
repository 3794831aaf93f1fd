//! Police extracts of missing incidents, read by a mapping profile a person writes, since no police system
//! publishes the layout of its exports.
//!
//! ```
//! use cf_exchange::Limits;
//! use cf_exchange::police::{MappingProfile, PoliceExtract};
//!
//! let profile = MappingProfile::from_toml(
//!     "name = 'example'\n version = 1\n source_system = 'example'\n required = ['reported_at']\n\
//!      [columns]\n incident_ref = 'Ref'\n reported_at = 'Reported'\n risk_grade = 'Risk'\n\
//!      [values.risk_grade]\n 'High Risk' = 'high'",
//! )?;
//! let file = "Ref,Reported,Risk\n1/26,01/07/2026 21:15,HIGH RISK\n2/26,,Standard\n";
//! let mut extract = PoliceExtract::new(&profile, file.as_bytes(), Limits::default(), None)?;
//! for outcome in &mut extract {
//!     let _row = outcome?;
//! }
//! assert_eq!(extract.account().to_string(), "2 rows: 1 good, 0 repaired, 1 quarantined; 0 findings on rows that were used");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod fields;
mod incident;
mod read;
mod times;

pub use fields::Field;
pub use incident::{PoliceIncident, RiskChange};

/// How one police system's extract is read.
pub type MappingProfile = crate::mapping::Profile<Field>;
/// A police extract being read.
pub type PoliceExtract<'p, R> = crate::mapping::MappedRows<'p, Field, R>;
