//! Records on their way to a collector, a batch at a time and in the order of the log. The cursor moves when the collector
//! has the batch; what was on its way when something broke goes again.

use engine::Engine;
use model::audit::{AuditResult, LoggedEvent};
use notify::siem::{Collector, Parcel};

use super::{Failed, Job, Round};

/// Records of one batch at the most.
const BATCH_MAX: u64 = 500;
/// Bytes of one batch at the most, unless a single record has more.
const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// Hands records to a collector.
pub struct Records {
    destination: String,
    collector: Box<dyn Collector>,
    /// How many it is handed at a time; fewer when it says that it was too much.
    batch: u64,
}

impl Records {
    /// To this collector, under this name.
    pub fn new(destination: &str, collector: Box<dyn Collector>) -> Self {
        Self {
            destination: destination.to_owned(),
            collector,
            batch: BATCH_MAX,
        }
    }
}

impl Job for Records {
    fn round(&mut self, engine: &Engine) -> Result<Round, Failed> {
        let records = engine.unshipped_records(&self.destination, self.batch)?;
        let batch = parcels(engine, records)?;
        let Some(last) = batch.last() else {
            return Ok(Round::Rest);
        };
        match self.collector.deliver(&batch) {
            Ok(()) => {
                engine.note_shipped(&self.destination, last.sequence, Vec::new())?;
                self.batch = self.batch.saturating_mul(2).min(BATCH_MAX);
                Ok(Round::MoreToDo)
            }
            Err(why) => {
                if why.is_too_large {
                    self.batch = (batch.len() as u64 / 2).max(1);
                }
                Err(why.into())
            }
        }
    }
}

/// The records as they are sent, as many as a batch holds.
fn parcels(engine: &Engine, records: Vec<(u64, LoggedEvent)>) -> Result<Vec<Parcel>, Failed> {
    let tenant = engine.tenant().id;
    let (mut batch, mut bytes) = (Vec::new(), 0_usize);
    for (sequence, record) in records {
        let (at, correlation_id) = (record.at, record.correlation_id);
        let is_success = record.result == AuditResult::Success;
        let body = graph::azure_monitor::record(tenant, record)
            .map_err(|error| Failed::because(format!("record {sequence} cannot be written: {error}")))?;
        bytes = bytes.saturating_add(body.len());
        if bytes > BATCH_BYTES_MAX && !batch.is_empty() {
            break;
        }
        batch.push(Parcel {
            sequence,
            at,
            correlation_id,
            is_success,
            body,
        });
    }
    Ok(batch)
}
