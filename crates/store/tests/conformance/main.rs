//! The conformance suite: what every database beneath the store must do. It speaks only the store's
//! public interface; `world` opens the database under test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its parts too"
)]

mod alerts;
mod approvals;
mod asking;
mod audit;
mod commits;
mod due;
mod grants;
mod holdings;
mod lists;
mod oracle;
mod outbox;
mod paging;
mod past;
mod perspectives;
mod round_trips;
mod world;
