//! The shapes against the dossiers' examples and the published model.

mod alerts;
mod directory;
mod examples;
mod published;

use std::sync::{Arc, LazyLock};

use model::record::{Expanded, GrantRecord, Item};
use model::{
    Action, DirectoryObject, DirectoryScope, Expiration, Grant, GrantId, GrantKind, GrantOrigin, Instant,
    MemberType, ObjectBody, ObjectId, Record, RequestStatus, RoleDefinitionId, ScheduleInfo, ScheduleRequest,
    TicketInfo, Window,
};
use odata::bound::{BoundQuery, Expand, Select};
use serde_json::Value;

use super::*;
use crate::sets;

const ROLE: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const MARA: &str = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811";
const ADMIN: &str = "c2a97d04-61be-4f38-8a1f-7be25d90e463";
const TENANT: &str = "7a1c0d9e-3b52-4f6e-9c4d-2f8e61b0a9d7";
const ELIGIBILITY: &str = "8f2189cf-d9d8-413d-98eb-841e75466225";
const ACTIVATION: &str = "f3b2a1da-daaf-487e-a0e1-562f8d23335e";

static WRITTEN_ROLES: LazyLock<WrittenRoles> = LazyLock::new(WrittenRoles::default);

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn principal(id: &str) -> ObjectId {
    id.parse().unwrap()
}

fn role() -> RoleDefinitionId {
    ROLE.parse().unwrap()
}

fn shaping(version: Version, metadata: MetadataLevel) -> Shaping<'static> {
    Shaping {
        base: match version {
            Version::V1 => "https://pim.example.net/v1.0",
            Version::Beta => "https://pim.example.net/beta",
        },
        version,
        metadata,
        tenant: TENANT.parse().unwrap(),
        policy_scope: PolicyScope::DirectoryRole,
        written_roles: &WRITTEN_ROLES,
    }
}

fn v1() -> Shaping<'static> {
    shaping(Version::V1, MetadataLevel::Minimal)
}

/// What is written, as JSON again.
fn written(shaped: Shaped<'_>) -> Value {
    serde_json::to_value(shaped).unwrap()
}

/// One record in its own set, with defaults.
fn entity(shaping: Shaping<'_>, item: &Item) -> Value {
    let declared = sets::type_of(&item.record);
    let context = Context::entity(declared, &Select::Default, &[]);
    written(Shaper::new(shaping, declared, &Select::Default, &[]).entity(&context, item))
}

fn object(display_name: &str, id: &str, body: ObjectBody) -> Record {
    Record::DirectoryObject(Arc::new(DirectoryObject {
        id: principal(id),
        display_name: display_name.to_owned(),
        description: None,
        created_at: at("2026-01-01T00:00:00Z"),
        body,
    }))
}

fn expand(nav: model::query::Nav, name: &'static str, query: BoundQuery) -> Expand {
    Expand { nav, name, query }
}

fn request(action: Action, text: &str, status: RequestStatus) -> ScheduleRequest {
    ScheduleRequest {
        id: ACTIVATION.parse().unwrap(),
        kind: GrantKind::Assignment,
        action,
        action_text: text.to_owned(),
        status,
        principal_id: principal(MARA),
        role_definition_id: role(),
        scope: DirectoryScope::Tenant,
        justification: None,
        ticket: TicketInfo::default(),
        schedule: None,
        created_at: at("2026-05-04T10:00:01.409318Z"),
        completed_at: None,
        created_by: principal(MARA),
        is_validation_only: false,
        target_schedule_id: None,
        activated_using: None,
        needs_approval: false,
        lapses_at: None,
    }
}

fn grant(kind: GrantKind, id: &str, start: &str, end: Option<&str>) -> GrantRecord {
    let id: GrantId = id.parse().unwrap();
    GrantRecord {
        grant: Grant {
            id,
            kind,
            principal_id: principal(MARA),
            role_definition_id: role(),
            scope: DirectoryScope::Tenant,
            window: Window {
                start: at(start),
                end: end.map(at),
            },
            ended: None,
            origin: GrantOrigin::Request(id.into()),
            created_at: at(start),
            activated_using: None,
        },
        principal_id: principal(MARA),
        member_type: MemberType::Direct,
        read_at: at("2026-05-04T12:30:44.021947Z"),
    }
}

fn eligibility() -> GrantRecord {
    grant(
        GrantKind::Eligibility,
        ELIGIBILITY,
        "2026-05-04T09:12:23.853Z",
        Some("2026-10-31T00:00:00Z"),
    )
}

fn activation() -> GrantRecord {
    let mut record = grant(
        GrantKind::Assignment,
        ACTIVATION,
        "2026-05-04T10:00:02.03Z",
        Some("2026-05-04T15:00:02.03Z"),
    );
    record.grant.activated_using = Some(ELIGIBILITY.parse().unwrap());
    record
}

fn window(start: Option<&str>, expiration: Expiration) -> Option<ScheduleInfo> {
    Some(ScheduleInfo {
        start: start.map(at),
        expiration,
    })
}

fn expanded(record: Record, nav: model::query::Nav, found: Expanded) -> Item {
    Item {
        record,
        expanded: vec![(nav, found)],
    }
}
