//! Random filters.

use model::query::{Collection, Field, Nav};
use odata::bound::{Collation, Comparison, Expr, Fold, Literal, Match, Operand, Path};
use proptest::prelude::*;

use crate::world::*;

pub const TEXTS: [&str; 14] = [
    "",
    "a",
    "A",
    "Ab",
    "aB",
    "%",
    "_",
    "Role 1",
    "role 1",
    " x ",
    "Ärger",
    "ärger",
    "e'\"\\",
    "\u{10ffff}",
];

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        (0..12_u128).prop_map(|n| object_id(n).to_string()),
        (0..40_u128).prop_map(|n| grant_id(n).to_string()),
        (0..40_u128, 0..12_u128, 0..4_u128).prop_map(|(n, p, r)| grant(n, p, r).derived_id()),
        proptest::sample::select(
            &[
                "Provisioned",
                "Granted",
                "PendingApproval",
                "Denied",
                "Direct",
                "Group",
                "Activated",
                "/",
                "selfActivate"
            ][..]
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
            T::Guid(F::Id),
            T::Text(F::Status),
            T::Time(F::CreatedDateTime),
            T::Time(F::CompletedDateTime),
            T::Guid(F::ApprovalId),
            T::Text(F::Action),
            T::Guid(F::PrincipalId),
            T::Guid(F::RoleDefinitionId),
            T::Text(F::DirectoryScopeId),
            T::Flag(F::IsValidationOnly),
            T::Guid(F::TargetScheduleId),
            T::Text(F::Justification),
            T::Guid(F::CreatedByUserId),
            T::Text(F::Status),
        ],
        Collection::Schedules(_) => &[
            T::Guid(F::Id),
            T::Text(F::Status),
            T::Guid(F::CreatedUsing),
            T::Time(F::CreatedDateTime),
            T::Guid(F::PrincipalId),
            T::Guid(F::RoleDefinitionId),
            T::Text(F::DirectoryScopeId),
            T::Text(F::AppScopeId),
            T::Text(F::AssignmentType),
            T::Text(F::MemberType),
        ],
        Collection::ScheduleInstances(_) => &[
            T::Guid(F::Id),
            T::Guid(F::ScheduleId),
            T::Time(F::StartDateTime),
            T::Time(F::EndDateTime),
            T::Guid(F::PrincipalId),
            T::Guid(F::RoleDefinitionId),
            T::Text(F::AssignmentType),
            T::Text(F::MemberType),
        ],
        _ => &[
            T::Guid(F::Id),
            T::Text(F::DisplayName),
            T::Text(F::Description),
            T::Time(F::CreatedDateTime),
            T::Text(F::UserPrincipalName),
            T::Text(F::Mail),
            T::Text(F::Department),
            T::Flag(F::AccountEnabled),
            T::Flag(F::IsAssignableToRole),
            T::Guid(F::AppId),
        ],
    };
    let mut all: Vec<_> = own.iter().map(|one| (Vec::new(), *one)).collect();
    if collection != Collection::DirectoryObjects {
        let principal = [
            T::Guid(F::Id),
            T::Text(F::DisplayName),
            T::Text(F::Mail),
            T::Flag(F::AccountEnabled),
        ];
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
            path: Path {
                navs: Vec::new(),
                field: Field::GroupType,
                collation: Collation::IgnoreCase,
            },
            folds: Vec::new(),
        };
        let comparison = if is_equal { Comparison::Eq } else { Comparison::Ne };
        let predicate = (form > 0).then(|| Box::new(Expr::Compare(operand, comparison, Literal::Text(text))));
        Expr::Any(Field::GroupTypes, predicate)
    });
    let is_of = proptest::sample::select(vec!["user", "group", "device"])
        .prop_map(|name| Expr::IsOf(name.to_owned()));
    prop_oneof![10 => compare, 2 => element, 1 => is_of].boxed()
}

pub fn a_filter(collection: Collection) -> impl Strategy<Value = Expr> {
    a_leaf(collection).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::Or),
            inner.prop_map(|part| Expr::Not(Box::new(part))),
        ]
    })
}
