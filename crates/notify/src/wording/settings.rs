//! Changes of role settings (portal specification, section 10, mail 17).

use model::notice::SettingsMatter;

use super::{Change, Wording};
use crate::values::name;

pub fn changed(matter: &SettingsMatter) -> Wording {
    let (role, by) = (name(&matter.role.display_name), name(&matter.by.display_name));
    Wording {
        subject: format!("Settings of {role} changed by {by}"),
        lead: format!("{by} changed the settings of {role}. They bind from the next request on."),
        changes: matter
            .changes
            .iter()
            .map(|change| Change {
                what: change.rule_id.to_string(),
                before: name(&change.before),
                after: name(&change.after),
            })
            .collect(),
        closing: "Whoever holds the role keeps it on the terms under which it was given.".to_owned(),
        ..Wording::default()
    }
}
