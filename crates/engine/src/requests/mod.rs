//! Schedule requests: submitting, approving and cancelling them, the facts that decide them, and what they change.

mod apply;
mod approve;
mod cancel;
mod facts;
mod submit;

pub use approve::decide_approval;
pub use cancel::cancel_request;
pub use submit::{Submission, submit_request};

pub(crate) use apply::end_all;
pub(crate) use facts::{Parties, settings_of};
