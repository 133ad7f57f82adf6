//! What every refusal owes its reader.

use graph::GraphError;
use model::Instant;

/// A refusal is the client's fault, or about what is not there to be asked for; it says so with a code and in words,
/// and can be written as a body.
pub fn is_well_formed(error: &GraphError) {
    assert!(
        (400..500).contains(&error.status) || error.status == 501,
        "{error:?}"
    );
    assert!(!error.code.is_empty() && !error.message.is_empty(), "{error:?}");
    let body = error.body(Instant::from_seconds(0), "request", "client");
    let shown = serde_json::to_vec(&body).expect("a body is JSON");
    assert!(
        graph::body::json(&shown).is_ok_and(|read| read == body),
        "{error:?}"
    );
}
