//! The composite string keys of policies and their assignments (policies dossier, 1.1 and 1.2).

use crate::{PolicyId, RoleDefinitionId, TenantId};

/// In which of its two documented spellings a policy is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyScope {
    /// Per role; what every client uses.
    #[default]
    DirectoryRole,
    /// The documented alias.
    Directory,
}

impl PolicyScope {
    /// The spelling in ids and in `scopeType`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DirectoryRole => "DirectoryRole",
            Self::Directory => "Directory",
        }
    }

    /// Reads a spelling in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::DirectoryRole, Self::Directory]
            .into_iter()
            .find(|scope| scope.as_str().eq_ignore_ascii_case(text))
    }
}

/// What a policy's id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyKey {
    /// In which spelling.
    pub scope: PolicyScope,
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub policy: PolicyId,
}

/// What a policy assignment's id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyAssignmentKey {
    /// The policy.
    pub policy: PolicyKey,
    /// The role that has it.
    pub role: RoleDefinitionId,
}

/// `DirectoryRole_{tenant}_{policy}`: exactly three parts, which clients split on `_`.
pub fn policy_id(scope: PolicyScope, tenant: TenantId, policy: PolicyId) -> String {
    format!("{}_{tenant}_{policy}", scope.as_str())
}

/// `DirectoryRole_{tenant}_{policy}_{role}`: exactly four parts.
pub fn policy_assignment_id(
    scope: PolicyScope,
    tenant: TenantId,
    policy: PolicyId,
    role: RoleDefinitionId,
) -> String {
    format!("{}_{tenant}_{policy}_{role}", scope.as_str())
}

/// Reads a policy's id; none if it cannot be one.
pub fn parse_policy_id(text: &str) -> Option<PolicyKey> {
    let mut parts = text.split('_');
    let key = PolicyKey {
        scope: PolicyScope::parse(parts.next()?)?,
        tenant: parts.next()?.parse().ok()?,
        policy: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(key)
}

/// Reads a policy assignment's id; none if it cannot be one.
pub fn parse_policy_assignment_id(text: &str) -> Option<PolicyAssignmentKey> {
    let (policy, role) = text.rsplit_once('_')?;
    Some(PolicyAssignmentKey {
        policy: parse_policy_id(policy)?,
        role: role.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str =
        "DirectoryRole_4c1d7e52-9a30-4f6b-8d21-0b6e5f3a9c17_b7a1e0d4-52c6-4e19-a9f3-6d80c2f4e511";
    const ROLE: &str = "62e90394-69f5-4237-9190-012177145e10";

    #[test]
    fn ids_read_back_in_either_spelling_and_any_case() {
        let key = parse_policy_id(POLICY).unwrap();
        assert_eq!(policy_id(key.scope, key.tenant, key.policy), POLICY);
        let alias = policy_id(PolicyScope::Directory, key.tenant, key.policy).to_uppercase();
        assert_eq!(parse_policy_id(&alias).unwrap().policy, key.policy);
        let assignment = format!("{POLICY}_{ROLE}");
        let read = parse_policy_assignment_id(&assignment).unwrap();
        assert_eq!(
            policy_assignment_id(
                read.policy.scope,
                read.policy.tenant,
                read.policy.policy,
                read.role
            ),
            assignment
        );
    }

    #[test]
    fn other_texts_are_no_ids() {
        for bad in [
            "",
            "DirectoryRole",
            "Group_x_y",
            &format!("{POLICY}_{ROLE}"),
            &POLICY[..60],
        ] {
            assert_eq!(parse_policy_id(bad), None, "{bad}");
        }
        assert_eq!(parse_policy_assignment_id(POLICY), None);
    }
}
