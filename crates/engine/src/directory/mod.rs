//! The directory underneath: objects and who belongs to what, role definitions, authentication contexts, and roles given
//! past PIM.

mod authentication_contexts;
mod objects;
mod outside_pim;
pub(crate) mod people;
mod role_definitions;

pub use authentication_contexts::{delete_authentication_context, put_authentication_context};
pub(crate) use objects::insert_object;
pub use objects::{add_member, create_object, delete_object, object_of_kind, remove_member, update_object};
pub use outside_pim::{create_role_assignment, delete_role_assignment};
pub use role_definitions::{create_role_definition, delete_role_definition, update_role_definition};
