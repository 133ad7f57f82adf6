//! Whose rows a list gives.

use model::directory::{ObjectKind, Relation};
use model::policy::{ApprovalStage, Approver, RoleSettings};
use model::query::{Collection, Field, Nav};
use model::record::GrantRecord;
use model::{MemberType, ObjectBody, ObjectId, Policy, PolicyId, Verdict};
use odata::bound::{BoundQuery, Expr, Literal};
use store::Perspective;
use uuid::Uuid;

use crate::asking::*;
use crate::world::*;

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
        (
            of_one,
            BoundQuery::default(),
            vec![(1, MemberType::Direct), (2, MemberType::Group)],
        ),
        (
            Perspective::Everyone,
            pinned(&[], Field::PrincipalId, object_id(1)),
            vec![(1, MemberType::Direct), (2, MemberType::Group)],
        ),
        (
            Perspective::Everyone,
            pinned(&[Nav::Principal], Field::Id, object_id(1)),
            vec![(1, MemberType::Direct), (2, MemberType::Group)],
        ),
        (
            Perspective::Everyone,
            pinned(&[], Field::PrincipalId, object_id(10)),
            vec![(2, MemberType::Direct)],
        ),
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
            assert!(
                records
                    .iter()
                    .map(grant_record)
                    .all(|r| r.principal_id == about(r))
            );
        }
    }
    // The id of each row leads to that row.
    let all = pages(
        &world,
        &Asked::all(INSTANCES, 20).by(of_one),
        &BoundQuery::default(),
    );
    for record in all {
        let id = grant_record(&record).instance_id();
        let query = filtered(equals(&[], Field::Id, Literal::Text(id)));
        let found = pages(&world, &Asked::all(INSTANCES, 20).by(of_one), &query);
        assert_eq!(found, [record]);
    }
}

#[test]
fn requests_by_creator_principal_and_approver() {
    let world = World::new();
    world.populate(1..7, 1..4);
    world.write(|s| {
        s.insert_object(&group(10, false))?;
        s.insert_object(&group(11, false))?;
        s.add_membership(object_id(10), object_id(3), Relation::Member, at(1))?;
        // Groups may be nested.
        s.add_membership(object_id(10), object_id(11), Relation::Member, at(1))?;
        s.add_membership(object_id(11), object_id(6), Relation::Member, at(1))?;
        for n in 1..4 {
            let mut settings = RoleSettings::default_for(role_id(n));
            settings.activation.approval.first_stage.primary_approvers = match n {
                1 => vec![Approver::User {
                    id: object_id(2),
                    description: None,
                }],
                2 => vec![Approver::Group {
                    id: object_id(10),
                    description: None,
                }],
                _ => Vec::new(),
            };
            s.insert_policy(
                &Policy {
                    id: PolicyId::new(Uuid::from_u128(n)),
                    role_definition_id: role_id(n),
                    settings,
                    version: 1,
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
    let listed = |collection, perspective| {
        let asked = Asked {
            page_size: 1,
            ..Asked::all(collection, 20)
        };
        ids(&pages(&world, &asked.by(perspective), &BoundQuery::default()))
    };
    let seen = |perspective| listed(REQUESTS, perspective);
    let approver = |user, is_default_approver| Perspective::Approver {
        user: object_id(user),
        is_default_approver,
    };
    assert_eq!(
        seen(Perspective::Principal(object_id(1))),
        grant_ids(&[1, 2, 3, 5])
    );
    assert_eq!(seen(Perspective::CreatedBy(object_id(1))), grant_ids(&[1, 2, 3]));
    assert_eq!(seen(Perspective::CreatedBy(object_id(4))), grant_ids(&[5]));
    assert_eq!(seen(approver(2, false)), grant_ids(&[1]), "never one's own");
    assert_eq!(seen(approver(3, false)), grant_ids(&[2]), "through the group");
    assert_eq!(seen(approver(5, false)), grant_ids(&[]));
    assert_eq!(seen(approver(5, true)), grant_ids(&[3]), "where nobody is named");
    assert_eq!(
        seen(approver(1, true)),
        grant_ids(&[]),
        "nor one's own where nobody is"
    );
    assert_eq!(seen(approver(6, false)), grant_ids(&[2]), "through nested groups");

    // Approvals are the requests that need one, in whoever's hands they are.
    let involved = |user, is_default_approver| Perspective::Involved {
        user: object_id(user),
        is_default_approver,
    };
    for (perspective, expected) in [
        (Perspective::Everyone, &[1, 2, 3, 4][..]),
        (Perspective::Principal(object_id(2)), &[4]),
        (Perspective::CreatedBy(object_id(1)), &[1, 2, 3]),
        (approver(2, false), &[1]),
        (involved(2, false), &[1, 4]),
        (involved(1, true), &[1, 2, 3]),
        (involved(6, false), &[2]),
        (involved(5, false), &[]),
    ] {
        let found = listed(Collection::Approvals, perspective);
        assert_eq!(found, grant_ids(expected), "{perspective:?}");
    }

    // What somebody decided stays theirs to see when they approve no longer, also beside what they
    // would not see otherwise.
    world.write(|s| {
        s.insert_review(&review(3, 5, Verdict::Deny))?;
        s.remove_membership(object_id(10), object_id(3), Relation::Member, at(9))?;
        s.insert_review(&review(2, 3, Verdict::Approve)).map(drop)
    });
    assert_eq!(seen(approver(5, false)), grant_ids(&[3]));
    assert_eq!(seen(approver(3, false)), grant_ids(&[2]));
    assert_eq!(listed(Collection::Approvals, involved(5, false)), grant_ids(&[3]));
}

/// A role with two stages, and what waits for it.
#[test]
fn approvers_of_any_stage_see_a_request_and_no_account_of_the_person_it_is_for_does() {
    let world = World::new();
    world.populate(1..9, 1..2);
    let user_approver = |n| Approver::User {
        id: object_id(n),
        description: None,
    };
    let stage = |primary: &[u128], escalation: &[u128]| ApprovalStage {
        primary_approvers: primary.iter().map(|n| user_approver(*n)).collect(),
        is_escalation_enabled: !escalation.is_empty(),
        escalation_time_in_minutes: 5,
        escalation_approvers: escalation.iter().map(|n| user_approver(*n)).collect(),
        ..ApprovalStage::default()
    };
    let mut policy = Policy {
        id: PolicyId::new(Uuid::from_u128(1)),
        role_definition_id: role_id(1),
        settings: RoleSettings::default_for(role_id(1)),
        version: 1,
        last_modified_at: None,
        last_modified_by: None,
    };
    let approval = &mut policy.settings.activation.approval;
    approval.first_stage = stage(&[2, 3], &[]);
    approval.further_stages = vec![stage(&[4, 2], &[5])];
    let first = policy.clone();
    world.write(move |s| {
        s.insert_policy(&first, at(1))?;
        let mut one = request(1, 1, 1);
        one.needs_approval = true;
        s.insert_request(&one)
    });
    let sees = |user, is_default_approver| {
        let perspectives = [
            Perspective::Approver {
                user: object_id(user),
                is_default_approver,
            },
            Perspective::Involved {
                user: object_id(user),
                is_default_approver,
            },
        ];
        perspectives.map(|perspective| {
            let asked = Asked::all(Collection::Approvals, 20).by(perspective);
            !pages(&world, &asked, &BoundQuery::default()).is_empty()
        })
    };
    for (user, expected) in [(2, true), (3, true), (4, true), (5, true), (6, false)] {
        assert_eq!(sees(user, false), [expected; 2], "{user}");
    }
    assert_eq!(sees(6, true), [false; 2], "each stage names somebody");

    // Users 1 and 4 are one person.
    world.write(|s| {
        for n in [1, 4] {
            let mut account = user(n);
            if let ObjectBody::User(body) = &mut account.body {
                body.employee_id = Some("7".to_owned());
            }
            s.update_object(&account)?;
        }
        Ok(())
    });
    assert_eq!(sees(4, false), [false; 2], "I3");
    assert_eq!(sees(1, false), [false, true], "their own");
    assert_eq!(sees(5, false), [true; 2]);

    // A stage that names nobody is the administrators', whatever the other does.
    policy.settings.activation.approval.further_stages = vec![stage(&[], &[])];
    policy.version = 2;
    world.write(move |s| s.supersede_policy(&policy, at(2)));
    assert_eq!(sees(6, true), [true; 2]);
    assert_eq!(sees(6, false), [false; 2]);
    assert_eq!(sees(5, false), [false; 2], "named no more");
    assert_eq!(sees(4, true), [false; 2], "I3");
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
        let asked = Asked {
            page_size: 1,
            ..Asked::all(collection, 1)
        };
        ids(&pages(&world, &asked.by(perspective), &BoundQuery::default()))
    };
    let numbers = |all: &[u128]| all.iter().map(|n| object_id(*n).uuid()).collect::<Vec<_>>();
    let everyone = Perspective::Everyone;
    assert_eq!(seen(Collection::Users, everyone), numbers(&[1, 2, 3]));
    assert_eq!(seen(Collection::Groups, everyone), numbers(&[10]));
    assert_eq!(seen(Collection::AdministrativeUnits, everyone), numbers(&[11]));
    assert_eq!(seen(Collection::ServicePrincipals, everyone), numbers(&[12]));
    assert_eq!(
        seen(Collection::DirectoryObjects, everyone),
        numbers(&[1, 2, 3, 10, 11, 12])
    );
    let related = |relation| Perspective::RelatedTo {
        container: object_id(10),
        relation,
    };
    assert_eq!(
        seen(Collection::DirectoryObjects, related(Relation::Member)),
        numbers(&[1, 12])
    );
    assert_eq!(seen(Collection::Users, related(Relation::Member)), numbers(&[1]));
    assert_eq!(
        seen(Collection::DirectoryObjects, related(Relation::Owner)),
        numbers(&[2])
    );
    assert_eq!(
        seen(
            Collection::DirectoryObjects,
            Perspective::Containing(object_id(1))
        ),
        numbers(&[10, 11])
    );
    let is_group = filtered(Expr::IsOf(ObjectKind::Group.as_str().to_owned()));
    let found = pages(&world, &Asked::all(Collection::DirectoryObjects, 1), &is_group);
    assert_eq!(ids(&found), numbers(&[10]));
}
