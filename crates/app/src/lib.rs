//! Use cases: authorise, load, decide, append, rows, jobs.
