//! Client secrets, of which only a hash is kept, and the keys that sign tokens.

use model::access::PermissionSet;
use model::{AppId, Instant, Permission};
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::schema::{AppPermissions, ClientSecrets, SigningKeys};
use crate::value::bind;
use crate::{Session, StoreError};

/// A key that signs, or signed, tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// Its id in the key set.
    pub kid: String,
    /// The private key in PKCS#8.
    pub private_der: Vec<u8>,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it signs nothing new.
    pub retired_at: Option<Instant>,
}

impl std::fmt::Debug for SigningKeyRow {
    /// Without the private key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeyRow")
            .field("kid", &self.kid)
            .field("created_at", &self.created_at)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Stores the SHA-256 of a client's secret.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the client has it already.
    pub fn insert_client_secret(&self, app: AppId, sha256: [u8; 32], at: Instant) -> Result<(), StoreError> {
        self.insert(
            ClientSecrets::Table,
            [
                (ClientSecrets::AppId, bind(app)),
                (ClientSecrets::Sha256, bind(sha256)),
                (ClientSecrets::CreatedAt, bind(at)),
            ],
        )
    }

    /// The SHA-256 of each of a client's secrets.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn client_secrets(&self, app: AppId) -> Result<Vec<[u8; 32]>, StoreError> {
        let select = Query::select()
            .column(ClientSecrets::Sha256)
            .from(ClientSecrets::Table)
            .and_where(Expr::col(ClientSecrets::AppId).eq(bind(app)))
            .to_owned();
        self.rows("client_secrets", &select, |row| row.take())
    }

    /// Gives an application permissions of its own; those that it has already stay.
    ///
    /// # Errors
    /// The driver's.
    pub fn grant_app_permissions(
        &self,
        app: AppId,
        permissions: PermissionSet,
        at: Instant,
    ) -> Result<(), StoreError> {
        let had = self.app_permissions(app)?;
        for permission in permissions.iter().filter(|permission| !had.has(*permission)) {
            self.insert(
                AppPermissions::Table,
                [
                    (AppPermissions::AppId, bind(app)),
                    (AppPermissions::Permission, bind(permission.as_str().to_owned())),
                    (AppPermissions::GrantedAt, bind(at)),
                ],
            )?;
        }
        Ok(())
    }

    /// What an application may do on its own. A permission that this version does not know counts
    /// for nothing.
    ///
    /// # Errors
    /// As [`Session::client_secrets`].
    pub fn app_permissions(&self, app: AppId) -> Result<PermissionSet, StoreError> {
        let select = Query::select()
            .column(AppPermissions::Permission)
            .from(AppPermissions::Table)
            .and_where(Expr::col(AppPermissions::AppId).eq(bind(app)))
            .to_owned();
        let names: Vec<String> = self.rows("app_permissions", &select, |row| row.take())?;
        Ok(names.iter().filter_map(|name| Permission::parse(name)).collect())
    }

    /// Every signing key, the newest first.
    ///
    /// # Errors
    /// As [`Session::client_secrets`].
    pub fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let select = Query::select()
            .columns([
                SigningKeys::Kid,
                SigningKeys::PrivateDer,
                SigningKeys::CreatedAt,
                SigningKeys::RetiredAt,
            ])
            .from(SigningKeys::Table)
            .order_by(SigningKeys::CreatedAt, Order::Desc)
            .order_by(SigningKeys::Kid, Order::Asc)
            .to_owned();
        self.rows("signing_keys", &select, |row| {
            Ok(SigningKeyRow {
                kid: row.take()?,
                private_der: row.take()?,
                created_at: row.take()?,
                retired_at: row.take()?,
            })
        })
    }

    /// Stores a signing key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub fn insert_signing_key(&self, key: &SigningKeyRow) -> Result<(), StoreError> {
        self.insert(
            SigningKeys::Table,
            [
                (SigningKeys::Kid, bind(key.kid.clone())),
                (SigningKeys::PrivateDer, bind(key.private_der.clone())),
                (SigningKeys::CreatedAt, bind(key.created_at)),
                (SigningKeys::RetiredAt, bind(key.retired_at)),
            ],
        )
    }

    /// Records that a key signs nothing new from `at` on; says whether it did before.
    ///
    /// # Errors
    /// The driver's.
    pub fn retire_signing_key(&self, kid: &str, at: Instant) -> Result<bool, StoreError> {
        self.change(
            "signing_keys",
            Query::update()
                .table(SigningKeys::Table)
                .value(SigningKeys::RetiredAt, bind(at))
                .and_where(Expr::col(SigningKeys::Kid).eq(bind(kid.to_owned())))
                .and_where(Expr::col(SigningKeys::RetiredAt).is_null()),
        )
    }
}
