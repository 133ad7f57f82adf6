//! The words of the alerts that Tenure adds. `security_impact` is the reason for the severity.

use model::alert::AlertSeverity;

use super::Words;

pub(super) static APPROVERS: Words = Words {
    display_name: "Roles have fewer than two reachable approvers",
    severity: AlertSeverity::Medium,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "If the one approver is away, nobody can activate the role, and people will look for a way around it.",
    mitigation_steps: "·Name further approvers in the settings of each role in the list, or enable their accounts.",
    how_to_prevent: "·Name groups rather than persons as approvers.",
};

pub(super) static MAIL: Words = Words {
    display_name: "Mail cannot be delivered",
    severity: AlertSeverity::Medium,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "Approvers do not hear of what waits for them, and administrators not of what was given.",
    mitigation_steps: "·Look at the last error of each address in the list, and put right what it names.\r\n\
                       ·Have the mail sent again from the outbox.",
    how_to_prevent: "·Keep the addresses of approvers and administrators up to date.",
};

pub(super) static BREAK_GLASS: Words = Words {
    display_name: "An emergency access account was used",
    severity: AlertSeverity::High,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "These accounts pass by what protects the others, and nobody uses them but in an emergency. If there was \
                      none, somebody else has their password.",
    mitigation_steps: "·Find out who used the account, and why.\r\n·Change its password afterwards in any case.",
    how_to_prevent: "·Keep the passwords of these accounts under lock and key.",
};

pub(super) static STANDING: Words = Words {
    display_name: "Privileged roles are held permanently by many",
    severity: AlertSeverity::Low,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "Whoever holds a privileged role for good is a way in at any time; whoever is eligible only while they have \
                      activated it.",
    mitigation_steps: "·Make the holders of each role in the list eligible for it, and remove their permanent assignments.",
    how_to_prevent: "·Do not allow permanent active assignments in the settings of privileged roles.",
};

pub(super) static REVOCATION: Words = Words {
    display_name: "The end of role assignments is not recorded",
    severity: AlertSeverity::High,
    is_remediatable: false,
    is_configurable: false,
    security_impact: "Here the role is over, but systems that wait to be told of its end still let its holder in.",
    mitigation_steps: "·Look in the log of the server for why what is due could not be announced.\r\n\
                       ·Check the systems that roles take effect in.",
    how_to_prevent: "·Watch the log of the server for errors.",
};
