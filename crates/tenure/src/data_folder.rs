//! What a data folder is for: a demo's folder is never served for real, nor the other way round.

use std::path::Path;

use anyhow::{Context as _, bail};
use store::{Session, Store, StoreError, StoreOptions};

/// Where the folder says what it is for.
const KIND: &str = "kind";

/// What a data folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// `tenure demo`
    Demo,
    /// `tenure serve`
    Serve,
}

impl FolderKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Serve => "serve",
        }
    }
}

/// Opens the store in `folder` and marks an empty one as being of this kind.
pub fn open(folder: &Path, kind: FolderKind) -> anyhow::Result<Store> {
    let options = StoreOptions::new(folder.to_owned());
    let store =
        Store::open(options).with_context(|| format!("cannot open the data folder {}", folder.display()))?;
    let found = store.write_wait(move |session| mark(session, kind))??;
    if found != kind.as_str() {
        bail!("the data folder {} belongs to `tenure {found}`", folder.display());
    }
    Ok(store)
}

fn mark(session: &Session, kind: FolderKind) -> Result<String, StoreError> {
    if let Some(found) = session.meta(KIND)? {
        return Ok(found);
    }
    session.set_meta(KIND, kind.as_str())?;
    Ok(kind.as_str().to_owned())
}
