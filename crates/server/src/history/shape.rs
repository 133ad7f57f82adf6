//! The past as JSON. What Graph has a name for is called so.

use engine::history::{Broader, HoldingsRow, Insight, Names, Subject};
use model::directory::Relation;
use model::history::{Event, EventBody, Membership, Named};
use model::{
    EndCause, Grant, GrantKind, Instant, IsoDuration, MemberType, ObjectId, Review, RoleDefinitionId,
    ScheduleRequest,
};
use rules::insights::LOOKED_BACK;
use rules::insights::figures::{Figures, Group};
use serde_json::{Map, Value, json};

/// Characters of a day, such as 2026-03-02, in front of the time.
const DAY_CHARS: usize = 10;

fn time(at: Option<Instant>) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.to_string()))
}

fn span(of: IsoDuration) -> Value {
    Value::String(of.to_string())
}

/// Somebody, by id and, as long as it is known, name; also when they were deleted.
fn party(id: ObjectId, names: &Names) -> Value {
    named(id.to_string(), names.objects.get(&id))
}

fn role(id: RoleDefinitionId, names: &Names) -> Value {
    named(id.to_string(), names.roles.get(&id))
}

fn named(id: String, named: Option<&Named>) -> Value {
    let mut party = Map::new();
    party.insert("id".to_owned(), Value::String(id));
    let Some(named) = named else {
        return Value::Object(party);
    };
    party.insert("displayName".to_owned(), Value::from(named.display_name.as_str()));
    party.insert("type".to_owned(), Value::from(named.kind.as_str()));
    if let Some(name) = &named.user_principal_name {
        party.insert("userPrincipalName".to_owned(), Value::from(name.as_str()));
    }
    if named.deleted_at.is_some() {
        party.insert("deletedDateTime".to_owned(), time(named.deleted_at));
    }
    Value::Object(party)
}

/// What is called a schedule in Graph. An end that time brought counts whether it was noted or not.
fn schedule(grant: &Grant, now: Instant) -> Value {
    let over = grant.over_at().filter(|end| *end <= now);
    let cause = over.map(|_| grant.ended.map_or(EndCause::Expired, |ended| ended.cause));
    let assignment_type = match grant.kind {
        GrantKind::Assignment => Value::from(grant.assignment_type().as_str()),
        GrantKind::Eligibility => Value::Null,
    };
    json!({
        "id": grant.schedule_id(),
        "kind": grant.kind.as_str(),
        "assignmentType": assignment_type,
        "principalId": grant.principal_id.to_string(),
        "roleDefinitionId": grant.role_definition_id.to_string(),
        "directoryScopeId": grant.scope.to_string(),
        "createdDateTime": grant.created_at.to_string(),
        "startDateTime": grant.window.start.to_string(),
        "endDateTime": time(grant.window.end),
        "endedDateTime": time(over),
        "endCause": cause.map(EndCause::as_str),
        "activatedUsing": grant.activated_using.map(|id| id.to_string()),
    })
}

fn request(request: &ScheduleRequest, names: &Names, now: Instant) -> Value {
    json!({
        "id": request.id.to_string(),
        "kind": request.kind.as_str(),
        "action": request.action.as_str(),
        "status": request.status_at(now).as_str(),
        "principalId": request.principal_id.to_string(),
        "roleDefinitionId": request.role_definition_id.to_string(),
        "directoryScopeId": request.scope.to_string(),
        "createdDateTime": request.created_at.to_string(),
        "completedDateTime": time(request.completed_at),
        "createdBy": party(request.created_by, names),
        "justification": request.justification,
        "ticketInfo": {"ticketNumber": request.ticket.number, "ticketSystem": request.ticket.system},
        "isApprovalRequired": request.needs_approval,
    })
}

fn review(review: &Review, names: &Names) -> Value {
    json!({
        "reviewedBy": party(review.by, names),
        "reviewedDateTime": review.at.to_string(),
        "reviewResult": review.verdict.as_str(),
        "justification": review.justification,
        "stage": review.seat.stage,
    })
}

/// Something that somebody held.
pub fn held(row: &HoldingsRow, names: &Names, now: Instant) -> Value {
    let grant = &row.held.grant;
    let group = match row.held.member_type {
        MemberType::Group => party(grant.principal_id, names),
        MemberType::Direct => Value::Null,
    };
    json!({
        "principal": party(row.held.principal_id, names),
        "roleDefinition": role(grant.role_definition_id, names),
        "directoryScopeId": grant.scope.to_string(),
        "kind": grant.kind.as_str(),
        "memberType": row.held.member_type.as_str(),
        "group": group,
        "schedule": schedule(grant, now),
        "request": row.request.as_ref().map(|it| request(it, names, now)),
        "decisions": row.reviews.iter().map(|it| review(it, names)).collect::<Vec<_>>(),
    })
}

/// Something that happened.
pub fn event(event: &Event, changes: &[String], names: &Names, now: Instant) -> Value {
    let mut body = match &event.body {
        EventBody::GrantStarted(grant) | EventBody::GrantEnded(grant) => json!({
            "principal": party(grant.principal_id, names),
            "roleDefinition": role(grant.role_definition_id, names),
            "schedule": schedule(grant, now),
        }),
        EventBody::Request(it) => json!({
            "principal": party(it.principal_id, names),
            "roleDefinition": role(it.role_definition_id, names),
            "request": request(it, names, now),
        }),
        EventBody::Decision(decision, it) => json!({
            "principal": party(it.principal_id, names),
            "roleDefinition": role(it.role_definition_id, names),
            "request": request(it, names, now),
            "decision": review(decision, names),
        }),
        EventBody::MemberAdded(membership) | EventBody::MemberRemoved(membership) => {
            self::membership(membership, names)
        }
        EventBody::SettingsChanged(version) => {
            let by = version.by.as_ref();
            json!({
                "roleDefinition": role(version.role, names),
                "settings": {
                    "version": version.version,
                    "changedBy": by.map(|by| json!({"id": by.id.to_string(), "displayName": by.display_name})),
                    "changes": changes,
                },
            })
        }
    };
    if let Value::Object(body) = &mut body {
        body.insert("kind".to_owned(), Value::from(event.body.kind().as_str()));
        body.insert("dateTime".to_owned(), Value::String(event.at.to_string()));
    }
    body
}

fn membership(membership: &Membership, names: &Names) -> Value {
    let relation = match membership.relation {
        Relation::Member => "member",
        Relation::Owner => "owner",
    };
    json!({
        "principal": party(membership.member, names),
        "container": party(membership.container, names),
        "relation": relation,
    })
}

/// The figures of one group.
pub fn figures(group: Group, figures: &Figures, names: &Names) -> Value {
    let (name, of) = match group {
        Group::Day(day) => {
            let day: String = day.to_string().chars().take(DAY_CHARS).collect();
            ("day", Value::String(day))
        }
        Group::Role(id) => ("roleDefinition", role(id, names)),
        Group::Principal(id) => ("principal", party(id, names)),
    };
    let has_ended = figures.ended > 0;
    json!({
        name: of,
        "requests": figures.requests,
        "approvals": figures.approvals,
        "denials": figures.denials,
        "unanswered": figures.unanswered,
        "activations": figures.activations,
        "ended": figures.ended,
        "meanDuration": figures.mean().map(span),
        "greatestDuration": has_ended.then(|| span(figures.longest)),
        "timeInForce": span(figures.time_in_force),
    })
}

/// A finding, with its reason in words.
pub fn insight(insight: &Insight, names: &Names, now: Instant) -> Value {
    let role_name = |id: RoleDefinitionId| {
        let named = names.roles.get(&id);
        named.map_or_else(|| id.to_string(), |named| named.display_name.clone())
    };
    let mut body = match &insight.subject {
        Subject::Standing(grant, standing) => json!({
            "reason": format!(
                "{} is a privileged role and has been assigned for good, active all the time, for {} days.",
                role_name(grant.role_definition_id),
                days(standing.held_for),
            ),
            "principal": party(grant.principal_id, names),
            "roleDefinition": role(grant.role_definition_id, names),
            "directoryScopeId": grant.scope.to_string(),
            "schedule": schedule(grant, now),
            "evidence": {"heldFor": span(standing.held_for)},
        }),
        Subject::Unused(grant, unused) => json!({
            "reason": format!(
                "The eligibility for {} was not used for {} days.",
                role_name(grant.role_definition_id),
                days(unused.unused_for),
            ),
            "principal": party(grant.principal_id, names),
            "roleDefinition": role(grant.role_definition_id, names),
            "directoryScopeId": grant.scope.to_string(),
            "schedule": schedule(grant, now),
            "evidence": {
                "lastActivationDateTime": time(unused.last_used),
                "unusedFor": span(unused.unused_for),
                "threshold": span(unused.threshold),
            },
        }),
        Subject::Broader(broader) => self::broader(broader, names, now),
        Subject::Shorter(id, shorter) => json!({
            "reason": format!(
                "Of {} activations of {} in {} days, {} of 100 lasted {} at the most, while {} are allowed.",
                shorter.activations,
                role_name(*id),
                days(LOOKED_BACK),
                95,
                shorter.nearly_all,
                shorter.maximum,
            ),
            "roleDefinition": role(*id, names),
            "evidence": {
                "activations": shorter.activations,
                "deactivatedEarly": shorter.deactivated,
                "medianDuration": span(shorter.median),
                "percentile95Duration": span(shorter.nearly_all),
                "greatestDuration": span(shorter.longest),
                "maximumDuration": span(shorter.maximum),
                "suggestedMaximumDuration": span(shorter.suggested),
                "period": span(LOOKED_BACK),
            },
        }),
    };
    if let Value::Object(body) = &mut body {
        body.insert("kind".to_owned(), Value::from(insight.kind.as_str()));
        body.insert(
            "suggestedAction".to_owned(),
            Value::from(insight.kind.suggests().as_str()),
        );
    }
    body
}

fn broader(broader: &Broader, names: &Names, now: Instant) -> Value {
    let name = |id: RoleDefinitionId| {
        let named = names.roles.get(&id);
        named.map_or_else(|| id.to_string(), |named| named.display_name.clone())
    };
    let (activated, narrower) = (&broader.activated, &broader.narrower);
    json!({
        "reason": format!(
            "{} was activated {} times in {} days and {} never, though it is eligible too, and {} allows all of its {} \
             actions and more. Whether it would do cannot be seen from activations.",
            name(activated.role_definition_id),
            broader.activations,
            days(LOOKED_BACK),
            name(narrower.role_definition_id),
            name(activated.role_definition_id),
            broader.narrower_actions,
        ),
        "principal": party(activated.principal_id, names),
        "roleDefinition": role(activated.role_definition_id, names),
        "narrowerRoleDefinition": role(narrower.role_definition_id, names),
        "directoryScopeId": activated.scope.to_string(),
        "schedule": schedule(activated, now),
        "evidence": {
            "activations": broader.activations,
            "actions": broader.actions,
            "narrowerActions": broader.narrower_actions,
            "period": span(LOOKED_BACK),
        },
    })
}

fn days(length: IsoDuration) -> i64 {
    length
        .as_micros()
        .div_euclid(IsoDuration::from_days(1).as_micros())
}
