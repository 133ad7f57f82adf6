//! Lists: authorise, find the page, follow what is to be expanded.

use model::directory::Relation;
use model::query::{Collection, Nav};
use model::record::Item;
use model::{AlertName, ObjectId, PolicyId, Record, RoleDefinitionId};
use odata::bound::BoundQuery;
use rules::authority::Capability;
use store::{Cursor, ListQuery, Perspective};

use super::approvals::is_default_approver;
use super::get::{get, role_holders};
use super::paging::{self, PageTokenKey};
use super::{Key, expand, memory, visibility};
use crate::context::Context;
use crate::error::{Error, Missing};

/// Whose rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Everyone's, as far as the caller may see them.
    Everyone,
    /// The caller's own, in one of the senses of `filterByCurrentUser`.
    OfCaller(On),
    /// What belongs to a container, or owns it.
    RelatedTo {
        /// The container.
        container: ObjectId,
        /// How.
        relation: Relation,
    },
    /// What a principal belongs to.
    Containing(ObjectId),
    /// What it belongs to, itself or through groups.
    ContainingInTurn(ObjectId),
    /// What belongs to a group, itself or through groups.
    WithinInTurn(ObjectId),
    /// Who has a role at the tenant now.
    HoldersOf(RoleDefinitionId),
    /// The rules of a policy.
    OfPolicy(PolicyId),
    /// The incidents of an alert.
    OfAlert(AlertName),
}

/// The parameter of `filterByCurrentUser` (schedules dossier, 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Rows for the caller.
    Principal,
    /// Requests that the caller made.
    CreatedBy,
    /// Requests that the caller may decide.
    Approver,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The rows.
    pub items: Vec<Item>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
    /// How many rows there are in all, if asked.
    pub count: Option<u64>,
}

/// One page of a collection.
pub fn list(
    cx: &Context<'_>,
    key: &PageTokenKey,
    collection: Collection,
    view: View,
    query: &BoundQuery,
) -> Result<Listing, Error> {
    visibility::require_list(cx, collection, &view, query.filter.as_ref())?;
    let position = query
        .skip_token
        .as_deref()
        .map(|token| key.open(collection, token))
        .transpose()?;
    let (records, next, count) = if memory::holds(collection) {
        let page = memory::page(cx, collection, view, query, position.as_deref())?;
        (page.records, page.next, page.count)
    } else {
        let among = among(cx, view)?;
        let page = cx.session.list(&ListQuery {
            collection,
            query,
            now: cx.now,
            page_size: paging::page_rows(collection, query.top)?,
            after: position
                .map(|text| Cursor::from_text(&text).map_err(|_| Error::PageToken))
                .transpose()?,
            perspective: perspective(cx, collection, view)?,
            among: among.as_deref(),
        })?;
        (page.records, page.next.map(|cursor| cursor.to_text()), page.count)
    };
    // The settings of single roles are checked here; everything else was checked before reading.
    if memory::holds(collection) {
        visibility::require_records(cx, collection, &records)?;
    }
    Ok(Listing {
        items: expand::expand(cx, records, &query.expand)?,
        next: next.map(|position| key.seal(collection, &position)),
        count,
    })
}

/// How many rows a collection has.
pub fn count(cx: &Context<'_>, collection: Collection, view: View, query: &BoundQuery) -> Result<u64, Error> {
    let counted = BoundQuery {
        count: true,
        top: Some(1),
        expand: Vec::new(),
        skip_token: None,
        ..query.clone()
    };
    let key = PageTokenKey::new(&[]);
    Ok(list(cx, &key, collection, view, &counted)?
        .count
        .unwrap_or_default())
}

fn perspective(cx: &Context<'_>, collection: Collection, view: View) -> Result<Perspective, Error> {
    Ok(match view {
        View::Everyone if collection == Collection::Approvals && !cx.may(Capability::ReadApprovals)? => {
            Perspective::Involved {
                user: cx.caller.id,
                is_default_approver: is_default_approver(cx)?,
            }
        }
        View::Everyone
        | View::OfPolicy(_)
        | View::OfAlert(_)
        | View::ContainingInTurn(_)
        | View::WithinInTurn(_)
        | View::HoldersOf(_) => Perspective::Everyone,
        View::OfCaller(On::Principal) => Perspective::Principal(cx.caller.id),
        View::OfCaller(On::CreatedBy) => Perspective::CreatedBy(cx.caller.id),
        View::OfCaller(On::Approver) => Perspective::Approver {
            user: cx.caller.id,
            is_default_approver: is_default_approver(cx)?,
        },
        View::RelatedTo { container, relation } => Perspective::RelatedTo { container, relation },
        View::Containing(member) => Perspective::Containing(member),
    })
}

/// The objects of a view that no index knows as one list; there is a bound on how many are reached.
fn among(cx: &Context<'_>, view: View) -> Result<Option<Vec<ObjectId>>, Error> {
    Ok(match view {
        View::ContainingInTurn(member) => Some(cx.session.transitive_containers(member)?),
        View::WithinInTurn(container) => Some(cx.session.transitive_members(container)?),
        View::HoldersOf(role) => Some(role_holders(cx, role)?),
        _ => None,
    })
}

/// The view to which a navigation from one thing leads.
///
/// # Errors
/// [`Missing`] if there is no such thing, or it has no such list.
pub fn followed(cx: &Context<'_>, from: Collection, key: &Key, nav: Nav) -> Result<View, Error> {
    let record = get(cx, from, key, &BoundQuery::default())?.record;
    Ok(match (&record, nav) {
        (Record::DirectoryObject(object), Nav::Members) => View::RelatedTo {
            container: object.id,
            relation: Relation::Member,
        },
        (Record::DirectoryObject(object), Nav::Owners) => View::RelatedTo {
            container: object.id,
            relation: Relation::Owner,
        },
        (Record::DirectoryObject(object), Nav::MemberOf) => View::Containing(object.id),
        (Record::DirectoryObject(object), Nav::TransitiveMemberOf) => View::ContainingInTurn(object.id),
        (Record::DirectoryObject(object), Nav::TransitiveMembers) => View::WithinInTurn(object.id),
        (Record::Policy(policy), Nav::Rules | Nav::EffectiveRules) => View::OfPolicy(policy.id),
        (Record::Alert(alert), Nav::AlertIncidents) => View::OfAlert(alert.state.name),
        (Record::DirectoryRole(role), Nav::Members) => View::HoldersOf(role.definition.id),
        _ => return Err(Missing::Navigation.into()),
    })
}
