//! All that is particular to SQLite: the connection and its settings, the migrations, and the
//! spelling of the few functions that the databases do not share.

mod connection;
pub(crate) mod dialect;
mod migrations;
mod parameter;

pub(crate) use connection::{Access, Connection, Look, Statement};
pub(crate) use migrations::migrate;
