//! Signed notes and checkpoints: only what was signed is read, and as what was signed.

use tlog::{Checkpoint, Signer, VerifierKey};

/// Nothing that nobody signed is believed. Of what is signed, a checkpoint says a size and a root in the one form that
/// they have, so that it is the same when it is written again; one bit more or less in it ends that. A key that is read
/// is printed as it was.
pub fn note(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        let printed = key.to_string();
        assert_eq!(printed.parse::<VerifierKey>().as_ref(), Ok(&key));
    }
    let signer = Signer::from_seed("example.org/log", [3; 32]).expect("the name is one");
    let keys = [signer.verifier().clone()];
    assert!(Checkpoint::open(text, &keys).is_err(), "nobody signed {text:?}");

    let signed = signer.sign(&format!("{text}\n"));
    let Ok(checkpoint) = Checkpoint::open(&signed, &keys) else {
        return;
    };
    let again = Checkpoint::sign(checkpoint.size, checkpoint.root, &signer);
    assert_eq!(Checkpoint::open(&again, &keys).as_ref(), Ok(&checkpoint));
    let altered = signed.replacen(&checkpoint.size.to_string(), "1234567", 1);
    assert!(altered == signed || Checkpoint::open(&altered, &keys).is_err());
}
