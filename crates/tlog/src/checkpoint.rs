//! Checkpoints: how many leaves a log has and what their root is, signed by the log
//! (c2sp.org/tlog-checkpoint).

use crate::hash::Hash;
use crate::note::{self, NoteError, Signer, VerifierKey};

/// Bytes of a checkpoint at the most, with everybody's signatures.
pub const CHECKPOINT_BYTES_MAX: usize = 16 * 1024;

/// The state of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; the name of the key that signs.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedCheckpoint {
    /// As a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note says something else.
    #[error("the note is not a checkpoint")]
    Text,
    /// It is of another log.
    #[error("the checkpoint is of another log")]
    Origin,
}

impl Checkpoint {
    /// The checkpoint as a note that `signer` signed, whose name is the origin.
    pub fn sign(size: u64, root: Hash, signer: &Signer) -> String {
        let origin = signer.verifier().name();
        signer.sign(&format!("{origin}\n{size}\n{root}\n"))
    }

    /// Reads a checkpoint that one of `keys` signed.
    ///
    /// # Errors
    /// [`MalformedCheckpoint`]
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Self, MalformedCheckpoint> {
        let text = note::open(note, keys)?;
        let checkpoint = Self::parse(text).ok_or(MalformedCheckpoint::Text)?;
        if keys.iter().all(|key| key.name() != checkpoint.origin) {
            return Err(MalformedCheckpoint::Origin);
        }
        Ok(checkpoint)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        // No sign, no leading zero: one number has one form.
        let parsed: u64 = size.parse().ok()?;
        (!origin.is_empty() && parsed.to_string() == size).then_some(())?;
        Some(Self {
            origin: origin.to_owned(),
            size: parsed,
            root: root.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_and_nothing_else_passes_for_one() {
        let signer = Signer::from_seed("example.org/log", [3; 32]).unwrap();
        let keys = [signer.verifier().clone()];
        let note = Checkpoint::sign(42, Hash([1; 32]), &signer);
        let expected = Checkpoint {
            origin: "example.org/log".to_owned(),
            size: 42,
            root: Hash([1; 32]),
        };
        assert_eq!(Checkpoint::open(&note, &keys), Ok(expected));
        assert_eq!(
            Checkpoint::open(&note.replace("\n42\n", "\n43\n"), &keys),
            Err(NoteError::WrongSignature.into())
        );
        let root = Hash([1; 32]);
        for text in [
            format!("example.org/log\n042\n{root}\n"),
            format!("example.org/log\n-1\n{root}\n"),
            format!("\n42\n{root}\n"),
            "example.org/log\n42\nAA==\n".to_owned(),
            "example.org/log\n42\n".to_owned(),
        ] {
            let opened = Checkpoint::open(&signer.sign(&text), &keys);
            assert_eq!(opened, Err(MalformedCheckpoint::Text), "{text}");
        }
        let other = signer.sign(&format!("another.org/log\n42\n{}\n", Hash([1; 32])));
        assert_eq!(Checkpoint::open(&other, &keys), Err(MalformedCheckpoint::Origin));
    }
}
