//! The only room that knows SQL.
//!
//! A use case is a closure that runs on a storage thread with a [`Session`]: [`Store::read`] gives
//! it one snapshot, [`Store::write`] makes it part of the next transaction of the one writer, which
//! groups what waits, commits it durably, and only then replies. The statements of each aggregate
//! are methods of `Session`, in a file of their own; `list` turns bound OData queries into
//! statements; `sqlite` holds what is particular to that database.

mod audit;
mod cache;
mod credentials;
mod directory;
mod error;
mod facts;
mod grants;
mod holdings;
mod list;
mod memberships;
mod messages;
mod policies;
mod queue;
mod requests;
mod roles;
mod row;
mod schema;
mod session;
mod sqlite;
mod store;
mod value;
mod work;
mod writer;

pub use credentials::SigningKeyRow;
pub use error::StoreError;
pub use holdings::{Held, Holdings};
pub use list::{Cursor, InvalidCursor, ListPage, ListQuery, Perspective};
pub use messages::Message;
pub use session::Session;
pub use store::{Store, StoreOptions};
