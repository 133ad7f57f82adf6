//! Role definitions, and the published built-in ones (directory dossier, A1 and A11).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::RoleDefinitionId;
use crate::ids::parse_guid;

/// What a role allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RolePermission {
    /// Resource actions, `namespace/entity/propertySet/action`.
    pub allowed_resource_actions: Vec<String>,
    /// Actions taken out of the allowed ones.
    #[serde(default)]
    pub excluded_resource_actions: Vec<String>,
    /// A condition in Graph's syntax; on built-in roles only.
    #[serde(default)]
    pub condition: Option<String>,
}

/// At which scopes other than the tenant a role can be given (directory dossier, A6; schedules
/// dossier, 10.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeSupport {
    /// At administrative units.
    pub administrative_units: bool,
    /// At single objects.
    pub objects: bool,
}

/// A directory role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDefinition {
    /// The template id for built-in roles.
    pub id: RoleDefinitionId,
    /// Equal to the id unless a custom role was created with its own.
    pub template_id: RoleDefinitionId,
    /// Unique within the tenant.
    pub display_name: String,
    /// Our own words for built-in roles.
    pub description: Option<String>,
    /// Published by Microsoft rather than made by the tenant.
    pub is_built_in: bool,
    /// A disabled role cannot be newly assigned.
    pub is_enabled: bool,
    /// Published as privileged (beta's `isPrivileged`).
    pub is_privileged: bool,
    /// `"1"` for built-in roles.
    pub version: Option<String>,
    /// What it allows.
    pub permissions: Vec<RolePermission>,
}

/// The role from which every built-in role inherits, Directory Readers.
pub const DIRECTORY_READERS: RoleDefinitionId = well_known(0x88d8e3e3_8f55_4a1e_953a_9b9898b8876b);
/// May do everything.
pub const GLOBAL_ADMINISTRATOR: RoleDefinitionId = well_known(0x62e90394_69f5_4237_9190_012177145e10);
/// May give and take roles.
pub const PRIVILEGED_ROLE_ADMINISTRATOR: RoleDefinitionId =
    well_known(0xe8611ab8_c189_46e8_94e1_60213ab1f814);
/// Reads everything.
pub const GLOBAL_READER: RoleDefinitionId = well_known(0xf2ef992c_3afb_46b9_b7cf_a126ee74c451);
/// Reads security information.
pub const SECURITY_READER: RoleDefinitionId = well_known(0x5d6b6bb7_de71_4623_b4af_96380a352509);
/// Works on security events.
pub const SECURITY_OPERATOR: RoleDefinitionId = well_known(0x5f2222b1_57c3_48ba_8ad5_d4759f1fde6f);
/// Manages security settings.
pub const SECURITY_ADMINISTRATOR: RoleDefinitionId = well_known(0x194ae4cb_b126_40b2_bd5b_6091b380977d);
/// Reads reports and the audit log.
pub const REPORTS_READER: RoleDefinitionId = well_known(0x4a5d8f65_41da_4de4_8968_e035b65339cf);
/// Manages users.
pub const USER_ADMINISTRATOR: RoleDefinitionId = well_known(0xfe930be7_5e62_47db_91af_98c3a49a38b1);
/// Manages groups.
pub const GROUPS_ADMINISTRATOR: RoleDefinitionId = well_known(0xfdd7a751_b60b_444a_984c_02652fe8fa1c);

const fn well_known(id: u128) -> RoleDefinitionId {
    RoleDefinitionId::new(uuid::Uuid::from_u128(id))
}

/// A built-in role with the facts about it that are not part of its definition.
#[derive(Clone, Debug)]
pub struct BuiltInRole {
    /// The definition.
    pub definition: RoleDefinition,
    /// Where else than at the tenant it can be given.
    pub scopes: ScopeSupport,
    /// Whether its default settings ask for a second factor on activation. The published list is not
    /// complete (policies dossier, section 3): ours has the privileged roles, but for Security Reader,
    /// and Exchange Administrator.
    pub requires_mfa_by_default: bool,
    /// A pseudo role that is not meant to be assigned.
    pub is_pseudo: bool,
}

/// One role a line: id, flags, name, description. Flags: `P` privileged, `U` can be given at
/// administrative units, `O` at single objects, `M` asks for a second factor by default, `H` pseudo
/// role, `-` none.
const ROLES: &str = include_str!("role/built_in_roles.tsv");
/// One allowed action a line: role id, resource action, and the condition if there is one.
const PERMISSIONS: &str = include_str!("role/built_in_permissions.tsv");

static BUILT_IN: LazyLock<Vec<BuiltInRole>> = LazyLock::new(|| {
    let mut permissions = read_permissions();
    ROLES
        .lines()
        .filter_map(|line| read_role(line, &mut permissions))
        .collect()
});

/// The published built-in roles, in the order of their names' publication.
pub fn built_in_roles() -> &'static [BuiltInRole] {
    &BUILT_IN
}

/// A built-in role by its id.
pub fn built_in_role(id: RoleDefinitionId) -> Option<&'static BuiltInRole> {
    BUILT_IN.iter().find(|role| role.definition.id == id)
}

/// Where a role can be given: custom roles everywhere, built-in ones as published.
pub fn scope_support(id: RoleDefinitionId) -> ScopeSupport {
    built_in_role(id).map_or(
        ScopeSupport {
            administrative_units: true,
            objects: true,
        },
        |role| role.scopes,
    )
}

fn read_role(
    line: &str,
    permissions: &mut BTreeMap<RoleDefinitionId, Vec<RolePermission>>,
) -> Option<BuiltInRole> {
    let mut columns = line.split('\t');
    let id = RoleDefinitionId::new(parse_guid(columns.next()?).ok()?);
    let flags = columns.next()?;
    let has = |flag: char| flags.contains(flag);
    Some(BuiltInRole {
        definition: RoleDefinition {
            id,
            template_id: id,
            display_name: columns.next()?.to_owned(),
            description: Some(columns.next()?.to_owned()),
            is_built_in: true,
            is_enabled: true,
            is_privileged: has('P'),
            version: Some("1".to_owned()),
            permissions: permissions.remove(&id).unwrap_or_default(),
        },
        scopes: ScopeSupport {
            administrative_units: has('U'),
            objects: has('O'),
        },
        requires_mfa_by_default: has('M'),
        is_pseudo: has('H'),
    })
}

/// The actions of every built-in role, those under one condition together.
fn read_permissions() -> BTreeMap<RoleDefinitionId, Vec<RolePermission>> {
    let mut by_role: BTreeMap<RoleDefinitionId, Vec<RolePermission>> = BTreeMap::new();
    for line in PERMISSIONS.lines() {
        let mut columns = line.split('\t');
        let role = columns
            .next()
            .and_then(|text| parse_guid(text).ok())
            .map(RoleDefinitionId::new);
        let (Some(role), Some(action)) = (role, columns.next()) else {
            continue;
        };
        let condition = columns.next().map(str::to_owned);
        let permissions = by_role.entry(role).or_default();
        match permissions
            .iter_mut()
            .find(|permission| permission.condition == condition)
        {
            Some(permission) => permission.allowed_resource_actions.push(action.to_owned()),
            None => permissions.push(RolePermission {
                allowed_resource_actions: vec![action.to_owned()],
                excluded_resource_actions: Vec::new(),
                condition,
            }),
        }
    }
    by_role
}

impl RoleDefinition {
    /// Whether the role allows a resource action, itself or, as every built-in role does, by
    /// inheriting from Directory Readers. Conditions bind to a subject and resource that the
    /// question does not have, so conditional permissions do not count.
    pub fn allows(&self, action: &str) -> bool {
        self.allows_itself(action)
            || (self.is_built_in
                && built_in_role(DIRECTORY_READERS).is_some_and(|role| role.definition.allows_itself(action)))
    }

    fn allows_itself(&self, action: &str) -> bool {
        self.permissions
            .iter()
            .filter(|permission| permission.condition.is_none())
            .any(|permission| {
                permission
                    .allowed_resource_actions
                    .iter()
                    .any(|allowed| covers(allowed, action))
                    && !permission
                        .excluded_resource_actions
                        .iter()
                        .any(|excluded| covers(excluded, action))
            })
    }
}

/// Whether `allowed` is `asked` or covers it: `allEntities` stands for any entity, `allProperties`
/// for any property set, `allTasks` for any action, and `allProperties/allTasks` for everything
/// beneath the entity.
fn covers(allowed: &str, asked: &str) -> bool {
    if allowed.eq_ignore_ascii_case(asked) {
        return true;
    }
    let mut allowed = allowed.split('/').peekable();
    let mut asked = asked.split('/').peekable();
    loop {
        match (allowed.next(), asked.next()) {
            (None, None) => return true,
            (Some("allProperties"), Some(_)) if allowed.peek() == Some(&"allTasks") => return true,
            (Some("allEntities" | "allProperties" | "allTasks"), Some(_)) => {}
            (Some(one), Some(two)) if one.eq_ignore_ascii_case(two) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_published_roles_are_there_once() {
        let roles = built_in_roles();
        assert_eq!(roles.len(), 143);
        assert_eq!(ROLES.lines().count(), 143, "every line is read");
        let mut ids: Vec<_> = roles.iter().map(|role| role.definition.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 143);
        for id in [
            GLOBAL_ADMINISTRATOR,
            PRIVILEGED_ROLE_ADMINISTRATOR,
            GLOBAL_READER,
            USER_ADMINISTRATOR,
        ] {
            assert!(built_in_role(id).unwrap().definition.is_privileged);
        }
        assert_eq!(
            built_in_role(GLOBAL_ADMINISTRATOR)
                .unwrap()
                .definition
                .display_name,
            "Global Administrator"
        );
        assert!(!built_in_role(REPORTS_READER).unwrap().requires_mfa_by_default);
        assert!(scope_support(USER_ADMINISTRATOR).administrative_units);
        assert!(!scope_support(GLOBAL_ADMINISTRATOR).administrative_units);
    }

    #[test]
    fn every_role_says_what_it_is_for_and_every_permission_belongs_to_a_role() {
        for role in built_in_roles() {
            assert!(
                role.definition
                    .description
                    .as_deref()
                    .is_some_and(|text| text.len() > 10),
                "{role:?}"
            );
        }
        for line in PERMISSIONS.lines() {
            let id = line
                .split('\t')
                .next()
                .and_then(|text| parse_guid(text).ok())
                .map(RoleDefinitionId::new);
            assert!(id.and_then(built_in_role).is_some(), "{line}");
        }
    }

    #[test]
    fn wildcards_cover_what_lies_beneath_them() {
        let cases = [
            (
                "microsoft.directory/users/basic/update",
                "microsoft.directory/users/basic/update",
                true,
            ),
            (
                "microsoft.directory/users/allProperties/allTasks",
                "microsoft.directory/users/basic/update",
                true,
            ),
            (
                "microsoft.directory/users/allProperties/allTasks",
                "microsoft.directory/users/create",
                true,
            ),
            (
                "microsoft.directory/users/allProperties/read",
                "microsoft.directory/users/basic/update",
                false,
            ),
            (
                "microsoft.directory/users/allProperties/read",
                "microsoft.directory/users/basic/read",
                true,
            ),
            (
                "microsoft.office365.exchange/allEntities/basic/allTasks",
                "microsoft.office365.exchange/x/basic/read",
                true,
            ),
            (
                "microsoft.directory/users/basic/update",
                "microsoft.directory/users/basic",
                false,
            ),
            (
                "microsoft.directory/users/basic",
                "microsoft.directory/users/basic/update",
                false,
            ),
        ];
        for (allowed, asked, expected) in cases {
            assert_eq!(covers(allowed, asked), expected, "{allowed} ? {asked}");
        }
    }
}
