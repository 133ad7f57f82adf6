//! A statement's parameter as SQLite takes it.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use sea_query::Value;

/// What columns hold, see [`Stored`](crate::value::Stored), and the numbers that statements are written with.
pub(super) struct Parameter<'a>(pub(super) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self.0 {
            Value::Bool(flag) => flag.to_sql(),
            Value::Int(number) => number.to_sql(),
            Value::BigInt(number) => number.to_sql(),
            Value::Unsigned(number) => number.to_sql(),
            Value::BigUnsigned(number) => number.to_sql(),
            Value::String(text) => text.to_sql(),
            Value::Bytes(bytes) => bytes.to_sql(),
            Value::Uuid(id) => Ok(ToSqlOutput::Borrowed(
                id.as_ref()
                    .map_or(ValueRef::Null, |id| ValueRef::Blob(id.as_bytes())),
            )),
            other => Err(rusqlite::Error::ToSqlConversionFailure(
                format!("no column holds {other:?}").into(),
            )),
        }
    }
}
