//! Which refused sign-ins are noted: whoever guesses is not to fill the audit log.

use std::sync::{Mutex, PoisonError};

use engine::sign_ins::SignIn;
use model::{Instant, IsoDuration};

use crate::app::App;
use crate::bridge;

/// Refused sign-ins that the audit log takes in one [`WINDOW`]. The log of the server has the others.
const NOTED_MAX: u32 = 60;
const WINDOW: IsoDuration = IsoDuration::from_minutes(1);

/// How many were noted since when.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<(Option<Instant>, u32)>);

impl Refusals {
    /// Whether one more is noted at `now`.
    fn admit(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = &mut *state;
        if since.is_none_or(|since| since.saturating_add(WINDOW) <= now) {
            (*since, *count) = (Some(now), 0);
        }
        *count = count.saturating_add(1);
        *count <= NOTED_MAX
    }
}

/// Notes a refused sign-in.
pub async fn note(app: &App, sign_in: SignIn) {
    if app.refused_sign_ins().admit(app.engine().now()) {
        bridge::note_sign_in(app.engine(), sign_in).await;
    } else {
        tracing::warn!(principal = %sign_in.principal, client = %sign_in.client, "a sign-in was refused");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_takes_so_many_and_the_next_as_many_again() {
        let refusals = Refusals::default();
        let admitted = |at: i64| {
            (0..100)
                .filter(|_| refusals.admit(Instant::from_seconds(at)))
                .count()
        };
        assert_eq!(admitted(0), 60);
        assert_eq!(admitted(59), 0);
        assert_eq!(admitted(60), 60);
    }
}
