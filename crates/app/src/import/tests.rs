//! Imports of the fixtures, on both databases.
