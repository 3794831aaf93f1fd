//! GOV.UK page components as askama macros, and the npm packages' assets.
