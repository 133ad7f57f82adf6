//! Notices, the messages that are made of them, and their way to each address; reminders; counts.

use model::notice::{Addressed, Matter, Named, NamedRole, Reminder, SettingsMatter};
use model::{
    Audience, Delivery, DeliveryStatus, MailAddress, Message, MessageId, Notice, NoticeEvent, RuleId,
};
use store::StoreError;
use uuid::Uuid;

use crate::world::*;

fn address(name: &str) -> MailAddress {
    format!("{name}@corp.example").parse().unwrap()
}

fn notice(micros: i64) -> Notice {
    Notice {
        event: NoticeEvent::SettingsChanged,
        at: at(micros),
        about: Matter::Settings(SettingsMatter {
            role: NamedRole {
                id: role(1).id,
                display_name: "Reader".to_owned(),
            },
            by: Named {
                id: user(1).id,
                display_name: "Ada".to_owned(),
            },
            changes: Vec::new(),
        }),
        addressed: vec![Addressed {
            audience: Audience::Administrators,
            rule_id: Some(RuleId::NotificationAdminEndUserAssignment),
            is_default_recipients_enabled: true,
            notification_recipients: vec![address("soc")],
        }],
    }
}

fn message(n: u128, notice: Notice, recipients: &[&str]) -> Message {
    Message {
        id: MessageId::new(Uuid::from_u128(n)),
        notice,
        audience: Audience::Administrators,
        rule_id: Some(RuleId::NotificationAdminEndUserAssignment),
        recipients: recipients.iter().map(|name| address(name)).collect(),
        unreachable: vec!["Bo".to_owned()],
        skipped: 3,
    }
}

#[test]
fn notices_are_open_until_messages_were_made_of_them() {
    let world = World::new();
    world.write(|s| (1..4).try_for_each(|n| s.insert_notice(&notice(n))));
    let open = world.read(|s| s.open_notices(2));
    assert_eq!(
        open.iter().map(|(_, notice)| notice.clone()).collect::<Vec<_>>(),
        [notice(1), notice(2)]
    );
    let first = open[0].0;
    world.write(move |s| s.close_notice(first));
    let open = world.read(|s| s.open_notices(9));
    assert_eq!(
        open.iter().map(|(_, notice)| notice.clone()).collect::<Vec<_>>(),
        [notice(2), notice(3)]
    );
    let again = world.store.write_wait(move |s| s.close_notice(first));
    assert!(
        matches!(again, Ok(Err(StoreError::UnexpectedRows { .. }))),
        "{again:?}"
    );
}

#[test]
fn messages_come_back_as_they_were_the_newest_first() {
    let world = World::new();
    world.write(|s| {
        s.insert_notice(&notice(1))?;
        let (number, notice) = s.open_notices(1)?.remove(0);
        for (n, recipients) in [(9, &["a", "b"][..]), (3, &[]), (5, &["c"])] {
            s.insert_message(number, &message(n, notice.clone(), recipients))?;
        }
        Ok(())
    });
    let newest = world.read(|s| s.messages(9));
    assert_eq!(
        newest,
        [message(5, notice(1), &["c"]), message(9, notice(1), &["a", "b"])]
    );
    assert_eq!(world.read(|s| s.messages(1)).len(), 1);
    let found = world.read(|s| s.message(MessageId::new(Uuid::from_u128(3))));
    assert_eq!(found, Some(message(3, notice(1), &[])));
}

#[test]
fn a_delivery_is_due_until_it_is_sent_or_given_up() {
    let world = World::new();
    world.write(|s| {
        s.insert_notice(&notice(1))?;
        let (number, notice) = s.open_notices(1)?.remove(0);
        let message = message(1, notice, &["a", "b"]);
        s.insert_message(number, &message)?;
        s.insert_deliveries(&message, at(5))
    });
    let due = |now| world.read(move |s| s.due_deliveries(at(now), 9));
    assert_eq!(due(4), []);
    let [first, second]: [Delivery; 2] = due(5).try_into().unwrap();
    assert_eq!(
        (first.recipient.clone(), first.position, first.attempts),
        (address("a"), 0, 0)
    );

    let sent = Delivery {
        status: DeliveryStatus::Sent,
        attempts: 1,
        ..first
    };
    let later = Delivery {
        attempts: 1,
        next_attempt_at: at(8),
        last_error: Some("busy".to_owned()),
        ..second
    };
    let note = |delivery: &Delivery, from| {
        let delivery = delivery.clone();
        world.write(move |s| s.change_delivery(&delivery, from))
    };
    assert!(note(&sent, DeliveryStatus::Queued));
    assert!(!note(&sent, DeliveryStatus::Queued), "sent once");
    assert!(note(&later, DeliveryStatus::Queued));
    assert_eq!(due(7), []);
    assert_eq!(due(8), std::slice::from_ref(&later));

    let failed = Delivery {
        status: DeliveryStatus::Failed,
        ..later
    };
    assert!(note(&failed, DeliveryStatus::Queued));
    assert_eq!(due(99), []);
    assert_eq!(
        world.read(|s| s.deliveries(DeliveryStatus::Failed, 9)),
        std::slice::from_ref(&failed)
    );
    assert_eq!(world.read(|s| s.count_deliveries(DeliveryStatus::Queued)), 0);
    let id = failed.message_id;
    assert_eq!(world.read(move |s| s.failed_deliveries_of(id)), [failed]);
}

#[test]
fn what_is_old_goes_with_all_that_was_made_of_it() {
    let world = World::new();
    world.write(|s| {
        for n in 1..4 {
            s.insert_notice(&notice(n))?;
        }
        for (number, notice) in s.open_notices(9)? {
            let message = message(u128::try_from(number).unwrap(), notice, &["a"]);
            s.insert_message(number, &message)?;
            s.insert_deliveries(&message, at(1))?;
        }
        Ok(())
    });
    let delete = |before, limit| world.write(move |s| s.delete_notices_before(at(before), limit));
    assert_eq!(delete(1, 9), 0);
    assert_eq!(delete(3, 1), 1);
    assert_eq!(delete(3, 9), 1);
    assert_eq!(delete(3, 9), 0);
    let left: Vec<_> = world
        .read(|s| s.messages(9))
        .into_iter()
        .map(|message| message.notice)
        .collect();
    assert_eq!(left, [notice(3)]);
    assert_eq!(world.read(|s| s.due_deliveries(at(9), 9)).len(), 1);
}

#[test]
fn a_reminder_is_taken_once_when_its_time_has_come() {
    let world = World::new();
    let (one, two) = (
        Reminder::Grant(grant_id(1)),
        Reminder::Request(grant_id(2).into()),
    );
    world.write(move |s| {
        s.insert_reminder(at(7), two)?;
        s.insert_reminder(at(5), one)
    });
    let take = |now, limit| world.write(move |s| s.take_due_reminders(at(now), limit));
    assert_eq!(world.read(|s| s.next_reminder(at(5))), Some(at(7)));
    assert_eq!(take(4, 9), []);
    assert_eq!(take(7, 1), [one]);
    assert_eq!(take(7, 9), [two]);
    assert_eq!(take(7, 9), []);
    assert_eq!(world.read(|s| s.next_reminder(at(0))), None);
}

#[test]
fn roles_are_counted_by_who_holds_them() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(|s| {
        let mut grants = [
            eligibility(1, 1, 2),
            eligibility(2, 2, 2),
            grant(3, 3, 2),
            grant(4, 1, 1),
            // Bounded, to come, over: not counted.
            grant(5, 2, 3),
            eligibility(6, 3, 3),
            eligibility(7, 4, 3),
        ];
        for (number, until) in [(0, None), (1, None), (2, None), (3, None), (4, Some(50))] {
            grants[number].window = window(1, until);
        }
        grants[5].window = window(40, None);
        grants[6].window = window(1, Some(9));
        grants.iter().try_for_each(|grant| s.insert_grant(grant))
    });
    let counted = world.read(|s| s.count_roles(at(10), 5));
    let counted: Vec<_> = counted
        .iter()
        .map(|it| (it.role, it.permanent, it.eligible))
        .collect();
    assert_eq!(counted, [(role(2).id, 1, 2), (role(1).id, 1, 0)]);
    assert_eq!(world.read(|s| s.count_ends(at(10), at(51))), 1);
    let held = world.read(|s| s.principals_in_force(&[role(1).id, role(2).id], at(10)));
    assert_eq!(held, [user(1).id, user(3).id]);
}
