//! The audit log as a whole, once its rows are written (`audit` writes them): what proves it, how long it is kept, and who
//! else gets it.

pub mod evidence;
pub(crate) mod retention;
mod running;
pub mod shipping;
