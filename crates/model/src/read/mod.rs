//! What a read is asked with and what it gives back.

pub mod query;
pub mod record;
