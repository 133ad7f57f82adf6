//! What administrators give, change and take, and what time takes (portal specification, section 10,
//! mails 9 to 13).

use model::{GrantKind, Instant};

use super::{Role, Wording};
use crate::values::{day, left};

pub fn assigned(role: &Role<'_>) -> Wording {
    let (who, what, by, until) = (role.who(), role.role(), role.by(), role.until_day());
    let lead = |did: &str| format!("{by} {did} {}.", role.until_moment());
    match (role.matter.kind, role.is_own) {
        (GrantKind::Eligibility, true) => role.says(
            format!("You can now activate {what} ({until})"),
            lead(&format!("made you eligible for {what}")),
            "Activate it when you need it.",
        ),
        (GrantKind::Eligibility, false) => role.says(
            format!("{who} was made eligible for {what} ({until})"),
            lead(&format!("made {who} eligible for {what}")),
            "",
        ),
        (GrantKind::Assignment, true) => role.says(
            format!("You were assigned {what} {until}"),
            lead(&format!("assigned you {what}")),
            "It holds without being activated.",
        ),
        (GrantKind::Assignment, false) => role.says(
            format!("{who} was assigned {what} {until}"),
            lead(&format!("assigned {who} {what}")),
            if role.matter.end.is_none() {
                "This is standing access: it does not end by itself."
            } else {
                ""
            },
        ),
    }
}

pub fn updated(role: &Role<'_>) -> Wording {
    let (whose, what, holding) = (role.whose(), role.role(), role.holding());
    role.says(
        format!("{whose} {what} {holding} was changed ({})", role.until_day()),
        format!(
            "{} changed it: the {holding} now holds {}.",
            role.by(),
            role.until_moment()
        ),
        "",
    )
}

pub fn removed(role: &Role<'_>) -> Wording {
    let (whose, what, holding) = (role.whose(), role.role(), role.holding());
    role.says(
        format!("{whose} {what} {holding} was removed"),
        format!("{} removed it. It gives nothing from now on.", role.by()),
        if role.is_own {
            "Ask your administrators if this is a mistake."
        } else {
            ""
        },
    )
}

pub fn ending(role: &Role<'_>, now: Instant) -> Wording {
    let (whose, what, holding) = (role.whose(), role.role(), role.holding());
    let (when, how_long) = role.matter.end.map_or_else(Default::default, |end| {
        (
            format!(" on {}", day(end)),
            format!(" ({})", left(end.since(now))),
        )
    });
    role.says(
        format!("{whose} {what} {holding} ends{when}{how_long}"),
        format!("{whose} {holding} of {what} holds {}.", role.until_moment()),
        if role.is_own {
            "Ask for an extension if you still need it."
        } else {
            "Extend it if it is still needed."
        },
    )
}

pub fn ended(role: &Role<'_>) -> Wording {
    let (whose, what, holding) = (role.whose(), role.role(), role.holding());
    role.says(
        format!("{whose} {what} {holding} ended"),
        format!("{whose} {holding} of {what} has reached its end."),
        "It can be renewed within 30 days.",
    )
}
