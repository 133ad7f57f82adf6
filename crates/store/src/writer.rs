//! The one writer. It takes what waits, up to a limit, runs it in one transaction with a savepoint
//! for each command, commits durably, and only then replies: one flush to disk for the whole group.

use crate::backfill::Backfill;
use crate::queue::Queue;
use crate::work::{Command, Verdict};
use crate::{Session, StoreError};

/// Commands in one transaction at most.
pub(crate) const GROUP_MAX: usize = 64;

/// Runs commands until the queue is closed and drained.
pub(crate) fn run(
    session: &Session,
    commands: &Queue<Box<dyn Command>>,
    group_max: usize,
    backfill: &Backfill,
) {
    loop {
        let mut group = commands.take(group_max);
        if group.is_empty() {
            return;
        }
        let committed = session
            .begin()
            .and_then(|()| run_group(session, &mut group))
            .and_then(|()| session.commit());
        if let Err(error) = &committed {
            tracing::error!(%error, commands = group.len(), "a transaction failed");
            if let Err(error) = session.rollback() {
                tracing::error!(%error, "it could not be undone");
            }
        }
        for command in group {
            command.reply(committed.clone());
        }
        backfill.go_on(&session.connection);
    }
}

fn run_group(session: &Session, group: &mut [Box<dyn Command>]) -> Result<(), StoreError> {
    for command in group {
        session.mark()?;
        // When the database itself undoes the whole transaction, as on a full disk, the savepoint is
        // gone and the group fails here.
        match command.run(session) {
            Verdict::Keep => session.keep()?,
            Verdict::Undo => session.undo()?,
        }
    }
    Ok(())
}
