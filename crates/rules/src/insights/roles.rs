//! Roles that allow more than others. Only what a role allows without conditions and exceptions is compared; about
//! others nothing is said.

use model::RoleDefinition;

/// How somebody who is eligible for a role uses it.
#[derive(Clone, Copy, Debug)]
pub struct RoleUse<'a> {
    /// The role.
    pub role: &'a RoleDefinition,
    /// How often it was activated within the time that is looked back on.
    pub activations: u64,
}

/// A role that is activated although another would perhaps do.
#[derive(Clone, Copy, Debug)]
pub struct BroaderRole<'a> {
    /// The role that is activated.
    pub activated: RoleUse<'a>,
    /// The role that is not.
    pub narrower: &'a RoleDefinition,
    /// How many actions the activated one names.
    pub actions: usize,
    /// How many the narrower one names, all of which the other allows.
    pub narrower_actions: usize,
}

/// The roles that somebody activates although everything that another role allows, for which they are eligible at the
/// same scope and which they never activate, is a part of it. Whether that other would do nobody can know who sees
/// activations only. Of several such roles the one that names most actions is told.
pub fn broader_roles<'a>(uses: &[RoleUse<'a>]) -> Vec<BroaderRole<'a>> {
    let is_candidate = |use_of: &&RoleUse<'a>| use_of.activations == 0 && use_of.role.is_enabled;
    uses.iter()
        .filter(|use_of| use_of.activations > 0)
        .filter_map(|activated| {
            let narrower = uses
                .iter()
                .filter(is_candidate)
                .filter(|other| is_strictly_broader(activated.role, other.role))
                .max_by_key(|other| (named_actions(other.role), std::cmp::Reverse(other.role.id)))?;
            Some(BroaderRole {
                activated: *activated,
                narrower: narrower.role,
                actions: named_actions(activated.role),
                narrower_actions: named_actions(narrower.role),
            })
        })
        .collect()
}

/// Whether one role allows everything that another does, and more.
pub fn is_strictly_broader(one: &RoleDefinition, other: &RoleDefinition) -> bool {
    let is_plain = |role: &RoleDefinition| {
        role.permissions.iter().all(|permission| {
            permission.condition.is_none() && permission.excluded_resource_actions.is_empty()
        })
    };
    let allows_all = |one: &RoleDefinition, other: &RoleDefinition| {
        other
            .permissions
            .iter()
            .flat_map(|permission| &permission.allowed_resource_actions)
            .all(|action| one.allows(action))
    };
    one.id != other.id
        && is_plain(one)
        && is_plain(other)
        && named_actions(other) > 0
        && allows_all(one, other)
        && !allows_all(other, one)
}

fn named_actions(role: &RoleDefinition) -> usize {
    let lists = role.permissions.iter();
    lists
        .map(|permission| permission.allowed_resource_actions.len())
        .sum()
}
