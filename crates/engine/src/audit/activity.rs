//! The published names of what PIM does (audit dossier, B5 and B6).

use model::{Action, GrantKind, Verdict, Window};

/// The `AuditType` of an activation that ended before its time, or at it.
pub(super) const REMOVE_ACTIVATED_ROLE: &str = "RemoveActivatedRole";

/// A step in the life of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The request was accepted, or refused.
    Requested,
    /// It waits for an approver.
    ApprovalRequested,
    /// What it asked for is done.
    Completed,
    /// An administrator settled a principal's own request.
    ApprovedByAdministrator,
    /// It was cancelled.
    Canceled,
}

/// What an audit row calls an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// `activityDisplayName`
    pub name: String,
    /// `operationType`
    pub operation: &'static str,
    /// The value of `AuditType` in `additionalDetails`, where one is known.
    pub audit_type: Option<&'static str>,
}

impl Activity {
    /// An activity without an `AuditType`.
    pub fn plain(name: impl Into<String>, operation: &'static str) -> Self {
        Self {
            name: name.into(),
            operation,
            audit_type: None,
        }
    }

    fn typed(name: impl Into<String>, operation: &'static str, audit_type: &'static str) -> Self {
        Self {
            name: name.into(),
            operation,
            audit_type: Some(audit_type),
        }
    }
}

/// `permanent` or `timebound`, by the window.
fn extent(window: Option<Window>) -> &'static str {
    match window {
        Some(Window { end: Some(_), .. }) => "timebound",
        Some(Window { end: None, .. }) | None => "permanent",
    }
}

/// What a step of a request with this action is called. None where the step leaves no row.
pub fn of_request(kind: GrantKind, action: Action, phase: Phase, window: Option<Window>) -> Option<Activity> {
    let eligible = match kind {
        GrantKind::Eligibility => "eligible ",
        GrantKind::Assignment => "",
    };
    let extent = extent(window);
    match action {
        Action::SelfActivate => activation(phase),
        Action::SelfDeactivate => match phase {
            Phase::Requested => Some(Activity::plain(
                "Remove member from role requested (PIM deactivate)",
                "Delete",
            )),
            Phase::Completed => Some(Activity::typed(
                "Remove member from role completed (PIM deactivate)",
                "Delete",
                REMOVE_ACTIVATED_ROLE,
            )),
            Phase::ApprovalRequested | Phase::ApprovedByAdministrator | Phase::Canceled => None,
        },
        Action::AdminAssign => match phase {
            Phase::Requested => Some(Activity::typed(
                format!("Add {eligible}member to role in PIM requested ({extent})"),
                "Create",
                match (kind, extent) {
                    (GrantKind::Eligibility, "timebound") => "CreateRequestEligibleRole",
                    (GrantKind::Eligibility, _) => "CreateRequestPermanentEligibleRole",
                    (GrantKind::Assignment, "timebound") => "CreateRequestGrantedRole",
                    (GrantKind::Assignment, _) => "CreateRequestPermanentGrantedRole",
                },
            )),
            Phase::Completed => Some(Activity {
                name: format!("Add {eligible}member to role in PIM completed ({extent})"),
                operation: "Update",
                audit_type: (kind == GrantKind::Eligibility).then_some("AssignEligibleRole"),
            }),
            Phase::Canceled => Some(Activity::plain(
                format!("Add {eligible}member to role in PIM canceled ({extent})"),
                "Delete",
            )),
            Phase::ApprovalRequested | Phase::ApprovedByAdministrator => None,
        },
        Action::AdminUpdate => match phase {
            Phase::Requested => Some(Activity::plain("Process role update request", "Update")),
            Phase::Canceled => Some(Activity::plain("Cancel request for role update", "Delete")),
            Phase::ApprovalRequested | Phase::Completed | Phase::ApprovedByAdministrator => None,
        },
        Action::AdminRemove => match phase {
            Phase::Requested => Some(Activity::typed(
                format!("Remove {eligible}member from role in PIM requested ({extent})"),
                "Delete",
                "CreateRoleRemovalRequest",
            )),
            Phase::Completed => Some(Activity::plain(
                format!("Remove {eligible}member from role in PIM completed ({extent})"),
                "Delete",
            )),
            Phase::Canceled => Some(Activity::plain("Cancel request for role removal", "Delete")),
            Phase::ApprovalRequested | Phase::ApprovedByAdministrator => None,
        },
        Action::AdminExtend | Action::SelfExtend => match phase {
            Phase::Requested => Some(Activity::plain(
                match kind {
                    GrantKind::Eligibility => "Update eligible member in PIM requested (extend)",
                    GrantKind::Assignment => "Update member in PIM requested (extend)",
                },
                "Update",
            )),
            Phase::Canceled => Some(Activity::plain(
                match kind {
                    GrantKind::Eligibility => "Update eligible member in PIM canceled (extend)",
                    GrantKind::Assignment => "Update member in PIM canceled (extend)",
                },
                "Update",
            )),
            Phase::ApprovedByAdministrator => Some(approved_by_administrator()),
            Phase::ApprovalRequested | Phase::Completed => None,
        },
        Action::AdminRenew | Action::SelfRenew => match phase {
            Phase::Requested => Some(Activity::plain(
                format!("Add {eligible}member to role in PIM requested (renew)"),
                "Create",
            )),
            Phase::Completed => Some(Activity::plain(
                format!("Add {eligible}member to role in PIM completed ({extent})"),
                "Update",
            )),
            Phase::Canceled => Some(Activity::plain(
                format!("Add {eligible}member to role in PIM canceled (renew)"),
                "Delete",
            )),
            Phase::ApprovedByAdministrator => Some(approved_by_administrator()),
            Phase::ApprovalRequested => None,
        },
    }
}

fn approved_by_administrator() -> Activity {
    Activity::plain("Update member in PIM approved by admin (extend/renew)", "Update")
}

fn activation(phase: Phase) -> Option<Activity> {
    match phase {
        Phase::Requested => Some(Activity::typed(
            "Add member to role requested (PIM activation)",
            "Create",
            "CreateRequestRoleActivation",
        )),
        Phase::ApprovalRequested => Some(Activity::typed(
            "Add member to role approval requested (PIM activation)",
            "Update",
            "RequestApprovalRoleActivation",
        )),
        Phase::Completed => Some(Activity::typed(
            "Add member to role completed (PIM activation)",
            "Update",
            "ActivateRole",
        )),
        Phase::Canceled => Some(Activity::plain(
            "Add member to role canceled (PIM activation)",
            "Delete",
        )),
        Phase::ApprovedByAdministrator => None,
    }
}

/// What the decision of an approver is called.
pub fn of_review(verdict: Verdict) -> Activity {
    let name = match verdict {
        Verdict::Approve => "Add member to role request approved (PIM activation)",
        Verdict::Deny => "Add member to role request denied (PIM activation)",
    };
    Activity::typed(name, "Update", "RequestApprovalRoleActivation")
}

/// What a decision is called that does not stand: not by the name of one that does, which rules count whatever came of
/// it.
pub fn of_refused_review() -> Activity {
    Activity::typed("Process request", "Update", "RequestApprovalRoleActivation")
}

/// What the end of a grant by time is called.
pub fn of_expiry(kind: GrantKind, is_activation: bool) -> Activity {
    if is_activation {
        return Activity::typed(
            "Remove member from role (PIM activation expired)",
            "Delete",
            REMOVE_ACTIVATED_ROLE,
        );
    }
    Activity::plain(
        match kind {
            GrantKind::Eligibility => "Remove eligible member from role in PIM completed (timebound)",
            GrantKind::Assignment => "Remove member from role in PIM completed (timebound)",
        },
        "Delete",
    )
}

/// What the directory's own row says when a grant comes into force or ends (audit dossier, B9).
pub const fn of_twin(kind: GrantKind, is_added: bool) -> (&'static str, &'static str) {
    match (kind, is_added) {
        (GrantKind::Assignment, true) => ("Add member to role", "Assign"),
        (GrantKind::Assignment, false) => ("Remove member from role", "Unassign"),
        (GrantKind::Eligibility, true) => ("Add eligible member to role", "Assign"),
        (GrantKind::Eligibility, false) => ("Remove eligible member from role", "Unassign"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Instant;

    #[test]
    fn names_are_the_published_ones() {
        let finite = Some(Window {
            start: Instant::from_micros(0),
            end: Some(Instant::from_micros(1)),
        });
        let endless = Some(Window {
            start: Instant::from_micros(0),
            end: None,
        });
        let (active, eligible) = (GrantKind::Assignment, GrantKind::Eligibility);
        let cases = [
            (
                active,
                Action::SelfActivate,
                Phase::Requested,
                finite,
                "Add member to role requested (PIM activation)",
            ),
            (
                active,
                Action::SelfActivate,
                Phase::Completed,
                finite,
                "Add member to role completed (PIM activation)",
            ),
            (
                active,
                Action::AdminAssign,
                Phase::Requested,
                finite,
                "Add member to role in PIM requested (timebound)",
            ),
            (
                eligible,
                Action::AdminAssign,
                Phase::Completed,
                endless,
                "Add eligible member to role in PIM completed (permanent)",
            ),
            (
                eligible,
                Action::AdminRemove,
                Phase::Requested,
                finite,
                "Remove eligible member from role in PIM requested (timebound)",
            ),
            (
                active,
                Action::AdminUpdate,
                Phase::Requested,
                finite,
                "Process role update request",
            ),
            (
                active,
                Action::SelfExtend,
                Phase::Requested,
                finite,
                "Update member in PIM requested (extend)",
            ),
            (
                eligible,
                Action::AdminRenew,
                Phase::Requested,
                finite,
                "Add eligible member to role in PIM requested (renew)",
            ),
        ];
        for (kind, action, phase, window, expected) in cases {
            assert_eq!(of_request(kind, action, phase, window).unwrap().name, expected);
        }
    }
}
