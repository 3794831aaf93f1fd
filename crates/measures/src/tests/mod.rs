//! Known charts, what each rule sees, and laws that hold of any series.
mod known;
mod laws;
