//! Given/when/then, a server on port 0, both databases.
