//! A world with a little of everything, and the same in memory.

use std::sync::Arc;

use model::directory::Relation;
use model::query::{Collection, Field, Nav};
use model::record::{GrantRecord, Record};
use model::{
    DirectoryObject, DirectoryScope, EndCause, Grant, GrantKind, GrantOrigin, MemberType, ObjectBody,
    ObjectId, RequestStatus, RoleDefinition, ScheduleRequest,
};
use odata::bound::{Comparison, Expr, Literal};
use odata::eval::holds;

use super::NOW;
use super::filters::TEXTS;
use super::rows::Seen;
use crate::world::*;

/// A world with a little of everything, and the same in memory.
pub struct Sample {
    pub world: World,
    objects: Vec<DirectoryObject>,
    roles: Vec<RoleDefinition>,
    grants: Vec<Grant>,
    requests: Vec<ScheduleRequest>,
}

impl Sample {
    pub fn new() -> Self {
        let (objects, roles) = (objects(), (0..4).map(role).collect::<Vec<_>>());
        let (grants, requests) = (grants(), requests());
        let world = World::new();
        let (a, b, c, d) = (objects.clone(), roles.clone(), grants.clone(), requests.clone());
        world.write(move |s| {
            a.iter().try_for_each(|one| s.insert_object(one))?;
            b.iter().try_for_each(|one| s.insert_role(one))?;
            c.iter().try_for_each(|one| s.insert_grant(one))?;
            d.iter().try_for_each(|one| s.insert_request(one))?;
            s.add_membership(object_id(8), object_id(1), Relation::Member, at(1))?;
            s.delete_object(object_id(5), at(2))
        });
        Self {
            world,
            objects,
            roles,
            grants,
            requests,
        }
    }

    fn object(&self, id: ObjectId) -> Option<&DirectoryObject> {
        let deleted = object_id(5);
        self.objects.iter().find(|one| one.id == id && id != deleted)
    }

    /// What the collection holds, unfiltered, seen as a filter's conjuncts have it.
    pub fn records(&self, collection: Collection, filter: &Expr) -> Vec<Record> {
        let now = at(NOW);
        match collection {
            Collection::ScheduleRequests(kind) => {
                let of_kind = self.requests.iter().filter(|one| one.kind == kind);
                of_kind
                    .map(|one| Record::ScheduleRequest(Box::new(self.request_record(one))))
                    .collect()
            }
            Collection::Schedules(kind) => {
                let seen = self
                    .grants_seen_by(kind, filter)
                    .filter(|one| one.grant.is_current(now));
                seen.map(|one| Record::Schedule(Box::new(one))).collect()
            }
            Collection::ScheduleInstances(kind) => {
                let seen = self
                    .grants_seen_by(kind, filter)
                    .filter(|one| one.grant.is_in_force(now));
                seen.map(|one| Record::ScheduleInstance(Box::new(one))).collect()
            }
            _ => {
                let objects = self.objects.iter().filter(|one| one.id != object_id(5));
                objects
                    .map(|one| Record::DirectoryObject(Arc::new(one.clone())))
                    .collect()
            }
        }
    }

    fn request_record(&self, stored: &ScheduleRequest) -> model::record::RequestRecord {
        let status = stored.status_at(at(NOW));
        let is_current = |id| {
            self.grants
                .iter()
                .any(|grant| grant.id == id && grant.is_current(at(NOW)))
        };
        let waits = matches!(
            status,
            RequestStatus::PendingApproval | RequestStatus::PendingAdminDecision
        );
        let target_schedule_id = stored.target_schedule_id.filter(|id| waits || is_current(*id));
        model::record::RequestRecord {
            request: ScheduleRequest {
                status,
                target_schedule_id,
                ..stored.clone()
            },
        }
    }

    fn grants_seen_by(&self, kind: GrantKind, filter: &Expr) -> impl Iterator<Item = GrantRecord> {
        let mut pinned = filter.conjuncts().iter().filter_map(|part| match part {
            Expr::Compare(operand, Comparison::Eq, Literal::Guid(id))
                if matches!(
                    (operand.path.navs.as_slice(), operand.path.field),
                    ([], Field::PrincipalId) | ([Nav::Principal], Field::Id)
                ) =>
            {
                Some(ObjectId::new(*id))
            }
            _ => None,
        });
        let viewer = pinned.next_back().filter(|id| {
            self.object(*id)
                .is_some_and(|one| matches!(one.body, ObjectBody::User(_)))
        });
        self.grants
            .iter()
            .filter(move |grant| grant.kind == kind)
            .filter_map(move |grant| {
                let through_group = viewer == Some(object_id(1)) && grant.principal_id == object_id(8);
                let principal_id = match viewer {
                    Some(viewer) if through_group || grant.principal_id == viewer => viewer,
                    Some(_) => return None,
                    None => grant.principal_id,
                };
                Some(GrantRecord {
                    grant: *grant,
                    principal_id,
                    member_type: if through_group {
                        MemberType::Group
                    } else {
                        MemberType::Direct
                    },
                    read_at: at(NOW),
                })
            })
    }

    pub fn fulfils(&self, record: &Record, filter: &Expr) -> bool {
        let (principal, role) = match record {
            Record::ScheduleRequest(one) => (
                Some(one.request.principal_id),
                Some(one.request.role_definition_id),
            ),
            Record::Schedule(one) | Record::ScheduleInstance(one) => {
                (Some(one.principal_id), Some(one.grant.role_definition_id))
            }
            _ => (None, None),
        };
        let seen = Seen {
            record,
            principal: principal.and_then(|id| self.object(id)),
            role: role.and_then(|id| self.roles.iter().find(|role| role.id == id)),
        };
        holds(filter, &seen)
    }
}

fn objects() -> Vec<DirectoryObject> {
    let mut all = vec![group(8, true), group(9, false), unit(10), service_principal(11)];
    for n in 0..8_u128 {
        let mut one = user(n);
        let text = TEXTS[usize::try_from(n).unwrap()];
        one.display_name = text.to_owned();
        one.created_at = at(i64::try_from(n).unwrap() * 7);
        one.description = (n % 2 == 0).then(|| TEXTS[usize::try_from(n).unwrap() + 6].to_owned());
        if let ObjectBody::User(user) = &mut one.body {
            user.account_enabled = n % 3 != 0;
            user.mail = (n % 3 == 1).then(|| text.to_owned());
            user.department = (n % 4 == 1).then(|| "Ab".to_owned());
        }
        all.push(one);
    }
    for object in &mut all {
        if let ObjectBody::Group(group) = &mut object.body
            && group.is_assignable_to_role
        {
            group.group_types = vec!["A".to_owned(), "Role 1".to_owned()];
        }
    }
    all
}

fn grants() -> Vec<Grant> {
    (0..40_u128)
        .map(|n| {
            let number = i64::try_from(n).unwrap();
            Grant {
                kind: if n % 4 == 3 {
                    GrantKind::Eligibility
                } else {
                    GrantKind::Assignment
                },
                scope: match n % 5 {
                    0 => DirectoryScope::AdministrativeUnit(object_id(10)),
                    1 => DirectoryScope::Object(object_id(11)),
                    _ => DirectoryScope::Tenant,
                },
                window: window(number * 2, (n % 3 != 0).then_some(number * 2 + 40)),
                ended: (n % 6 == 5).then_some(ended(number, EndCause::Removed)),
                origin: if n % 7 == 2 {
                    GrantOrigin::OutsidePim
                } else {
                    grant(n, 0, 0).origin
                },
                created_at: at(number),
                activated_using: (n > 10 && n % 5 == 4).then(|| grant_id(3)),
                ..grant(n, n % 10, n % 4)
            }
        })
        .collect()
}

fn requests() -> Vec<ScheduleRequest> {
    (0..40_u128)
        .map(|n| {
            let number = i64::try_from(n).unwrap();
            let mut one = request(n, n % 10, n % 4);
            one.status = RequestStatus::ALL[usize::try_from(n).unwrap() % RequestStatus::ALL.len()];
            one.created_at = at(number);
            one.completed_at = (n % 3 == 0).then(|| at(number));
            one.justification =
                (n % 2 == 0).then(|| TEXTS[usize::try_from(n).unwrap() % TEXTS.len()].to_owned());
            one.needs_approval = n % 4 == 2;
            one.lapses_at = (n % 5 != 0).then(|| at(number * 2));
            one.created_by = object_id(n % 3);
            one.schedule = (n % 7 != 6).then(|| model::ScheduleInfo {
                start: Some(at(number * 2)),
                expiration: model::Expiration::NoExpiration,
            });
            one
        })
        .collect()
}
