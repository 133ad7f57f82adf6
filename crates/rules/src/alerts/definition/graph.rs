//! The words of Graph's seven alerts.

use model::alert::AlertSeverity;

use super::Words;

pub(super) static INVALID_LICENSE: Words = Words {
    display_name: "The organization doesn't have Azure AD Premium P2",
    severity: AlertSeverity::High,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "Without a licence for Privileged Identity Management, roles can no longer be activated or approved, and \
                      whoever needs one may be given it for good instead.",
    mitigation_steps: "·Renew the licence of the organization, or assign one that covers Privileged Identity Management.",
    how_to_prevent: "·Renew licences before they end, and keep their number in step with the people who have roles.",
};

pub(super) static NO_MFA: Words = Words {
    display_name: "Roles don't require multi-factor authentication for activation",
    severity: AlertSeverity::Medium,
    is_remediatable: true,
    is_configurable: false,
    security_impact: "A stolen password is enough to activate these roles.",
    mitigation_steps: "·Open the settings of each role in the list and require multi-factor authentication on activation.\r\n\
                       ·Or put an incident right from here, which does the same.",
    how_to_prevent: "·Require multi-factor authentication, or an authentication context, on activation of every privileged \
                     role.",
};

pub(super) static REDUNDANT: Words = Words {
    display_name: "Eligible administrators aren't activating their privileged role",
    severity: AlertSeverity::Low,
    is_remediatable: true,
    is_configurable: true,
    security_impact: "Whoever is eligible for a role and never uses it may not need it. Every eligibility is one more account \
                      whose loss gives an attacker the role.",
    mitigation_steps: "·Ask the people in the list whether they still need the role.\r\n\
                       ·Remove the eligibility of those who do not.",
    how_to_prevent: "·Give eligibilities an end.\r\n·Review regularly who is eligible for what.",
};

pub(super) static OUTSIDE_PIM: Words = Words {
    display_name: "Roles are being assigned outside of Privileged Identity Management",
    severity: AlertSeverity::High,
    is_remediatable: true,
    is_configurable: false,
    security_impact: "These assignments passed no setting of their role: nobody gave a reason, nobody approved, and they never \
                      end. They may be the work of an attacker.",
    mitigation_steps: "·Look in the audit log for who made each assignment, and ask them.\r\n\
                       ·Remove what is not meant to be; make the people eligible in Privileged Identity Management who need \
                       the role.",
    how_to_prevent: "·Give roles in Privileged Identity Management only.\r\n\
                     ·Let as few as possible hold roles that can give roles.",
};

pub(super) static SEQUENTIAL: Words = Words {
    display_name: "Roles are being activated too frequently",
    severity: AlertSeverity::Medium,
    is_remediatable: false,
    is_configurable: true,
    security_impact: "Whoever activates the same role again and again may be a program that holds somebody's session, or may \
                      need the role for longer than its settings allow.",
    mitigation_steps: "·Ask the people in the list why they activated the role so often.\r\n\
                       ·Let activations last longer if the work takes longer.",
    how_to_prevent: "·Set how long activations of a role last by how long the work takes.\r\n\
                     ·Require multi-factor authentication on activation, so that programs cannot activate.",
};

pub(super) static STALE: Words = Words {
    display_name: "Potential stale accounts in a privileged role",
    severity: AlertSeverity::Medium,
    is_remediatable: true,
    is_configurable: true,
    security_impact: "An account that nobody uses is an account whose loss nobody notices, and these have roles.",
    mitigation_steps: "·Find out whose the accounts in the list are, and whether they are still in use.\r\n\
                       ·Remove the role from those that are not.",
    how_to_prevent: "·Remove roles when people leave or move.\r\n·Review regularly who has which role.",
};

pub(super) static GLOBAL_ADMINS: Words = Words {
    display_name: "There are too many global administrators",
    severity: AlertSeverity::Low,
    is_remediatable: true,
    is_configurable: true,
    security_impact: "Global administrators can do everything, so that each of them is worth attacking.",
    mitigation_steps: "·Remove the role from those in the list who do not need it.\r\n\
                       ·Give them a role that allows less, or make them eligible instead.",
    how_to_prevent: "·Give people the role that allows the least of what they need.\r\n\
                     ·Make global administrators eligible, so that nobody is one for longer than it takes.",
};
