//! Making, changing and deleting authentication contexts.

use axum::response::Response;
use engine::{Conflict, delete_authentication_context, put_authentication_context};
use graph::{GraphError, Key, body};
use model::Record;

use super::read::created;
use super::request::Request;
use crate::reply;

/// Makes one that is not there.
pub async fn create(request: &Request) -> Result<Response, GraphError> {
    let (id, body) = (
        body::new_authentication_context(&request.body)?,
        request.body.clone(),
    );
    let made = request.run_write(move |cx| {
        if cx.session.authentication_context(id)?.is_some() {
            return Err(Conflict::Taken("id").into());
        }
        put_authentication_context(cx, id, |current| {
            body::put_authentication_context(id, current, &body)
        })
    });
    let record = Record::AuthenticationContext(Box::new(made.await??));
    Ok(created(request, record, &id.to_string()))
}

/// Changes one, or makes it.
pub async fn update(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (id, body) = (
        body::authentication_context_id(&request.id(key)?)?,
        request.body.clone(),
    );
    let changed = request.run_write(move |cx| {
        put_authentication_context(cx, id, |current| {
            body::put_authentication_context(id, current, &body)
        })
    });
    changed.await??;
    Ok(reply::no_content(&request.call))
}

/// Deletes one.
pub async fn delete(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let id = body::authentication_context_id(&request.id(key)?)?;
    request
        .run_write(move |cx| delete_authentication_context(cx, id))
        .await?;
    Ok(reply::no_content(&request.call))
}
