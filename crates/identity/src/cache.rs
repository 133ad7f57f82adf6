//! Tokens that were verified already. Checking a signature costs more than the rest of a request, so
//! a hit is one keyed hash, one shared lock and one comparison.

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::{fast, quality};
use model::Instant;

use crate::verify::VerifiedToken;

/// How many tokens are remembered.
const CAPACITY: usize = 50_000;
/// Into how many parts the memory is cut, so that writers rarely meet readers. A power of two.
const SHARDS: usize = 16;
/// How many entries one insertion may remove: its work is bounded, nothing ever sweeps.
const REMOVALS_PER_INSERTION: usize = 2;

/// The hash of a token, under a key of this process.
#[derive(Clone, Copy)]
pub(crate) struct Slot(u64);

struct Entry {
    token: Box<str>,
    verified: Arc<VerifiedToken>,
    until: Instant,
}

#[derive(Default)]
struct Shard {
    entries: HashMap<u64, Entry, fast::FixedState>,
    /// The keys of `entries`, each once, the oldest first.
    order: VecDeque<u64>,
}

/// A bounded memory of verified tokens; the oldest make room for new ones.
pub(crate) struct TokenCache {
    hasher: quality::RandomState,
    shards: [RwLock<Shard>; SHARDS],
    capacity_per_shard: usize,
}

impl TokenCache {
    pub(crate) fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Self {
        Self {
            hasher: quality::RandomState::default(),
            shards: std::array::from_fn(|_| RwLock::default()),
            capacity_per_shard: capacity.div_ceil(SHARDS),
        }
    }

    /// Where `token` belongs.
    pub(crate) fn slot(&self, token: &str) -> Slot {
        Slot(self.hasher.hash_one(token))
    }

    /// The remembered meaning of `token`, unless its time is over.
    pub(crate) fn get(&self, slot: Slot, token: &str, now: Instant) -> Option<Arc<VerifiedToken>> {
        let shard = self.shard(slot)?.read().unwrap_or_else(PoisonError::into_inner);
        let entry = shard.entries.get(&slot.0)?;
        // Equal hashes prove nothing: only the very token that was verified is let through.
        (now < entry.until && *entry.token == *token).then(|| Arc::clone(&entry.verified))
    }

    /// Remembers `token` up to `until`.
    pub(crate) fn put(
        &self,
        slot: Slot,
        token: &str,
        verified: Arc<VerifiedToken>,
        until: Instant,
        now: Instant,
    ) {
        let entry = Entry {
            token: token.into(),
            verified,
            until,
        };
        let Some(shard) = self.shard(slot) else { return };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.entries.insert(slot.0, entry).is_none() {
            shard.order.push_back(slot.0);
        }
        shard.make_room(self.capacity_per_shard, now);
    }

    /// The hash's upper bits choose the shard, since its lower ones choose the place within.
    fn shard(&self, slot: Slot) -> Option<&RwLock<Shard>> {
        let index = slot.0 >> (u64::BITS - SHARDS.ilog2());
        usize::try_from(index)
            .ok()
            .and_then(|index| self.shards.get(index))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.read().unwrap().entries.len())
            .sum()
    }
}

impl Shard {
    /// Removes the oldest entries that are over, and the oldest of all when there are too many.
    fn make_room(&mut self, capacity: usize, now: Instant) {
        for _ in 0..REMOVALS_PER_INSERTION {
            let Some(oldest) = self.order.front() else { return };
            let over = self.entries.get(oldest).is_none_or(|entry| entry.until <= now);
            if !over && self.entries.len() <= capacity {
                return;
            }
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::access::PermissionSet;
    use model::{AppId, CallerKind, ObjectId, SeededEntropy};

    use super::*;

    fn verified(expires_at: Instant) -> Arc<VerifiedToken> {
        let entropy = SeededEntropy::from_number(1);
        Arc::new(VerifiedToken {
            kind: CallerKind::Application,
            id: ObjectId::random(&entropy),
            app_id: AppId::random(&entropy),
            display_name: None,
            user_principal_name: None,
            permissions: PermissionSet::default(),
            mfa: false,
            authentication_contexts: Vec::new(),
            handles_claims_challenges: false,
            unique_id: String::new(),
            not_before: Instant::from_seconds(0),
            expires_at,
        })
    }

    #[test]
    fn the_oldest_make_room_and_those_that_are_over_leave_first() {
        let cache = TokenCache::with_capacity(SHARDS * 4);
        let (now, end) = (Instant::from_seconds(10), Instant::from_seconds(20));
        let put = |number: usize, now: Instant, until: Instant| {
            let token = format!("token-{number}");
            cache.put(cache.slot(&token), &token, verified(until), until, now);
        };
        for number in 0..1_000 {
            put(number, now, end);
            put(number, now, end);
            assert!(cache.len() <= SHARDS * 4);
        }
        assert_eq!(cache.len(), SHARDS * 4);
        assert!(
            cache.get(cache.slot("token-0"), "token-0", now).is_none(),
            "pushed out"
        );
        assert!(cache.get(cache.slot("token-999"), "token-999", now).is_some());
        assert!(
            cache.get(cache.slot("token-999"), "token-999", end).is_none(),
            "over"
        );
        for number in 1_000..2_000 {
            put(number, end, end);
        }
        assert!(cache.len() <= SHARDS, "what is over does not stay");
    }

    #[test]
    fn an_equal_hash_is_not_an_equal_token() {
        let cache = TokenCache::new();
        let (now, end) = (Instant::from_seconds(10), Instant::from_seconds(20));
        let slot = cache.slot("one");
        cache.put(slot, "one", verified(end), end, now);
        assert!(cache.get(slot, "one", now).is_some());
        assert!(cache.get(slot, "two", now).is_none());
    }
}
