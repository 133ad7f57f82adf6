//! What the audit log of a file is held against, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

use model::audit::AuditEvent;
use tlog::verify::{Finding, Report};
use tlog::{Checkpoint, Hash, VerifierKey};

/// What the log is held against.
#[derive(Clone, Debug, Default)]
pub struct AuditVerification {
    /// Whose checkpoints are believed.
    pub keys: Vec<VerifierKey>,
    /// Checkpoints from elsewhere, believed already.
    pub witnessed: Vec<Checkpoint>,
}

impl AuditVerification {
    /// Which of the checkpoints that the log shows, each under its size, are believed, together with those from
    /// elsewhere; and what is wrong with the others.
    pub fn believe(
        &self,
        shown: impl IntoIterator<Item = (u64, String)>,
    ) -> (BTreeMap<u64, Hash>, Vec<AuditFault>) {
        let mut believed = BTreeMap::new();
        let mut faults = Vec::new();
        let mut fault = |size, why: String| faults.push(AuditFault::Checkpoint { size, why });
        for (size, note) in shown {
            match Checkpoint::open(&note, &self.keys) {
                Ok(checkpoint) if checkpoint.size == size => {
                    believed.insert(size, checkpoint.root);
                }
                Ok(checkpoint) => fault(size, format!("it is one of {}", checkpoint.size)),
                Err(error) => fault(size, error.to_string()),
            }
        }
        for witnessed in &self.witnessed {
            let root = *believed.entry(witnessed.size).or_insert(witnessed.root);
            if root != witnessed.root {
                let why = "the log signed two histories: a witness has another root";
                fault(witnessed.size, why.to_owned());
            }
        }
        (believed, faults)
    }
}

/// Records that say through which record others were removed, by their numbers.
#[derive(Debug, Default)]
pub struct Removals(Vec<(u64, u64)>);

impl Removals {
    /// Notes what a record says, if it is such a one.
    pub fn note(&mut self, number: u64, event: &AuditEvent) {
        self.0
            .extend(event.removed_through().map(|through| (number, through)));
    }

    /// Adds what another has noted.
    pub(super) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What is wrong if the log lacks its first records: nothing if a confirmed record says that just these were
    /// removed.
    pub fn fault(&self, first_missing: u64, confirmed: u64) -> Option<AuditFault> {
        let is_said = |(number, through): &(u64, u64)| *number <= confirmed && *through == first_missing;
        (first_missing > 0 && !self.0.iter().any(is_said)).then_some(AuditFault::NotAccountedFor {
            through: first_missing,
        })
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Of the records and the tree.
    pub log: Report,
    /// Of what stands beside them in the file.
    pub faults: Vec<AuditFault>,
}

impl AuditReport {
    /// Everything that was found, in words; nothing if all is well.
    pub fn lines(&self) -> Vec<String> {
        let findings = self.log.findings.iter().map(Finding::to_string);
        findings
            .chain(self.faults.iter().map(AuditFault::to_string))
            .collect()
    }
}

/// What is wrong in the file, besides the records themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// A column does not say what the record says.
    Column {
        /// The record's number.
        sequence: i64,
        /// The column.
        column: String,
    },
    /// The index of what records mention does not have what the record says.
    Mentions {
        /// The record's number.
        sequence: i64,
    },
    /// A record stands under another number than its own.
    Place {
        /// Where it stands.
        sequence: i64,
        /// What it says.
        says: i64,
    },
    /// A checkpoint is not believed.
    Checkpoint {
        /// Under which size it is kept.
        size: u64,
        /// Why not.
        why: String,
    },
    /// A hash of the tree is not that of the hashes beneath it, is missing, or is of nothing.
    Node {
        /// Its height.
        level: u32,
        /// Its place, counted from 0.
        position: i64,
    },
    /// The first records are missing, and no record says that they were removed because of their age.
    NotAccountedFor {
        /// Up to which.
        through: u64,
    },
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { sequence, column } => {
                write!(f, "record {sequence}: the column {column} was altered")
            }
            Self::Mentions { sequence } => {
                write!(f, "record {sequence}: its rows in audit_mentions were altered")
            }
            Self::Place { sequence, says } => {
                write!(f, "record {says} was moved: it stands at {sequence}")
            }
            Self::Checkpoint { size, why } => write!(f, "the checkpoint of {size} records: {why}"),
            Self::Node { level, position } => {
                write!(
                    f,
                    "the tree hash at level {level}, position {position} was altered or removed"
                )
            }
            Self::NotAccountedFor { through } => {
                write!(
                    f,
                    "records 1 to {through} were removed, and not because of their age"
                )
            }
        }
    }
}
