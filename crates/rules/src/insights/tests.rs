//! What is found, and what is not.

use model::role::{
    GLOBAL_ADMINISTRATOR, GLOBAL_READER, RolePermission, SECURITY_READER, USER_ADMINISTRATOR, built_in_role,
};
use model::{
    DirectoryScope, EndCause, Ended, Grant, GrantKind, GrantOrigin, Instant, IsoDuration, RoleDefinition,
    RoleDefinitionId, Window,
};

use super::*;

const START: Instant = Instant::from_seconds(1_000_000);

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
    format!("00000000-0000-4000-8000-{number:012x}").parse().unwrap()
}

fn grant(kind: GrantKind) -> Grant {
    Grant {
        id: id(1),
        kind,
        principal_id: id(2),
        role_definition_id: GLOBAL_ADMINISTRATOR,
        scope: DirectoryScope::Tenant,
        window: Window {
            start: START,
            end: None,
        },
        ended: None,
        origin: GrantOrigin::OutsidePim,
        created_at: START,
        activated_using: None,
    }
}

fn after(days: i64) -> Instant {
    START.saturating_add(IsoDuration::from_days(days))
}

fn published(id: RoleDefinitionId) -> RoleDefinition {
    built_in_role(id).unwrap().definition.clone()
}

fn custom(number: u32, actions: &[&str]) -> RoleDefinition {
    let id: RoleDefinitionId = id(number);
    RoleDefinition {
        id,
        template_id: id,
        display_name: format!("Role {number}"),
        description: None,
        is_built_in: false,
        is_enabled: true,
        is_privileged: false,
        version: None,
        permissions: vec![RolePermission {
            allowed_resource_actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            ..RolePermission::default()
        }],
    }
}

#[test]
fn standing_access_is_permanent_privileged_active_and_no_activation() {
    let (standing, role, now) = (
        grant(GrantKind::Assignment),
        published(GLOBAL_ADMINISTRATOR),
        after(7),
    );
    let found = standing_access(&standing, &role, now).unwrap();
    assert_eq!(found.held_for, IsoDuration::from_days(7));
    let ends = Window {
        end: Some(after(30)),
        ..standing.window
    };
    let ended = Some(Ended {
        at: after(6),
        cause: EndCause::Removed,
    });
    for (other, why) in [
        (grant(GrantKind::Eligibility), "eligible"),
        (
            Grant {
                window: ends,
                ..standing
            },
            "it ends",
        ),
        (Grant { ended, ..standing }, "it has ended"),
        (
            Grant {
                activated_using: Some(standing.id),
                ..standing
            },
            "an activation",
        ),
    ] {
        assert_eq!(standing_access(&other, &role, now), None, "{why}");
    }
    assert_eq!(
        standing_access(&standing, &role, START.saturating_sub(IsoDuration::from_days(1))),
        None,
        "to come"
    );
    let ordinary = custom(9, &["x/y/read"]);
    assert_eq!(standing_access(&standing, &ordinary, now), None, "not privileged");
}

#[test]
fn an_eligibility_is_unused_after_thirty_and_after_ninety_days() {
    let eligible = grant(GrantKind::Eligibility);
    let cases = [
        (29, None, None),
        (30, None, Some((30, 30))),
        (89, None, Some((89, 30))),
        (90, None, Some((90, 90))),
        (200, Some(180), None),
        (210, Some(180), Some((30, 30))),
        (300, Some(180), Some((120, 90))),
        // Used by the eligibility before this one: this one has only begun.
        (20, Some(-40), None),
    ];
    for (now, used, expected) in cases {
        let found = unused_eligibility(&eligible, used.map(after), after(now));
        let shown = found.map(|found| {
            let days = |span: IsoDuration| span.as_seconds() / 86_400;
            (days(found.unused_for), days(found.threshold))
        });
        assert_eq!(shown, expected, "{now} {used:?}");
    }
    assert_eq!(
        unused_eligibility(&grant(GrantKind::Assignment), None, after(99)),
        None
    );
    let over = Grant {
        window: Window {
            start: START,
            end: Some(after(50)),
        },
        ..eligible
    };
    assert_eq!(unused_eligibility(&over, None, after(50)), None);
}

#[test]
fn one_role_is_broader_than_another_if_it_allows_all_of_it_and_more() {
    let all = custom(
        1,
        &[
            "microsoft.directory/users/allProperties/allTasks",
            "microsoft.directory/groups/create",
        ],
    );
    let some = custom(
        2,
        &[
            "microsoft.directory/users/basic/update",
            "microsoft.directory/users/create",
        ],
    );
    assert!(is_strictly_broader(&all, &some));
    assert!(!is_strictly_broader(&some, &all));
    assert!(!is_strictly_broader(&all, &all));
    let same = custom(
        3,
        &[
            "microsoft.directory/groups/create",
            "microsoft.directory/users/allProperties/allTasks",
        ],
    );
    assert!(!is_strictly_broader(&all, &same), "neither allows more");
    assert!(
        !is_strictly_broader(&all, &custom(4, &[])),
        "nothing is a part of everything"
    );
    assert!(!is_strictly_broader(
        &all,
        &custom(5, &["microsoft.directory/devices/create"])
    ));
    let conditional = |mut role: RoleDefinition| {
        role.permissions[0].condition = Some("$SubjectIsOwner".to_owned());
        role
    };
    assert!(!is_strictly_broader(&conditional(all.clone()), &some));
    assert!(!is_strictly_broader(&all, &conditional(some.clone())));
    let mut except = all.clone();
    except.permissions[0].excluded_resource_actions = vec!["microsoft.directory/users/create".to_owned()];
    assert!(!is_strictly_broader(&except, &some));
}

#[test]
fn published_roles_are_compared_too() {
    let all = published(GLOBAL_ADMINISTRATOR);
    assert!(!is_strictly_broader(&published(SECURITY_READER), &all));
    assert!(!is_strictly_broader(
        &published(GLOBAL_READER),
        &published(USER_ADMINISTRATOR)
    ));
    let writes = custom(6, &["microsoft.directory/users/basic/update"]);
    assert!(is_strictly_broader(&published(USER_ADMINISTRATOR), &writes));
}

#[test]
fn a_broader_role_is_told_only_if_it_is_used_and_the_narrower_is_not() {
    let broad = custom(1, &["a/b/allProperties/allTasks"]);
    let (narrow, narrower) = (
        custom(2, &["a/b/c/read", "a/b/c/update"]),
        custom(3, &["a/b/c/read"]),
    );
    let uses = |broad_uses, narrow_uses, narrower_uses| {
        let all = [
            (&broad, broad_uses),
            (&narrow, narrow_uses),
            (&narrower, narrower_uses),
        ];
        all.map(|(role, activations)| RoleUse { role, activations })
    };
    let told = |uses: [RoleUse<'_>; 3]| {
        let found = broader_roles(&uses);
        found
            .iter()
            .map(|it| (it.activated.role.id, it.activated.activations, it.narrower.id))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(uses(4, 0, 0)),
        [(broad.id, 4, narrow.id)],
        "the most that is a part"
    );
    assert_eq!(
        told(uses(4, 1, 0)),
        [(broad.id, 4, narrower.id), (narrow.id, 1, narrower.id)]
    );
    assert!(told(uses(4, 1, 1)).is_empty());
    assert!(told(uses(0, 0, 0)).is_empty());
    let mut disabled = narrow.clone();
    disabled.is_enabled = false;
    let only = [
        RoleUse {
            role: &broad,
            activations: 1,
        },
        RoleUse {
            role: &disabled,
            activations: 0,
        },
    ];
    assert!(broader_roles(&only).is_empty());
}

#[test]
fn a_shorter_duration_is_suggested_where_nearly_all_activations_are_much_shorter() {
    let minutes = IsoDuration::from_minutes;
    let suggested = |lengths: &[i64], maximum: i64| {
        let lengths = Lengths {
            lengths: lengths.iter().copied().map(minutes).collect(),
            deactivated: 3,
        };
        shorter_duration(lengths, minutes(maximum))
    };
    assert_eq!(suggested(&[10; 9], 480), None, "too few");
    let found = suggested(&[10; 10], 480).unwrap();
    assert_eq!(
        (found.suggested, found.median, found.longest),
        (minutes(30), minutes(10), minutes(10))
    );
    assert_eq!((found.activations, found.deactivated), (10, 3));
    let mut spread: Vec<i64> = (1..=95).collect();
    spread.extend([400; 5]);
    let found = suggested(&spread, 480).unwrap();
    assert_eq!(
        (found.median, found.nearly_all, found.suggested),
        (minutes(50), minutes(95), minutes(120))
    );
    assert_eq!(found.longest, minutes(400));
    assert_eq!(
        suggested(&spread, 160).unwrap().suggested,
        minutes(120),
        "three quarters"
    );
    assert_eq!(suggested(&spread, 159), None, "hardly shorter");
    assert_eq!(
        suggested(&[30; 20], 60).unwrap().suggested,
        minutes(30),
        "a whole step stays"
    );
    let unlimited = model::policy::RoleSettings::default_for(GLOBAL_ADMINISTRATOR);
    assert!(longest_activation(&unlimited) > IsoDuration::ZERO);
}
