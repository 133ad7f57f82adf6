//! The demo's licence, which testers take away and give back to see what clients make of it.

use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use model::{Instant, Licence, LicencePlan};
use serde::Deserialize;
use serde_json::json;

use super::{read, service};
use crate::app::App;
use crate::body::Whole;
use crate::caller::Call;
use crate::{bridge, problem, reply};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LicenceBody {
    plan: LicencePlan,
    #[serde(default)]
    seats: Option<u32>,
    #[serde(default)]
    expiration_date_time: Option<Instant>,
}

/// `GET /ext/v1/demo/licence`
pub async fn show(State(app): State<App>) -> Response {
    let licence = app.engine().licence();
    reply::plain_json(
        StatusCode::OK,
        &json!({
            "plan": licence.plan.as_str(),
            "seats": licence.seats,
            "expirationDateTime": licence.expires_at.map(|end| end.to_string()),
            "coversPim": licence.covers_pim(app.engine().now()),
        }),
    )
}

/// `PUT /ext/v1/demo/licence`: puts another one in its place, which counts from the next request on.
pub async fn change(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let changed = async {
        let asked: LicenceBody = read(&body?)?;
        let licence = Licence {
            plan: asked.plan,
            seats: asked.seats,
            expires_at: asked.expiration_date_time,
        };
        bridge::write(app.engine(), service(), move |cx| {
            engine::change_licence(cx, licence)
        })
        .await
        .map_err(|error| problem::directory(&error))?;
        Ok::<_, GraphError>(())
    };
    match changed.await {
        Ok(()) => show(State(app)).await,
        Err(error) => reply::error(&call, &error),
    }
}
