//! How the main lists and the hot reads are answered: by which index, with what sorted, and without
//! preparing anything anew.

use model::directory::Relation;
use model::query::{Collection, Field, Nav};
use model::{DirectoryScope, Grant, GrantKind, GrantOrigin, Instant, ObjectId, RoleDefinitionId};
use odata::bound::{BoundQuery, Collation, Comparison, Expr, Literal, Match, Operand, OrderBy, Path};
use uuid::Uuid;

use super::cursor::{Cursor, Key};
use super::{ListQuery, Perspective};
use crate::aggregates::directory::accounts_beside;
use crate::aggregates::grants::{holders_in_force, lasting_holders};
use crate::{Session, Store, StoreError, StoreOptions};

const NOW: Instant = Instant::from_micros(1_000);
const ASSIGNMENTS: Collection = Collection::Schedules(GrantKind::Assignment);
const INSTANCES: Collection = Collection::ScheduleInstances(GrantKind::Assignment);
const REQUESTS: Collection = Collection::ScheduleRequests(GrantKind::Assignment);

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        readers: 1,
        ..StoreOptions::new(folder.path().to_owned())
    })
    .unwrap();
    (folder, store)
}

fn operand(navs: &[Nav], field: Field) -> Operand {
    Operand {
        path: Path {
            navs: navs.to_vec(),
            field,
            collation: Collation::IgnoreCase,
        },
        folds: Vec::new(),
    }
}

fn equals(navs: &[Nav], field: Field, literal: Literal) -> Expr {
    Expr::Compare(operand(navs, field), Comparison::Eq, literal)
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn object() -> ObjectId {
    ObjectId::new(Uuid::from_u128(1))
}

fn id() -> Literal {
    Literal::Guid(object().uuid())
}

fn filtered(parts: Vec<Expr>) -> BoundQuery {
    BoundQuery {
        filter: Some(Expr::And(parts)),
        ..BoundQuery::default()
    }
}

fn ordered(field: Field, descending: bool) -> BoundQuery {
    let path = operand(&[], field).path;
    BoundQuery {
        order_by: vec![OrderBy { path, descending }],
        ..BoundQuery::default()
    }
}

/// The plan of the second page, which is that of the first with a seek.
fn plan(store: &Store, collection: Collection, perspective: Perspective, query: BoundQuery) -> Vec<String> {
    let plan = move |session: &Session| {
        let mut list = ListQuery {
            collection,
            query: &query,
            now: NOW,
            page_size: 100,
            after: None,
            perspective,
            among: None,
        };
        let keys = session.plan(&list)?.keys;
        list.after = Some(Cursor {
            keys: vec![Key::Int(0); keys],
        });
        Ok::<_, StoreError>(session.connection.plan(&session.plan(&list)?.page))
    };
    store.read_wait(plan).unwrap().unwrap()
}

/// How audit records are found that mention a thing.
const MENTIONS: &str = "audit_mentions USING PRIMARY KEY (block=? AND mentioned=?)";

#[test]
fn main_lists_go_through_an_index_and_sort_nothing() {
    let (_folder, store) = open();
    let all = Perspective::Everyone;
    let member = Relation::Member;
    let related = Perspective::RelatedTo {
        container: object(),
        relation: member,
    };
    let approver = Perspective::Approver {
        user: object(),
        is_default_approver: true,
    };
    let involved = Perspective::Involved {
        user: object(),
        is_default_approver: true,
    };
    let about = Expr::Any(
        Field::TargetResources,
        Some(Box::new(equals(&[], Field::TargetResourceId, text("x")))),
    );
    let none = BoundQuery::default;
    let cases = [
        (
            ASSIGNMENTS,
            all,
            none(),
            "grants_open_by_principal (kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            INSTANCES,
            all,
            none(),
            "grants_open_by_principal (kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            Collection::RoleAssignments,
            all,
            none(),
            "grants_open_by_principal (kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            INSTANCES,
            all,
            filtered(vec![equals(&[], Field::RoleDefinitionId, id())]),
            "grants_open_by_role (role_id=? AND kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            INSTANCES,
            all,
            filtered(vec![equals(&[Nav::RoleDefinition], Field::Id, id())]),
            "grants_open_by_role (role_id=? AND kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            INSTANCES,
            all,
            filtered(vec![equals(&[], Field::PrincipalId, id())]),
            "grants_open_by_principal (kind=? AND principal_id=? AND id>?)",
        ),
        (
            Collection::RoleAssignments,
            all,
            filtered(vec![equals(&[Nav::Principal], Field::Id, id())]),
            "grants_open_by_principal (kind=? AND principal_id=? AND id>?)",
        ),
        (
            INSTANCES,
            all,
            filtered(vec![equals(&[], Field::ScheduleId, id())]),
            "SEARCH grants USING PRIMARY KEY (id=?)",
        ),
        (
            ASSIGNMENTS,
            all,
            filtered(vec![equals(&[], Field::Id, id())]),
            "SEARCH grants USING PRIMARY KEY (id=?)",
        ),
        (
            REQUESTS,
            all,
            none(),
            "requests_by_principal (kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            REQUESTS,
            Perspective::Principal(object()),
            none(),
            "(kind=? AND principal_id=? AND id>?)",
        ),
        (
            REQUESTS,
            Perspective::CreatedBy(object()),
            none(),
            "requests_by_creator (created_by=? AND kind=? AND id>?)",
        ),
        (
            REQUESTS,
            approver,
            none(),
            "requests_for_approval (kind=? AND id>?)",
        ),
        (
            Collection::Approvals,
            all,
            none(),
            "requests_for_approval (kind=? AND id>?)",
        ),
        (
            Collection::Approvals,
            involved,
            none(),
            "requests_for_approval (kind=? AND id>?)",
        ),
        (
            REQUESTS,
            all,
            filtered(vec![equals(&[], Field::Status, text("PendingApproval"))]),
            "requests_open (kind=? AND (principal_id,id)>(?,?))",
        ),
        (
            REQUESTS,
            all,
            filtered(vec![equals(&[], Field::PrincipalId, id())]),
            "(kind=? AND principal_id=? AND id>?)",
        ),
        (
            REQUESTS,
            all,
            filtered(vec![equals(&[], Field::Id, id())]),
            "SEARCH requests USING PRIMARY KEY (id=?)",
        ),
        (
            Collection::Users,
            all,
            none(),
            "objects_by_kind (kind=? AND id>?)",
        ),
        (
            Collection::Groups,
            all,
            ordered(Field::DisplayName, false),
            "objects_by_name (kind=? AND <expr>>?)",
        ),
        (
            Collection::Users,
            all,
            filtered(vec![equals(&[], Field::UserPrincipalName, text("a@b"))]),
            "objects_user_principal_name (<expr>=?",
        ),
        (
            Collection::DirectoryObjects,
            related,
            none(),
            "memberships_by_container (container_id=? AND relation=? AND member_id>?)",
        ),
        (
            Collection::DirectoryObjects,
            Perspective::Containing(object()),
            none(),
            "memberships_by_member (member_id=? AND relation=? AND container_id>?)",
        ),
        (
            Collection::DirectoryAudits,
            all,
            none(),
            "audit_events_by_time (at",
        ),
        (
            Collection::DirectoryAudits,
            all,
            ordered(Field::ActivityDateTime, true),
            "audit_events_by_time (at",
        ),
        (
            Collection::DirectoryAudits,
            all,
            ordered(Field::ActivityDateTime, false),
            "audit_events_by_time (at",
        ),
    ];
    for (collection, perspective, query, expected) in cases {
        let plan = plan(&store, collection, perspective, query.clone());
        let text = plan.join("\n");
        assert!(text.contains(expected), "{collection:?} {query:?}:\n{text}");
        assert!(!text.contains("SCAN"), "{collection:?} {query:?}:\n{text}");
        assert!(!text.contains("TEMP B-TREE"), "{collection:?} {query:?}:\n{text}");
    }
    // These find few rows by an index and sort them.
    let few = [
        (
            INSTANCES,
            Perspective::Principal(object()),
            none(),
            "grants_open_by_principal (kind=? AND principal_id=?",
        ),
        (Collection::DirectoryAudits, all, filtered(vec![about]), MENTIONS),
        (
            Collection::DirectoryAudits,
            all,
            filtered(vec![equals(&[], Field::InitiatedByUserId, id())]),
            MENTIONS,
        ),
        (
            Collection::DirectoryAudits,
            all,
            filtered(vec![equals(&[], Field::CorrelationId, id())]),
            MENTIONS,
        ),
        (
            Collection::DirectoryAudits,
            all,
            filtered(vec![equals(
                &[],
                Field::Id,
                text(&format!("PIM_{}_{}_1", Uuid::nil(), Uuid::nil())),
            )]),
            MENTIONS,
        ),
        (
            Collection::Users,
            all,
            filtered(vec![Expr::Match(
                Match::StartsWith,
                operand(&[], Field::DisplayName),
                "ab".to_owned(),
            )]),
            "objects_by_name (kind=? AND <expr>>? AND <expr><?)",
        ),
    ];
    for (collection, perspective, query, expected) in few {
        let text = plan(&store, collection, perspective, query.clone()).join("\n");
        assert!(text.contains(expected), "{collection:?} {query:?}:\n{text}");
        assert!(
            !text.contains("SCAN grants") && !text.contains("SCAN audit"),
            "{collection:?} {query:?}:\n{text}"
        );
    }
}

#[test]
fn the_accounts_of_a_person_are_found_by_an_index() {
    let (_folder, store) = open();
    let plan = store.read_wait(|session| session.connection.plan(&accounts_beside(object())));
    let text = plan.unwrap().join("\n");
    assert!(text.contains("objects_by_employee_id (employee_id=?)"), "{text}");
    assert!(!text.contains("SCAN objects"), "{text}");
}

#[test]
fn the_holders_of_a_role_are_found_by_an_index() {
    let (_folder, store) = open();
    let roles = [1, 2].map(|n| RoleDefinitionId::new(Uuid::from_u128(n)));
    for statement in [holders_in_force, lasting_holders] {
        let plan = store.read_wait(move |session| session.connection.plan(&statement(&roles, NOW)));
        let text = plan.unwrap().join("\n");
        assert!(
            text.contains("grants_open_by_role (role_id=? AND kind=?"),
            "{text}"
        );
        assert!(!text.contains("TEMP B-TREE"), "{text}");
    }
}

#[test]
fn hot_statements_are_prepared_once_even_after_statistics_were_gathered() {
    let (_folder, store) = open();
    let outcome = store.write_wait(|session| {
        let role = RoleDefinitionId::new(Uuid::from_u128(9));
        session.insert_role(&model::RoleDefinition {
            id: role,
            template_id: role,
            display_name: "Role".to_owned(),
            description: None,
            is_built_in: false,
            is_enabled: true,
            is_privileged: false,
            version: None,
            permissions: Vec::new(),
        })?;
        for n in 1..400_u128 {
            let id = ObjectId::new(Uuid::from_u128(n));
            session.insert_object(&model::DirectoryObject {
                id,
                display_name: format!("Group {n}"),
                description: None,
                created_at: NOW,
                body: model::ObjectBody::Group(model::directory::Group::default()),
            })?;
            session.insert_grant(&Grant {
                id: model::GrantId::new(Uuid::from_u128(n)),
                kind: GrantKind::Assignment,
                principal_id: id,
                role_definition_id: role,
                scope: DirectoryScope::Tenant,
                window: model::Window {
                    start: NOW,
                    end: None,
                },
                ended: None,
                origin: GrantOrigin::OutsidePim,
                created_at: NOW,
                activated_using: None,
            })?;
        }
        session.connection.analyze();
        Ok::<_, StoreError>(())
    });
    outcome.unwrap().unwrap();

    let query = filtered(vec![equals(&[], Field::RoleDefinitionId, id())]);
    let reprepared = store.read_wait(move |session| {
        let mut list = ListQuery {
            collection: INSTANCES,
            query: &query,
            now: NOW,
            page_size: 10,
            after: None,
            perspective: Perspective::Everyone,
            among: None,
        };
        // One execution takes in the new statistics.
        session.list(&list).unwrap();
        let before = session.connection.reprepared(&session.plan(&list).unwrap().page);
        for n in 1..50 {
            list.now = Instant::from_micros(1_000 + n);
            session.list(&list).unwrap();
        }
        session.connection.reprepared(&session.plan(&list).unwrap().page) - before
    });
    assert_eq!(reprepared.unwrap(), 0);
}
