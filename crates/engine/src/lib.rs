//! The use cases, one file each: authorise → load facts → decide → commit → announce. No HTTP and no
//! SQL; a use case is a plain function of a [`Context`] that runs on a storage thread inside one
//! transaction, so it can be stepped in a test.
//!
//! To add a use case: write a function of `&Context` in a file of its own; what it decides belongs
//! into `rules`, what it asks the database into `store`.

pub mod alerts;
pub mod announce;
pub mod audit;
pub mod audit_log;
mod context;
pub mod directory;
mod error;
pub mod evaluate_access;
pub mod history;
mod licence;
pub mod notices;
pub mod read;
mod requests;
mod running;
mod settings;
pub mod setup;
pub mod sign_ins;

pub use audit_log::{evidence, shipping};
pub use context::Context;
pub use directory::{
    create_role_assignment, create_role_definition, delete_authentication_context, delete_role_assignment,
    delete_role_definition, put_authentication_context, update_role_definition,
};
pub use error::{Conflict, Error, Missing};
pub use licence::change_licence;
pub use requests::{Submission, cancel_request, decide_approval, submit_request};
pub use running::{Engine, Options};
pub use settings::change_settings;
