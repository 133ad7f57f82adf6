//! The batch envelope: several requests in one (OData JSON Format 4.01, 19; directory dossier, B9). What
//! the requests ask for is not looked at here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Requests in one batch at the most.
pub const BATCH_REQUESTS_MAX: usize = 20;

/// One request of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRequest {
    /// The client's name for it, which its answer bears.
    pub id: String,
    /// The method, upper case.
    pub method: String,
    /// Where to, in whatever form the client wrote it.
    pub url: String,
    /// Its headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body; none if there is none.
    pub body: Option<Value>,
    /// The places in the batch of those that have to succeed before it: all lie before its own.
    pub depends_on: Vec<usize>,
}

/// Why an envelope is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// It is not an object with a list of `requests`.
    #[error("Invalid batch payload format.")]
    Form,
    /// There are too many.
    #[error("Number of batch request steps exceeds the maximum value of {BATCH_REQUESTS_MAX}.")]
    TooMany,
    /// One lacks something; names what.
    #[error("Batch request step {0} lacks a valid '{1}'.")]
    Member(usize, &'static str),
    /// Two have the same id.
    #[error("Request Id '{0}' is used more than once in the batch.")]
    RepeatedId(String),
    /// One depends on what does not come before it.
    #[error("Invalid dependency for request Id {0}.")]
    Dependency(String),
}

/// Reads an envelope. Ids may be numbers, and are compared without case.
///
/// # Errors
/// [`BatchError`]: then none of it is to be done.
pub fn read(envelope: &Value) -> Result<Vec<BatchRequest>, BatchError> {
    let requests = envelope.get("requests").and_then(Value::as_array);
    let requests = requests.ok_or(BatchError::Form)?;
    if requests.len() > BATCH_REQUESTS_MAX {
        return Err(BatchError::TooMany);
    }
    let mut places = BTreeMap::new();
    let mut read = Vec::with_capacity(requests.len());
    for (place, request) in requests.iter().enumerate() {
        let request = request.as_object().ok_or(BatchError::Form)?;
        let one = read_one(place, request, &places)?;
        if places.insert(one.id.to_lowercase(), place).is_some() {
            return Err(BatchError::RepeatedId(one.id));
        }
        read.push(one);
    }
    Ok(read)
}

fn read_one(
    place: usize,
    request: &Map<String, Value>,
    earlier: &BTreeMap<String, usize>,
) -> Result<BatchRequest, BatchError> {
    let text = |name: &'static str| match request.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(BatchError::Member(place, name)),
    };
    let id = request
        .get("id")
        .and_then(id_text)
        .ok_or(BatchError::Member(place, "id"))?;
    let depends_on = match request.get("dependsOn") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(ids)) => ids
            .iter()
            .map(|other| {
                let other = id_text(other)?;
                earlier.get(&other.to_lowercase()).copied()
            })
            .collect::<Option<_>>()
            .ok_or_else(|| BatchError::Dependency(id.clone()))?,
        Some(_) => return Err(BatchError::Member(place, "dependsOn")),
    };
    let headers = match request.get("headers") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(Value::Object(headers)) => headers
            .iter()
            .map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))
            .collect::<Option<_>>()
            .ok_or(BatchError::Member(place, "headers"))?,
        Some(_) => return Err(BatchError::Member(place, "headers")),
    };
    Ok(BatchRequest {
        id,
        method: text("method")?.to_ascii_uppercase(),
        url: text("url")?,
        headers,
        body: request.get("body").filter(|body| !body.is_null()).cloned(),
        depends_on,
    })
}

/// An id as text; clients number their requests too.
fn id_text(id: &Value) -> Option<String> {
    match id {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn get(id: Value) -> Value {
        json!({"id": id, "method": "get", "url": "/me"})
    }

    #[test]
    fn requests_are_read_as_clients_write_them() {
        let read = read(&json!({"requests": [
            get(json!(1)),
            {"id": "b", "method": "POST", "url": "users", "dependsOn": [1], "body": {"x": 1},
             "headers": {"Content-Type": "application/json"}},
            {"id": "c", "method": "GET", "url": "/me", "dependsOn": ["B", "1"], "headers": null, "body": null},
        ]}))
        .unwrap();
        assert_eq!((read[0].id.as_str(), read[0].method.as_str()), ("1", "GET"));
        assert_eq!(read[1].headers["content-type"], "application/json");
        assert_eq!(read[1].depends_on, [0]);
        assert_eq!(
            (read[2].depends_on.as_slice(), &read[2].body),
            (&[1, 0][..], &None)
        );
        assert_eq!(super::read(&json!({"requests": []})), Ok(Vec::new()));
    }

    #[test]
    fn an_envelope_is_whole_or_none() {
        let many: Vec<Value> = (0..=BATCH_REQUESTS_MAX).map(|n| get(json!(n))).collect();
        for (envelope, expected) in [
            (json!([]), BatchError::Form),
            (json!({}), BatchError::Form),
            (json!({"requests": [1]}), BatchError::Form),
            (json!({"requests": many}), BatchError::TooMany),
            (
                json!({"requests": [{"method": "GET", "url": "/me"}]}),
                BatchError::Member(0, "id"),
            ),
            (
                json!({"requests": [{"id": "1", "url": "/me"}]}),
                BatchError::Member(0, "method"),
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": ""}]}),
                BatchError::Member(0, "url"),
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "headers": {"x": 1}}]}),
                BatchError::Member(0, "headers"),
            ),
            (
                json!({"requests": [get(json!("a")), get(json!("A"))]}),
                BatchError::RepeatedId("A".to_owned()),
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}, get(json!("2"))]}),
                BatchError::Dependency("1".to_owned()),
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["1"]}]}),
                BatchError::Dependency("1".to_owned()),
            ),
        ] {
            assert_eq!(read(&envelope), Err(expected), "{envelope}");
        }
    }
}
