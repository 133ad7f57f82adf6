//! Use cases on their way to a storage thread and back: the closure that does the work, the one
//! that takes the answer, and what happens when either panics.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::queue::Refused;
use crate::{Session, StoreError};

impl From<Refused> for StoreError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full => Self::Busy,
            Refused::Closed => Self::Closed,
        }
    }
}

/// Runs `work`; a panic becomes [`StoreError::Failed`].
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, StoreError> {
    // Unwind safe: what a panic leaves half done inside the database is undone by the caller, and
    // the closure itself is gone.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| StoreError::Failed(message(panic.as_ref())))
}

fn message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it panicked".to_owned())
}

/// Hands out an answer; a panic there concerns nobody else.
fn deliver(reply: impl FnOnce()) {
    if let Err(error) = guarded(reply) {
        tracing::error!(%error, "a reply panicked");
    }
}

/// A reading use case.
pub(crate) trait Read: Send {
    /// Does the work and replies.
    fn run(self: Box<Self>, session: &Session);
    /// Replies that the work was not done.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// Whether the changes of a command are to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Undo,
}

/// A writing use case.
pub(crate) trait Command: Send {
    /// Does the work inside the open transaction and says whether it is to stay.
    fn run(&mut self, session: &Session) -> Verdict;
    /// Replies with what came of the work, or with what came in between.
    fn reply(self: Box<Self>, committed: Result<(), StoreError>);
}

pub(crate) struct ReadWork<W, R> {
    pub(crate) work: W,
    pub(crate) reply: R,
}

impl<T, W, R> Read for ReadWork<W, R>
where
    W: FnOnce(&Session) -> T + Send,
    R: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(self: Box<Self>, session: &Session) {
        let Self { work, reply } = *self;
        let result = session.begin().and_then(|()| {
            let result = guarded(|| work(session));
            session.rollback().and(result)
        });
        deliver(|| reply(result));
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        deliver(|| (self.reply)(Err(error)));
    }
}

pub(crate) struct WriteWork<W, R, T, E> {
    work: Option<W>,
    reply: R,
    outcome: Option<Result<Result<T, E>, StoreError>>,
}

impl<W, R, T, E> WriteWork<W, R, T, E> {
    pub(crate) fn new(work: W, reply: R) -> Self {
        Self {
            work: Some(work),
            reply,
            outcome: None,
        }
    }
}

impl<T, E, W, R> Command for WriteWork<W, R, T, E>
where
    T: Send,
    E: Send,
    W: FnOnce(&Session) -> Result<T, E> + Send,
    R: FnOnce(Result<Result<T, E>, StoreError>) + Send,
{
    fn run(&mut self, session: &Session) -> Verdict {
        let Some(work) = self.work.take() else {
            return Verdict::Undo;
        };
        let outcome = guarded(|| work(session));
        let verdict = match &outcome {
            Ok(Ok(_)) => Verdict::Keep,
            Ok(Err(_)) | Err(_) => Verdict::Undo,
        };
        self.outcome = Some(outcome);
        verdict
    }

    fn reply(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { reply, outcome, .. } = *self;
        let result = committed.and_then(|()| outcome.unwrap_or(Err(StoreError::Closed)));
        deliver(|| reply(result));
    }
}
