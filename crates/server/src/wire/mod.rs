//! What every route shares of HTTP: who calls, bodies in and out, refusals, headers, limits.

pub mod body;
pub mod caller;
pub mod cors;
pub mod problem;
pub mod reply;
pub mod throttling;
