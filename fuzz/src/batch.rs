//! The batch envelope: what is read keeps the order and the dependencies that a batch may have.

use std::collections::BTreeSet;

use odata::batch::{BATCH_REQUESTS_MAX, BatchRequest, read};
use serde_json::{Map, Value, json};

use crate::refusal;

/// An envelope that is read has all of its requests in their order, each with an id of its own, waiting
/// only for some before it; written out, it reads back the same.
pub fn batch(input: &[u8]) {
    let envelope = match graph::body::json(input) {
        Ok(envelope) => envelope,
        Err(error) => return refusal::is_well_formed(&error),
    };
    let requests = match read(&envelope) {
        Ok(requests) => requests,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let sent = envelope.get("requests").and_then(Value::as_array);
    assert_eq!(sent.map(Vec::len), Some(requests.len()));
    assert!(requests.len() <= BATCH_REQUESTS_MAX);
    let mut ids = BTreeSet::new();
    for (place, request) in requests.iter().enumerate() {
        assert!(!request.id.is_empty() && ids.insert(request.id.to_lowercase()));
        assert!(!request.url.is_empty() && !request.method.is_empty());
        assert!(!request.method.contains(|c: char| c.is_ascii_lowercase()));
        assert!(request.depends_on.iter().all(|other| *other < place));
        assert!(request.body != Some(Value::Null));
        let names = request.headers.keys();
        assert!(names.into_iter().all(|name| *name == name.to_ascii_lowercase()));
    }
    let again =
        json!({"requests": requests.iter().map(|request| written(request, &requests)).collect::<Vec<_>>()});
    assert_eq!(read(&again), Ok(requests));
}

fn written(request: &BatchRequest, all: &[BatchRequest]) -> Value {
    let named = |place: &usize| {
        all.get(*place)
            .map(|other| Value::from(other.id.to_ascii_uppercase()))
    };
    let headers: Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    json!({
        "id": request.id,
        "method": request.method.to_ascii_lowercase(),
        "url": request.url,
        "headers": headers,
        "body": request.body,
        "dependsOn": request.depends_on.iter().map(named).collect::<Vec<_>>(),
    })
}
