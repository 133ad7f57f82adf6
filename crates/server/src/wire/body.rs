//! Request bodies: read whole, up to a limit, or drained so that the connection can go on.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use graph::GraphError;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::app::BODY_BYTES_MAX;

/// The whole of a body.
///
/// # Errors
/// 413 past [`BODY_BYTES_MAX`]; 400 if the client stops in the middle.
pub async fn whole(body: Body) -> Result<Bytes, GraphError> {
    let collected = Limited::new(body, BODY_BYTES_MAX)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                GraphError::payload_too_large()
            } else {
                GraphError::bad_request("the body could not be read")
            }
        })?;
    Ok(collected.to_bytes())
}

/// Takes what is left of a body off the connection, up to the limit; what it says no longer matters.
pub async fn drain(body: Body) {
    drop(whole(body).await);
}

/// A body as a handler's argument: the handler answers for one that is too large, in its own words.
pub struct Whole(pub Result<Bytes, GraphError>);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(whole(request.into_body()).await))
    }
}
