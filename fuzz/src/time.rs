//! Instants and durations, held against their grammars and against what jiff reads.

use jiff::tz::Offset;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use model::time::InvalidInstant;
use model::{Instant, IsoDuration};

/// A thousand years in days: the longest duration that is read.
const LONGEST_DAYS: i64 = 365_250;
/// The longest text, and the digits of a fraction of a second, that jiff reads whatever they say.
const TEXT_OF_JIFF: usize = 18;
const FRACTION_DIGITS_OF_JIFF: usize = 9;
/// The longest that a UTC offset is, in hours.
const OFFSET_HOURS_MAX: u32 = 14;

/// A duration that is read lies within its limits, is what jiff takes it for, and reads back as printed.
/// Any number of microseconds can be printed, and reads back if it could have been read.
pub fn duration(input: &[u8]) {
    if let Some(bytes) = input.first_chunk() {
        let span = IsoDuration::from_micros(i64::from_le_bytes(*bytes));
        let is_readable = (IsoDuration::ZERO..=IsoDuration::from_days(LONGEST_DAYS)).contains(&span);
        let read = span.to_string().parse::<IsoDuration>().ok();
        assert_eq!(read, is_readable.then_some(span));
        assert!(!span.to_clock_text().is_empty());
    }
    let Some(text) = crate::text(input) else { return };
    let Ok(span) = text.parse::<IsoDuration>() else {
        return;
    };
    assert!((IsoDuration::ZERO..=IsoDuration::from_days(LONGEST_DAYS)).contains(&span));
    let printed = span.to_string();
    assert_eq!(printed.parse(), Ok(span), "{text} is printed as {printed}");
    let fraction = text.split_once('.').map_or("", |(_, rest)| rest).len();
    // The last character is the unit.
    if fraction <= FRACTION_DIGITS_OF_JIFF + 1 && text.len() <= TEXT_OF_JIFF {
        let theirs: SignedDuration = text
            .parse::<Span>()
            .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
            .unwrap_or_else(|error| panic!("jiff does not read {text}: {error}"));
        assert_eq!(i128::from(span.as_micros()), theirs.as_micros(), "{text}");
    }
}

/// An instant is read if, and only if, it follows the grammar and exists; then it is what jiff takes it
/// for, and reads back as printed.
pub fn instant(input: &[u8]) {
    if let Some(bytes) = input.first_chunk() {
        let instant = Instant::from_micros(i64::from_le_bytes(*bytes));
        // What lies outside of the years 1 to 9999 is shown as the nearest that does not.
        let held = instant.saturating_add(IsoDuration::ZERO);
        assert_eq!(Instant::parse(&instant.to_string()), Ok(held));
    }
    let Some(text) = crate::text(input) else { return };
    let read = Instant::parse(text);
    if !follows_grammar(text) {
        assert!(read.is_err(), "{text} is not an Edm.DateTimeOffset");
        return;
    }
    let theirs = text.parse::<Timestamp>().ok();
    match read {
        Ok(instant) => {
            // Theirs end a day before ours.
            if let Some(theirs) = theirs {
                let micros = theirs.as_nanosecond().div_euclid(1_000);
                assert_eq!(i128::from(instant.as_micros()), micros, "{text}");
            }
            assert_eq!(Instant::parse(&instant.to_string()), Ok(instant), "{text}");
        }
        Err(error) => {
            assert_ne!(error, InvalidInstant::NoOffset, "{text}");
            let year = theirs.map(|stamp| Offset::UTC.to_datetime(stamp).year());
            assert!(year.is_none_or(|year| year < 1), "{text} exists");
        }
    }
}

/// `2026-05-04T09:12:23.8545312+02:00`, seconds and fraction optional: OData's `dateTimeOffsetValue` with
/// four digits for the year, at most seven for the fraction and an offset that places have.
fn follows_grammar(text: &str) -> bool {
    // Digits as `0`, so that a form is one text.
    let form: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '0'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect();
    let Some(rest) = form.strip_prefix("0000-00-00T00:00") else {
        return false;
    };
    let rest = match rest.strip_prefix(":00") {
        None => rest,
        Some(rest) => match rest.strip_prefix('.') {
            None => rest,
            Some(fraction) => {
                let rest = fraction.trim_start_matches('0');
                if !(1..=7).contains(&(fraction.len() - rest.len())) {
                    return false;
                }
                rest
            }
        },
    };
    let number = |from: usize| {
        text.get(from..from + 2)
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    let is_leap_second =
        form.starts_with("0000-00-00T00:00:00") && number(17).is_none_or(|second| second > 59);
    let is_offset = match rest {
        "Z" => true,
        "+00:00" | "-00:00" => {
            let at = text.len() - "00:00".len();
            number(at).is_some_and(|hours| hours <= OFFSET_HOURS_MAX)
                && number(at + 3).is_some_and(|it| it <= 59)
        }
        _ => false,
    };
    is_offset && !is_leap_second
}
