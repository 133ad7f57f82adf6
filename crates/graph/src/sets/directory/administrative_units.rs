//! `directory/administrativeUnits`, in beta also `administrativeUnits` (directory dossier, A6).

use model::query::{Collection, Nav};

use super::directory_objects::{DELETED, DIRECTORY_OBJECT, OBJECT_DESCRIPTION, OBJECT_ID, OBJECT_NAME};
use crate::description::{
    EntitySet, Method, Navigation, Operation, OperationKind as Kind, Property, Service, entity_type,
};
use crate::sets::permissions::{READ_UNITS, WRITE_UNITS};
use crate::sets::types::{FLAG, TEXT};
use crate::value::of;

entity_type!(
    /// An administrative unit.
    ADMINISTRATIVE_UNIT = "microsoft.graph.administrativeUnit": DIRECTORY_OBJECT,
    in "directory/administrativeUnits" {
        properties: &[
            OBJECT_ID,
            DELETED,
            OBJECT_NAME,
            OBJECT_DESCRIPTION,
            Property::new("isMemberManagementRestricted", FLAG, of!(unit, |u| u.is_member_management_restricted)),
            Property::new("membershipRule", TEXT, of!(unit, |u| u.membership_rule.as_deref())),
            Property::new(
                "membershipRuleProcessingState",
                TEXT,
                of!(unit, |u| u.membership_rule_processing_state.as_deref()),
            ),
            Property::new("membershipType", TEXT, of!(unit, |u| u.membership_type.as_deref())),
            Property::new("visibility", TEXT, of!(unit, |u| u.visibility.as_deref())),
        ],
        navigations: &[Navigation::many("members", Nav::Members, &DIRECTORY_OBJECT)],
    }
);

/// `administrativeUnits`.
pub static ADMINISTRATIVE_UNITS: EntitySet = EntitySet {
    collection: Collection::AdministrativeUnits,
    path: &["directory", "administrativeUnits"],
    beta_path: Some(&["administrativeUnits"]),
    entity: &ADMINISTRATIVE_UNIT,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ_UNITS),
        Operation::get("$count", Kind::Count, READ_UNITS),
        Operation::get("{key}", Kind::Get, READ_UNITS),
        Operation::post("", Kind::Create, WRITE_UNITS),
        Operation::patch(WRITE_UNITS),
        Operation::delete(WRITE_UNITS),
        Operation::get("{key}/members", Kind::Navigate(Nav::Members), READ_UNITS),
        Operation::get(
            "{key}/members/$count",
            Kind::NavigateCount(Nav::Members),
            READ_UNITS,
        ),
        Operation::get(
            "{key}/members/{cast}",
            Kind::NavigateCast(Nav::Members),
            READ_UNITS,
        ),
        Operation::get("{key}/members/$ref", Kind::References(Nav::Members), READ_UNITS),
        Operation::post(
            "{key}/members/$ref",
            Kind::AddReference(Nav::Members),
            WRITE_UNITS,
        ),
        Operation::new(
            Method::Delete,
            "{key}/members/{element}/$ref",
            Kind::RemoveReference(Nav::Members),
            WRITE_UNITS,
        ),
    ],
};
