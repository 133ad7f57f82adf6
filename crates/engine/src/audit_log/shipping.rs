//! Handing the audit log on to where it is kept and watched: what is next for whom, and how far each one is. At least
//! once and in order: a cursor moves when the other side has what is before it.

use model::Instant;
use model::audit::LoggedEvent;
use store::{AuditCursor, Session, StoreError, StoredCheckpoint};
use tlog::Hash;

use crate::audit_log::evidence;
use crate::context::Context;
use crate::error::{Error, Missing};

/// Characters of an error that are kept.
const ERROR_CHARS_MAX: usize = 500;

/// What is done about the audit log, besides writing it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// For how many days records are kept; none means for ever.
    pub retention_days: Option<u32>,
    /// Who takes it.
    pub destinations: Vec<Destination>,
}

/// Somebody who takes the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// What they are called here; no two are called the same.
    pub name: String,
    /// How it is handed to them.
    pub kind: DestinationKind,
}

/// How the log is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationKind {
    /// Records, by syslog.
    Syslog,
    /// Records, posted.
    Http,
    /// Checkpoints, to a file.
    CheckpointFile,
    /// Checkpoints, to a witness.
    Witness,
}

impl DestinationKind {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syslog => "syslog",
            Self::Http => "http",
            Self::CheckpointFile => "checkpointFile",
            Self::Witness => "witness",
        }
    }

    /// Whether records have to stay until it has what is before them: as they are to be sent, or because the proof that
    /// a witness asks for leads through their hashes.
    const fn needs_records(self) -> bool {
        match self {
            Self::Syslog | Self::Http | Self::Witness => true,
            Self::CheckpointFile => false,
        }
    }

    const fn takes_checkpoints(self) -> bool {
        matches!(self, Self::CheckpointFile | Self::Witness)
    }
}

/// How far a destination is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub destination: Destination,
    /// Up to where, when, and what was in the way.
    pub cursor: AuditCursor,
    /// How many records it does not have, or no checkpoint of, that there are.
    pub behind: u64,
    /// When the first of these was written.
    pub waiting_since: Option<Instant>,
}

/// A checkpoint that a witness has not seen, and the proof that it goes on from what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwitnessed {
    /// Of how many records the witness has a checkpoint.
    pub old_size: u64,
    /// The hashes that lead from there to the checkpoint (RFC 6962, 2.1.2).
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: StoredCheckpoint,
}

/// Whether there are destinations that were never heard of.
pub fn has_new_destinations(session: &Session, options: &AuditOptions) -> Result<bool, StoreError> {
    for destination in &options.destinations {
        if session.audit_cursor(&destination.name)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins with new destinations at the first record. Those that are no longer named keep their place.
pub fn add_destinations(cx: &Context<'_>) -> Result<(), Error> {
    for destination in &cx.audit.destinations {
        if cx.session.audit_cursor(&destination.name)?.is_none() {
            cx.session
                .put_audit_cursor(&at_the_beginning(&destination.name))?;
        }
    }
    Ok(())
}

/// The last record that everybody has who needs it.
pub fn handed_on(cx: &Context<'_>) -> Result<u64, Error> {
    let mut least = u64::MAX;
    let needing = cx.audit.destinations.iter();
    for destination in needing.filter(|destination| destination.kind.needs_records()) {
        least = least.min(cursor(cx, &destination.name)?.position);
    }
    Ok(least)
}

/// The first `limit` records that a destination does not have, with their numbers.
pub fn next_records(
    cx: &Context<'_>,
    destination: &str,
    limit: u64,
) -> Result<Vec<(u64, LoggedEvent)>, Error> {
    let position = cursor(cx, destination)?.position;
    Ok(cx.session.audit_records_after(position, limit)?)
}

/// The first `limit` checkpoints that a destination does not have.
pub fn next_checkpoints(
    cx: &Context<'_>,
    destination: &str,
    limit: u64,
) -> Result<Vec<StoredCheckpoint>, Error> {
    let position = cursor(cx, destination)?.position;
    Ok(cx.session.audit_checkpoints_after(position, limit)?)
}

/// The first checkpoint that a witness does not have. It says itself how far it is if that is another place than we
/// know of.
///
/// # Errors
/// [`Missing::AuditEvidence`] if what the proof leads through is no longer kept, or was never there.
pub fn next_for_witness(
    cx: &Context<'_>,
    destination: &str,
    its_size: Option<u64>,
) -> Result<Option<Unwitnessed>, Error> {
    let old_size = match its_size {
        Some(size) => size,
        None => cursor(cx, destination)?.position,
    };
    if old_size > cx.session.audit_size()? {
        return Err(Missing::AuditEvidence.into());
    }
    let Some(checkpoint) = cx.session.audit_checkpoints_after(old_size, 1)?.pop() else {
        return Ok(None);
    };
    let proof = match old_size {
        0 => Vec::new(),
        _ => evidence::proven(cx.session.audit_consistency(old_size, checkpoint.size))?,
    };
    Ok(Some(Unwitnessed {
        old_size,
        proof,
        checkpoint,
    }))
}

/// Notes that a destination has everything up to here.
pub fn note_taken(cx: &Context<'_>, destination: &str, position: u64) -> Result<(), Error> {
    Ok(cx.session.put_audit_cursor(&AuditCursor {
        position,
        moved_at: Some(cx.now),
        ..at_the_beginning(destination)
    })?)
}

/// Notes that an attempt failed, and answers how many did by now.
pub fn note_failure(cx: &Context<'_>, destination: &str, reason: &str) -> Result<u32, Error> {
    let before = cursor(cx, destination)?;
    let failures = before.failures.saturating_add(1);
    cx.session.put_audit_cursor(&AuditCursor {
        failures,
        last_error: Some(reason.chars().take(ERROR_CHARS_MAX).collect()),
        ..before
    })?;
    Ok(failures)
}

/// Puts a witness's signatures beneath a checkpoint, in the place of those that it gave before.
pub fn cosign(cx: &Context<'_>, size: u64, cosignatures: &[String]) -> Result<(), Error> {
    let before = size.saturating_sub(1);
    let stored = cx.session.audit_checkpoints_after(before, 1)?.pop();
    let stored = stored
        .filter(|stored| stored.size == size)
        .ok_or(Missing::AuditEvidence)?;
    let note = tlog::witness::cosigned(&stored.note, cosignatures);
    Ok(cx.session.cosign_audit(size, &note)?)
}

/// How far everybody is, for whoever may read the log.
pub fn progress(cx: &Context<'_>) -> Result<Vec<Progress>, Error> {
    evidence::require_reader(cx)?;
    let records = cx.session.audit_size()?;
    let signed = cx.session.last_audit_checkpoint()?.map_or(0, |last| last.size);
    cx.audit
        .destinations
        .iter()
        .map(|destination| {
            let cursor = cursor(cx, &destination.name)?;
            let size = if destination.kind.takes_checkpoints() {
                signed
            } else {
                records
            };
            let behind = size.saturating_sub(cursor.position);
            let waiting = match behind {
                0 => None,
                _ => cx.session.audit_records_after(cursor.position, 1)?.pop(),
            };
            Ok(Progress {
                destination: destination.clone(),
                cursor,
                behind,
                waiting_since: waiting.map(|(_, record)| record.at),
            })
        })
        .collect()
}

fn cursor(cx: &Context<'_>, destination: &str) -> Result<AuditCursor, Error> {
    let cursor = cx.session.audit_cursor(destination)?;
    Ok(cursor.unwrap_or_else(|| at_the_beginning(destination)))
}

fn at_the_beginning(destination: &str) -> AuditCursor {
    AuditCursor {
        destination: destination.to_owned(),
        position: 0,
        moved_at: None,
        failures: 0,
        last_error: None,
    }
}
