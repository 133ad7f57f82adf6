//! `organization`: the one tenant (directory dossier, A9).

use model::query::{Collection, Field};
use serde_json::{Value, json};

use super::directory_objects::{DELETED, DIRECTORY_OBJECT};
use crate::description::{
    ComplexType, EntitySet, Member, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::READ_ORGANIZATION;
use crate::sets::types::{ASSIGNED_PLAN, FLAG, ID, TEXT, TEXTS, TIME};
use crate::value::of;

static VERIFIED_DOMAIN: ComplexType = ComplexType {
    name: "microsoft.graph.verifiedDomain",
    is_open: false,
    members: &[
        Member::new("capabilities", TEXT),
        Member::new("isDefault", FLAG),
        Member::new("isInitial", FLAG),
        Member::new("name", TEXT),
        Member::new("type", TEXT),
    ],
};

entity_type!(
    /// The tenant.
    TENANT = "microsoft.graph.organization": DIRECTORY_OBJECT,
    in "organization" {
        properties: &[
            Property::new("id", ID, of!(tenant, |t| t.id)).filterable(Field::Id),
            DELETED,
            Property::new("displayName", TEXT, of!(tenant, |t| &t.display_name)).filterable(Field::DisplayName),
            Property::new("createdDateTime", TIME, of!(tenant, |t| t.created_at)),
            Property::new("tenantType", TEXT, |_, _| Value::from("AAD")),
            Property::new(
                "verifiedDomains",
                Type::Complexes(&VERIFIED_DOMAIN),
                of!(tenant, |t| json!([{
                    "capabilities": "",
                    "isDefault": true,
                    "isInitial": true,
                    "name": t.domain,
                    "type": "Managed",
                }])),
            ),
            Property::new("countryLetterCode", TEXT, |_, _| Value::Null),
            Property::new("defaultUsageLocation", TEXT, |_, _| Value::Null),
            Property::new("technicalNotificationMails", Type::Primitives(&TEXTS), |_, _| json!([])),
            Property::new("assignedPlans", Type::Complexes(&ASSIGNED_PLAN), |_, _| json!([])),
            Property::new("onPremisesSyncEnabled", FLAG, |_, _| Value::Null),
        ],
        navigations: &[],
    }
);

/// `organization`.
pub static ORGANIZATION: EntitySet = EntitySet {
    collection: Collection::Organization,
    path: &["organization"],
    beta_path: None,
    entity: &TENANT,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_ORGANIZATION),
        Operation::get("$count", Kind::Count, READ_ORGANIZATION),
        Operation::get("{key}", Kind::Get, READ_ORGANIZATION),
    ],
};
