//! The body of a schedule request (schedules dossier, 2.2 to 2.4, 3.2, 3.7 and 7.1).

use model::time::InvalidInstant;
use model::{
    Action, DirectoryScope, Expiration, Instant, IsoDuration, ObjectId, RoleDefinitionId, ScheduleInfo,
    TicketInfo,
};
use serde_json::Value;

use super::members::{Members, mismatch};
use crate::{GraphError, Version};

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRequestBody {
    /// What.
    pub action: Action,
    /// As the client spelt it.
    pub action_text: String,
    /// For whom.
    pub principal_id: ObjectId,
    /// Which role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// When; none for removals, whatever was sent.
    pub schedule: Option<ScheduleInfo>,
    /// Why.
    pub justification: Option<String>,
    /// The ticket.
    pub ticket: TicketInfo,
    /// Whether only to check.
    pub is_validation_only: bool,
}

/// Reads the body of a schedule request.
///
/// Values that cannot be converted are `BadRequest`; then missing members, and what does not fit
/// together, `InvalidRoleAssignmentRequest`; then a scope of no known form, `InvalidScope`. Members
/// that the server sets, or does not know, are ignored. Whether the action needs a schedule is for
/// the rules to say.
///
/// # Errors
/// As said.
pub fn schedule_request(version: Version, bytes: &[u8]) -> Result<ScheduleRequestBody, GraphError> {
    let value = super::json(bytes)?;
    let body = Members::of(&value)?;
    let action_text = body.text("action")?;
    let action = action_text.map(|text| action(version, text)).transpose()?;
    let principal_id = body.guid("principalId")?.map(ObjectId::new);
    let role_definition_id = body.guid("roleDefinitionId")?.map(RoleDefinitionId::new);
    let directory_scope = body.text("directoryScopeId")?;
    let app_scope = body.text("appScopeId")?;
    let is_validation_only = body.flag("isValidationOnly")?.unwrap_or(false);
    let justification = body.text("justification")?.map(str::to_owned);
    let ticket = ticket(body.object("ticketInfo")?)?;
    let removes = matches!(action, Some(Action::AdminRemove | Action::SelfDeactivate));
    let schedule = if removes {
        None
    } else {
        body.object("scheduleInfo")?.map(schedule).transpose()?
    };

    let (action, action_text) = action.zip(action_text).ok_or_else(|| missing("action"))?;
    let scope = directory_scope
        .or(app_scope)
        .ok_or_else(|| missing("directoryScopeId"))?;
    // An application's own scopes do not exist here; only the tenant has the same name in both.
    let is_known = directory_scope.is_some() || scope == "/";
    Ok(ScheduleRequestBody {
        action,
        action_text: action_text.to_owned(),
        principal_id: principal_id.ok_or_else(|| missing("principalId"))?,
        role_definition_id: role_definition_id.ok_or_else(|| missing("roleDefinitionId"))?,
        scope: scope
            .parse()
            .ok()
            .filter(|_| is_known)
            .ok_or_else(GraphError::invalid_scope)?,
        schedule,
        justification,
        ticket,
        is_validation_only,
    })
}

/// v1.0 has an enumeration, so that an unknown member cannot be converted; beta has a text, so that
/// it is merely an invalid request.
fn action(version: Version, text: &str) -> Result<Action, GraphError> {
    Action::parse(text).ok_or_else(|| match version {
        Version::V1 if !text.eq_ignore_ascii_case("unknownFutureValue") => GraphError::cannot_convert(
            text,
            "microsoft.graph.unifiedRoleScheduleRequestActions",
            "action",
        ),
        Version::V1 | Version::Beta => {
            GraphError::invalid_role_assignment_request("The action is unknown.", Some("action"))
        }
    })
}

fn missing(member: &str) -> GraphError {
    GraphError::invalid_role_assignment_request(&format!("'{member}' is required."), Some(member))
}

fn ticket(members: Option<Members<'_>>) -> Result<TicketInfo, GraphError> {
    let Some(members) = members else {
        return Ok(TicketInfo::default());
    };
    Ok(TicketInfo {
        number: members.text("ticketNumber")?.map(str::to_owned),
        system: members.text("ticketSystem")?.map(str::to_owned),
    })
}

fn schedule(members: Members<'_>) -> Result<ScheduleInfo, GraphError> {
    if members.get("recurrence").is_some() {
        return Err(GraphError::invalid_role_assignment_request(
            "Recurrence is not supported.",
            Some("scheduleInfo/recurrence"),
        ));
    }
    Ok(ScheduleInfo {
        start: instant(members, "startDateTime")?,
        expiration: match members.object("expiration")? {
            Some(members) => expiration(members)?,
            None => Expiration::NotSpecified,
        },
    })
}

/// Members that do not belong to the type are not looked at; a missing type follows from the only
/// member that is there.
fn expiration(members: Members<'_>) -> Result<Expiration, GraphError> {
    let end = || instant(members, "endDateTime");
    let length = || duration(members);
    let type_name = match members.text("type")? {
        Some(name) => name.to_ascii_lowercase(),
        None => {
            return match (end()?, length()?) {
                (None, None) => Ok(Expiration::NotSpecified),
                (Some(end), None) => Ok(Expiration::AfterDateTime(end)),
                (None, Some(length)) => Ok(Expiration::AfterDuration(length)),
                (Some(_), Some(_)) => Err(missing("scheduleInfo/expiration/type")),
            };
        }
    };
    match type_name.as_str() {
        "notspecified" => Ok(Expiration::NotSpecified),
        "noexpiration" => Ok(Expiration::NoExpiration),
        "afterdatetime" => end()?
            .map(Expiration::AfterDateTime)
            .ok_or_else(|| missing("scheduleInfo/expiration/endDateTime")),
        "afterduration" => length()?
            .map(Expiration::AfterDuration)
            .ok_or_else(|| missing("scheduleInfo/expiration/duration")),
        other => Err(GraphError::cannot_convert(
            other,
            "microsoft.graph.expirationPatternType",
            "scheduleInfo/expiration/type",
        )),
    }
}

/// A point in time; one without an offset is well formed but means nothing (schedules dossier, 2.3).
fn instant(members: Members<'_>, name: &str) -> Result<Option<Instant>, GraphError> {
    let Some(text) = members.text(name)? else {
        return Ok(None);
    };
    Instant::parse(text).map(Some).map_err(|error| match error {
        InvalidInstant::NoOffset => GraphError::invalid_role_assignment_request(
            &format!("Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset': the offset is missing."),
            Some(name),
        ),
        InvalidInstant::Malformed | InvalidInstant::OutOfRange => {
            mismatch(&Value::from(text), "Edm.DateTimeOffset", name)
        }
    })
}

fn duration(members: Members<'_>) -> Result<Option<IsoDuration>, GraphError> {
    let Some(text) = members.text("duration")? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| mismatch(&Value::from(text), "Edm.Duration", "duration"))
}

#[cfg(test)]
mod tests;
