//! Where a role holds: the tenant, an administrative unit, or one object (schedules dossier,
//! section 10.1).

use std::fmt;
use std::str::FromStr;

use crate::ObjectId;
use crate::ids::parse_guid;
use crate::vocabulary::serde_as_text;

/// The place a grant is for. Text forms: `/`, `/administrativeUnits/{id}`, `/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryScope {
    /// The whole tenant.
    Tenant,
    /// One administrative unit.
    AdministrativeUnit(ObjectId),
    /// One object, such as an application's service principal.
    Object(ObjectId),
}

impl DirectoryScope {
    /// The unit's or object's id; none for the tenant.
    pub const fn object_id(self) -> Option<ObjectId> {
        match self {
            Self::Tenant => None,
            Self::AdministrativeUnit(id) | Self::Object(id) => Some(id),
        }
    }

    /// Whether a grant at `self` also holds at `other`: the tenant covers everything, any other
    /// scope only itself.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Tenant || self == other
    }
}

/// The text was not a directory scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidScope;

impl fmt::Display for InvalidScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a directory scope")
    }
}

impl std::error::Error for InvalidScope {}

impl FromStr for DirectoryScope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let rest = text.strip_prefix('/').ok_or(InvalidScope)?;
        if rest.is_empty() {
            return Ok(Self::Tenant);
        }
        if let Some((unit, id)) = rest.split_once('/') {
            if !unit.eq_ignore_ascii_case("administrativeUnits") {
                return Err(InvalidScope);
            }
            return parse_guid(id)
                .map(|id| Self::AdministrativeUnit(ObjectId::new(id)))
                .map_err(|_| InvalidScope);
        }
        parse_guid(rest)
            .map(|id| Self::Object(ObjectId::new(id)))
            .map_err(|_| InvalidScope)
    }
}

serde_as_text!(DirectoryScope, str::parse::<DirectoryScope>);

impl fmt::Display for DirectoryScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant => f.write_str("/"),
            Self::AdministrativeUnit(id) => write!(f, "/administrativeUnits/{id}"),
            Self::Object(id) => write!(f, "/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip_and_nonsense_is_refused() {
        let id = "a7c2e914-55d0-4f6b-8b1c-90de1f3a6c27";
        for text in [
            "/".to_owned(),
            format!("/administrativeUnits/{id}"),
            format!("/{id}"),
        ] {
            assert_eq!(text.parse::<DirectoryScope>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "x",
            "/x",
            "/administrativeUnits/",
            "/groups/a7c2e914-55d0-4f6b-8b1c-90de1f3a6c27",
            "//",
        ] {
            assert!(bad.parse::<DirectoryScope>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_tenant_covers_other_scopes() {
        let unit =
            DirectoryScope::AdministrativeUnit("a7c2e914-55d0-4f6b-8b1c-90de1f3a6c27".parse().unwrap());
        assert!(DirectoryScope::Tenant.covers(unit));
        assert!(unit.covers(unit));
        assert!(!unit.covers(DirectoryScope::Tenant));
    }
}
