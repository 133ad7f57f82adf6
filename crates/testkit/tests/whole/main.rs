//! The whole server under test: HTTP in, disk beneath, a clock that is moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its parts too"
)]

mod alerts;
mod approvals;
mod audit;
mod audit_rows;
mod authorisation;
mod challenges;
mod decisions;
mod dice;
mod given;
mod histories;
mod late;
mod licensing;
mod paging;
mod throttling;
