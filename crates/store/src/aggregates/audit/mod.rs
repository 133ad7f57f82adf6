//! The audit log: its events, the Merkle tree over them, and the checkpoints that were signed of it.

mod checkpoints;
mod cursors;
mod events;
mod inspection;
mod mentions;
mod pending;
mod records;
mod report;
mod retention;
mod sealing;
mod tree;

pub use checkpoints::StoredCheckpoint;
pub use cursors::AuditCursor;
pub(crate) use events::{EVENT_COLUMNS, TABLE, read_event};
pub use inspection::verify_audit;
pub(crate) use mentions::{Mentioned, mentioning};
pub(crate) use pending::Pending;
pub use report::{AuditFault, AuditReport, AuditVerification, Removals};
pub(crate) use sealing::{Sealer, sealing};
