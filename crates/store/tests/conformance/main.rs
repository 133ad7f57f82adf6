//! The conformance suite: what every database beneath the store must do. It speaks only the store's
//! public interface; `world` opens the database under test.

mod commits;
mod due;
mod grants;
mod holdings;
mod lists;
mod oracle;
mod round_trips;
mod world;
