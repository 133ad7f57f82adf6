//! A small world for the tests of the binder and the evaluator: grants, with a role and a principal.

use model::query::{Field, Nav};

use crate::bound::Collation;
use crate::schema::{Edm, Member, Navigation, Property, Schema};

/// A schedule request, more or less.
pub(crate) static REQUEST: Type = Type {
    name: "microsoft.graph.request",
    properties: &[
        property("id", Field::Id, Edm::Identifier),
        property("principalId", Field::PrincipalId, Edm::Identifier),
        property("roleDefinitionId", Field::RoleDefinitionId, Edm::Identifier),
        property(
            "status",
            Field::Status,
            Edm::Enum(&["Provisioned", "PendingApproval", "Revoked"]),
        ),
        property("createdDateTime", Field::CreatedDateTime, Edm::DateTimeOffset),
        property(
            "justification",
            Field::Justification,
            Edm::String(Collation::Exact),
        ),
        property("isValidationOnly", Field::IsValidationOnly, Edm::Boolean),
        // No field is a number or a duration; any two will do.
        property("number", Field::Version, Edm::Int),
        property("span", Field::Result, Edm::Duration),
        Property {
            filterable: false,
            sortable: false,
            ..property("secret", Field::ResultReason, Edm::String(Collation::Exact))
        },
    ],
    complexes: &[("initiatedBy", &INITIATOR)],
    collections: &[
        ("groupTypes", Field::GroupTypes, &GROUP_TYPE),
        ("targetResources", Field::TargetResources, &TARGET),
    ],
    navigations: &[
        ("roleDefinition", Nav::RoleDefinition, &ROLE, false),
        ("principal", Nav::Principal, &PRINCIPAL, false),
        ("members", Nav::Members, &PRINCIPAL, true),
    ],
    opaque: &["scheduleInfo"],
};

static ROLE: Type = Type {
    properties: &[
        property("id", Field::Id, Edm::Identifier),
        property("displayName", Field::DisplayName, Edm::String(Collation::Exact)),
        property("isBuiltIn", Field::IsBuiltIn, Edm::Boolean),
    ],
    opaque: &["rolePermissions"],
    ..empty("microsoft.graph.role")
};

static PRINCIPAL: Type = Type {
    properties: &[
        property("id", Field::Id, Edm::Identifier),
        property(
            "displayName",
            Field::DisplayName,
            Edm::String(Collation::IgnoreCase),
        ),
    ],
    navigations: &[("memberOf", Nav::MemberOf, &PRINCIPAL, true)],
    ..empty("microsoft.graph.principal")
};

static INITIATOR: Type = Type {
    complexes: &[("user", &INITIATING_USER)],
    ..empty("microsoft.graph.initiator")
};

static INITIATING_USER: Type = Type {
    properties: &[property("id", Field::InitiatedByUserId, Edm::Identifier)],
    ..empty("microsoft.graph.initiatingUser")
};

static GROUP_TYPE: Type = Type {
    properties: &[property(
        "$it",
        Field::GroupType,
        Edm::String(Collation::IgnoreCase),
    )],
    ..empty("Edm.String")
};

static TARGET: Type = Type {
    properties: &[
        property("id", Field::TargetResourceId, Edm::Identifier),
        property(
            "displayName",
            Field::TargetResourceDisplayName,
            Edm::String(Collation::IgnoreCase),
        ),
    ],
    ..empty("microsoft.graph.target")
};

pub(crate) struct Type {
    name: &'static str,
    properties: &'static [Property],
    complexes: &'static [(&'static str, &'static Type)],
    collections: &'static [(&'static str, Field, &'static Type)],
    navigations: &'static [(&'static str, Nav, &'static Type, bool)],
    opaque: &'static [&'static str],
}

const fn empty(name: &'static str) -> Type {
    Type {
        name,
        properties: &[],
        complexes: &[],
        collections: &[],
        navigations: &[],
        opaque: &[],
    }
}

const fn property(name: &'static str, field: Field, edm: Edm) -> Property {
    Property {
        name,
        field,
        edm,
        filterable: true,
        sortable: true,
    }
}

impl Schema for Type {
    fn type_name(&self) -> &'static str {
        self.name
    }

    fn member(&self, name: &str) -> Option<Member<'_>> {
        let is_named = |canonical: &str| canonical.eq_ignore_ascii_case(name);
        let property = self.properties.iter().find(|property| is_named(property.name));
        let complex = self.complexes.iter().find(|(canonical, _)| is_named(canonical));
        let collection = self
            .collections
            .iter()
            .find(|(canonical, ..)| is_named(canonical));
        let opaque = self.opaque.iter().find(|canonical| is_named(canonical));
        property
            .map(|property| Member::Property(*property))
            .or_else(|| complex.map(|(_, complex)| Member::Complex(*complex)))
            .or_else(|| {
                collection.map(|(_, field, element)| Member::Collection {
                    field: *field,
                    element: *element,
                })
            })
            .or_else(|| {
                let navigation = self.navigations().into_iter().find(|nav| is_named(nav.name));
                navigation.map(Member::Navigation)
            })
            .or_else(|| opaque.map(|canonical| Member::Opaque(canonical)))
    }

    fn selectable(&self, name: &str) -> Option<&'static str> {
        let properties = self.properties.iter().map(|property| property.name);
        let complexes = self.complexes.iter().map(|(canonical, _)| *canonical);
        let collections = self.collections.iter().map(|(canonical, ..)| *canonical);
        properties
            .chain(complexes)
            .chain(collections)
            .chain(self.opaque.iter().copied())
            .find(|canonical| canonical.eq_ignore_ascii_case(name))
    }

    fn navigations(&self) -> Vec<Navigation<'_>> {
        let mut navigations = Vec::new();
        for (name, nav, target, is_collection) in self.navigations {
            navigations.push(Navigation {
                name,
                nav: *nav,
                target: *target,
                is_collection: *is_collection,
                filterable: true,
            });
        }
        navigations
    }
}
