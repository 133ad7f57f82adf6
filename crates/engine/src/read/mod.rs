//! Reads: lists, single things, what hangs on them, and who may see them.

mod expand;
mod get;
mod list;
mod memory;
mod paging;
mod visibility;

pub use get::{get, navigate, policy};
pub use list::{Listing, On, View, count, list};
pub use paging::{PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX, PageTokenKey};
