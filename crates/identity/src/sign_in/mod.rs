//! What clients get once somebody has signed in: device codes that wait for it, and refresh tokens that
//! remember it. Both are handles, random texts of which only a hash is kept, in memory and within limits.

mod device;
mod handle;
mod refresh;
mod scope;

use model::ObjectId;

pub use device::{
    DEVICE_CODE_LIFE, DEVICE_CODES_MAX, Decision, DecisionError, DeviceAuthorization, DeviceCodes,
    POLL_INTERVAL, WaitingCode,
};
pub use refresh::{Family, REFRESH_TOKEN_LIFE, REFRESH_TOKENS_MAX, RefreshTokens};
pub use scope::RequestedScopes;

/// That a user has signed in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub user: ObjectId,
    /// Whether with a second factor.
    pub mfa: bool,
    /// Authentication contexts that the sign-in satisfied.
    pub authentication_contexts: Vec<String>,
}

/// What a user has let a client have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The client.
    pub client: model::AppId,
    /// What it may do in the user's name, and which tokens it asked for.
    pub scopes: RequestedScopes,
    /// The sign-in behind it.
    pub sign_in: SignIn,
}
