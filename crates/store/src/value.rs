//! How the words of the model are stored: ids as GUIDs, times as epoch microseconds, vocabularies
//! and scopes as their text, open-ended facts as JSON.

use model::alert::{AlertName, OperationStatus};
use model::audit::{AuditResult, AuditService};
use model::directory::ObjectKind;
use model::policy::AuthenticationContextId;
use model::{
    Action, AppId, Audience, CorrelationId, DeliveryStatus, DirectoryScope, EndCause, GrantId, GrantKind,
    Instant, IsoDuration, MailAddress, MessageId, ObjectId, PolicyId, RequestId, RequestStatus,
    RoleDefinitionId, RuleId, TenantId, Verdict,
};
use sea_query::{Expr, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A value as a database hands it over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl Cell<'_> {
    /// Whether this is what a parameter would have stored.
    pub(crate) fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Cell::Int(cell), Value::BigInt(Some(value))) => cell == value,
            (Cell::Text(cell), Value::String(Some(value))) => cell == value,
            (Cell::Blob(cell), Value::Uuid(Some(value))) => cell == value.as_bytes(),
            (Cell::Blob(cell), Value::Bytes(Some(value))) => cell == value,
            (
                Cell::Null,
                Value::BigInt(None) | Value::String(None) | Value::Uuid(None) | Value::Bytes(None),
            ) => true,
            _ => false,
        }
    }
}

/// A type that a column can hold.
pub(crate) trait Stored: Sized {
    /// As a statement's parameter.
    fn into_value(self) -> Value;
    /// The typed null.
    fn null() -> Value;
    /// Back from a column; none if it is not such a value.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

/// A parameter.
pub(crate) fn bind(value: impl Stored) -> Expr {
    Expr::Value(value.into_value())
}

/// A value written into the statement's text. Conditions of partial indexes are recognised only so.
pub(crate) fn constant(value: impl Stored) -> Expr {
    Expr::Constant(value.into_value())
}

impl<T: Stored> Stored for Option<T> {
    fn into_value(self) -> Value {
        self.map_or_else(T::null, T::into_value)
    }

    fn null() -> Value {
        T::null()
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl Stored for Uuid {
    fn into_value(self) -> Value {
        Value::Uuid(Some(self))
    }

    fn null() -> Value {
        Value::Uuid(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

impl Stored for i64 {
    fn into_value(self) -> Value {
        Value::BigInt(Some(self))
    }

    fn null() -> Value {
        Value::BigInt(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Int(number) => Some(number),
            _ => None,
        }
    }
}

impl Stored for u32 {
    fn into_value(self) -> Value {
        i64::from(self).into_value()
    }

    fn null() -> Value {
        i64::null()
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).and_then(|number| Self::try_from(number).ok())
    }
}

impl Stored for bool {
    fn into_value(self) -> Value {
        Value::Bool(Some(self))
    }

    fn null() -> Value {
        Value::Bool(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Int(0) => Some(false),
            Cell::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl Stored for String {
    fn into_value(self) -> Value {
        Value::String(Some(self))
    }

    fn null() -> Value {
        Value::String(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl Stored for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Bytes(Some(self))
    }

    fn null() -> Value {
        Value::Bytes(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl Stored for [u8; 32] {
    fn into_value(self) -> Value {
        self.to_vec().into_value()
    }

    fn null() -> Value {
        Value::Bytes(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl Stored for MailAddress {
    fn into_value(self) -> Value {
        self.to_string().into_value()
    }

    fn null() -> Value {
        String::null()
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        String::from_cell(cell).and_then(|text| text.parse().ok())
    }
}

/// Anything that is kept as JSON text.
pub(crate) struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> Stored for Json<T> {
    fn into_value(self) -> Value {
        // The model's types have string keys only, so that writing them cannot fail.
        Value::String(serde_json::to_string(&self.0).ok())
    }

    fn null() -> Value {
        Value::String(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => serde_json::from_str(text).ok().map(Self),
            _ => None,
        }
    }
}

macro_rules! stored_as {
    ($form:ty: $($name:ty),+; $to:expr, $from:expr) => {
        $(impl Stored for $name {
            fn into_value(self) -> Value {
                let form: $form = $to(self);
                form.into_value()
            }

            fn null() -> Value {
                <$form>::null()
            }

            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                <$form>::from_cell(cell).and_then($from)
            }
        })+
    };
}

macro_rules! stored_id {
    ($($name:ident),+) => { $(stored_as!(Uuid: $name; $name::uuid, |id| Some($name::new(id)));)+ };
}

macro_rules! stored_word {
    ($($name:ident),+) => {
        $(stored_as!(String: $name; |word: $name| word.as_str().to_owned(), |text: String| $name::parse(&text));)+
    };
}

stored_id!(
    ObjectId,
    RoleDefinitionId,
    RequestId,
    GrantId,
    PolicyId,
    TenantId,
    AppId,
    CorrelationId,
    MessageId
);
stored_word!(
    GrantKind,
    EndCause,
    Action,
    RequestStatus,
    ObjectKind,
    AuditService,
    AuditResult,
    Verdict,
    Audience,
    RuleId,
    DeliveryStatus,
    AlertName,
    OperationStatus
);
stored_as!(i64: Instant; Instant::as_micros, |micros| Some(Instant::from_micros(micros)));
stored_as!(i64: IsoDuration; IsoDuration::as_micros, |micros| Some(IsoDuration::from_micros(micros)));
stored_as!(String: AuthenticationContextId; |id: AuthenticationContextId| id.to_string(), |text: String| text.parse().ok());
stored_as!(String: DirectoryScope; |scope: DirectoryScope| scope.to_string(), |text: String| text.parse().ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_of_their_type_are_not_read() {
        assert_eq!(ObjectId::from_cell(Cell::Blob(&[1, 2, 3])), None);
        assert_eq!(bool::from_cell(Cell::Int(2)), None);
        assert_eq!(GrantKind::from_cell(Cell::Text("nonsense")), None);
        assert_eq!(DirectoryScope::from_cell(Cell::Text("nowhere")), None);
        assert_eq!(Instant::from_cell(Cell::Null), None);
        assert_eq!(Option::<Instant>::from_cell(Cell::Null), Some(None));
        assert!(Json::<Vec<String>>::from_cell(Cell::Text("{")).is_none());
    }
}
