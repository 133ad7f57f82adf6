//! The only room that knows SQL.
//!
//! A use case is a closure that runs on a storage thread with a [`Session`]: [`Store::read`] gives
//! it one snapshot, [`Store::write`] makes it part of the next transaction of the one writer, which
//! groups what waits, commits it durably, and only then replies. The statements of each aggregate
//! are methods of `Session`, in files of `aggregates`; `list` turns bound OData queries into
//! statements; `sqlite` holds what is particular to that database.

mod aggregates;
mod backfill;
mod cache;
mod error;
mod list;
mod places;
mod queue;
mod row;
mod schema;
mod session;
mod sqlite;
mod store;
mod value;
mod work;
mod writer;

pub use aggregates::alerts::facts::{ActivationKey, SignInGrant, UserSlice};
pub use aggregates::audit::{
    AuditCursor, AuditFault, AuditReport, AuditVerification, Removals, StoredCheckpoint, verify_audit,
};
pub use aggregates::census::{ActivityCount, HolderCount};
pub use aggregates::credentials::SigningKeyRow;
pub use aggregates::history::{EventPage, ThenPage, ThenPart};
pub use aggregates::holdings::{Held, Holdings};
pub use error::StoreError;
pub use list::{Cursor, InvalidCursor, ListPage, ListQuery, Perspective};
pub use session::{AuditExtent, Session};
pub use store::{Store, StoreOptions};
