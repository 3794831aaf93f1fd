//! Pure deciders: what may happen to a record about a child.
