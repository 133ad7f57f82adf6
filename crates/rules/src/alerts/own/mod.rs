//! The alerts that Tenure adds, of what only whoever runs the server can put right. They are never among Graph's.

pub mod approvers;
pub mod break_glass;
pub mod mail;
pub mod revocation;
pub mod standing;
