//! When somebody is to be reminded of something that has not happened yet (policies dossier, 10.1; portal
//! specification, section 10, mails 6, 8, 12 and 19).

use std::collections::BTreeSet;

use model::{AssignmentType, Grant, Instant, IsoDuration};

/// How long before their ends the principals of assignments and eligibilities are told.
const BEFORE_END: [IsoDuration; 2] = [IsoDuration::from_days(14), IsoDuration::from_days(1)];
/// After which shares of the time that approvers have they are reminded, in percent.
const SHARES_OF_WINDOW: [i64; 2] = [50, 90];
/// A Monday at eight, UTC: weeks are counted from there.
const A_MONDAY: Instant = Instant::from_seconds(1_772_438_400);
const WEEK: IsoDuration = IsoDuration::from_days(7);

/// When the end of a new grant is to be told of: what an administrator gave, twice; an activation, so
/// long before its end, if at all. Only instants inside its window.
pub fn of_grant(grant: &Grant, before_activation_ends: Option<IsoDuration>) -> Vec<Instant> {
    let Some(end) = grant.window.end else {
        return Vec::new();
    };
    let before: &[IsoDuration] = match grant.assignment_type() {
        AssignmentType::Assigned => &BEFORE_END,
        AssignmentType::Activated => before_activation_ends.as_slice(),
    };
    before
        .iter()
        .map(|span| end.saturating_sub(*span))
        .filter(|due| grant.window.start < *due && grant.created_at < *due)
        .collect()
}

/// When approvers who have from `since` until `lapses_at` are to be reminded, each instant once. Those who
/// come in at `escalates_at`, if anybody does, hear of the request then.
pub fn of_approval(since: Instant, lapses_at: Instant, escalates_at: Option<Instant>) -> BTreeSet<Instant> {
    let window = lapses_at.since(since).as_micros();
    SHARES_OF_WINDOW
        .iter()
        .map(|percent| window / 100 * percent)
        .map(|micros| since.saturating_add(IsoDuration::from_micros(micros)))
        .chain(escalates_at.filter(|due| *due < lapses_at))
        .collect()
}

/// When the week that `now` falls into is over: the next Monday at eight, UTC.
pub fn end_of_week(now: Instant) -> Instant {
    let into = now.since(A_MONDAY).as_micros().rem_euclid(WEEK.as_micros());
    now.saturating_sub(IsoDuration::from_micros(into))
        .saturating_add(WEEK)
}
