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

/// A type whose stored form is its wire form.
macro_rules! serde_as_text {
    ($type:ty, $parse:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                $parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
use serde_as_text;
