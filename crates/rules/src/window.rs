//! What an asked-for window means (schedules dossier 7.5).

use model::{Expiration, Instant, IsoDuration, ScheduleInfo, Window};

use crate::{Limits, Refusal};

/// A window as asked for, made definite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How it ends, in the caller's terms.
    pub(crate) expiration: Expiration,
    /// From when until when.
    pub(crate) window: Window,
    /// How long that is, as settings measure it; none for an endless one. A start that lies ahead
    /// and still counts as now does not make the window longer than it was asked to be.
    pub(crate) length: Option<IsoDuration>,
}

impl Asked {
    /// Makes `schedule` definite. A start that is absent, past, or ahead by no more than the
    /// tolerance is now, and a duration counts from the start that results.
    ///
    /// # Errors
    /// [`Refusal::InvalidSchedule`] if the end does not lie after the start,
    /// [`Refusal::DurationTooShort`] if it lies too close to it (schedules dossier 7.4).
    pub(crate) fn new(
        schedule: Option<ScheduleInfo>,
        limits: &Limits,
        now: Instant,
    ) -> Result<Self, Refusal> {
        // No schedule at all is one that says nothing; where one is needed, `check` has seen to it.
        let ScheduleInfo { start, expiration } = schedule.unwrap_or(ScheduleInfo {
            start: None,
            expiration: Expiration::NotSpecified,
        });
        let asked_start = start.map_or(now, |start| start.max(now));
        let start = if asked_start <= now.saturating_add(limits.start_tolerance) {
            now
        } else {
            asked_start
        };
        let (end, length) = match expiration {
            Expiration::NotSpecified | Expiration::NoExpiration => (None, None),
            Expiration::AfterDateTime(end) => (Some(end), Some(end.since(asked_start))),
            Expiration::AfterDuration(span) => (Some(start.saturating_add(span)), Some(span)),
        };
        let window = Window { start, end };
        if let Some(actual) = length {
            if actual <= IsoDuration::ZERO || window.is_over(start) {
                return Err(Refusal::InvalidSchedule("the end must lie after the start"));
            }
            if actual < limits.active_minimum {
                return Err(Refusal::DurationTooShort {
                    minimum: limits.active_minimum,
                    actual,
                });
            }
        }
        Ok(Self {
            expiration,
            window,
            length,
        })
    }

    /// The window, ending with the eligibility that it leans on if that ends first.
    ///
    /// # Errors
    /// [`Refusal::InvalidSchedule`] if nothing would be left of it.
    pub(crate) fn held_within(self, bound: Option<Instant>) -> Result<Window, Refusal> {
        let start = self.window.start;
        let end = match (self.window.end, bound) {
            (Some(end), Some(bound)) => Some(end.min(bound)),
            (end, bound) => end.or(bound),
        };
        let window = Window { start, end };
        if window.is_over(start) {
            return Err(Refusal::InvalidSchedule("the eligibility ends before the start"));
        }
        Ok(window)
    }
}

/// Whether two windows meet, as Graph compares them: bounds included, seconds disregarded
/// (schedules dossier 7.3).
pub(crate) fn overlap(one: Window, two: Window) -> bool {
    const MINUTE_MICROS: i64 = IsoDuration::from_minutes(1).as_micros();
    let floor = |at: Instant| {
        Instant::from_micros(
            at.as_micros()
                .div_euclid(MINUTE_MICROS)
                .saturating_mul(MINUTE_MICROS),
        )
    };
    let to_the_minute = |window: Window| Window {
        start: floor(window.start),
        end: window.end.map(floor),
    };
    to_the_minute(one).touches(to_the_minute(two))
}
