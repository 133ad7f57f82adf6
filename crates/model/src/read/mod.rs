//! What a read is asked with and what it gives back.

pub mod history;
pub mod insight;
pub mod query;
pub mod record;
