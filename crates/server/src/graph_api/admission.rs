//! Whether a token, and then the tenant's licence, lets a request in.

use graph::{GraphError, Route};
use model::{Caller, CallerKind};

use crate::app::App;
use crate::caller::Call;

/// Whether the token allows the operation in part only, or fails if not at all.
pub fn check_permission(caller: &Caller, route: &Route) -> Result<bool, GraphError> {
    let operation = route.operation;
    if operation.delegated_only && caller.kind == CallerKind::Application {
        return Err(GraphError::permission_missing(route.set, operation.permissions));
    }
    if operation.permissions.is_empty() || caller.permissions.has_any(operation.permissions) {
        return Ok(false);
    }
    if caller.permissions.has_any(operation.partial) {
        return Ok(true);
    }
    Err(GraphError::permission_missing(route.set, operation.permissions))
}

/// Fails where what is asked for takes a licence and the tenant has none that counts.
pub fn check_licence(app: &App, call: &Call, route: &Route) -> Result<(), GraphError> {
    if route.set.needs_licence && !app.engine().licence().covers_pim(call.now) {
        return Err(GraphError::premium_license_required());
    }
    Ok(())
}
