//! The demo's outbox: what people would be told by mail.

use axum::extract::State;
use axum::response::Response;
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::service;
use crate::app::App;
use crate::caller::Call;
use crate::{bridge, outbox, problem, reply};

/// Messages that one outbox page shows at the most.
const OUTBOX_ROWS_MAX: u32 = 999;

/// `GET /ext/v1/demo/outbox`: the messages of everything that has happened so far.
pub async fn list(State(app): State<App>, uri: http::Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let listed = async {
        let options = odata::options::RawOptions::parse(uri.query().unwrap_or_default())
            .map_err(|error| GraphError::bad_request(error.to_string()))?;
        let top = options.top.unwrap_or(OUTBOX_ROWS_MAX).min(OUTBOX_ROWS_MAX);
        let messages = async {
            bridge::post_notices(app.engine()).await?;
            bridge::read(app.engine(), service(), move |cx| Ok(cx.session.messages(top)?)).await
        };
        messages.await.map_err(|error| problem::directory(&error))
    };
    match listed.await {
        Ok(messages) => {
            let style = app.letter_style();
            let rows: Vec<_> = messages
                .iter()
                .map(|message| outbox::message(message, &style))
                .collect();
            reply::plain_json(StatusCode::OK, &json!({"value": rows}))
        }
        Err(error) => reply::error(&call, &error),
    }
}
