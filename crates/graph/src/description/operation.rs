//! What can be done with an entity set: verb, path beneath the set, versions and permissions.

use model::Permission;
use model::query::Nav;

use crate::Versions;

/// An HTTP method that some route answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Changes.
    Patch,
    /// Replaces; no route answers it.
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method's name, which is case-sensitive (directory dossier, B10).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Reads a name; `HEAD` is a `GET` whose body is not sent.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "GET" | "HEAD" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "PATCH" => Some(Self::Patch),
            "PUT" => Some(Self::Put),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }
}

/// Questions about memberships that are asked with POST (directory dossier, A3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberAction {
    /// Of these groups, those it belongs to.
    CheckMemberGroups,
    /// All groups that it belongs to.
    GetMemberGroups,
    /// Of these objects, those it belongs to.
    CheckMemberObjects,
    /// All objects that it belongs to.
    GetMemberObjects,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// Lists the set.
    List,
    /// Says how many there are.
    Count,
    /// Lists what concerns the caller.
    FilterByCurrentUser,
    /// Reads one.
    Get,
    /// Makes one.
    Create,
    /// Changes one.
    Update,
    /// Deletes one.
    Delete,
    /// Cancels a request.
    Cancel,
    /// Looks anew at what one is about.
    Refresh,
    /// Looks anew at what all of them are about.
    RefreshAll,
    /// Reads what a navigation leads to.
    Navigate(Nav),
    /// Says how many things a navigation leads to.
    NavigateCount(Nav),
    /// Reads those of one type.
    NavigateCast(Nav),
    /// Reads one of the things that a navigation leads to.
    NavigateElement(Nav),
    /// Changes one of them.
    UpdateElement(Nav),
    /// Puts right what one of them is about.
    Remediate(Nav),
    /// Changes the one thing that a navigation leads to.
    UpdateNavigation(Nav),
    /// Reads the references to them.
    References(Nav),
    /// Adds a reference.
    AddReference(Nav),
    /// Takes a reference away.
    RemoveReference(Nav),
    /// Reads objects by their ids.
    GetByIds,
    /// Asks about memberships.
    Members(MemberAction),
}

/// One thing that can be done with a set.
pub struct Operation {
    /// With which verb.
    pub method: Method,
    /// The path beneath the set: literals, and `{…}` for keys and casts.
    pub path: &'static str,
    /// What it does.
    pub kind: OperationKind,
    /// In which versions.
    pub versions: Versions,
    /// Any one of these lets a token do it; least privileged first. An empty list asks for none.
    pub permissions: &'static [Permission],
    /// Any one of these lets a token do a part of it, which the engine judges: read oneself, or
    /// order removals only.
    pub partial: &'static [Permission],
    /// Whether only a signed-in user can do it.
    pub delegated_only: bool,
}

impl Operation {
    /// An operation of both versions.
    pub const fn new(
        method: Method,
        path: &'static str,
        kind: OperationKind,
        permissions: &'static [Permission],
    ) -> Self {
        Self {
            method,
            path,
            kind,
            versions: Versions::Both,
            permissions,
            partial: &[],
            delegated_only: false,
        }
    }

    /// A read.
    pub const fn get(path: &'static str, kind: OperationKind, permissions: &'static [Permission]) -> Self {
        Self::new(Method::Get, path, kind, permissions)
    }

    /// A creation or action.
    pub const fn post(path: &'static str, kind: OperationKind, permissions: &'static [Permission]) -> Self {
        Self::new(Method::Post, path, kind, permissions)
    }

    /// A change of the entity itself.
    pub const fn patch(permissions: &'static [Permission]) -> Self {
        Self::new(Method::Patch, "{key}", OperationKind::Update, permissions)
    }

    /// A deletion of the entity itself.
    pub const fn delete(permissions: &'static [Permission]) -> Self {
        Self::new(Method::Delete, "{key}", OperationKind::Delete, permissions)
    }

    /// It exists in some versions only.
    pub const fn only(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// Only a signed-in user can do it.
    pub const fn delegated_only(mut self) -> Self {
        self.delegated_only = true;
        self
    }

    /// These permissions suffice for a part of it.
    pub const fn partly(mut self, partial: &'static [Permission]) -> Self {
        self.partial = partial;
        self
    }
}
