//! How names, texts, instants and durations are written in mail. Whatever people wrote stays one value:
//! it cannot end a line, reorder it, or go on without end.

use jiff::Timestamp;
use model::{Instant, IsoDuration};

/// Characters of a name or of a line in a list at the most.
const NAME_CHARS_MAX: usize = 120;
/// Characters of a text that somebody wrote at the most.
const TEXT_CHARS_MAX: usize = 2_000;
/// What stands where something was left out.
const ELLIPSIS: char = '…';

/// A name on one line.
pub fn name(text: &str) -> String {
    one_line(text, NAME_CHARS_MAX)
}

/// A text on one line, at most so long.
pub fn one_line(text: &str, chars_max: usize) -> String {
    let visible: String = text.chars().map(|c| if is_layout(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    shortened(&words.join(" "), chars_max)
}

/// The lines of a text that somebody wrote. One that is too long is cut, and a last line says so.
pub fn lines(text: &str) -> Vec<String> {
    let text = text.trim();
    let kept = shortened(text, TEXT_CHARS_MAX);
    let lines = kept.lines().map(|line| one_line(line, TEXT_CHARS_MAX));
    let length = text.chars().count();
    let cut = (length > TEXT_CHARS_MAX).then(|| format!("[cut here; it has {length} characters]"));
    lines.chain(cut).collect()
}

/// Whether a character is for layout: controls, line and paragraph separators, and what turns the
/// direction of writing.
fn is_layout(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept = text.chars().take(chars_max.saturating_sub(1));
    kept.chain([ELLIPSIS]).collect()
}

fn written(at: Instant, format: &str) -> String {
    // An instant that the calendar does not reach is written as it is stored.
    Timestamp::from_microsecond(at.as_micros())
        .map_or_else(|_| at.to_string(), |time| time.strftime(format).to_string())
}

/// `Mon 2 Mar 2026 09:00 UTC`
pub fn moment(at: Instant) -> String {
    written(at, "%a %-d %b %Y %H:%M UTC")
}

/// `Mon 2 Mar 09:00 UTC`, for what is near.
pub fn soon(at: Instant) -> String {
    written(at, "%a %-d %b %H:%M UTC")
}

/// `2 Mar 2026`
pub fn day(at: Instant) -> String {
    written(at, "%-d %b %Y")
}

/// The week of the year, `2026-W10`.
pub fn week(at: Instant) -> String {
    written(at, "%G-W%V")
}

/// `4 h 30 min`, `14 days`
pub fn length(span: IsoDuration) -> String {
    const UNITS: [(i64, &str, &str); 4] = [
        (86_400, "day", "days"),
        (3_600, "h", "h"),
        (60, "min", "min"),
        (1, "s", "s"),
    ];
    let mut rest = span.as_micros() / 1_000_000;
    let mut parts = Vec::new();
    for (seconds, one, many) in UNITS {
        let count = rest / seconds;
        rest %= seconds;
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    parts.join(" ")
}

/// The same for what is still to come, to the nearest day, or to the minute if that is less than half a
/// day: whoever announces it is seldom on the second.
pub fn left(span: IsoDuration) -> String {
    const MINUTE: i64 = 60_000_000;
    const DAY: i64 = 24 * 60 * MINUTE;
    let unit = if span.as_micros() < DAY / 2 { MINUTE } else { DAY };
    let whole = span.as_micros().saturating_add(unit / 2) / unit;
    length(IsoDuration::from_micros(whole.saturating_mul(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_one_value() {
        assert_eq!(
            name(" Carol\r\nBcc: x@y.example\u{202e} "),
            "Carol Bcc: x@y.example"
        );
        assert_eq!(name(&"a".repeat(500)).chars().count(), NAME_CHARS_MAX);
        assert_eq!(lines("one\r\ntwo\u{7}\n\nthree"), ["one", "two", "", "three"]);
        assert_eq!(lines("  ").len(), 0);
    }

    #[test]
    fn a_text_that_is_cut_says_so() {
        let whole = "a".repeat(TEXT_CHARS_MAX);
        assert_eq!(lines(&whole), [whole.as_str()]);
        let [kept, note] = lines(&"a".repeat(100_000)).try_into().unwrap();
        assert_eq!(kept.chars().count(), TEXT_CHARS_MAX);
        assert!(kept.ends_with(ELLIPSIS), "{kept}");
        assert_eq!(note, "[cut here; it has 100000 characters]");
    }

    #[test]
    fn nothing_turns_the_direction_of_writing() {
        let turning =
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        assert_eq!(
            name(&format!("a{turning}b\u{2028}c\u{2029}d\u{85}e\u{b}f")),
            "a b c d e f"
        );
    }

    #[test]
    fn what_is_left_is_told_in_days() {
        let seconds = IsoDuration::from_seconds;
        for (span, expected) in [
            (IsoDuration::from_days(14), "14 days"),
            (seconds(14 * 86_400 - 37), "14 days"),
            (seconds(86_400 - 37), "1 day"),
            (seconds(43_200), "1 day"),
            (seconds(43_200 - 3_600 + 20), "11 h"),
            (seconds(-5), "0 s"),
        ] {
            assert_eq!(left(span), expected);
        }
    }

    #[test]
    fn times_and_spans_are_written_for_people() {
        let at = Instant::from_seconds(1_772_438_400);
        assert_eq!(moment(at), "Mon 2 Mar 2026 08:00 UTC");
        assert_eq!(soon(at), "Mon 2 Mar 08:00 UTC");
        assert_eq!(day(at), "2 Mar 2026");
        assert_eq!(week(at), "2026-W10");
        assert_eq!(length(IsoDuration::from_minutes(270)), "4 h 30 min");
        assert_eq!(length(IsoDuration::from_days(1)), "1 day");
        assert_eq!(length(IsoDuration::ZERO), "0 s");
        assert!(!moment(Instant::from_micros(i64::MAX)).is_empty());
    }
}
