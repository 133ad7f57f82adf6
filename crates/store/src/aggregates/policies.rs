//! Role settings. Every version stays; the one in force has no end.

use model::policy::{ApprovalRule, ApprovalStage, Approver, Editor};
use model::{Instant, ObjectId, Policy, PolicyId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use uuid::Uuid;

use crate::row::Row;
use crate::schema::{Policies, PolicyApprovers};
use crate::value::{Json, bind};
use crate::{Session, StoreError};

const TABLE: &str = "policies";
/// How it is stored that an approver is a user.
const USER: &str = "user";
/// How it is stored that the members of a group are approvers.
const GROUP: &str = "group";
/// How it is stored that the default approvers decide in one stage, while others have named ones.
const DEFAULT: &str = "default";
/// Stands for the default approvers.
pub(crate) const ADMINISTRATORS: ObjectId = ObjectId::new(Uuid::nil());

fn read_policy(row: &mut Row<'_>) -> Result<Policy, StoreError> {
    Ok(Policy {
        id: row.take()?,
        role_definition_id: row.take()?,
        settings: row.take().map(|Json(settings)| settings)?,
        version: row
            .take::<i64>()
            .map(|version| u64::try_from(version).unwrap_or_default())?,
        last_modified_at: row.take()?,
        last_modified_by: {
            let id: Option<_> = row.take()?;
            let display_name = row.take()?;
            id.map(|id| Editor { id, display_name })
        },
    })
}

/// A version number as it is stored.
fn stored(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// Who approves in any stage, and in which way; nobody if no stage names anybody.
fn approvers(rule: &ApprovalRule) -> Vec<(ObjectId, &'static str)> {
    let stages = rule.stages().map(|(_, stage)| stage);
    let escalation =
        |stage: &ApprovalStage| stage.escalation().map_or_else(Vec::new, |(_, all)| all.to_vec());
    let named = stages
        .clone()
        .flat_map(|stage| stage.primary_approvers.iter().cloned().chain(escalation(stage)));
    let mut approvers: Vec<_> = named
        .map(|approver| match approver {
            Approver::User { id, .. } => (id, USER),
            Approver::Group { id, .. } => (id, GROUP),
        })
        .collect();
    if !approvers.is_empty() && stages.clone().any(|stage| stage.primary_approvers.is_empty()) {
        approvers.push((ADMINISTRATORS, DEFAULT));
    }
    approvers
}

fn in_force() -> SelectStatement {
    Query::select()
        .columns([
            Policies::Id,
            Policies::RoleId,
            Policies::Settings,
            Policies::Version,
            Policies::LastModifiedAt,
            Policies::LastModifiedBy,
            Policies::LastModifiedByName,
        ])
        .from(Policies::Table)
        .and_where(Expr::col(Policies::ValidUntil).is_null())
        .to_owned()
}

impl Session {
    /// Stores the first version of a role's policy, valid from `at` on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the role has one.
    pub fn insert_policy(&self, policy: &Policy, at: Instant) -> Result<(), StoreError> {
        self.insert_version(policy, at)
    }

    /// Stores the next version of a policy, valid from `at` on; the one before stays, and ends there.
    ///
    /// # Errors
    /// [`StoreError::UnexpectedRows`] if what it supersedes is not in force.
    pub fn supersede_policy(&self, policy: &Policy, at: Instant) -> Result<(), StoreError> {
        self.must_change(
            TABLE,
            Query::update()
                .table(Policies::Table)
                .value(Policies::ValidUntil, bind(at))
                .and_where(Expr::col(Policies::Id).eq(bind(policy.id)))
                .and_where(Expr::col(Policies::Version).eq(bind(stored(policy.version.saturating_sub(1)))))
                .and_where(Expr::col(Policies::ValidUntil).is_null()),
        )?;
        self.insert_version(policy, at)
    }

    fn insert_version(&self, policy: &Policy, at: Instant) -> Result<(), StoreError> {
        let editor = policy.last_modified_by.as_ref();
        self.insert(
            Policies::Table,
            [
                (Policies::Id, bind(policy.id)),
                (Policies::Version, bind(stored(policy.version))),
                (Policies::RoleId, bind(policy.role_definition_id)),
                (Policies::Settings, bind(Json(policy.settings.clone()))),
                (Policies::LastModifiedAt, bind(policy.last_modified_at)),
                (Policies::LastModifiedBy, bind(editor.map(|editor| editor.id))),
                (
                    Policies::LastModifiedByName,
                    bind(editor.and_then(|editor| editor.display_name.clone())),
                ),
                (Policies::ValidFrom, bind(at)),
            ],
        )?;
        self.replace_approvers(policy)
    }

    fn replace_approvers(&self, policy: &Policy) -> Result<(), StoreError> {
        let role = policy.role_definition_id;
        self.execute(
            Query::delete()
                .from_table(PolicyApprovers::Table)
                .and_where(Expr::col(PolicyApprovers::RoleId).eq(bind(role))),
        )?;
        for (id, kind) in approvers(&policy.settings.activation.approval) {
            let mut statement = crate::session::insertion(
                PolicyApprovers::Table,
                [
                    (PolicyApprovers::RoleId, bind(role)),
                    (PolicyApprovers::ApproverId, bind(id)),
                    (PolicyApprovers::Kind, bind(kind.to_owned())),
                ],
            )?;
            statement.on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
            self.execute(&statement)?;
        }
        Ok(())
    }

    /// A policy as it is in force.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn policy(&self, id: PolicyId) -> Result<Option<Policy>, StoreError> {
        let select = in_force()
            .and_where(Expr::col(Policies::Id).eq(bind(id)))
            .to_owned();
        self.row(TABLE, &select, read_policy)
    }

    /// A role's policy as it is in force.
    ///
    /// # Errors
    /// As [`Session::policy`].
    pub fn policy_of_role(&self, role: RoleDefinitionId) -> Result<Option<Policy>, StoreError> {
        let select = in_force()
            .and_where(Expr::col(Policies::RoleId).eq(bind(role)))
            .to_owned();
        self.row(TABLE, &select, read_policy)
    }

    /// Every policy as it is in force, by id.
    ///
    /// # Errors
    /// As [`Session::policy`].
    pub fn policies(&self) -> Result<Vec<Policy>, StoreError> {
        let select = in_force().order_by(Policies::Id, Order::Asc).to_owned();
        self.rows(TABLE, &select, read_policy)
    }

    /// How many versions of a policy there are.
    ///
    /// # Errors
    /// The driver's.
    pub fn policy_versions(&self, id: PolicyId) -> Result<u64, StoreError> {
        let select = Query::select()
            .expr(Func::count(Expr::col(Policies::Version)))
            .from(Policies::Table)
            .and_where(Expr::col(Policies::Id).eq(bind(id)))
            .to_owned();
        let count = self.row(TABLE, &select, |row| row.take::<i64>())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }
}
