//! Role definitions as they were written last. Pages of grants repeat a few of them, and one has more text than
//! all that is said of ten grants.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use model::{RoleDefinition, RoleDefinitionId};
use serde_json::value::RawValue;

use crate::Version;

/// Texts that are kept at the most; past that all are forgotten.
const TEXTS_MAX: usize = 1_000;

/// The texts of role definitions with all their properties and no annotations.
#[derive(Default)]
pub struct WrittenRoles(RwLock<HashMap<(RoleDefinitionId, Version), Written>>);

struct Written {
    /// Of what it is the text. Whoever changes a role makes another one.
    role: Arc<RoleDefinition>,
    text: Arc<RawValue>,
}

impl WrittenRoles {
    /// The text of a role, which `write` makes unless the last one was of the same.
    ///
    /// # Errors
    /// That of `write`.
    pub(super) fn text<E>(
        &self,
        role: &Arc<RoleDefinition>,
        version: Version,
        write: impl FnOnce() -> Result<Box<RawValue>, E>,
    ) -> Result<Arc<RawValue>, E> {
        let key = (role.id, version);
        {
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(written) = kept.get(&key).filter(|written| Arc::ptr_eq(&written.role, role)) {
                return Ok(written.text.clone());
            }
        }
        let text: Arc<RawValue> = write()?.into();
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= TEXTS_MAX {
            kept.clear();
        }
        let (role, written) = (role.clone(), text.clone());
        kept.insert(key, Written { role, text: written });
        Ok(text)
    }
}

impl fmt::Debug for WrittenRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrittenRoles").finish_non_exhaustive()
    }
}
