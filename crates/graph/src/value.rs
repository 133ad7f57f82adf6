//! Model values as JSON, and records seen as the one variant that a property speaks of.

use model::alert::{AlertDefinition, AlertName, AlertOperation, AlertSettings, Incident};
use model::audit::AuditEvent;
use model::directory::{AdministrativeUnit, Group, ServicePrincipal, Tenant, User};
use model::licence::Subscription;
use model::policy::AuthenticationContext;
use model::record::{AlertRecord, DirectoryRoleRecord, GrantRecord, StepRecord};
use model::{
    AppId, DirectoryObject, DirectoryScope, GrantId, Instant, IsoDuration, MailAddress, ObjectBody, ObjectId,
    Policy, Record, RequestId, RoleDefinition, RoleDefinitionId, ScheduleRequest, StepId, TenantId,
};
use serde_json::Value;

/// Something that is written as one JSON value.
pub(crate) trait Wire {
    /// The value.
    fn wire(self) -> Value;
}

impl Wire for Value {
    fn wire(self) -> Value {
        self
    }
}

impl Wire for bool {
    fn wire(self) -> Value {
        Value::Bool(self)
    }
}

impl Wire for i32 {
    fn wire(self) -> Value {
        Value::from(self)
    }
}

impl Wire for u32 {
    fn wire(self) -> Value {
        Value::from(self)
    }
}

impl Wire for &str {
    fn wire(self) -> Value {
        Value::String(self.to_owned())
    }
}

impl Wire for String {
    fn wire(self) -> Value {
        Value::String(self)
    }
}

impl Wire for &String {
    fn wire(self) -> Value {
        Value::String(self.clone())
    }
}

impl Wire for &[String] {
    fn wire(self) -> Value {
        self.iter().map(Wire::wire).collect()
    }
}

impl Wire for &[MailAddress] {
    fn wire(self) -> Value {
        self.iter().map(|address| address.as_str().wire()).collect()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn wire(self) -> Value {
        self.map_or(Value::Null, Wire::wire)
    }
}

macro_rules! wire_as_text {
    ($($type:ty),+) => {
        $(impl Wire for $type {
            fn wire(self) -> Value {
                Value::String(self.to_string())
            }
        })+
    };
}

wire_as_text!(
    AppId,
    DirectoryScope,
    GrantId,
    Instant,
    IsoDuration,
    ObjectId,
    RequestId,
    StepId,
    RoleDefinitionId,
    TenantId
);

/// The accessor of a property: its value if the record is of the view's variant. The runtime type
/// of a record is chosen by its variant, so the other case does not come up.
macro_rules! of {
    ($view:ident, |$seen:ident| $value:expr) => {
        |record, _| {
            $crate::value::$view(record)
                .map_or(serde_json::Value::Null, |$seen| $crate::value::Wire::wire($value))
        }
    };
    ($view:ident, |$seen:ident, $shaping:ident| $value:expr) => {
        |record, $shaping| {
            $crate::value::$view(record)
                .map_or(serde_json::Value::Null, |$seen| $crate::value::Wire::wire($value))
        }
    };
}
pub(crate) use of;

pub(crate) fn request(record: &Record) -> Option<&ScheduleRequest> {
    match record {
        Record::ScheduleRequest(record) | Record::Approval(record) => Some(&record.request),
        _ => None,
    }
}

pub(crate) fn step(record: &Record) -> Option<&StepRecord> {
    match record {
        Record::ApprovalStep(record) | Record::ApprovalStage(record) => Some(record),
        _ => None,
    }
}

pub(crate) fn grant(record: &Record) -> Option<&GrantRecord> {
    match record {
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            Some(record)
        }
        _ => None,
    }
}

pub(crate) fn role(record: &Record) -> Option<&RoleDefinition> {
    match record {
        Record::RoleDefinition(role) | Record::DirectoryRoleTemplate(role) => Some(role),
        Record::DirectoryRole(record) => Some(&record.definition),
        _ => None,
    }
}

pub(crate) fn directory_role(record: &Record) -> Option<&DirectoryRoleRecord> {
    match record {
        Record::DirectoryRole(record) => Some(record),
        _ => None,
    }
}

pub(crate) fn policy(record: &Record) -> Option<&Policy> {
    match record {
        Record::Policy(policy) | Record::PolicyAssignment(policy) => Some(policy),
        _ => None,
    }
}

pub(crate) fn object(record: &Record) -> Option<&DirectoryObject> {
    match record {
        Record::DirectoryObject(object) => Some(object),
        _ => None,
    }
}

pub(crate) fn user(record: &Record) -> Option<&User> {
    match &object(record)?.body {
        ObjectBody::User(user) => Some(user),
        _ => None,
    }
}

pub(crate) fn group(record: &Record) -> Option<&Group> {
    match &object(record)?.body {
        ObjectBody::Group(group) => Some(group),
        _ => None,
    }
}

pub(crate) fn service_principal(record: &Record) -> Option<&ServicePrincipal> {
    match &object(record)?.body {
        ObjectBody::ServicePrincipal(service_principal) => Some(service_principal),
        _ => None,
    }
}

pub(crate) fn unit(record: &Record) -> Option<&AdministrativeUnit> {
    match &object(record)?.body {
        ObjectBody::AdministrativeUnit(unit) => Some(unit),
        _ => None,
    }
}

pub(crate) fn authentication_context(record: &Record) -> Option<&AuthenticationContext> {
    match record {
        Record::AuthenticationContext(context) => Some(context),
        _ => None,
    }
}

pub(crate) fn tenant(record: &Record) -> Option<&Tenant> {
    match record {
        Record::Organization(tenant) => Some(tenant),
        _ => None,
    }
}

pub(crate) fn subscription(record: &Record) -> Option<&Subscription> {
    match record {
        Record::SubscribedSku(subscription) => Some(subscription),
        _ => None,
    }
}

pub(crate) fn audit(record: &Record) -> Option<&AuditEvent> {
    match record {
        Record::DirectoryAudit(event) => Some(event),
        _ => None,
    }
}

pub(crate) fn alert(record: &Record) -> Option<&AlertRecord> {
    match record {
        Record::Alert(record) => Some(record),
        _ => None,
    }
}

pub(crate) fn alert_definition(record: &Record) -> Option<&AlertDefinition> {
    match record {
        Record::AlertDefinition(definition) => Some(definition),
        _ => None,
    }
}

pub(crate) fn alert_configuration(record: &Record) -> Option<(&AlertName, &AlertSettings)> {
    match record {
        Record::AlertConfiguration(name, settings) => Some((name, settings)),
        _ => None,
    }
}

pub(crate) fn incident(record: &Record) -> Option<&Incident> {
    match record {
        Record::AlertIncident(_, incident) => Some(incident),
        _ => None,
    }
}

pub(crate) fn operation(record: &Record) -> Option<&AlertOperation> {
    match record {
        Record::AlertOperation(operation) => Some(operation),
        _ => None,
    }
}
