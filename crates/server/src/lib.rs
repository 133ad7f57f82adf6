//! HTTP: everything that a client can reach, and nothing that decides. Handlers decode, run one use
//! case and encode; what Graph's routes are is said by the descriptions in `graph`, what is refused
//! by `rules`, and this room puts both on the wire.

mod access;
mod alerts;
mod app;
mod audit;
mod azure;
mod bridge;
mod demo;
mod graph_api;
mod health;
mod history;
mod oauth;
mod openapi;
mod outbox;
mod wire;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::map_request;
use axum::response::Response;
use axum::routing::{get, post};
use graph::GraphError;
use http::header::HOST;
use http::{HeaderMap, HeaderValue};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::wire::body::Whole;
use crate::wire::caller::Call;
use crate::wire::{body, caller, cors, problem, reply, throttling};

pub use app::{App, BODY_BYTES_MAX, EVALUATIONS_MAX, ServerOptions};
pub use bridge::{announce, scan_alerts};
pub use throttling::{Allowance, CHANGES_DEFAULT, RESOURCE_UNITS_DEFAULT};

/// All routes. Graph's paths go through their own splitter, because keys, functions, doubled slashes
/// and any case do not fit a router's patterns.
pub fn router(app: App) -> Router {
    let mut routes = Router::new()
        .route("/access/v1/evaluation", post(access::evaluation))
        .route("/access/v1/evaluations", post(access::evaluations))
        .route("/.well-known/authzen-configuration", get(access::configuration))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(oauth::discovery),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(oauth::keys))
        .route("/{tenant}/oauth2/v2.0/token", post(oauth::token))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(oauth::device_code))
        .route("/metadata/endpoints", get(azure::metadata))
        // az appends the path to a base URL that ends in a slash.
        .route("//metadata/endpoints", get(azure::metadata))
        .route("/subscriptions", get(azure::nothing))
        .route("/tenants", get(azure::nothing))
        .route("/ext/v1/notifications/outbox", get(outbox::list))
        .route(
            "/ext/v1/notifications/outbox/{message}/retry",
            post(outbox::retry),
        )
        .route("/ext/v1/audit/checkpoint", get(audit::checkpoint))
        .route("/ext/v1/audit/checkpoints", get(audit::checkpoints))
        .route("/ext/v1/audit/records", get(audit::records))
        .route("/ext/v1/audit/leaves", get(audit::leaves))
        .route("/ext/v1/audit/blocks", get(audit::blocks))
        .route("/ext/v1/audit/inclusion", get(audit::inclusion))
        .route("/ext/v1/audit/consistency", get(audit::consistency))
        .route("/ext/v1/audit/export", get(audit::export::export))
        .route("/ext/v1/audit/shipping", get(audit::shipping::progress))
        .route("/ext/v1/alerts", get(alerts::list))
        .route("/ext/v1/alerts/{name}", get(alerts::get))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready));
    if app.options().demo {
        routes = routes.merge(demo::routes());
    }
    let is_tls = app.scheme() == "https";
    // Graph's answers are long, and pages of other origins read them. What else there is is short, and
    // decisions are asked for often.
    let graph = Router::new()
        .route("/ext/v1/openapi/{document}", get(openapi::document))
        .merge(history::routes())
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(graph_api::handle)
        .layer(CompressionLayer::new())
        .layer(cors::layer())
        .with_state(app.clone());
    let routes = routes
        .fallback_service(graph)
        .method_not_allowed_fallback(method_not_allowed);
    // Only TLS negotiates HTTP/2, where the host is part of the target.
    let routes = if is_tls {
        routes.layer(map_request(with_host))
    } else {
        routes
    };
    routes.layer(CatchPanicLayer::new()).with_state(app)
}

/// Puts the host of an HTTP/2 target where HTTP/1 has it.
async fn with_host(mut request: Request) -> Request {
    if !request.headers().contains_key(HOST)
        && let Some(Ok(host)) = request
            .uri()
            .authority()
            .map(|host| HeaderValue::from_str(host.as_str()))
    {
        request.headers_mut().insert(HOST, host);
    }
    request
}

/// A route of its own, but not for that method. Taking the body lets the connection go on.
async fn method_not_allowed(State(app): State<App>, headers: HeaderMap, _: Whole) -> Response {
    reply::error(&Call::new(&app, &headers), &GraphError::method_not_allowed())
}
