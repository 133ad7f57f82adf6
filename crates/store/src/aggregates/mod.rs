//! The statements of each aggregate, as methods of [`Session`](crate::Session), in a file of their own.

pub(crate) mod alerts;
pub(crate) mod approvals;
pub(crate) mod audit;
mod authentication_contexts;
pub(crate) mod census;
pub(crate) mod credentials;
pub(crate) mod directory;
pub(crate) mod facts;
pub(crate) mod grants;
pub(crate) mod history;
pub(crate) mod holdings;
pub(crate) mod memberships;
mod outbox;
pub(crate) mod policies;
pub(crate) mod requests;
pub(crate) mod roles;
