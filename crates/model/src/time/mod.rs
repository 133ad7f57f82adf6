//! Instants and durations as Graph writes them, and the one clock.

mod clock;
mod duration;
mod instant;
#[cfg(test)]
mod tests;

pub use clock::{Clock, ManualClock, MonotonicClock};
pub use duration::{InvalidDuration, IsoDuration};
pub use instant::{Instant, InvalidInstant};

const MICROS_PER_SECOND: i64 = 1_000_000;
