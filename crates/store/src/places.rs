//! Where reading threads work. There are as many places for quick work as may run at the same time, and a few
//! besides for work that turns out not to be quick: it makes room, and whoever waits gets its place. Without
//! them, as many questions that look at everything as there are readers would keep everybody waiting.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The places of all reading threads.
pub(crate) struct Places {
    free: Mutex<Free>,
    freed: Condvar,
}

struct Free {
    quick: usize,
    slow: usize,
}

impl Places {
    pub(crate) fn new(quick: usize, slow: usize) -> Self {
        Self {
            free: Mutex::new(Free { quick, slow }),
            freed: Condvar::new(),
        }
    }

    fn free(&self) -> MutexGuard<'_, Free> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one thread has of them.
pub(crate) struct Seat {
    places: Arc<Places>,
    is_slow: AtomicBool,
}

impl Seat {
    pub(crate) fn new(places: Arc<Places>) -> Self {
        Self {
            places,
            is_slow: AtomicBool::new(false),
        }
    }

    /// Waits for a place among the quick.
    pub(crate) fn take(&self) {
        let mut free = self.places.free();
        while free.quick == 0 {
            free = self
                .places
                .freed
                .wait(free)
                .unwrap_or_else(PoisonError::into_inner);
        }
        free.quick -= 1;
    }

    /// Moves to the slow. False if there is no room; the place is kept then.
    pub(crate) fn make_room(&self) -> bool {
        if self.is_slow.load(Ordering::Relaxed) {
            return true;
        }
        let mut free = self.places.free();
        if free.slow == 0 {
            return false;
        }
        free.slow -= 1;
        free.quick += 1;
        drop(free);
        self.is_slow.store(true, Ordering::Relaxed);
        self.places.freed.notify_one();
        true
    }

    /// Is among the quick again, after a wait if need be. Whoever never left them keeps the place: to wake
    /// somebody else after each piece of work costs more than most of it.
    pub(crate) fn return_to_quick(&self) {
        if self.is_slow.swap(false, Ordering::Relaxed) {
            self.places.free().slow += 1;
            self.take();
        }
    }

    /// Gives the place among the quick back.
    pub(crate) fn leave(&self) {
        self.places.free().quick += 1;
        self.places.freed.notify_one();
    }
}
