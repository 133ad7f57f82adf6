//! New directory objects as their bodies describe them, and the changing of properties that all kinds
//! of object share.

use model::directory::{ObjectKind, Relation};
use model::{DirectoryObject, ObjectBody, ObjectId};
use serde_json::Value;

use super::members::{Members, mismatch};
use super::reference::last_guid;
use crate::GraphError;

/// A directory object that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectDraft {
    /// Its name.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The rest.
    pub body: ObjectBody,
    /// What it is to be linked with from the start, `members@odata.bind`.
    pub links: Vec<(Relation, ObjectId)>,
}

/// Changes properties to what a body says of them. Null clears a property that can be without value;
/// what the body does not name stays.
#[derive(Clone, Copy)]
pub(super) struct Edit<'a>(pub(super) Members<'a>);

impl Edit<'_> {
    /// A text that cannot be empty.
    pub(super) fn name(self, member: &str, place: &mut String) -> Result<(), GraphError> {
        match self.0.sent(member) {
            None => Ok(()),
            Some(Value::String(text)) if !text.trim().is_empty() => {
                place.clone_from(text);
                Ok(())
            }
            Some(Value::String(_) | Value::Null) => Err(GraphError::missing_property(member)),
            Some(other) => Err(mismatch(other, "Edm.String", member)),
        }
    }

    /// A text or none.
    pub(super) fn text(self, member: &str, place: &mut Option<String>) -> Result<(), GraphError> {
        if self.0.sent(member).is_some() {
            *place = self.0.text(member)?.map(str::to_owned);
        }
        Ok(())
    }

    /// Several texts.
    pub(super) fn texts(self, member: &str, place: &mut Vec<String>) -> Result<(), GraphError> {
        if self.0.sent(member).is_some() {
            *place = self.0.texts(member)?.unwrap_or_default();
        }
        Ok(())
    }

    /// A flag.
    pub(super) fn flag(self, member: &str, place: &mut bool) -> Result<(), GraphError> {
        if let Some(flag) = self.0.flag(member)? {
            *place = flag;
        }
        Ok(())
    }
}

/// Refuses a body that lacks one of the members that creating needs.
pub(super) fn require(members: Members<'_>, names: &[&str]) -> Result<(), GraphError> {
    match names.iter().find(|name| members.get(name).is_none()) {
        Some(missing) => Err(GraphError::missing_property(missing)),
        None => Ok(()),
    }
}

/// The objects that `members@odata.bind` and `owners@odata.bind` name.
pub(super) fn links(members: Members<'_>) -> Result<Vec<(Relation, ObjectId)>, GraphError> {
    let mut links = Vec::new();
    for (name, relation) in [
        ("members@odata.bind", Relation::Member),
        ("owners@odata.bind", Relation::Owner),
    ] {
        for link in members.texts(name)?.unwrap_or_default() {
            let id = last_guid(&link).ok_or_else(|| GraphError::invalid_object_identifier(&link))?;
            links.push((relation, id));
        }
    }
    Ok(links)
}

/// The object of a PATCH is of another kind than its path says.
pub(super) fn wrong_kind(object: &DirectoryObject, wanted: ObjectKind) -> GraphError {
    GraphError::request_bad_request(format!(
        "The object '{}' is a {} and not a {wanted}.",
        object.id,
        object.kind()
    ))
}
