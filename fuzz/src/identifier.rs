//! The small things in paths, bodies and headers: ids, scopes, the composite keys of role settings and
//! entity tags.

use graph::Tags;
use model::ids::{derived_id, parse_guid, principal_of_derived_id};
use model::policy::AuthenticationContextId;
use model::policy::key::{
    PolicyAssignmentKey, PolicyKey, parse_policy_assignment_id, parse_policy_id, policy_assignment_id,
    policy_id,
};
use model::{Action, DirectoryScope, GrantKind, ObjectId, Permission, RoleDefinitionId, RuleId};

/// Whatever reads an identifier reads back what it prints of it, and takes it in any case.
pub fn identifier(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    if let Ok(id) = parse_guid(text) {
        assert_eq!(id.as_hyphenated().to_string(), text.to_ascii_lowercase());
        let (role, principal) = (RoleDefinitionId::new(id), ObjectId::new(id));
        for scope in [DirectoryScope::Tenant, DirectoryScope::Object(principal)] {
            for kind in [GrantKind::Assignment, GrantKind::Eligibility] {
                let derived = derived_id(kind, role, principal, scope);
                assert_eq!(principal_of_derived_id(&derived), Some(principal));
            }
        }
    }
    if let Ok(scope) = text.parse::<DirectoryScope>() {
        assert!(scope.to_string().eq_ignore_ascii_case(text));
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
    if let Some(PolicyKey {
        scope,
        tenant,
        policy,
    }) = parse_policy_id(text)
    {
        assert!(policy_id(scope, tenant, policy).eq_ignore_ascii_case(text));
    }
    if let Some(PolicyAssignmentKey { policy, role }) = parse_policy_assignment_id(text) {
        let printed = policy_assignment_id(policy.scope, policy.tenant, policy.policy, role);
        assert!(printed.eq_ignore_ascii_case(text));
    }
    if let Ok(context) = text.parse::<AuthenticationContextId>() {
        assert_eq!(context.to_string().parse(), Ok(context));
    }
    if let Some(principal) = principal_of_derived_id(text) {
        assert_eq!(principal.to_string().parse(), Ok(principal));
    }
    let spellings = [
        RuleId::parse(text).map(RuleId::as_str),
        Action::parse(text).map(Action::as_str),
        Permission::parse(text).map(Permission::as_str),
    ];
    for spelling in spellings.into_iter().flatten() {
        assert!(
            spelling.eq_ignore_ascii_case(text),
            "{text} is taken for {spelling}"
        );
    }
    is_a_list_of_tags(text);
}

/// A header with several tags matches what one of them matches, whether or not that is called weak.
fn is_a_list_of_tags(header: &str) {
    let tags = Tags::parse(header);
    assert_eq!(tags == Tags::Any, header.trim() == "*");
    for tag in header
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.starts_with("W/"))
    {
        assert!(tags.match_tag(tag), "{header}");
        assert!(tags.match_tag(&format!("W/{tag}")), "{header}");
    }
}
