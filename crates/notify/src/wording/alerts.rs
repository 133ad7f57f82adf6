//! Roles that were given outside PIM (alerts dossier, A7).

use model::notice::AlertMatter;

use super::{Fact, Wording};
use crate::values::name;

pub fn assigned_outside_pim(matter: &AlertMatter) -> Wording {
    let mut lines: Vec<String> = matter
        .findings
        .iter()
        .map(|finding| format!("{}: {}", name(&finding.principal), name(&finding.role)))
        .collect();
    if matter.more > 0 {
        lines.push(format!("and {} more", matter.more));
    }
    let subject = match matter.findings.as_slice() {
        [one] if matter.more == 0 => format!(
            "{} was given {} outside PIM",
            name(&one.principal),
            name(&one.role)
        ),
        _ => "Roles were given outside PIM".to_owned(),
    };
    Wording {
        subject,
        lead: "Somebody gave roles without a request: no settings were asked, nobody approved, and they do not end."
            .to_owned(),
        facts: vec![Fact {
            label: "Assignments",
            lines,
        }],
        closing: "Remove what is not meant to be, and make eligible who needs the role. The alert stands until then."
            .to_owned(),
        ..Wording::default()
    }
}
