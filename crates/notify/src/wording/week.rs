//! The weekly digest (portal specification, section 10, mail 19).

use model::notice::WeekMatter;

use super::{Fact, Wording};
use crate::values::{moment, name, week};

pub fn over(matter: &WeekMatter) -> Wording {
    let counted = |label, count: u64| Fact {
        label,
        lines: vec![count.to_string()],
    };
    let top_roles = matter.top_roles.iter().map(|counted| {
        format!(
            "{}: {} permanent, {} eligible",
            name(&counted.role.display_name),
            counted.permanent,
            counted.eligible
        )
    });
    let mut facts = vec![
        counted("Activations", matter.activations),
        counted("Made permanent", matter.made_permanent),
        counted("Assignments through PIM", matter.made_in_pim),
        counted("Assignments outside PIM", matter.made_outside_pim),
        counted(
            "Standing Global Administrators",
            matter.standing_global_administrators,
        ),
        counted("Ending within two weeks", matter.ending_soon),
    ];
    let top_roles: Vec<String> = top_roles.collect();
    if !top_roles.is_empty() {
        facts.push(Fact {
            label: "Roles with the most holders",
            lines: top_roles,
        });
    }
    Wording {
        subject: format!(
            "Week {} — {} activations, {} standing Global Administrators",
            week(matter.from),
            matter.activations,
            matter.standing_global_administrators
        ),
        lead: format!("From {} to {}.", moment(matter.from), moment(matter.until)),
        facts,
        ..Wording::default()
    }
}
