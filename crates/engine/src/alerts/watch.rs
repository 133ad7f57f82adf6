//! When to scan: after changes, and from time to time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{Instant, IsoDuration};

/// How long there is no scan at the most.
pub const SCAN_EVERY: IsoDuration = IsoDuration::from_hours(2);

/// What the engine remembers of scans.
#[derive(Default)]
pub struct Watch {
    has_changed: AtomicBool,
    /// Held while there is a scan, so that there is one at a time. The time of the last one of everything.
    last_scan: Mutex<Option<Instant>>,
}

impl Watch {
    /// Notes that something changed.
    pub fn note_change(&self) {
        self.has_changed.store(true, Ordering::Relaxed);
    }

    /// Whether there is reason to scan.
    pub fn is_due(&self, now: Instant) -> bool {
        let is_long_ago = || self.last_scan().is_none_or(|last| now.since(last) >= SCAN_EVERY);
        self.has_changed.load(Ordering::Relaxed) || is_long_ago()
    }

    /// Begins a scan, after the one that goes on.
    pub fn begin(&self) -> MutexGuard<'_, Option<Instant>> {
        self.last_scan()
    }

    /// Begins a scan of everything: what changes from now on is for the next one.
    pub fn begin_whole(&self, now: Instant) -> MutexGuard<'_, Option<Instant>> {
        let mut turn = self.last_scan();
        self.has_changed.store(false, Ordering::Relaxed);
        *turn = Some(now);
        turn
    }

    /// A panic while it was held leaves nothing half done in it.
    fn last_scan(&self) -> MutexGuard<'_, Option<Instant>> {
        self.last_scan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
