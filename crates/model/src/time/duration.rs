//! `Edm.Duration` in the canonical day-time form (schedules dossier, 2.4).

use std::fmt;
use std::str::FromStr;

use super::MICROS_PER_SECOND;
use crate::vocabulary::serde_as_text;

/// The longest duration, in days, that is read from the wire: a thousand years.
const LONGEST_DAYS: i64 = 365_250;

/// A length of time in microseconds, written as `Edm.Duration`. Years, months and weeks have no
/// fixed length and are neither read nor written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoDuration(i64);

impl IsoDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// From minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_seconds(minutes.saturating_mul(60))
    }

    /// From hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_minutes(hours.saturating_mul(60))
    }

    /// From days of 24 hours.
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// Microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded towards zero.
    pub const fn as_seconds(self) -> i64 {
        self.0 / MICROS_PER_SECOND
    }

    /// `02:00:00` or `15.00:00:00`, as audit texts print settings (audit dossier, B8).
    pub fn to_clock_text(self) -> String {
        let seconds = self.as_seconds();
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let time = format!("{:02}:{:02}:{:02}", rest / 3_600, rest % 3_600 / 60, rest % 60);
        if days == 0 { time } else { format!("{days}.{time}") }
    }
}

/// The text is not a day-time duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDuration;

impl fmt::Display for InvalidDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a duration of days, hours, minutes and seconds")
    }
}

impl std::error::Error for InvalidDuration {}

impl FromStr for IsoDuration {
    type Err = InvalidDuration;

    /// Reads `P180D`, `PT8H`, `P1DT12H`, `PT90M`, `PT0.5S`. A sign, years, months, weeks and an
    /// empty duration are refused.
    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let body = text.strip_prefix('P').ok_or(InvalidDuration)?;
        let (date, time) = match body.split_once('T') {
            Some((_, "")) => return Err(InvalidDuration),
            Some((date, time)) => (date, time),
            None => (body, ""),
        };
        if date.is_empty() && time.is_empty() {
            return Err(InvalidDuration);
        }
        let mut micros: i64 = 0;
        let mut add = |amount: i64| -> Result<(), InvalidDuration> {
            micros = micros.checked_add(amount).ok_or(InvalidDuration)?;
            Ok(())
        };
        if !date.is_empty() {
            let days = date.strip_suffix('D').ok_or(InvalidDuration)?;
            add(whole(days, LONGEST_DAYS)?.saturating_mul(86_400 * MICROS_PER_SECOND))?;
        }
        let mut rest = time;
        for (unit, seconds) in [('H', 3_600), ('M', 60)] {
            if let Some((amount, after)) = rest.split_once(unit) {
                add(whole(amount, LONGEST_DAYS * 86_400 / seconds)?
                    .saturating_mul(seconds * MICROS_PER_SECOND))?;
                rest = after;
            }
        }
        if !rest.is_empty() {
            add(fractional_seconds(
                rest.strip_suffix('S').ok_or(InvalidDuration)?,
            )?)?;
        }
        if micros > Self::from_days(LONGEST_DAYS).0 {
            return Err(InvalidDuration);
        }
        Ok(Self(micros))
    }
}

fn whole(text: &str, max: i64) -> Result<i64, InvalidDuration> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidDuration);
    }
    text.parse().ok().filter(|n| *n <= max).ok_or(InvalidDuration)
}

fn fractional_seconds(text: &str) -> Result<i64, InvalidDuration> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = whole(seconds, LONGEST_DAYS * 86_400)?;
    if fraction.is_empty() || fraction.len() > 12 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidDuration);
    }
    let padded = format!("{fraction:0<6}");
    let micros: i64 = padded
        .get(..6)
        .and_then(|digits| digits.parse().ok())
        .ok_or(InvalidDuration)?;
    Ok(seconds.saturating_mul(MICROS_PER_SECOND).saturating_add(micros))
}

impl fmt::Display for IsoDuration {
    /// The canonical form: smaller units carried into larger ones, zero parts left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let total = self.0.unsigned_abs();
        let (seconds, fraction) = (total / 1_000_000, total % 1_000_000);
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let (hours, minutes, seconds) = (rest / 3_600, rest % 3_600 / 60, rest % 60);
        f.write_str("P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if rest == 0 && fraction == 0 {
            return if days == 0 { f.write_str("T0S") } else { Ok(()) };
        }
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if fraction > 0 {
            let digits = format!("{fraction:06}");
            write!(f, "{seconds}.{}S", digits.trim_end_matches('0'))?;
        } else if seconds > 0 {
            write!(f, "{seconds}S")?;
        }
        Ok(())
    }
}

serde_as_text!(IsoDuration, str::parse::<IsoDuration>);
