//! Decisions of approvers as tables, in one stage and in several, and as random histories.

mod approve;
pub(super) mod histories;
mod stages;
