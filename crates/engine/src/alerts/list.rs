//! The alerts that Tenure adds, as they are read. Graph's are read as the entity sets that they are.

use model::alert::{AlertDefinition, AlertName, AlertState, Incident};
use rules::alerts::definition::definition;
use rules::authority::Capability;

use crate::context::Context;
use crate::error::{Error, Missing};

/// An alert of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAlert {
    /// Where it stands.
    pub state: AlertState,
    /// What it is.
    pub definition: AlertDefinition,
}

fn read(cx: &Context<'_>, name: AlertName) -> Result<OwnAlert, Error> {
    let state = cx.session.alert_state(name)?;
    let settings = cx.session.alert_settings(name)?;
    Ok(OwnAlert {
        definition: definition(name, state.accounts, &settings),
        state,
    })
}

/// Each of them.
pub fn own_alerts(cx: &Context<'_>) -> Result<Vec<OwnAlert>, Error> {
    cx.require_active()?;
    cx.require(Capability::ReadAlerts)?;
    AlertName::OWN.into_iter().map(|name| read(cx, name)).collect()
}

/// One with its incidents.
pub fn own_alert(cx: &Context<'_>, key: &str) -> Result<(OwnAlert, Vec<Incident>), Error> {
    cx.require_active()?;
    cx.require(Capability::ReadAlerts)?;
    let name = AlertName::parse(key)
        .filter(|name| name.is_own())
        .ok_or_else(|| Missing::Alert(key.to_owned()))?;
    Ok((read(cx, name)?, cx.session.alert_incidents(name)?))
}
