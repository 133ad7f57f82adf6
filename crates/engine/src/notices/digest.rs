//! The weekly digest (portal specification, section 10, mail 19). Its numbers are counted while
//! nothing waits for them, outside the transaction that tells of them.

use model::notice::{Addressed, Matter, NamedRole, RoleCount, WeekMatter};
use model::{Action, Audience, GrantKind, Instant, IsoDuration, Notice, NoticeEvent, Window};
use rules::notices::reminders::end_of_week;

use super::Mail;
use crate::audit::{MS_PIM, Phase, activity_of_request, activity_of_twin};
use crate::context::Context;
use crate::error::Error;

/// Where the store says when the present week is over.
const DUE: &str = "weeklyDigestDue";
/// Roles that the digest names at the most.
const TOP_ROLES_MAX: u64 = 5;
/// How far ahead an end is soon.
const SOON: IsoDuration = IsoDuration::from_days(14);
const WEEK: IsoDuration = IsoDuration::from_days(7);

/// When the present week is over; none before anybody looked, or if the digest is off.
fn due(cx: &Context<'_>) -> Result<Option<Instant>, Error> {
    if cx.notices.mail == Mail::Off || !cx.notices.weekly_digest {
        return Ok(None);
    }
    Ok(cx.session.meta(DUE)?.and_then(|text| Instant::parse(&text).ok()))
}

/// Whether a digest is due, or the first week is yet to be begun.
pub fn is_week_over(cx: &Context<'_>) -> Result<bool, Error> {
    let is_on = cx.notices.mail != Mail::Off && cx.notices.weekly_digest;
    Ok(is_on && due(cx)?.is_none_or(|due| due <= cx.now))
}

/// Counts the seven days before now, by the names that the audit log has for what happened.
pub fn count_week(cx: &Context<'_>) -> Result<WeekMatter, Error> {
    let from = cx.now.saturating_sub(WEEK);
    let counted = cx.session.count_activities(from, cx.now)?;
    let count = |name: &str, is_counted: fn(Option<&str>) -> bool| -> u64 {
        let rows = counted.iter().filter(|row| row.activity == name);
        let rows = rows.filter(|row| is_counted(row.app_display_name.as_deref()));
        rows.map(|row| row.count).sum()
    };
    let completed = |kind, action, end| {
        let window = Some(Window { start: from, end });
        let activity = activity_of_request(kind, action, Phase::Completed, window);
        activity.map_or(0, |activity| count(&activity.name, |_| true))
    };
    let made = |kind, end| completed(kind, Action::AdminAssign, end);
    let (permanent, bounded) = (None, Some(cx.now));
    // The directory's own row, unless it is the twin of a row by PIM.
    let (added, _) = activity_of_twin(GrantKind::Assignment, true);
    let made_outside_pim = count(added, |app| app != Some(MS_PIM));
    let mut week = WeekMatter {
        from,
        until: cx.now,
        activations: completed(GrantKind::Assignment, Action::SelfActivate, bounded),
        made_permanent: made(GrantKind::Assignment, permanent).saturating_add(made_outside_pim),
        made_in_pim: GrantKind::ALL
            .iter()
            .flat_map(|kind| [made(*kind, permanent), made(*kind, bounded)])
            .sum(),
        made_outside_pim,
        standing_global_administrators: number(cx.session.lasting_administrators(cx.now)?.len()),
        ending_soon: cx.session.count_ends(cx.now, cx.now.saturating_add(SOON))?,
        top_roles: Vec::new(),
    };
    for counted in cx.session.count_roles(cx.now, TOP_ROLES_MAX)? {
        if let Some(role) = cx.session.role(counted.role)? {
            week.top_roles.push(RoleCount {
                role: NamedRole {
                    id: role.id,
                    display_name: role.display_name,
                },
                permanent: counted.permanent,
                eligible: counted.eligible,
            });
        }
    }
    Ok(week)
}

/// Tells of a week that is over, and begins the next. The first week only begins.
pub fn tell_of_week(cx: &Context<'_>, week: WeekMatter) -> Result<(), Error> {
    if !is_week_over(cx)? {
        return Ok(());
    }
    let is_first = due(cx)?.is_none();
    cx.session.set_meta(DUE, &end_of_week(cx.now).to_string())?;
    if is_first {
        return Ok(());
    }
    Ok(cx.session.insert_notice(&Notice {
        event: NoticeEvent::WeeklyDigest,
        at: cx.now,
        about: Matter::Week(week),
        addressed: vec![Addressed {
            audience: Audience::Administrators,
            rule_id: None,
            is_default_recipients_enabled: true,
            notification_recipients: cx.notices.digest_recipients.clone(),
        }],
    })?)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
