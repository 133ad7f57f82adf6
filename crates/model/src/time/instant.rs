//! `Edm.DateTimeOffset`: always in UTC, up to six fractional digits (schedules dossier, 2.3).

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{IsoDuration, MICROS_PER_SECOND};
use crate::vocabulary::serde_as_text;

/// The latest instant that the wire can show, 9999-12-31T23:59:59.999999Z.
pub(super) const LATEST_MICROS: i64 = 253_402_300_799_999_999;
/// Microseconds in a millisecond.
const MICROS_PER_MILLISECOND: i64 = 1_000;
/// The earliest, 0001-01-01T00:00:00Z.
pub(super) const EARLIEST_MICROS: i64 = -62_135_596_800_000_000;
/// The instant that is counted from, in UTC.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// The longest local time that is read; a digit stands for any.
const LOCAL_FORM: &[u8] = b"0000-00-00T00:00:00.0000000";

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the epoch, as the store keeps them.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch, as tokens carry them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The millisecond that it lies in, for what clients send back through types that hold no more.
    pub const fn to_millisecond(self) -> Self {
        Self(
            self.0
                .div_euclid(MICROS_PER_MILLISECOND)
                .saturating_mul(MICROS_PER_MILLISECOND),
        )
    }

    /// The instant `span` later, held within the years 1 to 9999.
    pub fn saturating_add(self, span: IsoDuration) -> Self {
        Self(
            self.0
                .saturating_add(span.as_micros())
                .clamp(EARLIEST_MICROS, LATEST_MICROS),
        )
    }

    /// The instant `span` earlier, held within the years 1 to 9999.
    pub fn saturating_sub(self, span: IsoDuration) -> Self {
        Self(
            self.0
                .saturating_sub(span.as_micros())
                .clamp(EARLIEST_MICROS, LATEST_MICROS),
        )
    }

    /// The time from `earlier` to this instant; negative when it lies behind.
    pub const fn since(self, earlier: Self) -> IsoDuration {
        IsoDuration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// As Windows FILETIME: 100 ns ticks since 1601, which audit ids end with (audit dossier, B4).
    pub const fn file_time(self) -> i64 {
        self.0.saturating_add(11_644_473_600_000_000).saturating_mul(10)
    }

    /// Reads an `Edm.DateTimeOffset`: a date and time with `Z` or a numeric offset, seconds
    /// optional, at most seven fractional digits (the seventh is cut off).
    pub fn parse(text: &str) -> Result<Self, InvalidInstant> {
        let (local, offset_seconds) = split_offset(text)?;
        if !follows_form(local) {
            return Err(InvalidInstant::Malformed);
        }
        let civil: DateTime = match local.len() {
            // Seconds may be left out, as Microsoft365DSC does.
            16 => format!("{local}:00").parse(),
            _ => local.parse(),
        }
        .map_err(|_| InvalidInstant::Malformed)?;
        let since_epoch = civil.duration_since(EPOCH).as_nanos().div_euclid(1_000);
        let offset = i128::from(offset_seconds) * i128::from(MICROS_PER_SECOND);
        let micros = i64::try_from(since_epoch - offset).map_err(|_| InvalidInstant::OutOfRange)?;
        if !(EARLIEST_MICROS..=LATEST_MICROS).contains(&micros) {
            return Err(InvalidInstant::OutOfRange);
        }
        Ok(Self(micros))
    }

    /// The microseconds of the nearest instant that can be shown.
    fn shown_micros(self) -> i64 {
        self.0.clamp(EARLIEST_MICROS, LATEST_MICROS)
    }

    fn civil(self) -> DateTime {
        let micros = self.shown_micros();
        // jiff's timestamps are the faster way, but end a day before our instants.
        Timestamp::from_microsecond(micros).map_or_else(
            |_| EPOCH.saturating_add(SignedDuration::from_micros(micros)),
            |stamp| Offset::UTC.to_datetime(stamp),
        )
    }

    /// `2026-03-04T09:15:42`: second precision without a zone, as error bodies have it.
    pub fn to_error_date(self) -> String {
        let mut text = *b"0000-00-00T00:00:00";
        self.write_civil(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Puts the digits of date and time into their places. Every row of every list has such texts, and
    /// the formatting machinery takes ten times as long for them.
    fn write_civil(self, text: &mut [u8]) {
        let civil = self.civil();
        let places = [
            (0..4, i64::from(civil.year())),
            (5..7, i64::from(civil.month())),
            (8..10, i64::from(civil.day())),
            (11..13, i64::from(civil.hour())),
            (14..16, i64::from(civil.minute())),
            (17..19, i64::from(civil.second())),
        ];
        for (place, number) in places {
            write_digits(text.get_mut(place).unwrap_or_default(), number);
        }
    }
}

/// Fills `place` with the last digits of a number that is not negative.
fn write_digits(place: &mut [u8], number: i64) {
    let mut rest = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

/// Splits `2026-05-04T09:00:00+02:00` into its local part and its offset in seconds.
fn split_offset(text: &str) -> Result<(&str, i32), InvalidInstant> {
    if !text.is_ascii() {
        return Err(InvalidInstant::Malformed);
    }
    let bytes = text.as_bytes();
    if !matches!(bytes.get(10), Some(b'T' | b't')) {
        return Err(InvalidInstant::Malformed);
    }
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Ok((local, 0));
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 10) else {
        return Err(InvalidInstant::NoOffset);
    };
    let (local, offset) = text.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset
        .get(1..)
        .and_then(|o| o.split_once(':'))
        .ok_or(InvalidInstant::Malformed)?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours > 14 || minutes > 59 {
        return Err(InvalidInstant::Malformed);
    }
    Ok((local, sign * (hours * 3600 + minutes * 60)))
}

/// Whether a local time is written as the wire has it. jiff reads more: further offsets, names of zones,
/// commas, times without colons and leap seconds.
fn follows_form(local: &str) -> bool {
    let is_alike = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte.eq_ignore_ascii_case(form),
    };
    matches!(local.len(), 16 | 19 | 21..=27)
        && local.bytes().zip(LOCAL_FORM).all(is_alike)
        && local.get(17..19) != Some("60")
}

fn two_digits(text: &str) -> Result<i32, InvalidInstant> {
    if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidInstant::Malformed);
    }
    text.parse().map_err(|_| InvalidInstant::Malformed)
}

/// Why a text is not an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidInstant {
    /// A local time: Graph answers 400 to it.
    NoOffset,
    /// Not a date and time at all.
    Malformed,
    /// Outside the years 1 to 9999.
    OutOfRange,
}

impl fmt::Display for InvalidInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoOffset => "a date and time without an offset",
            Self::Malformed => "not a date and time",
            Self::OutOfRange => "outside the years 1 to 9999",
        })
    }
}

impl std::error::Error for InvalidInstant {}

impl fmt::Display for Instant {
    /// As short as possible: no fraction for whole seconds, no zeros at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00T00:00:00.000000";
        self.write_civil(&mut text);
        let fraction = self.shown_micros().rem_euclid(MICROS_PER_SECOND);
        write_digits(text.get_mut(20..).unwrap_or_default(), fraction);
        let text = std::str::from_utf8(&text).unwrap_or_default();
        f.write_str(match fraction {
            0 => text.get(..19).unwrap_or_default(),
            _ => text.trim_end_matches('0'),
        })?;
        f.write_str("Z")
    }
}

serde_as_text!(Instant, Instant::parse);
