//! Lists: what each collection holds, and what filters that clients send find in it.

use model::audit::Initiator;
use model::query::{Collection, Field, Nav};
use model::record::Record;
use model::{AppId, EndCause, Grant, GrantKind, GrantOrigin, RequestStatus};
use odata::bound::{BoundQuery, Collation, Comparison, Expr, Fold, Literal, Operand, OrderBy, Path};
use store::{Perspective, StoreError};

use crate::asking::*;
use crate::round_trips::{event, event_id};
use crate::world::*;
use uuid::Uuid;

#[test]
fn schedules_are_current_and_instances_are_in_force() {
    let world = World::new();
    world.populate(1..2, 1..2);
    world.write(|s| {
        s.insert_grant(&grant(1, 1, 1))?;
        s.insert_grant(&Grant {
            window: window(50, Some(60)),
            ..grant(2, 1, 1)
        })?;
        s.insert_grant(&Grant {
            ended: Some(ended(11, EndCause::Removed)),
            ..grant(3, 1, 1)
        })?;
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
        assert_eq!(
            listed(collection, now),
            grant_ids(expected),
            "{collection:?} at {now}"
        );
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
    let future_grant = Grant {
        window: window(30, Some(40)),
        ..grant(2, 1, 1)
    };
    future.schedule = Some(model::ScheduleInfo {
        start: Some(at(30)),
        expiration: model::Expiration::AfterDateTime(at(40)),
    });
    world.write(move |s| {
        s.insert_request(&pending)?;
        s.insert_request(&future)?;
        s.insert_grant(&future_grant)
    });
    let seen = |now| {
        let mut records = pages(&world, &Asked::all(REQUESTS, now), &BoundQuery::default());
        records.sort_by_key(|record| match record {
            Record::ScheduleRequest(r) => r.request.id,
            _ => panic!(),
        });
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
fn audit_events_newest_first_and_by_what_they_are_about() {
    let world = World::new();
    world.write(|s| {
        for n in 1..30 {
            let mut one = event(n / 2);
            one.id = event_id(one.correlation_id, n);
            if n % 7 == 0 {
                one.targets[0].id = Some(object_id(77).to_string());
                one.initiated_by = Initiator::service();
            }
            if n == 10 {
                one.targets[0].id = Some("SomeAlert".to_owned());
                one.initiated_by = Initiator::App {
                    app_id: Some(AppId::new(Uuid::from_u128(5))),
                    display_name: None,
                    service_principal_id: Some(object_id(6)),
                };
            }
            s.append_audit([one])?;
        }
        Ok(())
    });
    let seen = |query: &BoundQuery| {
        let asked = Asked {
            page_size: 4,
            ..Asked::all(Collection::DirectoryAudits, 1)
        };
        pages(&world, &asked, query)
            .iter()
            .map(|record| match record {
                Record::DirectoryAudit(event) => event.id.rsplit('_').next().unwrap().parse().unwrap(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<i64>>()
    };
    let newest_first: Vec<_> = (1..30).rev().collect();
    assert_eq!(seen(&BoundQuery::default()), newest_first);
    let by_time = BoundQuery {
        order_by: vec![OrderBy {
            path: path(&[], Field::ActivityDateTime),
            descending: true,
        }],
        ..BoundQuery::default()
    };
    assert_eq!(seen(&by_time), newest_first);
    let text = |text: &str| Literal::Text(text.to_owned());
    let id = |literal| equals(&[], Field::TargetResourceId, literal);
    let any = |inner| Expr::Any(Field::TargetResources, Some(Box::new(inner)));
    let seventh = || id(text(&object_id(77).to_string().to_uppercase()));
    let alert = || id(text("someALERT"));
    let by = |user| equals(&[], Field::InitiatedByUserId, user);
    let of = |n: u128| equals(&[], Field::CorrelationId, Literal::Guid(Uuid::from_u128(n)));
    let one = event_id(event(5).correlation_id, 11);
    let is_id = |id: &str| equals(&[], Field::Id, text(id));
    let cases: Vec<(&str, Expr, Vec<i64>)> = vec![
        ("about one", any(seventh()), vec![28, 21, 14, 7]),
        ("about an alert", any(alert()), vec![10]),
        (
            "about one of two",
            any(Expr::Or(vec![seventh(), alert()])),
            vec![28, 21, 14, 10, 7],
        ),
        (
            "about one, or about the other",
            Expr::Or(vec![any(alert()), any(seventh())]),
            vec![28, 21, 14, 10, 7],
        ),
        (
            "about one, or of an operation",
            Expr::Or(vec![any(alert()), of(2)]),
            vec![10, 5, 4],
        ),
        (
            "about nothing else",
            Expr::Not(Box::new(any(id(Literal::Guid(object_id(2).uuid()))))),
            vec![28, 21, 14, 10, 7],
        ),
        ("about something without an id", any(id(Literal::Null)), vec![]),
        (
            "about one, of a kind",
            any(Expr::And(vec![
                seventh(),
                equals(&[], Field::TargetResourceType, text("Group")),
            ])),
            vec![],
        ),
        ("by nobody", by(Literal::Null), vec![28, 21, 14, 10, 7]),
        (
            "by somebody who was acted on",
            by(Literal::Guid(object_id(2).uuid())),
            vec![],
        ),
        (
            "by an application",
            equals(&[], Field::InitiatedByAppId, Literal::Guid(Uuid::from_u128(5))),
            vec![10],
        ),
        (
            "by its service principal",
            equals(
                &[],
                Field::InitiatedByAppServicePrincipalId,
                Literal::Guid(object_id(6).uuid()),
            ),
            vec![10],
        ),
        ("of one operation", of(5), vec![11, 10]),
        ("by id", is_id(&one), vec![11]),
        ("by no id", is_id("Directory_11"), vec![]),
    ];
    for (name, filter, expected) in cases {
        assert_eq!(seen(&filtered(filter)), expected, "{name}");
    }
}

#[test]
fn grants_made_outside_pim_show_their_derived_id() {
    let world = World::new();
    world.populate(1..2, 1..3);
    let outside = Grant {
        origin: GrantOrigin::OutsidePim,
        ..grant(1, 1, 1)
    };
    let inside = grant(2, 1, 2);
    world.write(move |s| {
        s.insert_grant(&outside)?;
        s.insert_grant(&inside)
    });
    let seen = |collection, field, literal| {
        ids(&pages(
            &world,
            &Asked::all(collection, 20),
            &filtered(equals(&[], field, literal)),
        ))
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
        assert_eq!(
            seen(collection, field, literal.clone()),
            grant_ids(expected),
            "{collection:?} {field:?} {literal:?}"
        );
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
            path: Path {
                collation: Collation::Exact,
                ..path(&[Nav::RoleDefinition], Field::DisplayName)
            },
            folds: vec![Fold::Lower],
        },
        Comparison::Eq,
        Literal::Text("role 1".to_owned()),
    );
    let found = pages(&world, &Asked::all(INSTANCES, 20), &filtered(by_name.clone()));
    assert_eq!(ids(&found), grant_ids(&[1, 3]));
    let both = Expr::And(vec![
        equals(&[Nav::Principal], Field::Id, guid(object_id(1))),
        by_name,
    ]);
    let found = pages(&world, &Asked::all(INSTANCES, 20), &filtered(both));
    assert_eq!(ids(&found), grant_ids(&[1]));
}

#[test]
fn what_is_not_there_is_said_so() {
    let world = World::new();
    let strange = [
        (
            ASSIGNMENTS,
            Perspective::CreatedBy(object_id(1)),
            BoundQuery::default(),
        ),
        (Collection::Policies, Perspective::Everyone, BoundQuery::default()),
        (
            Collection::Users,
            Perspective::Everyone,
            filtered(equals(&[], Field::AssignmentType, Literal::Null)),
        ),
        (
            Collection::Users,
            Perspective::Everyone,
            BoundQuery {
                order_by: vec![OrderBy {
                    path: path(&[], Field::Action),
                    descending: false,
                }],
                ..BoundQuery::default()
            },
        ),
        (
            Collection::Users,
            Perspective::Everyone,
            filtered(equals(&[], Field::CreatedDateTime, Literal::Bool(true))),
        ),
    ];
    for (collection, perspective, query) in strange {
        let answer = page(&world, &Asked::all(collection, 1).by(perspective), &query, None);
        assert!(matches!(answer, Err(StoreError::Unsupported(_))), "{answer:?}");
    }
}
