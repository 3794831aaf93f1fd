//! Events, read rows, access log, jobs and sessions on SQLite and PostgreSQL.
