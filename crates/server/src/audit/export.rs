//! `GET /ext/v1/audit/export`: everything that a filter of the audit log lets through, as JSON lines or CSV. It is read a
//! page at a time, the next one when the client has taken the last, so that neither a long log nor a slow client
//! holds memory or a reader.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::read::{self, View};
use futures_util::stream::{self, StreamExt as _};
use graph::sets::{DIRECTORY_AUDIT, DIRECTORY_AUDITS};
use graph::{GraphError, Version};
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, HeaderValue};
use model::audit::LoggedEvent;
use model::query::Collection;
use model::{Caller, Record};
use odata::bound::BoundQuery;
use odata::options::RawOptions;

use super::{RECORDS_TYPE, csv, reader};
use crate::app::App;
use crate::caller::Call;
use crate::{bridge, problem, reply};

/// Events that are read at a time.
const PAGE_ROWS: u32 = 200;
const CSV_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// The records byte for byte, one a line, as they are hashed.
    JsonLines,
    /// One row an event.
    Csv,
}

impl Format {
    fn parse(text: Option<&str>) -> Result<Self, GraphError> {
        match text {
            Some("jsonl") | None => Ok(Self::JsonLines),
            Some("csv") => Ok(Self::Csv),
            Some(other) => Err(GraphError::bad_request(format!(
                "Invalid value '{other}' for format found. Valid values are 'csv' or 'jsonl'."
            ))),
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::JsonLines => RECORDS_TYPE,
            Self::Csv => CSV_TYPE,
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// What stands before the first event.
    fn head(self) -> Result<Vec<u8>, GraphError> {
        match self {
            Self::JsonLines => Ok(Vec::new()),
            Self::Csv => csv::header().map_err(unwritable),
        }
    }

    fn written(self, records: &[Record]) -> Result<Bytes, GraphError> {
        let events = records.iter().filter_map(|record| match record {
            Record::DirectoryAudit(event) => Some(event.as_ref()),
            _ => None,
        });
        match self {
            Self::JsonLines => Ok(lines(events).into()),
            Self::Csv => csv::rows(events).map(Bytes::from).map_err(unwritable),
        }
    }
}

fn lines<'a>(events: impl Iterator<Item = &'a LoggedEvent>) -> String {
    events.flat_map(|event| [event.record.as_ref(), "\n"]).collect()
}

fn unwritable(error: ::csv::Error) -> GraphError {
    tracing::error!(%error, "an event could not be written");
    GraphError::internal()
}

/// An export that goes on as long as its client takes it.
struct Export {
    app: App,
    caller: Arc<Caller>,
    format: Format,
    query: BoundQuery,
}

impl Export {
    /// The next page as bytes, and the export that goes on after it.
    async fn page(self) -> Result<(Bytes, Option<Self>), GraphError> {
        let (engine, asked) = (self.app.engine().clone(), self.query.clone());
        // A caller whose role ends while it reads gets no further page.
        let work = move |cx: &engine::Context<'_>| {
            cx.require_active()?;
            read::list(
                cx,
                engine.page_token_key(),
                Collection::DirectoryAudits,
                View::Everyone,
                &asked,
            )
        };
        let listing = bridge::read(self.app.engine(), self.caller.clone(), work)
            .await
            .map_err(|error| problem::of_set(&DIRECTORY_AUDITS, &error))?;
        let records: Vec<Record> = listing.items.into_iter().map(|item| item.record).collect();
        let bytes = self.format.written(&records)?;
        let rest = listing.next.map(|token| Self {
            query: BoundQuery {
                skip_token: Some(token),
                ..self.query
            },
            ..self
        });
        Ok((bytes, rest))
    }
}

/// `GET /ext/v1/audit/export?format=csv|jsonl&$filter=…&$orderby=activityDateTime asc`
pub async fn export(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let call = Call::new(&app, &headers);
    match begin(&app, &call, &query.unwrap_or_default(), &headers).await {
        Ok(response) => response,
        Err(error) => reply::error(&call, &error),
    }
}

/// Reads the first page, so that whatever is wrong with the question is told as such, and has the others follow.
async fn begin(app: &App, call: &Call, query: &str, headers: &HeaderMap) -> Result<Response, GraphError> {
    let caller = reader(app, call, headers)?;
    let (format, query) = asked(query)?;
    let export = Export {
        app: app.clone(),
        caller,
        format,
        query,
    };
    let (first, rest) = export.page().await?;
    let mut begun = format.head()?;
    begun.extend(first);
    let request_id = call.request_id;
    let others = stream::try_unfold(rest, |rest| async move {
        match rest {
            Some(export) => export.page().await.map(Some),
            None => Ok(None),
        }
    });
    // An error ends the connection in the middle of the body: a file that is cut off is never taken for a whole one.
    let begun = stream::once(std::future::ready(Ok(Bytes::from(begun))));
    let pages = begun.chain(others).map(move |page: Result<Bytes, GraphError>| {
        page.map_err(|error| {
            tracing::warn!(%request_id, code = %error.code, "an export of the audit log was broken off");
            std::io::Error::other(error.code.to_string())
        })
    });
    let mut response = reply::plain(format.media_type(), Body::from_stream(pages));
    let name: String = call
        .now
        .to_error_date()
        .chars()
        .filter(|character| *character != ':')
        .collect();
    let disposition = format!("attachment; filename=\"audit-{name}Z.{}\"", format.extension());
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The format, and the query as the list of `directoryAudits` takes it.
fn asked(query: &str) -> Result<(Format, BoundQuery), GraphError> {
    let options = RawOptions::parse(query)?;
    let allowed = RawOptions {
        filter: options.filter.clone(),
        order_by: options.order_by.clone(),
        format: options.format.clone(),
        aliases: options.aliases.clone(),
        ..RawOptions::default()
    };
    if options != allowed {
        return Err(GraphError::bad_request(
            "An export takes format, $filter and $orderby, and no other parameter.",
        ));
    }
    let format = Format::parse(options.format.as_deref())?;
    let asked = RawOptions {
        format: None,
        ..allowed
    };
    let query = odata::bind(&asked, DIRECTORY_AUDIT.schema(Version::V1))
        .map_err(|error| GraphError::from_bind(DIRECTORY_AUDITS.service, &error, asked.filter.as_deref()))?;
    Ok((
        format,
        BoundQuery {
            top: Some(PAGE_ROWS),
            ..query
        },
    ))
}
