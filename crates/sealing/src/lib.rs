//! Content keys: make, wrap, seal, unseal, shred. The only crate that touches ciphers.
//!
//! Narrative and identity are sealed under the [`ContentKey`] of their case file. That key is stored only wrapped
//! under the [`MasterKey`], which lives outside the database. The log keeps a salted [`commitment()`] to the sealed
//! bytes. Disposal destroys the wrapped key, the sealed bytes and the salt; the log still verifies, and nobody can
//! read, guess or confirm what was written. To *shred* is therefore not a function here: it is deleting those rows.
//!
//! ```
//! use cf_sealing::{ContentKey, MasterKey, UnsealError, commitment};
//!
//! let mut rng = rand::rng();
//! let master = MasterKey::generate(&mut rng);
//! let file_id = [7; 16];
//!
//! // A new case file: the wrapped key goes into the database.
//! let key = ContentKey::generate(&mut rng);
//! let wrapped = master.wrap(&key, &file_id);
//!
//! // Writing: seal under what the body belongs to, commit to it in the log.
//! let sealed = key.seal(b"event 1", "seen at the bus station".as_bytes(), &mut rng);
//! let in_the_log = commitment(&[9; 32], &sealed);
//!
//! // Reading, later: the same bytes, the same place, or nothing.
//! let key = master.unwrap(&wrapped, &file_id)?;
//! assert_eq!(commitment(&[9; 32], &sealed), in_the_log);
//! assert_eq!(key.unseal(b"event 1", &sealed)?, b"seen at the bus station");
//! assert_eq!(key.unseal(b"event 2", &sealed), Err(UnsealError::NotAuthentic));
//! # Ok::<(), UnsealError>(())
//! ```
//!
//! Absent on purpose: files, environment variables, a clock, and any source of randomness of its own.
mod commitment;
mod content_key;
mod master_key;
mod seal;
#[cfg(test)]
mod tests;

pub use commitment::commitment;
pub use content_key::{ContentKey, SEALED_OVERHEAD};
pub use master_key::{KeyTextError, MasterKey, WrappedKey};
pub use seal::UnsealError;
