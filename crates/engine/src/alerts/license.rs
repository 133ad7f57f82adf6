//! What the tenant is licensed for, as the alert about it sees it.

use rules::alerts::graph::license::LicenseFact;

use crate::context::Context;
use crate::error::Error;

/// The licence. Nothing takes one away yet.
#[expect(clippy::unnecessary_wraps, reason = "the licence will come out of the store")]
pub fn license(_: &Context<'_>) -> Result<LicenseFact, Error> {
    Ok(LicenseFact {
        status: "Enabled".to_owned(),
        covers_pim: true,
    })
}
