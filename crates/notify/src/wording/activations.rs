//! Activations (portal specification, section 10, mails 4, 5 and 8).

use super::{Role, Wording};

pub fn activated(role: &Role<'_>) -> Wording {
    let what = role.role();
    if role.is_own {
        return role.says(
            format!("{what} is active {}", role.until_soon()),
            format!(
                "You activated {what}. It holds {} and ends by itself.",
                role.until_moment()
            ),
            "Deactivate it early when you are done. If this was not you, tell your administrators now.",
        );
    }
    let who = role.who();
    role.says(
        format!("{who} activated {what}{}", role.bracketed_length()),
        format!("{who} activated {what}. It holds {}.", role.until_moment()),
        "An administrator can remove it before it ends.",
    )
}

pub fn ending(role: &Role<'_>) -> Wording {
    let what = role.role();
    role.says(
        format!("{what} is active only {}", role.until_soon()),
        format!("Your activation of {what} holds {}.", role.until_moment()),
        "Finish what you are doing, or activate it anew when it has ended.",
    )
}
