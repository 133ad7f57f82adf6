//! The members of a JSON object, found in any case of their names. Explicit null is absence, except
//! where a PATCH clears something with it.

use model::ids::parse_guid;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::GraphError;

/// A JSON object.
#[derive(Clone, Copy)]
pub(super) struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    /// The members of a value that must be an object.
    pub(super) fn of(value: &'a Value) -> Result<Self, GraphError> {
        value.as_object().map(Self).ok_or_else(GraphError::invalid_json)
    }

    /// A member, null included.
    pub(super) fn sent(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).or_else(|| {
            let mut members = self.0.iter();
            members.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
        })
    }

    /// A member that is there and not null.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.sent(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, GraphError> {
        self.get(name).map(|value| text(value, name)).transpose()
    }

    /// A flag, also as text (M365DSC).
    pub(super) fn flag(self, name: &str) -> Result<Option<bool>, GraphError> {
        self.get(name).map(|value| flag(value, name)).transpose()
    }

    /// A whole number from 0 on, also as text (M365DSC).
    pub(super) fn number(self, name: &str) -> Result<Option<u32>, GraphError> {
        self.get(name).map(|value| number(value, name)).transpose()
    }

    /// A GUID.
    pub(super) fn guid(self, name: &str) -> Result<Option<Uuid>, GraphError> {
        self.get(name).map(|value| guid(value, name)).transpose()
    }

    /// An object.
    pub(super) fn object(self, name: &str) -> Result<Option<Members<'a>>, GraphError> {
        self.get(name)
            .map(|value| {
                value
                    .as_object()
                    .map(Members)
                    .ok_or_else(|| mismatch(value, "object", name))
            })
            .transpose()
    }

    /// A list.
    pub(super) fn list(self, name: &str) -> Result<Option<&'a [Value]>, GraphError> {
        self.get(name)
            .map(|value| {
                value
                    .as_array()
                    .map(Vec::as_slice)
                    .ok_or_else(|| mismatch(value, "Collection", name))
            })
            .transpose()
    }

    /// A list of texts.
    pub(super) fn texts(self, name: &str) -> Result<Option<Vec<String>>, GraphError> {
        let Some(list) = self.list(name)? else {
            return Ok(None);
        };
        list.iter()
            .map(|value| text(value, name).map(str::to_owned))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A list of GUIDs.
    pub(super) fn guids(self, name: &str) -> Result<Option<Vec<Uuid>>, GraphError> {
        let Some(list) = self.list(name)? else {
            return Ok(None);
        };
        list.iter()
            .map(|value| guid(value, name))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, GraphError> {
    value.as_str().ok_or_else(|| mismatch(value, "Edm.String", name))
}

fn flag(value: &Value, name: &str) -> Result<bool, GraphError> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(mismatch(value, "Edm.Boolean", name)),
    }
}

fn number(value: &Value, name: &str) -> Result<u32, GraphError> {
    let number = match value {
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| mismatch(value, "Edm.Int32", name))
}

fn guid(value: &Value, name: &str) -> Result<Uuid, GraphError> {
    parse_guid(text(value, name)?).map_err(|_| mismatch(value, "Edm.Guid", name))
}

/// The value has another type than its property.
pub(super) fn mismatch(value: &Value, edm_type: &str, name: &str) -> GraphError {
    let literal = match value {
        Value::String(text) => text.chars().take(LITERAL_SHOWN_MAX).collect(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    GraphError::cannot_convert(&literal, edm_type, name)
}

/// How much of a wrong text an error repeats.
const LITERAL_SHOWN_MAX: usize = 100;
