//! A store on a fresh database, and things to put into it.

use model::directory::{AdministrativeUnit, Group, ServicePrincipal, User};
use model::request::TicketInfo;
use model::{
    Action, AppId, DirectoryObject, DirectoryScope, EndCause, Ended, Expiration, Grant, GrantId, GrantKind,
    GrantOrigin, Instant, ObjectBody, ObjectId, RequestId, RequestStatus, Review, RoleDefinition,
    RoleDefinitionId, ScheduleInfo, ScheduleRequest, Seat, Verdict, Window,
};
use store::{Session, Store, StoreError, StoreOptions};
use tempfile::TempDir;
use uuid::Uuid;

/// A store that lives as long as the test.
pub struct World {
    pub store: Store,
    pub folder: TempDir,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(options(&folder)).unwrap();
        Self { store, folder }
    }

    /// Writes and commits, and must succeed.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write_wait(work).unwrap().unwrap()
    }

    /// Reads, and must succeed.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read_wait(work).unwrap().unwrap()
    }

    /// Puts users and roles there under the given numbers.
    pub fn populate(&self, users: std::ops::Range<u128>, roles: std::ops::Range<u128>) {
        self.write(move |session| {
            for n in users {
                session.insert_object(&user(n))?;
            }
            for n in roles {
                session.insert_role(&role(n))?;
            }
            Ok(())
        });
    }
}

pub fn options(folder: &TempDir) -> StoreOptions {
    StoreOptions::new(folder.path().join("data"))
}

pub const fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

pub const fn object_id(n: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(n))
}

pub const fn role_id(n: u128) -> RoleDefinitionId {
    RoleDefinitionId::new(Uuid::from_u128(0xa000 + n))
}

pub const fn grant_id(n: u128) -> GrantId {
    GrantId::new(Uuid::from_u128(0xb000_0000 + n))
}

pub fn object(n: u128, display_name: &str, body: ObjectBody) -> DirectoryObject {
    DirectoryObject {
        id: object_id(n),
        display_name: display_name.to_owned(),
        description: None,
        created_at: at(1),
        body,
    }
}

pub fn user(n: u128) -> DirectoryObject {
    let body = User {
        user_principal_name: format!("User{n}@example.com"),
        account_enabled: true,
        user_type: "Member".to_owned(),
        ..User::default()
    };
    object(n, &format!("User {n}"), ObjectBody::User(body))
}

pub fn group(n: u128, is_assignable_to_role: bool) -> DirectoryObject {
    let body = Group {
        is_assignable_to_role,
        security_enabled: true,
        ..Group::default()
    };
    object(n, &format!("Group {n}"), ObjectBody::Group(body))
}

pub fn unit(n: u128) -> DirectoryObject {
    object(
        n,
        &format!("Unit {n}"),
        ObjectBody::AdministrativeUnit(AdministrativeUnit::default()),
    )
}

pub fn service_principal(n: u128) -> DirectoryObject {
    let body = ServicePrincipal {
        app_id: AppId::new(Uuid::from_u128(0xc000 + n)),
        app_display_name: None,
        app_owner_organization_id: None,
        account_enabled: true,
        service_principal_type: "Application".to_owned(),
        service_principal_names: Vec::new(),
        tags: Vec::new(),
    };
    object(n, &format!("App {n}"), ObjectBody::ServicePrincipal(body))
}

pub fn role(n: u128) -> RoleDefinition {
    RoleDefinition {
        id: role_id(n),
        template_id: role_id(n),
        display_name: format!("Role {n}"),
        description: None,
        is_built_in: false,
        is_enabled: true,
        is_privileged: false,
        version: None,
        permissions: Vec::new(),
    }
}

/// A permanent assignment made by a request.
pub fn grant(n: u128, principal: u128, role: u128) -> Grant {
    let id = grant_id(n);
    Grant {
        id,
        kind: GrantKind::Assignment,
        principal_id: object_id(principal),
        role_definition_id: role_id(role),
        scope: DirectoryScope::Tenant,
        window: window(10, None),
        ended: None,
        origin: GrantOrigin::Request(RequestId::from(id)),
        created_at: at(10),
        activated_using: None,
    }
}

pub fn eligibility(n: u128, principal: u128, role: u128) -> Grant {
    Grant {
        kind: GrantKind::Eligibility,
        ..grant(n, principal, role)
    }
}

pub fn window(start: i64, end: Option<i64>) -> Window {
    Window {
        start: at(start),
        end: end.map(at),
    }
}

pub fn ended(micros: i64, cause: EndCause) -> Ended {
    Ended {
        at: at(micros),
        cause,
    }
}

/// An activation that is done.
pub fn request(n: u128, principal: u128, role: u128) -> ScheduleRequest {
    let id = RequestId::from(grant_id(n));
    ScheduleRequest {
        id,
        kind: GrantKind::Assignment,
        action: Action::SelfActivate,
        action_text: "SelfActivate".to_owned(),
        status: RequestStatus::Provisioned,
        principal_id: object_id(principal),
        role_definition_id: role_id(role),
        scope: DirectoryScope::Tenant,
        justification: Some("because".to_owned()),
        ticket: TicketInfo::default(),
        schedule: Some(ScheduleInfo {
            start: Some(at(10)),
            expiration: Expiration::AfterDateTime(at(20)),
        }),
        created_at: at(10),
        completed_at: Some(at(10)),
        created_by: object_id(principal),
        is_validation_only: false,
        target_schedule_id: Some(GrantId::from(id)),
        activated_using: None,
        needs_approval: false,
        lapses_at: None,
    }
}

pub fn review(request: u128, by: u128, verdict: Verdict) -> Review {
    Review {
        seat: Seat {
            stage: 0,
            number: u32::try_from(by).unwrap(),
        },
        request: RequestId::from(grant_id(request)),
        by: object_id(by),
        at: at(15),
        verdict,
        justification: Some("Checked".to_owned()),
    }
}
