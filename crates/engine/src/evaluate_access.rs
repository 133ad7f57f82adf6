//! "May P do A at R now?" — the access decisions that other systems ask for through OpenID AuthZEN.
//! Pure over cached holdings: the end of a grant is honoured without anything having to happen.

use std::sync::Arc;

use model::{DirectoryScope, Instant, ObjectId, RoleDefinition, RoleDefinitionId};
use store::{Held, Holdings};

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A role.
    Role(RoleDefinitionId),
    /// A resource action that a role in force allows.
    ResourceAction(String),
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub subject: ObjectId,
    /// What.
    pub wanted: Wanted,
    /// Where.
    pub scope: DirectoryScope,
}

/// Why the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no such principal, or its account is disabled.
    Inactive,
    /// Nothing was ever given that covers the question and still runs.
    NoGrant,
    /// The only fitting grant has not begun.
    NotYet(Instant),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, by this grant.
    Granted(Held),
    /// No.
    Denied(Reason),
}

/// Answers a question about the principal whose holdings these are. `role` looks a role up; a grant
/// of a role that is gone or disabled gives nothing.
pub fn evaluate(
    holdings: &Holdings,
    question: &Question,
    now: Instant,
    role: impl Fn(RoleDefinitionId) -> Option<Arc<RoleDefinition>>,
) -> Answer {
    if !holdings.is_active {
        return Answer::Denied(Reason::Inactive);
    }
    let fits = |held: &&Held| {
        held.scope.covers(question.scope)
            && match &question.wanted {
                Wanted::Role(wanted) => held.role_definition_id == *wanted,
                Wanted::ResourceAction(action) => {
                    role(held.role_definition_id).is_some_and(|role| role.allows(action))
                }
            }
    };
    // The grant that lasts longest is the most useful one to name.
    let lasting = |held: &&Held| held.window.end.map_or(i64::MAX, Instant::as_micros);
    if let Some(held) = holdings.in_force(now).filter(fits).max_by_key(lasting) {
        return Answer::Granted(*held);
    }
    let next = holdings
        .held
        .iter()
        .filter(|held| held.window.start > now && held.ended.is_none())
        .filter(fits)
        .map(|held| held.window.start)
        .min();
    Answer::Denied(next.map_or(Reason::NoGrant, Reason::NotYet))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER, USER_ADMINISTRATOR, built_in_role};
    use model::{EndCause, Ended, GrantId, Window};
    use uuid::Uuid;

    const UNIT: ObjectId = ObjectId::new(Uuid::from_u128(7));

    fn held(role: RoleDefinitionId, scope: DirectoryScope, start: i64, end: Option<i64>) -> Held {
        Held {
            grant: GrantId::new(Uuid::from_u128(1)),
            role_definition_id: role,
            scope,
            window: Window {
                start: Instant::from_micros(start),
                end: end.map(Instant::from_micros),
            },
            ended: None,
            via_group: None,
            activated: false,
            outside_pim: false,
        }
    }

    fn ask(held: Vec<Held>, wanted: Wanted, scope: DirectoryScope, now: i64) -> Answer {
        let holdings = Holdings {
            is_active: true,
            held,
        };
        let question = Question {
            subject: ObjectId::new(Uuid::nil()),
            wanted,
            scope,
        };
        evaluate(&holdings, &question, Instant::from_micros(now), |role| {
            built_in_role(role).map(|role| Arc::new(role.definition.clone()))
        })
    }

    #[test]
    fn a_role_is_held_from_its_start_to_its_end_where_it_was_given() {
        let unit = DirectoryScope::AdministrativeUnit(UNIT);
        let tenant_wide = held(USER_ADMINISTRATOR, DirectoryScope::Tenant, 10, Some(20));
        let in_unit = held(USER_ADMINISTRATOR, unit, 10, Some(20));
        let cases = [
            (tenant_wide, DirectoryScope::Tenant, 9, false),
            (tenant_wide, DirectoryScope::Tenant, 10, true),
            (tenant_wide, DirectoryScope::Tenant, 19, true),
            (tenant_wide, DirectoryScope::Tenant, 20, false),
            (tenant_wide, unit, 10, true),
            (in_unit, unit, 10, true),
            (in_unit, DirectoryScope::Tenant, 10, false),
        ];
        for (held, scope, now, expected) in cases {
            let answer = ask(vec![held], Wanted::Role(USER_ADMINISTRATOR), scope, now);
            assert_eq!(
                matches!(answer, Answer::Granted(_)),
                expected,
                "{held:?} at {scope} {now}"
            );
        }
        let other = ask(
            vec![tenant_wide],
            Wanted::Role(GLOBAL_ADMINISTRATOR),
            DirectoryScope::Tenant,
            10,
        );
        assert_eq!(other, Answer::Denied(Reason::NoGrant));
    }

    #[test]
    fn an_end_that_was_recorded_counts_before_the_window_is_over() {
        let ended = Ended {
            at: Instant::from_micros(15),
            cause: EndCause::Removed,
        };
        let removed = Held {
            ended: Some(ended),
            ..held(REPORTS_READER, DirectoryScope::Tenant, 10, None)
        };
        let at = |now| {
            ask(
                vec![removed],
                Wanted::Role(REPORTS_READER),
                DirectoryScope::Tenant,
                now,
            )
        };
        assert_eq!(at(14), Answer::Granted(removed));
        assert_eq!(at(15), Answer::Denied(Reason::NoGrant));
    }

    #[test]
    fn a_resource_action_is_allowed_by_any_role_that_has_it() {
        let holds = vec![held(USER_ADMINISTRATOR, DirectoryScope::Tenant, 0, None)];
        let may = |action: &str| {
            let wanted = Wanted::ResourceAction(action.to_owned());
            matches!(
                ask(holds.clone(), wanted, DirectoryScope::Tenant, 1),
                Answer::Granted(_)
            )
        };
        assert!(may("microsoft.directory/users/basic/update"));
        assert!(!may("microsoft.directory/roleAssignments/allProperties/allTasks"));
    }

    #[test]
    fn a_grant_to_come_is_told_and_a_disabled_account_holds_nothing() {
        let to_come = held(REPORTS_READER, DirectoryScope::Tenant, 10, None);
        let asked = Wanted::Role(REPORTS_READER);
        let answer = ask(vec![to_come], asked.clone(), DirectoryScope::Tenant, 5);
        assert_eq!(answer, Answer::Denied(Reason::NotYet(Instant::from_micros(10))));
        let holdings = Holdings {
            is_active: false,
            held: vec![to_come],
        };
        let question = Question {
            subject: UNIT,
            wanted: asked,
            scope: DirectoryScope::Tenant,
        };
        let answer = evaluate(&holdings, &question, Instant::from_micros(11), |_| None);
        assert_eq!(answer, Answer::Denied(Reason::Inactive));
    }

    #[test]
    fn of_several_grants_the_one_that_lasts_longest_is_named() {
        let (short, long) = (
            held(REPORTS_READER, DirectoryScope::Tenant, 0, Some(10)),
            held(REPORTS_READER, DirectoryScope::Tenant, 0, None),
        );
        let answer = ask(
            vec![short, long, short],
            Wanted::Role(REPORTS_READER),
            DirectoryScope::Tenant,
            5,
        );
        assert_eq!(answer, Answer::Granted(long));
    }
}
