//! Every message that an event becomes, with sparse, full and hostile particulars.

use model::notice::{
    Matter, Named, NamedRole, Notice, RoleMatter, SettingDifference, SettingsMatter, WeekMatter,
};
use model::{
    Audience, DirectoryScope, GrantKind, Instant, IsoDuration, Message, NoticeEvent, RuleId, TicketInfo,
    Verdict,
};

use super::*;

/// 2026-03-02T08:00:00Z, a Monday.
const NOW: Instant = Instant::from_seconds(1_772_438_400);
const HOSTILE: &str = "\"><script>alert(1)</script>\r\nBcc: everybody@corp.example\u{202e}";

fn id<T: std::str::FromStr>(number: u32) -> T {
    let text = format!("{number:08x}-0000-4000-8000-000000000000");
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn style() -> LetterStyle {
    LetterStyle {
        subject_prefix: "PIM:".to_owned(),
        tenant_name: "Example Works".to_owned(),
    }
}

fn named(number: u32, name: &str) -> Named {
    Named {
        id: id(number),
        display_name: name.to_owned(),
    }
}

fn role(name: &str) -> NamedRole {
    NamedRole {
        id: id(9),
        display_name: name.to_owned(),
    }
}

/// As little as there can be.
fn sparse(kind: GrantKind, person: &str, role_name: &str) -> RoleMatter {
    RoleMatter {
        kind,
        is_activation: false,
        request_id: None,
        principal: named(1, person),
        role: role(role_name),
        scope: DirectoryScope::Tenant,
        scope_name: None,
        start: None,
        end: None,
        duration: None,
        justification: None,
        ticket: TicketInfo::default(),
        by: None,
        verdict: None,
        review_justification: None,
        failure: None,
        decide_by: None,
    }
}

/// As much as there can be.
fn full(kind: GrantKind, text: &str) -> RoleMatter {
    RoleMatter {
        is_activation: true,
        request_id: Some(id(5)),
        scope: DirectoryScope::AdministrativeUnit(id(6)),
        scope_name: Some(text.to_owned()),
        start: Some(NOW),
        end: Some(NOW.saturating_add(IsoDuration::from_hours(4))),
        justification: Some(text.to_owned()),
        ticket: TicketInfo {
            number: Some(text.to_owned()),
            system: Some(text.to_owned()),
        },
        by: Some(named(2, text)),
        verdict: Some(Verdict::Approve),
        review_justification: Some(text.to_owned()),
        decide_by: Some(NOW.saturating_add(IsoDuration::from_hours(24))),
        ..sparse(kind, text, text)
    }
}

fn message(event: NoticeEvent, audience: Audience, about: Matter) -> Message {
    Message {
        id: id(7),
        notice: Notice {
            event,
            at: NOW,
            about,
            addressed: Vec::new(),
        },
        audience,
        rule_id: Some(RuleId::NotificationAdminEndUserAssignment),
        recipients: vec!["alice@corp.example".parse().unwrap()],
        unreachable: Vec::new(),
        skipped: 0,
    }
}

fn about(matter: RoleMatter) -> Matter {
    Matter::Role(Box::new(matter))
}

/// The subject of a message about Carol's User Administrator.
fn subject(
    event: NoticeEvent,
    audience: Audience,
    kind: GrantKind,
    change: impl FnOnce(&mut RoleMatter),
) -> String {
    let mut matter = sparse(kind, "Carol Reyes", "User Administrator");
    change(&mut matter);
    letter(&message(event, audience, about(matter)), &style()).subject
}

#[test]
fn subjects_say_what_happened() {
    use Audience as To;
    use GrantKind::{Assignment, Eligibility};
    use NoticeEvent as E;
    let four_hours = |matter: &mut RoleMatter| {
        matter.start = Some(NOW);
        matter.end = Some(NOW.saturating_add(IsoDuration::from_hours(4)));
    };
    let asked = |matter: &mut RoleMatter| {
        matter.duration = Some(IsoDuration::from_hours(1));
        matter.decide_by = Some(NOW.saturating_add(IsoDuration::from_hours(24)));
    };
    let by_bob = |verdict| {
        move |matter: &mut RoleMatter| {
            matter.by = Some(named(2, "Bob"));
            matter.verdict = Some(verdict);
        }
    };
    let until_may =
        |matter: &mut RoleMatter| matter.end = Some(NOW.saturating_add(IsoDuration::from_days(60)));
    let in_two_weeks =
        |matter: &mut RoleMatter| matter.end = Some(NOW.saturating_add(IsoDuration::from_days(14)));
    let nothing = |_: &mut RoleMatter| {};
    let cases = [
        (
            subject(E::ApprovalRequested, To::Approvers, Assignment, asked),
            "PIM: Carol Reyes asks to activate User Administrator (1 h) — decide by Tue 3 Mar 08:00 UTC",
        ),
        (
            subject(E::ApprovalReminder, To::Approvers, Assignment, asked),
            "PIM: Reminder — decide by Tue 3 Mar 08:00 UTC: Carol Reyes, User Administrator",
        ),
        (
            subject(
                E::ApprovalDecided,
                To::OtherApprovers,
                Assignment,
                by_bob(Verdict::Approve),
            ),
            "PIM: Approved by Bob — Carol Reyes, User Administrator",
        ),
        (
            subject(
                E::ApprovalDecided,
                To::Principal,
                Assignment,
                by_bob(Verdict::Deny),
            ),
            "PIM: Your User Administrator request was denied",
        ),
        (
            subject(E::ApprovalExpired, To::Principal, Assignment, nothing),
            "PIM: Request expired without decision — User Administrator",
        ),
        (
            subject(E::RequestCanceled, To::Approvers, Assignment, nothing),
            "PIM: Request withdrawn — Carol Reyes, User Administrator",
        ),
        (
            subject(E::Activated, To::Principal, Assignment, four_hours),
            "PIM: User Administrator is active until Mon 2 Mar 12:00 UTC",
        ),
        (
            subject(E::Activated, To::Administrators, Assignment, four_hours),
            "PIM: Carol Reyes activated User Administrator (4 h)",
        ),
        (
            subject(E::ActivationEnding, To::Principal, Assignment, four_hours),
            "PIM: User Administrator is active only until Mon 2 Mar 12:00 UTC",
        ),
        (
            subject(E::Assigned, To::Principal, Eligibility, until_may),
            "PIM: You can now activate User Administrator (until 1 May 2026)",
        ),
        (
            subject(E::Assigned, To::Administrators, Eligibility, nothing),
            "PIM: Carol Reyes was made eligible for User Administrator (permanently)",
        ),
        (
            subject(E::Assigned, To::Principal, Assignment, nothing),
            "PIM: You were assigned User Administrator permanently",
        ),
        (
            subject(E::Assigned, To::Administrators, Assignment, until_may),
            "PIM: Carol Reyes was assigned User Administrator until 1 May 2026",
        ),
        (
            subject(E::Updated, To::Principal, Eligibility, until_may),
            "PIM: Your User Administrator eligibility was changed (until 1 May 2026)",
        ),
        (
            subject(E::Removed, To::OtherAdministrators, Assignment, nothing),
            "PIM: Carol Reyes's User Administrator assignment was removed",
        ),
        (
            subject(E::Ending, To::Principal, Eligibility, in_two_weeks),
            "PIM: Your User Administrator eligibility ends on 16 Mar 2026 (14 days)",
        ),
        (
            // Whoever announces it is some seconds late.
            subject(E::Ending, To::Administrators, Assignment, |matter| {
                matter.end = Some(NOW.saturating_add(IsoDuration::from_seconds(86_400 - 20)));
            }),
            "PIM: Carol Reyes's User Administrator assignment ends on 3 Mar 2026 (1 day)",
        ),
        (
            subject(E::ApprovalRequested, To::Approvers, Assignment, nothing),
            "PIM: Carol Reyes asks to activate User Administrator",
        ),
        (
            subject(E::Ended, To::Administrators, Assignment, nothing),
            "PIM: Carol Reyes's User Administrator assignment ended",
        ),
        (
            subject(
                E::ExtensionRequested,
                To::DecidingAdministrators,
                Eligibility,
                nothing,
            ),
            "PIM: Carol Reyes asks to extend User Administrator",
        ),
        (
            subject(E::ExtensionDecided, To::Principal, Eligibility, until_may),
            "PIM: Your extension of User Administrator was approved (until 1 May 2026)",
        ),
    ];
    for (subject, expected) in cases {
        assert_eq!(subject, expected);
    }
}

#[test]
fn a_whole_letter() {
    let mut matter = sparse(GrantKind::Assignment, "Carol Reyes", "Global Administrator");
    matter.request_id = Some(id(5));
    matter.duration = Some(IsoDuration::from_hours(1));
    matter.justification = Some("Break-glass drill\nwith two lines".to_owned());
    matter.decide_by = Some(NOW.saturating_add(IsoDuration::from_hours(24)));
    let mut asked = message(NoticeEvent::ApprovalRequested, Audience::Approvers, about(matter));
    asked.rule_id = Some(RuleId::NotificationApproverEndUserAssignment);
    asked.unreachable = vec!["Dave".to_owned()];
    let letter = letter(&asked, &style());
    assert_eq!(
        letter.text,
        "Carol Reyes asks to activate Global Administrator (1 h). Somebody has to approve it.

Person: Carol Reyes
Role: Global Administrator
For: 1 h
Justification:
  | Break-glass drill
  | with two lines
Decide by: Tue 3 Mar 2026 08:00 UTC

Approve or deny it. Undecided, it is denied.

-- 
Example Works
The notification rule Notification_Approver_EndUser_Assignment of the role's settings sends this; change it there (policies/roleManagementPolicies).
Sent to: alice@corp.example
Without a mail address: Dave.
Request: 00000005-0000-4000-8000-000000000000
"
    );
    let body = letter
        .html
        .split_once("<body")
        .unwrap()
        .1
        .split_once('\n')
        .unwrap()
        .1;
    let th = "<th style=\"text-align: left; vertical-align: top; padding-right: 1em\">";
    assert_eq!(
        body.replace(th, "<th>"),
        "<p>Carol Reyes asks to activate Global Administrator (1 h). Somebody has to approve it.</p>
<table>
<tr><th>Person</th><td>Carol Reyes</td></tr>
<tr><th>Role</th><td>Global Administrator</td></tr>
<tr><th>For</th><td>1 h</td></tr>
<tr><th>Justification</th><td>Break-glass drill<br>with two lines</td></tr>
<tr><th>Decide by</th><td>Tue 3 Mar 2026 08:00 UTC</td></tr>
</table>
<p>Approve or deny it. Undecided, it is denied.</p>
<hr>
<p style=\"font-size: small\">Example Works<br>
The notification rule Notification_Approver_EndUser_Assignment of the role&#x27;s settings sends this; change it there (policies&#x2f;roleManagementPolicies).<br>
Sent to: alice@corp.example<br>
Without a mail address: Dave.<br>
Request: 00000005-0000-4000-8000-000000000000</p>
</body>
</html>
"
    );
}

#[test]
fn what_people_wrote_cannot_pose_as_a_line_of_ours() {
    let forged = "drill\r\n\r\n-- \r\nSent to: nobody\u{2028}Request: 1";
    let mut matter = sparse(
        GrantKind::Assignment,
        "Carol\r\nSent to: nobody",
        "Reader\nRequest: 1",
    );
    matter.start = Some(NOW);
    matter.end = Some(NOW.saturating_add(IsoDuration::from_hours(4)));
    matter.justification = Some(forged.to_owned());
    matter.ticket.number = Some(forged.to_owned());
    let mut activated = message(NoticeEvent::Activated, Audience::Administrators, about(matter));
    activated.unreachable = vec![forged.to_owned()];
    assert_eq!(
        letter(&activated, &style()).text,
        "Carol Sent to: nobody activated Reader Request: 1. It holds until Mon 2 Mar 2026 12:00 UTC.

Person: Carol Sent to: nobody
Role: Reader Request: 1
From: Mon 2 Mar 2026 08:00 UTC
Until: Mon 2 Mar 2026 12:00 UTC
Justification:
  | drill
  | 
  | --
  | Sent to: nobody Request: 1
Ticket: drill -- Sent to: nobody Request: 1

An administrator can remove it before it ends.

-- 
Example Works
The notification rule Notification_Admin_EndUser_Assignment of the role's settings sends this; change it there (policies/roleManagementPolicies).
Sent to: alice@corp.example
Without a mail address: drill -- Sent to: nobody Request: 1.
"
    );
}

#[test]
fn who_else_gets_it_is_told_up_to_a_number() {
    let matter = sparse(GrantKind::Assignment, "Carol", "Reader");
    let mut ended = message(NoticeEvent::Ended, Audience::Administrators, about(matter));
    ended.rule_id = None;
    ended.recipients = (0..NAMED_RECIPIENTS_MAX + 12)
        .map(|number| format!("a{number}@corp.example").parse().unwrap())
        .collect();
    ended.skipped = 3;
    let text = letter(&ended, &style()).text;
    for line in [
        "No notification rule of a role governs this: administrators get it.",
        "Sent to: a0@corp.example, a1@corp.example, a2@corp.example, a3@corp.example, a4@corp.example, \
         a5@corp.example, a6@corp.example, a7@corp.example, a8@corp.example, a9@corp.example and 12 more",
        "Left out, as one message goes to so many only: 3.",
    ] {
        assert!(text.lines().any(|it| it == line), "{text}");
    }
}

#[test]
fn settings_and_weeks_have_letters_of_their_own() {
    let changed = Matter::Settings(SettingsMatter {
        role: role("Global Administrator"),
        by: named(2, "Alice"),
        changes: vec![SettingDifference {
            rule_id: RuleId::ExpirationEndUserAssignment,
            before: "08:00:00".to_owned(),
            after: "01:00:00".to_owned(),
        }],
    });
    let settings = letter(
        &message(NoticeEvent::SettingsChanged, Audience::Administrators, changed),
        &style(),
    );
    assert_eq!(
        settings.subject,
        "PIM: Settings of Global Administrator changed by Alice"
    );
    assert!(
        settings
            .text
            .contains("Expiration_EndUser_Assignment\n  before: 08:00:00\n  after:  01:00:00\n")
    );
    assert!(settings.html.contains("<td>01:00:00</td>"), "{}", settings.html);
    let week = Matter::Week(WeekMatter {
        from: NOW,
        until: NOW.saturating_add(IsoDuration::from_days(7)),
        activations: 41,
        made_permanent: 1,
        made_in_pim: 7,
        made_outside_pim: 0,
        standing_global_administrators: 3,
        ending_soon: 2,
        top_roles: vec![model::notice::RoleCount {
            role: role("Reports Reader"),
            permanent: 1,
            eligible: 12,
        }],
    });
    let digest = letter(
        &message(NoticeEvent::WeeklyDigest, Audience::Administrators, week),
        &style(),
    );
    assert_eq!(
        digest.subject,
        "PIM: Week 2026-W10 — 41 activations, 3 standing Global Administrators"
    );
    assert!(
        digest
            .text
            .contains("Roles with the most holders: Reports Reader: 1 permanent, 12 eligible\n")
    );
}

#[test]
fn every_event_has_words_for_everybody_whatever_people_wrote() {
    for event in NoticeEvent::ALL {
        for audience in Audience::ALL {
            for kind in GrantKind::ALL {
                for matter in [
                    sparse(*kind, "Carol", "Reader"),
                    full(*kind, HOSTILE),
                    full(*kind, &"x".repeat(20_000)),
                ] {
                    let mut told = message(*event, *audience, about(matter));
                    told.unreachable = vec![HOSTILE.to_owned(); 30];
                    told.skipped = 4;
                    let letter = letter(&told, &style());
                    assert!(letter.subject.starts_with("PIM: "), "{}", letter.subject);
                    assert!(letter.subject.chars().count() <= SUBJECT_CHARS_MAX);
                    assert!(
                        !letter.subject.contains(['\r', '\n', '\u{202e}']),
                        "{}",
                        letter.subject
                    );
                    assert!(!letter.text.contains("could not be laid out"), "{}", letter.text);
                    assert!(
                        !letter.text.lines().any(|line| line.starts_with("Bcc:")),
                        "{}",
                        letter.text
                    );
                    assert!(!letter.html.contains("<script"), "{}", letter.html);
                    assert!(letter.text.len() + letter.html.len() < 40_000);
                }
            }
        }
    }
}

#[test]
fn an_event_with_facts_of_another_kind_still_has_a_letter() {
    let settings = Matter::Settings(SettingsMatter {
        role: role(HOSTILE),
        by: named(2, HOSTILE),
        changes: Vec::new(),
    });
    for event in NoticeEvent::ALL {
        for audience in Audience::ALL {
            let letter = letter(&message(*event, *audience, settings.clone()), &style());
            assert!(
                letter.subject.starts_with("PIM: Settings of "),
                "{}",
                letter.subject
            );
            assert!(!letter.text.contains("could not be laid out"), "{}", letter.text);
        }
    }
}
