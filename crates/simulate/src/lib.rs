//! A synthetic London, seeded, driven through the same commands as people use.
