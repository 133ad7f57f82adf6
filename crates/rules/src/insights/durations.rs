//! How long activations of a role really last, held against how long they may.

use model::IsoDuration;
use model::policy::RoleSettings;

use crate::settings::LONGEST_ACTIVATION;

/// Activations below which nothing is said about how long they last.
const ACTIVATIONS_MIN: usize = 10;
/// The share of activations, in percent, that a suggested duration covers.
const COVERED_PERCENT: usize = 95;
/// What suggestions are rounded up to, and the least that is suggested.
const STEP: IsoDuration = IsoDuration::from_minutes(30);
/// The largest share of the present limit, in quarters, that is worth a change.
const WORTHWHILE_QUARTERS: i64 = 3;

/// How long the activations of a role lasted that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Each one's length.
    pub lengths: Vec<IsoDuration>,
    /// How many of them their principals ended before they had to.
    pub deactivated: u64,
}

/// A shorter limit, by the lengths that there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShorterDuration {
    /// What would do.
    pub suggested: IsoDuration,
    /// How long activations may last now.
    pub maximum: IsoDuration,
    /// How many there were.
    pub activations: u64,
    /// How many of them their principals ended before they had to.
    pub deactivated: u64,
    /// The length that half of them do not exceed.
    pub median: IsoDuration,
    /// The length that nearly all of them do not exceed.
    pub nearly_all: IsoDuration,
    /// The longest.
    pub longest: IsoDuration,
}

/// How long activations may last by some settings: where they set no limit, there is one all the same.
pub fn longest_activation(settings: &RoleSettings) -> IsoDuration {
    let longest = settings.activation.expiration.maximum_duration;
    longest.unwrap_or(LONGEST_ACTIVATION)
}

/// Whether a limit is much longer than nearly all activations.
pub fn shorter_duration(mut lengths: Lengths, maximum: IsoDuration) -> Option<ShorterDuration> {
    let lengths_of = &mut lengths.lengths;
    if lengths_of.len() < ACTIVATIONS_MIN {
        return None;
    }
    lengths_of.sort_unstable();
    let nearly_all = percentile(lengths_of, COVERED_PERCENT)?;
    let suggested = rounded_up(nearly_all);
    let is_worthwhile =
        suggested.as_micros().saturating_mul(4) <= maximum.as_micros().saturating_mul(WORTHWHILE_QUARTERS);
    if !is_worthwhile {
        return None;
    }
    Some(ShorterDuration {
        suggested,
        maximum,
        activations: u64::try_from(lengths_of.len()).unwrap_or(u64::MAX),
        deactivated: lengths.deactivated,
        median: percentile(lengths_of, 50)?,
        nearly_all,
        longest: lengths_of.last().copied()?,
    })
}

/// The least length that so many percent do not exceed (nearest rank).
fn percentile(sorted: &[IsoDuration], percent: usize) -> Option<IsoDuration> {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

fn rounded_up(length: IsoDuration) -> IsoDuration {
    let step = STEP.as_micros();
    let steps = length
        .as_micros()
        .saturating_add(step - 1)
        .checked_div(step)
        .unwrap_or(1)
        .max(1);
    IsoDuration::from_micros(steps.saturating_mul(step))
}
