//! Directory objects.

use std::collections::HashMap;
use std::sync::Arc;

use model::directory::ObjectKind;
use model::{AppId, DirectoryObject, Instant, ObjectBody, ObjectId};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};

use crate::row::Row;
use crate::schema::{Memberships, Objects};
use crate::value::{Json, Stored, bind};
use crate::{Session, StoreError};

const TABLE: &str = "objects";

/// What [`read_object`] reads, in its order.
pub(crate) const OBJECT_COLUMNS: [Objects; 6] = [
    Objects::Id,
    Objects::Kind,
    Objects::DisplayName,
    Objects::Description,
    Objects::CreatedAt,
    Objects::Body,
];

/// Reads a row of [`OBJECT_COLUMNS`].
pub(crate) fn read_object(row: &mut Row<'_>) -> Result<DirectoryObject, StoreError> {
    let id = row.take()?;
    let kind = row.take()?;
    Ok(DirectoryObject {
        id,
        display_name: row.take()?,
        description: row.take()?,
        created_at: row.take()?,
        body: match kind {
            ObjectKind::User => ObjectBody::User(json(row)?),
            ObjectKind::Group => ObjectBody::Group(json(row)?),
            ObjectKind::ServicePrincipal => ObjectBody::ServicePrincipal(json(row)?),
            ObjectKind::AdministrativeUnit => ObjectBody::AdministrativeUnit(json(row)?),
        },
    })
}

fn json<T>(row: &mut Row<'_>) -> Result<T, StoreError>
where
    Json<T>: Stored,
{
    row.take().map(|Json(body)| body)
}

fn body(object: &DirectoryObject) -> Expr {
    match &object.body {
        ObjectBody::User(body) => bind(Json(body.clone())),
        ObjectBody::Group(body) => bind(Json(body.clone())),
        ObjectBody::ServicePrincipal(body) => bind(Json(body.clone())),
        ObjectBody::AdministrativeUnit(body) => bind(Json(body.clone())),
    }
}

fn app_id(object: &DirectoryObject) -> Option<AppId> {
    match &object.body {
        ObjectBody::ServicePrincipal(body) => Some(body.app_id),
        _ => None,
    }
}

/// Objects that one statement looks for at the most.
const OBJECTS_AT_ONCE_MAX: usize = 64;

/// Objects that exist.
fn existing() -> SelectStatement {
    Query::select()
        .columns(OBJECT_COLUMNS)
        .from(Objects::Table)
        .and_where(Expr::col(Objects::DeletedAt).is_null())
        .to_owned()
}

/// The users with the employee id of one, itself among them; none if it has none.
pub(crate) fn accounts_beside(account: ObjectId) -> SelectStatement {
    let own = Query::select()
        .column(Objects::EmployeeId)
        .from(Objects::Table)
        .and_where(Expr::col(Objects::Id).eq(bind(account)))
        .to_owned();
    Query::select()
        .column(Objects::Id)
        .from(Objects::Table)
        .and_where(Expr::col(Objects::EmployeeId).is_not_null())
        .and_where(Expr::col(Objects::EmployeeId).eq(Expr::SubQuery(None, Box::new(own.into()))))
        .to_owned()
}

impl Session {
    /// Stores a new object.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id, principal name or client id is taken.
    pub fn insert_object(&self, object: &DirectoryObject) -> Result<(), StoreError> {
        self.touch_object(object.id);
        self.insert(
            Objects::Table,
            [
                (Objects::Id, bind(object.id)),
                (Objects::Kind, bind(object.kind())),
                (Objects::DisplayName, bind(object.display_name.clone())),
                (Objects::Description, bind(object.description.clone())),
                (Objects::CreatedAt, bind(object.created_at)),
                (Objects::Body, body(object)),
                (Objects::AppId, bind(app_id(object))),
            ],
        )
    }

    /// Stores an object's new properties; its kind and time of creation stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as for a new one; [`StoreError::UnexpectedRows`] if there is none.
    pub fn update_object(&self, object: &DirectoryObject) -> Result<(), StoreError> {
        self.touch_object(object.id);
        self.must_change(
            TABLE,
            Query::update()
                .table(Objects::Table)
                .values([
                    (Objects::DisplayName, bind(object.display_name.clone())),
                    (Objects::Description, bind(object.description.clone())),
                    (Objects::Body, body(object)),
                    (Objects::AppId, bind(app_id(object))),
                ])
                .and_where(Expr::col(Objects::Id).eq(bind(object.id)))
                .and_where(Expr::col(Objects::Kind).eq(bind(object.kind())))
                .and_where(Expr::col(Objects::DeletedAt).is_null()),
        )
    }

    /// Marks an object as deleted and ends its memberships on both sides; says whether it was there.
    /// It is not found any more, and its principal name and client id are free again. Its grants
    /// are the caller's to end.
    ///
    /// # Errors
    /// Only the driver's.
    pub fn delete_object(&self, id: ObjectId, at: Instant) -> Result<bool, StoreError> {
        self.touch_object(id);
        self.touch_principal(id)?;
        let is_deleted = self.change(
            TABLE,
            Query::update()
                .table(Objects::Table)
                .value(Objects::DeletedAt, bind(at))
                .and_where(Expr::col(Objects::Id).eq(bind(id)))
                .and_where(Expr::col(Objects::DeletedAt).is_null()),
        )?;
        for side in [Memberships::ContainerId, Memberships::MemberId] {
            self.execute(
                Query::update()
                    .table(Memberships::Table)
                    .value(Memberships::RemovedAt, bind(at))
                    .and_where(Expr::col(side).eq(bind(id)))
                    .and_where(Expr::col(Memberships::RemovedAt).is_null()),
            )?;
        }
        Ok(is_deleted)
    }

    /// An object that exists.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn object(&self, id: ObjectId) -> Result<Option<DirectoryObject>, StoreError> {
        let select = existing()
            .and_where(Expr::col(Objects::Id).eq(bind(id)))
            .to_owned();
        self.row(TABLE, &select, read_object)
    }

    /// Those of several objects that exist, in the order in which they are first asked for, each once.
    ///
    /// # Errors
    /// As [`Session::object`].
    pub fn objects(&self, ids: &[ObjectId]) -> Result<Vec<DirectoryObject>, StoreError> {
        let objects = self.shared_objects(ids)?.into_iter();
        Ok(objects.map(Arc::unwrap_or_clone).collect())
    }

    /// The same, from memory where they are there, and kept there.
    ///
    /// # Errors
    /// As [`Session::object`].
    pub fn shared_objects(&self, ids: &[ObjectId]) -> Result<Vec<Arc<DirectoryObject>>, StoreError> {
        let snapshot = self.cacheable_snapshot();
        let mut found = HashMap::new();
        let mut others = Vec::new();
        for id in ids {
            match snapshot.and_then(|_| self.caches.objects.get(id)) {
                Some(object) => drop(found.insert(*id, object)),
                None => others.push(*id),
            }
        }
        for some in others.chunks(OBJECTS_AT_ONCE_MAX) {
            // Filled up, so that there are but a few statements, and each is prepared once.
            let places = some.len().next_power_of_two();
            let asked = some.iter().cycle().take(places).map(|id| bind(*id));
            let select = existing()
                .and_where(Expr::col(Objects::Id).is_in(asked))
                .to_owned();
            for object in self.rows(TABLE, &select, read_object)? {
                let object = Arc::new(object);
                if let Some(snapshot) = snapshot {
                    self.caches.objects.insert(object.id, object.clone(), snapshot);
                }
                found.insert(object.id, object);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Every object of one kind that exists, by name. For set-up and the demo's description, where
    /// there are few; lists are paged.
    ///
    /// # Errors
    /// As [`Session::object`].
    pub fn objects_of_kind(&self, kind: ObjectKind) -> Result<Vec<DirectoryObject>, StoreError> {
        let select = existing()
            .and_where(Expr::col(Objects::Kind).eq(bind(kind)))
            .order_by(Objects::DisplayName, Order::Asc)
            .to_owned();
        self.rows(TABLE, &select, read_object)
    }

    /// The user with a principal name, in any case.
    ///
    /// # Errors
    /// As [`Session::object`].
    pub fn object_by_user_principal_name(&self, name: &str) -> Result<Option<DirectoryObject>, StoreError> {
        let select = existing()
            .and_where(
                Expr::expr(Func::lower(Expr::col(Objects::UserPrincipalName)))
                    .eq(bind(name.to_ascii_lowercase())),
            )
            .to_owned();
        self.row(TABLE, &select, read_object)
    }

    /// All accounts of the person behind one, that one among them: the users with the same employee id,
    /// whatever the case and the white space around it. Those that were deleted belong to it, so that
    /// what was done under them stays the person's.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn accounts_of_person(&self, account: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
        let mut accounts = self.rows(TABLE, &accounts_beside(account), |row| row.take())?;
        if accounts.is_empty() {
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// The service principal of an application.
    ///
    /// # Errors
    /// As [`Session::object`].
    pub fn service_principal_by_app_id(&self, app_id: AppId) -> Result<Option<DirectoryObject>, StoreError> {
        let select = existing()
            .and_where(Expr::col(Objects::AppId).eq(bind(app_id)))
            .to_owned();
        self.row(TABLE, &select, read_object)
    }
}
