//! The ground floor: the words that every other room speaks.
//!
//! Typed ids, instants and durations, principals, roles, scopes, grants, requests, role settings,
//! audit events, and the two sources of change from outside — [`Clock`] and [`Entropy`] — as traits.
//! Nothing here does I/O, reads the system clock or decides anything; decisions live in `rules`.
//! Types are closed to values that cannot exist: parse at the border, then stop checking.

pub mod access;
pub mod alert;
pub mod approval;
pub mod audit;
pub mod directory;
pub mod entropy;
pub mod grant;
pub mod ids;
pub mod licence;
pub mod notice;
pub mod policy;
pub mod read;
pub mod request;
pub mod role;
pub mod scope;
pub mod time;
mod vocabulary;

pub use access::{Caller, CallerKind, Permission};
pub use alert::{AlertName, AlertSettings};
pub use approval::{Review, Seat, StepStatus, Verdict};

pub use directory::{DirectoryObject, ObjectBody, PrincipalKind};
pub use entropy::{Entropy, SeededEntropy};
pub use grant::{AssignmentType, EndCause, Ended, Grant, GrantKind, GrantOrigin, MemberType, Window};
pub use ids::{
    AppId, CorrelationId, GrantId, MessageId, ObjectId, PolicyId, RequestId, RoleDefinitionId, StepId,
    TenantId,
};
pub use licence::{Licence, LicencePlan};
pub use notice::mail_address::MailAddress;
pub use notice::{Audience, Delivery, DeliveryStatus, Message, Notice, NoticeEvent};
pub use policy::{Policy, PolicyRule, RuleId};
pub use record::Record;
pub use request::{Action, Expiration, RequestStatus, ScheduleInfo, ScheduleRequest, TicketInfo};
pub use role::RoleDefinition;
pub use scope::DirectoryScope;
pub use time::{Clock, Instant, IsoDuration, ManualClock, MonotonicClock};

pub use read::{history, insight, query, record};
