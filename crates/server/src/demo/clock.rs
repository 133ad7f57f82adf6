//! The demo's clock, which testers move.

use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use model::{Clock as _, Instant, IsoDuration};
use serde::Deserialize;
use serde_json::json;

use super::read;
use crate::app::App;
use crate::body::Whole;
use crate::caller::Call;
use crate::{bridge, problem, reply};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockBody {
    #[serde(default)]
    advance: Option<String>,
    #[serde(default)]
    set: Option<String>,
}

/// `GET /ext/v1/demo/clock`
pub async fn show(State(app): State<App>) -> Response {
    reply::plain_json(StatusCode::OK, &json!({"now": app.engine().now().to_string()}))
}

/// `POST /ext/v1/demo/clock`: moves the clock, and announces what is due and scans for alerts before it
/// answers.
pub async fn advance(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let moved = async {
        let to = destination(app.engine().clock().now(), &read(&body?)?)?;
        app.engine().clock().advance_to(to);
        let announced = async {
            bridge::announce(app.engine()).await?;
            bridge::scan_alerts(app.engine()).await
        };
        announced.await.map_err(|error| problem::directory(&error))
    };
    match moved.await {
        Ok(_) => show(State(app)).await,
        Err(error) => reply::error(&call, &error),
    }
}

fn destination(now: Instant, asked: &ClockBody) -> Result<Instant, GraphError> {
    let to = match (&asked.advance, &asked.set) {
        (Some(span), None) => {
            let span: IsoDuration = span
                .parse()
                .map_err(|_| GraphError::bad_request("`advance` is not a duration".to_owned()))?;
            now.saturating_add(span)
        }
        (None, Some(instant)) => {
            Instant::parse(instant).map_err(|error| GraphError::bad_request(format!("`set`: {error}")))?
        }
        _ => {
            return Err(GraphError::bad_request(
                "say either `advance` or `set`".to_owned(),
            ));
        }
    };
    if to < now {
        return Err(GraphError::bad_request("the clock only goes forward".to_owned()));
    }
    Ok(to)
}
