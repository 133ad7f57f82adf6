//! Where less privilege would do, by how roles were used: the facts of each kind of finding, and what `rules` makes of
//! them. A page looks at so much and no more; it may then have few findings, or none, and a next one all the same.

mod place;

use model::directory::ObjectKind;
use model::insight::InsightKind;
use model::{Grant, GrantKind, Instant, ObjectId, RoleDefinition, RoleDefinitionId};
use rules::insights::{
    LOOKED_BACK, Lengths, RoleUse, ShorterDuration, StandingAccess, UnusedEligibility, broader_roles,
    longest_activation, shorter_duration, standing_access, unused_eligibility,
};

use self::place::Place;
use super::Paging;
use super::readers::{Names, Wanted, require_reader, rows};
use crate::context::Context;
use crate::error::Error;
use crate::read::PageTokenKey;

/// Grants that one page looks at.
const GRANTS_EXAMINED_MAX: usize = 2_000;
/// Roles whose activations one page looks at.
const ROLES_EXAMINED_MAX: usize = 200;
/// Grants that are read at once.
const GRANTS_AT_ONCE: usize = 500;

/// What is asked.
#[derive(Clone, Debug)]
pub struct InsightQuery {
    /// Which kind of finding alone.
    pub kind: Option<InsightKind>,
}

/// What a finding is about, with the numbers that it rests on.
#[derive(Clone, Debug)]
pub enum Subject {
    /// An assignment.
    Standing(Box<Grant>, StandingAccess),
    /// An eligibility.
    Unused(Box<Grant>, UnusedEligibility),
    /// An eligibility whose role is activated, and another.
    Broader(Box<Broader>),
    /// A role.
    Shorter(RoleDefinitionId, ShorterDuration),
}

/// Two eligibilities of one principal.
#[derive(Clone, Debug)]
pub struct Broader {
    /// That of the role that is activated.
    pub activated: Grant,
    /// How often it was, within the time that is looked back on.
    pub activations: u64,
    /// How many actions that role names.
    pub actions: usize,
    /// That of the narrower role.
    pub narrower: Grant,
    /// How many actions the narrower role names.
    pub narrower_actions: usize,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Insight {
    /// Which kind.
    pub kind: InsightKind,
    /// About what.
    pub subject: Subject,
}

/// A page of findings.
#[derive(Clone, Debug)]
pub struct InsightPage {
    /// The findings.
    pub insights: Vec<Insight>,
    /// What those are called whom it speaks of.
    pub names: Names,
    /// The token of the next page.
    pub next: Option<String>,
}

/// A search under way.
struct Search<'a, 'b> {
    cx: &'a Context<'b>,
    now: Instant,
    top: usize,
    examined: usize,
    found: Vec<Insight>,
}

/// What is found from a place on.
///
/// # Errors
/// [`Error::PageToken`] for a token of another question.
pub fn insights(
    cx: &Context<'_>,
    key: &PageTokenKey,
    query: &InsightQuery,
    paging: &Paging,
) -> Result<InsightPage, Error> {
    require_reader(cx, None)?;
    let start = match &paging.token {
        Some(token) => Some(place::parse(&key.open(query, token)?).ok_or(Error::PageToken)?),
        None => None,
    };
    let mut search = Search {
        cx,
        now: cx.now,
        top: rows(paging)?,
        examined: 0,
        found: Vec::new(),
    };
    let kinds = InsightKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| query.kind.is_none_or(|asked| asked == *kind));
    let mut next = None;
    for kind in kinds {
        let place = match start {
            Some((at, _)) if kind < at => continue,
            Some((at, place)) if kind == at => place,
            _ => Place::default(),
        };
        if let Some(place) = search.of_kind(kind, place)? {
            next = Some(key.seal(query, &place::to_text(kind, place)));
            break;
        }
    }
    let mut wanted = Wanted::default();
    for insight in &search.found {
        want(&mut wanted, &insight.subject);
    }
    Ok(InsightPage {
        names: wanted.find(cx)?,
        insights: search.found,
        next,
    })
}

impl Search<'_, '_> {
    /// Looks from after a place on; gives the place where it stopped, unless it came to the end.
    fn of_kind(&mut self, kind: InsightKind, place: Place) -> Result<Option<Place>, Error> {
        match kind {
            InsightKind::StandingAccess => {
                let is_privileged = |role: &RoleDefinition| role.is_privileged;
                self.grants_of_roles(GrantKind::Assignment, place, is_privileged, Self::standing)
            }
            InsightKind::UnusedEligibility => {
                self.grants_of_roles(GrantKind::Eligibility, place, |_| true, Self::unused)
            }
            InsightKind::BroaderRoleActivated => self.broader(place),
            InsightKind::ShorterDuration => self.shorter(place),
        }
    }

    const fn is_full(&self) -> bool {
        self.found.len() >= self.top || self.examined >= GRANTS_EXAMINED_MAX
    }

    fn tell(&mut self, kind: InsightKind, subject: Subject) {
        self.found.push(Insight { kind, subject });
    }

    /// The roles from a place on, by id.
    fn roles_from(&self, place: Place) -> Result<Vec<RoleDefinition>, Error> {
        let mut roles = self.cx.session.roles()?;
        roles.retain(|role| place.role.is_none_or(|from| role.id >= from));
        roles.sort_by_key(|role| role.id);
        Ok(roles)
    }

    /// Looks at the open grants of each role, one after the other.
    fn grants_of_roles(
        &mut self,
        kind: GrantKind,
        place: Place,
        counts: impl Fn(&RoleDefinition) -> bool,
        look: impl Fn(&mut Self, Grant, &RoleDefinition) -> Result<(), Error>,
    ) -> Result<Option<Place>, Error> {
        for role in self.roles_from(place)?.into_iter().filter(|role| counts(role)) {
            let mut after = place
                .principal
                .zip(place.grant)
                .filter(|_| place.role == Some(role.id));
            loop {
                let grants = self
                    .cx
                    .session
                    .open_grants_of_role(role.id, kind, after, GRANTS_AT_ONCE)?;
                let is_last = grants.len() < GRANTS_AT_ONCE;
                for grant in grants {
                    if self.is_full() {
                        let (principal, grant) = after.unzip();
                        return Ok(Some(Place {
                            role: Some(role.id),
                            principal,
                            grant,
                        }));
                    }
                    self.examined += 1;
                    after = Some((grant.principal_id, grant.id));
                    look(self, grant, &role)?;
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(None)
    }

    fn standing(&mut self, grant: Grant, role: &RoleDefinition) -> Result<(), Error> {
        if let Some(standing) = standing_access(&grant, role, self.now) {
            self.tell(
                InsightKind::StandingAccess,
                Subject::Standing(Box::new(grant), standing),
            );
        }
        Ok(())
    }

    fn unused(&mut self, grant: Grant, _: &RoleDefinition) -> Result<(), Error> {
        // One that would not count even if it had never been used need not be looked up.
        if unused_eligibility(&grant, None, self.now).is_none() {
            return Ok(());
        }
        let session = self.cx.session;
        let names = session.names_of_objects([grant.principal_id])?;
        let is_group = names
            .values()
            .any(|named| named.kind == ObjectKind::Group.as_str());
        let last_used = if is_group {
            session.last_activation_through(&grant, self.now.saturating_sub(LOOKED_BACK))?
        } else {
            session.last_activation(&grant)?
        };
        if let Some(unused) = unused_eligibility(&grant, last_used, self.now) {
            self.tell(
                InsightKind::UnusedEligibility,
                Subject::Unused(Box::new(grant), unused),
            );
        }
        Ok(())
    }

    /// Looks at everybody who is eligible for something themselves, one after the other.
    fn broader(&mut self, place: Place) -> Result<Option<Place>, Error> {
        let mut after = place.principal;
        loop {
            let grants = self.cx.session.open_eligibilities(after, GRANTS_AT_ONCE)?;
            let is_last = grants.len() < GRANTS_AT_ONCE;
            let mut people: Vec<Vec<Grant>> = Vec::new();
            for grant in grants {
                match people.last_mut() {
                    Some(own)
                        if own
                            .first()
                            .is_some_and(|first| first.principal_id == grant.principal_id) =>
                    {
                        own.push(grant);
                    }
                    _ => people.push(vec![grant]),
                }
            }
            // The last one's may go on beyond what was read, unless there is nobody else.
            if !is_last && people.len() > 1 {
                people.pop();
            }
            for own in people {
                if self.is_full() {
                    return Ok(Some(Place {
                        principal: after,
                        ..Place::default()
                    }));
                }
                self.examined += own.len();
                after = own.first().map(|grant| grant.principal_id).or(after);
                self.broader_of(own)?;
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    /// What one principal is eligible for, itself and through groups.
    fn broader_of(&mut self, mut own: Vec<Grant>) -> Result<(), Error> {
        let Some(principal) = own.first().map(|grant| grant.principal_id) else {
            return Ok(());
        };
        let session = self.cx.session;
        for group in session.role_groups_of(principal)? {
            own.extend(session.current_grants_of_principal(group, self.now)?);
        }
        own.retain(|grant| grant.kind == GrantKind::Eligibility && grant.is_in_force(self.now));
        own.sort_by_key(|grant| {
            (
                grant.scope.to_string(),
                grant.role_definition_id,
                grant.principal_id != principal,
            )
        });
        own.dedup_by_key(|grant| (grant.scope, grant.role_definition_id));
        for at_scope in own.chunk_by(|one, two| one.scope == two.scope) {
            if at_scope.len() > 1 {
                self.broader_at(principal, at_scope)?;
            }
        }
        Ok(())
    }

    fn broader_at(&mut self, principal: ObjectId, eligible: &[Grant]) -> Result<(), Error> {
        let session = self.cx.session;
        let since = self.now.saturating_sub(LOOKED_BACK);
        let mut used = Vec::new();
        for grant in eligible {
            if let Some(role) = session.shared_role(grant.role_definition_id)? {
                let by_principal = Grant {
                    principal_id: principal,
                    ..*grant
                };
                used.push((grant, role, session.count_activations(&by_principal, since)?));
            }
        }
        let uses: Vec<RoleUse<'_>> = used
            .iter()
            .map(|(_, role, activations)| RoleUse {
                role,
                activations: *activations,
            })
            .collect();
        let eligibility =
            |role: RoleDefinitionId| eligible.iter().find(|grant| grant.role_definition_id == role);
        for broader in broader_roles(&uses) {
            let (Some(activated), Some(narrower)) = (
                eligibility(broader.activated.role.id),
                eligibility(broader.narrower.id),
            ) else {
                continue;
            };
            let told = Broader {
                activated: Grant {
                    principal_id: principal,
                    ..*activated
                },
                activations: broader.activated.activations,
                actions: broader.actions,
                narrower: *narrower,
                narrower_actions: broader.narrower_actions,
            };
            self.tell(
                InsightKind::BroaderRoleActivated,
                Subject::Broader(Box::new(told)),
            );
        }
        Ok(())
    }

    /// Looks at the activations of each role, one after the other. A place is the role that comes next.
    fn shorter(&mut self, place: Place) -> Result<Option<Place>, Error> {
        let since = self.now.saturating_sub(LOOKED_BACK);
        for (looked_at, role) in self.roles_from(place)?.into_iter().enumerate() {
            if self.is_full() || looked_at >= ROLES_EXAMINED_MAX {
                return Ok(Some(Place {
                    role: Some(role.id),
                    ..Place::default()
                }));
            }
            let Some(policy) = self.cx.session.policy_of_role(role.id)? else {
                continue;
            };
            let mut lengths = Lengths::default();
            let session = self.cx.session;
            session.finished_activations(role.id, since, self.now, |start, end, is_deactivated| {
                lengths.lengths.push(end.since(start));
                lengths.deactivated += u64::from(is_deactivated);
            })?;
            let maximum = longest_activation(&policy.settings);
            if let Some(shorter) = shorter_duration(lengths, maximum) {
                self.tell(InsightKind::ShorterDuration, Subject::Shorter(role.id, shorter));
            }
        }
        Ok(None)
    }
}

fn want(wanted: &mut Wanted, subject: &Subject) {
    let mut grant = |grant: &Grant| {
        wanted.objects.insert(grant.principal_id);
        wanted.roles.insert(grant.role_definition_id);
    };
    match subject {
        Subject::Standing(standing, _) => grant(standing),
        Subject::Unused(unused, _) => grant(unused),
        Subject::Broader(broader) => {
            grant(&broader.activated);
            grant(&broader.narrower);
        }
        Subject::Shorter(role, _) => drop(wanted.roles.insert(*role)),
    }
}
