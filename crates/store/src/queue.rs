//! A bounded queue between callers and storage threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Why something was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// As much waits as may.
    Full,
    /// Nothing is taken in any more.
    Closed,
}

/// First in, first out.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    limit: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    is_closed: bool,
}

impl<T> Queue<T> {
    /// A queue in which at most `limit` things wait.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                is_closed: false,
            }),
            arrived: Condvar::new(),
            limit,
        }
    }

    /// Puts one at the end, or gives it back.
    pub(crate) fn push(&self, one: T) -> Result<(), (T, Refused)> {
        let mut state = self.lock();
        if state.is_closed {
            return Err((one, Refused::Closed));
        }
        if state.waiting.len() >= self.limit {
            return Err((one, Refused::Full));
        }
        state.waiting.push_back(one);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits until something is there and takes up to `most` of it. Empty once the queue is closed
    /// and drained.
    pub(crate) fn take(&self, most: usize) -> Vec<T> {
        let mut state = self.lock();
        while state.waiting.is_empty() && !state.is_closed {
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let count = state.waiting.len().min(most);
        state.waiting.drain(..count).collect()
    }

    /// Takes nothing in any more; what waits is still given out.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_the_limit_holds() {
        let queue = Queue::new(3);
        for n in 0..3 {
            queue.push(n).unwrap();
        }
        assert_eq!(queue.push(3), Err((3, Refused::Full)));
        assert_eq!(queue.take(2), [0, 1]);
        queue.push(4).unwrap();
        queue.close();
        assert_eq!(queue.push(5), Err((5, Refused::Closed)));
        assert_eq!(queue.take(9), [2, 4]);
        assert!(queue.take(9).is_empty());
    }
}
