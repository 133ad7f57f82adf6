//! Bodies that only name objects: references, `getByIds`, and the membership questions (directory
//! dossier, A3, A4 and A7).

use model::ObjectId;
use model::directory::ObjectKind;
use model::ids::parse_guid;

use super::members::Members;
use crate::GraphError;
use crate::description::MemberAction;

/// How many ids `getByIds` takes.
const GET_BY_IDS_MAX: usize = 1_000;
/// How many ids a membership question takes.
const CHECK_MAX: usize = 20;
/// How long a GUID is.
const GUID_CHARS: usize = 36;

/// Reads the body of `$ref`: the last GUID of `@odata.id`, whatever host and form the link has.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`.
pub fn reference(bytes: &[u8]) -> Result<ObjectId, GraphError> {
    let value = super::json(bytes)?;
    let link = Members::of(&value)?
        .text("@odata.id")?
        .ok_or_else(|| GraphError::missing_property("@odata.id"))?;
    last_guid(link).ok_or_else(|| GraphError::invalid_object_identifier(link))
}

/// The last GUID in a link.
pub(super) fn last_guid(link: &str) -> Option<ObjectId> {
    (0..=link.len().checked_sub(GUID_CHARS)?)
        .rev()
        .find_map(|start| parse_guid(link.get(start..start + GUID_CHARS)?).ok())
        .map(ObjectId::new)
}

/// Which objects `getByIds` is to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetByIdsBody {
    /// Those with these ids, as far as they exist.
    pub ids: Vec<ObjectId>,
    /// Of these kinds; empty for any. Kinds that are not kept here are left out.
    pub kinds: Vec<ObjectKind>,
}

/// Reads the body of `getByIds`.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`, also for more than 1000 ids.
pub fn get_by_ids(bytes: &[u8]) -> Result<GetByIdsBody, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let ids = ids(members, "ids", GET_BY_IDS_MAX)?;
    let names = members.texts("types")?.unwrap_or_default();
    let asks_for_any = names.is_empty()
        || names
            .iter()
            .any(|name| name.eq_ignore_ascii_case("directoryObject"));
    let kinds: Vec<ObjectKind> = names
        .iter()
        .filter(|_| !asks_for_any)
        .filter_map(|name| ObjectKind::parse(name.strip_prefix("microsoft.graph.").unwrap_or(name)))
        .collect();
    Ok(GetByIdsBody {
        // Only kinds that are not kept here were asked for: there is nothing to give.
        ids: if kinds.is_empty() && !asks_for_any {
            Vec::new()
        } else {
            ids
        },
        kinds,
    })
}

/// What a membership question asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberActionBody {
    /// About these; empty for the `get…` questions, which are about all.
    pub ids: Vec<ObjectId>,
    /// Whether only security groups count.
    pub security_enabled_only: bool,
}

/// Reads the body of a membership question.
///
/// # Errors
/// `BadRequest` or `Request_BadRequest`, also for more than 20 ids.
pub fn member_action(action: MemberAction, bytes: &[u8]) -> Result<MemberActionBody, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let ids = match action {
        MemberAction::CheckMemberGroups => ids(members, "groupIds", CHECK_MAX)?,
        MemberAction::CheckMemberObjects => ids(members, "ids", CHECK_MAX)?,
        MemberAction::GetMemberGroups | MemberAction::GetMemberObjects => Vec::new(),
    };
    Ok(MemberActionBody {
        ids,
        security_enabled_only: members.flag("securityEnabledOnly")?.unwrap_or(false),
    })
}

fn ids(members: Members<'_>, name: &str, maximum: usize) -> Result<Vec<ObjectId>, GraphError> {
    let ids = members
        .guids(name)?
        .ok_or_else(|| GraphError::missing_property(name))?;
    if ids.len() > maximum {
        return Err(GraphError::invalid_property(
            format!("At most {maximum} ids can be asked for."),
            name,
        ));
    }
    Ok(ids.into_iter().map(ObjectId::new).collect())
}
