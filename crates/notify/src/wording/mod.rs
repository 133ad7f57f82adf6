//! What a message says, before it is laid out: one function for each subject.

mod activations;
mod alerts;
mod approvals;
mod assignments;
mod extensions;
mod role;
mod settings;
mod week;

use model::notice::Matter;
use model::{Message, NoticeEvent};
use serde::Serialize;

pub use role::Role;

/// The parts of a message. Their order is the layouts' business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// The subject, without the prefix.
    pub subject: String,
    /// What happened, in a sentence or two.
    pub lead: String,
    /// The particulars.
    pub facts: Vec<Fact>,
    /// What was changed, from what, to what.
    pub changes: Vec<Change>,
    /// What there is to do, or that there is nothing.
    pub closing: String,
}

/// One particular; its value may have several lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// What it says.
    pub lines: Vec<String>,
}

/// One thing before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which thing.
    pub what: String,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// The words for a message.
pub fn wording(message: &Message) -> Wording {
    let notice = &message.notice;
    let matter = match &notice.about {
        Matter::Role(matter) => matter,
        Matter::Settings(matter) => return settings::changed(matter),
        Matter::Week(matter) => return week::over(matter),
        Matter::Alert(matter) => return alerts::assigned_outside_pim(matter),
    };
    let role = Role::new(matter, message.audience);
    match notice.event {
        NoticeEvent::ApprovalRequested => approvals::requested(&role),
        NoticeEvent::ApprovalReminder => approvals::reminder(&role),
        NoticeEvent::ApprovalDecided => approvals::decided(&role),
        NoticeEvent::ApprovalExpired => approvals::expired(&role),
        NoticeEvent::RequestCanceled => approvals::canceled(&role),
        NoticeEvent::Activated => activations::activated(&role),
        NoticeEvent::ActivationEnding => activations::ending(&role),
        NoticeEvent::Assigned => assignments::assigned(&role),
        NoticeEvent::Updated => assignments::updated(&role),
        NoticeEvent::Removed => assignments::removed(&role),
        NoticeEvent::Ending => assignments::ending(&role, notice.at),
        NoticeEvent::Ended => assignments::ended(&role),
        NoticeEvent::ExtensionRequested => extensions::requested(&role),
        NoticeEvent::ExtensionDecided => extensions::decided(&role),
        // None is about somebody's role.
        NoticeEvent::SettingsChanged | NoticeEvent::AssignedOutsidePim | NoticeEvent::WeeklyDigest => {
            role.plain()
        }
    }
}
