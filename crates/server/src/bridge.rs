//! From async handlers to use cases on storage threads and back. The only waiting is for an answer.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use engine::sign_ins::{self, SignIn};
use engine::{Context, Engine, Error};
use model::alert::AlertOperation;
use model::{Caller, ObjectId};
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

/// Scans for alerts; blocks a thread kept for such work.
pub async fn scan_alerts(engine: &Engine) -> Result<(), Error> {
    let engine = engine.clone();
    tokio::task::spawn_blocking(move || engine.scan_alerts())
        .await
        .unwrap_or(Err(Error::Store(StoreError::Closed)))
}

/// How long whoever asks for a refresh waits for it. It goes on all the same.
const REFRESH_PATIENCE: Duration = Duration::from_secs(5);

/// Does a refresh on a thread kept for such work, and waits for it, but not for long.
pub async fn refresh_alerts(engine: &Engine, operation: AlertOperation) {
    let engine = engine.clone();
    let (done, finished) = mpsc::channel();
    drop(tokio::task::spawn_blocking(move || {
        if let Err(error) = engine.refresh_alerts(operation) {
            tracing::error!(%error, "what came of a refresh of alerts could not be noted");
        }
        // Whoever waits may have gone away.
        let _ = done.send(());
    }));
    // What came of it is in the operation, also if the wait was in vain.
    drop(tokio::task::spawn_blocking(move || finished.recv_timeout(REFRESH_PATIENCE)).await);
}

/// Notes that somebody signed in, or was refused. Nobody is kept from it if that fails.
pub async fn note_sign_in(engine: &Engine, sign_in: SignIn) {
    note(engine, move |cx| sign_ins::note_sign_in(cx, &sign_in)).await;
}

/// Notes that a user goes on with a sign-in of before.
pub async fn note_renewal(engine: &Engine, user: ObjectId) {
    note(engine, move |cx| sign_ins::note_renewal(cx, user)).await;
}

async fn note(engine: &Engine, work: impl FnOnce(&Context<'_>) -> Result<(), Error> + Send + 'static) {
    let service = Arc::new(engine::setup::service_caller());
    if let Err(error) = write(engine, service, work).await {
        tracing::error!(%error, "a sign-in could not be noted");
    }
}
