//! From async handlers to use cases on storage threads and back. The only waiting is for an answer.

use std::sync::Arc;

use engine::{Context, Engine, Error};
use model::Caller;
use store::StoreError;
use tokio::sync::oneshot;

/// Runs a use case that only reads.
pub async fn read<T: Send + 'static>(
    engine: &Engine,
    caller: Arc<Caller>,
    work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (reply, answer) = oneshot::channel();
    // A caller that went away no longer wants the answer, so sending it may fail.
    engine.read(caller, work, move |outcome| drop(reply.send(outcome)));
    answer.await.unwrap_or(Err(Error::Store(StoreError::Closed)))
}

/// Runs a use case that writes; the answer comes after the commit.
pub async fn write<T: Send + 'static>(
    engine: &Engine,
    caller: Arc<Caller>,
    work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (reply, answer) = oneshot::channel();
    engine.write(caller, work, move |outcome| drop(reply.send(outcome)));
    answer.await.unwrap_or(Err(Error::Store(StoreError::Closed)))
}

/// Makes messages of all notices; blocks a thread kept for such work.
pub async fn post_notices(engine: &Engine) -> Result<(), Error> {
    let engine = engine.clone();
    tokio::task::spawn_blocking(move || engine.post_notices())
        .await
        .unwrap_or(Err(Error::Store(StoreError::Closed)))
}

/// Announces what is due; blocks a thread kept for such work.
pub async fn announce(engine: &Engine) -> Result<engine::announce::Announced, Error> {
    let engine = engine.clone();
    tokio::task::spawn_blocking(move || engine.announce())
        .await
        .unwrap_or(Err(Error::Store(StoreError::Closed)))
}
