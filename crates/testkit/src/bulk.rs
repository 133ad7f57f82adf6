//! Many people with many grants, put into the store in large transactions.

use model::role::{
    GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR, SECURITY_ADMINISTRATOR, built_in_roles,
};
use model::{
    DirectoryScope, Entropy, Grant, GrantId, GrantKind, GrantOrigin, Instant, ObjectId, RequestId,
    RoleDefinitionId, Window,
};

use crate::installation::Installation;

/// Global Administrators besides the people.
const ADMINISTRATORS: usize = 3;
/// People made in one transaction.
const PEOPLE_PER_TRANSACTION: usize = 5_000;

/// How many, and what each of them has.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// So many people.
    pub people: usize,
    /// Roles that each holds for good.
    pub held: usize,
    /// Roles that each can activate; none of them is held.
    pub eligible: usize,
}

/// Who was made.
pub struct Populated {
    /// The people, in the order of their ids, each with the schedule of the first role held.
    pub people: Vec<(ObjectId, GrantId)>,
    population: Population,
    roles: Vec<RoleDefinitionId>,
}

impl Populated {
    /// The role that the person at `index` has in a place; those held come first.
    fn role(&self, index: usize, place: usize) -> RoleDefinitionId {
        let cycle = self
            .roles
            .iter()
            .cycle()
            .skip(index.wrapping_add(place) % self.roles.len());
        *cycle.take(1).next().expect("there are roles")
    }

    /// The first role that the person at `index` holds.
    pub fn held(&self, index: usize) -> RoleDefinitionId {
        self.role(index, 0)
    }

    /// The `nth` role that the person at `index` can activate.
    pub fn eligible(&self, index: usize, nth: usize) -> RoleDefinitionId {
        self.role(index, self.population.held.saturating_add(nth))
    }
}

/// Fills a tenant.
pub fn populate(installation: &Installation, population: Population, entropy: &dyn Entropy) -> Populated {
    let now = installation.app.engine().now();
    // Administrators must never be looked for, or written to, by the thousand.
    let administers = |role: RoleDefinitionId| {
        [
            GLOBAL_ADMINISTRATOR,
            PRIVILEGED_ROLE_ADMINISTRATOR,
            SECURITY_ADMINISTRATOR,
        ]
        .contains(&role)
    };
    let roles = built_in_roles()
        .iter()
        .filter(|role| !role.is_pseudo && !administers(role.definition.id))
        .map(|role| role.definition.id);
    // In the order of their ids, rows go to the end of each table and not all over it.
    let people = sorted(population.people, || ObjectId::random(entropy));
    let each = population.held.saturating_add(population.eligible);
    let grants = sorted(population.people.saturating_mul(each), || {
        GrantId::random(entropy)
    });
    let firsts: Vec<GrantId> = grants.iter().copied().step_by(each.max(1)).collect();
    let populated = Populated {
        people: people.into_iter().zip(firsts).collect(),
        population,
        roles: roles.collect(),
    };
    let administrators: Vec<(ObjectId, GrantId)> = (0..ADMINISTRATORS)
        .map(|_| (ObjectId::random(entropy), GrantId::random(entropy)))
        .collect();
    installation.write(move |session| {
        administrators
            .iter()
            .enumerate()
            .try_for_each(|(index, (id, grant))| {
                let upn = format!("administrator{index}@test.example");
                session.insert_object(&engine::setup::user(
                    *id,
                    &format!("Administrator {index}"),
                    &upn,
                    now,
                ))?;
                session.insert_grant(&grant_of(
                    *grant,
                    GrantKind::Assignment,
                    *id,
                    GLOBAL_ADMINISTRATOR,
                    now,
                ))
            })
    });
    let mut grants = grants.into_iter();
    let indexed: Vec<(usize, ObjectId)> = populated.people.iter().map(|(id, _)| *id).enumerate().collect();
    for chunk in indexed.chunks(PEOPLE_PER_TRANSACTION) {
        let mut rows = Vec::with_capacity(chunk.len());
        for (index, id) in chunk {
            let given = grants.by_ref().take(each).enumerate();
            let given = given.map(|(place, grant)| {
                let kind = if place < population.held {
                    GrantKind::Assignment
                } else {
                    GrantKind::Eligibility
                };
                grant_of(grant, kind, *id, populated.role(*index, place), now)
            });
            rows.push((*index, *id, given.collect::<Vec<_>>()));
        }
        installation.write(move |session| {
            for (index, id, grants) in &rows {
                let name = format!("Person {index}");
                let upn = format!("person{index}@test.example");
                session.insert_object(&engine::setup::user(*id, &name, &upn, now))?;
                grants.iter().try_for_each(|grant| session.insert_grant(grant))?;
            }
            Ok(())
        });
    }
    populated
}

fn sorted<T: Ord>(count: usize, make: impl Fn() -> T) -> Vec<T> {
    let mut all: Vec<T> = (0..count).map(|_| make()).collect();
    all.sort_unstable();
    all
}

fn grant_of(
    id: GrantId,
    kind: GrantKind,
    principal_id: ObjectId,
    role_definition_id: RoleDefinitionId,
    now: Instant,
) -> Grant {
    Grant {
        id,
        kind,
        principal_id,
        role_definition_id,
        scope: DirectoryScope::Tenant,
        window: Window {
            start: now,
            end: None,
        },
        ended: None,
        origin: GrantOrigin::Request(RequestId::from(id)),
        created_at: now,
        activated_using: None,
    }
}
