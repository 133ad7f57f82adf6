//! Reads: lists, single things, what hangs on them, and who may see them.

mod alerts;
mod approvals;
mod expand;
mod get;
mod list;
mod memory;
mod paging;
mod visibility;

pub use alerts::{EXPANDED_INCIDENTS_MAX, name as alert_name};
pub use approvals::{approval, decider};
pub use get::{get, navigate, object_id, policy};
pub use list::{Listing, On, View, count, followed, list};
pub use paging::{PAGE_ROWS_DEFAULT, PAGE_ROWS_DIRECTORY_MAX, PAGE_ROWS_MAX, PageTokenKey, page_rows};

/// How a single thing is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// By its id; for users the principal name as well, for legacy roles the template's id.
    Id(String),
    /// A service principal by its client id.
    AppId(model::AppId),
}
