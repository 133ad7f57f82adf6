//! The past: what held at an instant, and what happened.

mod events;
mod holdings;

use model::{EndCause, Grant, GrantKind};
use store::{Session, StoreError};

use crate::world::*;

/// Some that last, that end or ended at several times, for two roles.
fn various(s: &Session) -> Result<(), StoreError> {
    for n in 1..=12_u128 {
        let kind = if n % 3 == 0 {
            GrantKind::Eligibility
        } else {
            GrantKind::Assignment
        };
        let end = (n % 2 == 0).then(|| 20 + i64::try_from(n).unwrap());
        s.insert_grant(&Grant {
            kind,
            window: window(10, end),
            ..grant(n, 1 + n % 4, 1 + n % 2)
        })?;
    }
    s.end_grant(grant_id(1), ended(15, EndCause::Removed))?;
    s.end_grant(grant_id(3), ended(25, EndCause::Deactivated))?;
    // Withdrawn before its start.
    s.insert_grant(&Grant {
        window: window(40, None),
        ..grant(13, 1, 1)
    })?;
    s.end_grant(grant_id(13), ended(12, EndCause::Canceled))?;
    Ok(())
}
