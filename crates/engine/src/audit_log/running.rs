//! What the running engine does about the audit log by itself, and for the threads that hand it on.

use model::audit::LoggedEvent;
use store::{StoreError, StoredCheckpoint};

use super::retention;
use super::shipping::{self, Unwitnessed};
use crate::error::Error;
use crate::running::Engine;

impl Engine {
    /// Notes what is new about the audit log's settings, so that a change of them is in the log itself.
    pub(crate) fn begin_audit(&self) -> Result<(), Error> {
        let options = self.options().audit.clone();
        let is_new = self.store().read_wait(move |session| {
            Ok::<_, StoreError>(
                retention::is_changed(session, &options)?
                    || shipping::has_new_destinations(session, &options)?,
            )
        })??;
        if is_new {
            self.write_as_service(|cx| {
                retention::note_change(cx)?;
                shipping::add_destinations(cx)
            })?;
        }
        Ok(())
    }

    /// Removes what of the audit log is to be kept no longer, in transactions that keep nobody waiting for long.
    pub(crate) fn remove_old_audit(&self) -> Result<(), Error> {
        if self.options().audit.retention_days.is_none() {
            return Ok(());
        }
        for _ in 0..retention::REMOVALS_PER_RUN_MAX {
            // Most often there is nothing, and looking costs the writer nothing.
            if !self.read_as_service(retention::is_due)? {
                break;
            }
            self.write_as_service(retention::remove_old)?;
        }
        Ok(())
    }

    /// The records that a destination of the audit log does not have, at most `limit`. Blocks, as
    /// [`Engine::announce`].
    pub fn unshipped_records(&self, destination: &str, limit: u64) -> Result<Vec<(u64, LoggedEvent)>, Error> {
        let destination = destination.to_owned();
        self.read_as_service(move |cx| shipping::next_records(cx, &destination, limit))
    }

    /// The checkpoints that a destination does not have, at most `limit`. Blocks, as [`Engine::announce`].
    pub fn unshipped_checkpoints(
        &self,
        destination: &str,
        limit: u64,
    ) -> Result<Vec<StoredCheckpoint>, Error> {
        let destination = destination.to_owned();
        self.read_as_service(move |cx| shipping::next_checkpoints(cx, &destination, limit))
    }

    /// As [`shipping::next_for_witness`]. Blocks, as [`Engine::announce`].
    pub fn next_for_witness(
        &self,
        destination: &str,
        its_size: Option<u64>,
    ) -> Result<Option<Unwitnessed>, Error> {
        let destination = destination.to_owned();
        self.read_as_service(move |cx| shipping::next_for_witness(cx, &destination, its_size))
    }

    /// Notes that a destination has everything up to here, and what a witness signed of it. Blocks, as
    /// [`Engine::announce`].
    pub fn note_shipped(
        &self,
        destination: &str,
        position: u64,
        cosignatures: Vec<String>,
    ) -> Result<(), Error> {
        let destination = destination.to_owned();
        self.write_as_service(move |cx| {
            if !cosignatures.is_empty() {
                shipping::cosign(cx, position, &cosignatures)?;
            }
            shipping::note_taken(cx, &destination, position)
        })
    }

    /// Notes that a destination did not take what it was handed, and answers how often by now. Blocks, as
    /// [`Engine::announce`].
    pub fn note_unshipped(&self, destination: &str, reason: &str) -> Result<u32, Error> {
        let (destination, reason) = (destination.to_owned(), reason.to_owned());
        self.write_as_service(move |cx| shipping::note_failure(cx, &destination, &reason))
    }
}
