//! The licence: what it says is sold, and its change. Nothing that somebody holds ends when it does; requests
//! are refused, and time goes on ending what has an end.

use model::Licence;
use model::licence::Subscription;

use crate::audit::record_licence_change;
use crate::context::Context;
use crate::error::Error;

/// What the tenant has bought; none without a licence.
pub fn subscription(cx: &Context<'_>) -> Result<Option<Subscription>, Error> {
    let licence = cx.session.licence()?;
    let Some(sku) = licence.plan.sku() else {
        return Ok(None);
    };
    let consumed = cx.session.count_users_with_grants(cx.now)?;
    Ok(Some(Subscription {
        tenant: cx.tenant.id,
        tenant_name: cx.tenant.display_name.clone(),
        sku,
        seats: licence.seats,
        consumed: u32::try_from(consumed).unwrap_or(u32::MAX),
        is_expired: licence.is_expired(cx.now),
    }))
}

/// Puts another licence in place of the one there is. No route of Graph's leads here: the operator says in the
/// configuration what the tenant has, and testers say it to the demo.
pub fn change_licence(cx: &Context<'_>, licence: Licence) -> Result<(), Error> {
    let before = cx.session.licence()?;
    if before == licence {
        return Ok(());
    }
    cx.session.set_licence(licence)?;
    record_licence_change(cx, &before, &licence)
}
