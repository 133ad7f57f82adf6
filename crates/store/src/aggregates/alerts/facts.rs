//! What the alerts are found in. What many have is walked in slices of users, activations by the days in which they began,
//! so that no statement takes long, however much there is; all the same they belong on a reading thread. They leave
//! out what surely makes no incident; what makes one, `rules` says.

use std::collections::{BTreeMap, BTreeSet};

use model::{DirectoryScope, Grant, GrantId, Instant, ObjectId, RoleDefinitionId};
use sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};

use super::statements::{self, filled_up, in_force, is_assigned};
use crate::aggregates::grants::{self, GRANT_COLUMNS, column, read_grant};
use crate::schema::Grants;
use crate::value::bind;
use crate::{Session, StoreError};

/// A grant, and when its principal signed in last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInGrant {
    /// The grant.
    pub grant: Grant,
    /// When, if ever.
    pub last_sign_in: Option<Instant>,
}

/// Users at once: with ten grants each, the slowest statement about them takes less than a second.
pub(super) const USERS_PER_SLICE: u64 = 10_000;
/// Things that one statement names at the most.
const NAMED_AT_ONCE: usize = 256;

/// Users whose ids follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserSlice {
    pub(super) first: ObjectId,
    pub(super) last: ObjectId,
}

/// Who activated what where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivationKey {
    /// The grant.
    pub id: GrantId,
    /// Who.
    pub principal: ObjectId,
    /// Which role.
    pub role: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
}

fn bounded(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

impl Session {
    /// The next users in the order of their ids, after those of a slice before; none after the last.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn user_slice(&self, before: Option<UserSlice>) -> Result<Option<UserSlice>, StoreError> {
        let select = statements::users(before.map(|slice| slice.last));
        let users: Vec<ObjectId> = self.rows("objects", &select, |row| row.take())?;
        Ok(users.first().zip(users.last()).map(|(first, last)| UserSlice {
            first: *first,
            last: *last,
        }))
    }

    /// Eligibilities of a slice of users that are in force since `since` or longer.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn old_eligibilities(
        &self,
        slice: UserSlice,
        now: Instant,
        since: Instant,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = statements::old_eligibilities(slice, now, since);
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// Activations that began after `since`, whoever has them, at most `limit`.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn activations_since(
        &self,
        now: Instant,
        since: Instant,
        limit: u64,
    ) -> Result<Vec<ActivationKey>, StoreError> {
        let select = statements::activations(now, since, limit);
        self.rows(grants::TABLE, &select, |row| {
            Ok(ActivationKey {
                id: row.take()?,
                principal: row.take()?,
                role: row.take()?,
                scope: row.take()?,
            })
        })
    }

    /// Grants by their ids, ended or not, in any order.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(NAMED_AT_ONCE) {
            let select = Query::select()
                .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
                .from(Grants::Table)
                .and_where(column(Grants::Id).is_in(filled_up(some)))
                .to_owned();
            found.extend(self.rows(grants::TABLE, &select, read_grant)?);
        }
        Ok(found)
    }

    /// When a principal activated a role last, anywhere or at a scope; or, without a role, any.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_activation_of(
        &self,
        principal: ObjectId,
        of: Option<(RoleDefinitionId, DirectoryScope)>,
    ) -> Result<Option<Instant>, StoreError> {
        let select = statements::last_activation(principal, of);
        Ok(self.row(grants::TABLE, &select, |row| row.take())?.flatten())
    }

    /// Active grants in force that were made without a request.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn grants_outside_pim(&self, now: Instant, limit: usize) -> Result<Vec<Grant>, StoreError> {
        let select = statements::outside_pim(now, bounded(limit));
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// The users of a slice who have not signed in after `since`, if ever, with when they did.
    fn absent_users(
        &self,
        slice: UserSlice,
        since: Instant,
    ) -> Result<BTreeMap<ObjectId, Option<Instant>>, StoreError> {
        let select = statements::absent_users(slice, since);
        let users = self.rows("objects", &select, |row| Ok((row.take()?, row.take()?)))?;
        Ok(users.into_iter().collect())
    }

    /// Grants of a slice of users, active or eligible but no activations, whose principals have not signed in after
    /// `since`; whoever never did is told by when the grant was made. Of whoever was there lately no grant is looked up.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn grants_of_absent_users(
        &self,
        slice: UserSlice,
        now: Instant,
        since: Instant,
    ) -> Result<Vec<SignInGrant>, StoreError> {
        let absent = self.absent_users(slice, since)?;
        let users: Vec<ObjectId> = absent.keys().copied().collect();
        let mut found = Vec::new();
        for some in users.chunks(NAMED_AT_ONCE) {
            let select = statements::grants_of(some, now);
            let grants = self.rows(grants::TABLE, &select, read_grant)?;
            found.extend(grants.into_iter().filter_map(|grant| {
                let last_sign_in = absent.get(&grant.principal_id).copied().flatten();
                let is_told = last_sign_in.is_some() || grant.created_at <= since;
                is_told.then_some(SignInGrant { grant, last_sign_in })
            }));
        }
        Ok(found)
    }

    /// Active assignments of a role at the tenant, no activations, that are in force.
    ///
    /// # Errors
    /// As [`Session::user_slice`].
    pub fn assignments_at_tenant(
        &self,
        role: RoleDefinitionId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<Grant>, StoreError> {
        let select = statements::assignments_of(role, now)
            .and_where(column(Grants::Scope).eq(bind(DirectoryScope::Tenant)))
            .limit(bounded(limit))
            .to_owned();
        self.rows(grants::TABLE, &select, read_grant)
    }

    /// How many active assignments are in force, no activations; it stops counting at `at_most`.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_assignments(&self, now: Instant, at_most: u64) -> Result<u64, StoreError> {
        self.count_some(in_force(now).and_where(is_assigned()), at_most)
    }

    /// How many hold a role for good, anywhere; it stops counting at `at_most`.
    ///
    /// # Errors
    /// The driver's.
    pub fn count_permanent_assignments(
        &self,
        role: RoleDefinitionId,
        now: Instant,
        at_most: u64,
    ) -> Result<u64, StoreError> {
        let mut select = statements::assignments_of(role, now);
        self.count_some(select.and_where(column(Grants::EndsAt).is_null()), at_most)
    }

    fn count_some(&self, select: &SelectStatement, at_most: u64) -> Result<u64, StoreError> {
        let some = select.clone().limit(at_most).to_owned();
        let count = Query::select()
            .expr(Expr::cust("count(*)"))
            .from_subquery(some, Alias::new("some"))
            .to_owned();
        let count: Option<i64> = self.row(grants::TABLE, &count, |row| row.take())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }

    /// The roles that somebody has or can activate now.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn roles_in_use(&self, now: Instant) -> Result<BTreeSet<RoleDefinitionId>, StoreError> {
        let mut used = BTreeSet::new();
        for role in self.roles()? {
            let select = statements::one_of_role(role.id, now);
            used.extend(self.row(grants::TABLE, &select, read_grant)?.map(|_| role.id));
        }
        Ok(used)
    }
}
