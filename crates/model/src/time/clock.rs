//! The one clock. Everything that asks for the time asks an injected [`Clock`]; below the request
//! context and the background tick, `now` is a parameter.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::{Instant, IsoDuration};

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// A clock that stands still until it is moved, forwards only.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start` until it is advanced.
    pub const fn starting_at(start: Instant) -> Self {
        Self(AtomicI64::new(start.as_micros()))
    }

    /// Moves the clock forward; a negative span moves nothing.
    pub fn advance(&self, by: IsoDuration) -> Instant {
        self.set(self.now().saturating_add(by))
    }

    /// Moves the clock to `to`, unless it shows a later instant already.
    pub fn set(&self, to: Instant) -> Instant {
        let before = self.0.fetch_max(to.as_micros(), Ordering::AcqRel);
        Instant::from_micros(before.max(to.as_micros()))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::Acquire))
    }
}

/// A clock that never runs backwards, whatever the one beneath it does, and that can be moved
/// ahead of it.
///
/// INVARIANT I9: what an answer has called ended stays ended. The mark is the latest instant that
/// any reader saw; the engine raises it at start to the latest instant in the database.
pub struct MonotonicClock {
    inner: Arc<dyn Clock>,
    offset_micros: AtomicI64,
    mark: AtomicI64,
}

impl MonotonicClock {
    /// Wraps `inner`, starting no earlier than the epoch.
    pub fn new(inner: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            offset_micros: AtomicI64::new(0),
            mark: AtomicI64::new(0),
        }
    }

    /// From now on the clock shows at least `floor`.
    pub fn raise(&self, floor: Instant) {
        self.mark.fetch_max(floor.as_micros(), Ordering::AcqRel);
    }

    /// Keeps an offset to the clock beneath, so that this one now shows `to` and runs on from
    /// there. An instant that has passed already moves nothing.
    pub fn advance_to(&self, to: Instant) {
        let ahead = to.as_micros().saturating_sub(self.inner.now().as_micros());
        self.offset_micros.fetch_max(ahead, Ordering::AcqRel);
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> Instant {
        let shown = self
            .inner
            .now()
            .as_micros()
            .saturating_add(self.offset_micros.load(Ordering::Acquire));
        let before = self.mark.fetch_max(shown, Ordering::AcqRel);
        Instant::from_micros(before.max(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Swinging(AtomicI64);

    impl Clock for Swinging {
        fn now(&self) -> Instant {
            Instant::from_micros(self.0.load(Ordering::Acquire))
        }
    }

    #[test]
    fn time_never_runs_backwards() {
        let beneath = Arc::new(Swinging(AtomicI64::new(50)));
        let clock = MonotonicClock::new(beneath.clone());
        assert_eq!(clock.now(), Instant::from_micros(50));
        beneath.0.store(20, Ordering::Release);
        assert_eq!(clock.now(), Instant::from_micros(50));
        beneath.0.store(60, Ordering::Release);
        assert_eq!(clock.now(), Instant::from_micros(60));
        clock.raise(Instant::from_micros(90));
        assert_eq!(clock.now(), Instant::from_micros(90));
    }

    #[test]
    fn an_offset_is_kept_and_never_shrinks() {
        let beneath = Arc::new(Swinging(AtomicI64::new(100)));
        let clock = MonotonicClock::new(beneath.clone());
        clock.advance_to(Instant::from_micros(1_000));
        beneath.0.store(110, Ordering::Release);
        assert_eq!(clock.now(), Instant::from_micros(1_010));
        clock.advance_to(Instant::from_micros(500));
        assert_eq!(clock.now(), Instant::from_micros(1_010));
    }
}
