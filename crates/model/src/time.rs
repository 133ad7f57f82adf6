//! Instants and durations as Graph writes them: `Edm.DateTimeOffset` always in UTC with up to six
//! fractional digits, `Edm.Duration` in the canonical day-time form (schedules dossier, 2.3 and 2.4).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// The latest instant that the wire can show, 9999-12-31T23:59:59.999999Z.
const LATEST_MICROS: i64 = 253_402_300_799_999_999;
/// The earliest, 0001-01-01T00:00:00Z.
const EARLIEST_MICROS: i64 = -62_135_596_800_000_000;
/// The longest duration, in days, that is read from the wire: a thousand years.
const LONGEST_DAYS: i64 = 365_250;

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

    /// The instant `span` later, held within the years 1 to 9999.
    pub fn saturating_add(self, span: IsoDuration) -> Self {
        Self(
            self.0
                .saturating_add(span.0)
                .clamp(EARLIEST_MICROS, LATEST_MICROS),
        )
    }

    /// The instant `span` earlier, held within the years 1 to 9999.
    pub fn saturating_sub(self, span: IsoDuration) -> Self {
        Self(
            self.0
                .saturating_sub(span.0)
                .clamp(EARLIEST_MICROS, LATEST_MICROS),
        )
    }

    /// The time from `earlier` to this instant; negative when it lies behind.
    pub const fn since(self, earlier: Self) -> IsoDuration {
        IsoDuration(self.0.saturating_sub(earlier.0))
    }

    /// As Windows FILETIME: 100 ns ticks since 1601, which audit ids end with (audit dossier, B4).
    pub const fn file_time(self) -> i64 {
        self.0.saturating_add(11_644_473_600_000_000).saturating_mul(10)
    }

    /// Reads an `Edm.DateTimeOffset`: a date and time with `Z` or a numeric offset, seconds
    /// optional, at most seven fractional digits (the seventh is cut off).
    pub fn parse(text: &str) -> Result<Self, InvalidInstant> {
        let (local, offset_seconds) = split_offset(text)?;
        let civil: DateTime = match local.len() {
            // Seconds may be left out, as Microsoft365DSC does.
            16 => format!("{local}:00").parse(),
            19..=27 => local.parse(),
            _ => return Err(InvalidInstant::Malformed),
        }
        .map_err(|_| InvalidInstant::Malformed)?;
        let offset = Offset::from_seconds(offset_seconds).map_err(|_| InvalidInstant::Malformed)?;
        let timestamp = offset
            .to_timestamp(civil)
            .map_err(|_| InvalidInstant::OutOfRange)?;
        let micros = timestamp.as_nanosecond().div_euclid(1_000);
        let micros = i64::try_from(micros).map_err(|_| InvalidInstant::OutOfRange)?;
        if !(EARLIEST_MICROS..=LATEST_MICROS).contains(&micros) {
            return Err(InvalidInstant::OutOfRange);
        }
        Ok(Self(micros))
    }

    fn civil(self) -> DateTime {
        let held = self.0.clamp(EARLIEST_MICROS, LATEST_MICROS);
        Timestamp::from_microsecond(held).map_or(DateTime::MIN, |stamp| Offset::UTC.to_datetime(stamp))
    }

    /// `2026-03-04T09:15:42`: second precision without a zone, as error bodies have it.
    pub fn to_error_date(self) -> String {
        let c = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute(),
            c.second()
        )
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_error_date())?;
        let fraction = self.0.rem_euclid(MICROS_PER_SECOND);
        if fraction != 0 {
            let digits = format!("{fraction:06}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// A length of time in microseconds, written as `Edm.Duration`. Years, months and weeks have no
/// fixed length and are neither read nor written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

serde_as_text!(Instant, Instant::parse);
serde_as_text!(IsoDuration, str::parse::<IsoDuration>);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_read_in_every_form_that_clients_send() {
        let cases = [
            ("2026-05-04T09:12:23.8545312Z", "2026-05-04T09:12:23.854531Z"),
            ("2026-05-04T11:12:23.8545312+02:00", "2026-05-04T09:12:23.854531Z"),
            ("2026-05-04T06:10Z", "2026-05-04T06:10:00Z"),
            ("2026-05-04T06:10:00.000Z", "2026-05-04T06:10:00Z"),
            ("2026-05-04T06:10:00.95Z", "2026-05-04T06:10:00.95Z"),
            ("2026-03-11T10:00:00+00:00", "2026-03-11T10:00:00Z"),
            ("2024-02-29T23:59:59-05:30", "2024-03-01T05:29:59Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(Instant::parse(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn impossible_instants_are_refused() {
        assert_eq!(
            Instant::parse("2026-03-11T10:00:00"),
            Err(InvalidInstant::NoOffset)
        );
        for bad in [
            "",
            "2026-03-11",
            "2026-02-30T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-03-11T25:00:00Z",
            "2026-03-11T10:00:00+25:00",
            "2026-03-11T10:00:00.12345678Z",
            "2026-03-11 10:00:00Z",
            "2026-03-11T10:00:00é",
            "+2026-03-11T10:00:00Z",
        ] {
            assert!(Instant::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_print_in_the_canonical_form() {
        let cases = [
            ("PT90M", "PT1H30M"),
            ("PT24H", "P1D"),
            ("P1DT12H", "P1DT12H"),
            ("P365D", "P365D"),
            ("PT0S", "PT0S"),
            ("PT480M", "PT8H"),
            ("PT1.5S", "PT1.5S"),
            ("PT5H30M", "PT5H30M"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                text.parse::<IsoDuration>().unwrap().to_string(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn durations_without_a_fixed_length_are_refused() {
        for bad in [
            "",
            "P",
            "PT",
            "P1W",
            "P1M",
            "P1Y",
            "-PT1H",
            "PT-1H",
            "P1H",
            "pt1h",
            "PT1H1H",
            "PT1S1M",
            "P1DT",
            "5:30:00",
            "PT99999999999999999999H",
            "PT1.S",
            "P 1D",
        ] {
            assert!(bad.parse::<IsoDuration>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn printed_durations_read_back(micros in 0_i64..31_557_600_000_000_000) {
            let span = IsoDuration::from_micros(micros);
            prop_assert_eq!(span.to_string().parse::<IsoDuration>().unwrap(), span);
        }

        #[test]
        fn printed_instants_read_back(micros in EARLIEST_MICROS..=LATEST_MICROS) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(Instant::parse(&instant.to_string()).unwrap(), instant);
        }

        #[test]
        fn no_text_makes_the_parsers_fall_over(text in "\\PC{0,40}") {
            let _ = Instant::parse(&text);
            let _ = text.parse::<IsoDuration>();
        }
    }
}
