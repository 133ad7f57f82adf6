//! The outbox as an operator sees it: mail on its way, mail that was given up, and trying it again. These
//! routes are Tenure's own.

use axum::extract::{Path, State};
use axum::response::Response;
use engine::notices::{self, Outbox};
use graph::GraphError;
use http::{HeaderMap, StatusCode, Uri};
use model::{DeliveryStatus, Message, MessageId, Permission};
use notify::{LetterStyle, letter};
use odata::options::RawOptions;
use serde_json::{Value, json};

use crate::app::App;
use crate::caller::{self, Call};
use crate::{bridge, problem, reply};

/// Deliveries that one answer shows at the most.
const DELIVERIES_SHOWN_MAX: u32 = 100;
/// Who may see and mend mail, besides holding a role that operates the server.
const PERMISSION: Permission = Permission::NotificationOutboxReadWriteAll;

/// A message as it is shown: to whom, in which words, because of what.
pub fn message(message: &Message, style: &LetterStyle) -> Value {
    let letter = letter(message, style);
    let to: Vec<&str> = message
        .recipients
        .iter()
        .map(|address| address.as_str())
        .collect();
    json!({
        "to": to, "subject": letter.subject, "text": letter.text,
        "event": message.notice.event.as_str(), "ruleId": message.rule_id.map(model::RuleId::as_str),
        "createdDateTime": message.notice.at.to_string(),
    })
}

/// `GET /ext/v1/notifications/outbox?status=failed`: what was given up, unless another status is asked
/// for, and how much there is.
pub async fn list(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    match listed(&app, &call, &uri, &headers).await {
        Ok(body) => reply::plain_json(StatusCode::OK, &body),
        Err(error) => reply::error(&call, &error),
    }
}

async fn listed(app: &App, call: &Call, uri: &Uri, headers: &HeaderMap) -> Result<Value, GraphError> {
    let caller = authorised(app, call, headers)?;
    let query = uri.query().unwrap_or_default();
    let options = RawOptions::parse(query).map_err(|error| GraphError::bad_request(error.to_string()))?;
    let limit = options
        .top
        .unwrap_or(DELIVERIES_SHOWN_MAX)
        .min(DELIVERIES_SHOWN_MAX);
    let status = status(query)?;
    let outbox = bridge::read(app.engine(), caller, move |cx| notices::outbox(cx, status, limit)).await;
    let outbox = outbox.map_err(|error| problem::directory(&error))?;
    Ok(shown(&outbox, &app.letter_style()))
}

/// `status=…`, of which there are three; failed where none is named.
fn status(query: &str) -> Result<DeliveryStatus, GraphError> {
    let named = query.split('&').find_map(|pair| pair.strip_prefix("status="));
    named.map_or(Ok(DeliveryStatus::Failed), |text| {
        DeliveryStatus::parse(text).ok_or_else(|| {
            let known: Vec<&str> = DeliveryStatus::ALL.iter().map(|status| status.as_str()).collect();
            GraphError::bad_request(format!("`status` is one of {}", known.join(", ")))
        })
    })
}

fn shown(outbox: &Outbox, style: &LetterStyle) -> Value {
    let entry = |entry: &notices::OutboxEntry| {
        let delivery = &entry.delivery;
        json!({
            "messageId": delivery.message_id.to_string(),
            "recipient": delivery.recipient.as_str(),
            "status": delivery.status.as_str(),
            "attempts": delivery.attempts,
            "nextAttemptDateTime": delivery.next_attempt_at.to_string(),
            "lastError": delivery.last_error,
            "unreachable": entry.message.unreachable,
            "message": message(&entry.message, style),
        })
    };
    json!({
        "queued": outbox.queued,
        "failed": outbox.failed,
        "value": outbox.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// `POST /ext/v1/notifications/outbox/{message}/retry`: sends again to whom it was given up.
pub async fn retry(State(app): State<App>, Path(message): Path<String>, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let retried = async {
        let caller = authorised(&app, &call, &headers)?;
        let id: MessageId = message
            .parse()
            .map_err(|_| GraphError::resource_not_found(&message))?;
        bridge::write(app.engine(), caller, move |cx| notices::retry(cx, id))
            .await
            .map_err(|error| problem::directory(&error))
    };
    match retried.await {
        Ok(count) => reply::plain_json(StatusCode::OK, &json!({"retried": count})),
        Err(error) => reply::error(&call, &error),
    }
}

fn authorised(
    app: &App,
    call: &Call,
    headers: &HeaderMap,
) -> Result<std::sync::Arc<model::Caller>, GraphError> {
    let caller = caller::authenticate(app, headers, call.now)?;
    if caller.permissions.has(PERMISSION) {
        Ok(caller)
    } else {
        Err(GraphError::authorization_request_denied())
    }
}
