//! Pages, JSON API, sign-in and live updates.
