//! The past and what can be learnt from it, under `/ext/v1`. These routes are Tenure's own; whoever may read the audit
//! log may read them, and everybody what they held themselves and their own timeline. They take no licence.

mod question;
mod shape;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use engine::history::{self, About, InsightQuery, StatisticsQuery, TimelineQuery};
use graph::GraphError;
use http::{HeaderMap, StatusCode, Uri};
use model::history::{EventKind, Grouping, HoldingsQuery};
use model::insight::InsightKind;
use model::{GrantKind, ObjectId, RoleDefinitionId};
use serde_json::{Value, json};

use self::question::Question;
use crate::app::App;
use crate::caller::Call;
use crate::reply;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ext/v1/history/holdings", get(holdings))
        .route("/ext/v1/history/principals/{id}/timeline", get(of_principal))
        .route("/ext/v1/history/roles/{id}/timeline", get(of_role))
        .route("/ext/v1/history/statistics", get(statistics))
        .route("/ext/v1/insights/leastPrivilege", get(least_privilege))
}

fn answer(call: &Call, outcome: Result<Value, GraphError>) -> Response {
    match outcome {
        Ok(body) => reply::plain_json(StatusCode::OK, &body),
        Err(error) => {
            if error.status >= 500 {
                tracing::error!(request_id = %call.request_id, code = %error.code, "a question about the past failed");
            }
            reply::error(call, &error)
        }
    }
}

/// `GET /ext/v1/history/holdings?at=…`: who held what at an instant, now unless it is said.
async fn holdings(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let known = [
        "at",
        "principalId",
        "roleDefinitionId",
        "directoryScopeId",
        "kind",
    ];
    let outcome = async {
        let question = Question::read(&app, &call, &uri, &headers, &known)?;
        let query = HoldingsQuery {
            at: question.instant("at")?.unwrap_or(call.now),
            principal: question.parsed("principalId", "a GUID")?,
            role: question.parsed("roleDefinitionId", "a GUID")?,
            scope: question.parsed(
                "directoryScopeId",
                "a scope such as / or /administrativeUnits/{id}",
            )?,
            kind: question.word("kind", GrantKind::parse, GrantKind::ALL)?,
        };
        question.require_permission(query.principal)?;
        let at = query.at;
        let page = question
            .ask(move |cx, key, paging| history::holdings_then(cx, key, &query, paging))
            .await?;
        let rows: Vec<_> = page
            .rows
            .iter()
            .map(|row| shape::held(row, &page.names, call.now))
            .collect();
        let mut body = json!({"at": at.to_string(), "value": rows});
        question.link(&mut body, page.next.as_deref(), Some(("at", at.to_string())));
        Ok(body)
    };
    answer(&call, outcome.await)
}

/// `GET /ext/v1/history/principals/{id}/timeline`: what happened to somebody, the latest first.
async fn of_principal(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let call = Call::new(&app, &headers);
    let about = id
        .parse::<ObjectId>()
        .map_err(|_| GraphError::invalid_object_identifier(&id));
    let outcome = timeline(&app, &call, &uri, &headers, about.map(About::Principal));
    answer(&call, outcome.await)
}

/// `GET /ext/v1/history/roles/{id}/timeline`: what happened with a role, the latest first.
async fn of_role(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let about = id
        .parse::<RoleDefinitionId>()
        .map_err(|_| GraphError::invalid_object_identifier(&id));
    let outcome = timeline(&app, &call, &uri, &headers, about.map(About::Role));
    answer(&call, outcome.await)
}

async fn timeline(
    app: &App,
    call: &Call,
    uri: &Uri,
    headers: &HeaderMap,
    about: Result<About, GraphError>,
) -> Result<Value, GraphError> {
    let question = Question::read(app, call, uri, headers, &["from", "until", "kind"])?;
    let about = about?;
    question.require_permission(match about {
        About::Principal(id) => Some(id),
        About::Role(_) => None,
    })?;
    let query = TimelineQuery {
        about,
        from: question.instant("from")?,
        until: question.instant("until")?,
        kind: question.word("kind", EventKind::parse, EventKind::ALL)?,
    };
    let page = question
        .ask(move |cx, key, paging| history::timeline(cx, key, &query, paging))
        .await?;
    let events = page.events.iter();
    let rows: Vec<_> = events
        .map(|(event, changes)| shape::event(event, changes, &page.names, call.now))
        .collect();
    let mut body = json!({"value": rows});
    question.link(&mut body, page.next.as_deref(), None);
    Ok(body)
}

/// `GET /ext/v1/history/statistics`: figures over a stretch of time, by day unless it is said.
async fn statistics(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let outcome = async {
        let question = Question::read(&app, &call, &uri, &headers, &["from", "until", "groupBy"])?;
        question.require_permission(None)?;
        let grouping = question.word("groupBy", Grouping::parse, Grouping::ALL)?;
        let query = StatisticsQuery {
            grouping: grouping.unwrap_or(Grouping::Day),
            from: question.instant("from")?,
            until: question.instant("until")?,
        };
        let page = question
            .ask(move |cx, key, paging| history::statistics(cx, key, &query, paging))
            .await?;
        let groups = page.groups.iter();
        let rows: Vec<_> = groups
            .map(|(group, figures)| shape::figures(*group, figures, &page.names))
            .collect();
        let mut body = json!({
            "from": page.span.from.to_string(),
            "until": page.span.until.to_string(),
            "value": rows,
        });
        question.link(&mut body, page.next.as_deref(), None);
        Ok(body)
    };
    answer(&call, outcome.await)
}

/// `GET /ext/v1/insights/leastPrivilege`: where less privilege would do.
async fn least_privilege(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    let outcome = async {
        let question = Question::read(&app, &call, &uri, &headers, &["kind"])?;
        question.require_permission(None)?;
        let query = InsightQuery {
            kind: question.word("kind", InsightKind::parse, InsightKind::ALL)?,
        };
        let page = question
            .ask(move |cx, key, paging| history::insights(cx, key, &query, paging))
            .await?;
        let insights = page.insights.iter();
        let rows: Vec<_> = insights
            .map(|insight| shape::insight(insight, &page.names, call.now))
            .collect();
        let mut body = json!({"value": rows});
        question.link(&mut body, page.next.as_deref(), None);
        Ok(body)
    };
    answer(&call, outcome.await)
}
