//! Activations that somebody has to approve (portal specification, section 10, mails 1 to 3, 6 and 7).

use model::Verdict;

use super::{Role, Wording};
use crate::values::soon;

/// ` — decide by Fri 6 Mar 13:58 UTC`, if there is a limit.
fn decide_by(role: &Role<'_>) -> String {
    let by = role.matter.decide_by;
    by.map(|by| format!(" — decide by {}", soon(by)))
        .unwrap_or_default()
}

pub fn requested(role: &Role<'_>) -> Wording {
    let (who, what) = (role.who(), role.role());
    role.says(
        format!(
            "{who} asks to activate {what}{}{}",
            role.bracketed_length(),
            decide_by(role)
        ),
        format!(
            "{who} asks to activate {what}{}. Somebody has to approve it.",
            role.bracketed_length()
        ),
        "Approve or deny it. Undecided, it is denied.",
    )
}

pub fn reminder(role: &Role<'_>) -> Wording {
    let (who, what) = (role.who(), role.role());
    role.says(
        format!("Reminder{}: {who}, {what}", decide_by(role)),
        format!("{who} still waits for a decision on {what}."),
        "Approve or deny it. Undecided, it is denied.",
    )
}

pub fn decided(role: &Role<'_>) -> Wording {
    let (who, what, by) = (role.who(), role.role(), role.by());
    let is_approved = role.matter.verdict == Some(Verdict::Approve);
    let (outcome, came_of_it) = match (is_approved, &role.matter.failure) {
        (false, _) => ("Denied", String::new()),
        (true, Some(code)) => ("Approved", format!(" It could not be given any more ({code}).")),
        (true, None) => ("Approved", format!(" {what} holds {}.", role.until_moment())),
    };
    if !role.is_own {
        return role.says(
            format!("{outcome} by {by} — {who}, {what}"),
            format!("{outcome} by {by}: {who}, {what}.{came_of_it}"),
            "There is nothing left to do.",
        );
    }
    let verb = outcome.to_lowercase();
    role.says(
        format!("Your {what} request was {verb}"),
        format!("{by} {verb} your request for {what}.{came_of_it}"),
        match (is_approved, &role.matter.failure) {
            (true, None) => "You can deactivate it early when you are done.",
            (true, Some(_)) | (false, _) => "You can ask again with a new request.",
        },
    )
}

pub fn expired(role: &Role<'_>) -> Wording {
    let what = role.role();
    let lead = if role.is_own {
        format!("Nobody decided your request for {what} in time, so it was denied.")
    } else {
        format!(
            "Nobody decided the request of {} for {what} in time, so it was denied.",
            role.who()
        )
    };
    role.says(
        format!("Request expired without decision — {what}"),
        lead,
        if role.is_own {
            "You can ask again with a new request."
        } else {
            "There is nothing left to do."
        },
    )
}

pub fn canceled(role: &Role<'_>) -> Wording {
    let (who, what) = (role.who(), role.role());
    role.says(
        format!("Request withdrawn — {who}, {what}"),
        format!("The request of {who} for {what} was withdrawn by {}.", role.by()),
        "There is nothing left to do.",
    )
}
