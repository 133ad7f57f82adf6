//! Random filters over random rows: the database answers as `odata::eval` does over the same rows in
//! memory.

use model::directory::Relation;
use model::query::{Collection, Field, Nav};
use model::record::{GrantRecord, Record};
use model::{
    DirectoryObject, DirectoryScope, EndCause, Grant, GrantKind, GrantOrigin, Instant, MemberType,
    ObjectBody, ObjectId, RequestStatus, RoleDefinition, ScheduleRequest,
};
use odata::bound::{
    BoundQuery, Collation, Comparison, Expr, Fold, Literal, Match, Operand, Path,
};
use odata::eval::{Row, holds};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::lists::{Asked, pages};
use crate::world::*;

const NOW: i64 = 50;

/// Rows as the oracle sees them, with what their navigations lead to.
struct Seen<'a> {
    record: &'a Record,
    principal: Option<&'a DirectoryObject>,
    role: Option<&'a RoleDefinition>,
}

impl Row for Seen<'_> {
    fn value(&self, path: &Path) -> Literal {
        match path.navs.as_slice() {
            [] => of_record(self.record, path.field),
            [Nav::Principal] => self.principal.map_or(Literal::Null, |one| of_object(one, path.field)),
            [Nav::RoleDefinition] => self.role.map_or(Literal::Null, |role| of_role(role, path.field)),
            other => panic!("{other:?}"),
        }
    }

    fn any(&self, field: Field, holds: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        assert_eq!(field, Field::GroupTypes);
        let Record::DirectoryObject(object) = self.record else {
            panic!("{:?}", self.record)
        };
        match &object.body {
            ObjectBody::Group(group) => group.group_types.iter().any(|text| holds(&Element(text))),
            _ => false,
        }
    }

    fn is_of(&self, name: &str) -> bool {
        matches!(self.record, Record::DirectoryObject(object) if object.kind().as_str() == name)
    }
}

struct Element<'a>(&'a str);

impl Row for Element<'_> {
    fn value(&self, _: &Path) -> Literal {
        text(self.0)
    }

    fn any(&self, _: Field, _: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        false
    }

    fn is_of(&self, _: &str) -> bool {
        false
    }
}

fn text(text: impl ToString) -> Literal {
    Literal::Text(text.to_string())
}

fn optional(value: Option<impl ToString>) -> Literal {
    value.map_or(Literal::Null, text)
}

fn instant(at: Option<Instant>) -> Literal {
    at.map_or(Literal::Null, Literal::Instant)
}

fn of_record(record: &Record, field: Field) -> Literal {
    match record {
        Record::ScheduleRequest(record) => of_request(&record.request, field),
        Record::Schedule(record) => match field {
            Field::Id => text(record.grant.schedule_id()),
            Field::Status if record.grant.window.start <= at(NOW) => text("Provisioned"),
            Field::Status => text("Granted"),
            Field::CreatedUsing => optional(made_by(&record.grant)),
            Field::CreatedDateTime => {
                instant(made_by(&record.grant).map(|_| record.grant.created_at))
            }
            field => of_grant(record, field),
        },
        Record::ScheduleInstance(record) => match field {
            Field::Id => text(record.instance_id()),
            Field::ScheduleId => text(record.grant.schedule_id()),
            Field::StartDateTime => instant(made_by(&record.grant).map(|_| record.grant.window.start)),
            Field::EndDateTime => instant(record.grant.window.end),
            field => of_grant(record, field),
        },
        Record::DirectoryObject(object) => of_object(object, field),
        other => panic!("{other:?}"),
    }
}

fn made_by(grant: &Grant) -> Option<model::RequestId> {
    match grant.origin {
        GrantOrigin::Request(id) => Some(id),
        GrantOrigin::OutsidePim => None,
    }
}

fn of_grant(record: &GrantRecord, field: Field) -> Literal {
    match field {
        Field::PrincipalId => text(record.principal_id),
        Field::RoleDefinitionId => text(record.grant.role_definition_id),
        Field::DirectoryScopeId => text(record.grant.scope),
        Field::AppScopeId => Literal::Null,
        Field::AssignmentType => text(record.grant.assignment_type()),
        Field::MemberType => text(record.member_type),
        other => panic!("{other:?}"),
    }
}

fn of_request(request: &ScheduleRequest, field: Field) -> Literal {
    match field {
        Field::Id => text(request.id),
        Field::Status => text(request.status),
        Field::CreatedDateTime => Literal::Instant(request.created_at),
        Field::CompletedDateTime => instant(request.completed_at),
        Field::ApprovalId => optional(request.needs_approval.then_some(request.id)),
        Field::Action => text(request.action),
        Field::PrincipalId => text(request.principal_id),
        Field::RoleDefinitionId => text(request.role_definition_id),
        Field::DirectoryScopeId => text(request.scope),
        Field::IsValidationOnly => Literal::Bool(false),
        Field::TargetScheduleId => optional(request.target_schedule_id),
        Field::Justification => optional(request.justification.as_deref()),
        Field::CreatedByUserId => text(request.created_by),
        other => panic!("{other:?}"),
    }
}

fn of_object(object: &DirectoryObject, field: Field) -> Literal {
    match (field, &object.body) {
        (Field::Id, _) => text(object.id),
        (Field::DisplayName, _) => text(&object.display_name),
        (Field::Description, _) => optional(object.description.as_deref()),
        (Field::CreatedDateTime, _) => Literal::Instant(object.created_at),
        (Field::UserPrincipalName, ObjectBody::User(user)) => text(&user.user_principal_name),
        (Field::Mail, ObjectBody::User(user)) => optional(user.mail.as_deref()),
        (Field::Department, ObjectBody::User(user)) => optional(user.department.as_deref()),
        (Field::AccountEnabled, ObjectBody::User(user)) => Literal::Bool(user.account_enabled),
        (Field::IsAssignableToRole, ObjectBody::Group(group)) => Literal::Bool(group.is_assignable_to_role),
        (Field::AccountEnabled, ObjectBody::ServicePrincipal(app)) => Literal::Bool(app.account_enabled),
        (Field::AppId, ObjectBody::ServicePrincipal(app)) => text(app.app_id),
        _ => Literal::Null,
    }
}

fn of_role(role: &RoleDefinition, field: Field) -> Literal {
    match field {
        Field::Id => text(role.id),
        Field::DisplayName => text(&role.display_name),
        Field::IsBuiltIn => Literal::Bool(role.is_built_in),
        other => panic!("{other:?}"),
    }
}

const TEXTS: [&str; 14] = [
    "", "a", "A", "Ab", "aB", "%", "_", "Role 1", "role 1", " x ", "Ärger", "ärger", "e'\"\\", "\u{10ffff}",
];

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        (0..12_u128).prop_map(|n| object_id(n).to_string()),
        (0..40_u128).prop_map(|n| grant_id(n).to_string()),
        (0..40_u128, 0..12_u128, 0..4_u128).prop_map(|(n, p, r)| grant(n, p, r).derived_id()),
        proptest::sample::select(
            &["Provisioned", "Granted", "PendingApproval", "Denied", "Direct", "Group", "Activated", "/", "selfActivate"][..]
        )
        .prop_map(str::to_owned),
    ]
}

fn a_guid() -> impl Strategy<Value = uuid::Uuid> {
    prop_oneof![
        (0..12_u128).prop_map(|n| object_id(n).uuid()),
        (0..4_u128).prop_map(|n| role_id(n).uuid()),
        (0..40_u128).prop_map(|n| grant_id(n).uuid()),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Type {
    Text(Field),
    Guid(Field),
    Time(Field),
    Flag(Field),
}

fn properties(collection: Collection) -> Vec<(Vec<Nav>, Type)> {
    use Field as F;
    use Type as T;
    let own: &[Type] = match collection {
        Collection::ScheduleRequests(_) => &[
            T::Guid(F::Id), T::Text(F::Status), T::Time(F::CreatedDateTime), T::Time(F::CompletedDateTime),
            T::Guid(F::ApprovalId), T::Text(F::Action), T::Guid(F::PrincipalId), T::Guid(F::RoleDefinitionId),
            T::Text(F::DirectoryScopeId), T::Flag(F::IsValidationOnly), T::Guid(F::TargetScheduleId),
            T::Text(F::Justification), T::Guid(F::CreatedByUserId), T::Text(F::Status),
        ],
        Collection::Schedules(_) => &[
            T::Guid(F::Id), T::Text(F::Status), T::Guid(F::CreatedUsing), T::Time(F::CreatedDateTime),
            T::Guid(F::PrincipalId), T::Guid(F::RoleDefinitionId), T::Text(F::DirectoryScopeId),
            T::Text(F::AppScopeId), T::Text(F::AssignmentType), T::Text(F::MemberType),
        ],
        Collection::ScheduleInstances(_) => &[
            T::Guid(F::Id), T::Guid(F::ScheduleId), T::Time(F::StartDateTime), T::Time(F::EndDateTime),
            T::Guid(F::PrincipalId), T::Guid(F::RoleDefinitionId), T::Text(F::AssignmentType), T::Text(F::MemberType),
        ],
        _ => &[
            T::Guid(F::Id), T::Text(F::DisplayName), T::Text(F::Description), T::Time(F::CreatedDateTime),
            T::Text(F::UserPrincipalName), T::Text(F::Mail), T::Text(F::Department), T::Flag(F::AccountEnabled),
            T::Flag(F::IsAssignableToRole), T::Guid(F::AppId),
        ],
    };
    let mut all: Vec<_> = own.iter().map(|one| (Vec::new(), *one)).collect();
    if collection != Collection::DirectoryObjects {
        let principal = [T::Guid(F::Id), T::Text(F::DisplayName), T::Text(F::Mail), T::Flag(F::AccountEnabled)];
        all.extend(principal.map(|one| (vec![Nav::Principal], one)));
        let role = [T::Guid(F::Id), T::Text(F::DisplayName), T::Flag(F::IsBuiltIn)];
        all.extend(role.map(|one| (vec![Nav::RoleDefinition], one)));
    }
    all
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};
    proptest::sample::select(vec![Eq, Eq, Ne, Gt, Ge, Lt, Le])
}

fn a_leaf(collection: Collection) -> BoxedStrategy<Expr> {
    let compare = proptest::sample::select(properties(collection)).prop_flat_map(|(navs, of)| {
        let operand = move |field, collation, folds| Operand {
            path: Path { navs: navs.clone(), field, collation },
            folds,
        };
        match of {
            Type::Text(field) => {
                let folds = proptest::collection::vec(proptest::sample::select(vec![Fold::Lower, Fold::Upper, Fold::Trim]), 0..3);
                let collation = proptest::sample::select(vec![Collation::Exact, Collation::IgnoreCase]);
                (folds, collation, a_text(), 0..6_u8, comparison(), proptest::collection::vec(a_text(), 0..4))
                    .prop_map(move |(folds, collation, text, form, comparison, several)| {
                        let operand = operand(field, collation, folds);
                        match form {
                            0 => Expr::Match(Match::StartsWith, operand, text),
                            1 => Expr::Match(Match::EndsWith, operand, text),
                            2 => Expr::Match(Match::Contains, operand, text),
                            3 => Expr::In(operand, several.into_iter().map(Literal::Text).collect()),
                            4 => Expr::Compare(operand, if comparison == Comparison::Eq { Comparison::Eq } else { Comparison::Ne }, Literal::Null),
                            _ => Expr::Compare(operand, comparison, Literal::Text(text)),
                        }
                    })
                    .boxed()
            }
            Type::Guid(field) => {
                let literal = prop_oneof![
                    3 => a_guid().prop_map(Literal::Guid),
                    1 => a_text().prop_filter("a GUID is bound as one", |text| model::ids::parse_guid(text).is_err()).prop_map(Literal::Text),
                    1 => Just(Literal::Null),
                ];
                let operand = operand(field, Collation::IgnoreCase, Vec::new());
                (any::<bool>(), proptest::collection::vec(literal.clone(), 0..3), literal, 0..4_u8, a_text())
                    .prop_map(move |(is_equal, several, literal, form, text)| match form {
                        0 => Expr::In(operand.clone(), several),
                        1 => Expr::Match(Match::StartsWith, operand.clone(), text),
                        _ => {
                            let comparison = if is_equal { Comparison::Eq } else { Comparison::Ne };
                            Expr::Compare(operand.clone(), comparison, literal)
                        }
                    })
                    .boxed()
            }
            Type::Time(field) => {
                let operand = operand(field, Collation::Exact, Vec::new());
                (comparison(), 0..60_i64)
                    .prop_map(move |(comparison, micros)| Expr::Compare(operand.clone(), comparison, Literal::Instant(at(micros))))
                    .boxed()
            }
            Type::Flag(field) => {
                let operand = operand(field, Collation::Exact, Vec::new());
                (any::<bool>(), any::<bool>())
                    .prop_map(move |(is_equal, value)| {
                        let comparison = if is_equal { Comparison::Eq } else { Comparison::Ne };
                        Expr::Compare(operand.clone(), comparison, Literal::Bool(value))
                    })
                    .boxed()
            }
        }
    });
    if collection != Collection::DirectoryObjects {
        return prop_oneof![20 => compare, 1 => any::<bool>().prop_map(Expr::Constant)].boxed();
    }
    let element = (any::<bool>(), a_text(), 0..3_u8).prop_map(|(is_equal, text, form)| {
        let operand = Operand {
            path: Path { navs: Vec::new(), field: Field::GroupType, collation: Collation::IgnoreCase },
            folds: Vec::new(),
        };
        let comparison = if is_equal { Comparison::Eq } else { Comparison::Ne };
        let predicate = (form > 0).then(|| Box::new(Expr::Compare(operand, comparison, Literal::Text(text))));
        Expr::Any(Field::GroupTypes, predicate)
    });
    let is_of = proptest::sample::select(vec!["user", "group", "device"]).prop_map(|name| Expr::IsOf(name.to_owned()));
    prop_oneof![10 => compare, 2 => element, 1 => is_of].boxed()
}

fn a_filter(collection: Collection) -> impl Strategy<Value = Expr> {
    a_leaf(collection).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::Or),
            inner.prop_map(|part| Expr::Not(Box::new(part))),
        ]
    })
}

/// A world with a little of everything, and the same in memory.
struct Sample {
    world: World,
    objects: Vec<DirectoryObject>,
    roles: Vec<RoleDefinition>,
    grants: Vec<Grant>,
    requests: Vec<ScheduleRequest>,
}

impl Sample {
    fn new() -> Self {
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
        Self { world, objects, roles, grants, requests }
    }

    fn object(&self, id: ObjectId) -> Option<&DirectoryObject> {
        let deleted = object_id(5);
        self.objects.iter().find(|one| one.id == id && id != deleted)
    }

    /// What the collection holds, unfiltered, seen as a filter's conjuncts have it.
    fn records(&self, collection: Collection, filter: &Expr) -> Vec<Record> {
        let now = at(NOW);
        match collection {
            Collection::ScheduleRequests(kind) => {
                let of_kind = self.requests.iter().filter(|one| one.kind == kind);
                of_kind.map(|one| Record::ScheduleRequest(Box::new(self.request_record(one)))).collect()
            }
            Collection::Schedules(kind) => {
                let seen = self.grants_seen_by(kind, filter).filter(|one| one.grant.is_current(now));
                seen.map(|one| Record::Schedule(Box::new(one))).collect()
            }
            Collection::ScheduleInstances(kind) => {
                let seen = self.grants_seen_by(kind, filter).filter(|one| one.grant.is_in_force(now));
                seen.map(|one| Record::ScheduleInstance(Box::new(one))).collect()
            }
            _ => {
                let objects = self.objects.iter().filter(|one| one.id != object_id(5));
                objects.map(|one| Record::DirectoryObject(Box::new(one.clone()))).collect()
            }
        }
    }

    fn request_record(&self, stored: &ScheduleRequest) -> model::record::RequestRecord {
        let status = stored.status_at(at(NOW));
        let is_current = |id| self.grants.iter().any(|grant| grant.id == id && grant.is_current(at(NOW)));
        let waits = matches!(status, RequestStatus::PendingApproval | RequestStatus::PendingAdminDecision);
        let target_schedule_id = stored.target_schedule_id.filter(|id| waits || is_current(*id));
        model::record::RequestRecord {
            request: ScheduleRequest { status, target_schedule_id, ..stored.clone() },
        }
    }

    fn grants_seen_by(&self, kind: GrantKind, filter: &Expr) -> impl Iterator<Item = GrantRecord> {
        let pinned = filter.conjuncts().iter().filter_map(|part| match part {
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
        let viewer = pinned.last().filter(|id| {
            self.object(*id).is_some_and(|one| matches!(one.body, ObjectBody::User(_)))
        });
        self.grants.iter().filter(move |grant| grant.kind == kind).filter_map(move |grant| {
            let through_group = viewer == Some(object_id(1)) && grant.principal_id == object_id(8);
            let principal_id = match viewer {
                Some(viewer) if through_group || grant.principal_id == viewer => viewer,
                Some(_) => return None,
                None => grant.principal_id,
            };
            Some(GrantRecord {
                grant: *grant,
                principal_id,
                member_type: if through_group { MemberType::Group } else { MemberType::Direct },
                read_at: at(NOW),
            })
        })
    }

    fn fulfils(&self, record: &Record, filter: &Expr) -> bool {
        let (principal, role) = match record {
            Record::ScheduleRequest(one) => (Some(one.request.principal_id), Some(one.request.role_definition_id)),
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

/// The keys of rows, for messages.
fn names(records: &[Record]) -> Vec<Literal> {
    records.iter().map(|record| of_record(record, Field::Id)).collect()
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
        if let ObjectBody::Group(group) = &mut object.body {
            if group.is_assignable_to_role {
                group.group_types = vec!["A".to_owned(), "Role 1".to_owned()];
            }
        }
    }
    all
}

fn grants() -> Vec<Grant> {
    (0..40_u128)
        .map(|n| {
            let number = i64::try_from(n).unwrap();
            Grant {
                kind: if n % 4 == 3 { GrantKind::Eligibility } else { GrantKind::Assignment },
                scope: match n % 5 {
                    0 => DirectoryScope::AdministrativeUnit(object_id(10)),
                    1 => DirectoryScope::Object(object_id(11)),
                    _ => DirectoryScope::Tenant,
                },
                window: window(number * 2, (n % 3 != 0).then_some(number * 2 + 40)),
                ended: (n % 6 == 5).then_some(ended(number, EndCause::Removed)),
                origin: if n % 7 == 2 { GrantOrigin::OutsidePim } else { grant(n, 0, 0).origin },
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
            one.justification = (n % 2 == 0).then(|| TEXTS[usize::try_from(n).unwrap() % TEXTS.len()].to_owned());
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

#[test]
fn the_database_answers_as_the_rows_in_memory_do() {
    let sample = Sample::new();
    for collection in [
        Collection::Schedules(GrantKind::Assignment),
        Collection::Schedules(GrantKind::Eligibility),
        Collection::ScheduleInstances(GrantKind::Assignment),
        Collection::ScheduleRequests(GrantKind::Assignment),
        Collection::DirectoryObjects,
    ] {
        let config = Config { failure_persistence: None, cases: 20000, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha));
        let checked = runner.run(&a_filter(collection), |filter| {
            let mut expected = sample.records(collection, &filter);
            expected.retain(|record| sample.fulfils(record, &filter));
            let query = BoundQuery { filter: Some(filter), count: true, ..BoundQuery::default() };
            let asked = Asked { page_size: 5, ..Asked::all(collection, NOW) };
            let mut found = pages(&sample.world, &asked, &query);
            let key = |record: &Record| format!("{record:?}");
            found.sort_by_key(key);
            expected.sort_by_key(key);
            prop_assert!(found == expected, "{:?} instead of {:?}", names(&found), names(&expected));
            Ok(())
        });
        if let Err(failure) = checked {
            panic!("{collection:?}: {failure}");
        }
    }
}
