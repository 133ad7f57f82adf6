//! Records on their way into the log: they are written together at the end of the transaction, or before the
//! transaction asks for what the log has.
//!
//! Written with each command, the last pages of the log would be copied for each, so that it can be undone. An event
//! has its number at once: all earlier commands were kept or undone by then.

use std::cell::RefCell;

use model::audit::AuditEvent;

use super::events::TABLE;
use super::mentions::Mentions;
use super::sealing::{Sealed, Sealer, seal};
use crate::schema::AuditEvents;
use crate::sqlite::Access;
use crate::{AuditExtent, Session, StoreError};

/// Records that wait at most; when there are more, all are written.
const WAITING_MAX: i64 = 1_024;
/// Events of earlier commands that are worth waking another thread for.
const HANDED_OVER_MIN: usize = 24;
/// What the names of the log's tables begin with.
const TABLES: &str = "audit_";

/// What the open transaction has not written yet.
#[derive(Default)]
pub(crate) struct Pending {
    sealer: Option<Sealer>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    reached: Reached,
    /// What is reached if the open command is undone; none while no command is open.
    marked: Option<Reached>,
    /// Records of earlier commands, before those that are being sealed, in the batches that they were sealed in. They
    /// stay here as long as the open command can undo that they were written.
    sealed: Vec<Vec<Sealed>>,
    /// Events after those, under their numbers; all of the open command that were not written are here.
    events: Vec<(i64, AuditEvent)>,
}

/// How far the log of the transaction goes.
#[derive(Clone, Copy, Default)]
struct Reached {
    /// The last number that was given; none before the first event.
    given: Option<i64>,
    /// The last number that was written.
    written: i64,
}

impl Reached {
    fn waiting(self) -> i64 {
        self.given.map_or(0, |given| given.saturating_sub(self.written))
    }
}

impl Pending {
    /// Has events sealed at the other end, while commands are run at this one.
    pub(crate) fn with(sealer: Sealer) -> Self {
        Self {
            sealer: Some(sealer),
            state: RefCell::default(),
        }
    }

    /// A command begins.
    pub(crate) fn mark(&self) {
        let mut state = self.state.borrow_mut();
        state.marked = Some(state.reached);
        if state.events.len() >= HANDED_OVER_MIN
            && let Some(sealer) = &self.sealer
            && let Err(events) = sealer.hand_over(std::mem::take(&mut state.events))
        {
            state.events = events;
        }
    }

    /// What it did stays.
    pub(crate) fn keep(&self) {
        let mut state = self.state.borrow_mut();
        state.marked = None;
        let written = state.reached.written;
        state
            .sealed
            .retain(|batch| batch.last().is_some_and(|last| last.seq > written));
    }

    /// What it did was undone.
    pub(crate) fn undo(&self) {
        let mut state = self.state.borrow_mut();
        if let Some(marked) = state.marked.take() {
            state.reached = marked;
            state.events.retain(|(seq, _)| Some(*seq) <= marked.given);
        }
    }

    /// The transaction is over.
    pub(crate) fn forget(&self) {
        self.state.take();
        if let Some(sealer) = &self.sealer {
            // What was handed over in a transaction that failed; of no use, whatever came of it.
            drop(sealer.get_back());
        }
    }

    fn get_back(&self, state: &mut State) -> Result<(), StoreError> {
        if let Some(sealer) = &self.sealer {
            state.sealed.extend(sealer.get_back()?);
        }
        Ok(())
    }
}

impl Session {
    /// Appends events in their order, under the next numbers. They are written, with their leaves and what these
    /// complete of the tree, before the transaction ends or asks for what the log has. That no two have the same id is
    /// the caller's part.
    ///
    /// # Errors
    /// The driver's.
    pub fn append_audit(&self, events: impl IntoIterator<Item = AuditEvent>) -> Result<(), StoreError> {
        if self.auditing().extent == AuditExtent::Nothing {
            return Ok(());
        }
        let reached = self.pending.state.borrow().reached;
        let last = match reached.given {
            Some(given) => given,
            None => self.last_audit_seq()?,
        };
        let numbered: Vec<_> = (last.saturating_add(1)..).zip(events).collect();
        let Some((given, _)) = numbered.last() else {
            return Ok(());
        };
        let reached = Reached {
            given: Some(*given),
            written: reached.given.map_or(last, |_| reached.written),
        };
        let mut state = self.pending.state.borrow_mut();
        state.reached = reached;
        state.events.extend(numbered);
        drop(state);
        // Who only reads is told so by the database.
        if reached.waiting() >= WAITING_MAX || self.access() == Access::Read {
            self.write_pending_audit()?;
        }
        Ok(())
    }

    /// Writes what waits if this is a statement that asks for the log.
    pub(crate) fn write_audit_before(&self, sql: &str) -> Result<(), StoreError> {
        let waiting = self.pending.state.borrow().reached.waiting();
        if waiting > 0 && sql.contains(TABLES) {
            self.write_pending_audit()?;
        }
        Ok(())
    }

    /// Writes all that waits.
    pub(crate) fn write_pending_audit(&self) -> Result<(), StoreError> {
        // Nothing waits for the statements that write it.
        let mut state = self.pending.state.take();
        let written = self.write_state(&mut state);
        self.pending.state.replace(state);
        written
    }

    fn write_state(&self, state: &mut State) -> Result<(), StoreError> {
        let Reached {
            given: Some(given),
            written,
        } = state.reached
        else {
            return Ok(());
        };
        self.pending.get_back(state)?;
        let last = seal(&state.events, self.auditing().extent)?;
        state.sealed.push(last);
        state.events.clear();
        let mut waiting = std::mem::take(&mut state.sealed);
        if let Some(marked) = state.marked {
            let all = waiting.iter().flatten();
            let earlier = all.filter(|sealed| Some(sealed.seq) <= marked.given);
            state.sealed.push(earlier.cloned().collect());
        }
        for batch in &mut waiting {
            batch.retain(|sealed| sealed.seq > written);
        }
        self.insert_audit(waiting, written, given)?;
        state.reached.written = given;
        Ok(())
    }

    /// Puts the records with the numbers after `written` through `given` into the log.
    fn insert_audit(
        &self,
        mut records: Vec<Vec<Sealed>>,
        written: i64,
        given: i64,
    ) -> Result<(), StoreError> {
        let expected = u64::try_from(given.saturating_sub(written)).unwrap_or_default();
        let found = records.iter().map(Vec::len).sum::<usize>() as u64;
        if found != expected {
            return Err(StoreError::UnexpectedRows {
                table: TABLE,
                expected,
                found,
            });
        }
        let mut mentions = Mentions::default();
        for sealed in records.iter_mut().flatten() {
            mentions.note(sealed.seq, std::mem::take(&mut sealed.mentioned));
        }
        self.insert_audit_mentions(mentions)?;
        let rows = records.into_iter().flatten().map(Sealed::into_row);
        self.insert_all(AuditEvents::Table, rows)?;
        let before = u64::try_from(written).unwrap_or_default();
        self.extend_audit_tree(before, before.saturating_add(expected))
    }
}
