//! What is written of an event: its bytes, their leaf, the columns beside them and what it mentions. Making that takes
//! neither the database nor the thread that writes to it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use model::audit::{AuditEvent, AuditRecord, Initiator};
use sea_query::{Expr, Value};
use tlog::{Hash, leaf_hash};

use super::mentions::{Mentioned, mentioned_by};
use crate::schema::AuditEvents;
use crate::value::Stored as _;
use crate::{AuditExtent, StoreError};

/// Batches of events that are being sealed at most; more are sealed by who asks.
const BATCHES_MAX: usize = 64;

/// An event under its number, ready to be written.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) seq: i64,
    pub(super) mentioned: BTreeSet<Mentioned>,
    row: [(AuditEvents, Value); 16],
}

impl Sealed {
    fn new(seq: i64, event: &AuditEvent, extent: AuditExtent) -> Result<Self, StoreError> {
        let record = AuditRecord { sequence: seq, event };
        let record = serde_json::to_string(&record).map_err(|error| StoreError::Driver(Arc::new(error)))?;
        let leaf = match extent {
            AuditExtent::Everything => leaf_hash(record.as_bytes()),
            AuditExtent::WithoutHashes | AuditExtent::Nothing => Hash([0; 32]),
        };
        let number = (AuditEvents::Seq, seq.into_value());
        let [a, b, c, d, e, f, g, h, i, j, k, l, m] = filter_columns(event);
        let leaf = (AuditEvents::Leaf, leaf.0.into_value());
        let record = (AuditEvents::Record, record.into_value());
        Ok(Self {
            seq,
            mentioned: mentioned_by(event),
            row: [number, a, b, c, d, e, f, g, h, i, j, k, l, m, leaf, record],
        })
    }

    /// As a row of the log.
    pub(super) fn into_row(self) -> [(AuditEvents, Expr); 16] {
        self.row.map(|(column, value)| (column, Expr::Value(value)))
    }
}

/// What filters ask for, out of the event, in columns of their own.
pub(super) fn filter_columns(event: &AuditEvent) -> [(AuditEvents, Value); 13] {
    let (user, app) = match event.initiated_by.clone() {
        Initiator::User {
            id,
            display_name,
            user_principal_name,
            ..
        } => ((id, display_name, user_principal_name), (None, None, None)),
        Initiator::App {
            app_id,
            display_name,
            service_principal_id,
        } => ((None, None, None), (app_id, display_name, service_principal_id)),
    };
    [
        (AuditEvents::At, event.at.into_value()),
        (AuditEvents::CorrelationId, event.correlation_id.into_value()),
        (AuditEvents::Activity, event.activity.clone().into_value()),
        (AuditEvents::Category, event.category.clone().into_value()),
        (AuditEvents::Service, event.service.into_value()),
        (
            AuditEvents::OperationType,
            event.operation_type.clone().into_value(),
        ),
        (AuditEvents::Result, event.result.into_value()),
        (AuditEvents::UserId, user.0.into_value()),
        (AuditEvents::UserDisplayName, user.1.into_value()),
        (AuditEvents::UserPrincipalName, user.2.into_value()),
        (AuditEvents::AppId, app.0.into_value()),
        (AuditEvents::AppDisplayName, app.1.into_value()),
        (AuditEvents::AppServicePrincipalId, app.2.into_value()),
    ]
}

/// Events under their numbers.
type Batch = Vec<(i64, AuditEvent)>;

/// Seals events in their order.
///
/// # Errors
/// [`StoreError::Driver`] if one cannot be written as JSON.
pub(super) fn seal(events: &[(i64, AuditEvent)], extent: AuditExtent) -> Outcome {
    let sealed = events.iter().map(|(seq, event)| Sealed::new(*seq, event, extent));
    sealed.collect()
}

/// What came of a batch.
type Outcome = Result<Vec<Sealed>, StoreError>;

/// The end at which batches are handed over, to be sealed on another thread, and come back in the same order.
pub(crate) struct Sealer {
    batches: SyncSender<Batch>,
    outcomes: Receiver<Outcome>,
    away: Cell<usize>,
}

/// The end at which they are sealed.
pub(crate) struct Sealing {
    batches: Receiver<Batch>,
    outcomes: SyncSender<Outcome>,
    extent: AuditExtent,
}

/// Both ends.
pub(crate) fn sealing(extent: AuditExtent) -> (Sealer, Sealing) {
    let (batches, taken) = sync_channel(BATCHES_MAX);
    let (given, outcomes) = sync_channel(BATCHES_MAX);
    let away = Cell::new(0);
    let sealing = Sealing {
        batches: taken,
        outcomes: given,
        extent,
    };
    (
        Sealer {
            batches,
            outcomes,
            away,
        },
        sealing,
    )
}

impl Sealer {
    /// Hands a batch over, or gives it back if as many are away as may be, or nobody is at the other end.
    pub(super) fn hand_over(&self, batch: Batch) -> Result<(), Batch> {
        let away = self.away.get();
        if away >= BATCHES_MAX {
            return Err(batch);
        }
        match self.batches.try_send(batch) {
            Ok(()) => {
                self.away.set(away.saturating_add(1));
                Ok(())
            }
            Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => Err(batch),
        }
    }

    /// Waits for all batches that were handed over.
    pub(super) fn get_back(&self) -> Result<Vec<Vec<Sealed>>, StoreError> {
        let outcomes: Vec<Outcome> = (0..self.away.take())
            .map(|_| self.outcomes.recv().unwrap_or(Err(StoreError::Closed)))
            .collect();
        outcomes.into_iter().collect()
    }
}

impl Sealing {
    /// Seals until the other end is gone.
    pub(crate) fn run(self) {
        for batch in self.batches {
            if self.outcomes.send(seal(&batch, self.extent)).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use model::audit::{AuditResult, AuditService};
    use model::{CorrelationId, Instant};
    use uuid::Uuid;

    use super::*;
    use crate::Session;
    use crate::cache::Caches;
    use crate::sqlite::{Access, migrate};

    fn batch(seq: i64) -> Batch {
        let event = AuditEvent {
            id: format!("event {seq}"),
            at: Instant::from_micros(seq),
            correlation_id: CorrelationId::new(Uuid::from_u128(1)),
            activity: String::new(),
            category: String::new(),
            service: AuditService::Pim,
            operation_type: String::new(),
            result: AuditResult::Success,
            result_reason: String::new(),
            initiated_by: Initiator::service(),
            targets: Vec::new(),
            details: Vec::new(),
            user_agent: None,
        };
        vec![(seq, event)]
    }

    fn got_back(sealer: &Sealer) -> Vec<i64> {
        let batches = sealer.get_back().unwrap().into_iter();
        batches.flatten().map(|sealed| sealed.seq).collect()
    }

    #[test]
    fn batches_come_back_in_order_and_no_more_are_away_than_may_be() {
        let (sealer, sealing) = sealing(AuditExtent::Everything);
        let taken = (1..=70)
            .filter(|seq| sealer.hand_over(batch(*seq)).is_ok())
            .collect::<Vec<_>>();
        assert_eq!(taken, (1..=64).collect::<Vec<_>>());
        let sealed_elsewhere = thread::spawn(move || sealing.run());
        assert_eq!(got_back(&sealer), taken);
        assert!(got_back(&sealer).is_empty());
        assert!(sealer.hand_over(batch(65)).is_ok());
        assert_eq!(got_back(&sealer), [65]);
        drop(sealer);
        sealed_elsewhere.join().unwrap();
    }

    #[test]
    fn who_is_gone_takes_no_more_and_what_it_had_is_missed() {
        let (sealer, sealing) = sealing(AuditExtent::Everything);
        assert!(sealer.hand_over(batch(1)).is_ok());
        drop(sealing);
        assert!(matches!(sealer.get_back(), Err(StoreError::Closed)));
        assert_eq!(sealer.hand_over(batch(2)).map_err(|batch| batch.len()), Err(1));
    }

    #[test]
    fn the_writer_does_it_if_nobody_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let (caches, auditing) = (Arc::new(Caches::new()), Arc::default());
        let session = Session::open(&folder.path().join("log.db"), Access::Write, caches, auditing).unwrap();
        let (sealer, sealing) = sealing(AuditExtent::Everything);
        drop(sealing);
        let session = session.sealing_with(sealer);
        migrate(&session.connection).unwrap();
        session.begin().unwrap();
        for _ in 0..3 {
            session.mark().unwrap();
            let events = (1..=30).flat_map(batch).map(|(_, event)| event);
            session.append_audit(events).unwrap();
            session.keep().unwrap();
        }
        session.commit().unwrap();
        assert_eq!(session.audit_size().unwrap(), 90);
    }
}
