//! The audit log as a whole: evidence of it, how long it is kept, and who else gets it. The rows are written in `audit`.

pub mod evidence;
pub(crate) mod retention;
mod running;
pub mod shipping;
