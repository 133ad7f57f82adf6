//! A whole server in a test: the real router, the real store in a folder that goes away, a clock that
//! is moved by hand and seeded randomness. A test founds a [`Tenant`], makes who it needs, and calls
//! the API as a client would; nothing listens on a socket and nothing sleeps.
//!
//! What cannot be set up stops the test at once, so the functions here panic where a library would
//! return an error.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that goes wrong"
)]

mod bulk;
mod call;
mod installation;
mod people;
mod tenant;
mod tokens;

pub use bulk::{Populated, Population, populate};
pub use call::{Answer, Opened};
pub use installation::{Installation, audit_signer};
pub use tenant::{Peculiarities, Tenant};
pub use tokens::{BASE_URL, Tokens};
