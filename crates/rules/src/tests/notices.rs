//! Who is told of what, and when somebody is reminded.

use model::notice::Addressed;
use model::policy::{NotificationLevel, NotificationRule};
use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER, SECURITY_ADMINISTRATOR};
use model::{Audience, GrantKind, NoticeEvent, PolicyRule, RuleId};

use super::given::*;
use crate::notices::{addressed, reminders, roles_of};
use model::policy::RoleSettings;

/// Audience and rule of each message, as `audience by rule`.
fn told(event: NoticeEvent, kind: GrantKind, settings: &RoleSettings) -> Vec<String> {
    let one = |message: &Addressed| match message.rule_id {
        Some(rule) => format!("{} by {rule}", message.audience),
        None => message.audience.to_string(),
    };
    addressed(event, kind, settings).iter().map(one).collect()
}

#[test]
fn each_event_has_its_audiences_and_rules() {
    use NoticeEvent as E;
    let settings = RoleSettings::default_for(REPORTS_READER);
    let activation: &[(NoticeEvent, &[&str])] = &[
        (
            E::ApprovalRequested,
            &["approvers by Notification_Approver_EndUser_Assignment"],
        ),
        (
            E::ApprovalReminder,
            &["approvers by Notification_Approver_EndUser_Assignment"],
        ),
        (
            E::ApprovalDecided,
            &[
                "otherApprovers by Notification_Approver_EndUser_Assignment",
                "principal by Notification_Requestor_EndUser_Assignment",
            ],
        ),
        (
            E::ApprovalExpired,
            &[
                "principal by Notification_Requestor_EndUser_Assignment",
                "approvers by Notification_Approver_EndUser_Assignment",
            ],
        ),
        (
            E::RequestCanceled,
            &[
                "principal by Notification_Requestor_EndUser_Assignment",
                "approvers by Notification_Approver_EndUser_Assignment",
            ],
        ),
        (
            E::Activated,
            &[
                "administrators by Notification_Admin_EndUser_Assignment",
                "principal by Notification_Requestor_EndUser_Assignment",
            ],
        ),
        (
            E::ActivationEnding,
            &["principal by Notification_Requestor_EndUser_Assignment"],
        ),
        (E::SettingsChanged, &["administrators"]),
        (E::WeeklyDigest, &["administrators"]),
    ];
    for (event, expected) in activation {
        assert_eq!(told(*event, Assignment, &settings), *expected, "{event}");
    }
    for (kind, side) in [(Assignment, "Assignment"), (Eligibility, "Eligibility")] {
        for (events, admins) in [
            (
                &[E::Assigned, E::Removed, E::Ending, E::Ended][..],
                "administrators",
            ),
            (&[E::Updated, E::ExtensionDecided], "otherAdministrators"),
        ] {
            for event in events {
                let expected = [
                    format!("{admins} by Notification_Admin_Admin_{side}"),
                    format!("principal by Notification_Requestor_Admin_{side}"),
                ];
                assert_eq!(told(*event, kind, &settings), expected, "{event}");
            }
        }
        let expected = [format!(
            "decidingAdministrators by Notification_Approver_Admin_{side}"
        )];
        assert_eq!(told(E::ExtensionRequested, kind, &settings), expected);
    }
}

#[test]
fn critical_lets_through_what_asks_somebody_to_act_and_what_somebody_waits_for() {
    let mut settings = RoleSettings::default_for(REPORTS_READER);
    let rule = NotificationRule {
        notification_level: NotificationLevel::Critical,
        ..NotificationRule::default()
    };
    for id in RuleId::ALL.iter().filter(|id| id.recipient().is_some()) {
        assert!(settings.set_rule(*id, PolicyRule::Notification(rule.clone())));
    }
    let passing = NoticeEvent::ALL.iter().flat_map(|event| {
        addressed(*event, Assignment, &settings)
            .into_iter()
            .map(|it| (*event, it.audience))
    });
    assert_eq!(
        passing.collect::<Vec<_>>(),
        [
            (NoticeEvent::ApprovalRequested, Audience::Approvers),
            (NoticeEvent::ApprovalDecided, Audience::Principal),
            (NoticeEvent::ExtensionRequested, Audience::DecidingAdministrators),
            (NoticeEvent::SettingsChanged, Audience::Administrators),
            (NoticeEvent::AssignedOutsidePim, Audience::Administrators),
            (NoticeEvent::WeeklyDigest, Audience::Administrators),
        ]
    );
}

#[test]
fn administrators_are_whoever_holds_one_of_three_roles() {
    assert!(
        roles_of(Audience::Administrators)
            .unwrap()
            .contains(&SECURITY_ADMINISTRATOR)
    );
    let deciding = roles_of(Audience::DecidingAdministrators).unwrap();
    assert!(deciding.contains(&GLOBAL_ADMINISTRATOR) && !deciding.contains(&SECURITY_ADMINISTRATOR));
    assert_eq!(roles_of(Audience::Approvers), None);
}

#[test]
fn ends_are_told_of_twice_and_only_while_the_grant_holds() {
    let ending = |start, end| reminders::of_grant(&grant(1, Eligibility, start, Some(end)), None);
    let end = ahead(days(30));
    assert_eq!(ending(NOW, end), [ahead(days(16)), ahead(days(29))]);
    assert_eq!(ending(NOW, ahead(days(10))), [ahead(days(9))]);
    assert_eq!(
        ending(ahead(days(20)), end),
        [ahead(days(29))],
        "not before it begins"
    );
    assert!(ending(NOW, ahead(hours(24))).is_empty());
    assert!(reminders::of_grant(&standing(1, Eligibility), None).is_empty());
}

#[test]
fn the_end_of_an_activation_is_told_of_only_if_that_is_wanted() {
    let active = activation(1, 2, NOW);
    assert!(reminders::of_grant(&active, None).is_empty());
    assert_eq!(
        reminders::of_grant(&active, Some(minutes(15))),
        [ahead(minutes(105))]
    );
    assert!(
        reminders::of_grant(&active, Some(hours(3))).is_empty(),
        "before it began"
    );
}

#[test]
fn approvers_are_reminded_after_half_and_nine_tenths_of_their_time() {
    let due = |escalates_at| -> Vec<_> {
        reminders::of_approval(NOW, ahead(hours(24)), escalates_at)
            .into_iter()
            .collect()
    };
    let shares = [ahead(hours(12)), ahead(minutes(24 * 54))];
    assert_eq!(due(None), shares);
    // Who comes in later hears of it then, nobody twice at once, and nobody when it is too late.
    assert_eq!(
        due(Some(ahead(hours(1)))),
        [ahead(hours(1)), shares[0], shares[1]]
    );
    assert_eq!(due(Some(shares[0])), shares);
    assert_eq!(due(Some(ahead(hours(24)))), shares);
}

#[test]
fn a_week_ends_on_monday_at_eight() {
    // NOW is a Monday at nine.
    assert_eq!(reminders::end_of_week(NOW), ahead(hours(7 * 24 - 1)));
    assert_eq!(reminders::end_of_week(ago(hours(1))), ahead(hours(7 * 24 - 1)));
    assert_eq!(reminders::end_of_week(ago(minutes(61))), ago(hours(1)));
}
