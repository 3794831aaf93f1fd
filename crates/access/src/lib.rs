//! Who may do what: Cedar schema, policies and decisions.
