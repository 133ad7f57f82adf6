//! What is read, what is refused, and that what is printed reads back.

use super::instant::{EARLIEST_MICROS, LATEST_MICROS};
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
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T14:00:00+14:00", "0001-01-01T00:00:00Z"),
        // .NET's latest, which clients send for "never".
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"),
        ("9999-12-31T09:59:59-14:00", "9999-12-31T23:59:59Z"),
    ];
    for (text, expected) in cases {
        assert_eq!(Instant::parse(text).unwrap().to_string(), expected, "{text}");
    }
}

#[test]
fn an_instant_lies_in_a_millisecond() {
    for (micros, expected) in [(0, 0), (1_999, 1_000), (2_000, 2_000), (-1, -1_000)] {
        let instant = Instant::from_micros(micros);
        assert_eq!(
            instant.to_millisecond(),
            Instant::from_micros(expected),
            "{micros}"
        );
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
        "2026-03-11T10:00:00+02:00Z",
        "2026-03-11T10:00:00+02Z",
        "2026-03-11T10:00:00[UTC]Z",
        "2026-03-11T10:00:00,5Z",
        "2026-03-11T10:00:00.Z",
        "2026-03-11T100000.50Z",
        "2026-03-11T10:00:60Z",
        "2026-03-11T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+00:01",
    ] {
        assert!(Instant::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn instants_at_the_edges_are_shown() {
    let latest = Instant::from_micros(LATEST_MICROS);
    assert_eq!(latest.to_string(), "9999-12-31T23:59:59.999999Z");
    assert_eq!(latest.to_error_date(), "9999-12-31T23:59:59");
    let earliest = Instant::from_micros(EARLIEST_MICROS);
    assert_eq!(earliest.to_string(), "0001-01-01T00:00:00Z");
    // What lies beyond is shown as the edge.
    assert_eq!(Instant::from_micros(i64::MAX).to_string(), latest.to_string());
    assert_eq!(Instant::from_micros(i64::MIN).to_string(), earliest.to_string());
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
