//! Signed notes (c2sp.org/signed-note) with Ed25519: a text, and lines that say who signed it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The identifier of Ed25519 in keys.
const ALGORITHM: u8 = 1;
/// What a stored private key begins with, as in Go's `sumdb/note`.
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";
pub(crate) const SIGNATURE_PREFIX: &str = "\u{2014} ";
/// Signatures that a note carries at the most; C2SP asks for no less than 16.
pub(crate) const SIGNATURES_MAX: usize = 32;

/// A key is not in its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key in the form of c2sp.org/signed-note")]
pub struct MalformedKey;

/// Why a note is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is not in the form of a signed note.
    #[error("not a signed note")]
    Malformed,
    /// None of the known keys signed it.
    #[error("not signed by a known key")]
    NotSigned,
    /// A line says that a known key signed it, but it did not.
    #[error("the signature is not right")]
    WrongSignature,
}

/// The first four bytes of the hash of name, algorithm and key: what signatures name a key by.
pub fn key_id(name: &str, public_key: &[u8]) -> u32 {
    key_id_for(ALGORITHM, name, public_key)
}

/// The same for a key that signs in another way.
pub(crate) fn key_id_for(algorithm: u8, name: &str, public_key: &[u8]) -> u32 {
    let mut hasher = Sha256::new_with_prefix(name);
    hasher.update([b'\n', algorithm]);
    hasher.update(public_key);
    let [first, second, third, fourth, ..]: [u8; 32] = hasher.finalize().into();
    u32::from_be_bytes([first, second, third, fourth])
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.contains(char::is_whitespace)
}

/// `name+id+base64(algorithm, key)`: the parts of a key as text.
pub(crate) fn parse_key(algorithm: u8, text: &str) -> Result<(&str, u32, [u8; 32]), MalformedKey> {
    let (name, rest) = text.split_once('+').ok_or(MalformedKey)?;
    let (id, key) = rest.split_once('+').ok_or(MalformedKey)?;
    let id = u32::from_str_radix(id, 16).map_err(|_| MalformedKey)?;
    let key = STANDARD.decode(key).map_err(|_| MalformedKey)?;
    match key.split_first() {
        Some((found, key)) if *found == algorithm && is_key_name(name) => {
            Ok((name, id, key.try_into().map_err(|_| MalformedKey)?))
        }
        _ => Err(MalformedKey),
    }
}

fn key_text(name: &str, id: u32, key: &[u8]) -> String {
    let bytes: Vec<u8> = std::iter::once(ALGORITHM).chain(key.iter().copied()).collect();
    format!("{name}+{id:08x}+{}", STANDARD.encode(bytes))
}

/// The key that verifies, which everybody may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    public_key: [u8; 32],
}

impl VerifierKey {
    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(&self.name, self.id, &self.public_key))
    }
}

impl FromStr for VerifierKey {
    type Err = MalformedKey;

    fn from_str(text: &str) -> Result<Self, MalformedKey> {
        let (name, id, public_key) = parse_key(ALGORITHM, text.trim())?;
        if id != key_id(name, &public_key) {
            return Err(MalformedKey);
        }
        Ok(Self {
            name: name.to_owned(),
            id,
            public_key,
        })
    }
}

/// The key that signs. It never shows itself.
pub struct Signer {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
    seed: [u8; 32],
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}

impl Signer {
    /// The key that follows from 32 random bytes, under a name without white space and plus signs.
    ///
    /// # Errors
    /// [`MalformedKey`] if the name is not one.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, MalformedKey> {
        if !is_key_name(name) {
            return Err(MalformedKey);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| MalformedKey)?;
        let public_key: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| MalformedKey)?;
        Ok(Self {
            verifier: VerifierKey {
                name: name.to_owned(),
                id: key_id(name, &public_key),
                public_key,
            },
            pair,
            seed,
        })
    }

    /// Reads what [`Signer::to_secret_text`] wrote.
    ///
    /// # Errors
    /// [`MalformedKey`] if it is not that.
    pub fn from_secret_text(text: &str) -> Result<Self, MalformedKey> {
        let text = text.trim().strip_prefix(PRIVATE_PREFIX).ok_or(MalformedKey)?;
        let (name, id, seed) = parse_key(ALGORITHM, text)?;
        let signer = Self::from_seed(name, seed)?;
        if signer.verifier.id == id {
            Ok(signer)
        } else {
            Err(MalformedKey)
        }
    }

    /// The key as it is kept: a secret.
    pub fn to_secret_text(&self) -> String {
        let VerifierKey { name, id, .. } = &self.verifier;
        format!("{PRIVATE_PREFIX}{}", key_text(name, *id, &self.seed))
    }

    /// The key that verifies.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// `text`, which ends in a newline, with the signature beneath it.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.pair.sign(text.as_bytes());
        let bytes: Vec<u8> = self
            .verifier
            .id
            .to_be_bytes()
            .into_iter()
            .chain(signature.as_ref().iter().copied())
            .collect();
        let name = &self.verifier.name;
        format!("{text}\n{SIGNATURE_PREFIX}{name} {}\n", STANDARD.encode(bytes))
    }
}

/// A line that says who signed.
pub(crate) struct Line<'a> {
    /// The name of the key.
    pub name: &'a str,
    /// Its id.
    pub id: u32,
    /// What it made.
    pub signature: Vec<u8>,
}

impl<'a> Line<'a> {
    pub(crate) fn parse(line: &'a str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        Some(Self {
            name,
            id: u32::from_be_bytes(*id),
            signature: signature.to_vec(),
        })
    }
}

/// Whether an Ed25519 key signed these bytes.
pub(crate) fn is_signed(public_key: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(bytes, signature)
        .is_ok()
}

/// The text of a note that one of `keys` signed. Lines by others are left aside.
pub(crate) fn open<'a>(note: &'a str, keys: &[VerifierKey]) -> Result<&'a str, NoteError> {
    // Signatures stand after the last empty line.
    let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
    let text = note.get(..=text.len()).ok_or(NoteError::Malformed)?;
    if !signatures.ends_with('\n') || signatures.lines().count() > SIGNATURES_MAX {
        return Err(NoteError::Malformed);
    }
    let mut outcome = Err(NoteError::NotSigned);
    for line in signatures.lines() {
        let Line { name, id, signature } = Line::parse(line).ok_or(NoteError::Malformed)?;
        let Some(key) = keys.iter().find(|key| key.id == id && key.name == name) else {
            continue;
        };
        if !is_signed(&key.public_key, text.as_bytes(), &signature) {
            return Err(NoteError::WrongSignature);
        }
        outcome = Ok(text);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of Go's golang.org/x/mod/sumdb/note.
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\
        \n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn peter() -> VerifierKey {
        VERIFIER.parse().unwrap()
    }

    #[test]
    fn a_published_note_is_believed_and_an_altered_one_is_not() {
        assert!(open(NOTE, &[peter()]).unwrap().ends_with("your problem is.\n"));
        let altered = NOTE.replace("is the answer", "is no answer");
        assert_eq!(open(&altered, &[peter()]), Err(NoteError::WrongSignature));
        assert_eq!(open(NOTE, &[]), Err(NoteError::NotSigned));
        assert_eq!(open("no signature\n", &[peter()]), Err(NoteError::Malformed));
    }

    #[test]
    fn keys_survive_being_written() {
        let signer = Signer::from_seed("example.org/log", [9; 32]).unwrap();
        let again = Signer::from_secret_text(&signer.to_secret_text()).unwrap();
        assert_eq!(again.verifier(), signer.verifier());
        assert_eq!(
            signer.verifier().to_string().parse::<VerifierKey>().as_ref(),
            Ok(signer.verifier())
        );
        assert_eq!(peter().to_string(), VERIFIER);
        let note = again.sign("text\n");
        assert_eq!(open(&note, std::slice::from_ref(signer.verifier())), Ok("text\n"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "a+b",
            "a+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "a b+c74f20a3+ARpc",
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert_eq!(text.parse::<VerifierKey>(), Err(MalformedKey), "{text}");
        }
        assert!(Signer::from_seed("has space", [0; 32]).is_err());
    }
}
