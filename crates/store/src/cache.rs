//! What hot reads need, kept in memory: what a principal holds, directory objects, role definitions, and the
//! licence.
//!
//! INVARIANT: an entry is never older than the last acknowledged commit that touched it. The writer
//! invalidates after each commit and before it acknowledges. A loader may have read before that
//! commit and come to insert after it, so each shard remembers the commit that last touched it, and
//! an entry that was read in an earlier snapshot is not let in.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use foldhash::fast::RandomState;
use model::{DirectoryObject, Licence, ObjectId, RoleDefinition, RoleDefinitionId};

use crate::Holdings;

const SHARDS: usize = 16;
/// Principals whose holdings are kept: at most twice as many, a few hundred bytes each.
const PRINCIPALS: usize = 64 * 1024;
/// Directory objects that are kept, at most twice as many, about a kilobyte each.
const OBJECTS: usize = 8 * 1024;
/// Role definitions that are kept, at most twice as many.
const ROLES: usize = 1024;

/// Everything that is cached, and the number of the last commit.
pub(crate) struct Caches {
    pub(crate) holdings: Cache<ObjectId, Holdings>,
    pub(crate) objects: Cache<ObjectId, DirectoryObject>,
    pub(crate) roles: Cache<RoleDefinitionId, RoleDefinition>,
    /// The one licence, which every request asks for.
    licence: RwLock<Licence>,
    commits: AtomicU64,
}

impl Caches {
    pub(crate) fn new() -> Self {
        Self {
            holdings: Cache::new(PRINCIPALS),
            objects: Cache::new(OBJECTS),
            roles: Cache::new(ROLES),
            licence: RwLock::default(),
            commits: AtomicU64::new(0),
        }
    }

    /// The number of the last commit. Asked before a snapshot is taken, it is never later than it.
    pub(crate) fn snapshot(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// The licence, as the last commit left it.
    pub(crate) fn licence(&self) -> Licence {
        *self.licence.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over the licence that is stored.
    pub(crate) fn set_licence(&self, licence: Licence) {
        *self.licence.write().unwrap_or_else(PoisonError::into_inner) = licence;
    }

    /// Drops what a commit touched. One thread commits.
    pub(crate) fn commit(&self, touched: Touched) {
        let number = self.commits.load(Ordering::Acquire).saturating_add(1);
        for principal in &touched.principals {
            self.holdings.invalidate(principal, number);
        }
        for object in &touched.objects {
            self.objects.invalidate(object, number);
        }
        for role in &touched.roles {
            self.roles.invalidate(role, number);
        }
        self.commits.store(number, Ordering::Release);
    }
}

/// What a transaction touched.
#[derive(Default)]
pub(crate) struct Touched {
    pub(crate) principals: Vec<ObjectId>,
    pub(crate) objects: Vec<ObjectId>,
    pub(crate) roles: Vec<RoleDefinitionId>,
    pub(crate) licence: bool,
}

/// A bounded map of shared values.
pub(crate) struct Cache<K, V> {
    shards: [Mutex<Shard<K, V>>; SHARDS],
    hasher: RandomState,
    limit: usize,
}

/// Two generations: when the young one is full it becomes the old one, and what nobody asked for
/// in the meantime is forgotten.
struct Shard<K, V> {
    young: HashMap<K, Arc<V>, RandomState>,
    old: HashMap<K, Arc<V>, RandomState>,
    touched_by: u64,
}

impl<K: Copy + Eq + Hash, V> Cache<K, V> {
    fn new(limit: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| {
                Mutex::new(Shard {
                    young: HashMap::default(),
                    old: HashMap::default(),
                    touched_by: 0,
                })
            }),
            hasher: RandomState::default(),
            limit: limit / SHARDS,
        }
    }

    /// The value, if it is there.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut shard = self.shard(key)?;
        if let Some(value) = shard.young.get(key) {
            return Some(value.clone());
        }
        let value = shard.old.remove(key)?;
        shard.insert(*key, value.clone(), self.limit);
        Some(value)
    }

    /// Keeps a value that was read in `snapshot`, unless a later commit touched its shard.
    pub(crate) fn insert(&self, key: K, value: Arc<V>, snapshot: u64) {
        if let Some(mut shard) = self.shard(&key)
            && shard.touched_by <= snapshot
        {
            shard.insert(key, value, self.limit);
        }
    }

    fn invalidate(&self, key: &K, commit: u64) {
        if let Some(mut shard) = self.shard(key) {
            shard.young.remove(key);
            shard.old.remove(key);
            shard.touched_by = commit;
        }
    }

    fn shard(&self, key: &K) -> Option<MutexGuard<'_, Shard<K, V>>> {
        let index = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).ok()?;
        let shard = self.shards.get(index)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K: Copy + Eq + Hash, V> Shard<K, V> {
    fn insert(&mut self, key: K, value: Arc<V>, limit: usize) {
        if self.young.len() >= limit {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_read_before_a_commit_is_not_let_in_after_it() {
        let cache = Cache::<u8, &str>::new(160);
        cache.insert(1, Arc::new("old"), 0);
        assert_eq!(cache.get(&1).as_deref(), Some(&"old"));
        cache.invalidate(&1, 1);
        assert_eq!(cache.get(&1), None);
        cache.insert(1, Arc::new("old"), 0);
        assert_eq!(cache.get(&1), None, "read before commit 1");
        cache.insert(1, Arc::new("new"), 1);
        assert_eq!(cache.get(&1).as_deref(), Some(&"new"));
    }

    #[test]
    fn it_stays_within_its_limit_and_keeps_what_is_asked_for() {
        let cache = Cache::<u32, u32>::new(SHARDS * 8);
        for key in 0..10_000 {
            cache.insert(key, Arc::new(key), 0);
            cache.get(&0);
        }
        assert_eq!(cache.get(&0).as_deref(), Some(&0));
        let kept = (0..10_000).filter(|key| cache.get(key).is_some()).count();
        assert!(kept <= SHARDS * 16, "{kept}");
    }
}
