//! How long to wait before the next attempt.

use std::time::Duration;

use jiff::fmt::rfc2822;
use model::{Entropy, Instant};

/// The pause after the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(300);
/// The longest pause that the other side may ask for.
const ASKED_LONGEST: Duration = Duration::from_secs(3_600);

/// `Retry-After` (RFC 9110, 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so long.
    In(Duration),
    /// Not before.
    At(Instant),
}

impl RetryAfter {
    /// Reads the header, in either form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Self::In(Duration::from_secs(seconds)));
        }
        let date = rfc2822::parse(text).ok()?;
        Some(Self::At(Instant::from_micros(date.timestamp().as_microsecond())))
    }

    fn from(self, now: Instant) -> Duration {
        let asked = match self {
            Self::In(pause) => pause,
            Self::At(instant) => {
                let micros = instant.since(now).as_micros();
                Duration::from_micros(u64::try_from(micros).unwrap_or_default())
            }
        };
        asked.min(ASKED_LONGEST)
    }
}

/// The pause after so many failures in a row: between half of its length and all of it, so that many who failed together
/// do not come again together. Never shorter than asked for.
pub fn pause(failures: u32, asked: Option<RetryAfter>, now: Instant, entropy: &dyn Entropy) -> Duration {
    let doublings = failures.saturating_sub(1);
    let longest = 2_u32
        .checked_pow(doublings)
        .and_then(|factor| FIRST.checked_mul(factor))
        .map_or(LONGEST, |pause| pause.min(LONGEST));
    let mut byte = [0];
    entropy.fill(&mut byte);
    let [jitter] = byte;
    let half = longest / 2;
    let pause = half.saturating_add(half.mul_f64(f64::from(jitter) / 255.0));
    asked.map_or(pause, |asked| pause.max(asked.from(now)))
}
