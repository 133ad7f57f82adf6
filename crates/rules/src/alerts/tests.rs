//! The alerts in tables, and what holds of all of them.

mod graphs;
mod limits;
mod ours;
mod properties;

use std::str::FromStr;

use model::alert::{Assignee, IncidentRole};
use model::{DirectoryScope, Ended, Grant, GrantKind, GrantOrigin, Instant, IsoDuration, RequestId, Window};

use super::NamedGrant;

/// The present.
const NOW: Instant = Instant::from_seconds(1_772_438_400);

/// An id of any type.
fn id<T: FromStr<Err: std::fmt::Debug>>(number: u128) -> T {
    format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap()
}

fn before(span: IsoDuration) -> Instant {
    NOW.saturating_sub(span)
}

const fn days(days: i64) -> IsoDuration {
    IsoDuration::from_days(days)
}

fn assignee(number: u128) -> Assignee {
    Assignee {
        id: id(number),
        display_name: format!("Person {number}"),
        user_principal_name: Some(format!("person{number}@test.example")),
    }
}

fn role(number: u128) -> IncidentRole {
    let id = id(number);
    IncidentRole {
        id,
        template_id: id,
        display_name: format!("Role {number}"),
    }
}

/// An eligibility of person 1 for role 1, made through PIM and in force for so long, without an end.
fn eligibility(age: IsoDuration) -> NamedGrant {
    let id = id(7);
    NamedGrant {
        grant: Grant {
            id,
            kind: GrantKind::Eligibility,
            principal_id: assignee(1).id,
            role_definition_id: role(1).id,
            scope: DirectoryScope::Tenant,
            window: Window {
                start: before(age),
                end: None,
            },
            ended: None,
            origin: GrantOrigin::Request(RequestId::from(id)),
            created_at: before(age),
            activated_using: None,
        },
        assignee: assignee(1),
        role: role(1),
    }
}

/// The same as an active assignment.
fn assignment(age: IsoDuration) -> NamedGrant {
    let mut named = eligibility(age);
    named.grant.kind = GrantKind::Assignment;
    named
}

/// An activation that began so many minutes ago and lasted so many.
fn activation(ago: i64, lasted: i64) -> NamedGrant {
    let mut named = assignment(IsoDuration::from_minutes(ago));
    let end = named
        .grant
        .window
        .start
        .saturating_add(IsoDuration::from_minutes(lasted));
    named.grant.window.end = Some(
        named
            .grant
            .window
            .start
            .saturating_add(IsoDuration::from_hours(8)),
    );
    named.grant.activated_using = Some(id(8));
    named.grant.ended = Some(Ended {
        at: end,
        cause: model::EndCause::Deactivated,
    });
    named
}

/// The same of somebody else.
fn of(number: u128, mut named: NamedGrant) -> NamedGrant {
    named.assignee = assignee(number);
    named.grant.principal_id = named.assignee.id;
    named.grant.id = id(number + 100);
    named
}
