//! What every message about somebody's role has in common: who, what, where, from when until when.

use model::notice::RoleMatter;
use model::{Audience, GrantKind, IsoDuration};

use super::{Fact, Wording};
use crate::values::{day, length, lines, moment, name, soon};

/// Somebody's role, as one audience is told of it.
pub struct Role<'a> {
    pub(super) matter: &'a RoleMatter,
    /// Whether the message speaks to whom the role is for.
    pub(super) is_own: bool,
}

impl<'a> Role<'a> {
    pub(super) fn new(matter: &'a RoleMatter, audience: Audience) -> Self {
        Self {
            matter,
            is_own: audience == Audience::Principal,
        }
    }

    /// Whom it is for.
    pub(super) fn who(&self) -> String {
        name(&self.matter.principal.display_name)
    }

    /// `Your`, or `Carol Reyes's`.
    pub(super) fn whose(&self) -> String {
        if self.is_own {
            "Your".to_owned()
        } else {
            format!("{}'s", self.who())
        }
    }

    /// Who brought the event about.
    pub(super) fn by(&self) -> String {
        let by = self.matter.by.as_ref();
        by.map_or_else(|| "the service".to_owned(), |by| name(&by.display_name))
    }

    /// The role, and where it holds if that is not the tenant.
    pub(super) fn role(&self) -> String {
        let role = name(&self.matter.role.display_name);
        match (&self.matter.scope_name, self.matter.scope.object_id()) {
            (Some(scope), _) => format!("{role} ({})", name(scope)),
            (None, Some(_)) => format!("{role} ({})", self.matter.scope),
            (None, None) => role,
        }
    }

    /// `eligibility` or `assignment`
    pub(super) const fn holding(&self) -> &'static str {
        match self.matter.kind {
            GrantKind::Eligibility => "eligibility",
            GrantKind::Assignment => "assignment",
        }
    }

    fn span(&self) -> Option<IsoDuration> {
        let matter = self.matter;
        let between = matter.start.zip(matter.end).map(|(start, end)| end.since(start));
        matter.duration.or(between)
    }

    /// ` (4 h)`, if it is known for how long.
    pub(super) fn bracketed_length(&self) -> String {
        self.span()
            .map(|span| format!(" ({})", length(span)))
            .unwrap_or_default()
    }

    /// `until 31 Dec 2026`, or `permanently`.
    pub(super) fn until_day(&self) -> String {
        match (self.matter.end, self.matter.duration) {
            (Some(end), _) => format!("until {}", day(end)),
            (None, Some(span)) => format!("for {}", length(span)),
            (None, None) => "permanently".to_owned(),
        }
    }

    /// `until Mon 2 Mar 2026 09:00 UTC`, or for how long.
    pub(super) fn until_moment(&self) -> String {
        match (self.matter.end, self.matter.duration) {
            (Some(end), _) => format!("until {}", moment(end)),
            (None, Some(span)) => format!("for {}", length(span)),
            (None, None) => "permanently".to_owned(),
        }
    }

    /// `until Mon 2 Mar 09:00 UTC`, for subjects.
    pub(super) fn until_soon(&self) -> String {
        self.matter
            .end
            .map_or_else(|| self.until_moment(), |end| format!("until {}", soon(end)))
    }

    /// The particulars that there are.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let matter = self.matter;
        let fact = |label, value: Option<String>| {
            value.map(|value| Fact {
                label,
                lines: vec![value],
            })
        };
        let text = |label, value: Option<&String>| {
            let lines = value.map(|text| lines(text)).unwrap_or_default();
            (!lines.is_empty()).then_some(Fact { label, lines })
        };
        let by = matter.by.as_ref().filter(|by| by.id != matter.principal.id);
        let ticket = [&matter.ticket.system, &matter.ticket.number];
        let ticket: Vec<String> = ticket.into_iter().flatten().map(|part| name(part)).collect();
        [
            fact("Person", Some(self.who()).filter(|_| !self.is_own)),
            fact("Role", Some(self.role())),
            fact("By", by.map(|by| name(&by.display_name))),
            fact("From", matter.start.map(moment)),
            fact("Until", matter.end.map(moment)),
            fact(
                "For",
                matter.duration.filter(|_| matter.end.is_none()).map(length),
            ),
            text("Justification", matter.justification.as_ref()),
            fact(
                "Ticket",
                Some(ticket.join(" ")).filter(|ticket| !ticket.is_empty()),
            ),
            text("Reason of the decision", matter.review_justification.as_ref()),
            fact(
                "Decide by",
                matter.decide_by.filter(|_| matter.verdict.is_none()).map(moment),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The particulars under a subject.
    pub(super) fn plain(&self) -> Wording {
        Wording {
            subject: format!("{}: {}", self.who(), self.role()),
            facts: self.facts(),
            ..Wording::default()
        }
    }

    /// A message with the particulars.
    pub(super) fn says(&self, subject: String, lead: String, closing: &str) -> Wording {
        Wording {
            subject,
            lead,
            closing: closing.to_owned(),
            ..self.plain()
        }
    }
}
