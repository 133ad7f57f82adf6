//! `authenticationContextClassReferences` (policies dossier, 7).

use model::query::{Collection, Field};

use crate::description::{EntitySet, Operation, OperationKind as Kind, Property, Service, entity_type};
use crate::sets::permissions::{
    READ_AUTHENTICATION_CONTEXTS as READ, WRITE_AUTHENTICATION_CONTEXTS as WRITE,
};
use crate::sets::types::{FLAG, TEXT};
use crate::value::of;

entity_type!(
    /// What a sign-in can be asked to satisfy.
    AUTHENTICATION_CONTEXT = "microsoft.graph.authenticationContextClassReference",
    in "identity/conditionalAccess/authenticationContextClassReferences" {
        properties: &[
            Property::new("id", TEXT, of!(authentication_context, |c| c.id.to_string())).filterable(Field::Id),
            Property::new("displayName", TEXT, of!(authentication_context, |c| c.display_name.as_deref()))
                .filterable(Field::DisplayName),
            Property::new("description", TEXT, of!(authentication_context, |c| c.description.as_deref())),
            Property::new("isAvailable", FLAG, of!(authentication_context, |c| c.is_available)),
        ],
        navigations: &[],
    }
);

/// `authenticationContextClassReferences`. As in Graph, a PATCH makes one that is not there.
pub static AUTHENTICATION_CONTEXTS: EntitySet = EntitySet {
    collection: Collection::AuthenticationContexts,
    path: &[
        "identity",
        "conditionalAccess",
        "authenticationContextClassReferences",
    ],
    beta_path: None,
    entity: &AUTHENTICATION_CONTEXT,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ),
        Operation::get("$count", Kind::Count, READ),
        Operation::get("{key}", Kind::Get, READ),
        Operation::post("", Kind::Create, WRITE),
        Operation::patch(WRITE),
        Operation::delete(WRITE),
    ],
};
