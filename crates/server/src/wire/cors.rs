//! Pages of other origins may call the Graph routes: a token is all that lets anybody in, and no browser
//! sends it by itself (directory dossier, B10).

use std::time::Duration;

use http::header::{CONTENT_RANGE, ETAG, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// How long a browser may remember what it was told.
const MAX_AGE: Duration = Duration::from_secs(3_600);

/// Answers preflights, which need no token, and says on every answer that it may be read.
pub fn layer() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PATCH,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            ETAG,
            LOCATION,
            HeaderName::from_static("preference-applied"),
            CONTENT_RANGE,
            HeaderName::from_static("request-id"),
            HeaderName::from_static("client-request-id"),
            RETRY_AFTER,
            WWW_AUTHENTICATE,
        ])
        .max_age(MAX_AGE)
}
