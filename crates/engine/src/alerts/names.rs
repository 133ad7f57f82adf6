//! The names of whom and what incidents are about, looked up for many at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::alert::{Assignee, IncidentRole};
use model::{DirectoryObject, Grant, ObjectId, RoleDefinition, RoleDefinitionId};
use rules::alerts::NamedGrant;

use crate::context::Context;
use crate::error::Error;

/// The names of some grants' principals and roles.
pub struct Names {
    objects: BTreeMap<ObjectId, Arc<DirectoryObject>>,
    roles: BTreeMap<RoleDefinitionId, Arc<RoleDefinition>>,
}

impl Names {
    /// Looks them up.
    pub fn of<'a>(cx: &Context<'_>, grants: impl Iterator<Item = &'a Grant> + Clone) -> Result<Self, Error> {
        let principals: BTreeSet<ObjectId> = grants.clone().map(|grant| grant.principal_id).collect();
        let principals: Vec<ObjectId> = principals.into_iter().collect();
        let mut roles = BTreeMap::new();
        for id in grants
            .map(|grant| grant.role_definition_id)
            .collect::<BTreeSet<_>>()
        {
            roles.extend(cx.session.shared_role(id)?.map(|role| (id, role)));
        }
        let objects = cx.session.shared_objects(&principals)?.into_iter();
        Ok(Self {
            objects: objects.map(|object| (object.id, object)).collect(),
            roles,
        })
    }

    /// A grant with its names; none if its principal or role is gone.
    pub fn name(&self, grant: Grant) -> Option<NamedGrant> {
        Some(NamedGrant {
            assignee: assignee(self.objects.get(&grant.principal_id)?),
            role: incident_role(self.roles.get(&grant.role_definition_id)?),
            grant,
        })
    }
}

/// Grants with their names.
pub fn named(cx: &Context<'_>, grants: Vec<Grant>) -> Result<Vec<NamedGrant>, Error> {
    let names = Names::of(cx, grants.iter())?;
    Ok(grants.into_iter().filter_map(|grant| names.name(grant)).collect())
}

/// Somebody by name.
pub fn assignee(object: &DirectoryObject) -> Assignee {
    Assignee {
        id: object.id,
        display_name: object.display_name.clone(),
        user_principal_name: object.user_principal_name().map(str::to_owned),
    }
}

/// A role by name.
pub fn incident_role(role: &RoleDefinition) -> IncidentRole {
    IncidentRole {
        id: role.id,
        template_id: role.template_id,
        display_name: role.display_name.clone(),
    }
}
