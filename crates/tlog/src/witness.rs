//! Witnesses: others who look at a log's checkpoints, see that each goes on from the last one that they saw, and sign that
//! they did (c2sp.org/tlog-witness, c2sp.org/tlog-cosignature). What is said to them and what they say; no connection.

use std::str::FromStr;

use crate::checkpoint::CHECKPOINT_BYTES_MAX;
use crate::hash::Hash;
use crate::note::{Line, MalformedKey, SIGNATURES_MAX, is_signed, key_id_for, parse_key};

/// The identifier of timestamped Ed25519 cosignatures in keys.
const ALGORITHM: u8 = 4;
/// Seconds since 1970, in front of the signature proper.
const TIME_BYTES: usize = 8;

/// The key of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: u32,
    public_key: [u8; 32],
}

impl FromStr for WitnessKey {
    type Err = MalformedKey;

    fn from_str(text: &str) -> Result<Self, MalformedKey> {
        let (name, id, public_key) = parse_key(ALGORITHM, text.trim())?;
        if id != key_id_for(ALGORITHM, name, &public_key) {
            return Err(MalformedKey);
        }
        Ok(Self {
            name: name.to_owned(),
            id,
            public_key,
        })
    }
}

/// Why the answer of a witness is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// A line is not that of a signature.
    #[error("the answer is not made of cosignatures")]
    Malformed,
    /// A line says that a known witness signed the checkpoint, but it did not.
    #[error("the cosignature is not right")]
    WrongSignature,
    /// None of the lines is by a known witness.
    #[error("no cosignature is by a known key")]
    NotSigned,
}

/// The body of `add-checkpoint`: of how many leaves the witness has a checkpoint, how the tree goes on from there, and
/// the checkpoint.
pub fn add_checkpoint(old_size: u64, proof: &[Hash], note: &str) -> String {
    let mut body = format!("old {old_size}\n");
    for hash in proof {
        body.push_str(&format!("{hash}\n"));
    }
    body.push('\n');
    body.push_str(note);
    body
}

/// What a witness says that has another checkpoint than it was told: of how many leaves.
pub fn its_size(answer: &str) -> Option<u64> {
    answer.trim().parse().ok()
}

/// The lines of an answer that are to be kept beneath the checkpoint `note`. Where keys are known, these are the lines by
/// them; otherwise all that are not in the log's own name, which would pass for its signature.
///
/// # Errors
/// [`CosignatureError`]
pub fn cosignatures(answer: &str, note: &str, keys: &[WitnessKey]) -> Result<Vec<String>, CosignatureError> {
    let text = text_of(note).ok_or(CosignatureError::Malformed)?;
    let origin = note.lines().next().unwrap_or_default();
    let mut kept = Vec::new();
    for line in answer.lines().filter(|line| !line.is_empty()) {
        let parsed = Line::parse(line).ok_or(CosignatureError::Malformed)?;
        let known = keys
            .iter()
            .find(|key| key.id == parsed.id && key.name == parsed.name);
        match known {
            Some(key) if !cosigned_by(key, text, &parsed.signature) => {
                return Err(CosignatureError::WrongSignature);
            }
            Some(_) => kept.push(line.to_owned()),
            None if keys.is_empty() && parsed.name != origin => kept.push(line.to_owned()),
            None => {}
        }
    }
    if kept.is_empty() {
        return Err(CosignatureError::NotSigned);
    }
    Ok(kept)
}

/// A checkpoint with these lines beneath it, in the place of what the same keys signed before; as many as a note carries.
pub fn cosigned(note: &str, cosignatures: &[String]) -> String {
    let mut whole = note.to_owned();
    for line in cosignatures {
        let Some(new) = Line::parse(line) else { continue };
        let is_older =
            |line: &str| Line::parse(line).is_some_and(|old| old.id == new.id && old.name == new.name);
        let text = text_of(&whole).map(str::len).unwrap_or_default();
        let (text, signatures) = whole.split_at_checked(text).unwrap_or((&whole, ""));
        let mut lines: Vec<&str> = signatures.lines().filter(|line| !is_older(line)).collect();
        lines.push(line);
        let candidate = format!("{text}{}\n", lines.join("\n"));
        // The first of the lines is empty.
        if lines.len() <= SIGNATURES_MAX.saturating_add(1) && candidate.len() <= CHECKPOINT_BYTES_MAX {
            whole = candidate;
        }
    }
    whole
}

/// What is signed of a note: all before the empty line above the signatures.
fn text_of(note: &str) -> Option<&str> {
    let (text, _) = note.rsplit_once("\n\n")?;
    note.get(..=text.len())
}

fn cosigned_by(key: &WitnessKey, text: &str, signature: &[u8]) -> bool {
    let Some((time, signature)) = signature.split_first_chunk::<TIME_BYTES>() else {
        return false;
    };
    let seconds = u64::from_be_bytes(*time);
    let signed = format!("cosignature/v1\ntime {seconds}\n{text}");
    is_signed(&key.public_key, signed.as_bytes(), signature)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::{Checkpoint, Signer};

    struct Witness {
        name: &'static str,
        pair: Ed25519KeyPair,
    }

    impl Witness {
        fn new(name: &'static str, seed: u8) -> Self {
            Self {
                name,
                pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(),
            }
        }

        fn id(&self) -> u32 {
            key_id_for(ALGORITHM, self.name, self.pair.public_key().as_ref())
        }

        fn key(&self) -> WitnessKey {
            let bytes = [&[ALGORITHM], self.pair.public_key().as_ref()].concat();
            let text = format!("{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(bytes));
            text.parse().unwrap()
        }

        fn line(&self, seconds: u64, note: &str) -> String {
            let text = text_of(note).unwrap();
            let signature = self
                .pair
                .sign(format!("cosignature/v1\ntime {seconds}\n{text}").as_bytes());
            let bytes = [
                &self.id().to_be_bytes()[..],
                &seconds.to_be_bytes(),
                signature.as_ref(),
            ]
            .concat();
            format!("\u{2014} {} {}", self.name, STANDARD.encode(bytes))
        }
    }

    fn log() -> Signer {
        Signer::from_seed("example.org/log", [1; 32]).unwrap()
    }

    #[test]
    fn a_request_is_as_the_specification_has_it() {
        let body = add_checkpoint(5, &[Hash([0; 32])], "example.org/log\n6\nroot\n\n\u{2014} x y\n");
        assert_eq!(
            body,
            "old 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nexample.org/log\n6\nroot\n\n\u{2014} x y\n"
        );
        assert_eq!(its_size("42\n"), Some(42));
        assert_eq!(its_size("-1\n"), None);
    }

    #[test]
    fn only_what_a_known_witness_signed_of_this_checkpoint_is_kept() {
        let note = Checkpoint::sign(6, Hash([2; 32]), &log());
        let (known, other) = (Witness::new("w.example", 5), Witness::new("o.example", 6));
        let line = known.line(1_700_000_000, &note);
        let answer = format!("{line}\n{}\n", other.line(1, &note));
        let keys = [known.key()];
        assert_eq!(cosignatures(&answer, &note, &keys), Ok(vec![line.clone()]));
        assert_eq!(
            cosignatures(&other.line(1, &note), &note, &keys),
            Err(CosignatureError::NotSigned)
        );
        let of_another = known.line(1, &Checkpoint::sign(7, Hash([2; 32]), &log()));
        assert_eq!(
            cosignatures(&of_another, &note, &keys),
            Err(CosignatureError::WrongSignature)
        );
        assert_eq!(
            cosignatures("nonsense", &note, &keys),
            Err(CosignatureError::Malformed)
        );
        // Nobody is known: whatever is signed is kept, but nothing in the log's own name.
        assert_eq!(cosignatures(&answer, &note, &[]).unwrap().len(), 2);
        let forged = line.replace("w.example", "example.org/log");
        assert_eq!(
            cosignatures(&forged, &note, &[]),
            Err(CosignatureError::NotSigned)
        );
    }

    #[test]
    fn a_cosigned_checkpoint_is_still_the_logs() {
        let note = Checkpoint::sign(6, Hash([2; 32]), &log());
        let witness = Witness::new("w.example", 5);
        let first = cosigned(&note, &[witness.line(1, &note)]);
        let second = cosigned(&first, &[witness.line(2, &note)]);
        assert_eq!(
            second,
            format!("{note}{}\n", witness.line(2, &note)),
            "the newer in the place of the older"
        );
        let keys = [log().verifier().clone()];
        assert_eq!(Checkpoint::open(&second, &keys).unwrap().size, 6);
        let many: Vec<String> = (0..100_u8)
            .map(|seed| Witness::new("w.example", seed).line(1, &note))
            .collect();
        let full = cosigned(&note, &many);
        assert_eq!(
            Checkpoint::open(&full, &keys).unwrap().size,
            6,
            "no more than a note carries"
        );
    }

    #[test]
    fn keys_that_sign_checkpoints_are_no_witnesses() {
        assert!(log().verifier().to_string().parse::<WitnessKey>().is_err());
        let key = Witness::new("w.example", 5).key();
        assert_eq!(key.name, "w.example");
    }
}
