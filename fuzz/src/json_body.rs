//! Bodies: whatever JSON is sent, every reader gives values that can be, or a refusal in Graph's form.

mod directory;
mod requests;
mod settings;

use graph::GraphError;
use serde_json::{Map, Value};

use crate::refusal;

/// Each reader of a body reads it, in any case of its members' names, to values that keep the reader's
/// promises, or refuses it well.
pub fn json_body(input: &[u8]) {
    let value = match graph::body::json(input) {
        Ok(value) => value,
        Err(error) => return refusal::is_well_formed(&error),
    };
    let shouted = shouted(&value).map(|value| value.to_string().into_bytes());
    for body in [Some(input), shouted.as_deref()].into_iter().flatten() {
        requests::keep_their_promises(body);
        directory::keeps_its_promises(body);
    }
    settings::keep_their_promises(&value);
    if let Some(shouted) = shouted {
        requests::are_read_alike(input, &shouted);
        directory::is_read_alike(input, &shouted);
    }
}

/// The same with the name of every member in capitals; none where two would then be the same.
fn shouted(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Object(members) => {
            let mut loud = Map::new();
            for (name, value) in members {
                if loud.insert(name.to_ascii_uppercase(), shouted(value)?).is_some() {
                    return None;
                }
            }
            Value::Object(loud)
        }
        Value::Array(items) => Value::Array(items.iter().map(shouted).collect::<Option<_>>()?),
        other => other.clone(),
    })
}

/// What was read; a refusal only has to be one.
fn read<T>(outcome: Result<T, GraphError>) -> Option<T> {
    outcome.map_err(|error| refusal::is_well_formed(&error)).ok()
}
