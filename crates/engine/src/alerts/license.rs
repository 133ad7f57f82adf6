//! What the tenant is licensed for, as the alert about it sees it.

use rules::alerts::graph::license::LicenseFact;

use crate::context::Context;
use crate::error::Error;

/// What a licence is that has ended.
const EXPIRED: &str = "Expired";

/// The licence: whether it covers PIM, and what it is in a word.
pub fn license(cx: &Context<'_>) -> Result<LicenseFact, Error> {
    let licence = cx.session.licence()?;
    Ok(LicenseFact {
        status: if licence.is_expired(cx.now) {
            EXPIRED.to_owned()
        } else {
            licence.plan.as_str().to_owned()
        },
        covers_pim: licence.covers_pim(cx.now),
    })
}
