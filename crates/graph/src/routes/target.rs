//! What of an entity set a request is about.

use super::RouteError;
use super::pattern::Captures;
use crate::description::{EntitySet, EntityType, MemberAction, Navigation, Operation, OperationKind};

/// Which entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The caller.
    Me,
    /// The one with this id, or for users this principal name.
    Id(String),
    /// The one whose alternate key has this value.
    Alternate {
        /// The alternate key.
        property: &'static str,
        /// Its value.
        value: String,
    },
}

/// How rows of `filterByCurrentUser` relate to the caller (schedules dossier, 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRelation {
    /// They are for the caller.
    Principal,
    /// The caller made them.
    CreatedBy,
    /// The caller may approve them.
    Approver,
}

/// What of a navigation is wanted.
#[derive(Clone, Debug)]
pub enum Part {
    /// What it leads to.
    Whole,
    /// How many things.
    Count,
    /// Those of one type.
    Cast(&'static EntityType),
    /// The one with this id.
    Element(String),
    /// To change the one with this id.
    UpdateElement(String),
    /// To put right what the one with this id is about.
    Remediate(String),
    /// To change it.
    Update,
    /// References to them.
    References,
    /// To add a reference, which the body names.
    AddReference,
    /// To take the reference to this one away.
    RemoveReference(String),
}

/// What a request is about. `server` matches it exhaustively.
#[derive(Clone, Debug)]
pub enum Target {
    /// To list the set.
    List,
    /// To count it.
    Count,
    /// To make one.
    Create,
    /// To list what concerns the caller.
    FilterByCurrentUser(UserRelation),
    /// To read one.
    Get(Key),
    /// To change one.
    Update(Key),
    /// To delete one.
    Delete(Key),
    /// To cancel one.
    Cancel(Key),
    /// To look anew at what one is about.
    Refresh(Key),
    /// To look anew at what all are about.
    RefreshAll,
    /// To follow a navigation from one.
    Navigation {
        /// From which.
        key: Key,
        /// Which.
        navigation: &'static Navigation,
        /// What of it.
        part: Part,
    },
    /// To read objects by their ids, which the body lists.
    GetByIds,
    /// To ask about one's memberships.
    Members(Key, MemberAction),
}

/// Puts the captures of a path into the operation's target.
pub(super) fn target(
    set: &'static EntitySet,
    operation: &'static Operation,
    captures: Captures,
) -> Result<Target, RouteError> {
    use OperationKind as Kind;
    // A description whose path lacks what its kind needs leads nowhere; a test says there is none.
    let nowhere = || RouteError::UnknownSegment(operation.path.to_owned());
    let key = || captures.key.clone().ok_or_else(nowhere);
    let element = || captures.element.clone().ok_or_else(nowhere);
    let follow = |nav, part| {
        Ok(Target::Navigation {
            key: key()?,
            navigation: set.entity.navigation(nav).ok_or_else(nowhere)?,
            part,
        })
    };
    Ok(match operation.kind {
        Kind::List => Target::List,
        Kind::Count => Target::Count,
        Kind::Create => Target::Create,
        Kind::Get => Target::Get(key()?),
        Kind::Update => Target::Update(key()?),
        Kind::Delete => Target::Delete(key()?),
        Kind::Cancel => Target::Cancel(key()?),
        Kind::Refresh => Target::Refresh(key()?),
        Kind::RefreshAll => Target::RefreshAll,
        Kind::GetByIds => Target::GetByIds,
        Kind::Members(action) => Target::Members(key()?, action),
        Kind::FilterByCurrentUser => {
            Target::FilterByCurrentUser(relation(set, captures.on.as_deref().ok_or_else(nowhere)?)?)
        }
        Kind::Navigate(nav) => follow(nav, Part::Whole)?,
        Kind::NavigateCount(nav) => follow(nav, Part::Count)?,
        Kind::NavigateCast(nav) => follow(nav, Part::Cast(captures.cast.ok_or_else(nowhere)?))?,
        Kind::NavigateElement(nav) => follow(nav, Part::Element(element()?))?,
        Kind::UpdateElement(nav) => follow(nav, Part::UpdateElement(element()?))?,
        Kind::Remediate(nav) => follow(nav, Part::Remediate(element()?))?,
        Kind::UpdateNavigation(nav) => follow(nav, Part::Update)?,
        Kind::References(nav) => follow(nav, Part::References)?,
        Kind::AddReference(nav) => follow(nav, Part::AddReference)?,
        Kind::RemoveReference(nav) => follow(nav, Part::RemoveReference(element()?))?,
    })
}

/// Reads the option in any case, quoted or not, with or without its type's name before it.
fn relation(set: &EntitySet, sent: &str) -> Result<UserRelation, RouteError> {
    let bare = sent.trim().trim_end_matches('\'');
    let bare = bare.rsplit('\'').next().unwrap_or(bare);
    let invalid = || RouteError::InvalidParameter {
        parameter: "on",
        value: sent.to_owned(),
    };
    let option = set
        .current_user
        .iter()
        .find(|option| option.eq_ignore_ascii_case(bare))
        .ok_or_else(invalid)?;
    match *option {
        "principal" | "target" => Ok(UserRelation::Principal),
        "createdBy" => Ok(UserRelation::CreatedBy),
        "approver" => Ok(UserRelation::Approver),
        _ => Err(invalid()),
    }
}
