//! Victim-blaming language: found, explained, with a better way to say it.
