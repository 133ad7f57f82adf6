//! What can be set for an alert (alerts dossier, A6).

use std::ops::RangeInclusive;

use model::alert::{AlertName, AlertSettings, Thresholds};
use model::{AlertName as Name, IsoDuration};

/// How long an eligibility need not be used.
const UNUSED: RangeInclusive<IsoDuration> = IsoDuration::ZERO..=IsoDuration::from_days(100);
/// How long somebody need not sign in.
const ABSENT: RangeInclusive<IsoDuration> = IsoDuration::from_days(1)..=IsoDuration::from_days(365);
/// How long may be between two activations of a sequence. The dossier names units only; no more is looked at than
/// [`LOOKED_AT`](super::graph::sequential::LOOKED_AT).
const BETWEEN: RangeInclusive<IsoDuration> =
    IsoDuration::from_seconds(1)..=super::graph::sequential::LOOKED_AT;
/// How many activations make a sequence.
const ACTIVATIONS: RangeInclusive<i32> = 2..=100;
/// How many global administrators are too many.
const ADMINISTRATORS: RangeInclusive<i32> = 2..=100;
/// Of a hundred role assignments.
const SHARE: RangeInclusive<i32> = 0..=100;

/// A value that cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// Of which property.
    pub property: &'static str,
    /// The least.
    pub least: String,
    /// The most.
    pub most: String,
    /// What was asked for.
    pub value: String,
}

fn within<T: PartialOrd + ToString>(
    property: &'static str,
    value: &T,
    range: &RangeInclusive<T>,
) -> Result<(), OutOfRange> {
    if range.contains(value) {
        return Ok(());
    }
    Err(OutOfRange {
        property,
        least: range.start().to_string(),
        most: range.end().to_string(),
        value: value.to_string(),
    })
}

/// Refuses what cannot be set for an alert; names every value that is out of its range.
///
/// # Errors
/// One or more [`OutOfRange`].
pub fn check(name: AlertName, settings: &AlertSettings) -> Result<(), Vec<OutOfRange>> {
    let checks = match settings.thresholds {
        Thresholds::None => Vec::new(),
        Thresholds::Idle { duration } => {
            let range = if name == Name::StaleSignIn { ABSENT } else { UNUSED };
            vec![within("duration", &duration, &range)]
        }
        Thresholds::Sequence {
            time_interval_between_activations,
            sequential_activation_counter_threshold,
        } => vec![
            within(
                "timeIntervalBetweenActivations",
                &time_interval_between_activations,
                &BETWEEN,
            ),
            within(
                "sequentialActivationCounterThreshold",
                &sequential_activation_counter_threshold,
                &ACTIVATIONS,
            ),
        ],
        Thresholds::Share {
            global_admin_count_threshold,
            percentage_of_global_admins_out_of_roles_threshold,
        } => vec![
            within(
                "globalAdminCountThreshold",
                &global_admin_count_threshold,
                &ADMINISTRATORS,
            ),
            within(
                "percentageOfGlobalAdminsOutOfRolesThreshold",
                &percentage_of_global_admins_out_of_roles_threshold,
                &SHARE,
            ),
        ],
    };
    let wrong: Vec<OutOfRange> = checks.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}
