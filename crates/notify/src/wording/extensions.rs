//! Principals who ask for more time, and the answers (portal specification, section 10, mails 14 and
//! 15).

use model::Verdict;

use super::{Role, Wording};

pub fn requested(role: &Role<'_>) -> Wording {
    let (who, what) = (role.who(), role.role());
    role.says(
        format!("{who} asks to extend {what}"),
        format!("{who} asks for a longer {} of {what}.", role.holding()),
        "Extend or renew it, or remove it: that answers the request.",
    )
}

pub fn decided(role: &Role<'_>) -> Wording {
    let (what, by, whose) = (role.role(), role.by(), role.whose());
    if role.matter.verdict == Some(Verdict::Deny) {
        return role.says(
            format!("{whose} extension of {what} was denied"),
            format!("{by} denied it."),
            "",
        );
    }
    role.says(
        format!("{whose} extension of {what} was approved ({})", role.until_day()),
        format!(
            "{by} approved it: the {} now holds {}.",
            role.holding(),
            role.until_moment()
        ),
        "",
    )
}
