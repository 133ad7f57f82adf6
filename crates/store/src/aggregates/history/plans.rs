//! Questions about the past go through an index, and look at nothing of other roles, people or times.

use model::history::{HoldingsQuery, Span};
use model::{
    DirectoryScope, Grant, GrantId, GrantKind, GrantOrigin, Instant, ObjectId, RoleDefinitionId, Window,
};
use sea_query::SelectStatement;
use uuid::Uuid;

use super::events::EventPage;
use super::holdings_then::{self, ThenPage, ThenPart};
use super::{figures, members_then, sources, use_of_roles};
use crate::{Store, StoreOptions};

const NOW: Instant = Instant::from_micros(1_000);

/// Statements do not leave their thread, so they are made where they are run.
fn plans(statements: impl FnOnce() -> Vec<SelectStatement> + Send + 'static) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        readers: 1,
        ..StoreOptions::new(folder.path().to_owned())
    })
    .unwrap();
    let plans = move |session: &crate::Session| {
        let plan = |select: &SelectStatement| session.connection.plan(select).join("\n");
        statements().iter().map(plan).collect::<Vec<_>>()
    };
    store.read_wait(plans).unwrap()
}

/// Each plan holds one of the words of its place, and walks no table that grows.
#[track_caller]
fn assert_plans(
    statements: impl FnOnce() -> Vec<SelectStatement> + Send + 'static,
    expected: &[&str],
) -> Vec<String> {
    let found = plans(statements);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (plan, words) in found.iter().zip(expected) {
        assert!(plan.contains(words), "{words}:\n{plan}");
        for table in ["grants", "requests", "approval_decisions", "memberships"] {
            assert!(!plan.contains(&format!("SCAN {table}\n")), "{plan}");
        }
    }
    found
}

fn query() -> HoldingsQuery {
    HoldingsQuery {
        at: NOW,
        principal: None,
        role: None,
        scope: None,
        kind: None,
    }
}

fn page(part: ThenPart) -> ThenPage {
    ThenPage {
        listed_at: NOW,
        part,
        after: None,
        limit: 10,
    }
}

fn grant() -> Grant {
    Grant {
        id: GrantId::new(Uuid::from_u128(1)),
        kind: GrantKind::Assignment,
        principal_id: who(),
        role_definition_id: role(),
        scope: DirectoryScope::Tenant,
        window: Window {
            start: NOW,
            end: None,
        },
        ended: None,
        origin: GrantOrigin::OutsidePim,
        created_at: NOW,
        activated_using: None,
    }
}

const fn who() -> ObjectId {
    ObjectId::new(Uuid::from_u128(2))
}

const fn role() -> RoleDefinitionId {
    RoleDefinitionId::new(Uuid::from_u128(3))
}

#[test]
fn who_held_what() {
    for (part, after, expected) in [
        (
            ThenPart::Lasting,
            None,
            &[
                "grants_open_by_role",
                "grants_ended_by_role (role_id=? AND ended_at>?)",
            ][..],
        ),
        (
            ThenPart::Lasting,
            Some((grant(), false)),
            &[
                "grants_open_by_role (",
                "grants_ended_by_role (role_id=? AND ended_at>?)",
            ],
        ),
        (
            ThenPart::Over,
            None,
            &[
                "grants_ended_by_role (role_id=? AND ended_at>? AND ended_at<?)",
                "grants_due_ends (ends_at>? AND ends_at<?)",
            ],
        ),
        (
            ThenPart::Over,
            Some((grant(), false)),
            &[
                "grants_ended_by_role (role_id=? AND ",
                "grants_due_ends (ends_at>? AND ends_at<?)",
                "grants_ended_by_role (role_id=? AND ended_at>? AND ended_at<?)",
            ],
        ),
        (
            ThenPart::Begun,
            None,
            &["grants_by_role (role_id=? AND starts_at<?)"],
        ),
        (
            ThenPart::Begun,
            Some((grant(), false)),
            &[
                "grants_by_role (role_id=? AND ",
                "grants_by_role (role_id=? AND starts_at<?)",
            ],
        ),
    ] {
        let found = assert_plans(
            move || holdings_then::statements(&query(), &page(part), after.as_ref()),
            expected,
        );
        // What may be much is read in order, so that a page ends when it is full.
        let is_much = |plan: &&String| plan.contains("SCAN roles") || plan.contains("SEARCH roles");
        for plan in found.iter().filter(is_much).filter(|_| part != ThenPart::Lasting) {
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
    let of_role = HoldingsQuery {
        role: Some(role()),
        ..query()
    };
    assert_plans(
        move || holdings_then::statements(&of_role, &page(ThenPart::Over), None),
        &[
            "grants_ended_by_role (role_id=? AND ended_at>? AND ended_at<?)",
            "grants_due_ends (ends_at>? AND ends_at<?)",
        ],
    );
    assert_plans(
        || holdings_then::statements_of(&query(), &[who()], None, 10).into(),
        &[
            "grants_open_by_principal (kind=? AND principal_id=?",
            "grants_ended_by_principal (principal_id=?)",
        ],
    );
    for (is_group, open, left) in [
        (
            true,
            "memberships_by_container (container_id=?",
            "memberships_left_by_container (container_id=?",
        ),
        (
            false,
            "memberships_by_member (member_id=?",
            "memberships_left_by_member (member_id=?",
        ),
    ] {
        let statement = move || {
            vec![if is_group {
                members_then::members_then(who(), NOW, Some(who()), 10)
            } else {
                members_then::role_groups_then(who(), NOW)
            }]
        };
        let plan = plans(statement).join("\n");
        assert!(plan.contains(open) && plan.contains(left), "{plan}");
    }
}

fn events(after: bool) -> EventPage {
    let cursor = model::history::Event {
        at: NOW,
        body: model::history::EventBody::GrantEnded(Box::new(grant())),
    };
    EventPage {
        span: Span {
            from: Instant::from_micros(0),
            until: NOW,
        },
        kind: None,
        after: after.then(|| (&cursor).into()),
        limit: 10,
    }
}

#[test]
fn what_happened_to_somebody() {
    for after in [false, true] {
        assert_plans(
            move || {
                let sources = sources::of_principal(who(), &events(after));
                sources.into_iter().map(|source| source.select).collect()
            },
            &[
                "grants_open_by_principal (kind=? AND principal_id=?",
                "grants_ended_by_principal (principal_id=?",
                "grants_ended_by_principal (principal_id=?",
                "grants",
                "requests_by_principal (kind=? AND principal_id=?",
                "requests_by_creator (created_by=?",
                "approval_decisions_by_decider (decided_by=? AND ",
                "requests_by_principal (kind=? AND principal_id=?",
                "memberships_by_member (member_id=?",
                "memberships_left_by_member (member_id=?",
                "memberships_left_by_member (member_id=?",
                "memberships_by_container (container_id=?",
                "memberships_left_by_container (container_id=?",
                "memberships_left_by_container (container_id=?",
            ],
        );
    }
}

#[test]
fn what_happened_with_a_role_is_read_in_the_order_of_time() {
    for after in [false, true] {
        let found = assert_plans(
            move || {
                let sources = sources::of_role(role(), &events(after));
                sources.into_iter().map(|source| source.select).collect()
            },
            &[
                "grants_by_role (role_id=? AND ",
                "grants_ended_by_role (role_id=? AND ",
                "grants_due_ends (ends_at",
                "requests_by_role (role_id=? AND ",
                "approval_decisions_by_time (decided_at",
                "policies_role (role_id=?)",
            ],
        );
        for plan in [0, 1, 3, 4] {
            assert!(
                !found[plan].contains("TEMP B-TREE FOR ORDER BY"),
                "{}",
                found[plan]
            );
        }
    }
}

#[test]
fn what_figures_are_made_of() {
    let span = events(false).span;
    assert_plans(
        move || self::figures::activations(span).into(),
        &[
            "grants_by_role (role_id=? AND starts_at>? AND starts_at<?)",
            "grants_ended_by_role (role_id=? AND ended_at>?)",
            "grants_open_activations",
        ],
    );
    assert_plans(
        move || {
            vec![
                self::figures::activation_requests(span),
                self::figures::decisions(span),
            ]
        },
        &[
            "requests_by_role (role_id=? AND created_at>? AND created_at<?)",
            "approval_decisions_by_time (decided_at>? AND decided_at<?)",
        ],
    );
}

#[test]
fn how_a_role_is_used() {
    assert_plans(
        || {
            let [own_ended, own_open] = use_of_roles::own_activations(&grant());
            let [counted_ended, counted_open] = use_of_roles::counted_activations(&grant(), NOW);
            vec![
                use_of_roles::open_of_role(role(), GrantKind::Eligibility, Some((who(), grant().id)), 10),
                use_of_roles::open_eligibilities(Some(who()), 10),
                own_ended,
                own_open,
                counted_ended,
                counted_open,
                use_of_roles::activations_through(&grant(), NOW),
                use_of_roles::finished(role(), NOW),
            ]
        },
        &[
            "grants_open_by_role (role_id=? AND kind=? AND (principal_id,id)>(?,?))",
            "grants_open_by_principal (kind=? AND principal_id>?)",
            "grants_ended_by_principal (principal_id=? AND role_id=?)",
            "grants_open_by_role (role_id=? AND kind=? AND principal_id=?)",
            "grants_ended_by_principal (principal_id=? AND role_id=? AND ends_at>?)",
            "grants_open_by_role (role_id=? AND kind=? AND principal_id=?)",
            "grants_by_role (role_id=? AND starts_at>?)",
            "grants_by_role (role_id=? AND starts_at>?)",
        ],
    );
}
