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
