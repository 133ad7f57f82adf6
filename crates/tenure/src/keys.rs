//! The keys that sign tokens: made on first start, kept in the store, rotated on order.

use std::path::Path;
use std::sync::Arc;

use engine::setup::{as_service, record_key_rotation};
use identity::{KeyRing, LONGEST_TOKEN_LIFE, SigningKey};
use model::{Clock as _, Instant};
use store::{SigningKeyRow, Store, StoreError};

use crate::clock::SystemClock;
use crate::data_folder::{self, FolderKind};
use crate::entropy;

/// The ring of the keys in `store`; the first is made if there is none.
pub fn load_or_make(store: &Store, now: Instant) -> anyhow::Result<Arc<KeyRing>> {
    let mut keys = stored(store)?;
    if keys.iter().all(|key| key.retired_at.is_some()) {
        let made = SigningKey::generate(now)?;
        insert(store, &made)?;
        keys.push(made);
    }
    Ok(Arc::new(KeyRing::new(keys, LONGEST_TOKEN_LIFE)?))
}

/// `tenure keys rotate`
pub fn rotate_in(folder: &Path) -> anyhow::Result<()> {
    let store = data_folder::open(folder, FolderKind::Serve)?;
    let now = SystemClock.now();
    load_or_make(&store, now)?;
    let retired: Vec<String> = stored(&store)?
        .into_iter()
        .filter(|key| key.retired_at.is_none())
        .map(|key| key.kid)
        .collect();
    let next = SigningKey::generate(now)?;
    let row = row(&next);
    let entropy = entropy::source(None)?;
    store.write_wait(move |session| {
        for kid in &retired {
            session.retire_signing_key(kid, now)?;
        }
        session.insert_signing_key(&row)?;
        // Before the tenant was founded there is nobody whose log it would be.
        match session.tenant()? {
            Some(tenant) => as_service(session, entropy.as_ref(), now, &tenant, |cx| {
                record_key_rotation(cx, &row.kid)
            }),
            None => Ok(()),
        }
    })??;
    tracing::info!(kid = %next.kid, "tokens are signed with a new key from the next start on");
    store.close();
    Ok(())
}

fn stored(store: &Store) -> anyhow::Result<Vec<SigningKey>> {
    let rows = store.read_wait(|session| session.signing_keys())??;
    Ok(rows
        .into_iter()
        .map(|row| SigningKey {
            kid: row.kid,
            private_key: row.private_der,
            created_at: row.created_at,
            retired_at: row.retired_at,
        })
        .collect())
}

fn insert(store: &Store, key: &SigningKey) -> anyhow::Result<()> {
    let row = row(key);
    store
        .write_wait(move |session| session.insert_signing_key(&row))?
        .map_err(|error: StoreError| error.into())
}

fn row(key: &SigningKey) -> SigningKeyRow {
    SigningKeyRow {
        kid: key.kid.clone(),
        private_der: key.private_key.clone(),
        created_at: key.created_at,
        retired_at: key.retired_at,
    }
}
