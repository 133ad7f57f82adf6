//! Removes records of the audit log that are older than they are to be kept. What is removed is said in a record of the
//! same transaction and signed with it; what no checkpoint is about stays, and so does what is yet to be handed on.

use model::{Instant, IsoDuration};
use store::{Session, StoreError};
use tlog::TILE_WIDTH;

use super::shipping::{self, AuditOptions};
use crate::audit::{Removal, record_removal, record_retention_change};
use crate::context::Context;
use crate::error::Error;

/// Records that one transaction removes at the most.
pub const REMOVED_PER_TRANSACTION_MAX: u64 = 1_024;
/// Transactions of one run: what there is more of is removed with the next ones.
pub const REMOVALS_PER_RUN_MAX: u32 = 16;
/// Where the database says what was in force at the last start.
const RETENTION: &str = "auditRetentionDays";
const DAY: IsoDuration = IsoDuration::from_days(1);

/// The retention that was in force at the last start.
fn noted(session: &Session) -> Result<Option<u32>, StoreError> {
    Ok(session.meta(RETENTION)?.and_then(|days| days.parse().ok()))
}

/// Whether another retention is in force than at the last start.
pub fn is_changed(session: &Session, options: &AuditOptions) -> Result<bool, StoreError> {
    Ok(noted(session)? != options.retention_days)
}

/// Records that another retention is in force.
pub fn note_change(cx: &Context<'_>) -> Result<(), Error> {
    let (before, after) = (noted(cx.session)?, cx.audit.retention_days);
    if before != after {
        let text = after.map_or_else(String::new, |days| days.to_string());
        cx.session.set_meta(RETENTION, &text)?;
        record_retention_change(cx, before, after)?;
    }
    Ok(())
}

/// Whether there is something to remove.
pub fn is_due(cx: &Context<'_>) -> Result<bool, Error> {
    Ok(removable(cx)?.is_some())
}

/// Removes what is old, at most [`REMOVED_PER_TRANSACTION_MAX`] records.
pub fn remove_old(cx: &Context<'_>) -> Result<(), Error> {
    let Some((retention_days, through)) = removable(cx)? else {
        return Ok(());
    };
    let first = cx.session.first_audit_record()?;
    let written = |sequence| {
        let record = cx.session.audit_record(sequence)?;
        Ok::<_, Error>(record.map(|record| record.at))
    };
    let (from, until) = (written(first)?, written(through)?);
    let records = cx.session.remove_audit_records(through)?;
    record_removal(
        cx,
        &Removal {
            through,
            records,
            from,
            until,
            retention_days,
        },
    )?;
    Ok(cx.session.checkpoint_audit()?)
}

/// The retention in days, and through which record the log can be shortened.
fn removable(cx: &Context<'_>) -> Result<Option<(u32, u64)>, Error> {
    let Some(days) = cx.audit.retention_days else {
        return Ok(None);
    };
    let old = cx
        .session
        .removable_audit_records(oldest_to_stay(cx.now, days), REMOVED_PER_TRANSACTION_MAX)?;
    if old == 0 {
        return Ok(None);
    }
    // Hashes go with their records, a block at a time.
    let handed_on = shipping::handed_on(cx)? / TILE_WIDTH * TILE_WIDTH;
    let through = old.min(handed_on);
    Ok((through >= cx.session.first_audit_record()?).then_some((days, through)))
}

/// Whole days, so that records go once a day rather than a few with each minute.
fn oldest_to_stay(now: Instant, days: u32) -> Instant {
    let micros = now.as_micros();
    let into_the_day = micros.rem_euclid(DAY.as_micros());
    Instant::from_micros(micros.saturating_sub(into_the_day))
        .saturating_sub(IsoDuration::from_days(i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_stays_for_at_least_as_many_days() {
        let at = |text| Instant::parse(text).unwrap();
        let first_of_march = at("2026-03-01T00:00:00Z");
        assert_eq!(oldest_to_stay(at("2026-03-31T00:00:00Z"), 30), first_of_march);
        assert_eq!(oldest_to_stay(at("2026-03-31T23:59:59Z"), 30), first_of_march);
        assert_eq!(
            oldest_to_stay(at("2026-03-30T23:59:59Z"), 30),
            at("2026-02-28T00:00:00Z")
        );
        assert!(oldest_to_stay(at("2026-03-30T23:59:59Z"), u32::MAX) < at("0001-01-02T00:00:00Z"));
    }
}
