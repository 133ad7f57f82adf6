//! Where a page ended.

use sea_query::Value;
use uuid::Uuid;

use crate::value::{Cell, Stored};

/// The order keys and the primary key of the last row of a page. Its text is for the caller to sign
/// before it leaves the server: it says what a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) keys: Vec<Key>,
}

/// The text is not a cursor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct InvalidCursor;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(crate) enum Key {
    #[serde(rename = "z")]
    Null,
    #[serde(rename = "n")]
    Int(i64),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "g")]
    Guid(u128),
}

impl Cursor {
    /// A compact text.
    pub fn to_text(&self) -> String {
        // Numbers and texts only, so that writing them cannot fail.
        serde_json::to_string(&self.keys).unwrap_or_default()
    }

    /// Back from [`Cursor::to_text`].
    ///
    /// # Errors
    /// [`InvalidCursor`] if it is no such text.
    pub fn from_text(text: &str) -> Result<Self, InvalidCursor> {
        let keys = serde_json::from_str(text).map_err(|_| InvalidCursor)?;
        Ok(Self { keys })
    }
}

impl Stored for Key {
    fn into_value(self) -> Value {
        match self {
            Self::Null => Self::null(),
            Self::Int(number) => number.into_value(),
            Self::Text(text) => text.into_value(),
            Self::Guid(guid) => Uuid::from_u128(guid).into_value(),
        }
    }

    fn null() -> Value {
        Value::String(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(Self::Null),
            Cell::Int(number) => Some(Self::Int(number)),
            Cell::Text(text) => Some(Self::Text(text.to_owned())),
            Cell::Blob(bytes) => Uuid::from_slice(bytes)
                .ok()
                .map(|guid| Self::Guid(guid.as_u128())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_nonsense_is_refused() {
        let cursor = Cursor {
            keys: vec![
                Key::Null,
                Key::Int(-5),
                Key::Text("é\"'".to_owned()),
                Key::Guid(u128::MAX),
            ],
        };
        assert_eq!(Cursor::from_text(&cursor.to_text()), Ok(cursor));
        for bad in ["", "x", "{}", "[1]", r#"[{"q":1}]"#] {
            assert_eq!(Cursor::from_text(bad), Err(InvalidCursor), "{bad}");
        }
    }
}
