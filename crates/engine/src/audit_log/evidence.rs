//! Evidence of the audit log: records byte for byte, the hashes over them, checkpoints, and proofs. For whoever may
//! read the log; nobody has to believe it.

use model::audit::LoggedEvent;
use rules::authority::Capability;
use store::{StoreError, StoredCheckpoint};
use tlog::{Hash, ProofError};

use crate::context::Context;
use crate::error::{Error, Missing};

/// Records, hashes or checkpoints in one answer at the most.
pub const EVIDENCE_PER_ANSWER_MAX: u64 = 1_000;

/// That a record is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// How many records the tree has.
    pub size: u64,
    /// The record.
    pub record: LoggedEvent,
    /// The root of the tree in which it is.
    pub root: Hash,
    /// The hashes that lead from the one to the other (RFC 6962, 2.1.1).
    pub hashes: Vec<Hash>,
}

/// That a log goes on from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// The root of the earlier tree.
    pub first_root: Hash,
    /// How many records the later tree has.
    pub second: u64,
    /// Its root.
    pub second_root: Hash,
    /// The hashes that lead from the one to the other (RFC 6962, 2.1.2).
    pub hashes: Vec<Hash>,
}

/// The newest checkpoint, if there is one.
pub fn last_checkpoint(cx: &Context<'_>) -> Result<StoredCheckpoint, Error> {
    require_reader(cx)?;
    Ok(cx
        .session
        .last_audit_checkpoint()?
        .ok_or(Missing::AuditEvidence)?)
}

/// The checkpoints of more than `size` records, the smallest first.
pub fn checkpoints_after(cx: &Context<'_>, size: u64) -> Result<Vec<StoredCheckpoint>, Error> {
    require_reader(cx)?;
    Ok(cx
        .session
        .audit_checkpoints_after(size, EVIDENCE_PER_ANSWER_MAX)?)
}

/// The records after the one with this number, in the order of the log.
pub fn records_after(cx: &Context<'_>, sequence: u64) -> Result<Vec<LoggedEvent>, Error> {
    require_reader(cx)?;
    let records = cx
        .session
        .audit_records_after(sequence, EVIDENCE_PER_ANSWER_MAX)?;
    Ok(records.into_iter().map(|(_, record)| record).collect())
}

/// The leaf hashes of the records after the one with this number.
pub fn leaves_after(cx: &Context<'_>, sequence: u64) -> Result<Vec<Hash>, Error> {
    require_reader(cx)?;
    Ok(cx.session.audit_leaves_after(sequence, EVIDENCE_PER_ANSWER_MAX)?)
}

/// The hashes over blocks of 64 records, after the first `blocks` of them: they stay when records go.
pub fn blocks_after(cx: &Context<'_>, blocks: u64) -> Result<Vec<Hash>, Error> {
    require_reader(cx)?;
    Ok(cx.session.audit_blocks_after(blocks, EVIDENCE_PER_ANSWER_MAX)?)
}

/// That record `sequence` is in the tree of `size` records; of all there are, unless a size is named.
pub fn inclusion(cx: &Context<'_>, sequence: u64, size: Option<u64>) -> Result<Inclusion, Error> {
    require_reader(cx)?;
    let size = existing(cx, size)?;
    if sequence == 0 || sequence > size {
        return Err(Error::NoSuchTree {
            asked: sequence,
            size,
        });
    }
    let record = cx.session.audit_record(sequence)?.ok_or(Missing::AuditEvidence)?;
    Ok(Inclusion {
        size,
        record,
        root: root(cx, size)?,
        hashes: proven(cx.session.audit_inclusion(sequence, size))?,
    })
}

/// That the tree of `second` records goes on from that of `first`; to all there are, unless a size is named.
pub fn consistency(cx: &Context<'_>, first: u64, second: Option<u64>) -> Result<Consistency, Error> {
    require_reader(cx)?;
    let second = existing(cx, second)?;
    if first == 0 || first > second {
        return Err(Error::NoSuchTree {
            asked: first,
            size: second,
        });
    }
    Ok(Consistency {
        first_root: root(cx, first)?,
        second,
        second_root: root(cx, second)?,
        hashes: proven(cx.session.audit_consistency(first, second))?,
    })
}

/// Fails unless the caller may read the audit log.
pub(crate) fn require_reader(cx: &Context<'_>) -> Result<(), Error> {
    cx.require_active()?;
    cx.require(Capability::ReadAuditLog)
}

/// The size that is asked for, which the log must have had.
fn existing(cx: &Context<'_>, asked: Option<u64>) -> Result<u64, Error> {
    let size = cx.session.audit_size()?;
    match asked {
        None => Ok(size),
        Some(asked) if asked <= size => Ok(asked),
        Some(asked) => Err(Error::NoSuchTree { asked, size }),
    }
}

fn root(cx: &Context<'_>, size: u64) -> Result<Hash, Error> {
    proven(cx.session.audit_root(size).map_err(ProofError::Nodes))
}

/// A proof, unless what it leads through is not there.
pub(crate) fn proven<T>(proof: Result<T, ProofError<StoreError>>) -> Result<T, Error> {
    proof.map_err(|error| match error {
        ProofError::NotThere | ProofError::Nodes(StoreError::NotKept) => Missing::AuditEvidence.into(),
        ProofError::Nodes(error) => error.into(),
    })
}
