//! Lists: perspectives, paging, order, counting.

use std::collections::BTreeMap;

use model::audit::Initiator;
use model::directory::{ObjectKind, Relation};
use model::policy::{Approver, RoleSettings};
use model::query::{Collection, Field, Nav};
use model::record::{GrantRecord, Record};
use model::{EndCause, Grant, GrantKind, GrantOrigin, MemberType, ObjectId, Policy, PolicyId, RequestStatus};
use odata::bound::{
    BoundQuery, Collation, Comparison, Expr, Fold, Literal, Operand, OrderBy, Path,
};
use store::{Cursor, ListPage, ListQuery, Perspective, StoreError};
use uuid::Uuid;

use crate::round_trips::event;
use crate::world::*;

const ASSIGNMENTS: Collection = Collection::Schedules(GrantKind::Assignment);
const INSTANCES: Collection = Collection::ScheduleInstances(GrantKind::Assignment);
const REQUESTS: Collection = Collection::ScheduleRequests(GrantKind::Assignment);

pub fn path(navs: &[Nav], field: Field) -> Path {
    Path {
        navs: navs.to_vec(),
        field,
        collation: Collation::IgnoreCase,
    }
}

pub fn equals(navs: &[Nav], field: Field, literal: Literal) -> Expr {
    let operand = Operand {
        path: path(navs, field),
        folds: Vec::new(),
    };
    Expr::Compare(operand, Comparison::Eq, literal)
}

fn guid(id: impl Into<Uuid>) -> Literal {
    Literal::Guid(id.into())
}

fn filtered(filter: Expr) -> BoundQuery {
    BoundQuery {
        filter: Some(filter),
        ..BoundQuery::default()
    }
}

pub struct Asked {
    pub collection: Collection,
    pub perspective: Perspective,
    pub now: i64,
    pub page_size: u32,
}

impl Asked {
    pub fn all(collection: Collection, now: i64) -> Self {
        Self {
            collection,
            perspective: Perspective::Everyone,
            now,
            page_size: 1_000,
        }
    }

    fn by(self, perspective: Perspective) -> Self {
        Self { perspective, ..self }
    }
}

pub fn page(
    world: &World,
    asked: &Asked,
    query: &BoundQuery,
    after: Option<Cursor>,
) -> Result<ListPage, StoreError> {
    let (query, now) = (query.clone(), at(asked.now));
    let (collection, perspective, page_size) = (asked.collection, asked.perspective, asked.page_size);
    world
        .store
        .read_wait(move |s| {
            s.list(&ListQuery {
                collection,
                query: &query,
                now,
                page_size,
                after,
                perspective,
            })
        })
        .unwrap()
}

/// Every row, page by page; cursors travel as texts.
pub fn pages(world: &World, asked: &Asked, query: &BoundQuery) -> Vec<Record> {
    let mut records = Vec::new();
    let mut after = None;
    loop {
        let page = page(world, asked, query, after).unwrap();
        assert!(page.records.len() <= asked.page_size as usize);
        records.extend(page.records);
        after = page.next.map(|next| Cursor::from_text(&next.to_text()).unwrap());
        if after.is_none() {
            return records;
        }
    }
}

fn grant_record(record: &Record) -> &GrantRecord {
    match record {
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => record,
        other => panic!("{other:?}"),
    }
}

fn ids(records: &[Record]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = records
        .iter()
        .map(|record| match record {
            Record::ScheduleRequest(record) => record.request.id.uuid(),
            Record::DirectoryObject(object) => object.id.uuid(),
            other => grant_record(other).grant.id.uuid(),
        })
        .collect();
    ids.sort();
    ids
}

fn grant_ids(numbers: &[u128]) -> Vec<Uuid> {
    numbers.iter().map(|n| grant_id(*n).uuid()).collect()
}

#[test]
fn schedules_are_current_and_instances_are_in_force() {
    let world = World::new();
    world.populate(1..2, 1..2);
    world.write(|s| {
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&Grant { window: window(50, Some(60)), ..grant(2, 1, 1) })?;
        s.insert_grant(&Grant { ended: Some(ended(11, EndCause::Removed)), ..grant(3, 1, 1) })?;
        s.insert_grant(&eligibility(4, 1, 1))
    });
    let listed = |collection, now| {
        let records = pages(&world, &Asked::all(collection, now), &BoundQuery::default());
        ids(&records)
    };
    let cases = [
        (ASSIGNMENTS, 20, &[1, 2][..]),
        (INSTANCES, 20, &[1]),
        (INSTANCES, 49, &[1]),
        (INSTANCES, 50, &[1, 2]),
        (Collection::RoleAssignments, 59, &[1, 2]),
        (Collection::RoleAssignments, 60, &[1]),
        (ASSIGNMENTS, 60, &[1]),
        (Collection::ScheduleInstances(GrantKind::Eligibility), 20, &[4]),
    ];
    for (collection, now, expected) in cases {
        assert_eq!(listed(collection, now), grant_ids(expected), "{collection:?} at {now}");
    }
}

#[test]
fn a_principal_also_has_what_its_groups_have() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        s.insert_object(&group(10, true))?;
        s.insert_object(&group(11, false))?;
        for container in [10, 11] {
            s.add_membership(object_id(container), object_id(1), Relation::Member, at(1))?;
        }
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&grant(2, 10, 1))?;
        s.insert_grant(&grant(3, 11, 1))?;
        s.insert_grant(&grant(4, 2, 1))
    });
    let of_one = Perspective::Principal(object_id(1));
    let pinned = |navs: &[Nav], field, id: ObjectId| filtered(equals(navs, field, guid(id)));
    let cases = [
        (of_one, BoundQuery::default(), vec![(1, MemberType::Direct), (2, MemberType::Group)]),
        (Perspective::Everyone, pinned(&[], Field::PrincipalId, object_id(1)), vec![(1, MemberType::Direct), (2, MemberType::Group)]),
        (Perspective::Everyone, pinned(&[Nav::Principal], Field::Id, object_id(1)), vec![(1, MemberType::Direct), (2, MemberType::Group)]),
        (Perspective::Everyone, pinned(&[], Field::PrincipalId, object_id(10)), vec![(2, MemberType::Direct)]),
        (
            of_one,
            filtered(equals(&[], Field::MemberType, Literal::Text("Group".to_owned()))),
            vec![(2, MemberType::Group)],
        ),
        (
            of_one,
            filtered(equals(
                &[Nav::Principal],
                Field::UserPrincipalName,
                Literal::Text("USER1@example.com".to_owned()),
            )),
            vec![(1, MemberType::Direct), (2, MemberType::Group)],
        ),
    ];
    for (perspective, query, expected) in cases {
        for collection in [ASSIGNMENTS, INSTANCES] {
            let records = pages(&world, &Asked::all(collection, 20).by(perspective), &query);
            let mut found: Vec<_> = records
                .iter()
                .map(grant_record)
                .map(|record| (record.grant.id, record.member_type))
                .collect();
            found.sort();
            let expected: Vec<_> = expected.iter().map(|(n, by)| (grant_id(*n), *by)).collect();
            assert_eq!(found, expected, "{query:?}");
            let about = |record: &GrantRecord| match record.member_type {
                MemberType::Group => object_id(1),
                MemberType::Direct => record.grant.principal_id,
            };
            assert!(records.iter().map(grant_record).all(|r| r.principal_id == about(r)));
        }
    }
    // The id of each row leads to that row.
    let all = pages(&world, &Asked::all(INSTANCES, 20).by(of_one), &BoundQuery::default());
    for record in all {
        let id = grant_record(&record).instance_id();
        let query = filtered(equals(&[], Field::Id, Literal::Text(id)));
        let found = pages(&world, &Asked::all(INSTANCES, 20).by(of_one), &query);
        assert_eq!(found, [record]);
    }
}

#[test]
fn pages_give_each_row_once_while_rows_come_and_go() {
    let world = World::new();
    world.populate(1..21, 1..6);
    world.write(|s| {
        for n in 0..100 {
            s.insert_grant(&grant(n, 1 + n % 20, 1 + n / 20))?;
        }
        Ok(())
    });
    for order in [Vec::new(), vec![OrderBy { path: path(&[Nav::Principal], Field::DisplayName), descending: true }]] {
        let query = BoundQuery { order_by: order, ..BoundQuery::default() };
        let asked = Asked { page_size: 7, ..Asked::all(ASSIGNMENTS, 20) };
        let mut seen: BTreeMap<_, u32> = BTreeMap::new();
        let mut after = None;
        let mut turn = 0_u128;
        loop {
            let page = page(&world, &asked, &query, after).unwrap();
            for record in &page.records {
                *seen.entry(grant_record(record).grant.id).or_default() += 1;
            }
            // A row that was given goes, and a new one comes somewhere.
            let gone = grant_record(&page.records[0]).grant.id;
            let new = 1_000 + turn + 500 * u128::from(!query.order_by.is_empty());
            world.write(move |s| {
                s.end_grant(gone, ended(19, EndCause::Removed))?;
                s.insert_grant(&grant(new, 1 + turn % 20, 1))
            });
            turn += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(seen.values().all(|times| *times == 1));
        let stayed = pages(&world, &Asked::all(ASSIGNMENTS, 20), &BoundQuery::default());
        for record in stayed.iter().map(grant_record) {
            let is_old = record.grant.id < grant_id(1_000);
            assert!(!is_old || seen.contains_key(&record.grant.id), "{record:?}");
        }
    }
}

#[test]
fn top_skip_and_count() {
    let world = World::new();
    world.populate(1..11, 1..2);
    let asked = Asked { page_size: 4, ..Asked::all(Collection::Users, 1) };
    let query = |top, skip, count| BoundQuery { top, skip, count, ..BoundQuery::default() };
    let sizes = |query: &BoundQuery| {
        let first = page(&world, &asked, query, None).unwrap();
        (first.records.len(), first.count, first.next.is_some())
    };
    assert_eq!(sizes(&query(None, 0, false)), (4, None, true));
    assert_eq!(sizes(&query(Some(2), 0, true)), (2, Some(10), true));
    assert_eq!(sizes(&query(Some(9), 0, true)), (4, Some(10), true));
    assert_eq!(sizes(&query(None, 8, true)), (2, Some(10), false));
    assert_eq!(pages(&world, &asked, &query(None, 3, false)).len(), 7);
    let other = page(&world, &Asked::all(ASSIGNMENTS, 1), &query(None, 0, false), page(&world, &asked, &query(None, 0, false), None).unwrap().next);
    assert!(matches!(other, Err(StoreError::Unsupported(_))), "a cursor of another list");
}

#[test]
fn orders_with_missing_values_page_through_all() {
    let world = World::new();
    world.write(|s| {
        for n in 1..30_u128 {
            let mut one = user(n);
            one.description = (n % 3 != 0).then(|| format!("{}", n % 5));
            s.insert_object(&one)?;
        }
        Ok(())
    });
    for descending in [false, true] {
        let query = BoundQuery {
            order_by: vec![
                OrderBy { path: path(&[], Field::Description), descending },
                OrderBy { path: path(&[], Field::DisplayName), descending: !descending },
            ],
            ..BoundQuery::default()
        };
        let asked = Asked { page_size: 4, ..Asked::all(Collection::Users, 1) };
        let records = pages(&world, &asked, &query);
        assert_eq!(ids(&records).len(), 29);
        let keys: Vec<_> = records
            .iter()
            .map(|record| match record {
                Record::DirectoryObject(object) => (object.description.clone(), object.display_name.to_ascii_lowercase()),
                other => panic!("{other:?}"),
            })
            .collect();
        let mut sorted = keys.clone();
        sorted.sort_by(|one, two| {
            let first = one.0.cmp(&two.0);
            let second = one.1.cmp(&two.1);
            if descending { first.reverse().then(second) } else { first.then(second.reverse()) }
        });
        assert_eq!(keys, sorted);
    }
}

#[test]
fn requests_follow_the_clock() {
    let world = World::new();
    world.populate(1..2, 1..2);
    let mut pending = request(1, 1, 1);
    pending.status = RequestStatus::PendingApproval;
    pending.lapses_at = Some(at(50));
    pending.schedule = None;
    pending.needs_approval = true;
    let mut future = request(2, 1, 1);
    future.status = RequestStatus::Granted;
    let future_grant = Grant { window: window(30, Some(40)), ..grant(2, 1, 1) };
    future.schedule = Some(model::ScheduleInfo { start: Some(at(30)), expiration: model::Expiration::AfterDateTime(at(40)) });
    world.write(move |s| {
        s.insert_request(&pending)?;
        s.insert_request(&future)?;
        s.insert_grant(&future_grant)
    });
    let seen = |now| {
        let mut records = pages(&world, &Asked::all(REQUESTS, now), &BoundQuery::default());
        records.sort_by_key(|record| match record { Record::ScheduleRequest(r) => r.request.id, _ => panic!() });
        records
            .iter()
            .map(|record| match record {
                Record::ScheduleRequest(r) => (r.request.status, r.request.target_schedule_id.is_some()),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    use RequestStatus as S;
    assert_eq!(seen(29), [(S::PendingApproval, true), (S::Granted, true)]);
    assert_eq!(seen(30), [(S::PendingApproval, true), (S::Provisioned, true)]);
    assert_eq!(seen(40), [(S::PendingApproval, true), (S::Provisioned, false)]);
    assert_eq!(seen(50), [(S::Denied, false), (S::Provisioned, false)]);
    let with_status = |status: S, now| {
        let query = filtered(equals(&[], Field::Status, Literal::Text(status.to_string())));
        ids(&pages(&world, &Asked::all(REQUESTS, now), &query))
    };
    assert_eq!(with_status(S::PendingApproval, 49), grant_ids(&[1]));
    assert_eq!(with_status(S::PendingApproval, 50), grant_ids(&[]));
    assert_eq!(with_status(S::Denied, 50), grant_ids(&[1]));
    assert_eq!(with_status(S::Granted, 30), grant_ids(&[]));
    assert_eq!(with_status(S::Provisioned, 30), grant_ids(&[2]));
}

#[test]
fn requests_by_creator_principal_and_approver() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(|s| {
        s.insert_object(&group(10, false))?;
        s.add_membership(object_id(10), object_id(3), Relation::Member, at(1))?;
        for n in 1..4 {
            let mut settings = RoleSettings::default_for(role_id(n));
            settings.activation.approval.primary_approvers = match n {
                1 => vec![Approver::User { id: object_id(2), description: None }],
                2 => vec![Approver::Group { id: object_id(10), description: None }],
                _ => Vec::new(),
            };
            s.insert_policy(
                &Policy {
                    id: PolicyId::new(Uuid::from_u128(n)),
                    role_definition_id: role_id(n),
                    settings,
                    last_modified_at: None,
                    last_modified_by: None,
                },
                at(1),
            )?;
        }
        for (n, principal, role) in [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1)] {
            let mut one = request(n, principal, role);
            one.needs_approval = true;
            s.insert_request(&one)?;
        }
        let mut not_needed = request(5, 1, 1);
        not_needed.created_by = object_id(4);
        s.insert_request(&not_needed)
    });
    let seen = |perspective| {
        let asked = Asked { page_size: 1, ..Asked::all(REQUESTS, 20) };
        ids(&pages(&world, &asked.by(perspective), &BoundQuery::default()))
    };
    let approver = |user, is_default_approver| Perspective::Approver { user: object_id(user), is_default_approver };
    assert_eq!(seen(Perspective::Principal(object_id(1))), grant_ids(&[1, 2, 3, 5]));
    assert_eq!(seen(Perspective::CreatedBy(object_id(1))), grant_ids(&[1, 2, 3]));
    assert_eq!(seen(Perspective::CreatedBy(object_id(4))), grant_ids(&[5]));
    assert_eq!(seen(approver(2, false)), grant_ids(&[1]), "never one's own");
    assert_eq!(seen(approver(3, false)), grant_ids(&[2]), "through the group");
    assert_eq!(seen(approver(5, false)), grant_ids(&[]));
    assert_eq!(seen(approver(5, true)), grant_ids(&[3]), "where nobody is named");
    assert_eq!(seen(approver(1, true)), grant_ids(&[4]).into_iter().filter(|_| false).collect::<Vec<_>>());
}

#[test]
fn objects_by_kind_and_membership() {
    let world = World::new();
    world.populate(1..4, 1..2);
    world.write(|s| {
        s.insert_object(&group(10, true))?;
        s.insert_object(&unit(11))?;
        s.insert_object(&service_principal(12))?;
        s.insert_object(&group(13, true))?;
        for (container, member, by) in [
            (10, 1, Relation::Member),
            (10, 12, Relation::Member),
            (11, 1, Relation::Member),
            (10, 2, Relation::Owner),
        ] {
            s.add_membership(object_id(container), object_id(member), by, at(1))?;
        }
        s.delete_object(object_id(13), at(2))
    });
    let seen = |collection, perspective| {
        let asked = Asked { page_size: 1, ..Asked::all(collection, 1) };
        ids(&pages(&world, &asked.by(perspective), &BoundQuery::default()))
    };
    let numbers = |all: &[u128]| all.iter().map(|n| object_id(*n).uuid()).collect::<Vec<_>>();
    let everyone = Perspective::Everyone;
    assert_eq!(seen(Collection::Users, everyone), numbers(&[1, 2, 3]));
    assert_eq!(seen(Collection::Groups, everyone), numbers(&[10]));
    assert_eq!(seen(Collection::AdministrativeUnits, everyone), numbers(&[11]));
    assert_eq!(seen(Collection::ServicePrincipals, everyone), numbers(&[12]));
    assert_eq!(seen(Collection::DirectoryObjects, everyone), numbers(&[1, 2, 3, 10, 11, 12]));
    let related = |relation| Perspective::RelatedTo { container: object_id(10), relation };
    assert_eq!(seen(Collection::DirectoryObjects, related(Relation::Member)), numbers(&[1, 12]));
    assert_eq!(seen(Collection::Users, related(Relation::Member)), numbers(&[1]));
    assert_eq!(seen(Collection::DirectoryObjects, related(Relation::Owner)), numbers(&[2]));
    assert_eq!(seen(Collection::DirectoryObjects, Perspective::Containing(object_id(1))), numbers(&[10, 11]));
    let is_group = filtered(Expr::IsOf(ObjectKind::Group.as_str().to_owned()));
    let found = pages(&world, &Asked::all(Collection::DirectoryObjects, 1), &is_group);
    assert_eq!(ids(&found), numbers(&[10]));
}

#[test]
fn audit_events_newest_first_and_by_what_they_are_about() {
    let world = World::new();
    world.write(|s| {
        for n in 1..30 {
            let mut one = event(n / 2);
            one.id = format!("e{n:02}");
            if n % 7 == 0 {
                one.targets[0].id = Some(object_id(77).to_string());
                one.initiated_by = Initiator::service();
            }
            s.append_audit(&[one])?;
        }
        Ok(())
    });
    let seen = |query: &BoundQuery| {
        let asked = Asked { page_size: 4, ..Asked::all(Collection::DirectoryAudits, 1) };
        pages(&world, &asked, query)
            .iter()
            .map(|record| match record {
                Record::DirectoryAudit(event) => event.id.clone(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    let newest_first: Vec<_> = (1..30).rev().map(|n| format!("e{n:02}")).collect();
    assert_eq!(seen(&BoundQuery::default()), newest_first);
    let by_time = BoundQuery {
        order_by: vec![OrderBy { path: path(&[], Field::ActivityDateTime), descending: true }],
        ..BoundQuery::default()
    };
    assert_eq!(seen(&by_time), newest_first);
    let about = |literal| {
        let inner = equals(&[], Field::TargetResourceId, literal);
        filtered(Expr::Any(Field::TargetResources, Some(Box::new(inner))))
    };
    let expected = ["e28", "e21", "e14", "e07"];
    assert_eq!(seen(&about(Literal::Text(object_id(77).to_string().to_uppercase()))), expected);
    assert_eq!(seen(&filtered(equals(&[], Field::InitiatedByUserId, Literal::Null))), expected);
}

#[test]
fn grants_made_outside_pim_show_their_derived_id() {
    let world = World::new();
    world.populate(1..2, 1..3);
    let outside = Grant { origin: GrantOrigin::OutsidePim, ..grant(1, 1, 1) };
    let inside = grant(2, 1, 2);
    world.write(move |s| {
        s.insert_grant(&outside)?;
        s.insert_grant(&inside)
    });
    let seen = |collection, field, literal| {
        ids(&pages(&world, &Asked::all(collection, 20), &filtered(equals(&[], field, literal))))
    };
    let text = |grant: Grant| Literal::Text(grant.derived_id());
    let cases = [
        (ASSIGNMENTS, Field::Id, text(outside), &[1][..]),
        (ASSIGNMENTS, Field::Id, guid(outside.id), &[]),
        (ASSIGNMENTS, Field::Id, guid(inside.id), &[2]),
        (ASSIGNMENTS, Field::Id, text(inside), &[]),
        (INSTANCES, Field::Id, text(inside), &[2]),
        (INSTANCES, Field::Id, guid(inside.id), &[]),
        (INSTANCES, Field::ScheduleId, guid(inside.id), &[2]),
        (INSTANCES, Field::ScheduleId, text(outside), &[1]),
        (INSTANCES, Field::RoleAssignmentOriginId, text(outside), &[1]),
        (ASSIGNMENTS, Field::CreatedUsing, Literal::Null, &[1]),
        (INSTANCES, Field::StartDateTime, Literal::Null, &[1]),
        (Collection::RoleAssignments, Field::Id, text(outside), &[1]),
    ];
    for (collection, field, literal, expected) in cases {
        assert_eq!(seen(collection, field, literal.clone()), grant_ids(expected), "{collection:?} {field:?} {literal:?}");
    }
}

#[test]
fn roles_by_name_as_clients_ask() {
    let world = World::new();
    world.populate(1..3, 1..3);
    world.write(|s| {
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&grant(2, 1, 2))?;
        s.insert_grant(&grant(3, 2, 1))
    });
    let by_name = Expr::Compare(
        Operand {
            path: Path { collation: Collation::Exact, ..path(&[Nav::RoleDefinition], Field::DisplayName) },
            folds: vec![Fold::Lower],
        },
        Comparison::Eq,
        Literal::Text("role 1".to_owned()),
    );
    let found = pages(&world, &Asked::all(INSTANCES, 20), &filtered(by_name.clone()));
    assert_eq!(ids(&found), grant_ids(&[1, 3]));
    let both = Expr::And(vec![equals(&[Nav::Principal], Field::Id, guid(object_id(1))), by_name]);
    let found = pages(&world, &Asked::all(INSTANCES, 20), &filtered(both));
    assert_eq!(ids(&found), grant_ids(&[1]));
}

#[test]
fn what_is_not_there_is_said_so() {
    let world = World::new();
    let strange = [
        (ASSIGNMENTS, Perspective::CreatedBy(object_id(1)), BoundQuery::default()),
        (Collection::Policies, Perspective::Everyone, BoundQuery::default()),
        (Collection::Users, Perspective::Everyone, filtered(equals(&[], Field::AssignmentType, Literal::Null))),
        (
            Collection::Users,
            Perspective::Everyone,
            BoundQuery { order_by: vec![OrderBy { path: path(&[], Field::Action), descending: false }], ..BoundQuery::default() },
        ),
        (Collection::Users, Perspective::Everyone, filtered(equals(&[], Field::CreatedDateTime, Literal::Bool(true)))),
    ];
    for (collection, perspective, query) in strange {
        let answer = page(&world, &Asked::all(collection, 1).by(perspective), &query, None);
        assert!(matches!(answer, Err(StoreError::Unsupported(_))), "{answer:?}");
    }
}
