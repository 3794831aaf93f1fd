//! Clocks: working days, bank holidays, limits with sources, escalation ladders.
