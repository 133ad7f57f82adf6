//! The alerts, in tables.
