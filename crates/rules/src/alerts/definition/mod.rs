//! What the alerts say of themselves (alerts dossier, A5). Titles, severities and flags of Graph's seven are its own,
//! the prose is ours.

mod graph;
mod own;

use model::alert::{AlertDefinition, AlertName, AlertSettings, AlertSeverity, Thresholds};

/// The words of an alert that are always the same.
pub(super) struct Words {
    display_name: &'static str,
    severity: AlertSeverity,
    is_remediatable: bool,
    is_configurable: bool,
    security_impact: &'static str,
    mitigation_steps: &'static str,
    how_to_prevent: &'static str,
}

const fn words(name: AlertName) -> &'static Words {
    match name {
        AlertName::InvalidLicense => &graph::INVALID_LICENSE,
        AlertName::NoMfaOnRoleActivation => &graph::NO_MFA,
        AlertName::RedundantAssignment => &graph::REDUNDANT,
        AlertName::RolesAssignedOutsidePim => &graph::OUTSIDE_PIM,
        AlertName::SequentialActivationRenewals => &graph::SEQUENTIAL,
        AlertName::StaleSignIn => &graph::STALE,
        AlertName::TooManyGlobalAdmins => &graph::GLOBAL_ADMINS,
        AlertName::TooFewApprovers => &own::APPROVERS,
        AlertName::MailFailing => &own::MAIL,
        AlertName::BreakGlassAccountUsed => &own::BREAK_GLASS,
        AlertName::StandingPrivilegedAccess => &own::STANDING,
        AlertName::RevocationFailed => &own::REVOCATION,
    }
}

/// The title of an alert.
pub const fn display_name(name: AlertName) -> &'static str {
    words(name).display_name
}

/// Whether an incident can be put right by asking for it.
pub const fn is_remediatable(name: AlertName) -> bool {
    words(name).is_remediatable
}

/// What an alert is, with the numbers of its last scan: how many accounts its incidents are about, and what is set.
pub fn definition(name: AlertName, accounts: u32, settings: &AlertSettings) -> AlertDefinition {
    let words = words(name);
    AlertDefinition {
        name,
        display_name: words.display_name,
        description: description(name, accounts, settings),
        severity: words.severity,
        security_impact: words.security_impact,
        mitigation_steps: words.mitigation_steps,
        how_to_prevent: words.how_to_prevent,
        is_remediatable: words.is_remediatable,
        is_configurable: words.is_configurable,
    }
}

fn description(name: AlertName, accounts: u32, settings: &AlertSettings) -> String {
    let days = match settings.thresholds {
        Thresholds::Idle { duration } => duration.as_seconds() / SECONDS_PER_DAY,
        Thresholds::None | Thresholds::Sequence { .. } | Thresholds::Share { .. } => 0,
    };
    match name {
        AlertName::RedundantAssignment => {
            format!("{accounts} user(s) haven't activated a role that they are eligible for in the past {days} days")
        }
        AlertName::RolesAssignedOutsidePim => format!(
            "{accounts} privileged assignment(s) were made outside of Privileged Identity Management"
        ),
        AlertName::SequentialActivationRenewals => {
            format!("{accounts} user(s) activated the same role again and again within a short time")
        }
        AlertName::StaleSignIn => {
            format!("{accounts} account(s) with a privileged role haven't signed in during the past {days} days")
        }
        AlertName::InvalidLicense => "The organization has no licence that covers Privileged Identity Management".to_owned(),
        AlertName::NoMfaOnRoleActivation => {
            "Some privileged roles can be activated without multi-factor authentication".to_owned()
        }
        AlertName::TooManyGlobalAdmins => {
            "The number and the share of global administrators are higher than the settings of this alert allow".to_owned()
        }
        AlertName::TooFewApprovers => "Some roles that need approval have fewer than two persons who can give it".to_owned(),
        AlertName::MailFailing => "Some mail could not be delivered and was given up".to_owned(),
        AlertName::BreakGlassAccountUsed => {
            format!("{accounts} account(s) kept for emergencies were used in the past 30 days")
        }
        AlertName::StandingPrivilegedAccess => "Some privileged roles are held for good by many".to_owned(),
        AlertName::RevocationFailed => {
            format!("{accounts} account(s) have a role whose end was reached and has not been recorded")
        }
    }
}

const SECONDS_PER_DAY: i64 = 86_400;
