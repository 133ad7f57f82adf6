//! Where a search for insights stopped, and goes on.

use model::insight::InsightKind;
use model::{GrantId, ObjectId, RoleDefinitionId};

/// Where a search goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub role: Option<RoleDefinitionId>,
    pub principal: Option<ObjectId>,
    pub grant: Option<GrantId>,
}

/// As a page token holds it.
pub fn to_text(kind: InsightKind, place: Place) -> String {
    let id = |id: Option<String>| id.unwrap_or_else(|| "-".to_owned());
    format!(
        "{kind} {} {} {}",
        id(place.role.map(|role| role.to_string())),
        id(place.principal.map(|principal| principal.to_string())),
        id(place.grant.map(|grant| grant.to_string())),
    )
}

/// Back from [`to_text`].
pub fn parse(text: &str) -> Option<(InsightKind, Place)> {
    fn id<T: std::str::FromStr>(word: Option<&str>) -> Option<Option<T>> {
        match word? {
            "-" => Some(None),
            id => id.parse().ok().map(Some),
        }
    }
    let mut words = text.split(' ');
    let kind = InsightKind::parse(words.next()?)?;
    let place = Place {
        role: id(words.next())?,
        principal: id(words.next())?,
        grant: id(words.next())?,
    };
    Some((kind, place))
}
