//! Form, caller and existence, before any action's own rules.

use model::{Action, CallerKind, DirectoryScope, GrantKind, PrincipalKind};

use super::given::*;
use crate::{Facts, Order, PrincipalFacts, Refusal, check};

fn every_order() -> impl Iterator<Item = Given> {
    let both = |action: &Action| [Assignment, Eligibility].map(|kind| given(*action, kind));
    Action::ALL.iter().flat_map(both)
}

#[test]
fn all_but_an_ending_needs_a_window() {
    for case in every_order() {
        let case = case.but(|_, order| order.schedule = None);
        let refusal = case.decide().err();
        let ends = matches!(case.order.action, Action::AdminRemove | Action::SelfDeactivate);
        let expected = if ends {
            Refusal::GrantDoesNotExist
        } else {
            Refusal::InvalidRequest("scheduleInfo is required")
        };
        if check::form(&case.order) != Err(check::ELIGIBILITY_IS_NOT_ACTIVATED) {
            assert_eq!(refusal, Some(expected), "{:?}", case.order);
        }
    }
}

#[test]
fn an_eligibility_request_does_not_activate() {
    for action in [Action::SelfActivate, Action::SelfDeactivate] {
        let case = given(action, Eligibility).grant(standing(10, Eligibility));
        case.refused(&check::ELIGIBILITY_IS_NOT_ACTIVATED);
    }
}

#[test]
fn only_the_signed_in_principal_gives_self_orders_and_only_administrators_the_others() {
    for case in every_order() {
        let (principal, own) = (case.order.principal_id, case.order.action.is_self());
        let callers = [
            (requester(principal, CallerKind::Delegated, false), own),
            (requester(principal, CallerKind::Delegated, true), true),
            (requester(principal, CallerKind::Application, false), false),
            (requester(principal, CallerKind::Application, true), !own),
            (requester(admin(), CallerKind::Delegated, false), false),
            (requester(admin(), CallerKind::Delegated, true), !own),
            (requester(admin(), CallerKind::Application, true), !own),
        ];
        for (by, may) in callers {
            let order = Order {
                by,
                ..case.order.clone()
            };
            let expected = if may { Ok(()) } else { Err(Refusal::Unauthorized) };
            assert_eq!(check::authority(&order), expected, "{order:?}");
        }
    }
}

#[test]
fn what_is_named_must_exist_and_fit_together() {
    type Departure = fn(&mut Facts, &mut Order);
    let unit = DirectoryScope::AdministrativeUnit(id(7));
    let cases: [(GrantKind, Departure, Result<(), Refusal>); 12] = [
        (Assignment, |_, _| {}, Ok(())),
        (
            Assignment,
            |facts, _| facts.principal = None,
            Err(Refusal::SubjectNotFound),
        ),
        (
            Assignment,
            |facts, _| facts.role = None,
            Err(Refusal::RoleNotFound),
        ),
        (
            Assignment,
            |facts, _| facts.scope_exists = false,
            Err(Refusal::InvalidScope),
        ),
        (
            Assignment,
            |facts, order| at(facts, order, DirectoryScope::Object(id(8)), false),
            Err(Refusal::ScopeNotSupported),
        ),
        (
            Assignment,
            |facts, order| at(facts, order, DirectoryScope::Object(id(8)), true),
            Ok(()),
        ),
        (
            Assignment,
            |facts, _| principal(facts, PrincipalKind::ServicePrincipal, false),
            Ok(()),
        ),
        (
            Eligibility,
            |facts, _| principal(facts, PrincipalKind::ServicePrincipal, false),
            Err(Refusal::InvalidRequest("a service principal cannot be eligible")),
        ),
        (
            Eligibility,
            |facts, _| principal(facts, PrincipalKind::Group, true),
            Ok(()),
        ),
        (
            Eligibility,
            |facts, _| principal(facts, PrincipalKind::Group, false),
            Err(Refusal::InvalidRequest("the group is not assignable to roles")),
        ),
        (
            Assignment,
            |facts, _| facts.role.as_mut().unwrap().is_enabled = false,
            Err(Refusal::InvalidRequest("the role is disabled")),
        ),
        // The first failure in the dossier's order is the one reported.
        (
            Assignment,
            |facts, _| (facts.principal, facts.role) = (None, None),
            Err(Refusal::SubjectNotFound),
        ),
    ];
    for (number, (kind, departure, expected)) in cases.into_iter().enumerate() {
        let case = given(Action::AdminAssign, kind).but(departure);
        assert_eq!(case.decide().map(|_| ()), expected, "case {number}");
    }
    for (supported, expected) in [(true, Ok(())), (false, Err(Refusal::ScopeNotSupported))] {
        let case =
            given(Action::AdminAssign, Assignment).but(|facts, order| at(facts, order, unit, supported));
        assert_eq!(case.decide().map(|_| ()), expected);
    }
}

fn at(facts: &mut Facts, order: &mut Order, scope: DirectoryScope, is_supported: bool) {
    order.scope = scope;
    let scopes = &mut facts.role.as_mut().unwrap().scopes;
    (scopes.administrative_units, scopes.objects) = match scope {
        DirectoryScope::AdministrativeUnit(_) => (is_supported, !is_supported),
        DirectoryScope::Tenant | DirectoryScope::Object(_) => (!is_supported, is_supported),
    };
}

fn principal(facts: &mut Facts, kind: PrincipalKind, is_assignable_to_role: bool) {
    facts.principal = Some(PrincipalFacts {
        kind,
        is_assignable_to_role,
    });
}

#[test]
fn a_grant_can_be_removed_whatever_became_of_its_role_and_scope() {
    let case = given(Action::AdminRemove, Assignment).but(|facts, order| {
        at(facts, order, DirectoryScope::Object(id(8)), false);
        facts.role.as_mut().unwrap().is_enabled = false;
        facts.scope_exists = false;
    });
    case.refused(&Refusal::InvalidScope);
    assert!(case.grant(standing(10, Assignment)).decide().is_ok());
}

#[test]
fn a_disabled_role_can_still_be_changed_but_not_given() {
    for case in every_order() {
        let ordered = case.order.action;
        let case = case.but(|facts, _| facts.role.as_mut().unwrap().is_enabled = false);
        let (kind, scope) = (case.order.kind, case.order.scope);
        let is_refused = check::existence(&case.facts, ordered, kind, scope).is_err();
        let gives = matches!(
            ordered,
            Action::AdminAssign | Action::AdminRenew | Action::SelfActivate | Action::SelfRenew
        );
        assert_eq!(is_refused, gives, "{ordered}");
    }
}
