//! Paths as OpenAPI writes them, and what the operations on them are called.

use crate::description::{MemberAction, OperationKind as Kind};
use crate::documentation::CompatibilityRow;

/// Where values go in a path of the route table.
const PLACES: [&str; 4] = ["{key}", "{element}", "{cast}", "{on}"];

/// The path with its parameters named after what they are the keys of, as Graph's own document does.
pub(super) fn template(row: &CompatibilityRow) -> String {
    let named = |path: String, (place, name): (&str, String)| path.replace(place, &format!("{{{name}}}"));
    parameters(row).into_iter().fold(row.path.clone(), named)
}

/// The places of values in a path, in order, with the names that they have in the document.
pub(super) fn parameters(row: &CompatibilityRow) -> Vec<(&'static str, String)> {
    let places = PLACES.into_iter().filter(|place| row.path.contains(place));
    let named = places.map(|place| {
        let name = match place {
            "{key}" => format!("{}-id", row.set.entity.short_name()),
            "{element}" => format!("{}-id", element(row)),
            other => other.trim_matches(['{', '}']).to_owned(),
        };
        (place, name)
    });
    named.collect()
}

/// What a navigation leads to.
fn element(row: &CompatibilityRow) -> &'static str {
    let target = match row.operation.kind {
        Kind::NavigateElement(nav)
        | Kind::UpdateElement(nav)
        | Kind::Remediate(nav)
        | Kind::RemoveReference(nav) => row.set.entity.navigation(nav).map(|to| to.target),
        _ => None,
    };
    target.unwrap_or(row.set.entity).short_name()
}

/// `groups.members.list`: the names in the path, then what is done.
pub(super) fn operation_id(row: &CompatibilityRow) -> String {
    let literals = row.path.split('/').filter(|part| !part.is_empty());
    let mut names: Vec<&str> = literals.filter(|part| !part.contains(['{', '$'])).collect();
    let verb = verb(row);
    // An action has its verb in the path.
    if names.last() != Some(&verb) {
        names.push(verb);
    }
    names.join(".")
}

fn verb(row: &CompatibilityRow) -> &'static str {
    match row.operation.kind {
        Kind::List => "list",
        Kind::Count | Kind::NavigateCount(_) => "count",
        Kind::FilterByCurrentUser => "filterByCurrentUser",
        Kind::Get | Kind::NavigateElement(_) => "get",
        Kind::Create => "create",
        Kind::Update | Kind::UpdateElement(_) | Kind::UpdateNavigation(_) => "update",
        Kind::Refresh => "refresh",
        Kind::RefreshAll => "all",
        Kind::Remediate(_) => "remediate",
        Kind::Delete => "delete",
        Kind::Cancel => "cancel",
        Kind::Navigate(nav) if row.set.entity.navigation(nav).is_some_and(|to| to.is_collection) => "list",
        Kind::Navigate(_) => "get",
        Kind::NavigateCast(_) => "cast",
        Kind::References(_) => "listReferences",
        Kind::AddReference(_) => "addReference",
        Kind::RemoveReference(_) => "removeReference",
        Kind::GetByIds => "getByIds",
        Kind::Members(action) => match action {
            MemberAction::CheckMemberGroups => "checkMemberGroups",
            MemberAction::GetMemberGroups => "getMemberGroups",
            MemberAction::CheckMemberObjects => "checkMemberObjects",
            MemberAction::GetMemberObjects => "getMemberObjects",
        },
    }
}

/// One line for people.
pub(super) fn summary(row: &CompatibilityRow) -> String {
    let set = row.set.path.last().copied().unwrap_or_default();
    let one = with_article(row.set.entity.short_name());
    let led_to = row
        .path
        .rsplit('/')
        .find(|part| !part.contains(['{', '$']))
        .unwrap_or(set);
    match row.operation.kind {
        Kind::List => format!("Lists {set}"),
        Kind::Count => format!("Counts {set}"),
        Kind::FilterByCurrentUser => format!("Lists {set} that concern the caller"),
        Kind::Get => format!("Reads {one}"),
        Kind::Create => format!("Makes {one}"),
        Kind::Update => format!("Changes {one}"),
        Kind::Delete => format!("Deletes {one}"),
        Kind::Cancel => format!("Cancels {one}"),
        Kind::Navigate(_) => format!("Reads {led_to} of {one}"),
        Kind::NavigateCount(_) => format!("Counts {led_to} of {one}"),
        Kind::NavigateCast(_) => format!("Lists {led_to} of {one} that are of one type"),
        Kind::NavigateElement(_) => format!("Reads one of the {led_to} of {one}"),
        Kind::UpdateNavigation(_) => format!("Changes {led_to} of {one}"),
        Kind::Refresh => format!("Looks anew at {one}"),
        Kind::RefreshAll => format!("Looks anew at all {set}"),
        Kind::Remediate(_) => format!("Puts right what {one} found"),
        Kind::UpdateElement(_) => format!("Changes one of the {led_to} of {one}"),
        Kind::References(_) => format!("Lists references to {led_to} of {one}"),
        Kind::AddReference(_) => format!("Adds to {led_to} of {one}"),
        Kind::RemoveReference(_) => format!("Takes away from {led_to} of {one}"),
        Kind::GetByIds => "Reads objects by their ids".to_owned(),
        Kind::Members(MemberAction::CheckMemberGroups) => "Of these groups, those it belongs to".to_owned(),
        Kind::Members(MemberAction::GetMemberGroups) => "The ids of the groups that it belongs to".to_owned(),
        Kind::Members(MemberAction::CheckMemberObjects) => "Of these objects, those it belongs to".to_owned(),
        Kind::Members(MemberAction::GetMemberObjects) => "The ids of what it belongs to".to_owned(),
    }
}

/// `a user`, `an approval`: no name begins with a `u` that is spoken otherwise.
fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}
