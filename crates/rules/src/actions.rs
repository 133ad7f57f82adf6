//! What each action does, by kind: giving, activating, ending, prolonging, withdrawing.

pub(crate) mod activate;
pub(crate) mod assign;
mod cancel;
pub(crate) mod end;
pub(crate) mod renew;

pub use cancel::decide_cancel;
